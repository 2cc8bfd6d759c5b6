"""Whose account is meant by what a person typed: a user ID, an address or a name. One, or nobody at all (III.C.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.policy.names import Match, same_person


@dataclass(frozen=True)
class Holder:
    """An account that is not removed, and who has it. `usable`: neither disabled nor removed."""

    account_id: int
    user_name: str
    name: str
    email: str
    provider: str
    state: str
    usable: bool = True

    @property
    def told(self) -> str:
        """The account in one line, for a person to choose by."""
        return f"{self.user_name or 'ID not given yet'}: {self.name}, {self.provider}, {self.state.lower()}"


@dataclass(frozen=True)
class Found:
    """The one account that is meant, or None and those that it could be."""

    holder: Holder | None
    candidates: tuple[Holder, ...] = ()


def meant(said: str, holders: Sequence[Holder]) -> Found:
    """The account that `said` names. A user ID or an address counts before a name; a name must fit exactly one person.

    An account that cannot be used counts only where no other fits: whoever acts in haste means the live one. A name
    that merely resembles is never enough to act on; it is a candidate.
    """
    wanted = " ".join(said.split())
    if not wanted:
        return Found(None)
    folded = wanted.casefold()
    by_id = [h for h in holders if folded in (h.user_name.casefold(), h.email.casefold())]
    if by_id:
        return _one(by_id)
    graded = [(same_person(wanted, h.name), h) for h in holders]
    same = [h for grade, h in graded if grade is Match.SAME]
    if same:
        return _one([h for h in same if h.usable] or same)
    return Found(None, tuple(h for grade, h in graded if grade is Match.NEAR))


def _one(fitting: list[Holder]) -> Found:
    return Found(fitting[0]) if len(fitting) == 1 else Found(None, tuple(fitting))


def named_in(text: str, holders: Sequence[Holder]) -> tuple[Holder, ...]:
    """The accounts that a text seems to speak of, by user ID, address or full name: a hint, never more."""
    words = f" {' '.join(text.casefold().split())} "
    return tuple(
        h
        for h in holders
        if any(said and said.casefold() in words for said in (h.user_name, h.email, " ".join(h.name.split())))
    )
