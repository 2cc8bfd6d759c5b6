"""How people write of a position and of a need, as patterns. Used by `iii_b_2_c` alone."""

from __future__ import annotations

import re


def _any(*forms: str) -> str:
    return f"(?:{'|'.join(forms)})"


def _words(text: str) -> str:
    return _any(*(word.replace("[_]", r"\s+") for word in text.split()))


def _pattern(*forms: str) -> re.Pattern[str]:
    return re.compile(_any(*forms), re.IGNORECASE)


# --- labelled lines ---

_POSITION_LABEL = _any(
    r"(?:(?:staff(?: member)?|employee)(?:['’]s)? |job |her |his |their )?"
    r"(?:position|title|role|job|occupation)(?: title)?",
    r"position at (?:the )?\w+",
)
_NEED_LABEL = _any(
    r"(?:business |job |omis )?needs?(?: for(?: omis| system)?(?: access)?)?",
    r"reasons?(?: for)?(?: (?:omis |system |the )?(?:access|request|need))?",
    r"purpose(?: of(?: the)? (?:access|request))?",
    r"justification(?: for(?: omis)? access)?",
    r"why(?: (?:access is |it is |is it )?needed| (?:s?he|they) needs? (?:omis|access|it))?",
    r"access(?: is)? needed(?: for| because| to)?",
    r"duties(?: requiring access)?",
    r"needs? access (?:for|to)",
)
_OTHER_LABEL = _any(
    r"(?:staff |employee )?(?:full )?name", "facility", "provider", "start date", r"e-?mail(?: address)?", "phone",
    "telephone", "supervisor", "date", "level of access", "subject", "location", "agency", "cell", "fax", "office",
    "user id",
)  # fmt: skip
ANY_LABEL = re.compile(
    rf"(?i)(?:^|(?<=[\s,;|.*]))[-•*\s]*(?:(?P<position>{_POSITION_LABEL})|(?P<need>{_NEED_LABEL})|(?P<other>{_OTHER_LABEL}))"
    r"\s*(?:\([^)]{0,60}\))?\s*\*?(?::|=|\t|\s[–—-]\s)\s*\*?"
)
"""A label with its colon (or `=`, tab, spaced dash). `other` ends the value of the label before it."""

NO_VALUE = _pattern(
    r"[\s._/?*-]*", r"n/?a\.?", r"none\.?", r"tbd\.?", r"same\.?", "unknown", r"attached\.?",
    r"(?:please )?see (?:the )?(?:attached|form|attachment|above|below)\b.*",
)  # fmt: skip

# --- the position in prose ---

_JOB = (
    _words("""
    manager counsell?or officer supervisor director co-?ordinator specialist technician tech therapist clinician
    nurse aide assistant monitor administrator analyst clerk secretary worker intern advis[eo]r lead evaluator
    navigator teacher instructor facilitator receptionist associate advocate planner sergeant lieutenant captain
    psychologist physician LAC LCPC LCSW RN LPN superintendent liaison trainer accountant bookkeeper cook driver
    guard mentor security (?:support|treatment|kitchen)[_]staff staff[_]member peer[_]support
""")
    + r"s?\b"
)
_FEW = r"(?:[\w/&'’-]+\s+){0,4}"
_WORKS = _any(
    "hired", "promoted", "works?", "working", "employed", "serves?", "serving", "joined", "joins", "starts?", "started",
    "starting", "begins?", "began", "transferred", "moved", "assigned", "appointed",
)  # fmt: skip
_NO_JOB = _any(
    "soon", r"of\b", "follows", "discussed", "requested", "required", "needed", "well", r"per\b", "possible",
)  # fmt: skip

POSITIONS = (
    _pattern(  # She is our new case manager. Jane was hired for the case manager opening.
        rf"\b(?:is|are|was|were|be|been|becomes?|became|{_WORKS})\b[^.;]{{0,70}}?\b{_JOB}",
        rf"['’]s\s+(?:an?|our|the)\s+{_FEW}{_JOB}",
    ),
    _pattern(  # as a night shift monitor; with a verb of work, as whatever it is
        rf"\bas\s+(?:an?|our|the|one of our)\s+{_FEW}{_JOB}",
        rf"\b(?:{_WORKS}|position|role|job)\b[^.;]{{0,60}}?\bas\s+(?!{_NO_JOB})(?:an?\s+|our\s+|the\s+)?[A-Za-z]{{3,}}",
        r"\b(?:position|title|role|job)\s+(?:will be|is|of|as)\s+(?!new\b|not\b|being\b|to\b|a? ?need)[a-z\"“]{2,}",
    ),
    _pattern(  # the forms for our new intake coordinator
        rf"\b(?:our|an?|new|newly[- ]hired|another|the following)\s+{_FEW}{_JOB}",
        rf"\bthe\s+(?:new|night|day|weekend|intake|case|treatment|shift)\s+{_FEW}{_JOB}",
    ),
    re.compile(  # Jane Doe (case manager) needs …; Jane Doe, LAC, will …; Case Manager Jane Doe needs …
        rf"\b[A-Z][\w'’-]+\s*(?:[(,|]|[–—-]\s)\s*(?i:(?:an?|our|the|new)?\s*{_FEW}{_JOB}(?:\s+(?:I{{1,3}}|\d))?)"
        r"(?:\)|,?\s+\w|\s*[|–—-])"
        rf"|\b(?i:{_JOB})\s+[A-Z][a-z'’-]+\s+[A-Z][a-z'’-]+\s+(?:needs|requires|will|has)\b"
    ),
)

