"""The fillable fields of a blank. A field is named by its `FieldSpec.name`; a choice stores its key."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from forms.blank.plan import HEIGHT, Sheet
from forms.schema import FORMS, FieldSpec, FieldType


def flags(spec: FieldSpec) -> str:
    """PDF field flags of a text field, in reportlab's words."""
    words = []
    if spec.type is FieldType.LONG_TEXT:
        words.append("multiline")
    if spec.required:
        words.append("required")
    return " ".join(words)


def add_text(form: Any, sheet: Sheet, spec: FieldSpec) -> None:
    """One text field in the writable part of its cell."""
    x0, y0, x1, y1 = sheet.entries[spec.name]
    form.textfield(
        name=spec.name,
        tooltip=spec.label,
        x=x0,
        y=HEIGHT - y1,
        width=x1 - x0,
        height=y1 - y0,
        fontName="Helvetica",
        fontSize=10,
        textColor=black,
        fillColor=None,
        borderColor=None,
        borderWidth=0,
        forceBorder=False,
        maxlen=1000 if spec.type is FieldType.LONG_TEXT else 120,
        fieldFlags=flags(spec),
    )


def add_choice(form: Any, sheet: Sheet, spec: FieldSpec) -> None:
    """One radio group over the printed boxes, nothing chosen."""
    required = " required" if spec.required else ""
    for key in spec.choices:
        x0, _, x1, y1 = sheet.choices[spec.name, key]
        form.radio(
            name=spec.name,
            value=key,
            selected=False,
            tooltip=spec.label,
            x=x0,
            y=HEIGHT - y1,
            size=x1 - x0,
            buttonStyle="cross",
            shape="square",
            fillColor=white,
            borderColor=black,
            textColor=black,
            borderWidth=0.7,
            fieldFlags=f"radio{required}",
        )


def add_fields(canvas: Canvas, sheet: Sheet) -> None:
    """Add every field of the form, in printed order."""
    form: Any = canvas.acroForm  # its stubs say int where the library takes fractions of a point
    for spec in FORMS[sheet.kind].fields:
        if spec.type is FieldType.CHOICE:
            add_choice(form, sheet, spec)
        else:
            add_text(form, sheet, spec)
