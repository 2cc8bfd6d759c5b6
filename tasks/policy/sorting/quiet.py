"""Sentences in which words of other matters say little: questions, thanks that repeat what was done, residents."""

from __future__ import annotations

from tasks.policy.sorting.cues import NEAR, Cue, cue
from tasks.policy.sorting.values import Matter

GENERAL = cue(
    Matter.QUESTION,
    0.6,
    "it asks in general",
    r"(?<!know )(?<!sure )(?<!heard )\b(?:if|when|whenever|in case|suppose|hypothetically|once|anytime|every time"
    r"|should)"
    r"\b(?! (?-i:[A-Z])[a-z'’-]+ (?-i:[A-Z])[\w'’-]+ (?:left|quit|retired|resigned|was|got))[^.?!]{0,60}\b("
    r"?:someone|somebody|anyone|anybody|a person|an? (?:\w+ )?(?:employee|worker|user|individual)"
    r"|people|employees|staff(?: members?)?|they|we|one of (?:our|my) \w+|a staff member)\b",
    r"\b(?:someone|somebody|anyone|anybody|a person|an employee|people|employees|a staff member)"
    r"\b[^.?!]*\b(?:go(?:es)?|chang(?:es?|ed)|leaves?|quits?|is|are|gets?|only)\b[^.]*\?",
    r"\bhypothetically\b",
    rf"\b(?:how|what|when|where|which|who|do we|does)\b{NEAR}\b(?:passwords|lockouts|accounts|"
    rf"someone|somebody|people|employees|staff|new users|policy|rules?)\b[^.]*\?",
    r"\b(?:policy|rules?|procedure|requirements?)$",
)
"""Words that make a sentence a question about the rule, not about a case: what else it says hardly counts."""

STATUS = cue(
    Matter.QUESTION,
    0.85,
    "it asks how far a request is",
    r"\bany (?:word|updates?|news|progress|status)\b",
    r"\bstatus of\b",
    r"^when will\b",
    r"\b(?:have not|haven['’]?t|not) (?:heard|seen|received)(?: \w+){0,3} (?:anything|back|yet|about)\b",
    r"\bwondering (?:where|when|how)\b",
    r"\b(?:did|have) you (?:get|receive|have a chance|had a chance|process)",
    r"\bhow long (?:does|do|will|should)\b",
    r"\b(?:list|names) of (?:all |everybody|everyone|users|who|people|staff|our )\b",
    r"\bwhere (?:is|are|does|do) (?:the|her|his|my|our)\b[^.?!]*\brequests?\b",
    r"\bwho (?:at|in|from|currently|all)\b[^.?!]*\b(?:has|have)\b",
    r"\bstill waiting\b",
    r"\bfollow(?:ing)? up on\b",
    r"\bcheck(?:ing)? (?:in )?on\b",
)
"""Words that ask about a request that was made before; they make none."""

LOOKED_UP = cue(
    Matter.QUESTION,
    0.85,
    "it asks how something is done",
    r"^(?:where|which|who|why|what (?:form|is|are|does|time|kind|happens)|how (?:often|long|many|"
    r"much|does|would|should|do (?:i|we|you)|can (?:i|we))|do (?:we|i|you|they)|is (?:there|it)"
    r"|are (?:there|we)|does|should (?:i|we))\b[^.]*\?",
)
"""A question of this shape is more often about how things are done than a request."""

CONFIRMS = cue(
    Matter.THANKS,
    0.85,
    "it thanks for what was done",
    r"^(?:(?:sounds|great|ok|okay|perfect|good|awesome|hi|hello)[\w ]{0,12},? )?(?:thanks?|thank you)"
    r"(?: \w+){0,3} for\b(?! (?:your (?:help|time|assistance)))",
    r"^thanks,? (?:for )?(?:letting|confirming)",
    r"\b(?:we|i)(?: will|['’]ll) let you know\b",
)
"""Thanks that repeat what was done; what they say of it is no request."""

TITLE = r"(?! (?:advis\w+|monitor|tech\w*|assistant|supervisor|manager|services?|coordinator)\b)"
"""Staff are called resident advisors and the like."""

OF_RESIDENTS = cue(
    Matter.OTHER,
    0.8,
    "it is about a resident, not about staff",
    rf"^(?:[\w ,]{{0,20}} )?(?:residents?|offenders?|inmates?|clients?|participants?|parolees?){TITLE}(?: \w+)"
    r"{0,4} (?:was|were|has|have|had|left|is|are|tested|violated|terminated|walked|returned|escaped|moved|transferred|"
    r"quit|failed|will|did|died|absconded)\b(?![^.?!]*\b(?:omis|oms|computer|desk|log|screen|"
    r"password|system|account|staff|employee)\b)",
    rf"\b(?:residents?|offenders?|inmates?|clients?|parolees?){TITLE} (?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+)?,? "
    r"(?:#|ao ?#?|doc ?#?)? ?(?:\d{5,}|(?:requests?|would like|is (?:requesting|asking|eligible|scheduled))\b)",
    r"\b(?:escape status|absconded|walk-?away|montana state prison|\bmsp\b|parole (?:board|hearing)"
    r"|jail|urinalysis|positive ua)\b",
    r"\bmy (?:brother|husband|son|boyfriend|father|dad|cousin|wife|sister|daughter|fianc\w+|nephew|"
    r"uncle|friend)\b[^.?!]*\b(?:moved|was|is|has|property|visit|release\w*)\b",
)
"""People in custody leave, return and are terminated from programs as well; that is not for this mailbox."""

DAMPED: tuple[tuple[Cue, float], ...] = (
    (GENERAL, 0.15),
    (STATUS, 0.25),
    (CONFIRMS, 0.3),
    (OF_RESIDENTS, 0.15),
    (LOOKED_UP, 0.5),
)
"""What a cue of another matter still weighs in such a sentence; the first that fits counts."""
