"""Labels that ask for a name or a date, by their words: any order, any role, broken or run together by recognition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from forms.anchors import Anchor, plain
from forms.labels import SIGN_WORDS
from forms.leaf import Leaf
from forms.roles import role_in
from forms.schema import Role
from forms.words import Word, around, lines

_IN_NAMES = frozenset(
    [
        "name",
        "names",
        "printed",
        "print",
        "please",
        "last",
        "first",
        "middle",
        "initial",
        "mi",
        "type",
        "typed",
        "legal",
        "full",
        "of",
        "and",
        "title",
        "in",
        "block",
        "letters",
        "the",
        "your",
        "user",
        "users",
        "user's",
        "staff",
        "employee's",
        "s",
    ]
)
_IN_DATES = frozenset(
    [
        "date",
        "dated",
        "signed",
        "of",
        "signature",
        "the",
        "today's",
        "todays",
        "mm",
        "dd",
        "yyyy",
        "yy",
        "ddmmyyyy",
        "mmddyyyy",
        "yyyymmdd",
    ]
)
"""Words of labels; beside them a label may hold the words for whoever signs."""


HARDLY_READ = 0.5
"""Confidence below which a word beside a label is taken for a pen's strokes."""

Corner = tuple[float, float]
"""Left edge and middle height of a label, in pixels at 200 dpi."""


@dataclass(frozen=True)
class Label:
    """A label of a name or date. `whose` is None when it does not say."""

    anchor: Anchor
    whose: Role | Literal["other"] | None

    @property
    def corner(self) -> Corner:
        """Left edge and middle height, in pixels."""
        box = self.anchor.box
        return box[0], (box[1] + box[3]) / 2


def labels_of(word: str, leaf: Leaf) -> list[Label]:
    """All labels on a page that ask for a `word`, "name" or "date"."""
    found = []
    for row in lines(leaf.words):
        for at, candidate in enumerate(row):
            if not any(alike(text, word) or _run_together(text, word) for text in plain(candidate.text).split()):
                continue
            part = _label_around(row, at, word)
            if part:
                text = " ".join(w.text for w in part)
                anchor = Anchor(around(w.box for w in part), text, 1.0, starts=True, ends=True)
                found.append(Label(anchor, role_in(text)))
    return found


def _label_around(row: Sequence[Word], at: int, word: str) -> Sequence[Word]:
    """The words of the label around `row[at]`; nothing when it stands in running text."""
    first, last = at, at
    while first and _near(row[first - 1], row[first]) and not _ended(row[first - 1]):
        if not _of_label(row[first - 1].text, word):
            break
        first -= 1
    while last + 1 < len(row) and not row[last].text.endswith(":") and _near(row[last], row[last + 1]):
        if not _of_label(row[last + 1].text, word):
            break
        last += 1
    start = first
    while start and first - start < 4 and _near(row[start - 1], row[start]) and not _ended(row[start - 1]):
        start -= 1
    if start < first:  # "Executive Director name" is a label, "the staff name" within a sentence is none
        whom = " ".join(w.text for w in row[start : at + 1])
        if role_in(whom) is None or (start and _near(row[start - 1], row[start]) and not _ended(row[start - 1])):
            return ()
        first = start
    ends = row[last].text.endswith((":", ")", "?"))
    after = row[last + 1] if last + 1 < len(row) and _near(row[last], row[last + 1]) else None
    if after is not None and not ends and after.text[:1].islower():
        return ()
    return row[first : last + 1]


def _near(left: Word, right: Word) -> bool:
    if left.confidence < HARDLY_READ:
        return False  # strokes of a signature that recognition took for letters
    return right.box[0] - left.box[2] < 2.0 * max(14.0, min(left.height, right.height))


def _ended(word: Word) -> bool:
    """Whether a label may begin after this word: an item's number, or the signature's label on the same rule."""
    return not plain(word.text) or any(alike(plain(word.text), s) for s in SIGN_WORDS[:2])


def _of_label(text: str, word: str) -> bool:
    """Whether a word may stand in a label of a name or date."""
    bare = plain(text)
    known = _IN_NAMES if word == "name" else _IN_DATES
    if bare in known or all(part in known for part in bare.replace("/", " ").split()):
        return True
    return word == "name" and role_in(bare) is not None


def alike(found: str, word: str) -> bool:
    """Whether a word as recognised is this word of a label."""
    return abs(len(found) - len(word)) <= 2 and found != "named" and fuzz.ratio(found, word) >= 80


def _run_together(text: str, word: str) -> bool:
    """Whether recognition lost the space in "Print name"."""
    return text.endswith(word) and text.removesuffix(word) in ("print", "printed", "user", "staff", "employee", "full")
