"""III.C.3 on the registry: exports are taken in, unused accounts are warned of and locked, exactly as it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from db import audit, lockouts, requests, usage
from db.account_life import AccountEvent, AccountState, change
from db.columns import clock, utc_now
from db.models import (
    Account,
    Affiliation,
    Audit,
    Entitlement,
    Kind,
    LockoutRun,
    LockoutState,
    Person,
    UsageImport,
)
from tasks.lockout import carry_out, make_plan, shown
from tasks.usage import take_in
from tests.factories import LAURA, OWEN
from tests.tasks.office import DEPUTY, MANAGER, Office, text_of

START = date(2026, 3, 1)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Half past two in the night of a day in Montana."""
    with clock(lambda: datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)):
        yield


def staff(office: Office, count: int, since: date = date(2026, 1, 5)) -> list[str]:
    """So many people at Nexus with active accounts CX00001, …"""
    names = [f"CX{n:05d}" for n in range(1, count + 1)]
    with office.session() as session, on(since):
        for n, name in enumerate(names, 1):
            case = requests.open_new(
                session, kind=Kind.NEW_ACCESS, requester_email=LAURA.email, requester_name=LAURA.name, at=utc_now()
            )
            person = Person(
                given_name="Pat", family_name=f"Staff{n}", name_key=f"staff{n}", email=f"p{n}@nexus.example"
            )
            session.add(person)
            session.flush()
            assert person.id is not None
            session.add(Affiliation(person_id=person.id, provider_key="nexus", position="clerk", starts_on=since))
            account = Account(person_id=person.id, request_id=case.id, user_name=name, entitlement=Entitlement.VIEW)
            account.state, account.issued_at = AccountState.ACTIVE, utc_now()
            session.add(account)
    return names


def export(office: Office, as_of: date, **uses: date | None) -> str:
    """An export that says when each account was last used; the code of the refusal."""
    lines = [f"{user},{day or ''}" for user, day in uses.items()]
    content = "\n".join(["user_id,last_access", *lines]).encode()
    return take_in(office.config, "test", f"usage-{as_of}.csv", content, "test").refusal


def state(office: Office, name: str) -> AccountState:
    return account(office, name).state


def account(office: Office, name: str) -> Account:
    with office.session() as session:
        return session.exec(select(Account).where(Account.user_name == name)).one()


def run(office: Office, by: str = "correquests") -> LockoutRun:
    """The night's run; the row afterwards."""
    number = make_plan.fn(by)
    carry_out.fn(number, by)
    return stored(office, number)


def stored(office: Office, number: int) -> LockoutRun:
    with office.session() as session:
        return session.get_one(LockoutRun, number)


@pytest.mark.parametrize(("issued", "code"), [(START, ""), (START - timedelta(1), "partial")])
def test_an_export_need_not_know_who_was_issued_on_its_own_day(office: Office, issued: date, code: str) -> None:
    staff(office, 2, since=issued)
    with on(START):
        assert export(office, START, CX00001=None) == code


def test_an_account_is_warned_twice_and_locked_on_day_61(office: Office) -> None:
    (name,) = staff(office, 1)
    with on(START):
        assert export(office, START, **{name: START}) == ""
    seen: dict[int, str] = {}
    for count in (1, 44, 45, 46, 54, 55, 56, 59, 60, 61, 62):
        today = START + timedelta(count)
        with on(today):
            assert export(office, today, **{name: START}) == ""
            if outcome := run(office).outcome:
                seen[count] = outcome[0]["due"]
    assert seen == {45: "warn", 55: "warn", 61: "lock"}
    assert state(office, name) is AccountState.LOCKED
    assert account(office, name).directory_due
    assert [row.recipients for row in office.letters("idle-warning")] == [["p1@nexus.example"]] * 2
    (told,), (submitters,) = office.letters("locked-out"), office.letters("locked-out-provider")
    assert told.recipients == ["p1@nexus.example"]
    assert submitters.recipients == sorted([LAURA.email, OWEN.email])
    assert "last used on 2026-03-01, 61 days ago" in text_of(told)


def test_a_run_that_was_missed_for_eight_days_catches_up(office: Office) -> None:
    names = staff(office, 2)
    with on(START):
        export(office, START, **dict.fromkeys(names, START))
    with on(START + timedelta(69)):
        today = START + timedelta(69)
        export(office, today, **{names[0]: START, names[1]: START + timedelta(16)})
        run(office)
    assert state(office, names[0]) is AccountState.LOCKED
    assert state(office, names[1]) is AccountState.ACTIVE
    assert len(office.letters("idle-warning")) == 1


def test_a_late_feed_locks_nobody_and_is_an_alarm(office: Office) -> None:
    (name,) = staff(office, 1)
    with on(START):
        export(office, START, **{name: START})
    with on(START + timedelta(70)):
        assert run(office).state is LockoutState.STALE
    assert state(office, name) is AccountState.ACTIVE
    assert len(office.letters("usage-stale")) == 1
    with on(START + timedelta(71)):
        export(office, START + timedelta(70), **{name: START})
        assert run(office).state is LockoutState.DONE
    assert state(office, name) is AccountState.LOCKED


def test_no_feed_at_all_locks_nobody(office: Office) -> None:
    (name,) = staff(office, 1)
    with on(date(2026, 9, 1)):
        assert run(office).state is LockoutState.STALE
    assert state(office, name) is AccountState.ACTIVE


