"""What the words seem to ask, held back for a person where something in the mail speaks against acting on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.policy.sorting import hedges
from tasks.policy.sorting.attribution import Part
from tasks.policy.sorting.cues import OMIS, Wish
from tasks.policy.sorting.values import FILED, Letter, Matter, Suggestion, Writer
from tasks.policy.sorting.weighing import Hit, tells

M = Matter
IMPERSONAL = FILED | {M.QUESTION}
DOUBTED = 0.6
"""The most that is left of a confidence when something speaks against it; below any sensible setting."""

_PASSING = re.compile(
    r"\b(?:replac\w+|tak(?:es?|ing) over|took over|predecessor|successor|in (?:his|her|their)"
    r" place|caseload|who|whose|position of|vacated|since|fill(?:s|ing)? in for)\b",
    re.IGNORECASE,
)
"""Words of a sentence that tells of a departure only beside something else."""

_FEW = 3
"""Words of a sentence that may stay unexplained in a mail of thanks, as a name does."""

_TAKES_BACK = 0.6
"""From here on the words of a withdrawal count, also where other words are stronger."""

_OURS = re.compile(rf"\b(?:{OMIS}|access|account|log-?in|password|user id|user)\b", re.IGNORECASE)


def held(letter: Letter, parts: Sequence[Part], hits: Sequence[Hit], found: list[Suggestion]) -> list[Suggestion]:
    """The suggestions with their doubts, and one more for each person of whom nothing was understood."""
    takes_back = any(hit.cue.about is M.WITHDRAWAL and hit.weight >= _TAKES_BACK for hit in hits)
    checked = [
        _whole(letter, _hedged(_asked(letter, parts, _whose(letter, one)), hits), parts, hits)
        for one in _mentioned([_taken_back(one) for one in found] if takes_back else found, parts, hits)
    ]
    return checked + [_unsaid(name) for name in _left_over(parts, checked)] if checked else checked


def _asked(letter: Letter, parts: Sequence[Part], one: Suggestion) -> Suggestion:
    """A mail that only asks questions, under whatever subject, tells nothing that is acted on."""
    own = [part.clause.text for part in parts if not part.clause.subject]
    if one.matter in IMPERSONAL | {M.WITHDRAWAL} or letter.forms or not own or not all(map(hedges.asks, own)):
        return one
    return doubted(one, "The mail only asks questions.")


def _taken_back(one: Suggestion) -> Suggestion:
    """A mail that takes something back may well repeat what it takes back."""
    if one.matter in IMPERSONAL | {M.WITHDRAWAL, M.VIOLATION}:
        return one
    return doubted(one, "The mail also takes something back.")


def _hedged(one: Suggestion, hits: Sequence[Hit]) -> Suggestion:
    """What is told only as possible, as a question, or of long ago, is for a person to judge."""
    telling = [hit for hit in hits if tells(hit, one.matter) and hit.person in ("", one.person)]
    if telling and all(hit.hedged for hit in telling):
        return doubted(one, "It does not say so as a fact of now.")
    return one


def _left_over(parts: Sequence[Part], found: Sequence[Suggestion]) -> list[str]:
    """People named in the mail's own sentences of whom nothing was understood, while something was of others."""
    asked = {word for one in found if one.matter not in IMPERSONAL for word in one.person.casefold().split()}
    if not asked:
        return []
    named = dict.fromkeys(p.name for part in parts if not part.clause.subject for group in part.groups for p in group)
    return [name for name in named if " " in name and not asked & {*name.casefold().split()}]


def _unsaid(name: str) -> Suggestion:
    return Suggestion(
        M.OTHER, 0.3, person=name, reasons=(f"It names {name}, and does not say in words of ours what of that.",)
    )


def _whose(letter: Letter, one: Suggestion) -> Suggestion:
    """What concerns somebody's account cannot be done by itself while nobody is named.

    Nor is it plain whom a designated submitter means who asks for new access and says only “I”.
    """
    if one.matter is M.NEW_ACCESS and one.oneself and letter.sender.writer is Writer.SUBMITTER and not letter.forms:
        return doubted(one, "It names nobody but the sender, who is a designated submitter.")
    if one.person or one.oneself or one.matter in IMPERSONAL | {M.VIOLATION, M.WITHDRAWAL}:
        return one
    return doubted(one, "It does not say whom it is about.")


def _whole(letter: Letter, one: Suggestion, parts: Sequence[Part], hits: Sequence[Hit]) -> Suggestion:
    """A mail is filed by itself only when each of its sentences is understood."""
    if one.matter not in FILED:
        return one
    known = {hit.clause for hit in hits if hit.cue.about in FILED}
    open_ones = [p.clause.text for at, p in enumerate(parts) if at not in known and not p.clause.subject]
    long = [text for text in open_ones if len(text.split()) > _FEW]
    if one.matter is M.THANKS and long:
        return doubted(one, f"It also says “{long[0][:60]}”, which is not understood.")
    named = [part.clause.text for part in parts if part.groups and not part.clause.subject]
    ours = [text for text in long if _OURS.search(text)] + named
    if one.matter is M.OTHER and ours and letter.sender.writer is not Writer.OUTSIDER:
        return doubted(one, f"It also says “{ours[0][:60]}”, which may be for us.")
    return one


def _mentioned(found: list[Suggestion], parts: Sequence[Part], hits: Sequence[Hit]) -> list[Suggestion]:
    """A departure that a mail about somebody else's access only mentions is for a person to follow up."""
    asked = {one.person for one in found if one.matter in (M.NEW_ACCESS, M.CHANGE, M.MOVE)}
    told = {hit.person for hit in hits if hit.cue.about is Wish.REMOVE}
    passing = {
        hit.person for hit in hits if hit.cue.about is M.DEPARTURE and _PASSING.search(parts[hit.clause].clause.text)
    }
    return [
        doubted(one, "The mail mentions it, but asks for nothing to be done about it.")
        if asked - {one.person} and one.matter is M.DEPARTURE and one.person in passing - told and not one.effective_on
        else one
        for one in found
    ]


def doubted(one: Suggestion, why: str, most: float = DOUBTED) -> Suggestion:
    """The suggestion with a reason against it, and no surer than `most`."""
    return replace(one, confidence=min(one.confidence, most), reasons=(*one.reasons, why))
