"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Enum
from sqlalchemy import types as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC instant. SQLite forgets time zones, so the zone is put back on the way out.

    Raises `ValueError` for a naive value: a time without a zone is a bug, not a time.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Check and normalise to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(kind: type[StrEnum]) -> Any:
    """A text column that holds the name of a member of `kind` and gives the member back."""
    return Enum(kind, native_enum=False, length=32, create_constraint=False)


def _wall() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _wall


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return _clock()


MONTANA = ZoneInfo("America/Denver")
"""Where the dates of the register count (settled question A4)."""


def montana_day() -> date:
    """The present day in Montana."""
    return utc_now().astimezone(MONTANA).date()


@contextmanager
def clock(read: Callable[[], datetime]) -> Iterator[None]:
    """Let another clock say what time it is, for a simulated year and for tests of boundaries; the whole process."""
    global _clock
    before, _clock = _clock, read
    try:
        yield
    finally:
        _clock = before
