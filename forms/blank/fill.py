"""Fill a blank's form fields, as a person at a keyboard would; also how a pre-filled form is made."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pikepdf
from reportlab.lib.utils import simpleSplit

from forms.blank.draw import path
from forms.schema import FORMS, FieldSpec, FieldType, FormKind

SIZE = 10.0
"""Points of the text that is filled in."""
LEADING = 12.0


def appearance(pdf: pikepdf.Pdf, widget: pikepdf.Object, value: str, wrap: bool) -> pikepdf.Object:
    """How a text value looks inside its widget; without this a viewer that draws no fields would show an empty form."""
    left, bottom, right, top = (float(edge) for edge in widget.Rect.as_list())
    wide, tall = right - left, top - bottom
    lines = simpleSplit(value, "Helvetica", SIZE, wide - 4) if wrap else [value]
    start = tall - SIZE - 1 if wrap else 4.5
    shown = " T* ".join(f"<{line.encode('cp1252', 'replace').hex()}> Tj" for line in lines)
    words = f"/Tx BMC q BT /Helv {SIZE} Tf 0 g {LEADING} TL 2 {start:.2f} Td {shown} ET Q EMC"
    stream = pdf.make_stream(words.encode("ascii"))
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stream.BBox = pikepdf.Array([0, 0, round(wide, 2), round(tall, 2)])
    stream.Resources = pikepdf.Dictionary(Font=pdf.Root.AcroForm.DR.Font)
    return stream


def set_text(pdf: pikepdf.Pdf, widget: pikepdf.Object, spec: FieldSpec, value: str) -> None:
    """Store a text value and its appearance."""
    widget.V = pikepdf.String(value)
    widget.AP = pikepdf.Dictionary(N=appearance(pdf, widget, value, spec.type is FieldType.LONG_TEXT))


def set_choice(group: pikepdf.Object, spec: FieldSpec, value: str) -> None:
    """Choose one box of a radio group. Raises `ValueError` for a value that the form does not offer."""
    if value not in spec.choices:
        raise ValueError(f"{spec.name} has no choice {value!r}")
    group.V = pikepdf.Name(f"/{value}")
    for kid in group.Kids.as_list():
        kid.AS = group.V if group.V in kid.AP.N else pikepdf.Name.Off


def fill(kind: FormKind, values: Mapping[str, str], *, flat: bool = False) -> bytes:
    """The blank of `kind` with `values` by field name, as PDF bytes; the same bytes for the same values.

    `flat` turns the fields into page content, as printing to PDF does. Raises `KeyError` for an unknown field.
    """
    form = FORMS[kind]
    with pikepdf.open(path(kind)) as pdf:
        widgets = {str(field.T): field for field in pdf.Root.AcroForm.Fields.as_list()}
        for name, value in values.items():
            spec = form.field(name)
            if spec.type is FieldType.CHOICE:
                set_choice(widgets[name], spec, value)
            else:
                set_text(pdf, widgets[name], spec, value)
        if flat:
            pdf.flatten_annotations("all")
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()
