"""III.C.3: whether a usage export can be believed. A wrong one locks nobody; it is refused whole, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CLAUSE = "III.C.3"


@dataclass(frozen=True)
class Bounds:
    """How much may differ before an export is refused; shares from 0 to 1 (`tasks/usage_settings.py`)."""

    min_share: float
    max_shrink: float
    max_regress: float


@dataclass(frozen=True)
class Earlier:
    """The last export that was believed."""

    as_of: date
    lines: int


@dataclass(frozen=True)
class Refused:
    """Why an export is not believed: a code for programs, a sentence for people."""

    code: str
    sentence: str


def refusal(
    uses: Sequence[tuple[str, date | None]],
    as_of: date,
    *,
    known: Mapping[str, date | None],
    earlier: Earlier | None,
    bounds: Bounds,
    today: date,
) -> Refused | None:
    """The first thing that is wrong with an export, or None.

    `uses` are user ID and last day of use per line; `known` are our active accounts issued before the
    export's day, with the last use that is on record.
    """
    said = dict(uses)
    return (
        _empty(uses)
        or _from_the_future(uses, as_of, today)
        or _doubled(uses, said)
        or _not_newer(as_of, earlier)
        or _shrunk(len(said), earlier, bounds)
        or _partial(said, known, bounds)
        or _going_back(said, known, bounds)
    )


def _empty(uses: Sequence[tuple[str, date | None]]) -> Refused | None:
    return None if uses else Refused("empty", "The export has a header and no line. Please send a full one.")


def _from_the_future(uses: Sequence[tuple[str, date | None]], as_of: date, today: date) -> Refused | None:
    if as_of > today:
        return Refused("future", f"The export speaks of {as_of}, which has not come yet.")
    late = [(user, day) for user, day in uses if day and day > as_of]
    if not late:
        return None
    user, day = late[0]
    return Refused("future", f"{len(late)} lines lie after the export's own day {as_of}, the first {user} on {day}.")


def _doubled(uses: Sequence[tuple[str, date | None]], said: Mapping[str, date | None]) -> Refused | None:
    if len(said) == len(uses):
        return None
    twice = [user for user, count in Counter(user for user, _ in uses).items() if count > 1]
    return Refused("doubled", f"{len(twice)} user IDs stand in the export more than once, the first {twice[0]}.")


def _not_newer(as_of: date, earlier: Earlier | None) -> Refused | None:
    if earlier is None or as_of > earlier.as_of:
        return None
    return Refused("not_newer", f"The export speaks of {as_of}; one of {earlier.as_of} is on file already.")


def _shrunk(lines: int, earlier: Earlier | None, bounds: Bounds) -> Refused | None:
    if earlier is None or lines >= earlier.lines * (1 - bounds.max_shrink):
        return None
    return Refused("shrinking", f"The export has {lines} lines; the one of {earlier.as_of} had {earlier.lines}.")


def _partial(said: Mapping[str, date | None], known: Mapping[str, date | None], bounds: Bounds) -> Refused | None:
    there = sum(user in said for user in known)
    if there >= len(known) * bounds.min_share:
        return None
    return Refused("partial", f"The export knows {there} of our {len(known)} active accounts; it is not complete.")


def _going_back(said: Mapping[str, date | None], known: Mapping[str, date | None], bounds: Bounds) -> Refused | None:
    """A last use can only move forward; where it moves back, days were shifted or the file is an old one."""
    back = [u for u, before in known.items() if before and u in said and ((now := said[u]) is None or now < before)]
    if len(back) <= len(known) * bounds.max_regress:
        return None
    return Refused("going_back", f"{len(back)} accounts were last used earlier than is on record, the first {back[0]}.")
