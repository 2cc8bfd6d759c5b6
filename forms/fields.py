"""The values of a form's fields: filled form fields first, text layer second, recognition third."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from forms.anchors import Anchor, find_label, likeness, plain
from forms.choices import ticked
from forms.leaf import Leaf
from forms.pdf_structure import Widget
from forms.places import Layout, places_for
from forms.reading import Box, FieldReading, Source
from forms.schema import FieldSpec, FieldType, FormSchema, Role
from forms.slots import Slot, find_slots
from forms.values import normalised
from forms.words import Word, around, as_text, inside, overlap, phrases

READ_TALL = 46.0
"""Pixels above a rule that belong to a written value; a signature takes more."""


def read_fields(schema: FormSchema, leaves: Sequence[Leaf]) -> tuple[FieldReading, ...]:
    """Every field of the form that was found, in the schema's order. A field found empty has an empty value."""
    slots = find_slots(leaves) if schema.slots else {}
    found = []
    for spec in schema.fields:
        reading = _from_widgets(spec, leaves) or _from_page(spec, schema, leaves, slots)
        if reading:
            found.append(reading)
    return tuple(found)


def _from_widgets(spec: FieldSpec, leaves: Sequence[Leaf]) -> FieldReading | None:
    for leaf in leaves:
        mine = [w for w in leaf.widgets if _is_for(w, spec)]
        if not mine:
            continue
        if spec.type is FieldType.CHOICE:
            return _chosen(spec, leaf, mine)
        widget = next((w for w in mine if w.value.strip()), mine[0])
        value, factor = normalised(spec.type, widget.value)
        box = widget.box
        sure = round(0.99 * factor, 3) if value else 0.95
        shown = leaf.crop(_with_air(box))
        return FieldReading(spec.name, value, sure, Source.ACROFORM, leaf.number, leaf.box(box), shown)
    return None


def _is_for(widget: Widget, spec: FieldSpec) -> bool:
    """Our own fields bear the schema's names; other houses' fields are known by their tooltip or name."""
    if widget.kind not in ("text", "button", "choice"):
        return False
    last = widget.name.split(".")[-1]
    if spec.name in (widget.name, last) or (spec.choices and last in {f"{spec.name}_{key}" for key in spec.choices}):
        return True
    if widget.tooltip and "." not in widget.name and widget.name.isidentifier() and "_" in widget.name:
        return False  # a schema's name of another field
    spoken = (widget.tooltip, last.replace("_", " "))
    return any(likeness(text, label) >= 90 for text in spoken if text for label in (spec.label, *spec.synonyms))


def _chosen(spec: FieldSpec, leaf: Leaf, widgets: Sequence[Widget]) -> FieldReading:
    key = ""
    for widget in widgets:
        said = widget.state or (widget.value if widget.kind != "button" else "")
        named = next((k for k in spec.choices if widget.name.endswith(f"_{k}") and said), "")
        key = key or named or next((k for k, label in spec.choices.items() if said in (k, label)), "")
    box = _with_last_label([w.box for w in widgets], float(leaf.picture.shape[1]))
    return FieldReading(
        spec.name, key, 0.99 if key else 0.95, Source.ACROFORM, leaf.number, leaf.box(box), leaf.crop(box)
    )


def _with_last_label(boxes: Sequence[Box], page: float) -> Box:
    """All boxes of a choice with their labels: what stands right of the last one is as wide as between the others."""
    x0, y0, x1, y1 = around(boxes)
    starts = sorted(b[0] for b in boxes)
    pitch = max((b - a for a, b in pairwise(starts)), default=page / 3)
    return x0, y0, min(page, x1 + pitch), y1


def _with_air(box: Box) -> Box:
    """A region as it is shown to a person: with its label, and with handwriting that rises above the line."""
    x0, y0, x1, y1 = box
    return x0, max(0.0, y0 - 0.8 * (y1 - y0)), x1, y1


