"""Cues brought together: which matter a mail is about, for one person, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.policy.sorting.cues import Cue, Wish
from tasks.policy.sorting.values import Matter, Sender, Standing, Writer

M = Matter
REAL = 0.4
"""From here on a matter counts as really spoken of."""


@dataclass(frozen=True)
class Hit:
    """A cue found in a clause, with the words found and its weight there. `hedged`: not told as a fact of now."""

    cue: Cue
    weight: float
    words: str
    clause: int
    person: str = ""
    hedged: bool = False


@dataclass(frozen=True)
class Weighed:
    """A matter with its confidence and the sentences that tell why."""

    matter: Matter
    confidence: float
    reasons: tuple[str, ...] = ()
    terminated: bool = False


YIELDS: dict[Matter, frozenset[Matter]] = {
    M.DEPARTURE: frozenset({M.LEAVE, M.WITHDRAWAL, M.MOVE, M.RETURN}),
    M.NEW_ACCESS: frozenset(
        {M.CHANGE, M.MOVE, M.WITHDRAWAL, M.DEPARTURE, M.LEAVE, M.UNLOCK, M.PASSWORD_RESET, M.RETURN}
    ),
    M.CHANGE: frozenset({M.MOVE, M.WITHDRAWAL, M.DEPARTURE}),
    M.LEAVE: frozenset({M.RETURN, M.WITHDRAWAL, M.AUTOREPLY, M.UNLOCK}),
    M.PASSWORD_RESET: frozenset({M.UNLOCK, M.WITHDRAWAL, M.VIOLATION}),
    M.UNLOCK: frozenset({M.WITHDRAWAL}),
    M.RETURN: frozenset({M.WITHDRAWAL}),
    M.QUESTION: frozenset(set(Matter) - {M.THANKS, M.OTHER, M.QUESTION}),
    M.THANKS: frozenset(set(Matter) - {M.THANKS}),
    M.OTHER: frozenset(set(Matter) - {M.THANKS, M.OTHER, M.QUESTION}),
}
"""A matter of the left gives way, for the same person, to one of the right that is really spoken of: what happened to
the account's owner explains what is to be done with the account."""


TOGETHER = frozenset({M.VIOLATION, M.DEPARTURE, M.LEAVE})
"""Matters that are told of one person in one mail: somebody was dismissed, or sent on leave, for a violation."""

_OF_WISH: dict[Wish, tuple[Matter, ...]] = {
    Wish.REMOVE: (M.DEPARTURE, M.LEAVE, M.VIOLATION),
    Wish.RESTORE: (M.RETURN, M.UNLOCK),
    Wish.TROUBLE: (M.PASSWORD_RESET, M.UNLOCK, M.RETURN),
    Wish.GRANT: (M.NEW_ACCESS, M.CHANGE, M.MOVE, M.RETURN, M.UNLOCK),
}

BARE = 0.75
"""Up to here somebody only says “locked”, as people do whose password was wrong too often."""

TRICK = 0.8
"""From here on a stranger's mail is an advertisement or a trick, whatever it says will happen to an account."""


def either(weights: Iterable[float]) -> float:
    """That at least one of independent signs is right."""
    wrong = 1.0
    for weight in weights:
        wrong *= 1 - weight
    return 1 - wrong


def scores(hits: Iterable[Hit]) -> dict[Matter | Wish, float]:
    """How strongly each matter and wish is spoken of; a cue counts once, at its strongest."""
    best: dict[Cue, float] = {}
    for hit in hits:
        best[hit.cue] = max(best.get(hit.cue, 0.0), hit.weight)
    found: dict[Matter | Wish, float] = {}
    for about in {cue.about for cue in best}:
        found[about] = either(weight for cue, weight in best.items() if cue.about is about)
    return found


