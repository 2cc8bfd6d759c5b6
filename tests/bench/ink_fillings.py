"""What stands in a composed slot: one way of filling it for each class."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from tests.bench.ink_marks import Marks, trimmed

K = 300 / 72
"""Pixels per point."""


@dataclass
class Ground:
    """A piece of a form with one empty slot. Boxes in pixels at 300 dpi of `picture`."""

    picture: np.ndarray
    rect: tuple[float, float, float, float]
    line: float
    words: list[tuple[str, tuple[float, float, float, float]]]
    label: tuple[float, float, float, float]


class Fillings(Marks):
    """Fills slots: `_ink` and its like draw their class and return the writer, face or nothing."""

    neat = 0.0
    """Share of signatures that can be read like print: see docs/signatures.md for what they did to the judge."""

    def place(self, page: np.ndarray, ground: Ground, alpha: np.ndarray, color: Any, strength: float = 1.0) -> None:
        """Put print on the slot's line, made smaller when it is too wide."""
        room = ground.rect[2] - ground.rect[0]
        if alpha.shape[1] > room:
            alpha = cv2.resize(alpha, None, fx=room / alpha.shape[1], fy=room / alpha.shape[1])
        x = ground.rect[0] + self.rng.uniform(0, 0.5) * max(10.0, room - alpha.shape[1])
        y = ground.line - alpha.shape[0] * self.rng.uniform(0.8, 1.05) - self.rng.uniform(0, 10)
        self.gen.put_ink(page, alpha, x, y, color, strength)

    def _stray(self, page: np.ndarray, ground: Ground, sub: str) -> str:
        field = self._field(ground)
        self.gen.do_stray(page, field, sub, self.rng, "dev", self.date())
        return ""

    def _ink(self, page: np.ndarray, ground: Ground) -> str:
        self.stored, writer = self.legible() if self.rng.random() < self.neat else self.signature()
        sig: dict[str, Any] = {"file": "ours", "color": self.color(), "strength": self.rng.uniform(0.6, 1.0)}
        if self.rng.random() < 0.15:
            sig["scale"] = self.rng.uniform(0.4, 1.5)
        self.gen.place_signature(page, self._field(ground), sig, self.rng)
        return writer

    def _blank(self, page: np.ndarray, ground: Ground) -> str:
        if self.rng.random() < 0.2:  # the tail of a mark from the field above
            alpha, _ = self.signature()
            tail = alpha[int(alpha.shape[0] * self.rng.uniform(0.75, 0.9)) :]
            self.gen.put_ink(
                page, tail, ground.rect[0] + self.rng.uniform(0, 300), ground.rect[1] - 40, self.color(), 0.9
            )
        return ""

    def _typed(self, page: np.ndarray, ground: Ground) -> str:
        name = self.name()
        name = self.rng.choice([name, name, f"/s/ {name}", f"/{name}/", name.upper(), f"{name}, Mgr."])
        face = self.rng.choice(self.faces)
        alpha = self.text(name, face, int(self.rng.uniform(9, 16) * K))
        if self.rng.random() < 0.25:
            matrix = np.array([[1, -0.2, 0.2 * alpha.shape[0]], [0, 1, 0]], dtype=np.float64)
            alpha = cv2.warpAffine(alpha, matrix, (int(alpha.shape[1] + 0.2 * alpha.shape[0]), alpha.shape[0]))
        self.place(page, ground, alpha, self.rng.choice([(0, 0, 0), (0, 0, 0), (120, 40, 10)]))
        return f"face-{face.stem[:10]}"

    def _script(self, page: np.ndarray, ground: Ground) -> str:
        alpha, face, line = self.script()
        g = self.rng.randint(0, 70)
        color = self.rng.choice([(0, 0, 0), (0, 0, 0), (0, 0, 0), (g, g, g), (127, 26, 13), (g + 100, g, g // 2)])
        room = ground.rect[2] - ground.rect[0]
        if alpha.shape[1] > room:
            line *= room / alpha.shape[1]
            alpha = cv2.resize(alpha, None, fx=room / alpha.shape[1], fy=room / alpha.shape[1])
        x = ground.rect[0] + self.rng.uniform(0, 0.4) * max(10.0, room - alpha.shape[1])
        y = ground.line - line - (self.rng.uniform(2, 18) if self.rng.random() < 0.8 else self.rng.uniform(-12, 40))
        self.gen.put_ink(page, alpha, x, y, color)
        return f"font-{face}"

    def _stamp(self, page: np.ndarray, ground: Ground) -> str:
        name, x, y = self.name(), ground.rect[0] + self.rng.uniform(8, 60), ground.line
        code = "".join(self.rng.choices("0123456789ABCDEF", k=15))
        small = self.rng.choice(self.faces)
        alpha, face, _ = self.script((60, 110))
        alpha = trimmed(alpha)

        def tiny(text: str, px: int) -> np.ndarray:
            return self.text(text, small, px)

        style = self.rng.randrange(3)
        if style == 0:
            blue = (190, 75, 25)
            top = y - 150
            cv2.line(page, (int(x), int(top) + 20), (int(x), int(y)), blue, 6)
            for at in (top, y + 8):
                cv2.line(page, (int(x), int(at)), (int(x) + 60, int(at)), blue, 6)
            self.gen.put_ink(page, tiny("DocuSigned by:", 24), x + 70, top - 10, (0, 0, 0))
            self.gen.put_ink(page, alpha, x + 20, y - 30 - alpha.shape[0], (0, 0, 0))
            self.gen.put_ink(page, tiny(code + "...", 24), x + 70, y - 6, (0, 0, 0))
        elif style == 1:
            for n, part in enumerate(name.split()[:2]):
                self.gen.put_ink(page, tiny(part, 54), x, y - 130 + 60 * n, (0, 0, 0))
            lines = ("Digitally signed by", name, f"Date: {self.date()}", "12:04:51 -06'00'")
            for n, line in enumerate(lines):
                self.gen.put_ink(page, tiny(line, 23), x + 330, y - 130 + 30 * n, (0, 0, 0))
            face = "adobe"
        else:
            self.gen.put_ink(page, alpha, x, y - 26 - alpha.shape[0], self.rng.choice([(0, 0, 0), (127, 26, 13)]))
            said = self.rng.choice(
                [f"e-Signed by {name} {self.date()}", f"Verified by SignWell {code}", f"{name} ({self.date()})"]
            )
            self.gen.put_ink(page, tiny(said, 22), x, y - 18, (60, 60, 60))
        return f"font-{face}"

    def _pasted(self, page: np.ndarray, ground: Ground) -> str:
        """A picture with its own ground: a grey or coarse rectangle around the mark."""
        alpha, writer = self.signature()
        small = self.rng.uniform(0.25, 0.6)
        coarse = cv2.resize(alpha, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(coarse, (alpha.shape[1], alpha.shape[0]), interpolation=cv2.INTER_NEAREST)
        alpha = np.pad(alpha, self.rng.randint(8, 40))
        field = np.maximum(alpha, self.rng.randint(14, 50))
        self.place(page, ground, field.astype(np.uint8), self.color())
        return writer

    def _date(self, page: np.ndarray, ground: Ground) -> str:
        return self._written(page, ground, self.date(), self.rng.randint(36, 90))

    def _na(self, page: np.ndarray, ground: Ground) -> str:
        word = self.rng.choice(
            ["N/A", "n/a", "N.A.", "none", "NA", "void", "see above", "same", "absent", "TBD", "OK", "yes"]
        )
        return self._written(page, ground, word, self.rng.randint(50, 110))

    def _block(self, page: np.ndarray, ground: Ground) -> str:
        return self._written(page, ground, self.name().upper(), self.rng.randint(46, 90))

    def _written(self, page: np.ndarray, ground: Ground, text: str, px: int) -> str:
        alpha, hand = self.hand(text, px)
        self.place(page, ground, alpha, self.color())
        return hand

    def _initials(self, page: np.ndarray, ground: Ground) -> str:
        letters = "".join(self.rng.choices(string.ascii_uppercase, k=self.rng.choice([2, 2, 3])))
        letters = self.rng.choice([letters, ".".join(letters) + ".", letters.lower()])
        alpha, hand = self.hand(letters, self.rng.randint(45, 100))
        self.place(page, ground, self.bent(alpha, 0.6), self.color())
        return hand

    def _tick(self, page: np.ndarray, ground: Ground) -> str:
        return self._stray(page, ground, "tick") if self.rng.random() < 0.4 else self._strokes(page, ground, "tick")

    def _strike(self, page: np.ndarray, ground: Ground) -> str:
        return self._stray(page, ground, "strike") if self.rng.random() < 0.4 else self._strokes(page, ground, "strike")

    def _marks(self, page: np.ndarray, ground: Ground) -> str:
        return self._stray(page, ground, "marks") if self.rng.random() < 0.5 else self._strokes(page, ground, "marks")

    def _strokes(self, page: np.ndarray, ground: Ground, sub: str) -> str:
        r, wide, tall = self.rng, ground.rect[2] - ground.rect[0], ground.rect[3] - ground.rect[1]
        size = (int(tall * 2), int(wide * 1.2))

        def jitter(value: float) -> float:
            return value + r.uniform(-0.06, 0.06)

        a = r.uniform(0.05, 0.75)
        if sub == "tick":
            lines = r.choice(
                [[[(a, 0.5), (a + 0.04, 0.85), (a + 0.13, 0.0)]],
                 [[(a, 0.1), (a + 0.1, 0.9)], [(a + 0.1, 0.1), (a, 0.9)]],
                 [[(a, 0.3), (a + 0.08, 0.2), (a + 0.1, 0.6), (a + 0.02, 0.8), (a, 0.3)]], [[(a, 0.6), (a + 0.2, 0.1)]]]
            )  # fmt: skip
        elif sub == "strike":
            lines = r.choice(
                [[[(0.02, 0.5), (0.97, 0.5)]], [[(0.02, 0.35), (0.95, 0.35)], [(0.03, 0.65), (0.97, 0.62)]],
                 [[(0.05, 0.95), (0.9, 0.05)]], [[(0.05, 0.05), (0.95, 0.95)], [(0.05, 0.95), (0.95, 0.05)]],
                 [[(0.02 + 0.06 * n, 0.35 + 0.3 * (n % 2)) for n in range(16)]],
                 [[(0.1, 0.15), (0.85, 0.15), (0.15, 0.85), (0.9, 0.85)]]]
            )  # fmt: skip
        else:
            lines = []
            for _ in range(r.randint(1, 7)):
                b, c = r.uniform(0, 0.95), r.uniform(0, 1)
                lines.append([(b, c), (b + r.uniform(-0.04, 0.04), c + r.uniform(-0.3, 0.3))])
        color, thick = self.color(), r.uniform(2.5, 8)
        for line in lines:
            points = [(wide * (0.1 + (p if sub == "marks" else jitter(p))), tall * (0.5 + jitter(q))) for p, q in line]
            spread = [(px, py) for px, py in points for _ in range(2 if r.random() < 0.5 else 1)]
            alpha = self.gen.pen_path(spread, thick, r, size)
            self.gen.put_ink(page, alpha, ground.rect[0] - wide * 0.1, ground.rect[1] - tall * 0.5, color, 0.95)
        return ""

    def _rubber(self, page: np.ndarray, ground: Ground) -> str:
        if self.rng.random() < 0.3:
            return self._stray(page, ground, "rubber")
        face = self.rng.choice(self.faces)
        word = self.rng.choice(["RECEIVED", "PAID", "COPY", "ENTERED", "Void", "FAXED", "HR DEPT", "SCANNED", "FILE"])
        alpha = np.pad(self.text(word, face, self.rng.randint(50, 90)), 24)
        date = self.text(self.date(), face, 36)
        both = np.zeros((alpha.shape[0] + 50, max(alpha.shape[1], date.shape[1] + 40)), np.uint8)
        both[: alpha.shape[0], : alpha.shape[1]] = alpha
        both[alpha.shape[0] - 12 : alpha.shape[0] - 12 + date.shape[0], 20 : 20 + date.shape[1]] = date
        tall, wide = both.shape
        if self.rng.random() < 0.5:
            cv2.rectangle(both, (4, 4), (wide - 5, tall - 5), 255, 5)
        else:
            cv2.ellipse(both, (wide // 2, tall // 2), (wide // 2 - 4, tall // 2 - 4), 0, 0, 360, 255, 5)
        worn = cv2.resize(self.np.integers(70, 256, (tall // 7 + 2, wide // 7 + 2)).astype(np.uint8), (wide, tall))
        both = (both * (worn / 255.0)).astype(np.uint8)
        both = self.gen.warp_alpha(both, self.rng.uniform(0.7, 1.1), self.rng.uniform(-12, 12), self.rng)
        self.place(page, ground, both, self.rng.choice([(40, 30, 190), (160, 60, 40), (60, 60, 60)]), 0.85)
        return ""

    def _field(self, ground: Ground) -> dict[str, Any]:
        return {"rect": [v / K for v in ground.rect], "line_y": ground.line / K}
