"""Find labels on a page: fuzzily, because they come from OCR and from forms we have never seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from forms.reading import Box
from forms.words import Phrase, Word, around, lines

SURE = 84.0
"""Likeness (0 to 100) from which a stretch of words is taken for a label."""

LONGEST_LABEL = 9
"""Words; what is longer is a sentence that merely mentions the thing."""

_NUMBER = re.compile(r"^\(?\d{1,2}[a-z]?[.)]?$")
_NOISE = re.compile(r"[^a-z0-9#/' ]+")


@dataclass(frozen=True)
class Anchor:
    """A label found on a page. `likeness` runs from 0 to 1; `starts` and `ends`: whether it begins or ends a phrase."""

    box: Box
    text: str
    likeness: float
    starts: bool
    ends: bool


def plain(text: str) -> str:
    """Lower case without punctuation, brackets and item numbers, for comparing labels."""
    lowered = text.lower().replace("\u2019", "'").replace("-", " ").replace("_", " ")
    words = _NOISE.sub(" ", lowered).split()
    while words and _NUMBER.match(words[0]):
        words = words[1:]
    return " ".join(words)


def likeness(found: str, label: str) -> float:
    """How alike two labels are, 0 to 100; the rarer the letters of a short label, the stricter."""
    left, right = plain(found), plain(label)
    if not left or not right:
        return 0.0
    score = float(fuzz.ratio(left, right))
    if len(right) <= 5:
        return score if left == right or score >= 90 else 0.0
    return score


def find_label(words: Sequence[Word], labels: Iterable[str]) -> list[Anchor]:
    """Every place where one of the labels stands, surest first. Words inside running sentences do not count."""
    wanted = [(label, len(plain(label).split())) for label in labels]
    found: list[Anchor] = []
    for row in lines(words):
        for label, length in wanted:
            found += _in_row(row, label, length)
    found.sort(key=lambda a: (-a.likeness, a.box[1], a.box[0]))
    kept: list[Anchor] = []
    for anchor in found:
        if not any(_touch(anchor.box, other.box) for other in kept):
            kept.append(anchor)
    return kept


def _in_row(row: Sequence[Word], label: str, length: int) -> list[Anchor]:
    found = []
    for start in range(len(row)):
        for size in {max(1, length - 1), length, length + 1, length + 2}:
            part = row[start : start + size]
            if len(part) < size or not _close(part):
                continue
            score = likeness(" ".join(w.text for w in part), label)
            if score < SURE:
                continue
            starts = start == 0 or _hole(row[start - 1], row[start]) or bool(_NUMBER.match(row[start - 1].text))
            after = start + size
            ends = after == len(row) or _hole(row[after - 1], row[after]) or row[after - 1].text.endswith((":", "?"))
            bracket = after < len(row) and row[after].text.startswith(("(", "[", "{"))
            text = " ".join(w.text for w in part)
            if starts or text.rstrip().endswith(":"):
                bonus = 0.0 if ends or bracket else -0.1
                found.append(Anchor(around(w.box for w in part), text, score / 100 + bonus, starts, ends))
    return found


def _close(part: Sequence[Word]) -> bool:
    return not any(_hole(a, b, 2.2) for a, b in pairwise(part))


def _hole(left: Word, right: Word, gap: float = 0.9) -> bool:
    return right.box[0] - left.box[2] > gap * max(14.0, min(left.height, right.height))


def _touch(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def is_sentence(phrase: Phrase) -> bool:
    """Whether a stretch of words is running text rather than a label."""
    words = plain(phrase.text).split()
    return len(words) > LONGEST_LABEL or (phrase.text.rstrip().endswith((".", ";", ",")) and len(words) > 4)
