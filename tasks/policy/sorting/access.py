"""III.B.1 and III.B.2: new access, changed access, and a move to another facility."""

from __future__ import annotations

import re

from forms.schema import PROVIDERS
from tasks.policy.sorting.cues import ACCESS, NEAR, NOT, OMIS, PERSON, Cue, Wish, cue
from tasks.policy.sorting.values import Matter

_PLACES = sorted(
    {name.split(",")[0].split(" Prerelease")[0].split(" Pre-")[0] for names in PROVIDERS.values() for name in names}
)
PLACE = rf"(?:{'|'.join(re.escape(name) for name in _PLACES)}|gallatin|prerelease)"
"""A facility's name, as people say it for short."""

_JOB = (
    r"(?:case ?manager|counsel+or|monitor|tech(?:nician)?|clerk|nurse|therapist|officer|supervisor|coordinator|director|specialist|"
    r"aide|assistant|advis[eo]r|staff|hires?|employees?|employed|people|person|intern|lac|guys?|worker|user|developer|cook|teacher)"
)
_LEVEL = r"(?:view(?:ing)?(?:[- ]only)?|read[- ]?only|data entry|enter(?: and modify)?|entry|modify|edit|write|full|update|notes?|chronos?)"

PAPERS = "papers are sent"
CUES: tuple[Cue, ...] = (
    cue(
        Matter.NEW_ACCESS, 0.6, "somebody is new",
        rf"\b(?:new(?:ly)?|another|incoming)(?:[- ]hired)?(?: [\w-]+){{0,3}} {_JOB}\b", r"\bnew[- ]?hires?\b", r"\bonboard\w*\b", r"\brehir\w*",
        r"\b(?:was|were|been|have|has|we|just|i was|is) (?:just |recently |newly )?(?:hired|brought on|taken on)\b", r"\bcoming back to work for us\b",
        r"\b(?:joins?|joined|joining) (?:us|our|the)\b", r"\b(?:first day|date of hire|hire date)\b",
        r"\b(?:starts?|started|starting|begins?|began|begin to work)(?: (?:with us|here|work|working|this week|last week|next week|on|today|tomorrow|"
        r"yesterday|monday|tuesday|wednesday|thursday|friday|two weeks|\d))",
        r"\bi(?:['’]m| am) (?:the |a )?new\b", r"\bpassed (?:his|her|their|the) background\b", r"\b(?:hired|replac\w+|takes? over|took over)\b[^.?!]{0,30}\b(?:in (?:his|her|their) place|caseload)\b",
        r"\breplaces\b", r"\b(?:come|came|coming) on ?board\b", r"\bfill(?:ed)? (?:the|our|that) [^.?!]{0,40}\b(?:opening|position|vacancy|spot|slot)\b", rf"\bnever (?:had|got|been given|has had) (?:{OMIS}|access|an? )", r"\bbeen here (?:for )?(?:\w+ )?(?:weeks?|months?|years?|days?)\b", r"\borientation\b", r"\bc[ao]me to us from\b", r"\b(?:is|are) our new(?:est)?\b", r"\bnew to (?:us|the team|our)\b", r"\bi was (?:just )?hired\b", r"\b(?:an? |our )(?:summer |new )?intern\b",
    ),
    cue(
        Wish.GRANT, 0.78, "access is to be given",
        rf"\b(?:ha(?:s|ve)|with|got|given|still) no (?:{OMIS} )?{ACCESS}\b", rf"\bstill (?:does ?n['’]?t have|waiting (?:for|on)|without) (?:an? |his |her |their |any )?(?:{OMIS} )?{ACCESS}\b",
        rf"(?<!n['’]t )(?<!not )(?<!longer )(?<!wont )(?<!doesnt )\b(?:needs?|needing|requires?|giv(?:e|en|ing)|grant(?:ed)? (?=him|her|them|access|omis|oms|[\w'’-]+ (?:[\w'’-]+ )?access)|obtain|ha(?:ve|s) (?=access|an |their own|his own|her own)|get|gets|request(?:s|ed|ing)?|ask(?:ing)?(?: for)?|want|add(?:ed|ing)?|creat(?:e|ed|ing)|issued?|assign(?:ed)?|trouble you for|ready for)\b"
        rf"(?! (?:to )?(?:reset|change|remove|delete))(?!{NEAR}\b(?:list|password|pw|used|using|printouts?|back|again|any ?more|removed|disabled|closed|reset|error)\b){NEAR}\b{ACCESS}\b",
        rf"\bset(?:ting)? ?up\b(?! as){NEAR}\b{ACCESS}\b", rf"\bget(?:ting)? {PERSON} (?:set up|setup|access|added|an? (?:{OMIS} )?{ACCESS})\b", r"\bget set up\b", r"\b(?:please|to|can you|could you) set (?:up )?(?:him|her|them|[\w'’-]+ [\w'’-]+)(?: up)? (?:in|on|with|for)\b",
        rf"\b(?:does|do|did|has|have|{NOT})(?: not|n['’]t)? have (?:any )?(?:access|an? (?:account|login|user))\b",
        rf"\b(?:{OMIS}|oms) (?:access|login|account|user|piece)\b(?=[^.?!]*\b(?:for|please|request))", r"\baccess request(?: form)?\b", r"\baccess needed\b",
        r"\bready to be added\b", r"\b(?:supposed|meant) to (?:be|have been) (?:set ?up|added)\b", r"\b(?:was|were|is) never (?:set ?up|added)\b", r"^add user$", r"^(?:\w+ )?(?:user id|log[- ]?in|account|access) for\b", r"\b(?:a|an|omis|oms|the|set ?up) (?:user id|log[- ]?in|account|access) for\b", r"\bon-?boarding\b", r"\badded to (?:omis|oms|the)\b",
        r"\b(?:for|to) get the user\b", r"^add\b", rf"\bnever had (?:{OMIS}|access)\b",
    ),
    cue(Matter.NEW_ACCESS, 0.6, "forms for somebody are sent", r"\b(?:forms?|paper ?work|packet|papers) (?:is |are )?(?:attached |enclosed )?for (?-i:[A-Z])[\w'’-]+ (?-i:[A-Z])"),
    cue(
        Wish.GRANT, 0.45, "it says what the records are needed for",
        r"\b(?:must|needs? to|will (?:need|have) to|has to|have to|works? .{0,40} and|will) (?:be able to )?(?:view|look up|see|read|enter|check|document|record|review|write|keep)s?\b[^.?!;]{0,60}\b(?:offenders?|residents?|records?|chrono\w*|case notes|caseload|conditions|information)\b",
        r"\bviews? (?:offender|resident) (?:information|records?|files?)\b",
    ),
    cue(Wish.GRANT, 0.5, "access is perhaps to be given", rf"\b(?:set|setting) {PERSON} up\b(?! as)", rf"\bget(?:ting)? {PERSON} (?:going|started)\b", r"\bset ?up (?:in|on|with|for)\b", rf"\bneeds? (?:it|{OMIS})\b"),
    cue(
        Matter.NEW_ACCESS, 0.5, PAPERS,
        r"\bconsent(?: form)? (?:is |was )?(?:attached|enclosed|signed)\b", r"\b(?:attached|enclosed|here) (?:is|are|please find)[^.?!]{0,40}\b(?:consent|packet|access request)\b",
        r"\b(?:forms?|paper ?work|packets?|papers?|documents|applications?)\b[^.?!]{0,30}\b(?:attached|enclosed|to follow|come|coming|follow|in the mail|for each|sign|are|is)\b",
        r"\bpaper ?work\b", r"\bsee attached\b", r"\bgot (?:it|them|the forms?) signed\b", r"\bsigned (?:forms?|consent|cop(?:y|ies)|paper ?work)\b", r"\bi send the papers\b", r"\bclearance\b",
    ),
    cue(
        Matter.CHANGE, 0.85, "the level of access is to change",
        rf"\b(?:from|only|just) {_LEVEL} (?:only )?(?:access )?to {_LEVEL}\b",
        r"\b(?:upgrad|downgrad)(?:e|ed|ing)\b", r"\bbump(?:ed)?\b[^.?!]{0,25}\b(?:up|down)\b", rf"\b(?:reduc|lower|rais|increas|expand|broaden|limit|restrict)(?:e|ed|ing)?\b{NEAR}\b(?:{ACCESS}|read only|view)\b",
        rf"\b(?:change|changed|chang(?:e|ing)|adjust(?:ed)?|modif(?:y|ied)|update|edit)\b{NEAR}\b(?:level|permissions?|rights|access|role in)\b(?! form)",
        rf"\b(?:additional|more|extra|further|different|wider|elevated|higher|expanded) (?:{OMIS} )?(?:access|rights|permissions?|privileges)\b",
        r"\b(?:up|set|down) (?:as|to|with) (?:view|read|enter|data entry)\b", r"\bsupposed to be able to (?:enter|view|edit|write|see|modify|add)\b", r"\bno more (?:entering|data entry|editing)\b", r"\bonly needs? to (?:look|view|see|read)\b", r"\bneeds? to (?:be able to )?see (?:all|every|both|the other|more|other)\b",
        r"\b(?:ability|permission|rights?) to (?:enter|edit|modify|add|write)\b", rf"\b(?:can(?:not|['’]?t| not)|unable to|not able to) (?:enter|edit|add|write|modify|save)\b{NEAR}\b(?:notes?|chronos?|records?|results|data|entries|anything)\b", r"\bwon['’]?t let (?:me|him|her|them) (?:add|enter|edit|save|write|modify)\b", r"\b(?:edit(?:ing)?|entry|data entry|enter) (?:rights|access|permissions?|privileges)\b(?! (?:removed|request form))", r"\b(?:limit|restrict)(?:ed)? (?:\w+ )?to (?:view|read)\b",
        r"\b(?:only|just)(?: \w+){0,3} (?:has|have|had|lets? me|with|got|gives?(?: me)?)?(?: me)? ?(?:to )?(?:view|read)\b", r"\b(?:only|just) (?:has|have|see|lets? me|with) (?:view|read)\b", r"\bhave view rights\b",
        r"\bview(?:[- ]only)? (?:access )?is(?:n['’]t| not) enough\b", r"\b(?:rights|permissions?|access(?: level)?)\b[^.?!]{0,20}\b(?:expanded|changed|adjusted|increased|reduced|upgraded|updated)\b",
        rf"\b(?:should|can|could|must) {NOT} be able to (?:modify|enter|edit|write|change)\b", r"\blet(?:s)? me (?:add|enter|edit|write)\b",
        r"\b(?:omis|oms|access)(?: \w+)? (?:level|permissions?|rights|change)\b", r"\blevel of access\b", r"\bcan (?:\w+ ){1,3}(?:please )?get data entry\b", r"\bremove a permission\b", r"\b(?:let|allow|enable) (?:him|her|them|[\w'’-]+ [\w'’-]+) (?:to )?(?:enter|add|edit|see|view|write|modify|put in)\b", r"\b(?:can['’]?t|cannot|unable to|not able to|not) (?:add|enter|edit|write|modify) (?:any|notes?|chronos?|data|info\w*|them|it)\b", r"\b(?:give|given|gets?|need) (?:him|her|them|me|[\w'’-]+ [\w'’-]+)? ?(?:enter(?:ing)?|edit(?:ing)?|write|view(?: only)?|data entry|full)(?: (?:rights|access|permissions?|too|as well))?[.!]*$", r"\bhas (?:only )?(?:view|read)(?:[- ]only)?\b",
        r"\bview is fine\b", rf"\b(?:has|have) an account (?:already)?\b{NEAR}\bview\b",
        r"\b(?:already has|has already|existing|current) (?:an? )?(?:account|access|login|user)\b[^.?!]{0,40}\b(?:view|enter|need|only)\b", r"['’]s permissions\b", r"['’]s change\b",
    ),
    cue(
        Matter.CHANGE, 0.65, "duties or position change",
        r"\bpromot(?:ed|ion|ing)\b", r"\b(?:position|duties|job|role|title|responsibilities) (?:ha(?:s|ve) )?chang(?:e|ed|es|ing)\b", r"\bnew (?:job )?(?:duties|responsibilities|title|role)\b",
        r"\b(?:moved|moving|transferr?(?:ed|ing)|switched|going) (?:up )?(?:from (?:the )?[\w ]{3,25} )?(?:to|in ?to) (?:an? |the )?(?:case manag\w+|front desk|kitchen|records|nights?|days?|new (?:position|role)|supervis\w+|(?:[\w-]+ ){0,2}position)\b",
        rf"\b(?:no longer|{NOT}) (?:does|do|doing|handles?) (?:any )?(?:data entry|notes|case ?work)\b", r"\btook over\b", r"\bnow reports to\b", r"\bsupervisor (?:has )?changed\b", r"\btitle is\b", r"\b(?:stepping|stepped|moving|moved|going|transition\w*|settling) (?:up )?into (?:the|a|an|his|her) [\w ]{2,30}\b(?:role|position|job|spot)\b", r"\bacting (?:as )?(?:\w+ ){0,2}(?:manager|director|supervisor|coordinator)\b", r"\bfilling in (?:as|for)\b", r"\b(?:moved|moving|transferred|switched) to (?:the )?(?:maintenance|transport|security|admin\w*|intake|records|graveyard|day|night)\b", r"\bnew title\b|\bnow (?:the|our|a) (?:lead|senior|case|program|assistant)\b",
    ),
    cue(
        Matter.CHANGE, 0.8, "a name or an address changes",
        r"\b(?:name|surname|e-?mail(?: address)?|phone(?: number)?|last name|legal name|supervisor)(?: on [\w ]+)? (?:ha(?:s|ve) |was |is |be |been |needs to be |to be )*(?:changed?|updated|different|corrected)\b",
        r"\b(?:name|address|email) change\b", r"\bchanged? (?:his|her|their|my|the|your) (?:last |legal |e-?mail )?(?:name|address|email|records?|file)\b",
        r"\b(?:got|gotten|getting) (?:married|divorced)\b", r"\bmaiden name\b", r"\bname\b[^.?!]{0,20}\bshould (?:now )?(?:be|read|say)\b", r"\bmarried name\b", r"\btied the knot\b", r"\b(?:last|legal|new) name is\b", r"\bgoes by\b", r"\b(?:mis-?spelled|spelled wrong|spelling of (?:his|her|their|my) name)\b", r"\b[a-z]+ [a-z'’-]+ is now [a-z]+ [a-z'’-]+$", r"\bis now (?-i:[A-Z])[\w'’-]+ (?-i:[A-Z])[\w'’-]+",
        r"\bupdate (?:her|his|their|my|your) (?:account|file|name|record|profile|information|info)\b", r"\blast name$",
    ),
    cue(
        Matter.MOVE, 0.88, "somebody works at another facility",
        rf"\b(?:transfer\w*|mov(?:e|es|ed|ing)|go(?:es|ing)?|reassign\w*)\b[^.?!]{{0,40}}\b(?:from|to|between|over to) (?:the )?{PLACE}\b", rf"\bfrom {PLACE}(?: \w+)? to {PLACE}\b",
        rf"\b(?:both|between) {PLACE}(?: \w+)? and {PLACE}\b", r"\bworking at both\b", rf"\badd {PLACE} to\b", rf"\b(?:accepted|took|taken|takes|taking|got|has) (?:a|the|another)(?: \w+)? (?:job|position|role) (?:at|with|in) (?:the )?{PLACE}\b", rf"\bhelp(?:ing|s)? out (?:at|in|with) (?:the )?{PLACE}\b", r"\bwhile still working\b", rf"\b(?:at|in|for) {PLACE} (?:as well|too|also|\w+ days a week)\b",
        rf"\b(?:under|shows?|listed (?:at|under)|belongs? to|switched to) {PLACE}\b", r"\bstaff transfer\b", r"\btransfer between facilit", r"\b(?:new|other|second|different|another|two) (?:facility|facilities|location|site|center)\b",
        rf"\bgetting {PERSON} from {PLACE}\b", rf"\b(?:comes?|coming|came)(?: \w+){{0,2}} (?:from|over from) {PLACE}\b", rf"\bsee {PLACE}['’]s\b", r"\bsplit(?:s|ting)? (?:his|her|their|my)? ?time\b", r"\bworking at two places\b", rf"\b(?:shifts?|hours|days|part[- ]time|full[- ]time|weekends|work(?:s|ing)?) (?:at|for|in|out of) (?:our |the )?{PLACE}\b(?= (?:as well|too|also|on top|instead|starting|program|on|and))", rf"\b(?:add|added|adding|include) {PLACE}\b", rf"\b{PLACE}(?: \w+)? (?:be |to be |gets? )?added to\b", r"\breassigned to\b", r"\bsecond (?:site|location|job at)\b", r"\bsister (?:facility|program|site)\b", rf"\bnow (?:at|based at|working (?:at|for|out of)) (?:the |our )?{PLACE}\b", r"\bwhich facility\b", rf"\bon top of (?:his|her|their|my) {PLACE}\b", rf"\b(?:leav\w+|left) {PLACE}(?: \w+)? (?:for|to (?:join|go to|work at)) {PLACE}\b",
    ),
)  # fmt: skip
