"""III.B.4.b and III.C.3: passwords that do not work, and accounts locked because they were not used."""

from __future__ import annotations

from tasks.policy.sorting.cues import ACCESS, NEAR, NOT, OMIS, Cue, Wish, cue
from tasks.policy.sorting.values import Matter

_KEY = (
    r"(?:pass ?-?words?|passwrods?|paswords?|paswrods?|passwords?|pass ?codes?|pw(?:d|s)?|pass|"
    r"contrase(?:ñ|n)a)"
)
_IT = Matter.PASSWORD_RESET

CUES: tuple[Cue, ...] = (
    cue(
        _IT,
        0.88,
        "a password is to be reset",
        rf"\b(?:re-?set(?:ting|s)?|rest|re-?do|change|new|send|other|another)\b{NEAR}\b{_KEY}\b(?! (?:rules"
        rf"?|polic\w+|requirements?|sharing|at first))",
        rf"\b{_KEY}\b(?: \w+){{0,4}} (?:re-?set|rest|reseted|changed)\b(?! (?:every|at first))",
        r"\b(?:pw|password) re-?set\b",
    ),
    cue(
        _IT,
        0.85,
        "a password was forgotten or does not work",
        rf"\b(?:forg[oe]t(?:ten)?|lost|misplaced|don['’]?t (?:remember|know|recall)|can(?:not|['’]?t)"
        rf" (?:remember|recall|find|think of)|do not (?:remember|know)|blanked on)\b{NEAR}\b{_KEY}\b",
        rf"\b{_KEY}\b{NEAR}\b(?:expire[sd]?|expiring|ran out|isn['’]?t working|isnt working|not (?:working|"
        rf"accepted|work)|doesn['’]?t work|does not work|won['’]?t work|wrong|invalid|incorrect|rejected|"
        rf"is expire|out of date|stopped working)\b",
        rf"\b(?:expired|invalid|wrong|incorrect) {_KEY}\b",
        rf"\b(?:typed|entered|put)\b{NEAR}\b(?:{_KEY}|it)\b{NEAR}\b(?:wrong|incorrectly|too many)\b",
        rf"\bforget (?:my|the) {_KEY}\b",
        rf"\b(?:no|not|n['’]?t|won['’]?t|does ?n['’]?t|wont|doesnt|refus\w+|reject\w+) (?:to )?(?:accept|"
        rf"take|recogni[sz]e|like)\w*\b{NEAR}\b{_KEY}\b",
        r"\b(?:can(?:not|['’]?t| not)|don['’]?t|do not)(?: for the life of me)? (?:remember|recall)"
        r" what i (?:changed|set|put|made|picked)\b",
        r"\b(?:new|temp|temporary|other|first) one (?:does ?n['’]?t|does not|isn['’]?t|won['’]?t|"
        r"didn['’]?t|not)(?: \w+)? work\w*\b",
        r"\b(?:tried|typed|entered) (?:it )?(?:\w+ )?too many times\b",
        r"\bfat[- ]?finger\w*\b|\bmis-?typed\b|\bcaps lock\b",
        rf"\b(?:says?|said|get(?:ting)?|message) (?:of )?wrong {_KEY}\b",
        rf"\bwhat (?:was|is) my {_KEY}\b|\bno (?:idea|clue) what (?:my|his|her|their) (?:\w+ )?{_KEY}\b",
        r"\b(?:new|temp\w*|first|the|one[- ]time) (?:code|one)(?: \w+){0,3} (?:is |does |do |was )?(?:not|n['’]t) "
        r"(?:be )?(?:accept\w*|function\w*|work\w*|valid)\b",
        r"\bforgot (?:his|hers|her|theirs|mine|it)(?:[.,!]|$| again| over)",
        r"\btoo many (?:attempts|tries|times)\b",
        r"\b(?:invalid|bad|wrong) credentials\b",
        r"\b(?:user(?:name)?|login|id) (?:or|and) password (?:is |are )?(?:incorrect|invalid|wrong)\b",
        rf"\bchanged my {_KEY}\b{NEAR}\b{NOT} know\b",
        r"^(?:i )?forgot\w*$",
    ),
    cue(
        _IT,
        0.8,
        "an initial password does not arrive or does not work",
        rf"\b(?:initial|temp(?:orary)?|first|one[- ]time) {_KEY}\b",
        rf"\b(?:link|{_KEY})\b{NEAR}\b(?:has expired|expired|never (?:came|arrived|got))\b",
        rf"\bnever (?:got|received)\b{NEAR}\b{_KEY}\b",
    ),
    cue(_IT, 0.45, "a reset is wanted", r"\bre-?sets?\b(?! (?:button|the (?:alarm|system|count)))"),
    cue(
        _IT,
        0.4,
        "the mail is about a password",
        rf"\b(?:my|his|her|omis|your) (?:\w+ )?{_KEY}\b",
        rf"^{_KEY}$",
    ),
    cue(
        Wish.TROUBLE,
        0.72,
        "somebody cannot sign in",
        rf"\b(?:can(?:not|['’]?t| not)|unable to|not able to|couldn['’]?t|won['’]?t let \w+|doesn['’]?t let \w+|"
        rf"can not to|(?:ha(?:ve|s|ving)|having some) (?:trouble|problems?|issues?)|not being able to)"
        rf"\b{NEAR}\b(?:log(?:ging)?[- ]?(?:in|on)?|sign(?:ing)?[- ]?(?:in|on)|get(?:ting)? (?:in|"
        rf"on|into)|enter in|access(?:ing)?|log into)\b(?! (?:notes|a note|chrono|results|data))",
        rf"\b(?:log[- ]?in|sign[- ]?in|user(?: ?id)?|id|account|credentials)\b{NEAR}\b(?:is ?n['’]?t working|"
        rf"not working|doesn['’]?t work|does not work|stopped working|won['’]?t work|failed|fails|"
        rf"rejected|denied|broken)\b",
        r"\bkick(?:s|ed)? me out\b",
        r"\b(?:won['’]?t|wont|doesn['’]?t|not|refuses to) let(?:ting)? \w+ (?:in|on|log|sign)\b",
        r"\baccess denied\b",
    ),
    cue(
        Matter.UNLOCK,
        0.88,
        "an account was locked because it was not used",
        r"\b(?:60|sixty)[- ]?(?:\+ ?)?days?\b",
        r"\binactiv(?:ity|e)\b(?! users?)",
        r"\b(?:non|not|lack of|without|no|dis)[- ]?us(?:e|ed|age|ing)\b(?! (?:to|of force|for))",
        r"\b(?:have|has|had)(?:n['’]?t| not) (?:been )?(?:used?|using|logged|signed|been on|been in|"
        r"gotten on|gone in|accessed|touched)\b",
        r"\b(?:don['’]?t|do not|doesn['’]?t) (?:use|get on|log)\b[^.?!]{0,20}\b(?:often|much|two months|"
        r"months|weeks)\b",
        r"\b(?:weeks|months|long|ages|while|60 days|time)\b[^.?!]{0,20}\bsince\b[^.?!]{0,30}\b(?:log|"
        r"sign|us|been on|got on)\w*",
        r"\b(?:let|lets) (?:it|hers|his|mine|theirs|\w+ account) (?:lapse|expire|go dormant)\b|\bwent dormant\b",
        r"\bfor not (?:logging|signing|using|getting|being)\b",
        r"\bwaited too long to (?:log|sign|use)\b",
        r"\btoo long without\b",
        r"\bonly (?:use|need|log|get) (?:it|on|in)\b[^.?!]{0,30}\b(?:end of|once|quarter\w*|month\w*|"
        r"few|occasion\w*|rarely)\b",
        r"\bnot (?:used|logged|signed)\b[^.?!]{0,20}\b(?:in|for|since) (?:a while|months|weeks|long)\b",
    ),
    cue(Matter.UNLOCK, 0.6, "somebody still needs the account", r"\bi (?:do )?still (?:need|use|work)\b"),
    cue(
        Matter.UNLOCK,
        0.72,
        "an account is locked",
        r"\block(?:ed|ing|s) (?:me |him |her |them |us )?(?:out|up)\b",
        r"\block(?:ed|s) (?:me|him|her|them)\b",
        r"\block-?outs?\b",
        rf"\b{ACCESS}\b(?: \w+){{0,3}} (?:is|was|been|got|gets|are|say[s]?) (?:now )?(?:locked|block(?:ed)"
        rf"?|frozen)\b",
        r"\b(?:locked|blocked) (?:account|user|login|id)\b",
        r"^locked$",
        r"\b(?:is|was|got|been) locked\b",
        r"\bun-?(?:lock|block)\b",
        rf"\b{OMIS} (?:has been|is|was) locked\b",
        r"\b(?:user|account|acount) (?:is )?block(?:ed)?\b",
    ),
)
