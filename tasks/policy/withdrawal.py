"""III.B.2: who may send a request may take it back. Only plain words do so; what may correct something does not."""

from __future__ import annotations

import re

from tasks.policy.own_words import own_lines

_TAKES_BACK = re.compile(
    r"\b(?:withdraw(?:n|ing)?|retract|rescind|disregard|never ?mind|no longer need(?:s|ed)?"
    r"|not (?:be )?needed any ?more"
    r"|(?:wo|does|do|is)n['’]?t (?:be )?need(?:ed|s)? (?:\w+ ){0,3}(?:after all|any ?more)"
    r"|cancel(?:l?ed|l?ing)? (?:\w+ ){0,3}(?:request|application|paperwork)"
    r"|(?:request|application)\b[^.?!]{0,25}\bcancel+ed)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"\b(?:instead|meant|correct(?:ed|ion)?|wrong|attached|new one|hold off|for now|(?:do not|don['’]?t|not|no) "
    r"(?:\w+ ){0,2}(?:withdraw|cancel|disregard))\b|\?",
    re.IGNORECASE,
)


def taken_back(text: str) -> bool:
    """Whether the sender's own words take a request back: plainly, with no question and nothing put in its place."""
    said = " ".join(own_lines(text))
    return bool(_TAKES_BACK.search(said)) and not _CORRECTS.search(said)
