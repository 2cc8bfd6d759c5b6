"""Cues brought together: which matter a mail is about, for one person, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.policy.sorting.cues import Cue, Wish
from tasks.policy.sorting.values import Matter, Sender, Standing

M = Matter
REAL = 0.4
"""From here on a matter counts as really spoken of."""


@dataclass(frozen=True)
class Hit:
    """A cue found in a clause, with the words found and its weight there."""

    cue: Cue
    weight: float
    words: str
    clause: int
    person: str = ""


@dataclass(frozen=True)
class Weighed:
    """A matter with its confidence and the sentences that tell why."""

    matter: Matter
    confidence: float
    reasons: tuple[str, ...] = ()
    terminated: bool = False


YIELDS: dict[Matter, frozenset[Matter]] = {
    M.DEPARTURE: frozenset({M.LEAVE, M.WITHDRAWAL, M.MOVE, M.RETURN}),
    M.NEW_ACCESS: frozenset({M.CHANGE, M.MOVE, M.WITHDRAWAL, M.DEPARTURE, M.UNLOCK, M.PASSWORD_RESET, M.RETURN}),
    M.CHANGE: frozenset({M.MOVE, M.WITHDRAWAL}),
    M.LEAVE: frozenset({M.RETURN, M.WITHDRAWAL}),
    M.PASSWORD_RESET: frozenset({M.UNLOCK, M.WITHDRAWAL, M.VIOLATION}),
    M.UNLOCK: frozenset({M.WITHDRAWAL, M.RETURN}),
    M.RETURN: frozenset({M.WITHDRAWAL}),
    M.QUESTION: frozenset(set(Matter) - {M.THANKS, M.OTHER, M.QUESTION}),
    M.THANKS: frozenset(set(Matter) - {M.THANKS}),
    M.OTHER: frozenset(set(Matter) - {M.THANKS, M.OTHER, M.QUESTION}),
}
"""A matter of the left gives way, for the same person, to one of the right that is really spoken of: what happened to
the account's owner explains what is to be done with the account."""


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

    shut_out = _shut_out(sender)
    add(M.LEAVE if real(M.LEAVE) else M.VIOLATION if real(M.VIOLATION) and not real(M.DEPARTURE) else M.DEPARTURE, Wish.REMOVE)
    if Wish.TROUBLE in found:
        add(M.RETURN if real(M.RETURN) else M.UNLOCK if real(M.UNLOCK) else shut_out or M.PASSWORD_RESET, Wish.TROUBLE)
    if Wish.RESTORE in found and not (real(M.LEAVE) and not real(M.RETURN)):
        add(M.RETURN if real(M.RETURN) else M.UNLOCK if real(M.UNLOCK) else shut_out or M.UNLOCK, Wish.RESTORE)
    return _granted(matters, found, add, real)


def _granted(matters, found, add, real) -> dict[Matter, float]:  # type: ignore[no-untyped-def]
    grant = next((m for m in (M.MOVE, M.CHANGE, M.RETURN, M.UNLOCK) if real(m)), M.NEW_ACCESS)
    if not (grant is M.NEW_ACCESS and (real(M.PASSWORD_RESET) or real(M.LEAVE))):
        add(grant, Wish.GRANT)
    return matters


def _shut_out(sender: Sender) -> Matter | None:
    return {Standing.LOCKED: M.UNLOCK, Standing.AWAY: M.RETURN}.get(sender.standing)


def settled(matters: dict[Matter, float]) -> list[tuple[Matter, float]]:
    """The matters left once each has given way, surest first; rivals that remain take from each other's confidence."""
    strong = {m for m, score in matters.items() if score >= REAL}
    left = {
        m: score
        for m, score in matters.items()
        if not any(w in strong and matters[w] >= 0.5 * score for w in YIELDS.get(m, frozenset()) - {m})
    }
    ordered = sorted(left.items(), key=lambda pair: -pair[1])
    return [(m, score * (1 - 0.5 * max((s for o, s in ordered if o is not m), default=0.0))) for m, score in ordered]
