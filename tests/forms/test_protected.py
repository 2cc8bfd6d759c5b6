"""Protected personal information is hidden in whatever leaves the reader; the tests search for it."""

from __future__ import annotations

import io
import re

import cv2
import numpy as np
import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from forms.blank.fill import fill
from forms.limits import Limits
from forms.protected import masked
from forms.reader import read_bytes
from forms.reading import FileReading
from forms.schema import FormKind
from tests.forms.papers import picture_of, scan_of

SECRET = "517-22-9134"
FIGURES = ("517", "9134")


@pytest.mark.parametrize(
    "written",
    [
        "517-22-9134", "SSN 517 22 9134.", "517.22.9134", "517 - 22 - 9134", "517\u201322\u20139134", "5l7-22-9l34",
        "Social Security No. 517229134", "Soc. Sec. 517229134", "SS# 517 22-9134", "ssn: 517229134",
        "5 1 7 2 2 9 1 3 4", "last four of SSN: 9134", "Last 4 numbers of SSN: 9134",
        "DOB 5/17/1991 ", "Date of Birth: May 17, 1991", "born on 17 May 1991", "D.O.B. 05-17-91",
        "Driver's License No. 0517219914141", "DL# AB9134517", "AO# 5179134", "AO 5179134", "Offender No. 9134517",
        "Tribal ID 51791-34", "mother's maiden name: Smith",
        "517--22--9134", "(517) 22-9134", "517\u00a022\u00a09134", "517\u201122\u20119134", "517\u200b-22-\u200b9134",
        "\uff15\uff11\uff17-\uff12\uff12-\uff19\uff11\uff13\uff14", "5\u00ad17-22-9134",
        "\u0665\u0661\u0667-\u0662\u0662-\u0669\u0661\u0663\u0664",
        "her social is 517229134", "Social: 517229134", "SSN (last four): 9134", "SSN ending in 9134", "ssn=517229134",
        "ITIN 951-78-9134", "EIN 51-7229134", "TIN: 517229134", "Taxpayer ID 51-7229134", "IP PIN 517913",
        "DL MT0517919134", "driver license MT 0517219919134", "Driver\u2019s license: 0517219919134", "0517219914117",
        "ID card no. M5179134", "State ID 5179134", "Identification card: 5179134", "Military ID 5179134",
        "enrollment number 5179134", "Tribal enrollment no. 517-9134", "Passport no. C05179134",
        "alien number A5179134",
        "Bank account 5179134000", "account number: 5179134000", "Acct # 517-9134-00", "checking 5179134000",
        "routing number 517991344", "IBAN DE51 5179 1340 0000 0000 17", "GB82 WEST 1234 5698 7654 32",
        "card number 5179 1340 0000 0000",
        "4111 1111 1111 1111", "378282246310005", "5555-5555-5555-4444", "6011000990139424", "card ending in 9134",
        "CVV 517", "security code: 9134", "PIN 5179", "access code 517913", "password: 517-hunter-9134", "pwd=x517",
        "birthday: May 17, 1991", "DOB 051791", "born 1991", "DOB 17-May-1991",
        "Birthdate 1991-05-17", "DOB=05/17/1991",
        "MRN 5179134", "Medical record no. 5179134", "Medicaid ID 5179134", "health insurance number: W5179134",
    ],
)  # fmt: skip
def test_masked(written: str) -> None:
    assert "***" in masked(written)
    assert not re.search(r"517|9134|9l34|1991|Smith|-91\b|1 3 4|hunter|1111|3782|5555|6011|5698", masked(written))


@pytest.mark.parametrize(
    "written",
    [
        "406-555-0100, 2026-11-06", "access no. 12345", "Form ABC-123 (Rev. 03-2016)", "59601-1234", "CX10001",
        "FPB 6.1.205", "ticket INC0012345", "CR-2026-000123", "Date (DD/MM/YYYY)", "call 406 555 0100 ext. 12",
        "She was born to lead.", "Please bring your driver's license.", "User ID: CX10001", "account CX10001 is locked",
        "User ID number: CX10001", "user id no. CX10001", "Your access code is on page CX",
        "Her account number is CX10001.", "1234567890123", "406-555-0173 x12", "MT 59601",
        "INC0012345 (CR-2026-000123)",
        "The password has expired.", "I forgot my password: please reset it"[:20], "license to practice", "CHG0000517",
        "born in Helena", "Please check the ID card.", "Room 517, 9134 Main Street", "ed. 2026-04", "2026-11-28 17:45",
        "tin roof", "the pin is lost", "security code of conduct", "routing slip attached", "12345678901234567890123",
    ],
)  # fmt: skip
def test_everything_else_is_left_alone(written: str) -> None:
    assert masked(written) == written


def said(reading: FileReading) -> str:
    """Every word that a reading carries."""
    return " ".join(
        [reading.text]
        + [f.value for form in reading.forms for f in form.fields]
        + [e for form in reading.forms for s in form.signatures for e in s.evidence]
    )


def form(label: str, value: str) -> bytes:
    """A born-digital consent of another house that asks for one thing more."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=letter, invariant=1)
    page.setFont("Helvetica", 11)
    page.drawString(170, 720, "USER CONSENT FORM")
    page.drawString(60, 690, "I have read and understand the rules of this form and agree to comply with them.")
    for text, written, y in ((label, value, 640), ("Printed name:", "Jane Doe", 560)):
        page.drawString(60, y, text)
        page.line(190, y - 2, 400, y - 2)
        page.drawString(196, y, written)
    for text, y in (("Employee Signature", 600), ("Supervisor Signature", 480)):
        page.line(60, y, 300, y)
        page.drawString(62, y - 12, text)
    page.save()
    return out.getvalue()


@pytest.mark.parametrize("scanned", [False, True])
@pytest.mark.parametrize("label", ["Social Security Number:", "SSN (last four):"])
def test_no_word_of_a_reading_shows_it(label: str, scanned: bool) -> None:
    read = {}
    for asked in (label, "Reference code:"):
        raw = form(asked, "517229134")
        read[asked] = said(read_bytes(scan_of(picture_of(raw)) if scanned else raw, Limits()))
        assert "Jane Doe" in read[asked]
    assert not any(part in read[label] for part in FIGURES)
    assert any(part in read["Reference code:"] for part in FIGURES), "the search finds what is not protected"


def test_the_picture_is_painted_over_and_the_rest_is_not() -> None:
    values = {"given_name": "Jane", "justification": f"Case notes. My SSN is {SECRET}."}
    reading = read_bytes(fill(FormKind.ACCESS_REQUEST, values, flat=True), Limits())
    crops = {f.name: f.crop for f in reading.forms[0].fields}
    plain = read_bytes(fill(FormKind.ACCESS_REQUEST, values | {"justification": "Case notes."}, flat=True), Limits())
    control = {f.name: f.crop for f in plain.forms[0].fields}
    assert grey(crops["justification"]) > 1000
    assert grey(control["justification"]) < 50
    assert grey(crops["given_name"]) < 50


def test_a_filled_form_field_is_hidden_too() -> None:
    values = {"given_name": "Jane", "justification": f"My SSN is {SECRET}."}
    reading = read_bytes(fill(FormKind.ACCESS_REQUEST, values, flat=False), Limits())
    assert reading.forms[0].value("justification") == "My SSN is ***."
    crop = next(f.crop for f in reading.forms[0].fields if f.name == "justification")
    assert grey(crop) > 1000


def grey(png: bytes) -> int:
    """How many pixels of a crop have the colour that covers protected values."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return int((picture == 150).all(axis=2).sum())
