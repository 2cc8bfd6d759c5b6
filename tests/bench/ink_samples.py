"""Composed signature slots for training and measuring `forms.opinion`: real signatures, and all that is not one.

`python -m tests.bench.ink_samples --shared ../shared --fonts FOLDER --out FOLDER --seed 1 --count 3000`

Needs the bench's generator and its libraries (see the README beside it). Every slot is drawn at 300 dpi on a piece of
a composed form, degraded as a page would be, brought back to 200 dpi as the reader does, and stored with its place.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms.leaf import Leaf
from forms.opinion import CLASSES
from forms.picture import frame_of
from forms.reading import Source
from forms.schema import Role
from forms.slots import Slot
from forms.words import Word
from tests.bench import ink_pieces
from tests.bench.ink_fillings import Ground, K
from tests.bench.ink_pages import Pages
from tests.bench.ink_pieces import Piece

SHARES = (44, 6, 6, 24, 5, 2, 3, 3, 2, 3, 3, 2, 4, 2)
"""Parts of the classes, in their order."""

AROUND = (45, 42, 45, 34)
"""Points kept left of, over, right of and under the place."""

PROFILES = {
    "flatbed300": 20, "office200": 22, "lowdpi": 11, "fax": 8, "bitonal": 12, "dirty": 10, "aug": 2, "photo": 15,
}  # fmt: skip


class Composer(Pages):
    """Draws whole samples."""

    def __init__(self, shared: Path, fonts: Path, seed: int) -> None:
        super().__init__(shared, fonts, seed)
        self.grounds: list[Ground] = []
        self.shares: tuple[float, ...] = SHARES
        self.own_machines(0.75, seed)

    def fill_grounds(self, count: int) -> None:
        """Draw forms until there are `count` empty slots."""
        specs = list(self.gen.plan(self.rng.randrange(10**6, 10**7), max(60, count), "dev"))
        self.rng.shuffle(specs)
        for spec in specs:
            if len(self.grounds) >= count:
                return
            try:
                self.grounds += self._grounds(spec)
            except Exception as error:  # a layout that does not fit its page is no loss
                print("skipped", error)

    def _grounds(self, spec: dict[str, Any]) -> list[Ground]:
        rng = random.Random(spec["seed"])
        doc, fields = self.gen.draw_form(spec, rng)
        page_number = doc.page
        page = self.gen.render_pages(doc.save())[page_number]
        for f in fields:
            if f["type"] != "signature" and rng.random() < 0.8:
                text = self.name() if f["type"] == "name" else self.date()
                self.write(page, f, text, typed=rng.random() < 0.35)
        found = []
        for f in fields:
            if f["type"] == "signature":
                found.append(self._cut(page, doc, page_number, f))
        return found

    def _cut(self, page: np.ndarray, doc: Any, number: int, field: dict[str, Any]) -> Ground:
        r = field["rect"]
        x0, y0 = max(0, int((r[0] - AROUND[0]) * K)), max(0, int((r[1] - AROUND[1]) * K))
        x1, y1 = int((r[2] + AROUND[2]) * K), int((r[3] + AROUND[3]) * K)
        words, label, near = [], (0.0, 0.0, 1.0, 1.0), 1e9
        for at, text, a, b, c, d, _ in doc.labels:
            if at != number:
                continue
            box = (a * K - x0, b * K - y0 + 1, c * K - x0, d * K - y0 + 4)
            words += list(_split(text, box))
            far = abs((b + d) / 2 - field["line_y"]) + 0.2 * abs(a - r[0])
            if "sign" in text.lower() and far < near:
                label, near = box, far
        rect = (r[0] * K - x0, r[1] * K - y0, r[2] * K - x0, r[3] * K - y0)
        return Ground(page[y0:y1, x0:x1].copy(), rect, field["line_y"] * K - y0, words, label)

    def write(self, page: np.ndarray, field: dict[str, Any], text: str, *, typed: bool) -> None:
        """Write into a neighbouring field, as somebody did who filled in the form."""
        x, y = field["rect"][0] * K + self.rng.uniform(4, 30), field["line_y"] * K
        alpha = (
            self.text(text, self.rng.choice(self.faces), 40) if typed else self.hand(text, self.rng.randint(36, 62))[0]
        )
        room = (field["rect"][2] - field["rect"][0]) * K
        if alpha.shape[1] > room:
            alpha = cv2.resize(alpha, None, fx=room / alpha.shape[1], fy=room / alpha.shape[1])
        color = (0, 0, 0) if typed else self.color()
        self.gen.put_ink(page, alpha, x, y - alpha.shape[0] + self.rng.uniform(-8, 6), color, 1.0)

    def sample(self) -> Piece:
        """One slot on its piece of a page, as the reader would have it."""
        kind = self.rng.choices(CLASSES, self.shares)[0]
        ground = self.rng.choice(self.grounds)
        page = ground.picture.copy()
        self.last_shape = page.shape[:2]
        group = getattr(self, f"_{kind}")(page, ground) or f"seed{self.rng.randrange(50)}"
        profile = self.rng.choices(list(PROFILES), list(PROFILES.values()))[0]
        picture, matrix = self.degraded(page, profile)
        return Piece(kind, group, profile, self.slot_on(picture, matrix, ground))

    def slot_on(self, picture: np.ndarray, matrix: np.ndarray, ground: Ground) -> Slot:
        """The slot with a place as a reader finds it: not exactly the true one."""
        rng = self.rng

        def moved(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
            q = (
                np.array([[box[0], box[1], 1], [box[2], box[1], 1], [box[2], box[3], 1], [box[0], box[3], 1]])
                @ matrix.T
            )
            return tuple(float(v) for v in (*q[:, :2].min(0), *q[:, :2].max(0)))  # type: ignore[return-value]

        words = [Word(t, moved(b), rng.uniform(0.5, 0.97), Source.OCR) for t, b in ground.words if rng.random() < 0.95]
        leaf = Leaf(1, picture, frame_of(picture), words, scan=True, photo=False)
        x0, y0, x1, y1 = moved(ground.rect)
        line = (y0 + y1) / 2 if y1 - y0 < 10 else moved((0, ground.line, 1, ground.line))[1]
        up = rng.choice([line - y0, line - y0, rng.uniform(60, 120)])

        def j(most: float) -> float:
            return rng.uniform(-most, most)

        box = (x0 + j(12), line - up + j(10), x1 + j(14), line + rng.uniform(-3, 8))
        return Slot(Role.STAFF, leaf, box, line, "Signature", moved(ground.label), 0.9)


def _split(text: str, box: tuple[float, float, float, float]) -> list[tuple[str, tuple[float, float, float, float]]]:
    width = (box[2] - box[0]) / max(1, len(text))
    found, at = [], 0
    for word in text.split(" "):
        if word:
            found.append((word, (box[0] + at * width, box[1], box[0] + (at + len(word)) * width, box[3])))
        at += len(word) + 1
    return found


def main() -> None:
    """Write samples in files of 500."""
    options = ink_pieces.options(count=3000)
    options.add_argument("--neat", action="store_true", help="only signatures that can be read like print")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    composer = Composer(given.shared, given.fonts, given.seed)
    if given.neat:
        composer.neat, composer.shares = 1.0, tuple(float(kind == "ink") for kind in CLASSES)
    pieces: list[Piece] = []
    for number in range(given.count):
        if number % 1500 == 0:
            composer.grounds = []
            composer.fill_grounds(110)
        try:
            pieces.append(composer.sample())
        except Exception as error:
            print("lost one", repr(error))
        if len(pieces) == 250 or number == given.count - 1:
            ink_pieces.save(given.out / f"pieces-{given.seed}-{number}.npz", pieces)
            pieces = []
            print(number + 1, flush=True)


if __name__ == "__main__":
    main()
