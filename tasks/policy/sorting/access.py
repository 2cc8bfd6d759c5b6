"""III.B.2: somebody is to be given access."""

from __future__ import annotations

from tasks.policy.sorting.cues import ACCESS, NEAR, NOT, OMIS, PERSON, Cue, Wish, cue
from tasks.policy.sorting.values import Matter

_JOB = (
    r"(?:case ?manager|counsel+or|monitor|tech(?:nician)?|clerk|nurse|therapist|officer|supervisor|"
    r"coordinator|director|specialist|"
    r"aide|assistant|advis[eo]r|staff|hires?|employees?|employed|people|person|intern|lac|guys?|"
    r"worker|user|developer|cook|teacher)"
)

PAPERS = "papers are sent"
CUES: tuple[Cue, ...] = (
    cue(
        Matter.NEW_ACCESS,
        0.6,
        "somebody is new",
        rf"\b(?:new(?:ly)?|another|incoming)(?:[- ]hired)?(?: [\w-]+){{0,3}} {_JOB}\b",
        r"\bnew[- ]?hires?\b",
        r"\bonboard\w*\b",
        r"\brehir\w*",
        r"\b(?:was|were|been|have|has|we|just|i was|is) (?:just |recently |newly )?(?:hired|brought on|"
        r"taken on)\b",
        r"\bcoming back to work for us\b",
        r"\b(?:joins?|joined|joining) (?:us|our|the)\b",
        r"\b(?:first day|date of hire|hire date)\b",
        r"\b(?:starts?|started|starting|begins?|began|begin to work)(?: (?:with us|here|work|working|"
        r"this week|last week|next week|on|today|tomorrow|"
        r"yesterday|monday|tuesday|wednesday|thursday|friday|two weeks|\d))",
        r"\bi(?:['’]m| am) (?:the |a )?new\b",
        r"\bpassed (?:his|her|their|the) background\b",
        r"\b(?:hired|replac\w+|takes? over|took over)\b[^.?!]{0,30}\b(?:in (?:his|her|their) place|caseload)\b",
        r"\breplaces\b",
        r"\b(?:come|came|coming) on ?board\b",
        r"\b(?:took|taken|takes|taking|accepted|got|gotten|filling|fills|filled) (?:the|our|that|an?) (?:vacant"
        r"|open)\b",
        r"\bfill(?:ed)? (?:the|our|that) [^.?!]{0,40}\b(?:opening|position|vacancy|spot|slot)\b",
        rf"\bnever (?:had|got|been given|has had) (?:{OMIS}|access|an? )",
        r"\bbeen here (?:for )?(?:\w+ )?(?:weeks?|months?|years?|days?)\b",
        r"\borientation\b",
        r"\bc[ao]me to us from\b",
        r"\b(?:is|are) our new(?:est)?\b",
        r"\bnew to (?:us|the team|our)\b",
        r"\bi was (?:just )?hired\b",
        r"\b(?:an? |our )(?:summer |new )?intern\b",
    ),
    cue(
        Wish.GRANT,
        0.78,
        "access is to be given",
        rf"\b(?:ha(?:s|ve)|with|got|given|still) no (?:{OMIS} )?{ACCESS}\b",
        rf"\bstill (?:does ?n['’]?t have|waiting (?:for|on)|without) (?:an? |his |her |their |any )"
        rf"?(?:{OMIS} )?{ACCESS}\b",
        rf"(?<!n['’]t )(?<!not )(?<!longer )(?<!wont )(?<!doesnt )\b(?:needs?|needing|requires?|giv(?:e|"
        rf"en|ing)|grant(?:ed)? (?=him|her|them|access|omis|oms|[\w'’-]+ (?:[\w'’-]+ )?access)|obtain|"
        rf"ha(?:ve|s) (?=access|an |their own|his own|her own)|get|gets|request(?:s|ed|ing)?|ask(?:ing)"
        rf"?(?: for)?|want|add(?:ed|ing)?|creat(?:e|ed|ing)|issued?|assign(?:ed)?|trouble you for|"
        rf"ready for)\b"
        rf"(?! (?:to )?(?:reset|change|remove|delete))(?!{NEAR}\b(?:list|password|pw|used|using|printouts?|"
        rf"back|again|any ?more|removed|disabled|closed|reset|error)\b){NEAR}\b{ACCESS}\b",
        rf"\bset(?:ting)? ?up\b(?! as){NEAR}\b{ACCESS}\b",
        rf"\bget(?:ting)? {PERSON} (?:set up|setup|access|added|an? (?:{OMIS} )?{ACCESS})\b",
        r"\bget set up\b",
        r"\b(?:please|to|can you|could you) set (?:up )?(?:him|her|them|[\w'’-]+ [\w'’-]+)(?: up)"
        r"? (?:in|on|with|for)\b",
        rf"\b(?:does|do|did|has|have|{NOT})(?: not|n['’]t)? have (?:any )?(?:access|an? (?:account|login|user))\b",
        rf"\b(?:{OMIS}|oms) (?:access|login|account|user|piece)\b(?=[^.?!]*\b(?:for|please|request))",
        r"\baccess request(?: form)?\b",
        r"\baccess needed\b",
        r"\bready to be added\b",
        r"\b(?:supposed|meant) to (?:be|have been) (?:set ?up|added)\b",
        r"\b(?:was|were|is) never (?:set ?up|added)\b",
        r"^add user$",
        r"^(?:\w+ )?(?:user id|log[- ]?in|account|access) for\b",
        r"\b(?:a|an|omis|oms|the|set ?up) (?:user id|log[- ]?in|account|access) for\b",
        r"\bon-?boarding\b",
        r"\badded to (?:omis|oms|the)\b",
        r"\b(?:for|to) get the user\b",
        r"^add\b",
        rf"\bnever had (?:{OMIS}|access)\b",
        rf"\b(?:has|have|got) (?:nothing|no user|no login|no account) in (?:the |your )?{OMIS}\b",
        rf"\b(?:is|are)(?:n['’]?t| not) (?:yet )?(?:in|on|set up in) (?:the |your )?{OMIS}(?: yet)?\b",
        rf"\bgood to go (?:for|on|with) (?:{OMIS}|access)\b",
    ),
    cue(
        Matter.NEW_ACCESS,
        0.6,
        "forms for somebody are sent",
        r"\b(?:forms?|paper ?work|packet|papers) (?:is |are )?(?:attached |enclosed )?for (?-i:[A-Z])"
        r"[\w'’-]+ (?-i:[A-Z])",
    ),
    cue(
        Wish.GRANT,
        0.45,
        "it says what the records are needed for",
        r"\b(?:must|needs? to|will (?:need|have) to|has to|have to|works? .{0,40} and|will) (?:be able to )"
        r"?(?:view|look up|see|read|enter|check|document|record|review|write|keep)s?\b[^.?!;]{0,60}\b(?:offende"
        r"rs?|residents?|records?|chrono\w*|case notes|caseload|conditions|information)\b",
        r"\bviews? (?:offender|resident) (?:information|records?|files?)\b",
    ),
    cue(
        Wish.GRANT,
        0.5,
        "access is perhaps to be given",
        rf"\b(?:set|setting) {PERSON} up\b(?! as)",
        rf"\bget(?:ting)? {PERSON} (?:going|started)\b",
        r"\bset ?up (?:in|on|with|for)\b",
        rf"\bneeds? (?:it|{OMIS})\b",
    ),
    cue(
        Matter.NEW_ACCESS,
        0.5,
        PAPERS,
        r"\bconsent(?: form)? (?:is |was )?(?:attached|enclosed|signed)\b",
        r"\b(?:attached|enclosed|here) (?:is|are|please find)[^.?!]{0,40}\b(?:consent|packet|access request)\b",
        r"\b(?:forms?|paper ?work|packets?|papers?|documents|applications?)\b[^.?!]{0,30}\b(?:attached|"
        r"enclosed|to follow|come|coming|follow|in the mail|for each|sign|are|is)\b",
        r"\bpaper ?work\b",
        r"\bsee attached\b",
        r"\bgot (?:it|them|the forms?) signed\b",
        r"\bsigned (?:forms?|consent|cop(?:y|ies)|paper ?work)\b",
        r"\bi send the papers\b",
        r"\bclearance\b",
    ),
)
