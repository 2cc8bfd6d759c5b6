"""How the labels of a page usually stand to their places: what one of them lost is found after the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.places import GUESSED, Layout, Place, places_for
from forms.reading import Box
from forms.rules import Rules
from forms.words import Word

USUAL = 0.12
"""Score added to a place that lies to its label as those of the same labels on the page do to theirs."""


def usual_layout(options: Sequence[Sequence[Place]]) -> Layout | None:
    """The layout that fits best over all labels of a kind on a page: forms do not change it half-way."""
    totals = {
        layout: sum(max((p.score for p in places if p.layout is layout), default=0.0) for places in options)
        for layout in Layout
    }
    return max(totals, key=lambda k: totals[k]) if options else None


@dataclass(frozen=True)
class Model:
    """A label of a page with its place, after which the same labels of the page are read."""

    label: Box
    place: Place


def model_of(labels: Sequence[Box], rules: Rules, words: Sequence[Word]) -> Model | None:
    """Of the same labels on a page one that stands to its place as most of them do; None when no place was found."""
    options = [(label, places_for(label, rules, words)) for label in labels]
    usual = usual_layout([places for _, places in options])
    fitting = [Model(label, place) for label, places in options for place in places if place.layout is usual]
    return max(fitting, key=lambda model: model.place.score, default=None)


def moved(model: Model, label: Box) -> Place:
    """The place of a label whose rule was not found: where the model has its own."""
    place, other = model.place, model.label
    right, down = label[0] - other[0], label[1] - other[1]
    if place.layout is Layout.RIGHT:
        right = label[2] - other[2]
    x0, y0, x1, y1 = place.box
    box = (x0 + right, y0 + down, x1 + right, y1 + down)
    return Place(box, place.layout, GUESSED, place.line + down)
