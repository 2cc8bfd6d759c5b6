"""The registry against the directory, and what is due to be read again (ICOTS 23: accuracy; NIST AC-2 e, j)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

CLAUSE = "III.B.3"
LIVE = frozenset({"ACTIVE", "ON_LEAVE", "LOCKED", "SUSPENDED"})
"""States in which the directory has an entry for the account."""


@dataclass(frozen=True)
class OnRecord:
    """An account as the registry has it. `has_password`: its latest password was picked up, so it can be in use."""

    state: str
    has_password: bool = True


@dataclass(frozen=True)
class Unlike:
    """Where the two sides differ: a code for programs, both sides and a sentence for people."""

    code: str
    subject: str
    registry_side: str
    other_side: str
    sentence: str


def against_directory(
    accounts: Mapping[str, OnRecord], entries: Iterable[tuple[str, bool]], ignored: Collection[str]
) -> list[Unlike]:
    """What differs, by user ID. `accounts` by user ID, `entries` are name and enabled; names are held without case.

    Accounts on which a change is under way are left out by the caller, on both sides by `ignored`.
    """
    there = {name.casefold(): (name, enabled) for name, enabled in entries}
    ours = {name.casefold(): name for name in accounts}
    passed = {name.casefold() for name in ignored}
    found = [_orphan(*there[key]) for key in there.keys() - ours.keys() - passed]
    for key in ours.keys() - passed:
        if unlike := _unlike(ours[key], accounts[ours[key]], there.get(key)):
            found.append(unlike)
    return sorted(found, key=lambda u: (u.code, u.subject))


def _orphan(name: str, enabled: bool) -> Unlike:
    return Unlike(
        "orphan",
        name,
        "no such account",
        _word(enabled),
        f"The directory has {name}, which was never issued here. Find out whose it is, and have it disabled.",
    )


def _unlike(name: str, ours: OnRecord, there: tuple[str, bool] | None) -> Unlike | None:
    if there is None:
        if ours.state not in LIVE:
            return None
        said = f"{name} is not in the directory. Ask IT who deleted it, then end it here or have it made again."
        return Unlike("missing", name, ours.state, "no such account", said)
    enabled = there[1]
    if enabled and ours.state != "ACTIVE":
        said = (
            f"{name} is enabled in the directory although it is {ours.state.replace('_', ' ').lower()} here. "
            "It is disabled again now; find out who enabled it."
        )
        return Unlike("enabled", name, ours.state, _word(enabled), said)
    if not enabled and ours.state == "ACTIVE" and ours.has_password:
        said = f"{name} is active here, but disabled in the directory. Find out who disabled it, and why."
        return Unlike("disabled", name, ours.state, _word(enabled), said)
    return None


def _word(enabled: bool) -> str:
    return "enabled" if enabled else "disabled"


def due_for_reading(checked: Sequence[tuple[int, date, bool]], today: date, cycle_days: int, most: int) -> list[int]:
    """Which files are read again today, the longest unread first.

    `checked` is `(id, day, again)`: the day of the last check, or of the first reading while `again` is false. Each
    night takes its share of all files, so that a cycle covers them, and whatever is overdue because nights were missed;
    never what was looked at today.
    """
    order = sorted((day, number) for number, day, _ in checked if day < today)
    share = -(-len(checked) // cycle_days)
    late = sum(day <= today - timedelta(cycle_days) for day, _ in order)
    return [number for _, number in order[: min(most, max(share, late))]]
