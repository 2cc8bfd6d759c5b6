"""III.C.4 and III.C.5: prohibited use and other security violations, as people report them."""

from __future__ import annotations

from tasks.policy.sorting.cues import DATA, NEAR, OMIS, PEOPLE, PERSON, Cue, cue
from tasks.policy.sorting.values import Matter

_IT = Matter.VIOLATION
_KEY = r"(?:pass ?words?|log[- ]?ins?|pw|user ?(?:ids?|names?)|credentials|accounts?|id)"

_WORK = r"(?:own )?(?:units?|case-?loads?|teams?|shifts?|floors?|groups?|facility|programs?)\b"
"""Whose records are read for work: to read the notes of the own unit is no violation."""

CUES: tuple[Cue, ...] = (
    cue(
        _IT,
        0.9,
        "it speaks of a violation",
        r"\b(?:security|policy|confidentiality|privacy|hipaa|data|possible|potential) (?:violations?|"
        r"breach(?:es)?|incident)\b",
        r"\bviolat(?:ed|es|ing)\b(?! (?:(?:his|her|their|the|a|any) )?(?:\w+ )?(?:probation|parole|conditions?|release"
        r"|supervision|house|curfew|no[- ]contact|court))",
        r"\bviolations? of (?!(?:(?:his|her|their|the|a|any) )?(?:\w+ )?(?:probation|parole|conditions?|release"
        r"|supervision"
        r"|house|curfew|no[- ]contact|court|sentence))",
        r"\bmis-?us(?:e|ed|ing)\b",
        r"\b(?:un-?authori[sz]ed|improper(?:ly)?|in-?appropriate(?:ly)?|illegal(?:ly)?|unlawful(?:ly)"
        r"?)(?: \w+){0,2} (?:access\w*|us(?:e|ed|ing)|disclos\w+|shar\w+|look\w*|view\w*|download\w*)"
        r"\b",
        r"\bbreach(?:es|ed)?\b",
        r"\bhack(?:ed|ing|er)\b",
        r"\bsnoop(?:ed|ing)?\b",
        r"\bprivacy complaint\b",
        r"\bcompromised\b",
        r"\bphish(?:ing|ed)\b",
        r"\bimproper disclosure\b",
        r"\bleak(?:ed|ing)\b[^.?!]{0,30}\b(?:info|records?|data|names?)",
        r"\bmal-?ware\b|\bransomware\b",
    ),
    cue(
        _IT,
        0.88,
        "a password or an account is shared",
        rf"\b(?:lets?|letting|allow(?:s|ed|ing)?)\b{NEAR}\b(?:us(?:e|es|ing)|log in with|sign in with)\b"
        rf"(?: \w+){{0,2}} (?:his|her|their|my) (?:\w+ )?{_KEY}\b",
        r"\b(?:lost|stolen|missing|found|left)\b[^.?!]{0,70}\b(?:written|write|wrote|with)\b[^.?!]{0,40}\b(?:"
        r"passwords?|pw)\b",
        rf"\b(?:shar(?:e|es|ed|ing)|lend(?:s|ing)?|lent|loan(?:s|ed|ing)?|swapp?(?:ed|ing)|trad(?:ed|"
        rf"ing)|borrow(?:s|ed|ing)?)\b{NEAR}\b{_KEY}\b",
        rf"\b{_KEY}\b{NEAR}\b(?:shar(?:ed|ing)|borrowed)\b",
        rf"\b(?:us(?:e|es|ed|ing)|log(?:s|ged|ging)? ?in(?:to)?(?: \w+)? (?:as|with|under|using)|sign(?:s|"
        rf"ed|ing) ?in(?: \w+)? (?:as|with|under|using))\b{NEAR}\b(?:(?:someone|somebody|each|one)"
        rf" (?:else|other|another)(?:['’]s)?|another (?:person|employee|staff\w*|user|worker)['’]?s|"
        rf"coworker['’]?s|co-worker['’]?s|other people['’]?s)\b",
        rf"\b(?:gave|give|gives|giving|given|told|tells?|handed|knows?|texted|emailed|wr(?:ote|ites?|"
        rf"itten))\b{NEAR}\b(?:{_KEY}) (?:to (?!me|do|enter|write|log|get|access|view|look|see|"
        rf"the right)|out|down)\b{NEAR}",
        rf"\bgave (?:\w+ ){{1,3}}(?:his|her|their|my) (?:\w+ )?{_KEY}\b",
        rf"\b(?:his|her|their|my|other['’]s|others['’]?) {_KEY}\b{NEAR}\bto (?:an? )?(?:{PEOPLE}|"
        rf"friend|coworker|other|someone|another)\b",
        rf"\b(?:know|knows|knew) (?:each other['’]?s|every(?:one|body)['’]?s|the other['’]?s|my|her|"
        rf"his) {_KEY}\b",
        rf"\b(?:everyone|everybody|we all|they all|whole shift)\b{NEAR}\b(?:uses?|using|shares?|same)"
        rf"\b{NEAR}\b(?:it|login|log-in|account|password|omis)?\b",
        rf"\b(?:asking|asks|asked|ask) (?:me |us |her |him )?for (?:my|his|her|their|our) {_KEY}\b",
        rf"\b(?:used|using|uses|logged in with|signed in with) my (?:\w+ )?{_KEY}\b",
        r"\b(?:watched|saw|seen|watching) (?:me|her|him|them) (?:type|typing|enter)\b",
        r"\b(?:activity|log-?ins?|entries|notes)\b[^.?!]{0,30}\b(?:days?|times?|when) i was(?:n['’]t|"
        r" not)? (?:off|working|there|at work|gone)\b",
        rf"\b{_KEY}\b{NEAR}\b(?:used by (?:someone|somebody|another)|on (?:a )?(?:sticky|post-?it|"
        rf"whiteboard|paper|the wall|the monitor))",
        r"\bunder my (?:name|login|id|user)\b",
        rf"\b(?:some(?:one|body)|who(?:ever)?) (?:else )?(?:was|is|has been|got|must have been) (?:in|on|into"
        rf"|using) my {_KEY}\b",
        r"\b(?:with|under) my initials\b",
        r"\b(?:stay(?:s|ed)?|remain|be|keep us|all) (?:signed|logged)[- ]?(?:in|on) (?:under|as) (?!(?:my"
        r"|your)self)\w+\b",
        rf"\b(?:passwords?|log-?ins?)\b{NEAR}\b(?:taped|posted|pinned|written|hanging|stuck|in plain (?:sight|"
        rf"view)|on a (?:list|note|board))\b",
        rf"\b(?:had|has|have|made|make|makes|asked|asks|told|let|lets)\b (?:me|us|{PERSON}) (?:to )?(?:use"
        rf"|log[- ]?in|sign[- ]?in)"
        rf"\b{NEAR}\b(?:his|her|their|your|my|[\w-]+['’]s) (?:\w+ )?{_KEY}\b",
        rf"\b(?:used|uses|using|logged in (?:as|with|under)|been on|working (?:under|on"
        rf"|in))\b (?-i:[A-Z])\w+['’]s? (?:\w+ )?{_KEY}\b",
        r"\blist of\b[^.?!]{0,25}\bpasswords\b",
        r"\bsticky notes?\b|\bpost-?its?\b",
    ),
    cue(
        _IT,
        0.88,
        "somebody looked up what was not his or her business",
        r"\b(?:look(?:s|ed|ing)?|search(?:es|ed|ing)?|pull(?:ed|ing)?|check(?:ed|ing)?|read(?:ing)"
        r"?|brows(?:ed|ing))\b[^.?!]{0,25}\b(?:up|for|on|at|into|through|out)?\b[^.?!]{0,20}\b(?:ex|"
        r"ex-\w+|neighbou?r|girlfriend|boyfriend|brother|sister|cousin|family|relative|friend|spouse|"
        r"husband|wife|son|daughter|uncle|nephew|celebrity|out of curiosity)(?:['’]?s)?\b",
        rf"\b(?:look(?:s|ed|ing)?|read(?:ing)?|gone|going|been|was|went|search\w*|brows\w*|scroll\w*"
        rf"|pull\w*)\b(?: \w+)? "
        rf"(?:at|in|into|through|up|for)\b{NEAR}\b(?:{DATA})\b[^.?!]{{0,30}}\b(?:dat(?:e[ds]?|ing)|knows|related"
        rf"|lives? next"
        rf"|went to school|married|grew up|ex)\b",
        r"\bno (?:business|legitimate|job|work)(?:[- ]related)? (?:reason|need|purpose)\b",
        r"\bout(?:side)? of (?:his|her|their) (?:job|caseload|duties|normal)\b",
        r"\bno need to know\b",
        rf"\b(?:access(?:ed|ing)?|look(?:ed|ing)? (?:at|up|into)|open(?:ed|ing)|view(?:ed|ing)|read(?:ing)"
        rf"?|pull(?:ed|ing)? up)\b{NEAR}\b(?:of people|not (?:on|in|assigned)|outside (?:of )?(?:his|"
        rf"her|their)|is(?:n['’]t| not) (?:on|his|her)|{DATA} of (?:a|her|his|their|my) (?!{_WORK}))",
        r"\bnot (?:on|in|part of) (?:his|her|their) caseload\b",
        rf"\bgossip\w*\b|\b(?:brag|boast|jok|laugh|talk)(?:s|ed|ing|ging)?\b{NEAR}\b(?:reads?|saw|sees|seen|found"
        rf"|looked up)\b{NEAR}"
        rf"\b(?:in|on|about)\b{NEAR}\b(?:{DATA}|{OMIS})\b",
        r"\b(?:curious|curiosity|nosy)\b",
        r"\bpassed (?:on )?what (?:he|she|they) (?:found|saw|read)\b",
        r"\b(?:his|her|their) own (?:record|file|case)\b",
        r"\bpersonal (?:reasons?|gain|use)\b",
        r"\b(?:look(?:s|ed|ing)? up|search(?:ed|ing))\b[^.?!]{0,40}\b(?:not (?:on|assigned|his|her|"
        r"their)|personal|curio)",
    ),
    cue(
        _IT,
        0.86,
        "a screen was left open, or an offender was at it",
        rf"\b(?:left|leav(?:e|es|ing)|stay(?:s|ed|ing)?|was|were|still|remain\w*)\b{NEAR}\b(?:logged|"
        rf"signed)[- ]?(?:on|in|into)\b{NEAR}\b(?:all night|unattended|nobody|no one|with|while|and (?:walked|"
        rf"left|went)|desk|computer|open|overnight|offender|omis|on it)?",
        rf"\b(?:leav(?:e|es|ing)|left)\b{NEAR}\b(?:{OMIS}|screen|computer|station|terminal)\b{NEAR}\b(?:open|"
        rf"up|unattended|unlocked|on)\b",
        r"\bunattended\b",
        r"\bwalk(?:s|ed|ing)? away\b[^.?!]{0,40}\b(?:logged|open|screen|computer)",
        rf"\b{PEOPLE}\b{NEAR}\b(?:us(?:e|ed|ing)|sitting at|on|at|access(?:ed|ing)?|look(?:ed|ing)"
        rf" at|in front of|behind|touch\w*|clicking)\b{NEAR}\b(?:staff |case manager['’]?s? |the )"
        rf"?(?:computer|desk|system|omis|terminal|screen|keyboard)\b",
        rf"\b{PEOPLE}\b{NEAR}\b(?:clicking|typing|scrolling|playing)\b",
        rf"\b(?:let|lets|letting|allow\w*|had|have|has)\b{NEAR}\b{PEOPLE}\b{NEAR}\b(?:use|using|on|"
        rf"at|type|log\w*|enter\w*)\b{NEAR}\b(?:his|her|their|the|staff|omis|computer|login|account)"
        rf"\b",
        rf"\b(?:let|allow(?:ed|ing|s)?|lets|letting)\b{NEAR}\b{PEOPLE}\b{NEAR}\b(?:computer|{OMIS}|"
        rf"log|see|look|use)\b",
    ),
    cue(
        _IT,
        0.6,
        "something is to be reported",
        r"\b(?:need|want|have|like|wish|obligated|required|am|must)(?: \w+){0,2} (?:to )?report(?:ing)"
        r"?\b(?! (?:to work|card|for duty))",
        r"\breport(?:ing)? (?:a|an|it as|this as|possible|that|something)\b",
        r"\banonymous(?:ly)?(?: tip)?\b",
        r"\bget (?:anyone|anybody|somebody|him|her) in trouble\b",
        r"\bwrite[- ]?up\b",
    ),
    cue(
        _IT,
        0.45,
        "it may be a concern",
        r"^(?:a )?concern(?:s|ing)?$",
        r"\bthought you should know\b",
        r"\bsuspicious\b",
        r"\bconcerned (?:that|about)\b",
        r"\bit['’]?s not right\b",
    ),
    cue(
        _IT,
        0.5,
        "an account may be in other hands",
        r"\bwhich i did(?:n['’]?t| not) (?:write|enter|do|make)\b",
        r"\b(?:i|we) did(?:n['’]?t| not) (?:write|enter|make|authorize)\b",
        r"\bclick(?:ed)? (?:on )?(?:a|the) link\b",
        r"\bsuspend (?:him|her|them) at once\b",
    ),
)
