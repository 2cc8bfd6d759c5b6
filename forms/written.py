"""What stands beside a label on a page, and how far it can be trusted.

Recognition is sure of print. What was written with a pen is read as well as it can be and always left to a person; so
is print that two looks read differently. A place that is empty says so surely, one with marks that nobody can read
does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from rapidfuzz import fuzz

from forms import ocr
from forms.anchors import Anchor, plain
from forms.leaf import Leaf
from forms.pen import Hand, hand_of
from forms.picture import Picture
from forms.places import Layout, Place, places_for
from forms.protected import HIDDEN
from forms.reading import Box, FieldReading, Source
from forms.schema import FieldSpec, FieldType, FormSchema
from forms.usual import USUAL, Model, moved
from forms.values import normalised
from forms.words import Word, around, as_text, inside, overlap, phrases

READ_TALL = 46.0
"""Pixels above a rule that belong to a written value; a signature takes more."""

PENNED = 0.7
"""The most that a value in handwriting is trusted, however sure recognition is of it."""

SURE = 0.9
"""Confidence from which print is not looked at a second time."""

NEAR_SURE = 0.84
"""Confidence from which agreement of two looks is enough for likely print. Not for dates: figures bear no check."""

AGREED = 0.9
"""Confidence of print that two looks at different sizes read the same."""

EMPTY, NO_PLACE, UNREAD = 0.95, 0.6, 0.3
"""Confidence that there is nothing: where nothing is, where no rule shows the place, and where marks were not read."""

AGAIN = frozenset({FieldType.NAME, FieldType.DATE, FieldType.EMAIL, FieldType.USER_ID, FieldType.TELEPHONE})
"""Fields worth a second look: a letter makes another person, day or address of them."""


@dataclass(frozen=True)
class Draft:
    """A field at first sight. `look` is the box of marks that deserve a second look, None where there is no doubt."""

    spec: FieldSpec
    leaf: Leaf
    anchor: Anchor
    region: Box
    words: tuple[Word, ...]
    value: str = ""
    confidence: float = 0.0
    factor: float = 1.0
    hand: Hand = Hand.UNSURE
    look: Box | None = None


def draft_of(spec: FieldSpec, leaf: Leaf, anchor: Anchor, schema: FormSchema, model: Model | None = None) -> Draft:
    """The field whose label was found, as far as one look tells. `model`: how such labels stand to their places."""
    place = place_of(leaf, anchor, model)
    region = region_of(spec, leaf, anchor, place)
    words = tuple(words_of(spec, leaf, anchor, region, schema))
    draft = Draft(spec, leaf, anchor, region, words)
    if not words:
        if not _marked(leaf, region, anchor):
            surely = EMPTY if place or not leaf.scan else NO_PLACE
            return replace(draft, confidence=surely * anchor.likeness)
        return replace(draft, confidence=UNREAD, look=region if spec.type in AGAIN else None)
    value, factor = normalised(spec.type, as_text(words), anchor.text)
    lowest = min(w.confidence for w in words)
    confidence = 0.5 * (lowest + sum(w.confidence for w in words) / len(words)) * factor * anchor.likeness
    draft = replace(draft, value=value, confidence=confidence, factor=factor)
    if words[0].source is not Source.OCR:
        return draft
    hand = hand_of(leaf, words, anchor.box)
    if hand is Hand.PEN:
        return replace(draft, confidence=min(confidence, PENNED))
    if spec.type not in AGAIN or (hand is Hand.PRINT and confidence >= SURE):
        return draft
    return replace(draft, hand=hand, look=around(w.box for w in words))


def settled(drafts: Sequence[Draft]) -> list[FieldReading]:
    """The fields with their confidence and the crop that a person sees, after all second looks in one go."""
    asked = [(n, picture) for n, draft in enumerate(drafts) if (picture := _enlarged(draft)) is not None]
    looks = dict(zip((n for n, _ in asked), ocr.read_lines([picture for _, picture in asked]), strict=True))
    return [
        _reading(draft, _decided(draft, looks.get(n, ())) if draft.look else draft) for n, draft in enumerate(drafts)
    ]


def _reading(draft: Draft, decided: Draft) -> FieldReading:
    spec, leaf, region, words = draft.spec, draft.leaf, draft.region, draft.words
    source = words[0].source if words else (Source.OCR if leaf.scan else Source.TEXT)
    shown = leaf.crop(with_air(region) if spec.type is FieldType.DATE else region)
    sure = round(decided.confidence, 3)
    return FieldReading(spec.name, decided.value, sure, source, leaf.number, leaf.box(region), shown)


def _decided(draft: Draft, looked: Sequence[Word]) -> Draft:
    """The draft after a second look at its marks, which read the words `looked`."""
    again, factor = normalised(draft.spec.type, " ".join(w.text for w in looked), draft.anchor.text)
    if not draft.words:
        return replace(draft, value=again)
    value, confidence, hand = draft.value, draft.confidence, draft.hand
    likely = hand is Hand.LIKELY_PRINT and confidence >= NEAR_SURE and draft.spec.type is not FieldType.DATE
    if again == value and draft.factor >= AGREED and (hand is Hand.PRINT or likely):
        return replace(draft, confidence=max(confidence, AGREED * draft.factor * draft.anchor.likeness))
    if again == value and hand is Hand.PRINT:
        return draft
    sure = factor * min((w.confidence for w in looked), default=0.0)
    return replace(draft, value=value if confidence >= sure else again, confidence=min(confidence, PENNED))


def _enlarged(draft: Draft) -> Picture | None:
    """The marks of a draft enlarged, in a white frame; None when there are none to look at again."""
    if not draft.look:
        return None
    x0, y0, x1, y1 = (round(v) for v in draft.look)
    part = draft.leaf.picture[max(0, y0 - 8) : y1 + 8, max(0, x0 - 12) : x1 + 12]
    if min(part.shape[:2]) < 8:
        return None
    large = cv2.resize(part, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    return np.asarray(framed, dtype=np.uint8)


def with_air(box: Box) -> Box:
    """A region as it is shown to a person: with its label, and with handwriting that rises above the line."""
    x0, y0, x1, y1 = box
    return x0, max(0.0, y0 - 0.8 * (y1 - y0)), x1, y1


def words_of(spec: FieldSpec, leaf: Leaf, anchor: Anchor, region: Box, schema: FormSchema) -> list[Word]:
    """The words of the value: what stands in its place without labels, item numbers and the dirt of a dotted rule."""
    label = anchor.box
    words = [w for w in inside(leaf.words, region, 0.5) if overlap(w.box, label) <= 0.3]
    words = [
        w for w in words if not (w.box[2] <= label[0] + 4 and label[1] - 6 < (w.box[1] + w.box[3]) / 2 < label[3] + 6)
    ]
    words = [
        w for w in words if (HIDDEN in w.text or any(c.isalnum() for c in w.text)) and not _label_like(w, leaf, schema)
    ]
    tall = float(np.median([w.height for w in words])) if words else 0.0
    words = [replace(w, text=w.text.strip("_|")) for w in words if w.height > 0.35 * tall or w.confidence > 0.6]
    return words if spec.type is FieldType.LONG_TEXT else _together(words, tall)


def _together(words: list[Word], tall: float) -> list[Word]:
    """The words that stand together; a far one that was hardly read is dirt."""
    words = sorted(words, key=lambda w: w.box[0])
    runs: list[list[Word]] = [words[:1]] if words else []
    for left, right in pairwise(words):
        if right.box[0] - left.box[2] > 3.5 * max(14.0, tall):
            runs.append([])
        runs[-1].append(right)
    best = max((sum(w.confidence for w in run) for run in runs), default=0.0)
    kept = [run for run in runs if sum(w.confidence for w in run) == best or max(w.confidence for w in run) > 0.5]
    return [w for run in kept for w in run]


def _marked(leaf: Leaf, region: Box, anchor: Anchor) -> bool:
    """Whether marks as large as letters stand in a place where no word was read."""
    x0, y0, x1, y1 = (max(0, round(v)) for v in region)
    dark = leaf.rules.dark[y0:y1, x0:x1].copy()
    if not dark.size:  # a place that lies beyond the page; OpenCV crashes on nothing
        return False
    for box in (*leaf.rules.across, *leaf.rules.down, anchor.box, *(w.box for w in leaf.words if w.confidence > 0.6)):
        left, top, right, bottom = (round(v) for v in box)
        dark[max(0, top - 3 - y0) : max(0, bottom + 4 - y0), max(0, left - 3 - x0) : max(0, right + 4 - x0)] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    large = [tall for _, _, wide, tall, area in stats[1:count] if tall >= 9 and area >= 25 and wide < 400]
    return len(large) >= 2 or any(tall >= 14 for tall in large)


def place_of(leaf: Leaf, anchor: Anchor, model: Model | None) -> Place | None:
    """The place of a label: rather one that lies to it as the `model` says, else where the model would have it."""
    places = places_for(anchor.box, leaf.rules, leaf.words)
    if not places:
        return moved(model, anchor.box) if model else None
    return max(places, key=lambda p: p.score + (USUAL if model and p.layout is model.place.layout else 0.0))


def region_of(spec: FieldSpec, leaf: Leaf, anchor: Anchor, place: Place | None) -> Box:
    """Where the value of a label stands, in pixels: in its cell, on its rule, else to its right."""
    if place:
        x0, y0, x1, y1 = place.box
        if place.layout is not Layout.CELL:
            y0 = max(y0, place.line - READ_TALL)
        if place.layout is Layout.CELL and anchor.box[2] + 30 < x1:  # the value may stand beside the label in its cell
            y0 = min(y0, anchor.box[1])
        return (x0, y0, x1, y1)
    width = float(leaf.picture.shape[1])
    height = max(20.0, anchor.box[3] - anchor.box[1])
    row = [
        p for p in phrases(leaf.words) if abs(p.box[1] - anchor.box[1]) < 0.7 * height and p.box[0] > anchor.box[2] + 4
    ]
    right = min((p.box[0] for p in row if p.text.rstrip().endswith(":")), default=width)
    tall = 5 * height if spec.type is FieldType.LONG_TEXT else height
    return (anchor.box[2] + 2, anchor.box[1] - 0.4 * height, right, anchor.box[1] + tall + 0.4 * height)


def _label_like(word: Word, leaf: Leaf, schema: FormSchema) -> bool:
    """Whether a word in a field's place belongs to another printed label."""
    phrase = next((p for p in phrases(leaf.words) if word in p.words), None)
    if phrase is None:
        return False
    text = plain(phrase.text)
    labels = [label for spec in schema.fields for label in (spec.label, *spec.synonyms)]
    labels += [label for slot in schema.slots for label in (slot.label, *slot.synonyms)]
    return any(len(plain(label)) > 4 and fuzz.ratio(text, plain(label)) >= 90 for label in labels)
