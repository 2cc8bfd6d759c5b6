"""What the structure of a file says about a signature slot. It is asked before any pixel, and what it says is final.

A signature made or placed by a program is electronic, however much it looks like a pen (III.B.2.b).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forms.leaf import Leaf
from forms.reading import Box, Source, Verdict
from forms.slots import Slot
from forms.words import Word, inside, overlap

ENVELOPE = re.compile(
    r"docu\s?sign(ed)?\s+envelope\s+id|adobe\s+sign|transaction\s+id\s*[:#]|pandadoc|hellosign|dropbox sign"
    r"|signnow|echosign|e-?signed\s+by|signature\s+certificate",
    re.IGNORECASE,
)
"""Text that a signing service prints on a page; it stays legible after print and scan."""

STAMPED = re.compile(
    r"digitally\s+signed|docu\s?signed|e-?\s?signed\s+by|electronically\s+signed|signed\s+by\s*:|verified\s+by"
    r"|via\s+\w*sign|signer\s+id",
    re.IGNORECASE,
)
"""Text of a signing service's stamp in or beside the slot."""

SCRIPT_FONT = re.compile(
    r"script|vibes|allura|hand|brush|dafoe|signature|cursive|whisper|tangerine|satisfy|pacifico|aurore"
    r"|haviland|muellerhoff|doulaise|ephesis|beanie|caveat|kunstler|mistral|zapfino",
    re.IGNORECASE,
)

_BY_TOOL = {
    "ink": "The signature was drawn on a screen with a PDF tool (an ink annotation), not with a pen on paper.",
    "stamp": "The signature is a stamp placed by a PDF tool, not written with a pen.",
    "freetext": "The signature was typed into the page with a PDF tool.",
    "image": "The signature is a picture placed onto the page by a program, not written with a pen.",
    "signature": "The slot holds a certificate signature made by a program.",
    "word": "The form is a Word file. A consent must be printed, signed by hand and scanned.",
    "drawing": "Something was drawn into the slot with a PDF tool.",
}


@dataclass(frozen=True)
class Structural:
    """What the file's structure says of a slot: the verdict, how sure, and the evidence in plain words."""

    verdict: Verdict
    confidence: float
    evidence: tuple[str, ...]


def structural(slot: Slot, leaves: Sequence[Leaf]) -> Structural | None:
    """The verdict that the file's structure forces on a slot, or None when the structure says nothing of it."""
    region = grown(slot.box)
    for mark in slot.leaf.marks:
        if mark.kind in ("text", "path", "patch") or not touches(mark.box, region):
            continue
        verdict = Verdict.TYPED if mark.kind == "freetext" else Verdict.ELECTRONIC
        named = f" It names {mark.words}." if mark.words and mark.kind == "signature" else ""
        return Structural(verdict, 0.98, (_BY_TOOL.get(mark.kind, _BY_TOOL["drawing"]) + named,))
    return _filled(slot, region) or _written(slot) or _invisible(leaves)


def grown(box: Box, up: float = 40, down: float = 14, side: float = 10) -> Box:
    """The slot with the room around it that a mark may reach into, pixels."""
    return (box[0] - side, box[1] - up, box[2] + side, box[3] + down)


def touches(mark: Box, region: Box) -> bool:
    """Whether a mark lies on a region rather than just beside it."""
    return overlap(mark, region) > 0.3 or overlap(region, mark) > 0.3


def _filled(slot: Slot, region: Box) -> Structural | None:
    for widget in slot.leaf.widgets:
        if widget.kind == "text" and widget.value.strip() and touches(widget.box, region):
            said = f"The slot is a form field with typed text: “{clip(widget.value)}”."
            return Structural(Verdict.TYPED, 0.98, (said,))
    return None


def _written(slot: Slot) -> Structural | None:
    """Text that a program put into the slot; on a scan only visible text over the page picture counts."""
    texts = [Word(m.words, m.box, 0.99, Source.TEXT) for m in slot.leaf.marks if m.kind == "text"]
    if not slot.leaf.scan:
        texts = [w for w in slot.leaf.words if w.source is Source.TEXT and not overlap(w.box, slot.label_box) > 0.3]
    own = [w for w in inside(texts, slot.box, 0.5) if any(c.isalnum() for c in w.text)]
    text = " ".join(w.text for w in own)
    if sum(c.isalnum() for c in text) < 2:
        return None
    if STAMPED.search(text):
        return Structural(Verdict.ELECTRONIC, 0.98, (f"The slot carries a signing service's stamp: “{clip(text)}”.",))
    if any(SCRIPT_FONT.search(slot.leaf.fonts.get(w.text, "")) for w in own):
        return Structural(Verdict.ELECTRONIC, 0.95, (f"The name is set in a script typeface: “{clip(text)}”.",))
    return Structural(Verdict.TYPED, 0.97, (f"The slot holds typed text: “{clip(text)}”.",))


def _invisible(leaves: Sequence[Leaf]) -> Structural | None:
    """A certificate signature without a place on the page: it signs the file, so no slot of it is surely ink."""
    for leaf in leaves:
        for mark in leaf.marks:
            if mark.kind == "signature" and (mark.box[2] - mark.box[0] < 4 or mark.box[3] - mark.box[1] < 4):
                return Structural(Verdict.UNCLEAR, 0.5, ("The file as a whole carries a certificate signature.",))
    return None


def envelope(leaf: Leaf) -> str:
    """The mark of a signing service on the page, as printed; empty when there is none."""
    found = ENVELOPE.search(" ".join(w.text for w in leaf.words))
    return found.group(0) if found else ""


def stamped(words: Sequence[Word]) -> str:
    """The text of a signing service's stamp among the words read in a slot; empty when there is none."""
    text = " ".join(w.text for w in words)
    return text if STAMPED.search(text) else ""


def clip(text: str, most: int = 60) -> str:
    """At most `most` characters of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
