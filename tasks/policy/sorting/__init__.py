"""What a mail asks for: forms first, then words, then who writes. Pure: a letter in, suggestions out, surest first.

A suggestion below the confidence that the settings state goes to a person, with its reasons. Words that hint at a
violation or at the end of an employment are never outweighed by thanks, an automatic answer or an advertisement.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.policy.sorting.attached import by_forms
from tasks.policy.sorting.by_words import by_words
from tasks.policy.sorting.cues import OMIS
from tasks.policy.sorting.guards import DOUBTED
from tasks.policy.sorting.guards import doubted as _doubted
from tasks.policy.sorting.people import same
from tasks.policy.sorting.values import FILED, Attached, Letter, Matter, Sender, Standing, Suggestion, Writer

__all__ = ["FILED", "Attached", "Letter", "Matter", "Sender", "Standing", "Suggestion", "Writer", "sort_letter"]

M = Matter
_OURS = re.compile(rf"\b(?:{OMIS}|access|account|consent|log-?in|password|user id|contract|staff)\b", re.IGNORECASE)
_HINTS = (M.VIOLATION, M.DEPARTURE)
_HINT = 0.3


def sort_letter(letter: Letter) -> list[Suggestion]:
    """What the mail asks for, one suggestion for each person and matter; never empty."""
    carried, said = by_forms(letter.forms), by_words(letter)
    found = _together(carried, said) if carried else said
    found = _hinted(found, said)
    found = _by_writer(letter, found)
    return sorted(found, key=lambda s: -s.confidence) or [_nothing(letter)]


def _together(carried: list[Suggestion], said: list[Suggestion]) -> list[Suggestion]:
    """Forms and words: words about the form's own person add reasons, or doubt where they speak of something else."""
    found, asked = list(carried), {form.matter for form in carried}
    for one in said:
        mine = [at for at, form in enumerate(found[: len(carried)]) if _about(one, form)]
        if one.matter in FILED or one.matter is M.QUESTION:
            continue
        if not mine and (one.matter is not M.LEAVE or one.confidence > DOUBTED):
            found.append(_doubted(one, "Its forms are about somebody else.") if one.matter in asked else one)
        elif not mine:
            continue
        elif one.matter in {found[at].matter for at in mine}:
            found[mine[0]] = _joined(found[mine[0]], one)
        elif one.matter in (M.VIOLATION, M.WITHDRAWAL, M.DEPARTURE, M.LEAVE) and one.confidence >= DOUBTED:
            why = "The form and the words of the mail speak of different things."
            found.append(_doubted(one, why))
    return found


def _about(said: Suggestion, form: Suggestion) -> bool:
    return not said.person or not form.person or said.oneself or same(said.person, form.person) or _overlap(said, form)


def _overlap(said: Suggestion, form: Suggestion) -> bool:
    return bool({*said.person.casefold().split()} & {*form.person.casefold().split()})


def _joined(form: Suggestion, said: Suggestion) -> Suggestion:
    return replace(
        form,
        user_id=form.user_id or said.user_id,
        terminated=form.terminated or said.terminated,
        effective_on=form.effective_on or said.effective_on,
        returns_on=form.returns_on or said.returns_on,
        reasons=form.reasons + said.reasons,
    )


def _hinted(found: list[Suggestion], said: list[Suggestion]) -> list[Suggestion]:
    """Nothing is filed while the same mail hints at a violation or the end of an employment."""
    if not any(one.matter in _HINTS and one.confidence >= _HINT for one in said):
        return found
    why = "The mail also speaks of a violation, or of somebody who leaves."
    return [_doubted(one, why) if one.matter in FILED else one for one in found]


def _by_writer(letter: Letter, found: list[Suggestion]) -> list[Suggestion]:
    """What a stranger asks by words alone is for a person to judge."""
    if letter.sender.writer is not Writer.OUTSIDER:
        return found
    free = FILED | ({M.QUESTION} if _OURS.search(f"{letter.subject} {letter.text[:5000]}") else set())
    why = "The sender is nobody on record."
    return [one if one.matter in free or letter.forms else _doubted(one, why) for one in found]


def _nothing(letter: Letter) -> Suggestion:
    if letter.sender.writer is Writer.OUTSIDER and not letter.files:
        return Suggestion(M.OTHER, 0.8, reasons=("Nobody on record writes, and no words of ours stand in it.",))
    if letter.files:
        return Suggestion(M.NEW_ACCESS, 0.4, reasons=("A file came with it that is none of the forms.",))
    return Suggestion(M.OTHER, 0.4, reasons=("Nothing in it is understood.",))
