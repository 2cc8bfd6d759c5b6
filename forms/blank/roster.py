"""The list of people with access that a provider marks, signs and scans back, and the same list without a question.

All lengths are points (1/72 inch) on a letter page; `y` grows downwards from the top edge.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from forms.blank import wording
from forms.blank.draw import INK, RULE, line, text
from forms.blank.plan import HEIGHT, LEFT, RIGHT, WIDTH
from forms.schema import EDITION

NUMBER = "CR-RECERT"
TITLE = "Who still needs access"
ROWS = 18
"""People on one page."""
CHOICES = ("keep", "remove", "changed")
"""The boxes of each row, from left to right."""
TOP, STEP, BOX = 190.0, 25.0, 11.0
COLUMNS = (402.0, 446.0, 516.0)
"""Left edges of the boxes; no two gaps are alike, so that two columns tell which they are."""
SIGN = 690.0


@dataclass(frozen=True)
class Listed:
    """A person on the list."""

    user_id: str
    name: str
    position: str
    level: str


def edition_mark() -> str:
    """What the footer says, e.g. `CR-RECERT ed. 2026-04`."""
    return f"{NUMBER} ed. {EDITION}"


def pages_of(count: int) -> int:
    """How many pages so many people take."""
    return max(1, -(-count // ROWS))


def draw(mark: str, provider: str, day: str, people: Sequence[Listed], *, asks: bool = True) -> bytes:
    """The list as PDF bytes, the same for the same list. `mark` is its number; without `asks` there are no boxes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"{TITLE} ({edition_mark()})")
    canvas.setCreator("correquests")
    last = pages_of(len(people))
    for page in range(1, last + 1):
        _head(canvas, mark, provider, day, asks=asks)
        for place, person in enumerate(people[(page - 1) * ROWS : page * ROWS]):
            _row(canvas, TOP + place * STEP, person, asks=asks)
        if asks:
            _sign(canvas)
        line(canvas, LEFT, RIGHT, 738, 0.8, INK)
        text(canvas, LEFT, 752, f"{edition_mark()}  Page {page} of {last}", 9, bold=True)
        text(canvas, LEFT, 764, f"{wording.MAILBOX}  ·  Procedure {wording.PROCEDURE}", 8)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, mark: str, provider: str, day: str, *, asks: bool) -> None:
    text(canvas, LEFT, 46, wording.STATE, 9, bold=True, color=INK)
    text(canvas, LEFT, 59, wording.DEPARTMENT, 11.5, bold=True, color=INK)
    text(canvas, LEFT, 71, wording.BUREAU, 9.5, color=INK)
    line(canvas, LEFT, RIGHT, 78, 2.2, INK)
    text(canvas, LEFT, 102, TITLE if asks else "People with access", 18, bold=True, color=INK)
    text(canvas, LEFT, 122, f"{provider}, as of {day}", 11)
    text(canvas, 402, 122, f"No. {mark}", 12, bold=True)
    if asks:
        text(
            canvas,
            LEFT,
            140,
            "Mark one box for each person, sign, and scan all pages back in reply to our mail.",
            9.5,
        )
        text(canvas, LEFT, 153, "Changed: write beside the name what has changed, or say it in the mail.", 9.5)
    for x, words in zip((LEFT, 120.0, 262.0), ("User ID", "Name", "Position, access"), strict=True):
        text(canvas, x, TOP - 13, words, 8.5, bold=True, color=INK)
    for x, words in zip(COLUMNS, CHOICES, strict=True):
        if asks:
            text(canvas, x - 6, TOP - 13, words.capitalize(), 8.5, bold=True, color=INK)
    line(canvas, LEFT, RIGHT, TOP - 8, 0.8)


def _row(canvas: Canvas, y: float, person: Listed, *, asks: bool) -> None:
    text(canvas, LEFT, y + 9, person.user_id, 11, bold=True)
    text(canvas, 120, y + 9, person.name[:28], 10.5)
    text(canvas, 262, y + 9, f"{person.position[:18]}, {person.level}", 8.5)
    for x in COLUMNS if asks else ():
        canvas.setFillColor(white)
        canvas.setStrokeColor(black)
        canvas.setLineWidth(0.9)
        canvas.rect(x, HEIGHT - y - BOX, BOX, BOX, stroke=1, fill=1)


def _sign(canvas: Canvas) -> None:
    line(canvas, LEFT, 330, SIGN, 0.9, black)
    line(canvas, 370, RIGHT, SIGN, 0.9, black)
    text(canvas, LEFT, SIGN + 10, "Signature of designated submitter", 8.5, color=RULE)
    text(canvas, 370, SIGN + 10, "Date", 8.5, color=RULE)
