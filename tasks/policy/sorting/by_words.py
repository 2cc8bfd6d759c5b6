"""What the words of a mail ask for, person by person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.policy.sorting import access, changes, credentials, departures, leaves, removals, replies, violations
from tasks.policy.sorting.attribution import Part, parts_of, speaks_of_self
from tasks.policy.sorting.clauses import clauses_of
from tasks.policy.sorting.cues import Cue, Wish
from tasks.policy.sorting.people import same
from tasks.policy.sorting.quiet import DAMPED, GENERAL, OF_RESIDENTS
from tasks.policy.sorting.values import FILED, Letter, Matter, Suggestion
from tasks.policy.sorting.weighing import REAL, Hit, scores, settled, wished
from tasks.policy.sorting.when import Dates, dates_of

PAPERS = next(cue for cue in access.CUES if cue.says == access.PAPERS)
CUES: tuple[Cue, ...] = (
    *departures.CUES,
    *removals.CUES,
    *leaves.CUES,
    *access.CUES,
    *changes.CUES,
    *credentials.CUES,
    *violations.CUES,
    *replies.CUES,
)
M = Matter
IMPERSONAL = FILED | {M.QUESTION}
_GENERAL = 0.15
_KEPT = 0.25
"""Below this nothing is suggested."""
_OF_STAFF = frozenset({M.DEPARTURE, M.LEAVE, M.RETURN, M.MOVE})
_RESIDENT = re.compile(
    r"\b(?:residents?|offenders?|inmates?|clients?|participants?)(?: (?!and\b)\w+){0,3} $", re.IGNORECASE
)
"""People in custody before the words: it is they who leave, return or are moved."""

_OWN = frozenset({M.PASSWORD_RESET, M.UNLOCK})
_REASONS = 4
_PASSING = re.compile(
    r"\b(?:replac\w+|tak(?:es?|ing) over|took over|predecessor|successor|in (?:his|her|their)"
    r" place|caseload|who|whose|position of|vacated|since|fill(?:s|ing)? in for)\b",
    re.IGNORECASE,
)
"""Words of a sentence that tells of a departure only beside something else."""

_FEW = 3
"""Words of a sentence that may stay unexplained in a mail of thanks, as a name does."""


def by_words(letter: Letter) -> list[Suggestion]:
    """Everything that the words seem to ask, surest first; empty when they say nothing that we know."""
    parts = parts_of(clauses_of(letter), letter.known, letter.sender.name)
    hits = [hit for at, part in enumerate(parts) for hit in _hits(at, part)]
    people = _people(hits)
    found: list[Suggestion] = []
    for person in people or [""]:
        mine = [hit for hit in hits if not hit.person or hit.person == person or not people]
        found += _of_person(letter, parts, person, mine)
    found = [_whole(_whose(one), parts, hits) for one in _mentioned(_once(found), parts, hits)]
    return found + [_unsaid(name) for name in _left_over(parts, found)] if found else found


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


def _whose(one: Suggestion) -> Suggestion:
    """What concerns somebody's account cannot be done by itself while nobody is named."""
    if one.person or one.oneself or one.matter in IMPERSONAL | {M.VIOLATION, M.WITHDRAWAL}:
        return one
    return _doubted(one, 0.6, "It does not say whom it is about.")


def _whole(one: Suggestion, parts: Sequence[Part], hits: Sequence[Hit]) -> Suggestion:
    """A mail is filed by itself only when each of its sentences is understood."""
    if one.matter not in FILED:
        return one
    known = {hit.clause for hit in hits if hit.cue.about in FILED}
    open_ones = [p.clause.text for at, p in enumerate(parts) if at not in known and not p.clause.subject]
    long = [text for text in open_ones if len(text.split()) > _FEW]
    if one.matter is M.THANKS and long:
        return _doubted(one, 0.6, f"It also says “{long[0][:60]}”, which is not understood.")
    return one


def _hits(at: int, part: Part) -> list[Hit]:
    text, found = part.clause.text, []
    damped = next((left for words, left in DAMPED if words.words.search(text)), 1.0)
    for general in (GENERAL, OF_RESIDENTS):
        if match := general.words.search(text):
            found.append(Hit(general, general.weight * part.clause.weight, match.group()[:60], at))
    for cue in CUES:
        match = cue.words.search(text)
        if not match:
            continue
        quiet = (
            damped if cue.about not in (M.QUESTION, M.WITHDRAWAL, M.VIOLATION, M.THANKS, M.OTHER, M.AUTOREPLY) else 1.0
        )
        if cue.about in _OF_STAFF and _RESIDENT.search(text[: match.start()]):
            quiet = min(quiet, _GENERAL)
        people = part.meant(match.end()) if cue.about not in IMPERSONAL and cue is not PAPERS else ()
        words = " ".join(match.group().split())[:60]
        found += [Hit(cue, cue.weight * part.clause.weight * quiet, words, at, one) for one in people or ("",)]
    return found


