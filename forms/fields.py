"""The values of a form's fields: filled form fields first, text layer second, recognition third."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from forms.anchors import Anchor, find_label, likeness
from forms.asking import labels_of
from forms.choices import ticked
from forms.leaf import Leaf
from forms.pdf_structure import Widget
from forms.places import places_for
from forms.reading import Box, FieldReading, Source
from forms.schema import FieldSpec, FieldType, FormSchema, Role
from forms.signers import label_of
from forms.slots import Slot, find_slots
from forms.usual import Model, model_of
from forms.values import normalised
from forms.words import around, overlap
from forms.written import Draft, draft_of, settled, with_air

SHARED = 0.6
"""The most that a value is trusted which another field was read from as well."""


def read_fields(schema: FormSchema, leaves: Sequence[Leaf]) -> tuple[FieldReading, ...]:
    """Every field of the form that was found, in the schema's order. A field found empty has an empty value."""
    slots = find_slots(leaves) if schema.slots else {}
    found: list[FieldReading] = []
    drafts: list[Draft] = []
    for spec in schema.fields:
        if spec.type is FieldType.CHOICE:
            reading = _from_widgets(spec, leaves) or _ticked(spec, leaves)
        elif not (reading := _from_widgets(spec, leaves)) and (draft := _from_page(spec, schema, leaves, slots)):
            drafts.append(draft)
        found += [reading] if reading else []
    order = [spec.name for spec in schema.fields]
    return tuple(sorted([*found, *apart(settled(drafts))], key=lambda field: order.index(field.name)))


def apart(fields: Sequence[FieldReading]) -> list[FieldReading]:
    """The fields, those in doubt that were read in one place: of two people's names or dates one is not theirs."""

    def shared(field: FieldReading) -> bool:
        return any(
            other is not field and other.page == field.page and overlap(field.box, other.box) > 0.5 for other in fields
        )

    return [replace(f, confidence=min(f.confidence, SHARED)) if f.value and shared(f) else f for f in fields]


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
        shown = leaf.crop(with_air(box))
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


def _ticked(spec: FieldSpec, leaves: Sequence[Leaf]) -> FieldReading | None:
    for leaf in leaves:
        choice = ticked(leaf, spec)
        if choice:
            source = Source.OCR if leaf.scan else Source.TEXT
            place, shown = leaf.box(choice.box), leaf.crop(choice.box)
            return FieldReading(spec.name, choice.key, choice.confidence, source, leaf.number, place, shown)
    return None


def _from_page(spec: FieldSpec, schema: FormSchema, leaves: Sequence[Leaf], slots: dict[Role, Slot]) -> Draft | None:
    for leaf in leaves:
        anchor = _anchor_for(spec, schema, leaf, slots)
        if anchor:
            model = _model(spec, leaf) if schema.slots and _role_of(spec) else None
            return draft_of(spec, leaf, anchor, schema, model)
    return None


def _model(spec: FieldSpec, leaf: Leaf) -> Model | None:
    """How the labels of names, or of dates, stand to their places on this page."""
    labels = labels_of(spec.name.rpartition("_")[2], leaf)
    return model_of([label.anchor.box for label in labels], leaf.rules, leaf.words)


def _anchor_for(spec: FieldSpec, schema: FormSchema, leaf: Leaf, slots: dict[Role, Slot]) -> Anchor | None:
    """The label of a field. Where two people fill the same label, the one that belongs to the person's signature."""
    role = _role_of(spec)
    if role is not None and schema.slots:
        return label_of(role, spec.name.rpartition("_")[2], leaf, slots)
    anchors = _by_geometry(find_label(leaf.words, (spec.label,)) or find_label(leaf.words, spec.synonyms), leaf)
    return anchors[0] if anchors else None


def _by_geometry(anchors: list[Anchor], leaf: Leaf) -> list[Anchor]:
    """Surest first, where a label beside a place to write beats a heading of the same words."""

    def rank(anchor: Anchor) -> float:
        places = places_for(anchor.box, leaf.rules, leaf.words)
        return anchor.likeness + (0.2 * places[0].score if places else 0.0)

    return sorted(anchors, key=rank, reverse=True)


def _role_of(spec: FieldSpec) -> Role | None:
    return next((role for role in Role if spec.name.startswith(f"{role.value}_")), None)