def _from_page(
    spec: FieldSpec, schema: FormSchema, leaves: Sequence[Leaf], slots: dict[Role, Slot]
) -> FieldReading | None:
    for leaf in leaves:
        if spec.type is FieldType.CHOICE:
            choice = ticked(leaf, spec)
            if choice:
                source = Source.OCR if leaf.scan else Source.TEXT
                return FieldReading(
                    spec.name,
                    choice.key,
                    choice.confidence,
                    source,
                    leaf.number,
                    leaf.box(choice.box),
                    leaf.crop(choice.box),
                )
            continue
        anchor = _anchor_for(spec, schema, leaf, slots)
        if anchor:
            return _value_at(spec, leaf, anchor, schema)
    return None


def _anchor_for(spec: FieldSpec, schema: FormSchema, leaf: Leaf, slots: dict[Role, Slot]) -> Anchor | None:
    """The label of a field. Where two people fill the same label, the one that belongs to the person's signature."""
    exact = find_label(leaf.words, (spec.label,))
    anchors = _by_geometry(exact or find_label(leaf.words, spec.synonyms), leaf)
    role = _role_of(spec)
    if not anchors or role is None or not schema.slots:
        return anchors[0] if anchors else None
    shared = [s.label for s in schema.fields if s is not spec]
    if exact and spec.label not in shared:
        return anchors[0]
    slot = slots.get(role)
    if slot is None or slot.leaf is not leaf:
        return None
    others = [s for r, s in slots.items() if r is not role and s.leaf is leaf]
    own = [a for a in anchors if all(_away(a, slot) <= _away(a, other) for other in others)]
    return min(own, key=lambda a: _away(a, slot), default=None)


def _by_geometry(anchors: list[Anchor], leaf: Leaf) -> list[Anchor]:
    """Surest first, where a label beside a place to write beats a heading of the same words."""

    def rank(anchor: Anchor) -> float:
        places = places_for(anchor.box, leaf.rules, leaf.words)
        return anchor.likeness + (0.2 * places[0].score if places else 0.0)

    return sorted(anchors, key=rank, reverse=True)


def _role_of(spec: FieldSpec) -> Role | None:
    return next((role for role in Role if spec.name.startswith(f"{role.value}_")), None)


def _away(anchor: Anchor, slot: Slot) -> float:
    """How far a label stands from a signature label; sideways counts little, because dates stand far to the right."""
    a, b = anchor.box, slot.label_box
    across = max(0.0, max(a[0], b[0]) - min(a[2], b[2]))
    return abs((a[1] + a[3]) / 2 - (b[1] + b[3]) / 2) + (0.15 * across if a[0] > slot.box[0] - 40 else across)


def _value_at(spec: FieldSpec, leaf: Leaf, anchor: Anchor, schema: FormSchema) -> FieldReading:
    region = _region(spec, leaf, anchor)
    words = [w for w in inside(leaf.words, region, 0.5) if not overlap(w.box, anchor.box) > 0.3]
    words = [w for w in words if any(c.isalnum() for c in w.text) and not _label_like(w, leaf, schema)]
    text = as_text(words)
    value, factor = normalised(spec.type, text.replace("\n", " ") if spec.type is not FieldType.LONG_TEXT else text)
    sure = min((w.confidence for w in words), default=0.0)
    mean = sum(w.confidence for w in words) / len(words) if words else 0.9
    confidence = round(0.5 * (sure + mean) * factor * anchor.likeness, 3) if value else 0.5
    source = words[0].source if words else (Source.OCR if leaf.scan else Source.TEXT)
    shown = leaf.crop(_with_air(region) if spec.type is FieldType.DATE else region)
    return FieldReading(spec.name, value, confidence, source, leaf.number, leaf.box(region), shown)


def _region(spec: FieldSpec, leaf: Leaf, anchor: Anchor) -> Box:
    places = places_for(anchor.box, leaf.rules, leaf.words)
    if places:
        place = places[0]
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
