"""The papers of the sample mails: consents filled, signed, scanned or photographed; access requests typed in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

import numpy as np
import pikepdf
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from deployments.samples.cast import Provider, Staff
from deployments.samples.handwriting import (
    Hand,
    Path,
    hand_of,
    ink,
    scribble_paths,
    signature_paths,
    written_paths,
)
from deployments.samples.scanning import PRINT_DPI, Picture, image_only_pdf, photographed, scanned
from forms.blank.draw import layout, path
from forms.blank.fill import fill
from forms.reading import Box
from forms.schema import PROVIDERS, FormKind, Role

PAGE = (612.0, 792.0)
"""Letter page in points."""


class Mark(StrEnum):
    """What is put where a signature belongs."""

    INK = "ink"
    BLANK = "blank"
    TYPED = "typed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Consent:
    """One filled consent: who, where, when, and what stands in the two slots."""

    person: Staff
    provider: Provider
    signed: date
    seed: int
    staff_mark: Mark = Mark.INK
    supervisor_mark: Mark = Mark.INK
    font: str = "Helvetica"

    def slots(self) -> tuple[tuple[Role, str, Mark, str], ...]:
        """Role, name, mark and name of the date field, in printed order."""
        return (
            (Role.STAFF, self.person.name, self.staff_mark, "staff_date"),
            (Role.SUPERVISOR, self.provider.supervisor.name, self.supervisor_mark, "supervisor_date"),
        )


def us_date(day: date) -> str:
    """A date as Montanans write it, e.g. 11/6/2026."""
    return f"{day.month}/{day.day}/{day.year}"


def points(box: Box) -> tuple[float, float, float, float]:
    """A box of page fractions as left, bottom, width and height in points, origin bottom left."""
    wide, tall = PAGE
    return (box[0] * wide, (1 - box[3]) * tall, (box[2] - box[0]) * wide, (box[3] - box[1]) * tall)


def printed_consent(consent: Consent) -> bytes:
    """The consent with names typed in before printing, and typed signatures where they are asked for: PDF bytes.

    Sent as it is, without printing, it is the electronic paper that III.B.2.b refuses.
    """
    places, out = layout(FormKind.CONSENT), io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, invariant=1)
    typed = {
        "staff_name": consent.person.name,
        "position": consent.person.position,
        "provider": PROVIDERS[consent.provider.key][0],
        "supervisor_name": consent.provider.supervisor.name,
    }
    for name, value in typed.items():
        x, y, wide, _ = points(places.entries[name])
        canvas.setFont(consent.font, min(10.0, 10 * (wide - 4) / stringWidth(value, consent.font, 10)))
        canvas.drawString(x + 2, y + 4, value)
    for role, name, mark, date_field in consent.slots():
        if mark is Mark.TYPED:
            x, y, _, _ = points(places.slots[role])
            canvas.setFont("Times-Italic", 18)
            canvas.drawString(x + 10, y + 5, name)
            x, y, _, _ = points(places.entries[date_field])
            canvas.setFont(consent.font, 10)
            canvas.drawString(x + 6, y + 4, us_date(consent.signed))
    canvas.save()
    with pikepdf.open(path(FormKind.CONSENT)) as pdf, pikepdf.open(io.BytesIO(out.getvalue())) as over:
        pdf.pages[0].add_overlay(over.pages[0], None)
        return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The PDF's bytes, the same for the same content."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def picture_of(pdf: bytes) -> Picture:
    """The first page as it comes out of a printer, at `PRINT_DPI`."""
    with pypdfium2.PdfDocument(pdf) as opened:
        shot = opened[0].render(scale=PRINT_DPI / 72, may_draw_forms=True, rev_byteorder=True).to_numpy()
        return np.array(shot[..., :3], dtype=np.uint8)


def put(page: Picture, picture: Image.Image, x: float, y: float) -> None:
    """Lay ink on the page with its top left corner at pixel (x, y); what falls outside is lost."""
    left, top = max(0, round(x)), max(0, round(y))
    wet = np.asarray(picture, dtype=np.float32)[: page.shape[0] - top, : page.shape[1] - left]
    alpha = wet[..., 3:] / 255
    under = page[top : top + wet.shape[0], left : left + wet.shape[1]]
    under[:] = (under * (1 - alpha) + wet[..., :3] * alpha * 0.95).astype(np.uint8)


def write(
    page: Picture, box: Box, paths: list[Path], hand: Hand, seed: int, xheight: float, faint: bool = False
) -> None:
    """Write pen paths on the rule at the lower edge of `box`, letters `xheight` points high, shrunk to the width."""
    rng = np.random.default_rng([seed, hand.seed])
    scale = PRINT_DPI / 72
    left, bottom, width, _ = points(box)
    every = np.concatenate(paths)
    size = min(xheight, (width - 8) / float(np.ptp(every[:, 0])))
    pen = (0.9 if faint else rng.uniform(1.05, 1.35)) * scale
    picture, (ox, oy) = ink(paths, hand, size * scale, pen, strength=0.62 if faint else 0.93)
    room = max(4.0, width - float(np.ptp(every[:, 0])) * size)
    x = left + rng.uniform(0.05, 0.3) * room - float(every[:, 0].min()) * size
    y = PAGE[1] - bottom - rng.uniform(5.0, 8.5)
    put(page, picture, x * scale - ox, y * scale - oy)


def signed_page(consent: Consent) -> Picture:
    """The printed page after both have, or have not, signed and dated it with a pen."""
    page, places = picture_of(printed_consent(consent)), layout(FormKind.CONSENT)
    for role, name, mark, date_field in consent.slots():
        hand = hand_of(name)
        if mark is Mark.INK:
            write(page, places.slots[role], signature_paths(name, hand, consent.seed), hand, consent.seed, 11.5)
        elif mark is Mark.DOUBTFUL:
            write(page, places.slots[role], scribble_paths(hand), hand, consent.seed, 10.0, faint=True)
        if mark in (Mark.INK, Mark.DOUBTFUL):
            day = written_paths(us_date(consent.signed), hand, consent.seed)
            write(page, places.entries[date_field], day, hand, consent.seed, 8.5)
    return page


@cache
def consent_scan(consent: Consent, dpi: int = 200, grey: bool = False) -> bytes:
    """The signed consent as an image-only PDF from an office scanner."""
    return image_only_pdf([scanned(signed_page(consent), consent.seed, dpi, grey)], dpi)


@cache
def consent_photo(consent: Consent) -> bytes:
    """The signed consent as a telephone's JPEG."""
    return photographed(signed_page(consent), consent.seed)


def access_request(values: Mapping[str, str], flat: bool = False) -> bytes:
    """The access request with `values` by field name; `flat` as printing to PDF makes it."""
    return fill(FormKind.ACCESS_REQUEST, values, flat=flat)


def access_request_scan(values: Mapping[str, str], seed: int, dpi: int = 200) -> bytes:
    """The access request typed, printed and scanned: an image-only PDF."""
    return image_only_pdf([scanned(picture_of(access_request(values, flat=True)), seed, dpi)], dpi)


def cut_off(pdf: bytes, keep: float = 0.45) -> bytes:
    """The first part of a file, as a broken upload leaves it."""
    return pdf[: int(len(pdf) * keep)]
