"""Find the places for the two signatures: whose they are, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forms.grid import rows_under
from forms.hiding import hide
from forms.kin import kin_of
from forms.labels import Label, other_labels, role_of, signature_labels
from forms.leaf import Leaf
from forms.places import Layout, Place, open_place, places_for
from forms.reading import Box
from forms.roles import Named
from forms.schema import Role
from forms.usual import USUAL, Model, moved, usual_layout
from forms.words import overlap

UNSAID = 0.6
"""How much of its sureness a place keeps whose label says neither whose nor plainly that it is for a signature."""

CLEARLY = 0.02
"""A place must be surer by this much to win over an earlier one of the same role."""


@dataclass(frozen=True)
class Slot:
    """A place for a signature. `sure` (0 to 1) says how sure label, role and place are; boxes in pixels of the leaf."""

    role: Role
    leaf: Leaf
    box: Box
    line: float
    label: str
    label_box: Box
    sure: float


CUT = 0.45
"""How much of its sureness a cell keeps whose side runs through the row of its label."""

DOUBTED = 0.45
"""How sure a place must be to be believed without the other signer's."""

ONE_ROW = 22.0
"""Pixels at 200 dpi by which the labels of two signers side by side may stand higher or lower."""

AGREE = 0.6
"""Share of each other's area in which two finds of one place agree."""

SIGN_HERE = ("x", "xx", "*", "×")
"""How recognition reads the printed cross at the beginning of a place."""


@dataclass(frozen=True)
class Found:
    """A place and whom its label names, by its own words or only by what stands around it (`told` is false).

    The slot's own role means nothing until the place is given to somebody.
    """

    named: Named | None
    slot: Slot
    told: bool = True


def find_slots(leaves: Sequence[Leaf]) -> dict[Role, Slot]:
    """The best place for each role on the pages of one form; a role without a place is missing."""
    slots = _assigned(leaves)
    for leaf in reversed(leaves):
        while len(slots) < len(Role) and leaf.scan and leaf.further:
            if leaf.read_again():
                hide(leaf)
                slots = _assigned(leaves)
    return _with_kin(slots)


def _with_kin(slots: dict[Role, Slot]) -> dict[Role, Slot]:
    """The slots with the help of the surer one: the other signer's place stands in its block as this one's does.

    A place that was not found is taken from there, and so is one that was doubted unless both agree: then it is
    believed.
    """
    sure = [slot for slot in slots.values() if slot.sure >= DOUBTED]
    open_to = [role for role in Role if role not in slots or slots[role].sure < DOUBTED]
    if len(sure) != 1 or len(open_to) != 1:
        return slots
    (known,), (role,) = sure, open_to
    doubted = slots.get(role)
    labels = [label.box for label in signature_labels(known.leaf.words)]
    others = [box for box in labels if doubted is None or not overlap(box, doubted.label_box) > 0.3]
    found = kin_of(known.label_box, known.line, known.leaf, others)
    unsaid = [one for one in found if not one.told and one.named != "other" and _in_order(role, one.label, known)]
    fitting = [one for one in found if one.named is role] or unsaid
    if not fitting:
        return slots
    best = max(fitting, key=lambda one: one.sure)
    sureness = best.sure * (1.0 if len(fitting) == 1 else UNSAID)
    slot = replace(_slot(known.leaf, best.text, best.label, best.place, sureness), role=role)
    if doubted is None:
        return slots | {role: slot} if _free(slot, slots) else slots
    if doubted.leaf is slot.leaf and min(overlap(doubted.box, slot.box), overlap(slot.box, doubted.box)) > AGREE:
        return slots | {role: replace(doubted, sure=max(doubted.sure, slot.sure))}
    return slots | {role: slot} if slot.sure >= DOUBTED and _free(slot, {known.role: known}) else slots


def _in_order(role: Role, label: Box, known: Slot) -> bool:
    """Whether a label that names nobody stands where this role's would: the staff member's comes before the other."""
    down = (label[1] + label[3] - known.label_box[1] - known.label_box[3]) / 2
    first = down < 0 if abs(down) > ONE_ROW else label[0] < known.label_box[0]
    return first == (role is Role.STAFF)


