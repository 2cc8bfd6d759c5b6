"""The lockout run over many accounts, beside bare SQL, and how both grow.

Two floors: the statements that any such run must make, written by hand; and every statement that the run itself made,
with its values, replayed through the driver alone. The first asks whether it does too much, the second what is added.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlmodel import select

from db.columns import utc_now
from db.models import Account, LockoutRun, UsageImport
from db.session import engine, transaction
from deployments.samples.seed import seed
from tests.registries import make

SIZES = (10_000, 100_000, 1_000_000)
DUE = 25
"""Accounts that are due to be locked, whatever the size, and as many to be warned: the most that a run does by itself
(`CORREQUESTS_LOCKOUT_GUARD_NUMBER`); more needs a second person."""

Statement = tuple[str, Any, bool]
"""SQL, its values, and whether they are many rows of values."""


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


def replayed(database: Path, made: list[Statement]) -> float:
    """Seconds of these very statements through the driver alone, every row fetched, in one transaction."""
    with closing(sqlite3.connect(database)) as connection:
        began = time.perf_counter()
        for statement, values, many in made:
            (connection.executemany if many else connection.execute)(statement, values).fetchall()
        connection.commit()
        return time.perf_counter() - began


Figures = tuple[float, float, float, float, int]
"""Seconds by hand, of the plan, of plan and carrying out, and replayed; and the memory of it all in KiB."""


def _measured(url: str, home: Path) -> Figures:
    os.environ |= {"CORREQUESTS_DATABASE_URL": url, "CORREQUESTS_HOME": str(home)}
    from tasks.lockout import carry_out, make_plan

    today = utc_now().astimezone().date()
    floor = bare(url, today)
    with closing(sqlite3.connect(home / "registry.db")) as now, closing(sqlite3.connect(home / "replay.db")) as copy:
        now.backup(copy)
    made: list[Statement] = []

    @event.listens_for(engine(url), "before_cursor_execute")
    def keep(connection: object, cursor: object, said: str, values: Any, context: object, many: bool) -> None:
        if said != "BEGIN IMMEDIATE":
            made.append((said, values, many))

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
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return floor, planned, took, replayed(home / "replay.db", made), memory


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
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as child:
            floor, planned, took, again, memory = child.submit(_measured, url, home).result()
        rows.append((f"plan {size:,} accounts", planned, f"SQL by hand, +{memory // 1024} MiB", floor))
        rows.append((f"plan, lock {DUE}, warn {DUE} of {size:,}", took, "SQL by hand", floor))
        rows.append((f"plan, lock {DUE}, warn {DUE} of {size:,}", took, "its own SQL, replayed", again))
    return rows