ABOUT_OTHERS = _pattern(
    r"\bcontract manager\b",
    r"\b(?:signed|approved|completed|countersigned|submitted|sent|cc'?d|copied) by[^.,;]*",
    r"\b(?:his|her|their|my|the|your)\s+(?:immediate\s+|direct\s+)?(?:supervisor|manager)s?(?:['’]s?)?(?![\w-])",
    r"\bsupervisor(?:['’]s)?\s+(?:signatures?|names?|has signed|signed)\b",
    r"\bstaff(?: member)? and supervisors?\b",
    r"\b(?:please\s+)?(?:contact|call|reach out to|ask|e-?mail|copy|cc|questions? (?:to|for))\s+(?!as\b)[^.;]*",
)
"""Words on the supervisor, the contract manager or whom to call; they name no position of the staff member."""

SENDERS_OWN = re.compile(
    r"(?i)(?:\b(?:I\s+am|I['’]m)\s+(?!\w+ing\b)|\bthis is\b|\bmy name is\b"
    r"|\bI (?:work|serve)\b|\bmy (?:position|title|role|job)\b"
    r"|\bas (?:the|an?) (?=[^,.;]{2,40},\s*I\b))[^.;]*?(?=,\s*I\b|;|\.|$|\band\s+(?:am|I|we)\b|\bwho\b|\bbecause\b)"
)
FOR_ONESELF = _pattern(
    r"\bI(?: will| would|['’]ll)? (?:need|require|be using|use)\b"
    r"(?! (?:you|this|to (?:submit|send|request|get|set|add|have)))",
    r"\bmy (?:own )?access\b",
    r"\baccess for myself\b",
)

# --- the need in prose ---

_DATA = _any(
    _words("""
    enter input view review look update document record track check see read verify print pull add modify
    monitor maintain log chart key search find confirm write
"""),
    "access (?:offender|client|resident|records|case|information|data|files)",
)
_ACT = _any(
    _DATA,
    _words("""
    complete manage prepare coordinate supervise communicate perform do carry fulfil fulfill conduct obtain keep
    schedule assess process report follow assist help provide plan run research identify place screen work cover
    handle make gather retrieve case-manage support audit bill determine generate
"""),
    "be able",
)
_DOING = (
    _words("""
    enter input view review look updat document record track check see read verify print add modify monitor
    maintain logg chart search manag complet prepar coordinat schedul assess process report writ plan provid
    supervis perform retriev gather conduct screen
""")
    + "ing"
)
_MATTER = _words("""
    case caseload job dut work intake daily notes documentation scheduling report position role record entry
    data assessment client resident offender
""")
_WHY = _any(
    rf"\b(?:in order )?to {_ACT}\b",
    r"\bso (?:that )?(?:she|he|they|it|we)\b",
    r"\b(?:because|since)\b",
    r"\b(?:as|when) (?:she|he|they)\b",
    rf"\bfor {_DOING}\b",
    rf"\bfor (?:(?:her|his|their|the|our|all)\s+)?{_MATTER}",
)

NEEDS = (
    _pattern(
        rf"\b(?:needs?|requires?|needed|required|needing|(?:must|has to|should) have)\b[^;]*?{_WHY}",
        rf"\b(?:needs?|has|must|have) (?:to )?(?:be able to )?{_DATA}\b",
        rf"\b(?:us(?:es?|ing)|access(?:ing)?|log(?:ging)? ?(?:in)?to|request(?:ing|ed|s)?|asking)\b[^;]*?{_WHY}",
        rf"\bwill (?:also )?(?:be )?(?:responsible for |doing |in charge of )?(?:{_DATA}|{_DOING})\b",
    ),
    _pattern(
        r"\b(?:job|duties|position|role|work|responsibilities)\b[^.;]*\b(?:requires?|includes?|involves?)\b",
        rf"\b(?:responsible|accountable) for\b[^.;]*(?:{_DOING}|{_MATTER}|OMIS)",
        rf"\bin order to {_ACT}\b",
        r"\bso (?:that )?(?:she|he|they) can\b",
        rf"\b{_DATA}(?:s|es)?\b[^.;]*\b(?:in|into|on|from) (?:OMIS|the (?:offender management )?system)\b",
        r"\b(?:allow|enable)s? (?:her|him|them) to\b",
        r"\b(?:the need|reason|purpose)\b[^.;]{0,40}\b(?:is|are)\b\s+\S+",
    ),
)

NOT_A_NEED = _pattern(
    r"\b(?:if|should|do|anything|whatever|that)\s+(?:else\s+)?you\s+(?:will\s+)?(?:need|require|have|see)\b[^.;]*",
    r"\bneed(?:ed)? (?:anything|any further|any more|more information|further)[^.;]*",
    r"\b(?:I|we)(?:['’]ll| will| would| also)?\s+(?:need|have|require)\s+(?:you|this|these|it|everything)\s[^.;]*",
    r"\b(?:I|we)(?:['’]ll| will| would| also)?\s+(?:need|have|require)\s+"
    r"to (?:submit|send|request|get|set|add|do|complete|know|make)[^.;]*",
    r"\bneeds? to (?:complete|sign|start|begin|be set|be added|get|finish|attend)"
    r"(?:(?!\b(?:so|because|in order)\b)[^.;,])*",
    r"\bfor your (?:review|records|information|approval)[^.;]*",
    r"\bto (?:process|complete|review|set up) (?:this|the|her|his|these) (?:request|forms?|paperwork)?[^.;]*",
    r"\b(?:as|by) (?:soon|early) as possible\b",
    r"\b(?:as|per) (?:required|requested|needed)\b[^.;]*",
    r"\brequired (?:forms?|paperwork|documents?|signatures?)\b",
    r"\b(?:please|kindly) (?:see|review|find|let|check|process)[^.;]*",
)
"""Needs that are not the staff member's need for access: the sender's, the reader's, those of the paperwork."""
