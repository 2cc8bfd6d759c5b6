"""Find labels on a page: fuzzily, because they come from OCR and from forms we have never seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Lower case without punctuation, brackets and item numbers, for comparing labels."""
    lowered = text.lower().replace("\u2019", "'").replace("-", " ").replace("_", " ")
    if not lowered.isascii():  # OCR reads accents into English words
        lowered = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
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
    sizes = {size for _, length in wanted for size in range(max(1, length - 1), length + 3)}
    found: list[Anchor] = []
    for row in lines(words):
        for start in range(len(row)):
            if not (begins := _begins(row, start)) and not any(":" in w.text for w in row[start:]):
                continue
            for size in _reach(row, start, sizes):
                found += _read_as(row, start, size, wanted, begins=begins)
    found.sort(key=lambda a: (-a.likeness, a.box[1], a.box[0]))
    kept: list[Anchor] = []
    for anchor in found:
        if not any(_touch(anchor.box, other.box) for other in kept):
            kept.append(anchor)
    return kept


def _begins(row: Sequence[Word], start: int) -> bool:
    """Whether a label may begin with this word: it stands first, after a hole, or after an item number."""
    return start == 0 or _hole(row[start - 1], row[start]) or bool(_NUMBER.match(row[start - 1].text))


def _reach(row: Sequence[Word], start: int, sizes: set[int]) -> list[int]:
    """How many words a label from here may have: it does not run across a hole in the row."""
    most = 1
    while start + most < len(row) and not _hole(row[start + most - 1], row[start + most], 2.2):
        most += 1
    return [size for size in sizes if size <= most]


def _read_as(
    row: Sequence[Word], start: int, size: int, wanted: Sequence[tuple[str, int]], *, begins: bool
) -> list[Anchor]:
    part, after = row[start : start + size], start + size
    text = " ".join(w.text for w in part)
    if not begins and not text.endswith(":"):
        return []
    fitting = [label for label, length in wanted if max(1, length - 1) <= size <= length + 2]
    score = max((likeness(text, label) for label in fitting), default=0.0)
    if score < SURE:
        return []
    ends = after == len(row) or _hole(row[after - 1], row[after]) or row[after - 1].text.endswith((":", "?"))
    bracket = after < len(row) and row[after].text.startswith(("(", "[", "{"))
    bonus = 0.0 if ends or bracket else -0.1
    return [Anchor(around(w.box for w in part), text, score / 100 + bonus, begins, ends)]


def _hole(left: Word, right: Word, gap: float = 0.9) -> bool:
    return right.box[0] - left.box[2] > gap * max(14.0, min(left.height, right.height))


def _touch(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def is_sentence(phrase: Phrase) -> bool:
    """Whether a stretch of words is running text rather than a label."""
    words = plain(phrase.text).split()
    return len(words) > LONGEST_LABEL or (phrase.text.rstrip().endswith((".", ";", ",")) and len(words) > 4)
