"""Words with their places, and the lines and phrases they form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from forms.reading import Box, Source


@dataclass(frozen=True)
class Word:
    """One word. `box` is in pixels of the upright page picture; `confidence` runs from 0 to 1."""

    text: str
    box: Box
    confidence: float
    source: Source

    @property
    def height(self) -> float:
        """Height of the word in pixels."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class Phrase:
    """Words of one line that stand close together: a label, a value, or a stretch of a sentence."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with one blank between them."""
        return " ".join(w.text for w in self.words)

    @property
    def box(self) -> Box:
        """The smallest box around the words, in pixels."""
        return around(w.box for w in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words."""
        return sum(w.confidence for w in self.words) / len(self.words)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of `boxes`; raises ValueError on none."""
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return (min(x0s), min(y0s), max(x1s), max(y1s))


def overlap(a: Box, b: Box) -> float:
    """The part of box `a` that lies inside box `b`, 0 to 1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    area = (a[2] - a[0]) * (a[3] - a[1])
    return max(0.0, width) * max(0.0, height) / area if area > 0 else 0.0


def inside(words: Iterable[Word], box: Box, share: float = 0.5) -> list[Word]:
    """The words of which at least `share` lies inside `box`."""
    return [w for w in words if overlap(w.box, box) >= share]


def lines(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped to lines, lines from top to bottom, words from left to right."""
    return [list(row) for row in _lines(tuple(words))]


@lru_cache(maxsize=32)  # every label of a form is looked for in the same words
def _lines(words: tuple[Word, ...]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box[1] + w.box[3]) / 2):
        middle = (word.box[1] + word.box[3]) / 2
        for row in reversed(rows[-4:]):
            last = row[-1]
            centre = (last.box[1] + last.box[3]) / 2
            if abs(middle - centre) < 0.45 * min(max(last.height, 8), max(word.height, 8)) + 2:
                row.append(word)
                break
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.box[0]) for row in rows]


def phrases(words: Iterable[Word], gap: float = 1.1) -> list[Phrase]:
    """Stretches of lines without a hole wider than `gap` times the height of the letters."""
    return list(_phrases(tuple(words), gap))


@lru_cache(maxsize=32)
def _phrases(words: tuple[Word, ...], gap: float) -> list[Phrase]:
    found: list[Phrase] = []
    for row in lines(words):
        current = [row[0]]
        for word in row[1:]:
            hole = word.box[0] - current[-1].box[2]
            if hole > gap * max(12.0, min(word.height, current[-1].height)):
                found.append(Phrase(tuple(current)))
                current = []
            current.append(word)
        found.append(Phrase(tuple(current)))
    return found


def as_text(words: Sequence[Word]) -> str:
    """Plain text in reading order, one line of the page per line."""
    return "\n".join(" ".join(w.text for w in row) for row in lines(words))
