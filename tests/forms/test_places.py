"""Where to sign, and who: label wordings and layouts of many houses, drawn here and read back."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from forms.classify import group_pages
from forms.leaf import Leaf, leaf_of
from forms.limits import Limits
from forms.pages import open_file
from forms.reading import Box
from forms.roles import Named, role_in
from forms.schema import Role
from forms.slots import Slot, find_slots
from tests.forms import papers

Truth = dict[Role, Box]
"""The place for each signature in points, origin top left."""

STAFF, SUPERVISOR = Role.STAFF, Role.SUPERVISOR


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Employee Signature", STAFF),
        ("USER SIGNATURE", STAFF),
        ("Signature of member of staff", STAFF),
        ("Printed Name/Signature of Contractor Employee", STAFF),
        ("Printed Name/Signature of Contractor Representative", SUPERVISOR),
        ("supéWisor Signature", SUPERVISOR),
        ("Employee's manager", SUPERVISOR),
        ("22. SUPER [SOR (S", SUPERVISOR),
        ("super visor signature", SUPERVISOR),
        ("Authorizing official", SUPERVISOR),
        ("Agency Approving Officer", SUPERVISOR),
        ("Team lead", SUPERVISOR),
        ("Program administrator", SUPERVISOR),
        ("Authorized By", SUPERVISOR),
        ("CEO Signature", SUPERVISOR),
        ("Countersigned by", SUPERVISOR),
        ("Signature of access holder", STAFF),
        ("HR Manager Signature", "other"),
        ("Security Officer", "other"),
        ("HR Representative", "other"),
        ("Witness", "other"),
        ("Data Protection Officer", "other"),
        ("For office use", None),
        ("Employer", None),
        ("Signature", None),
    ],
)
def test_whom_a_label_names(label: str, named: Named | None) -> None:
    assert role_in(label) == named


class Sheet:
    """A page to draw on with y counted from the top, in points."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self.page = Canvas(self._out, pagesize=letter, invariant=1)
        self.text(150, 60, "SECURITY ADDENDUM CONSENT", 14)
        for row in range(4):
            self.text(60, 90 + 14 * row, papers.SENTENCE)

    def text(self, x: float, y: float, words: str, size: float = 10) -> None:
        self.page.setFont("Helvetica", size)
        self.page.drawString(x, 792 - y, words)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.page.line(x0, 792 - y0, x1, 792 - y1)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.page.rect(x0, 792 - y1, x1 - x0, y1 - y0)

    def done(self) -> bytes:
        self.page.save()
        return self._out.getvalue()


def label_left_with_x(sheet: Sheet) -> Truth:
    for y, label in ((250, "Requester signature:"), (320, "Approving manager signature:")):
        sheet.text(60, y, f"{label} x")
        sheet.line(200, y + 2, 420, y + 2)
        sheet.text(430, y, "Date: ____/____/____")
    return {STAFF: (205, 222, 420, 254), SUPERVISOR: (205, 292, 420, 324)}


def two_labels_under_one_rule(sheet: Sheet) -> Truth:
    for y, who in ((250, "User"), (330, "Executive Director")):
        sheet.line(60, y, 540, y)
        sheet.text(62, y + 12, f"{who} Signature")
        sheet.text(380, y + 12, "Date")
    return {STAFF: (60, 220, 372, 252), SUPERVISOR: (60, 300, 372, 332)}


def name_and_signature_on_one_rule(sheet: Sheet) -> Truth:
    for y, who in ((250, "Employee"), (320, "Representative")):
        sheet.line(60, y, 350, y)
        sheet.line(400, y, 540, y)
        sheet.text(61, y + 11, f"Printed Name/Signature of Contractor {who}", 9)
        sheet.text(401, y + 11, "Date", 9)
    return {STAFF: (60, 220, 350, 252), SUPERVISOR: (60, 290, 350, 322)}


def table_of_signers(sheet: Sheet) -> Truth:
    columns, y = (60, 170, 310, 470, 550), 230
    rows = ("", "Employee", "Approving manager", "Witness")
    for number, head in enumerate(rows):
        tall = 20 if number == 0 else 40
        for left, right in pairwise(columns):
            sheet.box(left, y, right, y + tall)
        sheet.text(64, y + 24, head, 9)
        y += tall
    for x, head in zip(columns[1:], ("Name", "Signature", "Date"), strict=False):
        sheet.text(x + 4, 244, head, 9)
    return {STAFF: (310, 250, 470, 290), SUPERVISOR: (310, 290, 470, 330)}


def label_at_the_foot_of_its_cell(sheet: Sheet) -> Truth:
    for y, who in ((230, "applicant"), (300, "section chief")):
        sheet.box(60, y, 400, y + 56)
        sheet.box(400, y, 550, y + 56)
        sheet.text(64, y + 52, f"Signature of {who}", 8)
        sheet.text(404, y + 52, "Date", 8)
    return {STAFF: (62, 232, 398, 276), SUPERVISOR: (62, 302, 398, 346)}


def brackets_under_two_rules_of_a_row(sheet: Sheet) -> Truth:
    for x, label in ((60, "(Signature of Volunteer)"), (320, "(Signature of Authorizing Official)")):
        sheet.line(x, 260, x + 220, 260)
        sheet.text(x + 40, 272, label, 9)
    return {STAFF: (60, 230, 280, 262), SUPERVISOR: (320, 230, 540, 262)}


