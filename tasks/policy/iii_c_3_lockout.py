"""III.C.3: a staff member who does not access the system within 60 days is locked out.

Calendar days in Mountain time. Day 0 is the day of the last use, or of the issue, unlock, return or reinstatement that
came later; the account is locked on day 61 (settled questions A1, A5, A23). The last day is not rolled over (A3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CLAUSE = "III.C.3"
SMALL = 5
"""Up to so many accounts at once no share is a mass effect: a small house has days like that."""


@dataclass(frozen=True)
class Rule:
    """The figures of the clause (`tasks/usage_settings.py`)."""

    days: int = 60
    warn: tuple[int, ...] = (45, 55)
    warn_never_used: tuple[int, ...] = (21,)

    def last_unlocked(self, today: date) -> date:
        """The latest day 0 of an account that is due to be locked today."""
        return today - timedelta(self.days + 1)

    def stages(self, *, used: bool) -> tuple[int, ...]:
        """The days on which the owner is warned, of an account that was used before or never."""
        return self.warn if used else tuple(sorted({*self.warn, *self.warn_never_used}))

    def first(self, *, used: bool) -> int:
        """The earliest day on which anything is due."""
        return min((*self.stages(used=used), self.days + 1))


@dataclass(frozen=True)
class Idle:
    """An active account as the clause sees it. `active_since`: issue, unlock, return or reinstatement.

    `warned_on`, `warned_day`: when the last warning went out, and for which day of the count.
    """

    active_since: date
    last_used_on: date | None = None
    warned_on: date | None = None
    warned_day: int = 0

    @property
    def day_zero(self) -> date:
        """The day from which the account is idle."""
        return max(self.active_since, self.last_used_on or self.active_since)

    @property
    def used(self) -> bool:
        """Whether it was ever used."""
        return self.last_used_on is not None


class Due(StrEnum):
    """What has to be done about an account today."""

    NOTHING = "nothing"
    WARN = "warn"
    LOCK = "lock"


@dataclass(frozen=True)
class Verdict:
    """What is due, on which day of the count, and in which words it is told. `stage`: the warning that is due."""

    due: Due
    day: int
    reason: str
    stage: int = 0


def verdict(idle: Idle, today: date, rule: Rule) -> Verdict:
    """What is due about an active account. A run that was missed sends the latest warning only, and locks late."""
    day = (today - idle.day_zero).days
    why = _words(idle, day)
    if day > rule.days:
        return Verdict(Due.LOCK, day, f"{why}; locked after {rule.days} days ({CLAUSE})")
    reached = max((stage for stage in rule.stages(used=idle.used) if stage <= day), default=0)
    if reached > _warned(idle):
        return Verdict(Due.WARN, day, why, reached)
    return Verdict(Due.NOTHING, day, why)


def _warned(idle: Idle) -> int:
    """The stage that was warned of since day zero; an earlier warning belongs to an earlier count."""
    return idle.warned_day if idle.warned_on and idle.warned_on >= idle.day_zero else 0


def _words(idle: Idle, day: int) -> str:
    if idle.last_used_on and idle.last_used_on >= idle.active_since:
        return f"last used on {idle.last_used_on}, {day} days ago"
    used = f"last used on {idle.last_used_on}" if idle.last_used_on else "never used"
    return f"{used}; active since {idle.active_since}, {day} days ago"


def stale(as_of: date | None, today: date, max_age: int) -> str:
    """Why nobody is locked today because the usage feed is too old, or the empty string."""
    if as_of is None:
        return "There is no usage export on file, so nobody is locked."
    age = (today - as_of).days
    if age > max_age:
        return f"The last usage export speaks of {as_of}, {age} days ago; nobody is locked until a newer one comes."
    return ""


def mass_effect(to_lock: int, active: int, number: int, share: float) -> str:
    """Why a run must stop until a second person releases it, or the empty string."""
    if to_lock > number:
        return f"{to_lock} accounts would be locked at once; more than {number} need a second person."
    if to_lock > SMALL and to_lock > active * share:
        return f"{to_lock} of {active} active accounts would be locked; more than {share:.0%} need a second person."
    return ""


def digest_lines(lines: Sequence[tuple[str, str, int]]) -> str:
    """The canonical text of a preview: what is due, for which account, for which day; one line each, sorted."""
    return "\n".join(f"{due} {user} {day}" for due, user, day in sorted(lines))
