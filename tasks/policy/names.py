"""Names of people as they stand on forms: any order, any case, with or without middle names, misread by OCR."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from tasks.policy.nicknames import short_form

_TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof"}
SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
"""What may follow a family name; two people may differ by it alone."""
_LONGEST = 200
"""What of a name is looked at; comparing is quadratic in its parts."""
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})
_LOOKS_LIKE = ((("rn", "m"), ("vv", "w"), ("cl", "d")), str.maketrans("01l|5869", "oiiisbbg"))


class Match(StrEnum):
    """How well two names agree: the same person, perhaps the same, or clearly not."""

    SAME = "SAME"
    NEAR = "NEAR"
    DIFFERENT = "DIFFERENT"


def name_key(name: str) -> str:
    """The name folded to plain small letters, without titles and punctuation, its parts sorted."""
    return " ".join(sorted(parts_of(name)))


def same_person(a: str, b: str) -> Match:
    """Whether two written names are of one person.

    SAME: all parts agree up to OCR's usual confusions, apart from middle names and initials that only one of them
    has. NEAR: a letter or two, a short form, a suffix or a further family name makes the difference.
    """
    left, right = sorted((parts_of(a), parts_of(b)), key=len)
    if not left:
        return Match.DIFFERENT
    if looks("".join(left)) == looks("".join(right)):
        return Match.SAME
    if SUFFIXES & set(left) != SUFFIXES & set(right):
        stripped = [" ".join(p for p in parts if p not in SUFFIXES) for parts in (left, right)]
        return Match.DIFFERENT if same_person(*stripped) is Match.DIFFERENT else Match.NEAR
    grades = _pair_off(left, right)
    if grades is None:
        return Match.DIFFERENT
    paired, whole, near = grades
    spare = [at for at in range(len(right)) if at not in paired]
    only_middle = all(len(right[at]) == 1 or 0 < at < len(right) - 1 for at in spare)
    return Match.SAME if whole >= 2 and only_middle and not near else Match.NEAR


def parts_of(name: str) -> list[str]:
    """The parts in the order given name, middle, family; `Doe, Jane` is turned round."""
    name = name[:_LONGEST]
    family, comma, given = name.partition(",")
    if comma and given.strip().strip(".").lower() not in SUFFIXES:
        name = f"{given} {family}"
    folded = unicodedata.normalize("NFKD", name.casefold()).translate(_PLAIN)
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.split(r"[^\w|]+|_", re.sub(r"['’`´.]", "", kept.replace(". ", " ")))
    return [w for w in words if w and w not in _TITLES]


def looks(part: str) -> str:
    """The part as OCR might confuse it: letters and digits that look alike become one."""
    pairs, single = _LOOKS_LIKE
    part = part.translate(single)
    for seen, meant in pairs:
        part = part.replace(seen, meant)
    return part


def _pair_off(left: list[str], right: list[str]) -> tuple[set[int], int, bool] | None:
    """Which parts of the longer name the parts of the shorter one pair with, how many wholly, and any only nearly.

    None when a part of the shorter name has no partner. Whole words are paired before initials.
    """
    free = dict(enumerate(right))
    near, whole = False, 0
    for part in sorted(left, key=len, reverse=True):
        graded = [(_grade(part, other), at) for at, other in free.items()]
        best, at = max(graded, default=(0, -1))
        if best == 0 and len(part) == 1 and len(left) > 2:
            near = True  # another middle initial: not the same beyond doubt
            continue
        if best == 0:
            return None
        near = near or best == 1
        whole += best == 3 and len(part) > 1
        del free[at]
    return set(range(len(right))) - set(free), whole, near


def _grade(a: str, b: str) -> int:
    """3: equal as OCR sees it. 2: an initial. 1: a slip of the pen or a short form. 0: another name."""
    if looks(a) == looks(b):
        return 3
    if 1 in (len(a), len(b)):
        return 2 if a[0] == b[0] else 0
    shorter = min(len(a), len(b))
    allowed = int(len(a) != len(b)) if shorter <= 3 else 1 if shorter <= 6 else 2
    if Levenshtein.distance(looks(a), looks(b)) <= allowed and a[0] == b[0]:
        return 1
    prefix = shorter >= 2 and (a.startswith(b) or b.startswith(a))
    return int(prefix or short_form(a, b))
