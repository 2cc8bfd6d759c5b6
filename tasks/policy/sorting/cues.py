"""A cue: words that speak for a matter, how strongly, and how that is told to a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tasks.policy.sorting.values import Matter


class Wish(StrEnum):
    """What the writer wants done. What happened decides which matter it is; `weighing` brings the two together."""

    GRANT = "grant"
    REMOVE = "remove"
    RESTORE = "restore"
    TROUBLE = "trouble"  # cannot sign in, and does not say why


@dataclass(frozen=True)
class Cue:
    """`weight` (0 to 1) is how sure the words alone make us. `says` completes “It says that …”."""

    about: Matter | Wish
    weight: float
    words: re.Pattern[str]
    says: str
    terminated: bool = False


OMIS = (
    r"(?:omis|oms|omnis|offender (?:management )?(?:s[iy]stem\w*|database|software|program)|s[iy]stem[ae]?|database"
    r"|software)"
)
ACCESS = (
    rf"(?:{OMIS}|access(?:es)?|acc?ounts?|acct|log[- ]?[io]ns?|user ?(?:id|name)?s?|id|credentials?|permissions?|rights"
    r"|profile|sign[- ]?[io]n)"
)
PERSON = r"(?:him|her|them|[\w.'’-]+(?: [\w.'’-]+){0,2})"
NEAR = r"[^.?!;]{0,45}?"
DATA = (
    r"(?:records?|files?|info(?:rmation)?|data|notes?|lists?|print-?outs?|screen ?shots?|pictures?|"
    r"photos?|case ?files?|chronos?|history|addresses)"
)
PEOPLE = r"(?:offenders?(?! (?:management )?(?:system|database|software))|residents?|inmates?|clients?|parolees?)"
KIN = (
    r"(?:cousin|brother|sister|mother|father|mom|dad|aunt|uncle|nephew|niece|husband|wife|spouse|boyfriend|girlfriend"
    r"|fianc\w+|friends?|family|relatives?|neighbou?rs?|roommate|buddy|ex)"
)
NEVER = r"(?:no longer|not|n['’]?t|never|no more|wont|doesnt|isnt|dont)"
NOT = r"(?:no|not|n['’]t|nt|never|cannot)"


def cue(about: Matter | Wish, weight: float, says: str, *words: str, terminated: bool = False) -> Cue:
    """A cue of alternatives, whatever their case."""
    return Cue(about, weight, re.compile(rf"(?:{'|'.join(words)})", re.IGNORECASE), says, terminated)