def _assigned(leaves: Sequence[Leaf]) -> dict[Role, Slot]:
    """Named places first; then plain "Signature" labels in their order; then labels that only hint at a signature."""
    found = [one for leaf in leaves for one in _on_page(leaf, signature_labels(leaf.words))]
    best: dict[Role, Slot] = {}
    for one in found:
        if isinstance(one.named, Role) and (one.named not in best or one.slot.sure > best[one.named].sure + CLEARLY):
            best[one.named] = replace(one.slot, role=one.named)
    # what stands around a label speaks for its signer only while the label of no other place does
    best = _given(
        _apart(best), [one.slot for one in found if one.named is None or (one.named in best and not one.told)]
    )
    if len(best) < len(Role):
        hints = [one for leaf in leaves for one in _on_page(leaf, other_labels(leaf.words))]
        for role in Role:
            mine = [one.slot for one in hints if one.named is role and _free(one.slot, best)]
            if role not in best and mine:
                slot = max(mine, key=lambda s: s.sure)
                best[role] = replace(slot, role=role, sure=slot.sure * UNSAID)
    return best


def _apart(found: dict[Role, Slot]) -> dict[Role, Slot]:
    """Two signers never share a place: where both have the same, the surer one keeps it."""
    kept: dict[Role, Slot] = {}
    for role, slot in sorted(found.items(), key=lambda one: -one[1].sure):
        if _free(slot, kept):
            kept[role] = slot
    return kept


def _given(best: dict[Role, Slot], unnamed: list[Slot]) -> dict[Role, Slot]:
    """Labels that name nobody: the first place is the staff member's, the second the supervisor's, and less sure."""
    free = [slot for slot in unnamed if _free(slot, best)]
    for role in Role:
        if role not in best and free:
            slot = free.pop(0)
            best[role] = replace(slot, role=role, sure=slot.sure * UNSAID)
    return best


def _free(slot: Slot, taken: dict[Role, Slot]) -> bool:
    return all(slot.leaf is not other.leaf or not _meet(slot.box, other.box) for other in taken.values())


def _meet(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > 20 and min(a[3], b[3]) - max(a[1], b[1]) > 12


def _on_page(leaf: Leaf, labels: Sequence[Label]) -> list[Found]:
    found: list[Found] = []
    single: list[Label] = []
    for label in labels:
        rows = rows_under(label, leaf.rules, leaf.words)
        found += [Found(named, _slot(leaf, label.text, label.box, place, place.score)) for named, place in rows]
        if not rows:
            single.append(label)
    options = [places_for(label.box, leaf.rules, leaf.words) for label in single]
    usual = usual_layout([places for places in options if places])
    for label, places in zip(single, options, strict=True):
        usable = places or _like_the_others(label.box, single, options)
        if not usable and label.plainly:
            usable = open_place(label.box, leaf.words, float(leaf.picture.shape[1]))
        if usable:
            place = max(usable, key=lambda p: p.score + (USUAL if p.layout is usual else 0.0))
            named, sure = role_of(label, leaf.words)
            fits = place.score * sure * (CUT if _cut(label, place) else 1.0)
            found.append(Found(named, _slot(leaf, label.text, label.box, place, fits), told=sure == 1.0))
    return found


def _cut(label: Label, place: Place) -> bool:
    """Whether the label's row goes on beyond its cell: then a stem of the signature was taken for the cell's side."""
    return place.layout is Layout.CELL and any(
        word.box[2] > place.box[2] + 8 and word.box[1] < label.box[3] for word in label.phrase.words
    )


def _slot(leaf: Leaf, text: str, label: Box, place: Place, sure: float) -> Slot:
    return Slot(Role.STAFF, leaf, _without_mark(place, leaf), place.line, text, label, sure)


def _like_the_others(label: Box, labels: Sequence[Label], options: Sequence[list[Place]]) -> list[Place]:
    """A place for a label whose rule was not found: where another signature label of the page has its own."""
    models = [Model(other.box, places[0]) for other, places in zip(labels, options, strict=True) if places]
    return [moved(models[0], label)] if models else []


def _without_mark(place: Place, leaf: Leaf) -> Box:
    """The box without a printed "x" that shows where to sign."""
    x0, y0, x1, y1 = place.box
    for word in leaf.words:
        if word.text.strip(".:><_|").lower() in SIGN_HERE and x0 - 10 <= word.box[0] <= x0 + 40:
            middle = (word.box[1] + word.box[3]) / 2
            if y0 < middle < y1 + 6 and word.height < 45:
                return (word.box[2] + 3, y0, x1, y1)
    return (x0, y0, x1, y1)
