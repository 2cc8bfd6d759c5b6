"""What the words of a mail ask for, person by person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.policy.sorting import (
    access,
    changes,
    credentials,
    departures,
    disclosures,
    guards,
    hedges,
    leaves,
    removals,
    replies,
    terminations,
    violations,
)
from tasks.policy.sorting.attribution import Part, parts_of, speaks_of_self
from tasks.policy.sorting.clauses import clauses_of
from tasks.policy.sorting.cues import Cue, Wish
from tasks.policy.sorting.guards import IMPERSONAL
from tasks.policy.sorting.people import same
from tasks.policy.sorting.quiet import DAMPED, GENERAL, OF_RESIDENTS, TITLE
from tasks.policy.sorting.values import Letter, Matter, Suggestion
from tasks.policy.sorting.weighing import REAL, Hit, scores, settled, tells, wished
from tasks.policy.sorting.when import Dates, dates_of

PAPERS = next(cue for cue in access.CUES if cue.says == access.PAPERS)
CUES: tuple[Cue, ...] = (
    *departures.CUES,
    *terminations.CUES,
    *removals.CUES,
    *leaves.CUES,
    *access.CUES,
    *changes.CUES,
    *credentials.CUES,
    *violations.CUES,
    *disclosures.CUES,
    *replies.CUES,
)
M = Matter
_GENERAL = 0.15
_KEPT = 0.25
"""Below this nothing is suggested."""
_OF_STAFF = frozenset({M.DEPARTURE, M.LEAVE, M.RETURN, M.MOVE})
_EVENTS = _OF_STAFF | {M.NEW_ACCESS, M.CHANGE}
_RESIDENT = re.compile(
    rf"\b(?:residents?|offenders?|inmates?|clients?|participants?){TITLE}(?: (?!and\b)\w+){{0,3}} $", re.IGNORECASE
)
"""People in custody before the words: it is they who leave, return or are moved."""

_OWN = frozenset({M.PASSWORD_RESET, M.UNLOCK})
_REASONS = 4


def by_words(letter: Letter) -> list[Suggestion]:
    """Everything that the words seem to ask, surest first; empty when they say nothing that we know."""
    parts = parts_of(clauses_of(letter), letter.known, letter.sender.name)
    hits = [hit for at, part in enumerate(parts) for hit in _hits(at, part, letter.day.year)]
    people = _people(hits)
    found: list[Suggestion] = []
    for person in people or [""]:
        mine = [hit for hit in hits if not hit.person or hit.person == person or not people]
        found += _of_person(letter, parts, person, mine)
    return guards.held(letter, parts, hits, _once(found))


def _hits(at: int, part: Part, year: int) -> list[Hit]:
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
        if cue.about in _OF_STAFF and hedges.denied(text, match.start()):
            quiet = min(quiet, hedges.DENIED)
        asked = isinstance(cue.about, Wish) and hedges.asks(text)
        unsure = asked or (cue.about in _EVENTS and hedges.unsure(text, match.start(), year))
        people = part.meant(match.end()) if cue.about not in IMPERSONAL and cue is not PAPERS else ()
        words = " ".join(match.group().split())[:60]
        found += [Hit(cue, cue.weight * part.clause.weight * quiet, words, at, one, unsure) for one in people or ("",)]
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
        telling = [hit for hit in hits if tells(hit, matter)]
        if person and matter not in IMPERSONAL and not any(tells(hit, matter) for hit in own):
            continue
        found.append(_suggestion(letter, parts, person, matter, confidence, telling))
    return found


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
        found = dates_of(parts[at].clause.text, letter.day, past=matter is M.VIOLATION)
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
