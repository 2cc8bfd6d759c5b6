"""Which form a page is: by title, cues, its labels and our edition mark. The mark makes it surer, never necessary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
from rapidfuzz import fuzz

from forms.anchors import find_label, plain
from forms.hiding import hide
from forms.leaf import Leaf
from forms.schema import FORMS, FormKind, FormSchema
from forms.words import as_text, lines

LEAST = 0.42
"""Score from which a page is taken for a form."""

BY_LABELS = 0.5
"""Score of a page that has all the labels of a form."""

_PAGE_OF = re.compile(r"\b(?:page|pg|p)[.\s]*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b", re.IGNORECASE)
"""How a page says its place among the pages of its form."""

MOST_PAGES = 12
"""Pages of a form; a larger number was misread."""


@dataclass(frozen=True)
class Sight:
    """What a page looks like: the likeliest form, how sure (0 to 1), our mark if any, and its number within the form.

    `titled` is true when the form's title stands near the top of the page; `number` and `of` are 0 when the page does
    not say which page of how many it is.
    """

    kind: FormKind
    confidence: float
    edition: str
    titled: bool
    number: int
    of: int


@dataclass(frozen=True)
class Group:
    """The pages of one form. `missing` are the page numbers it should have and has not; `notes` is for a person."""

    kind: FormKind
    confidence: float
    edition: str
    leaves: tuple[Leaf, ...]
    missing: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def sight_of(leaf: Leaf) -> Sight:
    """Look at one page; at its running text as well when its title and labels do not make it a consent."""
    sight = _sight_of(leaf)
    if leaf.prose and sight.kind is not FormKind.CONSENT:
        leaf.read_prose()
        hide(leaf)
        sight = _sight_of(leaf)
    return sight


def _sight_of(leaf: Leaf) -> Sight:
    text = plain(as_text(leaf.words))
    edition = edition_mark(leaf)
    rows = [" ".join(w.text for w in row) for row in lines(leaf.words)]
    kind, score, titled = _likeliest(text, rows[:14], leaf, edition)
    number, of = page_number(rows)
    if score < LEAST:
        return Sight(FormKind.OTHER, 1 - score, edition, False, number, of)
    return Sight(kind, min(0.99, score), edition, titled, number, of)


def page_number(rows: Sequence[str]) -> tuple[int, int]:
    """Which page of how many the page says it is, e.g. (1, 2) for "Page 1 of 2"; (0, 0) when it does not say."""
    for row in (*rows[-4:][::-1], *rows[:4], *rows):
        match = _PAGE_OF.search(row)
        if match and 1 <= int(match[1]) <= int(match[2]) <= MOST_PAGES:
            return int(match[1]), int(match[2])
    return 0, 0


def _likeliest(text: str, top: Sequence[str], leaf: Leaf, edition: str) -> tuple[FormKind, float, bool]:
    """The form that a page looks most like, its score, and whether it bears the title.

    Labels are looked for last, and only for the forms that could still win by them.
    """
    first = {kind: _score(schema, text, top, edition) for kind, schema in FORMS.items()}
    best = (FormKind.OTHER, 0.0, False)
    for kind in sorted(first, key=lambda k: -first[k][0]):
        score, titled = first[kind]
        if not edition and score + BY_LABELS > best[1]:
            labels = [spec.label for spec in FORMS[kind].fields]
            score += BY_LABELS * sum(bool(find_label(leaf.words, (label,))) for label in labels) / len(labels)
        if score > best[1]:
            best = (kind, score, titled)
    return best


def _score(schema: FormSchema, text: str, top: Sequence[str], edition: str) -> tuple[float, bool]:
    """What mark, title and cues say for a form, and whether the page bears its title."""
    if edition:
        return (0.99, True) if edition.startswith(schema.number) else (0.0, False)
    title = max((fuzz.ratio(plain(line), plain(schema.title)) for line in top), default=0.0)
    titled = title >= 80
    cues = sum(cue in text or fuzz.partial_ratio(cue, text) >= 90 for cue in schema.cues)
    score = 0.6 * titled + 0.12 * min(cues, 3)
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


@dataclass
class _Pile:
    """Pages put together so far. `numbers` are those the pages state, in the order they came."""

    sight: Sight
    leaves: list[Leaf]
    numbers: list[int]
    mixed: bool = False

    def lacks(self, number: int) -> bool:
        return number > 1 and number not in self.numbers


def group_pages(leaves: Sequence[Leaf]) -> list[Group]:
    """Pages put together to forms, in file order. A page without a title of its own continues the form before it.

    Where that form has a page of the number already, the page goes to an earlier form that lacks it, and both are
    noted: the pages of several people may be mixed up.
    """
    piles: list[_Pile] = []
    for leaf in leaves:
        if not leaf.words and not leaf.widgets:
            continue  # the empty back of a sheet
        sight = sight_of(leaf)
        if piles and _continues(piles[-1].sight, sight):
            _lay(piles, leaf, sight)
        else:
            piles.append(_Pile(sight, [leaf], [sight.number]))
    return [_group(pile) for pile in piles]


def _lay(piles: list[_Pile], leaf: Leaf, sight: Sight) -> None:
    """Put a further page to the last form, or to an earlier one of its kind that lacks just this page."""
    last = piles[-1]
    target = last
    if sight.number > 1 and not last.lacks(sight.number):
        earlier = [pile for pile in piles if pile.sight.kind is last.sight.kind and pile.lacks(sight.number)]
        target = earlier[-1] if earlier else last
        last.mixed = target.mixed = True
    elif any(pile is not last and pile.sight.kind is last.sight.kind and pile.lacks(sight.number) for pile in piles):
        last.mixed = True  # two forms wait for this page
    target.leaves.append(leaf)
    target.numbers.append(sight.number)


def _group(pile: _Pile) -> Group:
    wanted = max(pile.sight.of, max(pile.numbers))
    missing = tuple(n for n in range(1, wanted + 1) if n not in pile.numbers) if any(pile.numbers) else ()
    if 0 in pile.numbers:  # a page that states no number may be any of those
        missing = missing if len(missing) > pile.numbers.count(0) else ()
    notes = []
    if missing:
        said = ", ".join(str(n) for n in missing)
        notes.append(f"Page {said} of {wanted} is missing. It may stand in another file; the form is not complete.")
    if pile.mixed:
        notes.append("Pages of several forms lie between each other: they may belong to different people.")
    sight = pile.sight
    return Group(sight.kind, sight.confidence, sight.edition, tuple(pile.leaves), missing, tuple(notes))


def _continues(form: Sight, page: Sight) -> bool:
    if page.number == 1:
        return False
    if form.kind is FormKind.OTHER:
        return page.kind is FormKind.OTHER
    if page.number > 1:
        return page.kind in (form.kind, FormKind.OTHER) or not page.titled
    if page.edition or page.titled:
        return False
    return page.kind in (form.kind, FormKind.OTHER) or page.confidence < 0.6
