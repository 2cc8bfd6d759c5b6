"""Why an account is in its state, on any day."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from sqlmodel import select

from db.account_life import AccountEvent, change
from db.columns import clock, utc_now
from db.models import Account
from tasks.explaining import NoSuchAccount, explain, pages
from tests.factories import today
from tests.tasks.office import MANAGER, Office


def changed(office: Office, event: AccountEvent, clause: str, reason: str, days: int) -> None:
    later = (utc_now().astimezone(office.config.zone) + timedelta(days)).astimezone(UTC)  # by the clock on the wall
    with clock(lambda: later), office.session() as session:
        row = session.exec(select(Account)).one()
        change(session, row, event, by="correquests", clause=clause, reason=reason, case="CR-2026-000099")


@pytest.fixture
def user(office: Office) -> str:
    """An account that was issued, locked after 100 days, unlocked on the next and suspended on day 120."""
    office.fulfilled()
    changed(office, AccountEvent.LOCK, "III.C.3", "last used on 2026-03-01, 61 days ago", 100)
    changed(office, AccountEvent.UNLOCK, "III.C.3", "still needed: night shift", 101)
    changed(office, AccountEvent.SUSPEND, "III.C.6", "shared a password", 120)
    return office.account().user_name or ""


def line(office: Office, user: str, days: int, *, in_charge: bool = False) -> str:
    with office.session() as session:
        return explain(session, user, today() + timedelta(days), office.config.zone, in_charge=in_charge).line


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "was not issued yet"),
        (0, "was ACTIVE"),
        (99, "was ACTIVE"),
        (100, "was LOCKED"),
        (101, "was ACTIVE"),
        (119, "still needed: night shift (III.C.3; by correquests, case CR-2026-000099)"),
        (120, "was SUSPENDED"),
        (400, "was SUSPENDED"),
    ],
)
def test_the_state_on_any_day_in_one_line(office: Office, user: str, days: int, words: str) -> None:
    assert words in line(office, user, days)
    assert line(office, user, days).count("\n") == 0


def test_the_reason_of_a_restricted_case_is_for_those_in_charge(office: Office, user: str) -> None:
    assert "shared a password" not in line(office, user, 130)
    assert "the case is restricted" in line(office, user, 130)
    assert "CR-2026-000099" not in line(office, user, 130)
    assert "shared a password" in line(office, user, 130, in_charge=True)


def test_the_detail_names_decision_clearance_and_papers(office: Office, user: str) -> None:
    with office.session() as session:
        said = pages(explain(session, user.lower(), today(), office.config.zone))
    assert f"approve by {MANAGER}" in said
    assert "Security clearance of" in said
    assert "consent: " in said
    assert "SHA-256" in said
    assert "signatures: staff ink, supervisor ink" in said
    assert said.count("| REQUESTED |") == 1


def test_an_unknown_account_is_refused(office: Office) -> None:
    with office.session() as session, pytest.raises(NoSuchAccount):
        explain(session, "CX99998", date(2026, 1, 1), office.config.zone)
