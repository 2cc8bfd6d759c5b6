"""The offender management system: who signs in, and the export of it that comes each night, or comes wrong."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import col, select

from db.models import Account, DirectoryEntry, Person
from db.session import transaction
from deployments.simulation.people import USES, Habit, Worker
from deployments.simulation.world import World

WRONG = {
    "": 93.0,
    "empty": 1.0,
    "half": 1.5,
    "doubled": 1.0,
    "shifted a year back": 1.5,
    "from the future": 1.0,
    "late": 1.0,
}


@dataclass
class Oms:
    """The system and its export. `last`: the true last use by user ID. `late_until`: no export comes before."""

    w: World
    last: dict[str, date] = field(default_factory=dict)
    late_until: date | None = None
    sent: Counter[str] = field(default_factory=Counter)

    def day(self, today: date) -> None:
        """Everybody whose account is enabled and whose password is their own may sign in today."""
        with transaction(self.w.config.database_url) as session:
            rows = session.exec(
                select(Person.email, DirectoryEntry.user_name)
                .join(Account, col(Account.person_id) == col(Person.id))
                .join(DirectoryEntry, col(DirectoryEntry.user_name) == col(Account.user_name))
                .where(col(DirectoryEntry.enabled), col(DirectoryEntry.password_hash) != "")
                .order_by(col(DirectoryEntry.user_name))
            ).all()
        for email, user_name in rows:
            one = self.w.town.workers.get(email)
            if one and self._uses(one, today):
                self.last[user_name] = one.last_use = today

    def _uses(self, one: Worker, today: date) -> bool:
        if one.gone or (one.away_until and today < one.away_until) or today.weekday() > 4:
            return False
        if one.last_use == today:
            return True
        if one.habit is Habit.STOPS:
            one.stops = one.stops or today + timedelta(self.w.chance.of("stops", one.email).randint(10, 120))
            if today >= one.stops:
                return False
        return self.w.chance.hits(USES[one.habit], "uses", one.email, today)

    def export(self, today: date) -> str:
        """The night's file about yesterday; how it is wrong, or empty."""
        if self.late_until and today < self.late_until:
            return "late"
        wrong = self.w.chance.weighed(WRONG, "export", today)
        if wrong == "late":
            self.late_until = today + timedelta(self.w.chance.of("late", today).randint(2, 5))
            return wrong
        day = today - timedelta(1)
        lines = self._lines()
        if wrong == "empty":
            lines = []
        elif wrong == "half":
            lines = lines[: len(lines) // 2]
        elif wrong == "doubled":
            lines = lines + lines
        elif wrong == "shifted a year back":
            lines = [(user, used - timedelta(365) if used else None) for user, used in lines]
        elif wrong == "from the future":
            day = today + timedelta(3)
        self._write(today, day, lines)
        return wrong

    def _lines(self) -> list[tuple[str, date | None]]:
        with transaction(self.w.config.database_url) as session:
            users = session.exec(select(DirectoryEntry.user_name).order_by(col(DirectoryEntry.user_name))).all()
        return [(user, self.last.get(user)) for user in users]

    def _write(self, today: date, as_of: date, lines: list[tuple[str, date | None]]) -> None:
        text = "user_id,last_access,as_of\n"
        text += "".join(f"{user},{used or ''},{as_of}\n" for user, used in lines)
        assert self.w.config.usage_folder is not None
        path = self.w.config.usage_folder / f"oms-export-{today:%j}.csv"
        path.write_text(text)
        os.utime(path, (0, 0))  # it has lain there for a while