@pytest.mark.parametrize("wrong", ["empty", "half", "doubled", "shifted back", "shifted on"])
def test_a_wrong_feed_locks_nobody(office: Office, wrong: str) -> None:
    names = staff(office, 8)
    good = {name: START + timedelta(n) for n, name in enumerate(names)}
    with on(START + timedelta(8)):
        assert export(office, START + timedelta(8), **good) == ""
    today = START + timedelta(9)
    lines = [f"{name},{day}" for name, day in good.items()]
    if wrong.startswith("shifted"):
        by = timedelta(-365 if wrong == "shifted back" else 365)
        lines = [f"{name},{day + by}" for name, day in good.items()]
    lines = {"empty": [], "half": lines[:4], "doubled": lines * 2}.get(wrong, lines)
    with on(today):
        content = "\n".join(["user_id,last_access", *lines]).encode()
        taken = take_in(office.config, "test", f"usage-{today}.csv", content, "test")
        assert taken.refusal
        assert taken.sentence in text_of(office.letters("usage-refused")[0]).replace("\n", " ")
        assert run(office).plan == []
    assert {state(office, name) for name in names} == {AccountState.ACTIVE}
    assert [row.refusal for row in office.rows(UsageImport)] == ["", taken.refusal]
    with on(START + timedelta(62)):  # and weeks later, without another file, nobody is locked either
        assert run(office).state is LockoutState.STALE


def test_the_same_file_counts_once(office: Office) -> None:
    (name,) = staff(office, 1)
    with on(START):
        assert export(office, START, **{name: START}) == ""
        assert export(office, START, **{name: START}) == "duplicate"
    assert len(office.rows(UsageImport)) == 1


def test_leave_and_suspension_are_passed_over_and_said(office: Office) -> None:
    names = staff(office, 3)
    with on(START):
        export(office, START, **dict.fromkeys(names, START))
        with office.session() as session:
            for name, event in ((names[0], AccountEvent.LEAVE), (names[1], AccountEvent.SUSPEND)):
                row = session.exec(select(Account).where(Account.user_name == name)).one()
                change(session, row, event, by="test", clause="III.B.3.a", reason="away")
    today = START + timedelta(61)
    with on(today):
        export(office, today, **dict.fromkeys(names, START))
        done = run(office)
        page = shown.fn(done.id or 0)
    assert [line["user_id"] for line in done.outcome] == [names[2]]
    assert "1 on leave until a day that is on record" in page
    assert "1 suspended pending a decision" in page
    assert f"| {names[2]} | 61 |" in page


def test_a_return_begins_a_new_count(office: Office) -> None:
    (name,) = staff(office, 1)
    with on(START):
        export(office, START, **{name: START})
    for day, event in ((10, AccountEvent.LEAVE), (58, AccountEvent.RETURN)):
        with on(START + timedelta(day)), office.session() as session:
            row = session.exec(select(Account).where(Account.user_name == name)).one()
            change(session, row, event, by="test", clause="III.B.3.a", reason="leave")
    for day, expected in ((61, AccountState.ACTIVE), (118, AccountState.ACTIVE), (119, AccountState.LOCKED)):
        with on(START + timedelta(day)):
            export(office, START + timedelta(day), **{name: START})
            run(office)
        assert state(office, name) is expected, day


def due(office: Office, count: int) -> list[str]:
    """So many accounts that are all to be locked today."""
    names = staff(office, count)
    export(office, START + timedelta(61), **dict.fromkeys(names, START))
    return names


def test_a_preview_does_nothing_and_the_real_run_does_just_that(office: Office) -> None:
    with on(START + timedelta(61)):
        names = due(office, 3)
        number = make_plan.fn(MANAGER)
        assert {state(office, n) for n in names} == {AccountState.ACTIVE}
        assert f"Preview {number}: nothing was done" in shown.fn(number)
        export(office, START + timedelta(62), **{names[0]: START})  # of tomorrow: refused
        with office.session() as session:
            usage.move(session, [(names[0], START + timedelta(60))])  # used between preview and run
        said = carry_out.fn(number, MANAGER)
        assert said == "2 × lock, 1 × skipped"
        assert [state(office, n) for n in names] == [AccountState.ACTIVE, AccountState.LOCKED, AccountState.LOCKED]
        assert "used, changed or warned since the preview" in shown.fn(number)
        assert carry_out.fn(number, MANAGER) == lockouts.AlreadyDone.__doc__
    with office.session() as session:
        assert audit.verify(session) is None
        (link,) = session.exec(select(Audit).where(Audit.action == "lockout.preview")).all()
    assert link.detail["digest"] == stored(office, number).digest


def test_a_preview_of_yesterday_is_not_carried_out(office: Office) -> None:
    with on(START + timedelta(61)):
        due(office, 1)
        number = make_plan.fn(MANAGER)
    with on(START + timedelta(62)):
        assert "Make a new preview" in carry_out.fn(number, MANAGER)
    assert stored(office, number).state is LockoutState.PREVIEW


def test_a_plan_that_was_changed_is_not_carried_out(office: Office) -> None:
    with on(START + timedelta(61)):
        names = due(office, 2)
        number = make_plan.fn(MANAGER)
        with office.session() as session:
            row = session.get_one(LockoutRun, number)
            row.plan = row.plan[:1]
            session.add(row)
        assert "digest does not fit" in carry_out.fn(number, MANAGER)
    assert {state(office, n) for n in names} == {AccountState.ACTIVE}


def test_too_many_at_once_wait_for_a_second_person(office: Office) -> None:
    with on(START + timedelta(61)):
        names = due(office, 7)
        assert run(office).state is LockoutState.HELD
        assert {state(office, n) for n in names} == {AccountState.ACTIVE}
        assert len(office.letters("lockout-held")) == 1
        number = make_plan.fn(MANAGER)
        assert "second person" in carry_out.fn(number, MANAGER)
        assert "second person" in carry_out.fn(number, "correquests")
        assert carry_out.fn(number, DEPUTY) == "7 × lock"
    assert {state(office, n) for n in names} == {AccountState.LOCKED}
    assert stored(office, number).done_by == DEPUTY
