"""Signature slots cut from whole pages, for training and measuring `forms.opinion` beside composed ones.

`python -m tests.bench.ink_whole --shared ../shared --fonts FOLDER --out FOLDER --seed 1 --count 1500`

The bench's generator draws and degrades whole forms, with more typefaces, hands and labels than its own, and the reader
itself finds their slots: places, words, leaning rules and a copier's lines are as they come. What the judge sees of a
slot is kept, not the page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms.hiding import hide
from forms.leaf import leaf_of
from forms.limits import Limits
from forms.pages import open_file
from forms.reading import Box
from forms.slots import Slot, find_slots
from tests.bench import ink_pieces
from tests.bench.ink_marks import Marks

PARTS = {
    "both_signed": 200, "staff_only": 40, "supervisor_only": 40, "none": 16, "stray": 72, "block_capitals": 20,
    "typed_name_scan": 18, "script_font_scan": 110, "stamp_scan": 34,
}  # fmt: skip
"""Parts of the generator's classes of forms. What the structure of a file gives away needs no judge."""

KINDS = {("electronic", "script_font"): "script", ("electronic", "stamp"): "stamp", ("typed", "typed"): "typed",
         ("ink", ""): "ink", ("blank", ""): "blank", ("block_capitals", "hand_print"): "block"}  # fmt: skip
"""The judge's class for what the truth says; a stray mark is its own."""

SENT = {
    "flatbed300": 12, "office200": 14, "lowdpi": 14, "fax": 14, "bitonal": 14, "dirty": 13, "aug": 7, "photo": 7,
    "photo_dark": 5,
}  # fmt: skip
"""Parts of the ways in which a form was sent; the worse ones come oftener than in the mail."""

SAME = 0.3
"""Share of the true place that the found one must cover to be it."""


class Forms(Marks):
    """Draws whole forms with the generator, its faces, hands, labels and signatures varied."""

    def __init__(self, shared: Path, fonts: Path, seed: int) -> None:
        super().__init__(shared, fonts, seed)
        where = {face.stem: str(face) for face in [*self.scripts, *self.hands]}
        plain = self.gen.FP
        self.gen.FP = lambda name: where.get(name) or plain(name)
        self.gen.SCRIPT_ALL = [face.stem for face in self.scripts]
        self.gen.HAND_ALL = [face.stem for face in self.hands]
        self.gen.WEIGHTS, self.gen.PROFILES = PARTS, SENT
        load = self.gen.load_sig
        self.gen.load_sig = lambda name: self.bent(load(name), 0.8) if self.rng.random() < 0.6 else load(name)

    def slots(self, spec: dict[str, Any], folder: str) -> Iterator[tuple[str, str, Slot]]:
        """Draw a form and read it: the class, the group and the place of each signature that was found."""
        truth = self.gen.build(spec, folder, "dev")
        path = Path(folder, "forms", truth["file"])
        data = path.read_bytes()
        path.unlink()
        leaves = [leaf_of(raw) for raw in open_file(data, Limits()).walk]
        for leaf in leaves:
            hide(leaf)
        for slot in find_slots(leaves).values():
            for number, said in enumerate(truth["signers"].values()):
                if slot.leaf.number == truth["sig_page"] + 1 and covers(slot.leaf.box(slot.box), said["region"]):
                    kind = said["sub"] if said["kind"] == "stray" else KINDS[said["kind"], said["sub"]]
                    face = f"font-{said['font']}" if "font" in said else f"seed{(spec['seed'] + number) % 50}"
                    yield kind, said.get("writer", face), slot


def covers(found: Box, region: list[list[float]]) -> bool:
    """Whether a found place (fractions of the page) is this true one."""
    xs, ys = [p[0] for p in region], [p[1] for p in region]
    wide = min(found[2], max(xs)) - max(found[0], min(xs))
    tall = min(found[3], max(ys)) - max(found[1], min(ys))
    return wide > 0 and tall > 0 and wide * tall > SAME * (max(xs) - min(xs)) * (max(ys) - min(ys))


def main() -> None:
    """Write what the judge sees, in files of about 500 slots."""
    given = ink_pieces.options(count=1500).parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    forms = Forms(given.shared, given.fonts, given.seed)
    rows: list[ink_pieces.Row] = []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "forms").mkdir()
        for number, spec in enumerate(forms.gen.plan(given.seed, given.count, "dev")):
            try:
                found = forms.slots(spec, folder)
                rows += [(*ink_pieces.seen_of(slot), kind, group, spec["profile"]) for kind, group, slot in found]
            except Exception as error:  # a layout that does not fit its page is no loss
                print("lost one", repr(error))
            if len(rows) >= 500 or (rows and number == given.count - 1):
                path = given.out / f"seen-whole-{given.seed}-{number}.npz"
                np.savez_compressed(path, **ink_pieces.table(rows))  # type: ignore[arg-type]
                rows = []
                print(number + 1, flush=True)


if __name__ == "__main__":
    main()
