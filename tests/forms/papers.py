"""Small files made on the spot: forms of other houses, and files that mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import numpy as np
import pikepdf
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from deployments.samples import handwriting
from forms.picture import Picture

SENTENCE = "I have read and understand the rules of this form and agree to comply with them at all times."


def headed(page: Canvas) -> None:
    """The title and the rules of a consent of another house, on the upper part of the page."""
    page.setFont("Helvetica-Bold", 14)
    page.drawString(170, 720, "USER CONSENT AND ACKNOWLEDGEMENT")
    page.setFont("Helvetica", 10)
    for row in range(5):
        page.drawString(60, 680 - 16 * row, SENTENCE)


def foreign_consent(staff: str = "", supervisor: str = "", third: bool = False) -> bytes:
    """A born-digital consent of another house, label under the rule, with text typed above the rules."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=letter, invariant=1)
    headed(page)
    people = [("Employee Signature", staff, 500), ("Supervisor's Signature", supervisor, 400)]
    if third:
        people.append(("Witness Signature", "", 300))
    for label, typed, y in people:
        page.line(60, y, 300, y)
        page.line(400, y, 520, y)
        page.drawString(62, y - 12, label)
        page.drawString(402, y - 12, "Date")
        page.drawString(70, y + 4, typed)
    page.save()
    return out.getvalue()


def picture_of(pdf: bytes, dpi: int = 200) -> Picture:
    """The first page as BGR pixels."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return np.array(opened[0].render(scale=dpi / 72).to_numpy()[..., :3], dtype=np.uint8)


def scan_of(page: Picture, dpi: int = 200, noise: float = 3.0) -> bytes:
    """The picture as an office scanner sends it: an image-only PDF."""
    rough = np.random.default_rng(7).normal(0, noise, page.shape[:2])[..., None]
    paper = np.clip(page.astype(np.float64) * 0.96 + rough, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(paper[..., ::-1])).save(out, "PDF", resolution=dpi, quality=80)
    return out.getvalue()


def signed(page: Picture, x: int, y: int, seed: int = 1) -> Picture:
    """The picture with a signature on the rule at (x, y), written by the repository's own pen."""
    hand = handwriting.hand_of("Marta Ellis", seed)
    mark, (left, base) = handwriting.ink(handwriting.signature_paths("Marta Ellis", hand), hand, 26, 3.6)
    inked = Image.fromarray(np.ascontiguousarray(page[..., ::-1]))
    inked.paste(mark, (int(x - left), int(y - base - 4)), mark)
    return np.ascontiguousarray(np.asarray(inked)[..., ::-1])


def many_pages(count: int) -> bytes:
    """A PDF that shows one small page `count` times."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(612, 792))
    pdf.Root.Pages.Kids = pikepdf.Array(
        [
            pdf.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, 612, 792], Parent=pdf.Root.Pages)
            )
            for _ in range(count)
        ]
    )
    pdf.Root.Pages.Count = count
    return _saved(pdf)


def huge_page() -> bytes:
    """A PDF whose page claims to be kilometres wide."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14_400, 14_400))
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 9_000_000, 9_000_000])
    return _saved(pdf)


def picture_bomb_pdf() -> bytes:
    """A PDF with a picture that claims 2.5 gigapixels."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(612, 792))
    stream = pikepdf.Stream(pdf, zlib.compress(bytes(1000)))
    stream.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=50_000,
        Height=50_000,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray,
        Filter=pikepdf.Name.FlateDecode,
    )
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(stream)))
    pdf.pages[0].Contents = pdf.make_stream(b"q 612 0 0 792 0 0 cm /Im0 Do Q")
    return _saved(pdf)


def stream_bomb_pdf() -> bytes:
    """A PDF whose page content unpacks to hundreds of megabytes of drawing commands."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(612, 792))
    stream = pikepdf.Stream(pdf, zlib.compress(b"0 0 m 600 700 l S " * 12_000_000, 9))
    stream.stream_dict = pikepdf.Dictionary(Filter=pikepdf.Name.FlateDecode)
    pdf.pages[0].Contents = pdf.make_indirect(stream)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def encrypted() -> bytes:
    """A PDF that needs a password."""
    with pikepdf.open(io.BytesIO(foreign_consent())) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="secret", R=6))
        return out.getvalue()


def png_bomb() -> bytes:
    """A PNG header that claims 50,000 by 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zipped() -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("form.pdf", foreign_consent())
    return out.getvalue()


def polyglot() -> bytes:
    """A web page that is a PDF as well."""
    return b"<html><script>alert(1)</script></html>\n" + foreign_consent()


def tiff(pages: int) -> bytes:
    """A TIFF of small empty pages."""
    out = io.BytesIO()
    frames = [Image.new("L", (60, 80), 255) for _ in range(pages)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def word_bomb() -> bytes:
    """A Word file of which one part unpacks to 60 MB of nothing."""
    return _word(b"<w:document/>", {"word/media/image1.bin": bytes(60 * 1024 * 1024)})


def word_with_entities() -> bytes:
    """A Word file whose text defines entities, as the "billion laughs" does."""
    return _word(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><w:document>&b;</w:document>', {})


def _word(document: bytes, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"[Content_Types].xml": b"<Types/>", "word/document.xml": document, **parts}.items():
            archive.writestr(name, data)
    return out.getvalue()


def numbered(*pages: tuple[str, str]) -> bytes:
    """A consent of several pages; each page is its heading and what its foot says, e.g. ("CONSENT", "Page 1 of 2")."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=letter, invariant=1)
    for heading, foot in pages:
        page.setFont("Helvetica", 14)
        page.drawString(170, 720, heading)
        page.setFont("Helvetica", 10)
        for row in range(4):
            page.drawString(60, 680 - 16 * row, SENTENCE)
        for label, y in (("Employee Signature", 400), ("Supervisor Signature", 300)):
            if not heading:
                page.line(60, y, 300, y)
                page.drawString(62, y - 12, label)
        page.drawString(270, 40, foot)
        page.showPage()
    page.save()
    return out.getvalue()
