"""From the bytes of a file to its pages: pictures, words of the text layer, filled fields and what programs laid on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms import pdf_render, raster
from forms.errors import TooLarge, TooManyPixels
from forms.limits import Limits
from forms.media import DOCX, PDF, media_type
from forms.pdf_render import Drawn, Renderer
from forms.pdf_structure import Mark, PageStructure, Widget, structure
from forms.pdf_text import TextWord, words_of
from forms.picture import Picture
from forms.reading import Box

if TYPE_CHECKING:
    from forms.word import WordPage

SCAN_COVER = 0.5
"""Share of the page that pictures cover on a scanned page."""

LAYER_COVER = 0.85
"""A picture covering this share is a layer of the page, not something laid on a spot of it."""

OVERTYPED = 40
"""Visible words over a page picture from which on the page counts as composed by a program, not scanned."""

MOST_PASTED = 6
"""More pictures than this over a scan are how some copiers store a page, not pasted signatures."""


@dataclass
class RawPage:
    """One page as sent. `shown` is BGR as a viewer shows it; boxes of words, widgets and marks are fractions of it.

    `scan` is true when the page is a picture of paper; `layers` counts full-page pictures on top of each other;
    `bitonal` says that its pictures know black and white only.
    """

    number: int
    shown: Picture
    scan: bool
    words: list[TextWord] = field(default_factory=list)
    widgets: list[Widget] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    layers: int = 1
    bitonal: bool = False


@dataclass
class OpenFile:
    """A file that passed its limits: what it is, how many pages it has, and the pages one after the other."""

    media_type: str
    pages: int
    walk: Iterator[RawPage]


def open_file(data: bytes, limits: Limits) -> OpenFile:
    """Check the file against the limits and make its pages available. Raises the errors of `forms.errors`."""
    if len(data) > limits.max_bytes:
        raise TooLarge
    kind = media_type(data)
    if kind == PDF:
        shapes = structure(data, limits)
        if any(max(shape.size) > pdf_render.LARGEST_PAGE for shape in shapes):
            raise TooManyPixels
        return OpenFile(kind, len(shapes), _pdf_pages(data, shapes, limits))
    if kind == DOCX:
        from forms import word  # python-docx is needed for no other file, and slow to load

        found = word.pages(data, limits)
        return OpenFile(kind, len(found), _word_pages(found))
    return OpenFile(kind, raster.check(data, kind, limits), _picture_pages(data, kind))


def _word_pages(found: list[WordPage]) -> Iterator[RawPage]:
    for number, page in enumerate(found, start=1):
        yield RawPage(number, page.picture, scan=False, words=page.words, marks=page.marks)


def _picture_pages(data: bytes, kind: str) -> Iterator[RawPage]:
    for number, picture in enumerate(raster.frames(data, kind), start=1):
        yield RawPage(number, picture, scan=True)


def _pdf_pages(data: bytes, shapes: list[PageStructure], limits: Limits) -> Iterator[RawPage]:
    with pdf_render.opened(data, limits) as renderer:
        for index, shape in enumerate(shapes):
            yield _pdf_page(data, index, shape, renderer)


def _words(data: bytes, index: int, renderer: Renderer, drawn: list[Drawn]) -> list[TextWord]:
    words = words_of(renderer.glyphs(index), renderer.size(index))
    if not words and any(d.kind == "text" and not d.hidden for d in drawn):
        from forms import pdf_second  # needed for hardly a file, and slow to load

        return pdf_second.words(data, index)
    return words


def _pdf_page(data: bytes, index: int, shape: PageStructure, renderer: Renderer) -> RawPage:
    drawn = renderer.drawn(index)
    words = _words(data, index, renderer, drawn)
    pictures = [d for d in drawn if d.kind == "image"]
    ground = max((n for n, d in enumerate(drawn) if d.kind == "image" and area(d.box) >= SCAN_COVER), default=-1)
    unseen = [d.box for n, d in enumerate(drawn) if d.kind == "text" and (d.hidden or n < ground)]
    visible = [w for w in words if not any(_within(w.box, box) for box in unseen)]
    cover = sum(area(d.box) for d in pictures)
    scan = (cover >= SCAN_COVER and len(visible) < OVERTYPED) or (not visible and cover >= 0.2)
    page = RawPage(index + 1, renderer.picture(index), scan, visible, shape.widgets, list(shape.marks))
    page.marks += _laid_on(pictures, visible, drawn[ground + 1 :] if ground >= 0 else [], scan=scan)
    page.bitonal = shape.bitonal
    page.layers = sum(area(d.box) >= LAYER_COVER for d in pictures)
    return page


def _laid_on(pictures: list[Drawn], visible: list[TextWord], above: list[Drawn], *, scan: bool) -> list[Mark]:
    """Pictures and words that a program laid on the page."""
    pasted = [d for d in pictures if area(d.box) < SCAN_COVER]
    if scan:
        strips = sum(area(d.box) for d in pasted) >= SCAN_COVER
        pasted = [] if strips else [d for d in above if d.kind == "image" and area(d.box) < SCAN_COVER]
    kind = "image" if len(pasted) <= MOST_PASTED else "patch"
    marks = [Mark(kind, d.box) for d in pasted]
    if scan:
        marks += [Mark("text", w.box, w.text) for w in visible]
        drawn = [d for d in above if d.kind == "path" or (d.kind == "text" and not _spoken(d, visible))]
        marks += [Mark("path", d.box) for d in drawn if area(d.box) < SCAN_COVER]
    return marks


def _spoken(text: Drawn, visible: list[TextWord]) -> bool:
    """Whether drawn text is known by its words. A font can show a signature and call its glyphs blanks."""
    return text.hidden or any(_within(word.box, text.box) for word in visible)


def area(box: Box) -> float:
    """Area of the part of a box (in fractions) that lies on the page."""
    width = min(1.0, box[2]) - max(0.0, box[0])
    height = min(1.0, box[3]) - max(0.0, box[1])
    return max(0.0, width) * max(0.0, height)


def _within(box: Box, other: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    slack = 0.004
    return other[0] - slack <= x <= other[2] + slack and other[1] - slack <= y <= other[3] + slack
