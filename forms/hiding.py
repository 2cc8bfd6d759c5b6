"""Protected values of a page are hidden before anything is read from it: in words, form fields and the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2

from forms.anchors import is_sentence
from forms.leaf import Leaf
from forms.places import places_for
from forms.protected import HIDDEN, LABEL, masked, spans
from forms.reading import Box
from forms.words import Word, around, inside, lines, phrases

PAINT = (150, 150, 150)
"""Grey that covers a protected value in every picture of the page."""


def hide(leaf: Leaf) -> None:
    """Hide protected values of a page: in its words, its form fields and its picture, before anything is read from it.

    Beside a label that asks for such a value, the whole place to write is covered: a pen's figures cannot be read.
    """
    hidden = _hidden_words(leaf.words)
    boxes = [word.box for word in hidden]
    boxes += list(_asked_for(leaf))
    for number, widget in enumerate(leaf.widgets):
        asked = bool(LABEL.search(f"{widget.tooltip} {widget.name.replace('_', ' ')}"))
        if widget.value and (asked or masked(widget.value) != widget.value):
            value = HIDDEN if asked else masked(widget.value)
            leaf.widgets[number] = replace(widget, value=value)
            boxes.append(widget.box)
    for number, mark in enumerate(leaf.marks):
        if mark.words and masked(mark.words) != mark.words:
            leaf.marks[number] = replace(mark, words=masked(mark.words))
            boxes.append(mark.box)
    if not boxes:
        return
    leaf.rules  # noqa: B018 - the lines of the page are found before paint makes new ones
    gone = {id(word) for word in hidden} | {id(w) for box in boxes for w in inside(leaf.words, box, 0.5)}
    leaf.fonts = {text: font for text, font in leaf.fonts.items() if masked(text) == text}
    leaf.words = [replace(w, text=_stars(w.text)) if id(w) in gone else w for w in leaf.words]
    for box in boxes:
        x0, y0, x1, y1 = (round(v) for v in box)
        cv2.rectangle(leaf.picture, (x0 - 2, y0 - 2), (x1 + 2, y1 + 2), PAINT, -1)


def _stars(text: str) -> str:
    return HIDDEN + text[-1] if text[-1:] in (".", ",", ";") else HIDDEN


def _hidden_words(words: Sequence[Word]) -> list[Word]:
    """The words that hold a protected value; one may be broken over two lines, or stand under its label."""
    rows = lines(words)
    found: list[Word] = []
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else []
        for run in (row, [*row, *below]):
            text, starts = "", []
            for word in run:
                starts.append(len(text))
                text += word.text + " "
            for start, end in spans(text):
                found += [w for w, at in zip(run, starts, strict=True) if at < end and at + len(w.text) > start]
    return list({id(w): w for w in found}.values())


def _asked_for(leaf: Leaf) -> Iterator[Box]:
    """The places to write beside labels that ask for a protected value."""
    for phrase in phrases(leaf.words, gap=1.6):
        if is_sentence(phrase) or not LABEL.search(phrase.text):
            continue
        places = places_for(around(w.box for w in phrase.words), leaf.rules, leaf.words)
        if places and places[0].score > 0.6:
            yield places[0].box
