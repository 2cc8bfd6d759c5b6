"""The days of a simulated year, one after the other, and what is found at their end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from db.models import LockoutState
from db.session import transaction
from deployments.simulation import invariants, mischief, providers, report
from deployments.simulation.home import FIRST_DAY, Clock, house
from deployments.simulation.mailboxes import Mailboxes
from deployments.simulation.managers import Managers
from deployments.simulation.usage import Oms
from deployments.simulation.world import World, new_world
from tasks.settings import Settings

HOURS = ((8, 0), (12, 30), (17, 0))
"""When the house is looked at on working days; on others at the first and the last of these."""
MISSED = 7
"""How many nights in a row the runs are missed, once in a half year."""


@dataclass(frozen=True)
class Outcome:
    """The end of it: the digest of the registry, the tables, and a sentence for every broken invariant."""

    digest: str
    lines: list[str]
    broken: list[str]


def simulate(
    home: Path, seed: int, days: int, *, staff: int, scans: int, say: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Live through `days` days in an empty house in `home`, with `staff` people at each provider."""
    logging.disable(logging.CRITICAL)  # what is logged is of a house that does not exist
    ticking = Clock(FIRST_DAY)
    began = time.monotonic()
    try:
        with house(home, ticking) as config:
            year = Year(new_world(config, ticking, seed, scans), staff, say)
            year.managers.plan_absences(FIRST_DAY, days)
            for number in range(days):
                year.day(FIRST_DAY + timedelta(number), number)
                if number % 7 == 6:
                    say(f"day {number + 1}: {year.w.post.number} mails, {time.monotonic() - began:.0f} s")
            return year.end(time.monotonic() - began)
    finally:
        logging.disable(logging.NOTSET)


class Year:
    """One year and its people."""

    def __init__(self, w: World, staff: int, say: Callable[[str], None] = lambda _: None) -> None:
        self.w, self.staff, self.say = w, staff, say
        self.boxes, self.managers, self.oms = Mailboxes(w), Managers(w), Oms(w)
        self.broken: dict[str, date] = {}

    @property
    def config(self) -> Settings:
        """The settings of the house."""
        return self.w.config

    def day(self, today: date, number: int) -> None:
        """Night, then the rounds of the day, then the cheap invariants."""
        if number % 180 not in range(100, 100 + MISSED):
            self._night(today)
        working = today.weekday() < 5
        for place, (hour, minute) in enumerate(HOURS if working else HOURS[:1] + HOURS[-1:]):
            self.w.clock.to(today, hour, minute)
            if place == 0 and working:
                providers.day_at(self.w, today, self.staff)
                self.managers.release_held()
            if place == 0:
                mischief.day(self.w, self.managers, today)
            self._round(working)
        self.oms.day(today)
        with transaction(self.config.database_url) as session:
            self._note(invariants.every_day(session), today)

    def _night(self, today: date) -> None:
        self.w.clock.to(today, 1, 30)
        wrong = self.oms.export(today)
        self.w.counts[f"export {wrong or 'in order'}"] += 1
        taken = self.w.steps.morning_feed()
        for one in taken:
            if wrong not in ("", "late") and not one.refusal and one.lines > 1:
                self._note(iter([f"A usage export that is {wrong} was believed."]), today)
        self.w.clock.to(today, 2, 30)
        run = self.w.steps.lock_out()
        if run.state is LockoutState.DONE:
            with transaction(self.config.database_url) as session:
                self._note(invariants.idle_too_long(session, self.config, today, self.oms.last), today)

    def _round(self, working: bool) -> None:
        """Plans come due, the house looks, people read and answer, the house looks again."""
        self.w.plans.due(self.w.clock.now)
        self.w.steps.look()
        self.boxes.open_all()
        if working and self.managers.answer_what_waits():
            self.w.clock.on(60)
            self.w.steps.look()
            self.boxes.open_all()

    def _note(self, found: object, today: date) -> None:
        for sentence in found:  # type: ignore[attr-defined]
            if self.broken.setdefault(sentence, today) == today:
                self.say(f"{today}: {sentence}")

    def end(self, seconds: float) -> Outcome:
        """Let the last mails go out, then hold everything against the invariants."""
        w = self.w
        for _ in range(3):
            w.clock.on(3600)
            w.steps.look()
            self.boxes.open_all()
        with transaction(self.config.database_url) as session:
            delivered = len(w.post.sent) + invariants.canaries(session, self.config)
            self._note(invariants.at_the_end(session, self.config, w.clock.now, delivered), w.clock.today)
            told = list(report.lines(session))
            found = report.digest(session, self.config.zone)
        told += [f"papers: {report.told(w.papers.made)}", f"what was written: {report.told(w.post.count)}"]
        told += [f"what happened: {report.told(w.counts)}", f"time: {seconds:.0f} s"]
        broken = [f"{day}: {sentence}" for sentence, day in self.broken.items()] + w.steps.trouble
        return Outcome(found, told, broken)
