"""Who works at the providers: invented names, put together from those of the cast, and each one's habits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from deployments.samples.cast import PROVIDERS, Provider, Staff, staff
from deployments.simulation.chance import Chance


class Habit(StrEnum):
    """How somebody uses the offender management system."""

    DAILY = "daily"
    WEEKLY = "weekly"
    RARE = "rare"
    STOPS = "stops"
    NEVER = "never"


HABITS = {Habit.DAILY: 50.0, Habit.WEEKLY: 22.0, Habit.RARE: 8.0, Habit.STOPS: 14.0, Habit.NEVER: 6.0}
USES = {Habit.DAILY: 0.8, Habit.WEEKLY: 0.2, Habit.RARE: 0.03, Habit.STOPS: 0.7, Habit.NEVER: 0.0}
"""Share of working days with a use."""


@dataclass
class Worker:
    """One staff member as the world knows them. `uses`: the day of the last real use in the system."""

    who: Staff
    home: Provider
    habit: Habit
    hired: date
    stops: date | None = None
    gone: date | None = None
    noticed: bool = False
    away_until: date | None = None
    last_use: date | None = None
    picked_up: bool = False
    codes: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """The address at work."""
        return self.who.email


@dataclass
class Town:
    """Everybody there is, in the order in which they came."""

    chance: Chance
    workers: dict[str, Worker] = field(default_factory=dict)
    _names: Iterator[tuple[str, str]] | None = None

    def hire(self, home: Provider, on: date) -> Worker:
        """Somebody new at a facility."""
        if self._names is None:
            self._names = iter(_names(self.chance))
        given, family = next(self._names)
        key = (home.key, given, family)
        positions = [one.position for one in home.staff]
        who = staff(home.domain, f"{given} {family}", self.chance.pick(positions, "position", *key), "406-555-0199")
        one = Worker(who, home, self.chance.weighed(HABITS, "habit", *key), on)
        self.workers[one.email] = one
        return one

    def at(self, home: Provider) -> list[Worker]:
        """Who works at a facility now."""
        return [one for one in self.workers.values() if one.home is home and one.gone is None]


def _names(chance: Chance) -> list[tuple[str, str]]:
    cast = [person for home in PROVIDERS for person in (*home.staff, home.supervisor)]
    taken = {person.name for person in cast}
    given = [person.given_name for person in cast]
    family = [person.family_name for person in cast]
    every = [(g, f) for g in given for f in family if f"{g} {f}" not in taken]
    chance.of("names").shuffle(every)
    return every
