"""Where everything stands on a blank: the order of its parts, and their places on the page.

All lengths are points (1/72 inch) on a letter page of 612 x 792; `y` grows downwards from the top edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from forms.blank import wording
from forms.schema import FORMS, FieldType, FormKind, Role

WIDTH, HEIGHT = 612.0, 792.0
LEFT, RIGHT = 45.0, 567.0
TOP = 113.0
LABEL_HEIGHT = 13.0
CHOICE_BOX = 10.0

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Band:
    """The tinted heading of a section."""

    title: str


@dataclass(frozen=True)
class Prose:
    """Numbered or plain paragraphs. `clauses` stand at the right edge, one per paragraph, where they are given."""

    paragraphs: tuple[str, ...]
    size: float = 9.0
    numbered: bool = False
    clauses: tuple[str, ...] = ()
    pad: float = 4.0


@dataclass(frozen=True)
class Cells:
    """One row of boxed fields: field name and share of the width."""

    fields: tuple[tuple[str, float], ...]
    height: float = 33.0


@dataclass(frozen=True)
class Sign:
    """A signature rule and a date rule, labels below the rules."""

    role: Role
    date: str
    height: float = 57.0


@dataclass(frozen=True)
class Gap:
    """Empty space between sections."""

    height: float = 7.0


Part = Band | Prose | Cells | Sign | Gap


def rules() -> Prose:
    """The rules of the consent as numbered paragraphs with their clauses."""
    given = wording.CONSENT_RULES
    return Prose(tuple(f"<b>{r.heading}</b> {r.text}" for r in given), 8.8, numbered=True, clauses=tuple(r.clause for r in given))


PLANS: dict[FormKind, tuple[Part, ...]] = {
    FormKind.CONSENT: (
        Band("How to complete and return this form"),
        Prose(wording.HOW_TO[FormKind.CONSENT], numbered=True),
        Gap(5),
        Band("What I agree to"),
        Prose((wording.CONSENT_OPENING,), pad=3),
        rules(),
        Gap(5),
        Band("Staff member"),
        Cells((("staff_name", 0.36), ("position", 0.30), ("provider", 0.34)), 31),
        Prose((wording.STAFF_STATEMENT,), pad=3),
        Sign(Role.STAFF, "staff_date"),
        Gap(5),
        Band("Supervisor"),
        Cells((("supervisor_name", 1.0),), 31),
        Prose((wording.SUPERVISOR_STATEMENT,), pad=3),
        Sign(Role.SUPERVISOR, "supervisor_date"),
    ),
    FormKind.ACCESS_REQUEST: (
        Band("How to complete and return this form"),
        Prose(wording.HOW_TO[FormKind.ACCESS_REQUEST], numbered=True),
        Gap(10),
        Band("Request"),
        Cells((("action", 0.74), ("date", 0.26)), 40),
        Gap(10),
        Band("Staff member for whom access is requested"),
        Cells((("given_name", 0.36), ("middle_name", 0.24), ("family_name", 0.40)), 36),
        Cells((("position", 0.5), ("provider", 0.5)), 36),
        Cells((("email", 0.6), ("telephone", 0.4)), 36),
        Cells((("start_date", 0.5), ("user_id", 0.5)), 36),
        Gap(10),
        Band("Access"),
        Cells((("entitlement", 1.0),), 40),
        Cells((("justification", 1.0),), 84),
        Gap(10),
        Band("Supervisor"),
        Cells((("supervisor_name", 0.5), ("supervisor_email", 0.5)), 36),
        Gap(10),
        Band("Please note"),
        Prose(wording.ACCESS_NOTES),
    ),
    FormKind.DEPARTING_EMPLOYEE: (
        Band("How to complete and submit this form"),
        Prose(wording.HOW_TO[FormKind.DEPARTING_EMPLOYEE], numbered=True),
        Gap(12),
        Band("Departing employee"),
        Cells((("staff_name", 0.64), ("user_id", 0.36)), 38),
        Cells((("position", 0.5), ("provider", 0.5)), 38),
        Gap(12),
        Band("Departure"),
        Cells((("reason", 1.0),), 42),
        Cells((("last_day", 0.34), ("disable_on", 0.33), ("return_date", 0.33)), 38),
        Cells((("summaries_written", 1.0),), 42),
        Cells((("remarks", 1.0),), 110),
        Gap(12),
        Band("Completed by"),
        Cells((("contract_manager", 0.68), ("date", 0.32)), 38),
        Gap(12),
        Band("Please note"),
        Prose(wording.DEPART_NOTES),
    ),
}


@dataclass
class Sheet:
    """A blank with every part placed, all rectangles in points."""

    kind: FormKind
    parts: list[tuple[Part, Rect]] = field(default_factory=list)
    cells: dict[str, Rect] = field(default_factory=dict)
    entries: dict[str, Rect] = field(default_factory=dict)
    choices: dict[tuple[str, str], Rect] = field(default_factory=dict)
    slots: dict[Role, Rect] = field(default_factory=dict)


def style(size: float) -> ParagraphStyle:
    """The text style of running text at `size` points."""
    return ParagraphStyle("prose", fontName="Helvetica", fontSize=size, leading=size * 1.24)


def typeset(part: Prose) -> list[tuple[Paragraph, float, float]]:
    """The paragraphs of `part` ready to draw: paragraph, indent and height, in points."""
    indent = 18.0 if part.numbered else 5.0
    width = RIGHT - LEFT - indent - (44.0 if part.clauses else 5.0)
    out = []
    for text in part.paragraphs:
        paragraph = Paragraph(text, style(part.size))
        out.append((paragraph, indent, float(paragraph.wrap(width, HEIGHT)[1])))
    return out


def height(part: Part) -> float:
    """How tall a part is, in points."""
    if isinstance(part, Band):
        return 15.0
    if isinstance(part, Prose):
        return sum(h for _, _, h in typeset(part)) + 2.2 * (len(part.paragraphs) - 1) + 2 * part.pad
    return part.height


def place_cells(sheet: Sheet, part: Cells, y: float) -> None:
    """Place the cells of one row and, inside them, what is written or ticked."""
    form, x = FORMS[sheet.kind], LEFT
    for name, share in part.fields:
        cell = (x, y, x + share * (RIGHT - LEFT), y + part.height)
        sheet.cells[name] = cell
        sheet.entries[name] = (cell[0] + 4, y + LABEL_HEIGHT, cell[2] - 4, cell[3] - 2)
        spec = form.field(name)
        if spec.type is FieldType.CHOICE:
            wide = {key: CHOICE_BOX + 5 + stringWidth(words, "Helvetica", 9.5) for key, words in spec.choices.items()}
            gap = min(40.0, (cell[2] - cell[0] - 12 - sum(wide.values())) / max(1, len(wide) - 1))
            left, top = cell[0] + 6, cell[3] - CHOICE_BOX - 6
            for key, span in wide.items():
                sheet.choices[name, key] = (left, top, left + CHOICE_BOX, top + CHOICE_BOX)
                left += span + gap
        x = cell[2]


def place_signature(sheet: Sheet, part: Sign, y: float) -> None:
    """Place the signature slot, which ends at its rule, and the date beside it."""
    rule = y + part.height - 16
    sheet.slots[part.role] = (LEFT + 8, y + 2, LEFT + 350, rule)
    sheet.cells[part.date] = (LEFT + 374, y + 2, RIGHT - 8, y + part.height)
    sheet.entries[part.date] = (LEFT + 376, rule - 20, RIGHT - 8, rule)


@cache
def arrange(kind: FormKind) -> Sheet:
    """Place every part of a blank from the top down. Treat the result as read-only."""
    sheet, y = Sheet(kind), TOP
    for part in PLANS[kind]:
        tall = height(part)
        sheet.parts.append((part, (LEFT, y, RIGHT, y + tall)))
        if isinstance(part, Cells):
            place_cells(sheet, part, y)
        elif isinstance(part, Sign):
            place_signature(sheet, part, y)
        y += tall
    return sheet
