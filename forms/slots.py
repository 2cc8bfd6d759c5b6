"""Find the places for the two signatures: whose they are, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from forms.anchors import is_sentence, plain
from forms.leaf import Leaf
from forms.places import Layout, Place, places_for
from forms.reading import Box
from forms.schema import FORMS, FormKind, Role
from forms.words import Phrase, Word, phrases

STAFF_WORDS = (
    "user",
    "employee",
    "staff",
    "applicant",
    "contractor employee",
    "requestor",
    "member",
    "worker",
    "trainee",
    "signatory",
    "requester",
)
SUPERVISOR_WORDS = (
    "supervisor",
    "manager",
    "line manager",
    "director",
    "contractor representative",
    "authorized",
    "authorised",
    "approving",
    "approver",
    "lead",
    "leader",
    "superior",
    "chief",
    "head",
    "administrator",
)
OTHER_WORDS = (
    "witness",
    "officer",
    "hr",
    "owner",
    "security",
    "data protection",
    "notary",
    "human",
    "parent",
    "guardian",
)
_NOT_A_LABEL = re.compile(
    r"\b(digitally|docusigned|electronically|e) ?sign|signed by:?\s+\w|not accepted|required", re.IGNORECASE
)
SIGN_WORDS = ("signature", "signatures", "signed", "sign")


Named = Role | Literal["other"]
"""Whom a label names: one of the two roles, or somebody whose signature we do not ask for."""


@dataclass(frozen=True)
class Slot:
    """A place for a signature. `sure` (0 to 1) says how sure label, role and place are; boxes in pixels of the leaf."""

    role: Role
    leaf: Leaf
    box: Box
    line: float
    label: str
    label_box: Box
    sure: float


def find_slots(leaves: Sequence[Leaf]) -> dict[Role, Slot]:
    """The best place for each role on the pages of one form; a role without a place is missing."""
    slots = _best(leaves)
    if len(slots) < len(Role):
        for leaf in reversed(leaves):
            if leaf.second_words:
                leaf.words += leaf.second_words
                slots = _best(leaves)
            if len(slots) == len(Role):
                break
    return slots


def _best(leaves: Sequence[Leaf]) -> dict[Role, Slot]:
    found = [pair for leaf in leaves for pair in _on_page(leaf)]
    best: dict[Role, Slot] = {}
    for role, slot in found:
        if role and (role not in best or slot.sure > best[role].sure + 0.02):
            best[role] = slot
    return _guess_missing(best, [slot for role, slot in found if role is None])


def _guess_missing(best: dict[Role, Slot], unnamed: list[Slot]) -> dict[Role, Slot]:
    """Labels that name nobody: the first place is the staff member's, the second the supervisor's, and less sure."""
    free = [s for s in unnamed if all(s.box != b.box for b in best.values())]
    for role in (Role.STAFF, Role.SUPERVISOR):
        if role not in best and free:
            slot = free.pop(0)
            best[role] = Slot(role, slot.leaf, slot.box, slot.line, slot.label, slot.label_box, slot.sure * 0.6)
    return best


def _on_page(leaf: Leaf) -> list[tuple[Role | None, Slot]]:
    labelled = [(p, _signature_words(p)) for p in phrases(leaf.words, gap=1.6)]
    labels = [(phrase, part) for phrase, part in labelled if part]
    options = {id(phrase): places_for(around_label(part), leaf.rules, leaf.words) for phrase, part in labels}
    usual = _usual_layout([o for o in options.values() if o])
    found: list[tuple[Role | None, Slot]] = []
    for phrase, part in labels:
        places = options[id(phrase)] or _like_the_others(around_label(part), labels, options)
        if not places:
            continue
        place = max(places, key=lambda p: p.score + (0.12 if p.layout is usual else 0.0))
        role, sure = role_of(phrase, leaf)
        if role is not None and not isinstance(role, Role):
            continue  # a witness or an officer signs there
        box = _without_mark(place, leaf)
        slot = Slot(role or Role.STAFF, leaf, box, place.line, phrase.text, around_label(part), place.score * sure)
        found.append((role, slot))
    return found


def around_label(part: Sequence[Word]) -> Box:
    """The box of a label's words."""
    return Phrase(tuple(part)).box


def _like_the_others(
    label: Box, labels: Sequence[tuple[Phrase, tuple[Word, ...]]], options: dict[int, list[Place]]
) -> list[Place]:
    """A place for a label whose rule was not found: where the other signature label of the page has its own."""
    for phrase, part in labels:
        for place in options[id(phrase)][:1]:
            other = around_label(part)
            right, down = label[0] - other[0], label[1] - other[1]
            if place.layout is Layout.RIGHT:
                right = label[2] - other[2]
            x0, y0, x1, y1 = place.box
            moved = (x0 + right, y0 + down, x1 + right, y1 + down)
            return [Place(moved, place.layout, 0.5, place.line + down)]
    return []


