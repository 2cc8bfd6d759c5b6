"""Which form a page is: by title, cues, its labels and our edition mark. The mark makes it surer, never necessary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
from rapidfuzz import fuzz

from forms.anchors import find_label, plain
from forms.leaf import Leaf
from forms.schema import FORMS, FormKind, FormSchema
from forms.words import as_text, lines

LEAST = 0.42
"""Score from which a page is taken for a form."""

_PAGE_OF = re.compile(r"page\s+(\d{1,2})\s+of\s+(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True)
class Sight:
    """What a page looks like: the likeliest form, how sure (0 to 1), our mark if any, and its number within the form.

    `titled` is true when the form's title stands near the top of the page; `first` is 0 when no page number is printed.
    """

    kind: FormKind
    confidence: float
    edition: str
    titled: bool
    first: int


@dataclass(frozen=True)
class Group:
    """The pages of one form."""

    kind: FormKind
    confidence: float
    edition: str
    leaves: tuple[Leaf, ...]


def sight_of(leaf: Leaf) -> Sight:
    """Look at one page."""
    text = plain(as_text(leaf.words))
    edition = edition_mark(leaf)
    top = [" ".join(w.text for w in row) for row in lines(leaf.words)][:14]
    scores = {kind: _score(schema, text, top, leaf, edition) for kind, schema in FORMS.items()}
    kind = max(scores, key=lambda k: scores[k][0])
    score, titled = scores[kind]
    number = _PAGE_OF.search(" ".join(w.text for w in leaf.words))
    first = int(number.group(1)) if number else 0
    if score < LEAST:
        return Sight(FormKind.OTHER, 1 - score, edition, False, first)
    return Sight(kind, min(0.99, score), edition, titled, first)


def _score(schema: FormSchema, text: str, top: Sequence[str], leaf: Leaf, edition: str) -> tuple[float, bool]:
    if edition:
        return (0.99, True) if edition.startswith(schema.number) else (0.0, False)
    title = max((fuzz.ratio(plain(line), plain(schema.title)) for line in top), default=0.0)
    titled = title >= 80
    cues = sum(cue in text or fuzz.partial_ratio(cue, text) >= 90 for cue in schema.cues)
    labels = [spec for spec in schema.fields if find_label(leaf.words, (spec.label,))]
    score = 0.6 * titled + 0.12 * min(cues, 3) + 0.5 * len(labels) / len(schema.fields)
    if schema.kind is FormKind.CONSENT:
        score += _consent_signs(text, top)
        titled = titled or any("consent" in plain(line) or "acknowledg" in plain(line) for line in top[:6])
    return score, titled


def _consent_signs(text: str, top: Sequence[str]) -> float:
    """Consents of other houses share no title: what they share is the word, the promise and two signatures."""
    head = " ".join(plain(line) for line in top[:6])
    score = 0.35 if re.search(r"consent|acknowledg|agreement|acceptable use", head) else 0.0
    score += 0.1 if "consent" in text else 0.0
    score += 0.15 if re.search(r"read and underst|agrees? to (comply|abide)|hereby certify|undersigned", text) else 0.0
    signed = re.findall(r"signature|signed", text)
    return score + (0.3 if len(signed) >= 2 else 0.0)


def edition_mark(leaf: Leaf) -> str:
    """Our footer mark, e.g. `CR-CONSENT ed. 2026-04`, as printed or from the code beside it; else empty."""
    numbers = {schema.number: schema for schema in FORMS.values()}
    for row in lines(leaf.words):
        line = " ".join(w.text for w in row)
        for number in numbers:
            match = re.search(rf"{number}\W+ed\W+(\d{{4}}[-\u2013.]\d{{2}})", line, re.IGNORECASE)
            if match:
                return f"{number} ed. {match.group(1)[:4]}-{match.group(1)[-2:]}"
    return _from_code(leaf) if leaf.scan else ""


def _from_code(leaf: Leaf) -> str:
    """The mark from the square code in the lower right corner."""
    height, width = leaf.picture.shape[:2]
    corner = leaf.picture[int(0.85 * height) :, int(0.7 * width) :]
    try:
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(corner)
    except cv2.error:  # the detector asserts on odd pictures; the code is a convenience
        return ""
    match = re.match(r"(CR-[A-Z]+) ed\. (\d{4}-\d{2})", text or "")
    known = match and any(schema.number == match.group(1) for schema in FORMS.values())
    return f"{match.group(1)} ed. {match.group(2)}" if match and known else ""


def group_pages(leaves: Sequence[Leaf]) -> list[Group]:
    """Pages put together to forms, in file order. A page without a title of its own continues the form before it."""
    groups: list[tuple[Sight, list[Leaf]]] = []
    for leaf in leaves:
        if not leaf.words and not leaf.widgets:
            continue  # the empty back of a sheet
        sight = sight_of(leaf)
        if groups and _continues(groups[-1][0], sight):
            groups[-1][1].append(leaf)
        else:
            groups.append((sight, [leaf]))
    return [Group(s.kind, s.confidence, s.edition, tuple(part)) for s, part in groups]


def _continues(form: Sight, page: Sight) -> bool:
    if page.first == 1:
        return False
    if form.kind is FormKind.OTHER:
        return page.kind is FormKind.OTHER
    if page.first > 1:
        return page.kind in (form.kind, FormKind.OTHER) or not page.titled
    if page.edition or page.titled:
        return False
    return page.kind in (form.kind, FormKind.OTHER) or page.confidence < 0.6
