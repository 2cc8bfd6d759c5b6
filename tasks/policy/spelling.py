"""How two names may be one: folded, swapped, hyphenated, shortened, mistyped, with or without what follows a name."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from tasks.policy.names import SUFFIXES, looks, parts_of
from tasks.policy.nicknames import short_form

_ALL = 60
"""Points for a name that agrees in full; any difference takes its share of them."""
_SWAPPED = 3
_SUFFIX = 12
"""Points less when given and family name change places, or when one of them is Jr. and the other is not."""
_ONE_NAME = 10
"""Points when only the given name agrees, for people marry; half of it for the family name: families work together."""


@dataclass(frozen=True)
class Name:
    """A given name with the middle ones, and a family name with what follows it, as written."""

    given: str
    family: str


@dataclass(frozen=True)
class Evidence:
    """What speaks for one person: points, and the reason in words."""

    points: int
    reason: str


@dataclass(frozen=True)
class Grade:
    """How alike two parts are, from 0 to 1, and what the difference is; no words when there is none."""

    share: float
    words: str = ""


NOTHING = Grade(0.0)


def folded(text: str) -> str:
    """Plain small letters without accents, punctuation and titles."""
    return " ".join(parts_of(text))


def compare(a: Name, b: Name) -> Evidence:
    """What two names say for one person."""
    (given_a, family_a, suffix_a), (given_b, family_b, suffix_b) = _split(a), _split(b)
    straight = _pair(_given(given_a, given_b), _family(family_a, family_b))
    swapped = max(
        _pair(_given(given_a, family_b), _family(family_a, given_b)),
        _pair(_given(family_a, given_b), _family(given_a, family_b)),
    )
    points, reason = straight
    if swapped[0] - _SWAPPED > points and swapped[0] > _ONE_NAME:
        points, reason = swapped[0] - _SWAPPED, f"{swapped[1]}, given and family name swapped"
    if points > _ONE_NAME and suffix_a != suffix_b:
        points, reason = points - _SUFFIX, f"{reason}, but one is {_title(suffix_a)}, the other {_title(suffix_b)}"
    return Evidence(points, reason)


def _title(suffix: str) -> str:
    return {"": "without", "jr": "Jr.", "sr": "Sr."}.get(suffix, suffix.upper())


def _split(name: Name) -> tuple[list[str], list[str], str]:
    """Given parts, family parts, and the suffix, wherever it was written."""
    given, family = parts_of(name.given), parts_of(name.family)
    suffix = next((p for p in (*family, *given) if p in SUFFIXES), "")
    return [p for p in given if p not in SUFFIXES], [p for p in family if p not in SUFFIXES], suffix


def _pair(given: Grade, family: Grade) -> tuple[int, str]:
    points = round(_ALL * given.share * family.share)
    if points > _ONE_NAME:
        different = ", ".join(words for words in (given.words, family.words) if words)
        return points, f"name alike ({different})" if different else "same name"
    if given.share >= 0.8 or family.share >= 0.8:
        if given.share > family.share:
            return _ONE_NAME, "same given name, another family name"
        return _ONE_NAME // 2, "same family name, another given name"
    return 0, ""


def _given(a: list[str], b: list[str]) -> Grade:
    """The best pair of the first given names or of a middle name that somebody goes by."""
    best = NOTHING
    for at, one in enumerate(a):
        for also, other in enumerate(b):
            grade = alike(one, other, given=True)
            if at or also:
                grade = Grade(grade.share * 0.85, grade.words or "a middle name used as given name")
                grade = NOTHING if 1 in (len(one), len(other)) else grade
            best = max(best, grade, key=lambda g: g.share)
    return best


def _family(a: list[str], b: list[str]) -> Grade:
    """Whole family names, run together or not; else one of several, as before or after a wedding."""
    if not a or not b:
        return NOTHING
    whole = alike("".join(a), "".join(b))
    if whole.share >= 0.8 or (len(a) == len(b) == 1):
        return whole
    best = max((alike(one, other) for one in a for other in b), key=lambda g: g.share)
    shared = max(len(one) for one in (*a, *b))
    return Grade(best.share * 0.8, "one of two family names") if best.share >= 0.8 and shared > 2 else whole


def alike(a: str, b: str, *, given: bool = False) -> Grade:
    """Two parts of a name; only a given name has short forms and stands as an initial."""
    if a == b:
        return Grade(1.0)
    if looks(a) == looks(b):
        return Grade(0.95, f"“{a}” and “{b}” look alike")
    if given and 1 in (len(a), len(b)):
        return Grade(0.5, "an initial") if a[:1] == b[:1] else NOTHING
    if given and short_form(a, b):
        return Grade(0.85, f"{a.title()} and {b.title()} are forms of one name")
    shorter = min(len(a), len(b))
    distance = OSA.distance(looks(a), looks(b))  # two letters that changed places are one slip
    if distance == 1 and shorter >= 3 and (a[0] == b[0] or shorter >= 5 or sorted(a) == sorted(b)):
        return Grade(0.85, f"“{a}” and “{b}” differ by one slip")
    if distance == 2 and shorter >= 7:
        return Grade(0.8, f"“{a}” and “{b}” differ by two slips")
    if given and shorter >= 3 and (a.startswith(b) or b.startswith(a)):
        return Grade(0.8, f"“{a}” and “{b}” begin alike")
    return NOTHING