def role_in_the_heading(sheet: Sheet) -> Truth:
    for y, heading in ((230, "On behalf of the Employee:"), (330, "On behalf of the Agency Director:")):
        sheet.text(60, y, heading)
        sheet.line(60, y + 40, 330, y + 40)
        sheet.text(60, y + 51, "Signature", 9)
        sheet.line(360, y + 40, 540, y + 40)
        sheet.text(360, y + 51, "Date", 9)
    return {STAFF: (60, 240, 330, 272), SUPERVISOR: (60, 340, 330, 372)}


def initials_and_a_third_signer(sheet: Sheet) -> Truth:
    sheet.text(60, 200, "Remote access policy          Initials:")
    sheet.line(220, 202, 290, 202)
    for y, who in ((260, "Security Officer"), (330, "Trainee"), (400, "Team Lead")):
        sheet.line(60, y, 300, y)
        sheet.text(62, y + 12, f"Signature of {who}", 9)
    return {STAFF: (60, 300, 300, 332), SUPERVISOR: (60, 370, 300, 402)}


def framed_stamps_in_cells(sheet: Sheet) -> Truth:
    for y, who in ((230, "EMPLOYEE"), (280, "SUPERVISOR")):
        for left, right in ((60, 270), (270, 430), (430, 550)):
            sheet.box(left, y, right, y + 44)
        sheet.text(63, y + 9, f"{who} SIGNATURE", 7)
        sheet.text(273, y + 9, "NAME", 7)
        sheet.text(433, y + 9, "DATE", 7)
        sheet.box(66, y + 14, 246, y + 40)
    return {STAFF: (62, 240, 268, 273), SUPERVISOR: (62, 290, 268, 323)}


def table_whose_left_edge_was_lost(sheet: Sheet) -> Truth:
    for y, who in ((230, "APPLICANT"), (312, "SUPERVISOR")):
        for top, tall, label, sides in (
            (y, 32, "NAME (LAST, FIRST)", (550,)),
            (y + 32, 44, f"{who} SIGNATURE", (400, 550)),
        ):
            sheet.line(60, top, 550, top)
            sheet.text(63, top + 9, label, 7)
            for side in sides:
                sheet.line(side, top, side, top + tall)
        sheet.text(403, y + 41, "DATE", 7)
    sheet.line(60, 388, 550, 388)
    return {STAFF: (60, 272, 398, 304), SUPERVISOR: (60, 354, 398, 386)}


def dotted_rules(sheet: Sheet) -> Truth:
    for y, who in ((250, "User"), (320, "Supervisor")):
        sheet.text(60, y, f"{who} Signature:")
        sheet.text(180, y, "." * 80)
        sheet.text(420, y, "Date: " + "." * 30)
    return {STAFF: (180, 222, 402, 254), SUPERVISOR: (180, 292, 402, 324)}


def a_role_that_only_its_order_tells(sheet: Sheet) -> Truth:
    for y, label in ((240, "User Signature"), (280, "User name"), (340, "Vcv Signature"), (380, "Printed name")):
        sheet.line(60, y, 300, y)
        sheet.text(62, y + 12, label, 9)
    return {STAFF: (60, 210, 300, 242), SUPERVISOR: (60, 310, 300, 342)}


LAYOUTS: list[Callable[[Sheet], Truth]] = [
    label_left_with_x,
    two_labels_under_one_rule,
    name_and_signature_on_one_rule,
    table_of_signers,
    label_at_the_foot_of_its_cell,
    brackets_under_two_rules_of_a_row,
    role_in_the_heading,
    initials_and_a_third_signer,
    framed_stamps_in_cells,
    table_whose_left_edge_was_lost,
    dotted_rules,
    a_role_that_only_its_order_tells,
]


def leaves_of(data: bytes) -> list[Leaf]:
    return [leaf_of(raw) for raw in open_file(data, Limits()).walk]


def slots_of(data: bytes) -> dict[Role, Slot]:
    (group,) = group_pages(leaves_of(data))
    return find_slots(group.leaves)


def share_held(truth: Box, found: Box) -> float:
    """The part of the true place that was found, less the part of the found width that lies beside it."""
    wide = min(truth[2], found[2]) - max(truth[0], found[0])
    tall = min(truth[3], found[3]) - max(truth[1], found[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    longest = max(truth[2] - truth[0], found[2] - found[0])
    return wide / longest * tall / (truth[3] - truth[1])


@pytest.mark.parametrize("draw", LAYOUTS, ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("scanned", [False, True], ids=["digital", "scanned"])
def test_place_of_each_signature(draw: Callable[[Sheet], Truth], scanned: bool) -> None:
    sheet = Sheet()
    truth = draw(sheet)
    data = sheet.done()
    if scanned:
        page = papers.picture_of(data)
        for role, seed in ((STAFF, 3), (SUPERVISOR, 4)):
            x0, _, _, y1 = truth[role]
            page = papers.signed(page, round((x0 + 8) * 200 / 72), round((y1 - 4) * 200 / 72), seed)
        data = papers.scan_of(page)
    slots = slots_of(data)
    assert set(slots) == {STAFF, SUPERVISOR}
    for role, place in truth.items():
        x0, y0, x1, y1 = (v * 72 / 200 for v in slots[role].box)
        assert share_held(place, (x0, y0, x1, y1)) > 0.6, (role, slots[role].label, (x0, y0, x1, y1))
