"""A place whose own label nobody could read, found by what stands around it as it does around the other signer's.

A signature that runs over its label takes the label with it. The same block is printed for each signer, so the labels
of the date and the name show where the lost label stood, and a rule or cell there shows that it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.asking import Corner, labels_of
from forms.labels import Label, role_of
from forms.leaf import Leaf
from forms.places import Layout, Place, places_for
from forms.reading import Box, Source
from forms.roles import Named
from forms.words import Phrase, Word, inside

LEVEL = 22.0
"""Pixels at 200 dpi by which two labels of one block may stand higher or lower than those of another."""

ASIDE = 120.0
"""Pixels at 200 dpi within which a label in the same row is the same label."""

REACH = 260.0
"""Pixels at 200 dpi (33 mm) from a signature's label within which its name and date stand."""

FITS = 0.6
"""How well the rule or cell at the lost label must fit."""

ONCE, TWICE = 0.7, 0.8
"""How much of its sureness a place keeps that one label of the block speaks for, or both name and date."""

PRINTED = 0.03
"""Share of dark pixels where the lost label must have stood."""


@dataclass(frozen=True)
class Kin:
    """A place found so: where its label must stand, what could be read of it, and whom it names if that shows.

    `told`: by its own words, and not only by what stands around it.
    """

    label: Box
    text: str
    named: Named | None
    place: Place
    sure: float
    told: bool


def kin_of(label: Box, line: float, leaf: Leaf, others: Sequence[Box]) -> list[Kin]:
    """Places that lie to the labels around them as that of `label`, whose rule is at `line`; `others`: known labels."""
    layout = next((p.layout for p in places_for(label, leaf.rules, leaf.words) if abs(p.line - line) < 2), None)
    if layout is None:
        return []
    corners: list[Corner] = []
    votes: list[int] = []
    for corner in _expected(_corner(label), leaf):
        if any(_same(corner, _corner(other)) for other in (label, *others)):
            continue
        twin = next((n for n, seen in enumerate(corners) if _same(corner, seen)), None)
        if twin is None:
            corners.append(corner)
            votes.append(1)
        else:
            votes[twin] += 1
    shares = (TWICE if n > 1 else ONCE for n in votes)
    found = [_kin(corner, label, layout, leaf, share) for corner, share in zip(corners, shares, strict=True)]
    return [one for one in found if one]


def _expected(home: Corner, leaf: Leaf) -> Iterator[Corner]:
    """Where labels of signatures must stand, by each label of a name and of a date that is not the known signer's."""
    for word in ("date", "name"):
        corners = [one.corner for one in labels_of(word, leaf)]
        near = [c for c in corners if abs(c[1] - home[1]) <= REACH]
        if not near:
            continue
        mine = min(near, key=lambda c: abs(c[1] - home[1]) + 0.15 * abs(c[0] - home[0]))
        yield from ((x - mine[0] + home[0], y - mine[1] + home[1]) for x, y in corners if (x, y) != mine)


def _kin(corner: Corner, label: Box, layout: Layout, leaf: Leaf, share: float) -> Kin | None:
    """The place at a lost label, if there is a rule or cell as at the known one, and print where the label was."""
    wide, tall = label[2] - label[0], label[3] - label[1]
    box = (corner[0], corner[1] - tall / 2, corner[0] + wide, corner[1] + tall / 2)
    if layout is Layout.RIGHT:  # its rule begins where this label ends, however long the other's is
        level = [r for r in leaf.rules.across if abs((r[1] + r[3]) / 2 - box[3]) < 0.9 * tall]
        starts = [rule[0] for rule in level if rule[0] > box[0] + 60]
        box = (box[0], box[1], min(starts, default=box[2] + 4) - 4, box[3])
    x0, y0, x1, y1 = (max(0, round(v)) for v in box)
    dark = leaf.rules.dark[y0:y1, x0:x1]
    if not dark.size or (dark > 0).mean() < PRINTED:
        return None
    places = [p for p in places_for(box, leaf.rules, leaf.words) if p.layout is layout and p.score >= FITS]
    if not places:
        return None
    text = " ".join(w.text for w in inside(leaf.words, box, 0.5))
    lost = Word(text, box, 0.5, Source.OCR)
    named, sure = role_of(Label(Phrase((lost,)), (lost,)), leaf.words)
    return Kin(box, text, named, places[0], places[0].score * share, told=sure == 1.0)


def _corner(box: Box) -> Corner:
    return box[0], (box[1] + box[3]) / 2


def _same(one: Corner, other: Corner) -> bool:
    return abs(one[1] - other[1]) < 1.5 * LEVEL and abs(one[0] - other[0]) < ASIDE
