"""Draw the blank forms: `python -m forms.blank.draw` writes one PDF per form beside this file.

The bytes depend on the schema and the wording alone, so that a test can redraw and compare.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, black, white
from reportlab.pdfgen.canvas import Canvas

from forms.blank import plan, wording
from forms.blank.acroform import add_fields
from forms.blank.parts import Band, Cells, Prose, Sign
from forms.blank.plan import HEIGHT, LEFT, RIGHT, WIDTH, Rect, Sheet
from forms.reading import Box
from forms.schema import FORMS, FieldSpec, FieldType, FormKind, Role

HERE = Path(__file__).parent
QR_SIDE = 41.0
INK = Color(0.09, 0.16, 0.28)
TINT = Color(0.89, 0.92, 0.95)
RULE = Color(0.35, 0.40, 0.47)


@dataclass(frozen=True)
class Layout:
    """Where things stand on a blank, as fractions of the page, origin top left.

    `cells` holds each field with its label, `entries` the part that is written in, `choices` the box to tick for each
    `(field, value)`, and `slots` the room for each signature, whose lower edge is the rule.
    """

    kind: FormKind
    cells: dict[str, Box]
    entries: dict[str, Box]
    choices: dict[tuple[str, str], Box]
    slots: dict[Role, Box]


def fraction(rect: Rect) -> Box:
    """A rectangle in points as fractions of the page."""
    return (rect[0] / WIDTH, rect[1] / HEIGHT, rect[2] / WIDTH, rect[3] / HEIGHT)


def layout(kind: FormKind) -> Layout:
    """Where the fields and the signature slots of our own blank are. Raises `KeyError` for `FormKind.OTHER`."""
    sheet = plan.arrange(kind)
    return Layout(
        kind,
        {name: fraction(rect) for name, rect in sheet.cells.items()},
        {name: fraction(rect) for name, rect in sheet.entries.items()},
        {key: fraction(rect) for key, rect in sheet.choices.items()},
        {role: fraction(rect) for role, rect in sheet.slots.items()},
    )


def path(kind: FormKind) -> Path:
    """Where the committed PDF of a form lies."""
    return HERE / f"{kind.value}.pdf"


def mark(kind: FormKind) -> str:
    """The edition mark with the page, as printed in the footer."""
    return f"{FORMS[kind].edition_mark} · page 1 of 1"


def code(kind: FormKind) -> str:
    """The same mark as the QR code carries it: capitals and no dot make its squares large enough to survive a scan."""
    return mark(kind).replace(" · ", " ").upper()


def text(
    canvas: Canvas, x: float, y: float, words: str, size: float, *, bold: bool = False, color: Color = black
) -> None:
    """Write one line; `y` is the baseline in points from the top."""
    canvas.setFillColor(color)
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    canvas.drawString(x, HEIGHT - y, words)


def line(canvas: Canvas, x0: float, x1: float, y: float, weight: float, color: Color = RULE) -> None:
    """A horizontal line of `weight` points."""
    canvas.setStrokeColor(color)
    canvas.setLineWidth(weight)
    canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)


def masthead(canvas: Canvas, kind: FormKind) -> None:
    """State, department, bureau, form number and title."""
    form = FORMS[kind]
    text(canvas, LEFT, 46, wording.STATE, 9, bold=True, color=INK)
    text(canvas, LEFT, 59, wording.DEPARTMENT, 11.5, bold=True, color=INK)
    text(canvas, LEFT, 71, wording.BUREAU, 9.5, color=INK)
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 11.5)
    canvas.drawRightString(RIGHT, HEIGHT - 59, form.number)
    canvas.setFont("Helvetica", 9)
    canvas.drawRightString(RIGHT, HEIGHT - 71, f"Edition {form.edition}")
    line(canvas, LEFT, RIGHT, 78, 2.2, INK)
    text(canvas, LEFT, 102, form.title, 18, bold=True, color=INK)


def footer(canvas: Canvas, kind: FormKind) -> None:
    """The edition mark in words and as a QR code, where to send the form, and who drew it."""
    line(canvas, LEFT, RIGHT, 730, 0.8, INK)
    text(canvas, LEFT, 744, mark(kind), 9, bold=True)
    text(canvas, LEFT, 755.5, f"{wording.MAILBOX}  ·  Procedure {wording.PROCEDURE}", 8)
    text(canvas, LEFT, 766, wording.DRAWN_BY, 8)
    widget = QrCodeWidget(code(kind), barLevel="M", barWidth=QR_SIDE, barHeight=QR_SIDE, barBorder=0)
    drawing = Drawing(QR_SIDE, QR_SIDE)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, RIGHT - QR_SIDE, HEIGHT - 735 - QR_SIDE)


def band(canvas: Canvas, rect: Rect, part: Band) -> None:
    """A section heading on a light tint that survives scanning."""
    canvas.setFillColor(TINT)
    canvas.rect(rect[0], HEIGHT - rect[3], rect[2] - rect[0], rect[3] - rect[1], stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.rect(rect[0], HEIGHT - rect[3], 3, rect[3] - rect[1], stroke=0, fill=1)
    text(canvas, rect[0] + 9, rect[3] - 4.3, part.title, 9.5, bold=True, color=INK)


def prose(canvas: Canvas, rect: Rect, part: Prose) -> None:
    """Paragraphs, numbered where the plan says so, with their clauses at the right edge."""
    y = rect[1] + part.pad
    for place, (paragraph, indent, tall) in enumerate(plan.typeset(part)):
        paragraph.drawOn(canvas, rect[0] + indent, HEIGHT - y - tall)
        if part.numbered:
            text(canvas, rect[0] + 5, y + part.size * 0.98, f"{place + 1}", part.size, bold=True, color=INK)
        if part.clauses:
            canvas.setFillColor(RULE)
            canvas.setFont("Helvetica", 7.5)
            canvas.drawRightString(rect[2] - 2, HEIGHT - y - part.size * 0.98, part.clauses[place])
        y += tall + 2.2


def cell(canvas: Canvas, sheet: Sheet, spec: FieldSpec) -> None:
    """One boxed field with its label at the top left; choices with their boxes. `*` marks what must be filled."""
    x0, y0, x1, y1 = sheet.cells[spec.name]
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.7)
    canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0)
    star = " *" if spec.required and FORMS[sheet.kind].fillable else ""
    text(canvas, x0 + 4, y0 + 10, spec.label + star, 8, color=INK)
    if spec.type is FieldType.CHOICE:
        for key, words in spec.choices.items():
            box = sheet.choices[spec.name, key]
            canvas.setFillColor(white)
            canvas.rect(box[0], HEIGHT - box[3], box[2] - box[0], box[3] - box[1], stroke=1, fill=1)
            text(canvas, box[2] + 5, box[3] - 1.7, words, 9.5)


def signature(canvas: Canvas, sheet: Sheet, part: Sign) -> None:
    """The signature rule and the date rule, labels below."""
    form = FORMS[sheet.kind]
    slot, written = sheet.slots[part.role], sheet.entries[part.date]
    label = next(s.label for s in form.slots if s.role is part.role)
    for rect, words in ((slot, label), (written, form.field(part.date).label)):
        line(canvas, rect[0], rect[2], slot[3], 0.9, black)
        text(canvas, rect[0], slot[3] + 10, words, 8.5, color=INK)


def draw(kind: FormKind) -> bytes:
    """The blank form as PDF bytes, the same for the same schema."""
    form, sheet, out = FORMS[kind], plan.arrange(kind), io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"{form.title} ({form.edition_mark})")
    canvas.setSubject(wording.PROCEDURE)
    canvas.setCreator("correquests")
    masthead(canvas, kind)
    for part, rect in sheet.parts:
        if isinstance(part, Band):
            band(canvas, rect, part)
        elif isinstance(part, Prose):
            prose(canvas, rect, part)
        elif isinstance(part, Cells):
            for name, _ in part.fields:
                cell(canvas, sheet, form.field(name))
        elif isinstance(part, Sign):
            signature(canvas, sheet, part)
    footer(canvas, kind)
    if form.fillable:
        add_fields(canvas, sheet)
    canvas.save()
    return out.getvalue()


def main() -> None:
    """Redraw all blanks in place."""
    for kind in FORMS:
        path(kind).write_bytes(draw(kind))
        print(path(kind))


if __name__ == "__main__":
    main()