def _usual_layout(options: list[list[Place]]) -> Layout | None:
    """The layout that fits best over all signature labels of the page: forms do not change it half-way."""
    totals: dict[Layout, float] = {}
    for places in options:
        for layout in Layout:
            totals[layout] = totals.get(layout, 0.0) + max((p.score for p in places if p.layout is layout), default=0.0)
    return max(totals, key=lambda k: totals[k]) if totals else None


def _signature_words(phrase: Phrase) -> tuple[Word, ...]:
    """The words of a signature label within a phrase, or nothing when the phrase is not one."""
    phrase = _label_part(phrase)
    texts = [plain(w.text) for w in phrase.words]
    hits = [n for n, t in enumerate(texts) if any(_alike(t, s) for s in SIGN_WORDS[:3])]
    if not hits or is_sentence(phrase) or any(_alike(t, "date") for t in texts[: hits[0]]):
        return ()
    if _NOT_A_LABEL.search(phrase.text):
        return ()
    end = len(phrase.words)
    for number, text in enumerate(texts):  # one rule may carry two labels: "User Signature    Date"
        if number > hits[0] and _alike(text, "date"):
            end = number
            break
    return phrase.words[:end]


def _label_part(phrase: Phrase) -> Phrase:
    """The phrase up to its colon, or up to a hole: what follows is what somebody wrote."""
    words = phrase.words
    for number, word in enumerate(words[:-1]):
        hole = words[number + 1].box[0] - word.box[2] > 1.0 * max(14.0, word.height)
        if word.text.endswith(":") or (hole and number > 0):
            return Phrase(words[: number + 1])
    return phrase


def _alike(found: str, word: str) -> bool:
    return abs(len(found) - len(word)) <= 3 and fuzz.ratio(found, word) >= (80 if len(word) > 4 else 99)


def role_of(phrase: Phrase, leaf: Leaf) -> tuple[Named | None, float]:
    """Whose signature a label asks for (a role, "other", or None when it does not say), and how sure that is."""
    named = role_in(phrase.text)
    if named:
        return named, 1.0
    x0, y0, _, _ = phrase.box
    above = [
        p for p in phrases(leaf.words, gap=1.6) if p.box[3] <= y0 + 2 and y0 - p.box[3] < 260 and not is_sentence(p)
    ]
    for heading in sorted(above, key=lambda p: (y0 - p.box[3]) + 0.3 * abs(p.box[0] - x0)):
        if min(heading.box[2], phrase.box[2] + 200) < max(heading.box[0], x0 - 200):
            continue
        named = role_in(heading.text)
        if named:
            return named, 0.85
    return None, 0.7


def role_in(text: str) -> Named | None:
    """The role a label or heading names: exact label first, then the words of each role."""
    words = plain(text)
    for slot in FORMS[FormKind.CONSENT].slots:
        if any(fuzz.ratio(words, plain(label)) >= 90 for label in (slot.label, *slot.synonyms)):
            return slot.role
    scores: dict[Named, int] = {
        Role.SUPERVISOR: _mentions(words, SUPERVISOR_WORDS),
        Role.STAFF: _mentions(words, STAFF_WORDS),
        "other": _mentions(words, OTHER_WORDS),
    }
    best = max(scores, key=lambda k: scores[k])
    if not scores[best]:
        return None
    if scores["other"] and scores["other"] >= scores[Role.SUPERVISOR] and scores["other"] >= scores[Role.STAFF]:
        return "other"
    return best


def _mentions(text: str, words: Sequence[str]) -> int:
    padded = text.replace("/", " ").split()
    longest = 0
    for word in words:
        parts = word.split()
        for start in range(len(padded) - len(parts) + 1):
            piece = " ".join(padded[start : start + len(parts)])
            if fuzz.ratio(piece.removesuffix("'s"), word) >= (86 if len(word) > 4 else 99):
                longest = max(longest, len(parts))
    return longest


def _without_mark(place: Place, leaf: Leaf) -> Box:
    """The box without a printed "x" that shows where to sign."""
    x0, y0, x1, y1 = place.box
    for word in leaf.words:
        if word.text.strip(".:><").lower() in ("x", "x_", "*") and x0 - 10 <= word.box[0] <= x0 + 40:
            middle = (word.box[1] + word.box[3]) / 2
            if y0 < middle < y1 + 6 and word.height < 45:
                return (word.box[2] + 3, y0, x1, y1)
    return (x0, y0, x1, y1)
