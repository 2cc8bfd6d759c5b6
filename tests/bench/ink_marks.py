"""The marks of composed slots: real signatures, faces and hands, as alpha pictures at 300 dpi."""

from __future__ import annotations

import importlib.util
import random
import string
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from deployments.samples import handwriting

NAMES = [
    "Anna Keller", "Bert Olsen", "Cora Diaz", "Dan Whitehall", "Ella Marsh", "Finn Bauer", "Greta Lund", "Hugo Stein",
    "Iris Novak", "Jack Tanner", "Kate Morrow", "Leo Brandt", "Mona Field", "Nils Ortega", "Olga Petrov", "Paul Sander",
    "Rita Holm", "Sam Archer", "Tina Wolff", "Uwe Lindner", "Vera Kosta", "Walt Fisher", "Yara Haddad", "Zane Miller",
]  # fmt: skip  # fmt: skip


HANDS = frozenset(
    [
        "annie-use-your-telescope",
        "bad-script",
        "caveat",
        "cedarville-cursive",
        "covered-by-your-grace",
        "delius",
        "homemade-apple",
        "kalam",
        "nanum-pen-script",
        "neucha",
        "nothing-you-could-do",
        "patrick-hand",
        "permanent-marker",
        "playpen-sans",
        "rock-salt",
        "schoolbell",
        "shadows-into-light",
        "shantell-sans",
        "sriracha",
        "sue-ellen-francisco",
        "swanky-and-moo-moo",
        "the-girl-next-door",
    ]
)
"""Faces that imitate a hand sign by sign: shaken, they are what people write into fields; as they are, typefaces."""

SYLLABLES = (
    "ka", "ro", "mi", "len", "tor", "sha", "wil", "ber", "an", "dy", "fle", "gus", "hop", "jin", "qui", "zel", "vor",
    "ty", "bra", "ck", "ly", "o", "e", "ston", "er",
)  # fmt: skip
"""Parts of names that nobody has."""


