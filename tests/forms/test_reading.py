"""Real files, real tesseract: what is read, and what is thought of the signatures."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from forms.limits import Limits
from forms.lines import to_line, write_crops
from forms.reader import read_bytes
from forms.reading import FileReading, FormReading, Verdict
from forms.schema import FormKind, Role
from tests.forms import papers

STAFF_LINE, SUPERVISOR_LINE = (180, 811), (180, 1089)
"""Left ends of the two rules of `papers.foreign_consent` in pixels at 200 dpi."""


@cache
def read(data: bytes) -> FileReading:
    return read_bytes(data, Limits())


def only(data: bytes) -> FormReading:
    reading = read(data)
    assert reading.refusal is None
    assert len(reading.forms) == 1
    return reading.forms[0]


def verdicts(form: FormReading) -> tuple[Verdict, ...]:
    return tuple(slot.verdict for slot in form.signatures)


@cache
def signed_scan() -> bytes:
    page = papers.picture_of(papers.foreign_consent())
    return papers.scan_of(papers.signed(page, STAFF_LINE[0] + 40, STAFF_LINE[1]))


def test_ink_on_a_scan_beside_an_empty_slot() -> None:
    form = only(signed_scan())
    assert form.kind is FormKind.CONSENT
    assert verdicts(form) == (Verdict.INK, Verdict.BLANK)
    slot = form.signature(Role.STAFF)
    assert slot is not None
    assert slot.crop.startswith(b"\x89PNG")
    assert 0.05 < slot.box[0] < 0.15
    assert 0.3 < slot.box[1] < slot.box[3] < 0.42
    with Image.open(io.BytesIO(slot.crop)) as crop:
        assert crop.width <= 1000


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_turned_pages_are_read_and_boxes_are_those_of_the_page_as_sent(quarter: int) -> None:
    page = papers.signed(papers.picture_of(papers.foreign_consent()), STAFF_LINE[0] + 40, STAFF_LINE[1])
    form = only(papers.scan_of(np.ascontiguousarray(np.rot90(page, -quarter))))
    assert verdicts(form) == (Verdict.INK, Verdict.BLANK)
    box = form.signatures[0].box
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    x, y = 0.29, 0.355
    expected = {1: (1 - y, x), 2: (1 - x, 1 - y), 3: (y, 1 - x)}[quarter]
    assert middle == pytest.approx(expected, abs=0.03)


def test_born_digital_is_never_ink() -> None:
    assert verdicts(only(papers.foreign_consent())) == (Verdict.BLANK, Verdict.BLANK)
    assert verdicts(only(papers.foreign_consent("Jane Doe", "/s/ John Roe"))) == (Verdict.TYPED, Verdict.TYPED)


def test_typed_name_printed_and_scanned_is_not_ink() -> None:
    form = only(papers.scan_of(papers.picture_of(papers.foreign_consent("Jane Holloway", "Robert Kaplan"))))
    assert Verdict.INK not in verdicts(form)
    assert Verdict.BLANK not in verdicts(form)


def with_pasted_picture(pdf: bytes) -> bytes:
    """The PDF with a small picture of pen strokes laid over the first rule."""
    strokes = papers.signed(np.full((120, 400, 3), 255, np.uint8), 20, 90)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        image = pikepdf.Stream(opened, strokes.tobytes())
        image.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=400,
            Height=120,
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
        )
        page = opened.pages[0]
        name = page.add_resource(image, pikepdf.Name.XObject)
        page.contents_add(f"q 150 0 0 45 70 495 cm {name} Do Q".encode())
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def test_pasted_picture_is_electronic_on_a_digital_page_and_on_a_scan() -> None:
    assert verdicts(only(with_pasted_picture(papers.foreign_consent())))[0] is Verdict.ELECTRONIC
    blank = papers.scan_of(papers.picture_of(papers.foreign_consent()))
    assert verdicts(only(with_pasted_picture(blank)))[0] is Verdict.ELECTRONIC


@pytest.mark.parametrize("kind", ["Ink", "Stamp", "FreeText"])
def test_annotation_in_the_slot_is_not_ink(kind: str) -> None:
    with pikepdf.open(io.BytesIO(signed_scan())) as pdf:
        pdf.pages[0].Annots = pikepdf.Array(
            [
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name("/" + kind),
                        Rect=[70, 498, 250, 530],
                        Contents="Jane",
                    )
                )
            ]
        )
        out = io.BytesIO()
        pdf.save(out)
    verdict = verdicts(only(out.getvalue()))[0]
    assert verdict is (Verdict.TYPED if kind == "FreeText" else Verdict.ELECTRONIC)


def test_certificate_signature_is_electronic() -> None:
    with pikepdf.open(io.BytesIO(papers.foreign_consent())) as pdf:
        signature = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, Name="Jane Doe"))
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T="Sig1",
                V=signature,
                Rect=[70, 500, 260, 530],
                F=4,
            )
        )
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        out = io.BytesIO()
        pdf.save(out)
    form = only(out.getvalue())
    assert verdicts(form) == (Verdict.ELECTRONIC, Verdict.BLANK)
    assert "certificate" in " ".join(form.signatures[0].evidence)


def test_missing_slot_is_reported() -> None:
    page = papers.picture_of(papers.foreign_consent())
    page[SUPERVISOR_LINE[1] - 80 : SUPERVISOR_LINE[1] + 60] = 255
    slot = only(papers.scan_of(page)).signature(Role.SUPERVISOR)
    assert slot is not None
    assert slot.verdict is Verdict.UNCLEAR
    assert slot.evidence == ("place for signature not found",)
    assert slot.box == (0.0, 0.0, 1.0, 1.0)


def test_witness_is_not_the_supervisor() -> None:
    page = papers.picture_of(papers.foreign_consent(third=True))
    form = only(papers.scan_of(papers.signed(page, 220, 1367)))
    assert verdicts(form) == (Verdict.BLANK, Verdict.BLANK)


def test_line_has_no_crops_and_crops_can_be_written(tmp_path: Path) -> None:
    reading = read(signed_scan())
    line = to_line("consent.pdf", reading)
    assert line["format"] == 1
    assert line["file"] == "consent.pdf"
    assert "crop" not in str(line)
    assert any("signature-staff" in path.name for path in write_crops(reading, tmp_path))
    refused = to_line("empty.pdf", read(b""))
    assert refused["refusal"] == {"code": "empty", "sentence": read(b"").refusal.sentence}  # type: ignore[union-attr]
