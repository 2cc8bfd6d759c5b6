"""Slots on paper for the verdict's tests, without a page around them: a rule, a label, and a mark written on it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from deployments.samples import handwriting
from forms.leaf import Leaf
from forms.picture import Picture, frame_of
from forms.reading import Source
from forms.schema import Role
from forms.slots import Slot
from forms.words import Word

LINE, LEFT, RIGHT = 190, 60, 760


def paper(seed: int = 1) -> Picture:
    """An empty slot at 200 dpi: a rule with its label under it, on paper as a scanner sees it."""
    sheet = np.full((330, 900, 3), 244, np.uint8)
    cv2.line(sheet, (LEFT, LINE), (RIGHT, LINE), (40, 40, 40), 2)
    cv2.putText(sheet, "Employee Signature", (LEFT + 6, LINE + 34), cv2.FONT_HERSHEY_SIMPLEX, 0.75, (40, 40, 40), 2)
    return sheet


def scanned(sheet: Picture, seed: int = 1) -> Picture:
    """The sheet softened and with a scanner's noise."""
    noise = np.random.default_rng(seed).normal(0, 4, sheet.shape[:2])[..., None]
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.6)
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


def with_picture(sheet: Picture, mark: Image.Image, x: int = 130, base: float = 0.85) -> Picture:
    """The sheet with an RGBA mark that stands on the rule with `base` of its height."""
    made = Image.fromarray(np.ascontiguousarray(sheet[..., ::-1]))
    made.paste(mark, (x, int(LINE - base * mark.height)), mark)
    return np.ascontiguousarray(np.asarray(made)[..., ::-1])


def signature(name: str, seed: int, take: int = 0) -> Image.Image:
    """A signature of the repository's own pen, as RGBA."""
    hand = handwriting.hand_of(name, seed)
    return handwriting.ink(handwriting.signature_paths(name, hand, take), hand, 24, 3.4)[0]


def matte(path: Path, wide: int = 330) -> Image.Image:
    """A stored signature, whose grey is its ink, in blue-black as RGBA."""
    grey = Image.open(path).convert("L")
    made = Image.new("RGBA", grey.size, (30, 36, 92, 0))
    made.putalpha(grey)
    return made.resize((wide, round(grey.height * wide / grey.width)))


def written(text: str, seed: int) -> Image.Image:
    """Separately written signs, such as a date, as RGBA."""
    hand = handwriting.hand_of("a clerk", seed)
    return handwriting.ink(handwriting.written_paths(text, hand), hand, 17, 3.0)[0]


def slot_on(picture: Picture) -> Slot:
    """The slot as the reader would hand it to the judge."""
    label = (float(LEFT + 6), float(LINE + 10), float(LEFT + 250), float(LINE + 42))
    words = [Word("Employee", (66.0, 200.0, 178.0, 232.0), 0.95, Source.OCR)]
    words.append(Word("Signature", (190.0, 200.0, 310.0, 232.0), 0.95, Source.OCR))
    leaf = Leaf(1, picture, frame_of(picture), words, scan=True, photo=False)
    box = (float(LEFT), float(LINE - 95), float(RIGHT), float(LINE + 2))
    return Slot(Role.STAFF, leaf, box, float(LINE), "Employee Signature", label, 0.9)
