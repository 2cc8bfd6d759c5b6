"""The committed blanks are what the schema says, and can be read back by people and programs."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pikepdf
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
import pytest

from forms.blank import draw, plan
from forms.blank.fill import fill
from forms.schema import FORMS, FieldType, FormKind, Role

KINDS = sorted(FORMS)


def text_of(pdf: bytes) -> str:
    """The text layer of the first page, blanks and line ends made single blanks."""
    with pypdfium2.PdfDocument(pdf) as opened:
        assert len(opened) == 1
        return " ".join(opened[0].get_textpage().get_text_range().split())


@pytest.mark.parametrize("kind", KINDS)
def test_committed_blank_is_what_the_schema_draws(kind: FormKind) -> None:
    assert draw.path(kind).read_bytes() == draw.draw(kind), "run: python -m forms.blank.draw"


@pytest.mark.parametrize("kind", KINDS)
def test_title_labels_and_edition_mark_are_in_the_text_layer(kind: FormKind) -> None:
    form, text = FORMS[kind], text_of(draw.path(kind).read_bytes())
    assert form.title in text
    assert f"{form.edition_mark} · page 1 of 1" in text
    for spec in form.fields:
        assert spec.label in text
        assert all(words in text for words in spec.choices.values())
    assert all(slot.label in text for slot in form.slots)


@pytest.mark.parametrize("kind", KINDS)
def test_edition_mark_can_be_read_by_a_machine(kind: FormKind) -> None:
    with pypdfium2.PdfDocument(draw.path(kind).read_bytes()) as opened:
        page = np.ascontiguousarray(opened[0].render(scale=200 / 72).to_numpy()[..., :3])
    assert cv2.QRCodeDetector().detectAndDecode(page)[0] == draw.code(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_fillable_fields_are_the_fields_of_the_schema(kind: FormKind) -> None:
    form = FORMS[kind]
    with pikepdf.open(draw.path(kind)) as pdf:
        if not form.fillable:
            assert "/AcroForm" not in pdf.Root
            return
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields.as_list()}
        assert list(fields) == [spec.name for spec in form.fields]
        for spec in form.fields:
            assert bool(int(fields[spec.name].get("/Ff", 0)) & 2) is spec.required
            if spec.type is FieldType.CHOICE:
                offered = [set(kid.AP.N.keys()) - {"/Off"} for kid in fields[spec.name].Kids.as_list()]
                assert offered == [{f"/{key}"} for key in spec.choices]


@pytest.mark.parametrize("kind", KINDS)
def test_parts_stay_above_the_footer_and_fields_do_not_overlap(kind: FormKind) -> None:
    sheet = plan.arrange(kind)
    assert max(rect[3] for _, rect in sheet.parts) <= 726
    places = draw.layout(kind)
    assert set(places.cells) == {spec.name for spec in FORMS[kind].fields}
    boxes = [*places.cells.values(), *places.slots.values()]
    for at, (x0, y0, x1, y1) in enumerate(boxes):
        assert 0 < x0 < x1 < 1
        assert 0 < y0 < y1 < 1
        for u0, v0, u1, v1 in boxes[at + 1 :]:
            assert min(x1, u1) - max(x0, u0) < 1e-6 or min(y1, v1) - max(y0, v0) < 1e-6


def test_consent_has_two_signature_slots_and_refuses_electronic_ones() -> None:
    assert set(draw.layout(FormKind.CONSENT).slots) == {Role.STAFF, Role.SUPERVISOR}
    text = text_of(draw.path(FormKind.CONSENT).read_bytes())
    assert "Electronic signatures are not accepted (III.B.2.b)" in text
    assert "There is no right of privacy" in text
    assert "correquests@mt.gov" in text


@pytest.mark.parametrize("kind", KINDS)
def test_cues_for_sorting_are_printed(kind: FormKind) -> None:
    text = text_of(draw.path(kind).read_bytes()).lower()
    assert sum(cue in text for cue in FORMS[kind].cues) >= 2


def test_filled_values_are_stored_and_shown() -> None:
    values = {"given_name": "Zoë", "entitlement": "view", "justification": "word " * 60}
    with pikepdf.open(io.BytesIO(fill(FormKind.ACCESS_REQUEST, values))) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields.as_list()}
        assert str(fields["given_name"].V) == "Zoë"
        assert pikepdf.Name.view == fields["entitlement"].V
    flat = fill(FormKind.ACCESS_REQUEST, values, flat=True)
    with pikepdf.open(io.BytesIO(flat)) as pdf:
        assert "/AcroForm" not in pdf.Root
    assert "Zoë" in text_of(flat)


def test_filling_refuses_what_the_form_does_not_ask() -> None:
    with pytest.raises(KeyError):
        fill(FormKind.ACCESS_REQUEST, {"shoe_size": "9"})
    with pytest.raises(ValueError, match="entitlement"):
        fill(FormKind.ACCESS_REQUEST, {"entitlement": "delete"})
