"""The consent page the corpus is drawn from: labels, places of the words, and a pen line for the one who signed."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from forms.limits import Limits
from forms.pdf_render import opened
from forms.pdf_text import words_of
from forms.reading import Box
from tests.forms.papers import picture_of

Row = str | float
PEOPLE = (("Employee", "Jane Doe", 500), ("Supervisor", "Pat Roe", 340))


def drawn(*, marks: bool = True, brief: bool = False) -> bytes:
    """A short consent, names and dates typed, nobody signed: one page of another house.

    `brief` leaves no more than a reader needs to look for two signatures: most mutants are made of such pages.
    """
    out = io.BytesIO()
    page = Canvas(out, pagesize=letter, invariant=1)
    page.setFont("Helvetica-Bold", 15)
    page.drawString(150, 730, "USER CONSENT AND ACKNOWLEDGEMENT")
    page.setFont("Helvetica", 11)
    if not brief:
        page.drawString(60, 690, "I have read and understand the rules of this form and agree to comply with them.")
    for label, name, y in PEOPLE:
        page.line(60, y, 320, y)
        if not brief:
            page.line(400, y, 540, y)
            page.line(60, y - 60, 320, y - 60)
        page.drawString(62, y - 14, f"{label} Signature")
        if not brief:
            page.drawString(402, y - 14, "Date")
            page.drawString(62, y - 74, "Printed name")
        if marks and not brief:
            page.drawString(410, y + 4, "11/06/2026")
            page.drawString(70, y - 56, name)
    page.save()
    return out.getvalue()


def words(*, brief: bool = False) -> tuple[tuple[str, Box], ...]:
    """Every word of the page with its box in fractions."""
    with opened(drawn(brief=brief), Limits()) as page:
        return tuple((word.text, word.box) for word in words_of(page.glyphs(0), page.size(0)))


WORDS, FEW_WORDS = words(), words(brief=True)


def bare(dpi: int = 30) -> Image.Image:
    """The brief page as a clean grey picture, nobody signed: a few hundred bytes in most formats."""
    return Image.fromarray(cv2.cvtColor(picture_of(drawn(brief=True), dpi), cv2.COLOR_BGR2GRAY))


def scan(dpi: int = 72, *, signers: int = 1) -> Image.Image:
    """The page as a grey picture with a pen line over the first `signers` rules, never over both."""
    assert signers < len(PEOPLE), "no seed may be properly signed"
    picture = cv2.cvtColor(picture_of(drawn(), dpi), cv2.COLOR_BGR2GRAY)
    rng = np.random.default_rng(5)
    for _, _, y in PEOPLE[:signers]:
        t = np.linspace(0, 1, 300)
        waves = sum(rng.uniform(3, 6) * np.sin(2 * np.pi * (n * t + rng.uniform())) for n in (3, 7, 11))
        xs, ys = 80 + 150 * t + 5 * np.sin(2 * np.pi * 8 * t), 792 - y - 8 + waves
        points = np.stack([xs, ys], axis=1) * dpi / 72
        cv2.polylines(picture, [points.astype(np.int32)], False, (40,), max(1, dpi // 60), cv2.LINE_AA)
    noisy = picture.astype(np.float64) * 0.97 + rng.normal(0, 1.5, picture.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
