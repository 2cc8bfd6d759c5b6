"""The verdict on each signature slot: structure of the file first, pixels second, and `unclear` on any doubt.

Only a page that is a picture of paper can carry ink. A wrong `ink` lets an unsigned consent through; a wrong `unclear`
costs a person one look. Every threshold leans to that side.
"""

from __future__ import annotations

from collections.abc import Sequence

from forms.esign import envelope, grown, stamped, structural
from forms.ink import BLANK_LENGTH, FAINT_LENGTH, Residue, residue_of
from forms.laying import NOTHING, Likeness
from forms.leaf import Leaf
from forms.opinion import opinion
from forms.protected import masked
from forms.reading import SignatureReading, Verdict
from forms.reasons import Judged, weighed
from forms.schema import FormSchema, Role
from forms.slots import DOUBTED, Slot, find_slots
from forms.twins import fingerprint_of, likeness_on_page, same_picture

SURE_PLACE = DOUBTED
"""How sure a place must be for the mark in it to be taken for what stands in place of the signature."""

SURE_OF_BLANK = 0.62
"""How sure a place must be for its emptiness to mean that a signature is missing."""

MOST_TYPED = 5.0
"""Words of a typed name with its `/s/` or title; more is a sentence of the form."""

EVEN = 0.5
"""Probability of ink below which letters that can be read are print."""

VERY_SURE = 0.9
"""Probability of ink from which letters that can be read are a neat hand's."""

LEAST_LENGTH, LEAST_PALE = 150.0, 225.0
"""Pixels of pen line (19 mm) below which a mark is not judged, and of a pale mark (29 mm), whose strokes seem wider and
which a copier's smudge can look like. Of 777 signatures that were called ink on three seeds of whole pages none had
less than 173, of 73 pale ones none less than 233."""

LEAST_STROKE = 50.0
"""Pixels of pen line (6 mm) that must hang together: bits that do not are dirt, a copier's dashes, a fax's dropouts. Of
210 signatures that were called ink on two seeds of whole pages, none had less than 64."""

LEAST_PALE_REACH = 45.0
"""Pixels (6 mm) of width or height that the largest part of a pale mark must have: of eight genuine ones on two seeds
of whole pages none had less than 52, a copier's smudges have about 35."""

STANDS_ALONE = 180.0
"""Pixels of pen line (23 mm) of its own from which a mark may be ink beside strokes that reach in, when very sure."""

LESS_THAN_OWN = 0.75
"""Times as long as what reaches in from the next place that such a mark must be."""

FAINT = "There are faint marks in the slot that may be a pen's or dirt."

REACHES_IN = "Strokes of a signature that stands mostly in the next place reach into this one."


def judge(schema: FormSchema, leaves: Sequence[Leaf]) -> tuple[SignatureReading, ...]:
    """One reading per slot of the form, in the schema's order. A slot that is not found is reported as unclear."""
    slots = find_slots(leaves) if schema.slots else {}
    left = {role: residue_of(slot) for role, slot in slots.items()}
    marks = {role: fingerprint_of(residue.mask) for role, residue in left.items()}
    likeness = NOTHING
    if len(left) == 2:
        likeness = likeness_on_page([residue.mask for residue in left.values()], list(marks.values()))
    readings = []
    for role in (spec.role for spec in schema.slots):
        if slot := slots.get(role):
            readings.append(_reading(slot, verdict_of(slot, leaves, left[role]), marks[role], likeness))
        else:
            readings.append(_not_found(role, leaves))
    return tuple(readings)


def _reading(slot: Slot, judged: Judged, mark: bytes, likeness: Likeness) -> SignatureReading:
    verdict, confidence, evidence = judged
    if verdict in (Verdict.INK, Verdict.UNCLEAR):
        verdict, confidence, evidence = same_picture(likeness) or (verdict, confidence, evidence)
    region = grown(slot.box, up=20, down=16, side=6)
    said = tuple(masked(sentence) for sentence in evidence)
    leaf = slot.leaf
    return SignatureReading(
        slot.role,
        verdict,
        round(confidence, 3),
        said,
        leaf.number,
        leaf.box(region),
        leaf.crop(region),
        b"" if verdict in (Verdict.BLANK, Verdict.TYPED) else mark,
    )


def _not_found(role: Role, leaves: Sequence[Leaf]) -> SignatureReading:
    leaf = leaves[-1]
    height, width = leaf.picture.shape[:2]
    crop = leaf.crop((0.0, 0.0, float(width), float(height)))
    return SignatureReading(
        role, Verdict.UNCLEAR, 0.0, ("place for signature not found",), leaf.number, (0.0, 0.0, 1.0, 1.0), crop
    )


