"""The lockout run over many accounts, beside the bare statements that any such run must make, and how both grow."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from db.columns import utc_now
from db.models import Account, LockoutRun, UsageImport
from db.session import engine, transaction
from deployments.samples.seed import seed
from tests.registries import make

SIZES = (10_000, 100_000, 1_000_000)
DUE = 100
"""Accounts that are due to be locked, whatever the size; and as many to be warned."""


def fill(url: str, count: int, today: date) -> None:
    """So many people with an active account each, used on the last thirty days, but for those that are due."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
    then = "2020-01-01 12:00:00.000000"
    statements = (
        "INSERT INTO request (id, number, kind, state, requester_email, requester_name, staff_name, staff_name_key, "
        "subject, mail_text, terminated, restricted, waiting_since, reminded, asking, problem, flow_runs, opened_at) "
        f"{numbers} SELECT 'r' || i, 'CR-2020-' || i, 'NEW_ACCESS', 'FULFILLED', 'a@b', '', '', '', '', '', "
        f"0, 0, '{then}', 0, 1, '', 1, '{then}' FROM n",
        "INSERT INTO person (id, given_name, family_name, name_key, email, telephone, created_at) "
        f"{numbers} SELECT i, 'Pat', 'No' || i, 'no' || i, 'p' || i || '@nexus.example', '', '{then}' FROM n",
        "INSERT INTO affiliation (person_id, provider_key, position, starts_on) "
        f"{numbers} SELECT i, 'nexus', 'clerk', '2020-01-01' FROM n",
        "INSERT INTO account (person_id, request_id, user_name, entitlement, state, issued_at, state_since, "
        "state_reason, state_case, directory_due, warned_day, last_used_on) "
        f"{numbers} SELECT i, 'r' || i, 'CX' || i, 'VIEW', 'ACTIVE', '{then}', '{then}', '', '', 0, 0, "
        f"date('{today}', '-' || CASE WHEN i <= {DUE} THEN 61 WHEN i <= {2 * DUE} THEN 45 ELSE i % 30 END || ' days') "
        "FROM n",
        "CREATE TABLE floor (account_id INTEGER, at TEXT, what TEXT, digest TEXT)",
        "CREATE TABLE floor_mail (account_id INTEGER, raw BLOB)",
        "ANALYZE",
    )
    with engine(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    with transaction(url) as session:
        session.add(UsageImport(source="bench", file_name="x", sha256="x", content=b"", as_of=today, lines=count))


def bare(url: str, today: date) -> float:
    """Seconds of the statements alone: find them, lock and warn them, a line of proof and a mail for each."""
    began = time.perf_counter()
    days = {"late": str(today - timedelta(61)), "soon": str(today - timedelta(45))}
    with engine(url).begin() as connection:
        run = connection.execute
        active = "FROM account WHERE state = 'ACTIVE' AND state_since < '2026-01-01' AND"
        late = run(text(f"SELECT id, user_name {active} last_used_on <= :late"), days).all()
        soon = run(text(f"SELECT id, user_name {active} last_used_on <= :soon AND last_used_on > :late"), days).all()
        run(text("SELECT count(*) FROM account WHERE state = 'ACTIVE'")).all()
        for (number, _), state in [*((row, "LOCKED") for row in late), *((row, "ACTIVE") for row in soon)]:
            told = {"id": number, "state": state, "raw": b"x" * 8000, "digest": "0" * 64}
            run(text("UPDATE account SET state = :state, warned_day = 45 WHERE id = :id"), told)
            run(text("INSERT INTO floor VALUES (:id, '2026-01-01T00:00:00', :state, :digest)"), told)
            run(text("INSERT INTO floor_mail VALUES (:id, :raw)"), told)
        connection.rollback()
    return time.perf_counter() - began


def _measured(url: str, home: Path, answer: multiprocessing.Queue[tuple[float, float, float, int]]) -> None:
    os.environ |= {"CORREQUESTS_DATABASE_URL": url, "CORREQUESTS_HOME": str(home)}
    os.environ |= {"CORREQUESTS_LOCKOUT_GUARD_NUMBER": "1000", "CORREQUESTS_LOCKOUT_GUARD_SHARE": "1"}
    from tasks.lockout import carry_out, make_plan

    today = utc_now().astimezone().date()
    floor = bare(url, today)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    number = make_plan.fn("correquests")
    planned = time.perf_counter() - began
    carry_out.fn(number, "correquests")
    took = time.perf_counter() - began
    with transaction(url) as session:
        outcome = session.exec(select(LockoutRun)).one().outcome
        locked = len(session.exec(select(Account.id).where(Account.state == "LOCKED")).all())
    assert (len(outcome), locked) == (2 * DUE, DUE), (len(outcome), locked)
    answer.put((floor, planned, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))


def growth(folder: Path, sizes: tuple[int, ...] = SIZES) -> list[tuple[str, float, str, float]]:
    """Look at every account, then lock and warn the same few, at each size; each in a process of its own."""
    rows: list[tuple[str, float, str, float]] = []
    for size in sizes:
        home = folder / str(size)
        home.mkdir()
        url = f"sqlite:///{home}/registry.db"
        make(url, seed)
        fill(url, size, utc_now().astimezone().date())
        engine(url).dispose()
        spawn = multiprocessing.get_context("spawn")
        answer: multiprocessing.Queue[tuple[float, float, float, int]] = spawn.Queue()
        child = spawn.Process(target=_measured, args=(url, home, answer))
        child.start()
        floor, planned, took, memory = answer.get(timeout=600)
        child.join()
        rows.append((f"plan, {size:,} accounts", planned, f"all statements; memory +{memory // 1024} MiB", floor))
        rows.append((f"plan and lock {DUE}, warn {DUE}, {size:,}", took, "all statements", floor))
    return rows
