"""III.B.1 and III.B.3.a: access that is to change, and a move to another facility."""

from __future__ import annotations

from tasks.policy.sorting.cues import ACCESS, NEAR, NOT, OMIS, PERSON, Cue, cue
from tasks.policy.sorting.places import PLACE
from tasks.policy.sorting.values import Matter

_LEVEL = (
    r"(?:view(?:ing)?(?:[- ]only)?|read[- ]?only|data entry|enter(?: and modify)?|entry|modify|"
    r"edit|write|full|update|notes?|chronos?)"
)

CUES: tuple[Cue, ...] = (
    cue(
        Matter.CHANGE,
        0.85,
        "the level of access is to change",
        rf"\b(?:from|only|just) {_LEVEL} (?:only )?(?:access )?to {_LEVEL}\b",
        r"\b(?:upgrad|downgrad)(?:e|ed|ing)\b",
        r"\bbump(?:ed)?\b[^.?!]{0,25}\b(?:up|down)\b",
        rf"\b(?:reduc|lower|rais|increas|expand|broaden|limit|restrict)(?:e|ed|ing)?\b{NEAR}\b(?:{ACCESS}|"
        rf"read only|view)\b",
        rf"\b(?:change|changed|chang(?:e|ing)|adjust(?:ed)?|modif(?:y|ied)|update|edit)\b{NEAR}\b(?:level|"
        rf"permissions?|rights|access|role in)\b(?! form)",
        rf"\b(?:additional|more|extra|further|different|wider|elevated|higher|expanded) (?:{OMIS} )"
        rf"?(?:access|rights|permissions?|privileges)\b",
        r"\b(?:up|set|down) (?:as|to|with) (?:view|read|enter|data entry)\b",
        r"\bsupposed to be able to (?:enter|view|edit|write|see|modify|add)\b",
        r"\bno more (?:entering|data entry|editing)\b",
        r"\bonly needs? to (?:look|view|see|read)\b",
        r"\bneeds? to (?:be able to )?see (?:all|every|both|the other|more|other)\b",
        r"\b(?:ability|permission|rights?) to (?:enter|edit|modify|add|write)\b",
        rf"\b(?:can(?:not|['’]?t| not)|unable to|not able to) (?:enter|edit|add|write|modify|save)"
        rf"\b{NEAR}\b(?:notes?|chronos?|records?|results|data|entries|anything)\b",
        r"\bwon['’]?t let (?:me|him|her|them) (?:add|enter|edit|save|write|modify)\b",
        r"\b(?:edit(?:ing)?|entry|data entry|enter) (?:rights|access|permissions?|privileges)\b(?! (?:removed|"
        r"request form))",
        r"\b(?:limit|restrict)(?:ed)? (?:\w+ )?to (?:view|read)\b",
        r"\b(?:only|just)(?: \w+){0,3} (?:has|have|had|lets? me|with|got|gives?(?: me)?)?(?: me)? ?(?:to )"
        r"?(?:view|read)\b",
        r"\b(?:only|just) (?:has|have|see|lets? me|with) (?:view|read)\b",
        r"\bhave view rights\b",
        r"\bview(?:[- ]only)? (?:access )?is(?:n['’]t| not) enough\b",
        r"\b(?:rights|permissions?|access(?: level)?)\b[^.?!]{0,20}\b(?:expanded|changed|adjusted|"
        r"increased|reduced|upgraded|updated)\b",
        rf"\b(?:should|can|could|must) {NOT} be able to (?:modify|enter|edit|write|change)\b",
        r"\blet(?:s)? me (?:add|enter|edit|write)\b",
        r"\b(?:omis|oms|access)(?: \w+)? (?:level|permissions?|rights|change)\b",
        r"\blevel of access\b",
        r"\bcan (?:\w+ ){1,3}(?:please )?get data entry\b",
        r"\bremove a permission\b",
        r"\b(?:let|allow|enable) (?:him|her|them|[\w'’-]+ [\w'’-]+) (?:to )?(?:enter|add|edit|see|"
        r"view|write|modify|put in)\b",
        r"\b(?:can['’]?t|cannot|unable to|not able to|not) (?:add|enter|edit|write|modify) (?:any|"
        r"notes?|chronos?|data|info\w*|them|it)\b",
        r"\b(?:give|given|gets?|need) (?:him|her|them|me|[\w'’-]+ [\w'’-]+)? ?(?:enter(?:ing)?|edit(?:ing)"
        r"?|write|view(?: only)?|data entry|full)(?: (?:rights|access|permissions?|too|as well))?[.!]*$",
        r"\bhas (?:only )?(?:view|read)(?:[- ]only)?\b",
        r"\bview is fine\b",
        rf"\b(?:has|have) an account (?:already)?\b{NEAR}\bview\b",
        r"\b(?:already has|has already|existing|current) (?:an? )?(?:account|access|login|user)\b[^.?!]{0,40}\b"
        r"(?:view|enter|need|only)\b",
        r"['’]s permissions\b",
        r"['’]s change\b",
    ),
    cue(
        Matter.CHANGE,
        0.65,
        "duties or position change",
        r"\bpromot(?:ed|ion|ing)\b",
        r"\b(?:position|duties|job|role|title|responsibilities) (?:ha(?:s|ve) )?chang(?:e|ed|es|ing)\b",
        r"\bnew (?:job )?(?:duties|responsibilities|title|role)\b",
        r"\b(?:moved|moving|transferr?(?:ed|ing)|switched|going) (?:up )?(?:from (?:the )?[\w ]{3,25} )"
        r"?(?:to|in ?to) (?:an? |the )?(?:case manag\w+|front desk|kitchen|records|nights?|days?|"
        r"new (?:position|role)|supervis\w+|(?:[\w-]+ ){0,2}position)\b",
        rf"\b(?:no longer|{NOT}) (?:does|do|doing|handles?) (?:any )?(?:data entry|notes|case ?work)\b",
        r"\btook over\b",
        r"\bnow reports to\b",
        r"\bsupervisor (?:has )?changed\b",
        r"\btitle is\b",
        r"\b(?:stepping|stepped|moving|moved|going|transition\w*|settling) (?:up )?into (?:the|a|"
        r"an|his|her) [\w ]{2,30}\b(?:role|position|job|spot)\b",
        r"\bacting (?:as )?(?:\w+ ){0,2}(?:manager|director|supervisor|coordinator)\b",
        r"\bfilling in (?:as|for)\b",
        r"\b(?:moved|moving|transferred|switched) to (?:the )?(?:maintenance|transport|security|admin\w*|"
        r"intake|records|graveyard|day|night)\b",
        r"\bnew title\b|\bnow (?:the|our|a) (?:lead|senior|case|program|assistant)\b",
    ),
    cue(
        Matter.CHANGE,
        0.8,
        "a name or an address changes",
        r"\b(?:name|surname|e-?mail(?: address)?|phone(?: number)?|last name|legal name|supervisor)"
        r"(?: on [\w ]+)? (?:ha(?:s|ve) |was |is |be |been |needs to be |to be )*(?:changed?|updated|"
        r"different|corrected)\b",
        r"\b(?:name|address|email) change\b",
        r"\bchanged? (?:his|her|their|my|the|your) (?:last |legal |e-?mail )?(?:name|address|email|"
        r"records?|file)\b",
        r"\b(?:got|gotten|getting) (?:married|divorced)\b",
        r"\bmaiden name\b|\bwedding\b|\bnewly ?wed\b|\bhyphenat\w+",
        r"\bname\b[^.?!]{0,20}\bshould (?:now )?(?:be|read|say)\b",
        r"\bmarried name\b",
        r"\btied the knot\b",
        r"\b(?:last|legal|new) name is\b",
        r"\bgoes by\b",
        r"\b(?:mis-?spelled|spelled wrong|spelling of (?:his|her|their|my) name)\b",
        r"\b[a-z]+ [a-z'’-]+ is now [a-z]+ [a-z'’-]+$",
        r"\bis now (?-i:[A-Z])[\w'’-]+ (?-i:[A-Z])[\w'’-]+",
        r"\bupdate (?:her|his|their|my|your) (?:account|file|name|record|profile|information|info)\b",
        r"\blast name$",
    ),
    cue(
        Matter.MOVE,
        0.88,
        "somebody works at another facility",
        rf"\b(?:transfer\w*|mov(?:e|es|ed|ing)|go(?:es|ing)?|reassign\w*)\b[^.?!]{{0,40}}\b(?:from|"
        rf"to|between|over to) (?:the )?{PLACE}\b",
        rf"\bfrom {PLACE}(?: \w+)? to {PLACE}\b",
        rf"\b{PLACE}(?: \w+)? (?:instead of|rather than|and (?:not|no longer)(?: at)?) {PLACE}\b",
        r"\b(?:facility|location|site) change\b|\b(?:chang|updat)(?:e|ed|ing) (?:her|his|their|my|the) (?:facility"
        r"|location)\b",
        rf"\b(?:both|between) {PLACE}(?: \w+)? and {PLACE}\b",
        r"\bworking at both\b",
        rf"\badd {PLACE} to\b",
        rf"\b(?:accepted|took|taken|takes|taking|got|has) (?:a|the|another)(?: \w+)? (?:job|position|"
        rf"role) (?:at|with|in) (?:the )?{PLACE}\b",
        rf"\bhelp(?:ing|s)? out (?:at|in|with) (?:the )?{PLACE}\b",
        r"\bwhile still working\b",
        rf"\b(?:at|in|for) {PLACE} (?:as well|too|also|\w+ days a week)\b",
        rf"\b(?:under|shows?|listed (?:at|under)|belongs? to|switched to) {PLACE}\b",
        rf"\b(?:took|takes|taking|got|accepted) (?:the|an?)(?: \w+)? (?:opening|slot|spot|vacancy) (?:at|in"
        rf"|with) {PLACE}\b",
        rf"\b(?:been|is|are|now|working) (?:at|in|with) {PLACE} since\b",
        r"\bstaff transfer\b",
        r"\btransfer between facilit",
        r"\b(?:new|other|second|different|another|two) (?:facility|facilities|location|site|center)\b",
        rf"\bgetting {PERSON} from {PLACE}\b",
        rf"\b(?:comes?|coming|came)(?: \w+){{0,2}} (?:from|over from) {PLACE}\b",
        rf"\bsee {PLACE}['’]s\b",
        r"\bsplit(?:s|ting)? (?:his|her|their|my)? ?time\b",
        r"\bworking at two places\b",
        rf"\b(?:shifts?|hours|days|part[- ]time|full[- ]time|weekends|work(?:s|ing)?) (?:at|for|in|"
        rf"out of) (?:our |the )?{PLACE}\b(?= (?:as well|too|also|on top|instead|starting|program|"
        rf"on|and))",
        rf"\b(?:add|added|adding|include) {PLACE}\b",
        rf"\b{PLACE}(?: \w+)? (?:be |to be |gets? )?added to\b",
        r"\breassigned to\b",
        r"\bsecond (?:site|location|job at)\b",
        r"\bsister (?:facility|program|site)\b",
        rf"\bnow (?:at|based at|working (?:at|for|out of)) (?:the |our )?{PLACE}\b",
        r"\bwhich facility\b",
        rf"\bon top of (?:his|her|their|my) {PLACE}\b",
        rf"\b(?:leav\w+|left) {PLACE}(?: \w+)? (?:for|to (?:join|go to|work at)) {PLACE}\b",
    ),
)