def verdict_of(slot: Slot, leaves: Sequence[Leaf], residue: Residue) -> Judged:
    """The verdict on one slot with what is left in it, how sure it is (0 to 1), and the evidence in plain words."""
    forced = structural(slot, leaves)
    if forced:
        return forced.verdict, forced.confidence, forced.evidence
    if not slot.leaf.scan:
        return _born_digital(residue)
    verdict, confidence, evidence = _guarded(slot, *_from_pixels(slot, residue))
    if residue.foreign > BLANK_LENGTH:
        own = residue.length >= max(STANDS_ALONE, LESS_THAN_OWN * residue.foreign)
        if verdict is not Verdict.INK or confidence < VERY_SURE or not own:
            return Verdict.UNCLEAR, 0.5, (REACHES_IN, *evidence)
    return verdict, confidence, evidence


def _born_digital(residue: Residue) -> Judged:
    if residue.length <= BLANK_LENGTH:
        return Verdict.BLANK, 0.95, ("The page was made by a program and the slot is empty.",)
    return (
        Verdict.ELECTRONIC,
        0.8,
        ("The page was made by a program, not scanned from paper: the mark in the slot cannot be ink.",),
    )


def _from_pixels(slot: Slot, residue: Residue) -> Judged:
    n = residue.numbers
    if residue.length <= BLANK_LENGTH and residue.faint > FAINT_LENGTH:
        return Verdict.UNCLEAR, 0.5, (FAINT,)
    if residue.length <= BLANK_LENGTH:
        sure = 0.92 if slot.sure > 0.7 and not residue.words else 0.7
        return Verdict.BLANK, sure, ("Nothing is written in the slot.",)
    text = " ".join(w.text for w in residue.words)
    if stamped(residue.words):
        return Verdict.ELECTRONIC, 0.9, (f"A signing service's stamp is printed in the slot: “{text}”.",)
    likely = opinion(slot, residue)
    reach = max(n["largest_wide"] * n["wide"], n["part_tall"])
    if residue.pale and (likely["ink"] < VERY_SURE or residue.length < LEAST_PALE or reach < LEAST_PALE_REACH):
        return Verdict.UNCLEAR, 0.5, (FAINT,)
    if n["read_share"] >= 6 and n["read_sure"] > 0.85 and likely["ink"] < EVEN:
        if n["read_words"] > MOST_TYPED:
            return Verdict.UNCLEAR, 0.4, ("Running text of the form lies in what was taken for the slot.",)
        return Verdict.TYPED, 0.8, (f"The slot holds printed text: “{text}”.",)
    verdict, confidence, evidence = weighed(likely)
    if verdict is Verdict.INK and residue.length < LEAST_LENGTH:
        return Verdict.UNCLEAR, 0.5, ("There is a mark in the slot, but it is too small to be surely a signature.",)
    if verdict is Verdict.INK and n["largest"] * residue.length < LEAST_STROKE:
        return Verdict.UNCLEAR, 0.5, ("There are only bits of strokes in the slot that do not hang together.",)
    legible = n["read_share"] >= 6 or (n["read_letters"] >= 5 and n["read_sure"] > 0.85)
    if verdict is Verdict.INK and legible and likely["ink"] < VERY_SURE:
        return Verdict.UNCLEAR, 0.5, ("Letters in the slot can be read as clearly as print.",)
    return verdict, confidence, evidence


def _guarded(slot: Slot, verdict: Verdict, confidence: float, evidence: tuple[str, ...]) -> Judged:
    """Reasons outside of the slot that forbid a sure verdict."""
    service = envelope(slot.leaf)
    if service and verdict in (Verdict.INK, Verdict.UNCLEAR, Verdict.TYPED):
        return Verdict.ELECTRONIC, 0.9, (f"The page carries the mark of a signing service (“{service}”).", *evidence)
    doubts = []
    if slot.sure < SURE_PLACE:
        doubts.append("It is not sure that this is the right place for this signature.")
    if slot.leaf.spotless and verdict is Verdict.INK:
        doubts.append("The page shows no trace of a scanner: it may never have been on paper.")
    if slot.leaf.layers > 1:
        doubts.append("The page consists of several pictures laid over each other.")
    if any(m.kind in ("path", "patch") for m in slot.leaf.marks if _near(m.box, slot)):
        doubts.append("A program drew over the scan near the slot.")
    if verdict is Verdict.BLANK and slot.sure < SURE_OF_BLANK:
        doubts.append("The signature may stand elsewhere: the place was not found surely.")
    elsewhere = slot.sure < SURE_PLACE and verdict in (Verdict.TYPED, Verdict.STRAY)
    if doubts and (elsewhere or verdict in (Verdict.INK, Verdict.BLANK)):
        return Verdict.UNCLEAR, min(confidence, 0.5), (*evidence, *doubts)
    return verdict, confidence, evidence


def _near(box: tuple[float, float, float, float], slot: Slot) -> bool:
    region = grown(slot.box)
    return min(box[2], region[2]) > max(box[0], region[0]) and min(box[3], region[3]) > max(box[1], region[1])
