"""The structure of a PDF, read with pikepdf only: limits, filled fields, annotations, signature fields.

Nothing is decoded here. Every place is a fraction of the page as shown (crop box, /Rotate applied), origin top left.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from forms.errors import Broken, Encrypted, TooManyPages, TooManyPixels
from forms.limits import Limits
from forms.reading import Box

MOST_FIELDS = 2000
"""Form fields beyond this many are not looked at; our longest form has under thirty."""

_HARMLESS = {"/Widget", "/Link", "/Popup"}


@dataclass(frozen=True)
class Widget:
    """A place of a form field. `kind`: text, button, choice or signature; `state`: a button's name when it is on."""

    name: str
    tooltip: str
    kind: str
    value: str
    state: str
    box: Box


@dataclass(frozen=True)
class Mark:
    """Something laid on a page by a program: `kind` is ink, stamp, freetext, drawing, signature, image or text."""

    kind: str
    box: Box
    words: str = ""


@dataclass
class PageStructure:
    """What pikepdf tells of one page. `size` is (width, height) in points as shown.

    `bitonal` is true when all its pictures are in pure black and white, as a fax machine stores them.
    """

    size: tuple[float, float]
    widgets: list[Widget] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    bitonal: bool = False


def structure(data: bytes, limits: Limits) -> list[PageStructure]:
    """The structure of every page. Raises `Encrypted`, `Broken`, `TooManyPages` or `TooManyPixels`."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            count = _page_count(pdf)
            if count > limits.max_pages:
                raise TooManyPages
            if count == 0:
                raise Broken
            _check_pictures(pdf, limits)
            return [_page(page) for page in pdf.pages]
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except (pikepdf.PdfError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, OverflowError) as error:
        raise Broken from error


def _page_count(pdf: pikepdf.Pdf) -> int:
    return len(pdf.pages)


def _check_pictures(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Look at the stated sizes of all pictures of the file, before any of them is decoded."""
    total = 0
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
            pixels = int(item.get("/Width", 0)) * int(item.get("/Height", 0))
            total += pixels
            if pixels > limits.max_pixels or total > limits.max_total_pixels or pixels < 0:
                raise TooManyPixels


def _page(page: pikepdf.Page) -> PageStructure:
    left, bottom, right, top = sorted_box([float(v) for v in page.cropbox])
    turn = int(page.obj.get("/Rotate", 0) if "/Rotate" in page.obj else _inherited_turn(page.obj)) % 360
    unit = float(page.obj.get("/UserUnit", 1))
    size = ((right - left) * unit, (top - bottom) * unit)
    found = PageStructure(size if turn % 180 == 0 else (size[1], size[0]))
    found.bitonal = _bitonal(page)
    crop = (left, bottom, right, top)
    for annotation in _annotations(page):
        kind = str(annotation.get("/Subtype", ""))
        rect = annotation.get("/Rect")
        if not isinstance(rect, pikepdf.Array) or len(rect) != 4:
            continue
        box = shown_box(sorted_box([float(v) for v in rect]), crop, turn)
        if kind == "/Widget":
            widget = _widget(annotation, box)
            found.widgets.append(widget)
            if widget.kind == "signature" and widget.value:
                found.marks.append(Mark("signature", box, widget.value))
        elif kind not in _HARMLESS and not int(annotation.get("/F", 0)) & 2:
            found.marks.append(Mark(kind[1:].lower() or "drawing", box, _text(annotation.get("/Contents"))))
    return found


def _bitonal(page: pikepdf.Page) -> bool:
    pictures = list(page.get_images().values())
    return bool(pictures) and all(p.get("/BitsPerComponent", 1) == 1 or p.get("/ImageMask") for p in pictures)


def _inherited_turn(page: pikepdf.Object) -> int:
    node, steps = page, 0
    while "/Parent" in node and steps < 50:
        node, steps = node["/Parent"], steps + 1
        if "/Rotate" in node:
            return int(node["/Rotate"])
    return 0


def _annotations(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    listed = page.obj.get("/Annots")
    if not isinstance(listed, pikepdf.Array):
        return
    for number, item in enumerate(listed):
        if number >= MOST_FIELDS:
            return
        if isinstance(item, pikepdf.Dictionary):
            yield item


def _widget(annotation: Any, box: Box) -> Widget:
    chain: list[Any] = []
    node = annotation
    while node is not None and len(chain) < 20:
        chain.append(node)
        parent = node.get("/Parent")
        node = parent if isinstance(parent, pikepdf.Dictionary) else None
    name = ".".join(_text(n.get("/T")) for n in reversed(chain) if "/T" in n)
    first = {key: next((n[key] for n in chain if key in n), None) for key in ("/FT", "/V", "/TU")}
    kind = {"/Tx": "text", "/Btn": "button", "/Ch": "choice", "/Sig": "signature"}.get(str(first["/FT"]), "other")
    value = first["/V"]
    state = str(annotation.get("/AS", ""))[1:] if kind == "button" else ""
    if kind == "button" and not state and value is not None:
        state = str(value).lstrip("/")
    written = _signer(value) if kind == "signature" else _text(value)
    return Widget(name, _text(first["/TU"]), kind, written, "" if state == "Off" else state, box)


def _signer(value: Any) -> str:
    """What a signed signature field says of itself; empty when the field was never signed."""
    if not isinstance(value, pikepdf.Dictionary):
        return ""
    return _text(value.get("/Name")) or "a certificate"


def _text(value: Any) -> str:
    if value is None or isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        return ""
    if isinstance(value, pikepdf.Array):
        return ", ".join(_text(item) for item in value)
    return str(value).lstrip("/") if isinstance(value, pikepdf.Name) else str(value)


def sorted_box(values: list[float]) -> Box:
    """The four numbers of a PDF rectangle, smaller corner first."""
    x0, y0, x1, y1 = values
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def shown_box(rect: Box, crop: Box, turn: int) -> Box:
    """A rectangle of PDF user space as fractions of the page as shown, `turn` being /Rotate in degrees clockwise."""
    width, height = max(crop[2] - crop[0], 1e-6), max(crop[3] - crop[1], 1e-6)
    x0, x1 = (rect[0] - crop[0]) / width, (rect[2] - crop[0]) / width
    y0, y1 = (crop[3] - rect[3]) / height, (crop[3] - rect[1]) / height
    if turn == 90:
        return (1 - y1, x0, 1 - y0, x1)
    if turn == 180:
        return (1 - x1, 1 - y1, 1 - x0, 1 - y0)
    if turn == 270:
        return (y0, 1 - x1, y1, 1 - x0)
    return (x0, y0, x1, y1)
