"""Strips composed directly, without a page around them: many more shapes of marks for the price of one page.

`python -m tests.bench.quick_strips --shared ../shared --fonts FOLDER --out FOLDER --seed 1 --count 6000`

The marks are those of `tests.bench.ink_samples`. They carry no numbers (NaN): the network learns shapes from them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms.opinion import CLASSES
from forms.strip import MARGIN, MOST_SCALE, NUMBERS, TALL, WIDE
from tests.bench.ink_fillings import Ground
from tests.bench.ink_marks import trimmed
from tests.bench.ink_samples import Composer, save

SHARES = {"ink": 46, "script": 24, "typed": 7, "block": 6, "date": 5, "na": 3, "initials": 3, "strokes": 4, "blank": 2}


class Quick(Composer):
    """Marks on a strip."""

    def mark(self, kind: str) -> tuple[np.ndarray, str]:
        """The mark's alpha at about 200 dpi, and its group."""
        px = self.rng.randint
        if kind == "ink":
            alpha, group = self.signature()
            size = self.rng.uniform(0.45, 1.25) * 2 / 3
        elif kind == "script":
            (alpha, group), size = self.script((60, 120)), self.rng.uniform(0.55, 1.0)
            group = f"font-{group}"
            if self.rng.random() < 0.4:  # as many faces as there are bends: not only the known ones are to be known
                alpha = self.bent(alpha, 0.6)
        elif kind == "typed":
            face = self.rng.choice(self.faces)
            alpha, group, size = self.text(self.name(), face, px(26, 48)), f"face-{face.stem[:10]}", 1.0
        else:
            text = {
                "block": self.name().upper(),
                "date": self.date(),
                "na": self.rng.choice(["N/A", "n/a", "none", "NA", "void"]),
            }
            letters = "".join(self.rng.choices("ABCDEFGHJKLMNPRSTW", k=px(2, 3)))
            alpha, size = self.hand(text.get(kind, letters), px(36, 70)), self.rng.uniform(0.6, 1.1)
            group = f"seed{px(0, 50)}"
        return trimmed(cv2.resize(alpha, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)), group

    def strokes(self) -> tuple[np.ndarray, str, str]:
        """A tick, a strike or loose marks, drawn on an empty slot of usual size."""
        kind = self.rng.choice(["tick", "strike", "marks"])
        page = np.full((300, 1300, 3), 255, np.uint8)
        ground = Ground(page, (100, 80, self.rng.uniform(600, 1200), 220), 210, [], (0, 0, 1, 1))
        self._strokes(page, ground, kind)
        alpha = cv2.resize(255 - page.min(axis=2), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
        return trimmed(alpha), f"seed{self.rng.randrange(50)}", kind

    def strip(self, alpha: np.ndarray) -> np.ndarray:
        """The two pictures of `forms.strip` around a mark, with a rule, print beside it and a scanner's faults."""
        rng, tall, wide = self.rng, *alpha.shape
        scale = min(MOST_SCALE, WIDE / (wide + 2 * MARGIN), TALL / (tall + 2 * MARGIN)) * 2
        if scale < 1:
            alpha = cv2.resize(alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        h, w = 2 * TALL, 2 * WIDE
        dark = np.zeros((h, w), np.float32)
        y, x = max(0, (h - alpha.shape[0]) // 2), max(0, (w - alpha.shape[1]) // 2)
        part = alpha[:h, :w].astype(np.float32) / 255
        ink = np.zeros((h, w), np.float32)
        ink[y : y + part.shape[0], x : x + part.shape[1]] = part * rng.uniform(0.6, 1.0)
        mask = ink > rng.uniform(0.25, 0.5) * float(ink.max() + 1e-6)
        base = y + int(part.shape[0] * rng.uniform(0.7, 1.1))
        if rng.random() < 0.85:
            self._rule(dark, mask, base, x)
        for _ in range(rng.randint(0, 3)):
            text = self.text(rng.choice(["Signature", "Date:", "Supervisor Signature", "Name (print)", self.name()]),
                             rng.choice(self.faces), rng.randint(16, 26))  # fmt: skip
            ty = base + rng.randint(4, 40) if rng.random() < 0.7 else rng.randint(0, max(1, y))
            tx = rng.randint(0, w - 20)
            room = dark[ty : ty + text.shape[0], tx : tx + text.shape[1]]
            if room.size:
                np.maximum(room, text[: room.shape[0], : room.shape[1]] / 255, out=room)
                mask[ty : ty + text.shape[0], tx : tx + text.shape[1]] &= rng.random() < 0.3
        dark = np.maximum(dark * rng.uniform(0.7, 1.0), ink)
        dark = cv2.GaussianBlur(dark, (0, 0), rng.uniform(0.4, 1.4))
        dark += self.np.normal(0, rng.uniform(0.005, 0.06), dark.shape)
        if rng.random() < 0.25:
            dark = (dark > rng.uniform(0.25, 0.5)).astype(np.float64)
        if rng.random() < 0.12:  # a coarse fax
            dark = cv2.resize(cv2.resize(dark, (w, h // 2), interpolation=cv2.INTER_AREA), (w, h))
        both = np.stack([dark, mask.astype(np.float64)], axis=-1).astype(np.float32)
        made = cv2.resize(both, (WIDE, TALL), interpolation=cv2.INTER_AREA).transpose(2, 0, 1)
        return np.clip(made * 200, 0, 255).astype(np.uint8)

    def _rule(self, dark: np.ndarray, mask: np.ndarray, base: int, x: int) -> None:
        rng, (h, w) = self.rng, dark.shape
        thick = rng.choice([1, 2, 2, 3])
        if not 0 <= base < h - thick:
            return
        left, right = max(0, x - rng.randint(0, 200)), min(w, w - x + rng.randint(0, 200))
        rule = np.ones(right - left, np.float32)
        if rng.random() < 0.2:
            rule[::4] = rule[1::4] = 0
        dark[base : base + thick, left:right] = rule
        lost = slice(max(0, base - 2), base + thick + 2)
        crossing = mask[max(0, base - 5) : base + thick + 5].mean(axis=0) > rng.uniform(0.5, 0.95)
        mask[lost] &= crossing[None]
        if rng.random() < 0.3:
            side = rng.choice([left, right - 2])
            dark[max(0, base - 110) : base, side : side + 2] = 1

    def one(self) -> dict[str, Any]:
        """A sample as `ink_samples` stores it, without numbers."""
        kind = self.rng.choices(list(SHARES), list(SHARES.values()))[0]
        if kind == "strokes":
            alpha, group, kind = self.strokes()
        elif kind == "blank":
            alpha, group = (self.np.random((12, 12)) > 0.7).astype(np.uint8) * 255, f"seed{self.rng.randrange(50)}"
        else:
            alpha, group = self.mark(kind)
        assert kind in CLASSES
        numbers = np.full(len(NUMBERS), np.nan, np.float32)
        return {"kind": kind, "group": group, "profile": "quick", "strip": self.strip(alpha), "numbers": numbers}


def main() -> None:
    """Write samples in files of 500."""
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--fonts", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=6000)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    quick, rows = Quick(given.shared, given.fonts, given.seed), []
    for number in range(1, given.count + 1):
        try:
            rows.append(quick.one())
        except (ValueError, IndexError, cv2.error) as error:
            print("lost one", repr(error))
        if number % 500 == 0 or number == given.count:
            save(given.out / f"samples-quick-{given.seed}-{number}.npz", rows)
            rows = []
            print(number, flush=True)


if __name__ == "__main__":
    main()
