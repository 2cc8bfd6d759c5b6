"""Where everything stands on a blank: the place of each part on the page.

All lengths are points (1/72 inch) on a letter page of 612 x 792; `y` grows downwards from the top edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from forms.blank.parts import PLANS, Band, Cells, Part, Prose, Sign
from forms.schema import FORMS, FieldType, FormKind, Role

WIDTH, HEIGHT = 612.0, 792.0
LEFT, RIGHT = 45.0, 567.0
TOP = 113.0
LABEL_HEIGHT = 13.0
CHOICE_BOX = 10.0

Rect = tuple[float, float, float, float]


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
