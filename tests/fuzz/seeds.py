"""Draw the seed corpus: `python -m tests.fuzz.seeds`. Small files of every kind, none of them properly signed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pillow_heif
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from forms.blank.draw import path
from forms.blank.fill import fill
from forms.schema import FormKind
from tests.forms import papers
from tests.fuzz.pages import PEOPLE, bare, drawn, scan

CORPUS = Path(__file__).parent / "corpus"
LIGHT = Path(__file__).parent / "light"
"""A brief page in every format, about a thousand bytes each: what most mutants are made of."""

STREAMS = (pikepdf.ObjectStreamMode.preserve, pikepdf.ObjectStreamMode.generate)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture in a file format of Pillow's."""
    out = io.BytesIO()
    picture.copy().save(out, kind, **options)  # a copy: Pillow leaves the options of an earlier save on a picture
    return out.getvalue()


def grown(
    change: Callable[[pikepdf.Pdf], None],
    streams: pikepdf.ObjectStreamMode = STREAMS[0],
    *,
    brief: bool = False,
) -> bytes:
    """The page as a PDF after `change`."""
    with pikepdf.open(io.BytesIO(drawn(brief=brief))) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=streams)
        return out.getvalue()


def annotated(pdf: pikepdf.Pdf) -> None:
    """An ink stroke and a stamp over the two signature rules, and a free text."""
    name, boxes = pikepdf.Name, ([70, 500, 300, 530], [70, 340, 300, 370], [400, 400, 500, 420])
    notes = [
        pikepdf.Dictionary(Type=name.Annot, Subtype=kind, Rect=box, F=4)
        for kind, box in zip((name.Ink, name.Stamp, name.FreeText), boxes, strict=True)
    ]
    notes[0].InkList = pikepdf.Array([pikepdf.Array([80, 505, 120, 525, 160, 505, 200, 525])])
    notes[2].Contents = pikepdf.String("Signed by Jane Doe")
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note) for note in notes])


def sealed(pdf: pikepdf.Pdf) -> None:
    """A signature field that carries a (worthless) value, and a filled text field."""
    name = pikepdf.Name
    value = pikepdf.Dictionary(Type=name.Sig, Filter=name("/Adobe.PPKLite"), Contents=bytes(64), Name="Jane Doe")
    fields: list[dict[str, Any]] = [
        {"FT": name.Sig, "T": "UserSignature", "V": pdf.make_indirect(value), "Rect": [70, 500, 300, 530]},
        {"FT": name.Tx, "T": "staff_name", "V": "Jane Doe", "Rect": [70, 440, 300, 456]},
    ]
    made = [
        pdf.make_indirect(
            pikepdf.Dictionary({"/Type": name.Annot, "/Subtype": name.Widget} | {f"/{k}": v for k, v in f.items()})
        )
        for f in fields
    ]
    pdf.pages[0].Annots = pikepdf.Array(made)
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(made), SigFlags=3)


def pasted() -> bytes:
    """A scanned page with a picture laid over the second signature rule."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=(612, 792), invariant=1)
    page.drawImage(ImageReader(io.BytesIO(encoded(scan(), "JPEG", quality=45))), 0, 0, 612, 792)
    picture = scan().crop((70, 262, 240, 296))
    page.drawImage(ImageReader(io.BytesIO(encoded(picture, "PNG"))), 70, PEOPLE[1][2], 160, 30)
    page.save()
    return out.getvalue()


def image_only(picture: Image.Image, *more: Image.Image) -> bytes:
    """A PDF of page pictures, as an office scanner sends it."""
    quality = {} if picture.mode == "1" else {"quality": 45}
    return encoded(picture, "PDF", resolution=72, save_all=True, append_images=[one.copy() for one in more], **quality)


def word_form() -> bytes:
    """An access request as a Word file."""
    made, out = docx.Document(), io.BytesIO()
    made.add_heading("OMS User Access Request", 1)
    table = made.add_table(rows=0, cols=2)
    for label, value in (("Last name", "Doe"), ("First name", "Jane"), ("E-mail", "jane.doe@nexus.example")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    made.save(out)
    return out.getvalue()


def heic(picture: Image.Image) -> bytes:
    """The picture as a phone stores it."""
    out = io.BytesIO()
    pillow_heif.from_pillow(picture.convert("RGB")).save(out, quality=30)
    return out.getvalue()


def turned_jpeg() -> bytes:
    """A page stored sideways with the camera's note of how to show it."""
    note = Image.Exif()
    note[274] = 6
    return encoded(scan().rotate(90, expand=True), "JPEG", quality=45, exif=note.tobytes())


