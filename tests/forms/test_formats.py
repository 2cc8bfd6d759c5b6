"""Every format a form may come in: pictures of all kinds, turned by their EXIF, and Word."""

from __future__ import annotations

import io
import zipfile

import cv2
import docx
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from forms import raster
from forms.limits import Limits
from forms.media import BMP, DOCX, HEIC, JPEG, PNG, TIFF, WEBP, media_type
from forms.picture import Picture
from forms.reader import read_bytes
from forms.reading import Verdict
from forms.schema import FormKind
from tests.forms import papers

RED, WHITE = (200, 30, 30), (255, 255, 255)


def sheet() -> Image.Image:
    """A white sheet with a red corner at its top left."""
    picture = Image.new("RGB", (120, 160), WHITE)
    picture.paste(RED, (0, 0, 30, 30))
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def only_frame(data: bytes) -> Picture:
    kind = media_type(data)
    assert raster.check(data, kind, Limits()) == 1
    (frame,) = raster.frames(data, kind)
    return frame


def heic(picture: Image.Image) -> bytes:
    pillow_heif.register_heif_opener()
    return saved(picture, "HEIF", quality=95)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (saved(sheet(), "PNG"), PNG),
        (saved(sheet(), "JPEG", quality=95), JPEG),
        (saved(sheet(), "TIFF"), TIFF),
        (saved(sheet(), "WEBP", lossless=True), WEBP),
        (saved(sheet(), "BMP"), BMP),
        (heic(sheet()), HEIC),
        (saved(sheet().convert("CMYK"), "JPEG", quality=95), JPEG),
        (saved(sheet().convert("P"), "PNG"), PNG),
        (saved(sheet().convert("RGBA"), "PNG"), PNG),
    ],
    ids=["png", "jpeg", "tiff", "webp", "bmp", "heic", "cmyk", "palette", "alpha"],
)
def test_colours_and_sides_are_those_of_the_picture(data: bytes, kind: str) -> None:
    assert media_type(data) == kind
    frame = only_frame(data)
    assert frame.shape == (160, 120, 3)
    blue, green, red = (int(v) for v in frame[10, 10])
    assert red > 150
    assert max(blue, green) < 90
    assert frame[100, 100].min() > 240


def test_clear_parts_of_a_picture_are_paper() -> None:
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 20, 20))
    frame = only_frame(saved(clear, "PNG"))
    assert frame[5, 5].max() == 0
    assert frame[50, 50].min() == 255


@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_sixteen_bits_become_eight(dtype: type) -> None:
    deep: np.ndarray[tuple[int, ...], np.dtype[np.integer]] = np.full((60, 60), 65535, dtype)
    deep[:20, :20] = 0
    frame = only_frame(saved(Image.fromarray(deep), "TIFF"))
    assert frame[5, 5].max() == 0
    assert frame[50, 50].min() == 255


@pytest.mark.parametrize(("turn", "corner"), [(3, (150, 110)), (6, (10, 150)), (8, (110, 10))])
def test_the_camera_says_which_way_is_up(turn: int, corner: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[274] = turn
    frame = only_frame(saved(sheet(), "JPEG", exif=exif.tobytes(), quality=95))
    y, x = corner if turn != 6 else (10, 150)
    height, width = frame.shape[:2]
    assert (height, width) == ((160, 120) if turn == 3 else (120, 160))
    assert int(frame[min(y, height - 8), min(x, width - 8), 2]) > 150
    assert int(frame[min(y, height - 8), min(x, width - 8), 0]) < 90


def test_bitonal_fax_is_stretched_to_square_dots() -> None:
    page = Image.new("1", (1728, 1078), 1)
    frame = only_frame(saved(page, "TIFF", compression="group4", dpi=(204, 98)))
    assert frame.shape[:2] == (2244, 1728)


def word_form(*, signatures: bool = False) -> bytes:
    """An access request typed into Word as a table, with ticked boxes; or a consent."""
    document = docx.Document()
    title = "Contractor IT Policy Consent Form" if signatures else "Offender Management System Access Request"
    document.add_heading(title, 1)
    rows = [("First name", "Jane"), ("Last name", "Doe"), ("Work e-mail", "jane.doe@nexus.example"),
            ("Supervisor", "Pat Roe"), ("Reason for access", "Case notes of residents.")]  # fmt: skip
    if signatures:
        rows = [("Staff member (printed name)", "Jane Doe"), ("Signature of staff member", "Jane Doe"),
                ("Signature of supervisor", "Pat Roe")]  # fmt: skip
        document.add_paragraph("I have read and understand the rules and agree to comply with them.")
    table = document.add_table(rows=0, cols=2)
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    document.add_paragraph("Type of request   \u2612 New access   \u2610 Change of access   \u2610 Removal of access")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_access_request_in_word_is_read() -> None:
    data = word_form()
    assert media_type(data) == DOCX
    reading = read_bytes(data, Limits())
    (form,) = reading.forms
    assert form.kind is FormKind.ACCESS_REQUEST
    expected = {
        "given_name": "Jane",
        "family_name": "Doe",
        "email": "jane.doe@nexus.example",
        "supervisor_name": "Pat Roe",
    }
    assert {name: form.value(name) for name in expected} == expected


def test_consent_in_word_is_never_signed_with_ink() -> None:
    (form,) = read_bytes(word_form(signatures=True), Limits()).forms
    assert form.kind is FormKind.CONSENT
    for slot in form.signatures:
        assert slot.verdict in (Verdict.ELECTRONIC, Verdict.TYPED)
        assert "Word" in " ".join(slot.evidence)


def bad_xml() -> bytes:
    """A Word file whose text is no XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_form())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<w:document" if name == "word/document.xml" else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "old_office"),
        (papers.word_bomb(), "too_large"),
        (papers.word_with_entities(), "broken"),
        (bad_xml(), "broken"),
        (word_form()[:3000], "unsupported_type"),
        (b"RIFF\x00\x10\x00\x00WEBPVP8 " + bytes(40), "broken"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(60), "broken"),
        (b"BM" + bytes(60), "unsupported_type"),
    ],
    ids=["doc", "word bomb", "entities", "bad xml", "cut word", "webp cut", "heic cut", "bmp of another size"],
)
def test_refused_with_a_reason(data: bytes, code: str) -> None:
    refusal = read_bytes(data, Limits()).refusal
    assert refusal is not None
    assert refusal.code == code


def test_picture_of_every_depth_has_three_channels() -> None:
    grey = cv2.cvtColor(only_frame(saved(sheet().convert("L"), "PNG")), cv2.COLOR_BGR2GRAY)
    assert grey.shape == (160, 120)
