"""What is said of somebody, but not as a fact of now: denied, only possible, asked about, or long past."""

from __future__ import annotations

import re

_DENIED = re.compile(
    r"(?:\b(?:not|never|isn['’]?t|wasn['’]?t|didn['’]?t|hasn['’]?t|haven['’]?t|hadn['’]?t|doesn['’]?t|aren['’]?t"
    r"|weren['’]?t"
    r"|won['’]?t|nobody|no one|none of)(?: (?!only\b)[\w'’-]+){0,2} |\b(?:instead of|rather than|without) )$",
    re.IGNORECASE,
)
"""Before the words of an event: it has not happened. Words that tell of an event by a denial bring it along."""

_POSSIBLE = re.compile(
    r"\b(?:might|may|maybe|possibly|perhaps|rumou?r\w*|thinking (?:of|about)|consider\w*|would|could|if|whether|unless"
    r"|threaten\w*|talk(?:s|ed|ing)? (?:of|about)|interview\w*|appl(?:ied|ying)|asked about|hop(?:es?|ing)"
    r"|not sure|unsure|undecided)(?: [\w'’-]+){0,4} $",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"\b(?:years? ago|last year|years? back|back in (?:the|20|19)|in (?:the )?past|used to|previously|once before"
    r"|(?:in|since|of|from|until) (?P<year>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:(?:and|so|also|but|hi|hello|just|quick question)[,:]? )*(?:is|are|was|were|am|did|do|does|has|have|had|why"
    r"|who|"
    r"whose|which|should|shall|would|will|when|what|how|where)\b"
    r"(?! (?:you|u|it (?:be )?(?:possible|ok|okay)|there (?:any|a) (?:way|chance))\b)"
    r"[^.]*\?\s*$"
    r"|\b(?:can|could|would|will) (?:you|u|someone|somebody|anyone) (?:please |pls )?"
    r"(?:check|see|tell|confirm|verify|look|find out|let (?:me|us) know|advise|explain)\b[^.?]*\b"
    r"(?:if|whether|which|what|how|when|who|where|why)\b",
    re.IGNORECASE,
)

DENIED = 0.1
"""What the words of an event that is denied still weigh."""


def denied(text: str, start: int) -> bool:
    """Whether the event whose words begin at `start` of a clause is denied."""
    return bool(_DENIED.search(text[max(0, start - 60) : start]))


def unsure(text: str, start: int, year: int) -> bool:
    """Whether that event is only possible, asked about, or long past."""
    ago = _LONG_AGO.search(text)
    past = bool(ago and (not ago["year"] or int(ago["year"]) < year))
    return past or asks(text) or bool(_POSSIBLE.search(text[max(0, start - 60) : start]))


def asks(text: str) -> bool:
    """Whether a clause asks something, other than politely for something to be done."""
    return bool(_ASKS.search(text))