class Marks:
    """Draws marks. `gen` is the bench's generator as a module, `fonts` a folder of files of script faces."""

    def __init__(self, shared: Path, fonts: Path, seed: int) -> None:
        spec = importlib.util.spec_from_file_location("gen", shared / "bench" / "gen.py")
        assert spec
        assert spec.loader
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        gen: Any = made
        self.gen = gen
        self.rng = random.Random(seed)
        self.np = np.random.default_rng(seed)
        own = shared / "data" / "fonts"
        self.scripts = [own / f"{n}.ttf" for n in self.gen.SCRIPT_ALL] + sorted(fonts.glob("*.ttf"))
        self.hands = [own / f"{n}.ttf" for n in self.gen.HAND_ALL] + [f for f in self.scripts if f.stem in HANDS]
        printed = ("lato", "merriweather", "noto-serif", "open-sans", "pt-serif", "roboto", "source-sans-3")
        self.faces = [own / f"{n}.ttf" for n in printed] + sorted((fonts / "print").glob("*.ttf"))
        self.writers = {k: [f["file"] for f in v["files"]] for k, v in self.gen.IDX.items()}
        self.latin = [w for w in self.writers if w.startswith("cedar")]
        self.other = [w for w in self.writers if not w.startswith("cedar")]
        self.stored: np.ndarray | None = None
        load = self.gen.load_sig
        self.load = load
        self.gen.load_sig = lambda name: self.stored if name == "ours" else load(name)
        plain = self.gen.sig_label
        self.gen.sig_label = lambda rng, role: self.label_of(role) if rng.random() < 0.4 else plain(rng, role)

    def label_of(self, role: str) -> str:
        """Other ways to ask for a signature."""
        return self.rng.choice(
            ["Sign here", f"{role} sign", "Signed", f"Signed by {role}", f"{role} signature & date", "Signature",
             f"Authorized signature ({role})", f"{role}: signature", f"(signature of {role.lower()})"]
        )  # fmt: skip

    def name(self) -> str:
        """An invented name, of the lists or of syllables."""
        if self.rng.random() < 0.5:
            return f"{self.rng.choice(self.gen.FIRST)} {self.rng.choice(self.gen.LAST)}"

        def part(count: int) -> str:
            return "".join(self.rng.choice(SYLLABLES) for _ in range(count)).capitalize()

        middle = f"{self.rng.choice(string.ascii_uppercase)}. " if self.rng.random() < 0.3 else ""
        return f"{part(self.rng.randint(2, 3))} {middle}{part(self.rng.randint(2, 4))}"

    def date(self) -> str:
        """A date in one of the usual ways."""
        d, m, y = self.rng.randint(1, 28), self.rng.randint(1, 12), self.rng.randint(2019, 2027)
        month = ["Jan", "Feb", "March", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"][m - 1]
        return self.rng.choice(
            [f"{m}/{d}/{y}", f"{m:02d}/{d:02d}/{y % 100:02d}", f"{d}.{m}.{y}", f"{y}-{m:02d}-{d:02d}",
             f"{y}{m:02d}{d:02d}", f"{month} {d}, {y}", f"{d} {month} {y}", f"{m}-{d}-{y % 100:02d}"]
        )  # fmt: skip

    def text(self, text: str, face: Path, px: int) -> np.ndarray:
        """Text as alpha, cut to its ink."""
        font = ImageFont.truetype(str(face), px)
        box = font.getbbox(text)
        im = Image.new("L", (int(box[2] - box[0]) + 2 * px, int(box[3] - box[1]) + 2 * px), 0)
        ImageDraw.Draw(im).text((px - box[0], px - box[1]), text, font=font, fill=255)
        return trimmed(np.array(im))

    def hand(self, text: str, px: int) -> tuple[np.ndarray, str]:
        """Text written sign by sign, a hand font with jitter or pen strokes, and whose hand it is."""
        if self.rng.random() < 0.3:
            try:
                seed = self.rng.randrange(10**6)
                hand = handwriting.hand_of(self.name(), seed)
                paths = handwriting.written_paths(text, hand, self.rng.randrange(99))
                picture, _ = handwriting.ink(paths, hand, px * 0.45, self.rng.uniform(2.5, 5.5))
                return trimmed(np.array(picture)[..., 3]), f"hand-{seed % 60}"
            except (KeyError, ValueError, IndexError):
                pass
        face = self.rng.choice(self.hands)
        old = self.gen.FP
        self.gen.FP = str
        try:
            made: np.ndarray = self.gen.hand_text(text, str(face), px, self.rng, self.rng.uniform(0.6, 1.8))
        finally:
            self.gen.FP = old
        return made, f"hand-{face.stem}"

    def color(self) -> tuple[int, int, int]:
        """A pen's colour: the generator's, or pencil, faded blue, red, green felt."""
        if self.rng.random() < 0.6:
            found: tuple[int, int, int] = self.gen.ink_color(self.rng)
            return found
        g = self.rng.randint(0, 120)
        return self.rng.choice(
            [(g, g, g), (g + 90, g // 2 + 40, g // 2), (g // 3, g // 3, 160), (40, 90, 30), (0, 0, 0)]
        )

    def bent(self, alpha: np.ndarray, force: float = 1.0) -> np.ndarray:
        """The mark with a smooth random bend, slant and stretch, and another width of line."""
        tall = alpha.shape[0]
        pad = int(0.12 * max(tall, 60))
        alpha = np.pad(alpha, pad)
        yy, xx = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]].astype(np.float32)
        cell = max(40, int(0.5 * tall))
        shift = [
            cv2.resize(
                self.np.normal(0, 1, (alpha.shape[0] // cell + 3, alpha.shape[1] // cell + 3)).astype(np.float32),
                (alpha.shape[1], alpha.shape[0]),
                interpolation=cv2.INTER_CUBIC,
            )
            for _ in range(2)
        ]
        size = force * self.rng.uniform(0, 0.07) * tall
        slant = force * self.rng.uniform(-0.3, 0.3)
        bent = cv2.remap(alpha, xx + size * shift[0] + slant * (yy - tall / 2), yy + size * shift[1], cv2.INTER_LINEAR)
        bent = cv2.resize(bent, None, fx=self.rng.uniform(0.8, 1.25), fy=self.rng.uniform(0.85, 1.2))
        if self.rng.random() < 0.35:
            k = self.rng.choice([2, 2, 3, 4])
            round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (k, k))
            bent = cv2.dilate(bent, round_) if self.rng.random() < 0.7 or k > 2 else cv2.erode(bent, round_)
        return trimmed(np.asarray(bent, dtype=np.uint8))

    def signature(self) -> tuple[np.ndarray, str]:
        """A signature as alpha, and its writer."""
        u = self.rng.random()
        if u < 0.78:
            writer = self.rng.choice(self.latin if u < 0.66 else self.other)
            alpha = self.load(self.rng.choice(self.writers[writer]))
            if self.rng.random() < 0.75:
                alpha = self.bent(alpha)
            if self.rng.random() < 0.08:  # a hurried hand leaves the rest away
                alpha = trimmed(alpha[:, : int(alpha.shape[1] * self.rng.uniform(0.45, 0.8))])
            return alpha, writer
        seed = self.rng.randrange(40)
        name = self.rng.choice(NAMES)
        hand = handwriting.hand_of(name, seed)
        if self.rng.random() < 0.25:
            name = f"{name[0]} {name.split()[-1]}"
        paths = handwriting.signature_paths(name, hand, self.rng.randrange(1000))
        picture, _ = handwriting.ink(paths, hand, self.rng.uniform(26, 46), self.rng.uniform(2.4, 8))
        return self.bent(trimmed(np.array(picture)[..., 3]), 0.7), f"own{hash_of(name, seed) % 60:02d}"

    def legible(self) -> tuple[np.ndarray, str]:
        """A name in neat writing: letters of a typeface, none twice alike, on a line that wanders; and its group.

        It stands on the same side of a split as its typeface: what is learned is evenness, not that names can be read.
        """
        face = self.rng.choice(self.scripts)
        name = self.name()
        name = self.rng.choice([name, name, name.split()[-1], f"{name[0]}. {name.split()[-1]}"])
        old = self.gen.FP
        self.gen.FP = str
        try:
            alpha = self.gen.hand_text(name, str(face), self.rng.randint(60, 130), self.rng, self.rng.uniform(1.0, 2.4))
        finally:
            self.gen.FP = old
        return self.bent(np.asarray(alpha), self.rng.uniform(0.5, 1.2)), f"font-{face.stem}"

    def script(self, size: tuple[int, int] = (66, 160)) -> tuple[np.ndarray, str, float]:
        """A name in a script face, the face, and how far under the top its line lies.

        The face is varied as a whole, so that equal letters stay equal.
        """
        face = self.rng.choice(self.scripts)
        name = self.name()
        name = self.rng.choice([name, name, name, name, name.split()[0], f"{name[0]}. {name.split()[-1]}"])
        alpha, line = self.set(name, face, self.rng.randint(*size))
        if self.rng.random() < 0.35:
            slant, wide = self.rng.uniform(-0.25, 0.25), self.rng.uniform(0.75, 1.35)
            pad = int(abs(slant) * alpha.shape[0]) + 4
            matrix = np.array([[wide, slant, pad if slant < 0 else 2], [0, 1, 0]], dtype=np.float64)
            alpha = cv2.warpAffine(alpha, matrix, (int(alpha.shape[1] * wide) + 2 * pad, alpha.shape[0]))
        if self.rng.random() < 0.3:
            k = self.rng.choice([2, 2, 3, 3, 4])
            round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (k, k))
            alpha = cv2.dilate(alpha, round_) if self.rng.random() < 0.65 else cv2.erode(alpha, round_[:2, :2])
        if self.rng.random() < 0.08:  # a picture of a typeset name, pasted askew
            alpha = self.gen.warp_alpha(np.asarray(alpha), 1, self.rng.uniform(-5, 5), self.rng)
        return np.asarray(alpha, dtype=np.uint8), face.stem, line

    def set(self, text: str, face: Path, px: int) -> tuple[np.ndarray, float]:
        """Text as alpha, cut at its top, and how far under that its line lies."""
        font = ImageFont.truetype(str(face), px)
        box = font.getbbox(text, anchor="ls")
        im = Image.new("L", (int(box[2] - box[0]) + 8, int(box[3] - box[1]) + 8), 0)
        ImageDraw.Draw(im).text((4 - box[0], 4 - box[1]), text, font=font, fill=255, anchor="ls")
        return np.array(im), 4.0 - box[1]


def hash_of(name: str, seed: int) -> int:
    """A number for a hand, the same in every process."""
    return sum(ord(c) * (n + 7) for n, c in enumerate(name)) * 31 + seed * 17


def trimmed(alpha: np.ndarray) -> np.ndarray:
    ys, xs = np.nonzero(alpha > 40)
    return alpha if not len(ys) else np.ascontiguousarray(alpha[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])
