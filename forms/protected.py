"""Protected personal information that a form or a mail happens to carry, and how it is hidden.

DOC 1.1.15 and 2-6-1501, MCA: social security, driver's licence and other identity numbers; a date of birth and an
offender's number are hidden with them, because no clause needs them. Only the stored original keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2

from forms.anchors import is_sentence
from forms.leaf import Leaf
from forms.places import places_for
from forms.reading import Box
from forms.words import Word, around, inside, lines, phrases

HIDDEN = "***"
"""What stands in the place of a protected value."""

PAINT = (150, 150, 150)
"""Grey that covers a protected value in every picture of the page."""

_D = r"[0-9OoQlI|SB]"
_GAP = r"(?:\s?[-\u2010-\u2015.\u00b7_/]\s?|\s)"
_SSN = re.compile(rf"(?<![\w-]){_D}{{3}}({_GAP}){_D}{{2}}{_GAP}{_D}{{4}}(?![\w-])")
_OLD_OR_TORN = re.compile(rf"(?<!\d){_D}{{3}}\s?-\s?{_D}{{2}}\s?-?\s?{_D}{{4}}(?!\d)")
_BOXED = re.compile(r"(?<!\d)(?<!\d )(?:\d\s(?:[-\u2013]\s?)?){8}\d(?!\s?\d)")

_LABELS = (
    r"s\.?\s?s\.?\s?n\b\.?|ss\s?(?:#|no\b\.?)|soc(?:ial|\.)\s?sec(?:urity|\.)|social security",
    r"driver'?s?\W{0,2}s?\s?licen[cs]e|drivers?\s?lic\b\.?|\bd\.?l\.?\s?(?:#|no\b\.?|number)|\bdln\b",
    r"tax\s?(?:payer)?\s?id(?:entification)?|\bitin\b|tribal\s?(?:id|enrol+ment)|passport|state\s(?:issued\s)?id\b",
    r"mother'?s maiden name",
)
_NUMBER_WORDS = r"(?:\s?(?:number|num|no|nbr|id|card|#|is|was|:|=|-|last|four|4|digits|of|\(|\))[\s.:#]*)*"
_VALUE = r"(?P<v>[A-Z0-9*][A-Z0-9*.\u2013-]*\d[A-Z0-9*-]*(?:\s(?=[\d-]*\d)[\d-]+){0,3})"
_LABELLED = re.compile(rf"(?<![a-z])(?:{'|'.join(_LABELS)}){_NUMBER_WORDS}[\s:#.=_-]{{0,6}}{_VALUE}", re.IGNORECASE)
_BORN = re.compile(
    r"(?:date of birth|birth\s?date|\bd\.?\s?o\.?\s?b\b\.?|\bborn(?: on)?)[\s:.#_-]{0,6}(?:is\s)?"
    r"(?P<v>[0-9OIl]{1,4}\s?[-/. ]\s?[0-9OIl]{1,2}\s?[-/. ]\s?[0-9OIl]{2,4}|[0-9OIl]{8}"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{2,4}|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? \d{2,4})",
    re.IGNORECASE,
)
_MAIDEN = re.compile(r"mother'?s maiden name[\s:._-]{1,6}(?P<v>[^\W\d_][\w'-]+)", re.IGNORECASE)
_OFFENDER = re.compile(
    r"(?:\bA\.?O\.?\s?(?:#|no\b\.?|number)?|(?:offender|inmate|doc)\s?(?:id\s?)?(?:#|no\b\.?|number|id))[\s:#.]{0,3}(?P<v>\d{4,8})\b",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(rf"(?<![a-z])(?:{'|'.join(_LABELS)}|date of birth|birth\s?date|\bd\.?o\.?b\b)", re.IGNORECASE)


def spans(text: str) -> list[tuple[int, int]]:
    """Where protected values stand in a text: start and end of each, sorted, not overlapping."""
    found = [m.span() for p in (_SSN, _OLD_OR_TORN, _BOXED) for m in p.finditer(text) if _figures(m.group(0))]
    found += [m.span("v") for p in (_LABELLED, _BORN, _MAIDEN, _OFFENDER) for m in p.finditer(text)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def _figures(text: str) -> bool:
    """Whether most of it was read as figures: words of letters that look like figures are words."""
    return sum(c.isdigit() for c in text) >= 6


def masked(text: str) -> str:
    """The text with every protected value shown as `***`."""
    out, at = [], 0
    for start, end in spans(text):
        out += [text[at:start], HIDDEN]
        at = end
    return "".join([*out, text[at:]])


def hide(leaf: Leaf) -> None:
    """Hide protected values of a page: in its words, its form fields and its picture, before anything is read from it.

    Beside a label that asks for such a value, the whole place to write is covered: a pen's figures cannot be read.
    """
    hidden = _hidden_words(leaf.words)
    boxes = [word.box for word in hidden]
    boxes += list(_asked_for(leaf))
    for number, widget in enumerate(leaf.widgets):
        asked = bool(_LABEL_ALONE.search(f"{widget.tooltip} {widget.name.replace('_', ' ')}"))
        if widget.value and (asked or masked(widget.value) != widget.value):
            value = HIDDEN if asked else masked(widget.value)
            leaf.widgets[number] = replace(widget, value=value)
            boxes.append(widget.box)
    for number, mark in enumerate(leaf.marks):
        if mark.words and masked(mark.words) != mark.words:
            leaf.marks[number] = replace(mark, words=masked(mark.words))
            boxes.append(mark.box)
    if not boxes:
        return
    leaf.rules  # noqa: B018 - the lines of the page are found before paint makes new ones
    gone = {id(word) for word in hidden} | {id(w) for box in boxes for w in inside(leaf.words, box, 0.5)}
    leaf.fonts = {text: font for text, font in leaf.fonts.items() if masked(text) == text}
    leaf.words = [replace(w, text=HIDDEN, confidence=0.0) if id(w) in gone else w for w in leaf.words]
    for box in boxes:
        x0, y0, x1, y1 = (round(v) for v in box)
        cv2.rectangle(leaf.picture, (x0 - 2, y0 - 2), (x1 + 2, y1 + 2), PAINT, -1)


def _hidden_words(words: Sequence[Word]) -> list[Word]:
    """The words that hold a protected value; one may be broken over two lines, or stand under its label."""
    rows = lines(words)
    found: list[Word] = []
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else []
        for run in (row, [*row, *below]):
            text, starts = "", []
            for word in run:
                starts.append(len(text))
                text += word.text + " "
            for start, end in spans(text):
                found += [w for w, at in zip(run, starts, strict=True) if at < end and at + len(w.text) > start]
    return list({id(w): w for w in found}.values())


def _asked_for(leaf: Leaf) -> Iterator[Box]:
    """The places to write beside labels that ask for a protected value."""
    for phrase in phrases(leaf.words, gap=1.6):
        if is_sentence(phrase) or not _LABEL_ALONE.search(phrase.text):
            continue
        places = places_for(around(w.box for w in phrase.words), leaf.rules, leaf.words)
        if places and places[0].score > 0.6:
            yield places[0].box
