"""The registry as a whole: settings of SQLite, migrations that match the models, times that keep their zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel

from db import outbox, register
from db.columns import utc_now
from db.migrate import upgrade
from db.models import Delivery, DesignatedSubmitter, Message, Outbox, Person, Provider
from db.session import engine, transaction


def test_sqlite_is_opened_safely(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/registry.db"
    with engine(url).connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_migrations_make_what_the_models_say(registry: str) -> None:
    with engine(registry).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(registry: str) -> None:
    upgrade(registry)
    with transaction(registry) as session:
        assert session.get(Provider, "nexus") is not None


def test_entry_is_in_six_of_the_eight_contracts(registry: str) -> None:
    with transaction(registry) as session:
        providers = [session.get_one(Provider, key) for key in ("alternatives", "butte", "gallatin", "helena",
                     "passages", "elkhorn", "nexus", "start")]  # fmt: skip
        assert all(p.clause_1_7_100 for p in providers)
        assert {p.key for p in providers if not p.clause_1_7_200} == {"alternatives", "passages"}


def test_foreign_keys_hold(registry: str) -> None:
    with pytest.raises(IntegrityError), transaction(registry) as session:
        session.add(DesignatedSubmitter(provider_key="nowhere", name="x", email="x@y", starts_on=utc_now().date()))


def test_times_come_back_in_utc_and_naive_ones_are_refused(registry: str) -> None:
    denver = timezone(timedelta(hours=-7))
    with transaction(registry) as session:
        session.add(
            Person(given_name="J", family_name="D", name_key="d j", email="j@d.example",
                   created_at=datetime(2026, 11, 1, 1, 30, tzinfo=denver))
        )  # fmt: skip
    with transaction(registry) as session:
        person = register.people_named(session, "d j", "")[0]
        assert person.created_at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
        assert person.created_at.tzinfo is UTC
    with pytest.raises(StatementError, match="without a zone"), transaction(registry) as session:
        session.add(Message(digest="x", raw=b"", received_at=datetime(2026, 1, 1)))


@pytest.mark.parametrize(
    ("first", "last", "on", "known"),
    [(-10, None, 0, True), (-10, 0, 0, True), (-10, -1, 0, False), (1, None, 0, False), (0, None, 0, True)],
)
def test_designation_counts_from_its_first_to_its_last_day(
    registry: str, first: int, last: int | None, on: int, known: bool
) -> None:
    today = utc_now().date()
    with transaction(registry) as session:
        session.add(
            DesignatedSubmitter(
                provider_key="nexus", name="Pat", email="pat@nexus.example", starts_on=today + timedelta(first),
                ends_on=None if last is None else today + timedelta(last),
            )
        )  # fmt: skip
    with transaction(registry) as session:
        found = register.designations(session, "Pat@Nexus.example", today + timedelta(on))
        assert [d.provider_key for d in found] == (["nexus"] if known else [])


LASTS = timedelta(minutes=2)


def mail(key: str) -> Outbox:
    return Outbox(key=key, purpose="x", message_id=f"<{key}@mt.example>", recipients=["a@b"], raw=b"raw")


def test_the_outbox_gives_each_mail_to_one_drainer(registry: str) -> None:
    now = utc_now()
    with transaction(registry) as session:
        outbox.put(session, mail("CR-1.a.1"))
    with transaction(registry) as session:
        (number,) = outbox.due(session, utc_now(), LASTS)
        taken = outbox.claim(session, number, now, LASTS)
        assert taken is not None
        assert taken.attempts == 1
    with transaction(registry) as session:
        assert outbox.claim(session, number, now, LASTS) is None, "somebody has it"
        assert outbox.due(session, now, LASTS) == []
        later = now + LASTS
        assert outbox.due(session, later, LASTS) == [number], "a claim that ran out is due again"
        again = outbox.claim(session, number, later, LASTS)
        assert again is not None
        assert again.attempts == 2
        outbox.mark(session, number, Delivery.SENT)
    with transaction(registry) as session:
        assert outbox.due(session, later + timedelta(days=9), LASTS) == []


def test_a_repeated_step_writes_no_second_mail(registry: str) -> None:
    with transaction(registry) as session:
        outbox.put(session, mail("CR-1.a.1"))
    with pytest.raises(IntegrityError), transaction(registry) as session:
        outbox.put(session, mail("CR-1.a.1"))
