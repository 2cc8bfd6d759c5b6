"""A home of its own for a simulated year: registry, mailbox and usage folder, found by the environment as always."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from db import entries, users
from db.columns import clock
from db.models import Role
from db.session import engine, transaction
from deployments.samples.cast import OFFICERS, PROVIDERS
from deployments.up import migrate
from tasks.settings import Settings, settings

MOUNTAIN = ZoneInfo("America/Denver")
BY = "simulation"
FIRST_DAY = date(2026, 1, 5)
"""A Monday."""

GIVEN = {"CANARY_MINUTES": str(7 * 24 * 60), "PASSWORD_LENGTH": "16"}
"""Settings of the simulated house; a canary a week, since nothing looks as often as the watcher does."""


class Clock:
    """The time of the simulated house. It moves when it is told to, and never back."""

    def __init__(self, day: date) -> None:
        self.now = datetime.combine(day, time(0, 1), MOUNTAIN).astimezone(UTC)

    def __call__(self) -> datetime:
        """The present instant."""
        return self.now

    def to(self, day: date, hour: int, minute: int = 0) -> None:
        """Go to a time of day in Montana, unless it is later already."""
        self.now = max(self.now, datetime.combine(day, time(hour, minute), MOUNTAIN).astimezone(UTC))

    def on(self, seconds: float) -> None:
        """A moment passes."""
        self.now += timedelta(seconds=seconds)

    @property
    def today(self) -> date:
        """The present day in Montana."""
        return self.now.astimezone(MOUNTAIN).date()


@contextmanager
def house(home: Path, ticking: Clock) -> Iterator[Settings]:
    """An empty house whose clock is `ticking`; what was in the folder is removed."""
    shutil.rmtree(home, ignore_errors=True)
    ours = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("CORREQUESTS_")}
    given = {f"CORREQUESTS_{name}": value for name, value in GIVEN.items()}
    given |= {"CORREQUESTS_HOME": str(home), "CORREQUESTS_USAGE_FOLDER": str(home / "usage")}
    os.environ.update(given)
    settings.cache_clear()
    config = settings()
    try:
        with clock(ticking):
            (home / "usage").mkdir(parents=True)
            migrate(config.database_url)
            with transaction(config.database_url) as session:
                _appoint(session)
            yield config
    finally:
        engine(config.database_url).dispose()
        for name in given:
            os.environ.pop(name, None)
        os.environ.update(ours)
        settings.cache_clear()


def _appoint(session: Session) -> None:
    """Two contract managers, each the deputy of the other, and the providers' designated submitters."""
    for one in OFFICERS:
        role = Role.VIEWER if one.role == "viewer" else Role.APPROVER
        users.save(session, user_name=one.user, name=one.name, email=one.email, role=role, password=None, by=BY)
    session.flush()
    managers = [one.user for one in OFFICERS if one.role != "viewer"]
    since = FIRST_DAY - timedelta(30)
    for number, home in enumerate(PROVIDERS):
        entries.appoint(session, home.key, managers[number % 2], BY)
        entries.depute(session, home.key, managers[1 - number % 2], since, BY)
        for person in home.submitters:
            entries.designate(session, home.key, person.name, person.email, since, BY)