def wished(found: dict[Matter | Wish, float], sender: Sender) -> dict[Matter, float]:
    """The wishes added to the matters that they belong to."""
    matters = {about: score for about, score in found.items() if isinstance(about, Matter)}

    def add(matter: Matter, wish: Wish) -> None:
        if wish in found:
            matters[matter] = either((matters.get(matter, 0.0), found[wish]))

    def real(matter: Matter) -> bool:
        return matters.get(matter, 0.0) >= REAL

    spoken = {m for m in Matter if real(m)}
    if {M.UNLOCK, M.PASSWORD_RESET} <= spoken and matters[M.UNLOCK] <= BARE <= matters[M.PASSWORD_RESET]:
        matters[M.UNLOCK if sender.standing is not Standing.LOCKED else M.PASSWORD_RESET] = 0.0
    shut_out = _shut_out(sender)
    add(_first(spoken, M.LEAVE) or (M.VIOLATION if M.VIOLATION in spoken - {M.DEPARTURE} else M.DEPARTURE), Wish.REMOVE)
    if Wish.TROUBLE in found:
        add(_first(spoken, M.RETURN, M.UNLOCK) or shut_out or M.PASSWORD_RESET, Wish.TROUBLE)
    if Wish.RESTORE in found and not (M.LEAVE in spoken and M.RETURN not in spoken):
        add(_first(spoken, M.RETURN, M.UNLOCK) or shut_out or M.UNLOCK, Wish.RESTORE)
    if not spoken & {M.PASSWORD_RESET, M.LEAVE, M.VIOLATION} or spoken & {M.MOVE, M.CHANGE, M.RETURN, M.UNLOCK}:
        unsaid = Wish.RESTORE in found and not spoken
        add(_first(spoken, M.MOVE, M.CHANGE, M.RETURN, M.UNLOCK) or M.NEW_ACCESS, Wish.GRANT) if not unsaid else None
    return matters


def _first(spoken: set[Matter], *wanted: Matter) -> Matter | None:
    return next((matter for matter in wanted if matter in spoken), None)


def _shut_out(sender: Sender) -> Matter | None:
    return {Standing.LOCKED: M.UNLOCK, Standing.AWAY: M.RETURN}.get(sender.standing)


def _on_record(matters: dict[Matter, float], sender: Sender) -> None:
    """What the writer says of the own account is surer when the registry says the same."""
    said = {Standing.LOCKED: M.UNLOCK, Standing.AWAY: M.RETURN, Standing.ACTIVE: M.PASSWORD_RESET}.get(sender.standing)
    if said and matters.get(said, 0.0) >= REAL:
        matters[said] = either((matters[said], 0.4))


def settled(matters: dict[Matter, float], sender: Sender, person: str) -> list[tuple[Matter, float]]:
    """The matters left once each has given way, surest first; rivals that remain take from each other's confidence."""
    _on_record(matters, sender)
    if sender.writer is Writer.OUTSIDER and not person and matters.get(M.OTHER, 0.0) >= TRICK:
        return [(M.OTHER, matters[M.OTHER])]
    strong = {m for m, score in matters.items() if score >= REAL}
    left = {
        m: score
        for m, score in matters.items()
        if not any(w in strong and matters[w] >= 0.5 * score for w in YIELDS.get(m, frozenset()) - {m})
    }
    ordered = sorted(left.items(), key=lambda pair: -pair[1])
    return [(m, score * (1 - 0.5 * _rival(m, ordered))) for m, score in ordered]


def _rival(matter: Matter, ordered: Sequence[tuple[Matter, float]]) -> float:
    """The strongest other matter that is really spoken of and cannot well be true beside this one."""
    beside = TOGETHER if matter in TOGETHER else frozenset()
    return max((s for o, s in ordered if o is not matter and o not in beside and s >= REAL), default=0.0)


def tells(hit: Hit, matter: Matter) -> bool:
    """Whether a hit speaks for a matter, itself or as a wish that belongs to it."""
    if isinstance(hit.cue.about, Matter):
        return hit.cue.about is matter
    return matter in _OF_WISH[hit.cue.about]