def looped_tiff() -> bytes:
    """A TIFF whose list of pages is a ring."""
    whole = bytearray(encoded(scan(30).convert("1"), "TIFF", compression="group4"))
    first = int.from_bytes(whole[4:8], "little")
    entries = int.from_bytes(whole[first : first + 2], "little")
    whole[first + 2 + 12 * entries : first + 6 + 12 * entries] = whole[4:8]
    return bytes(whole)


def seeds() -> dict[str, bytes]:
    """Every seed by file name."""
    grey, fax = scan(), scan(100).convert("1", dither=Image.Dither.NONE)
    unsigned = scan(signers=0)
    return {
        "blank-consent.pdf": path(FormKind.CONSENT).read_bytes(),
        "filled-request.pdf": fill(FormKind.ACCESS_REQUEST, {"given_name": "Jane", "family_name": "Doe"}),
        "typed.pdf": drawn(),
        "typed-names.pdf": papers.foreign_consent("Jane Doe", "/s/ Pat Roe"),
        "object-streams.pdf": grown(annotated, STREAMS[1]),
        "annotated.pdf": grown(annotated),
        "sealed.pdf": grown(sealed),
        "pasted.pdf": pasted(),
        "scan.pdf": image_only(grey),
        "two-pages.pdf": image_only(unsigned, grey),
        "fax.pdf": image_only(fax),
        "encrypted.pdf": papers.encrypted(),
        "cut.pdf": image_only(grey)[:9000],
        "fax.tif": encoded(fax, "TIFF", compression="group4", dpi=(204, 98)),
        "two-pages.tif": encoded(unsigned, "TIFF", compression="jpeg", save_all=True, append_images=[grey.copy()]),
        "lzw.tif": encoded(scan(36), "TIFF", compression="tiff_lzw"),
        "looped.tif": looped_tiff(),
        "scan.png": encoded(scan(36), "PNG", optimize=True),
        "palette.png": encoded(scan(36).quantize(8), "PNG", optimize=True, transparency=0),
        "scan.jpg": encoded(grey, "JPEG", quality=45),
        "turned.jpg": turned_jpeg(),
        "phone.heic": heic(grey),
        "request.docx": word_form(),
        "web-page.pdf": papers.polyglot(),
        "bomb.png": papers.png_bomb(),
        "huge-page.pdf": papers.huge_page(),
        "animated.gif": encoded(scan(30), "GIF"),
    }


def light() -> dict[str, bytes]:
    """Every light seed by file name."""
    page = bare()
    fax = page.convert("1", dither=Image.Dither.NONE)
    return {
        "typed.pdf": drawn(brief=True),
        "object-streams.pdf": grown(annotated, STREAMS[1], brief=True),
        "annotated.pdf": grown(annotated, brief=True),
        "sealed.pdf": grown(sealed, brief=True),
        "scan.pdf": image_only(page),
        "fax.pdf": image_only(fax),
        "fax.tif": encoded(fax, "TIFF", compression="group4", dpi=(204, 98)),
        "two-pages.tif": encoded(page, "TIFF", compression="tiff_lzw", save_all=True, append_images=[fax.convert("L")]),
        "scan.png": encoded(page, "PNG", optimize=True),
        "palette.png": encoded(page.quantize(4), "PNG", optimize=True, transparency=0),
        "scan.jpg": encoded(page, "JPEG", quality=35),
        "phone.heic": heic(page),
        "page.webp": encoded(page, "WEBP", quality=20),
        "page.bmp": encoded(fax, "BMP"),
    }


def main() -> None:
    """Write the corpus."""
    for folder, files in ((CORPUS, seeds()), (LIGHT, light())):
        folder.mkdir(exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
            print(f"{len(data):8,}  {folder.name}/{name}")


if __name__ == "__main__":
    main()