def _people(hits: Sequence[Hit]) -> list[str]:
    """Everybody of whom something is said, first named first; a given name alone is the full name of the same mail."""
    found: list[str] = []
    for hit in hits:
        if hit.person and hit.person not in found:
            found.append(hit.person)
    return found


def _of_person(letter: Letter, parts: Sequence[Part], person: str, hits: Sequence[Hit]) -> list[Suggestion]:
    own = [hit for hit in hits if hit.person == person]
    matters = settled(wished(scores(hits), letter.sender), letter.sender, person)
    found = []
    for matter, confidence in matters:
        if confidence < _KEPT:
            continue
        telling = [hit for hit in hits if _tells(hit, matter)]
        if person and matter not in IMPERSONAL and not any(_tells(hit, matter) for hit in own):
            continue
        found.append(_suggestion(letter, parts, person, matter, confidence, telling))
    return found


def _tells(hit: Hit, matter: Matter) -> bool:
    if isinstance(hit.cue.about, Matter):
        return hit.cue.about is matter
    return (
        matter
        in {
            Wish.REMOVE: (M.DEPARTURE, M.LEAVE, M.VIOLATION),
            Wish.RESTORE: (M.RETURN, M.UNLOCK),
            Wish.TROUBLE: (M.PASSWORD_RESET, M.UNLOCK, M.RETURN),
            Wish.GRANT: (M.NEW_ACCESS, M.CHANGE, M.MOVE, M.RETURN, M.UNLOCK),
        }[hit.cue.about]
    )


def _suggestion(
    letter: Letter, parts: Sequence[Part], person: str, matter: Matter, confidence: float, telling: Sequence[Hit]
) -> Suggestion:
    where = sorted({hit.clause for hit in telling})
    said = " . ".join(parts[at].clause.text for at in where)
    dates = _dates(letter, parts, where, matter)
    oneself = matter not in IMPERSONAL and not person and (speaks_of_self(said) or matter in _OWN)
    ids = [m.group().upper() for part in parts for m in letter.user_id.finditer(part.clause.text)]
    return Suggestion(
        matter,
        round(min(confidence, 0.99), 3),
        person=letter.sender.name if oneself else person,
        user_id=ids[0] if len(set(ids)) == 1 else "",
        oneself=oneself or bool(person and same(person, letter.sender.name)),
        terminated=matter is M.DEPARTURE and any(hit.cue.terminated and hit.weight >= REAL for hit in telling),
        effective_on=dates.on,
        returns_on=dates.back,
        reasons=_reasons(telling),
    )


def _dates(letter: Letter, parts: Sequence[Part], where: Sequence[int], matter: Matter) -> Dates:
    """The dates beside what is said, else of the rest of the mail's own words."""
    if matter in IMPERSONAL:
        return Dates()
    on = back = None
    for at in [*where, *(at for at in range(len(parts)) if at not in where)]:
        found = dates_of(parts[at].clause.text, letter.day)
        on, back = on or found.on, back or found.back
    if matter is M.LEAVE:
        return Dates(on, back)
    return Dates(on or back)


def _reasons(telling: Sequence[Hit]) -> tuple[str, ...]:
    strongest = sorted(telling, key=lambda hit: -hit.weight)
    told = dict.fromkeys(f"“{hit.words}”: {hit.cue.says}." for hit in strongest)
    return tuple(told)[:_REASONS]


def _once(found: Sequence[Suggestion]) -> list[Suggestion]:
    """What is not about one person is said once, and not at all beside something that is."""
    personal = [one for one in found if one.matter not in IMPERSONAL]
    rest: dict[Matter, Suggestion] = {}
    for one in found:
        if one.matter in IMPERSONAL and one.confidence > getattr(rest.get(one.matter), "confidence", 0.0):
            rest[one.matter] = one
    top = max((one.confidence for one in personal), default=0.0)
    kept = [one for one in rest.values() if not personal or one.confidence > top]
    merged: list[Suggestion] = []
    for one in sorted([*personal, *kept], key=lambda s: -s.confidence):
        twice = any(o.matter is one.matter and (not one.person or same(o.person, one.person)) for o in merged)
        if not twice:
            merged.append(one)
    return merged


def _mentioned(found: list[Suggestion], parts: Sequence[Part], hits: Sequence[Hit]) -> list[Suggestion]:
    """A departure that a mail about somebody else's access only mentions is for a person to follow up."""
    asked = {one.person for one in found if one.matter in (M.NEW_ACCESS, M.CHANGE, M.MOVE)}
    told = {hit.person for hit in hits if hit.cue.about is Wish.REMOVE}
    passing = {
        hit.person for hit in hits if hit.cue.about is M.DEPARTURE and _PASSING.search(parts[hit.clause].clause.text)
    }
    return [
        _doubted(one, 0.6, "The mail mentions it, but asks for nothing to be done about it.")
        if asked - {one.person} and one.matter is M.DEPARTURE and one.person in passing - told and not one.effective_on
        else one
        for one in found
    ]


def _doubted(one: Suggestion, most: float, why: str) -> Suggestion:
    return replace(one, confidence=min(one.confidence, most), reasons=(*one.reasons, why))
