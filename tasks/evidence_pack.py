"""What belongs into an evidence pack about a person, an account, a provider or a year, and the pack itself."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, SQLModel, col, or_, select

from db import audit, messages, register, requests, retention
from db.columns import utc_now
from db.models import (
    Account,
    Document,
    FieldRow,
    Outbox,
    Person,
    Provider,
    ReadingRow,
    Request,
    SignatureRow,
    Ticket,
)
from db.session import transaction
from tasks.explaining import explain, pages
from tasks.packing import Pack, add_chain
from tasks.settings import Settings, settings

CLAUSE = "III.B.1"
DESTROYING = "The records of this case are being destroyed (ICOTS 24.0).\n"


class About(StrEnum):
    """What a pack is about."""

    PERSON = "person"
    ACCOUNT = "account"
    PROVIDER = "provider"
    YEAR = "year"


class NothingFound(Exception):
    """Nothing on record fits. Give a user ID, a person's address, a provider's key or name, or a year."""


@dataclass
class Scope:
    """What goes into a pack."""

    title: str
    cases: list[Request]
    accounts: list[Account]
    year: int | None = None
    subjects: set[str] = field(default_factory=set)


def scope_of(session: Session, about: About, which: str) -> Scope:
    """Cases and accounts of the pack's subject. Raises `NothingFound`."""
    which = which.strip()
    match about:
        case About.ACCOUNT:
            account = session.exec(select(Account).where(Account.user_name == which.upper())).first()
            if account is None:
                raise NothingFound(NothingFound.__doc__)
            return _of_people(session, f"account {account.user_name}", [account.person_id])
        case About.PERSON:
            people = session.exec(select(Person).where(col(Person.email) == which.casefold())).all()
            if not people:
                raise NothingFound(NothingFound.__doc__)
            return _of_people(session, f"person {people[0].name}", [p.id for p in people if p.id])
        case About.PROVIDER:
            provider = register.provider_named(session, which)
            if provider is None:
                raise NothingFound(NothingFound.__doc__)
            return _of_provider(session, provider)
        case About.YEAR:
            if not re.fullmatch(r"20\d\d", which):
                raise NothingFound(NothingFound.__doc__)
            return _of_year(session, int(which))


def _of_people(session: Session, title: str, people: Sequence[int]) -> Scope:
    accounts = list(session.exec(select(Account).where(col(Account.person_id).in_(people))).all())
    about = or_(
        col(Request.person_id).in_(people),
        col(Request.account_id).in_([a.id for a in accounts]),
        col(Request.id).in_([a.request_id for a in accounts]),
    )
    return Scope(title, list(session.exec(select(Request).where(about).order_by(col(Request.number))).all()), accounts)


def _of_provider(session: Session, provider: Provider) -> Scope:
    cases = session.exec(
        select(Request).where(Request.provider_key == provider.key).order_by(col(Request.number))
    ).all()
    accounts = session.exec(select(Account).where(col(Account.request_id).in_([c.id for c in cases]))).all()
    return Scope(f"provider {provider.name}", list(cases), list(accounts))


def _of_year(session: Session, year: int) -> Scope:
    prefix = f"CR-{year}-"
    cases = session.exec(select(Request).where(col(Request.number).startswith(prefix)).order_by(col(Request.number)))
    return Scope(f"year {year}", list(cases.all()), list(session.exec(select(Account)).all()), year)


def write(session: Session, config: Settings, scope: Scope, path: Path, by: str, *, in_charge: bool) -> str:
    """Write the pack to `path` and return its digest. Restricted cases are left out unless `in_charge`."""
    pack = Pack(path)
    cases = [case for case in scope.cases if in_charge or not case.restricted]
    left_out = len(scope.cases) - len(cases)
    scope.subjects |= {case.number for case in cases}
    today = utc_now().astimezone(config.zone).date()
    for account in scope.accounts:
        if account.user_name:
            said = explain(session, account.user_name, today, config.zone, in_charge=in_charge)
            pack.add(f"accounts/{account.user_name}.md", pages(said).encode())
            scope.subjects |= {account.user_name, f"account-{account.id}"}
    for case in cases:
        scope.subjects |= _add_case(session, pack, case)
    made_at = utc_now().isoformat(timespec="seconds")
    head = add_chain(session, pack, scope.subjects, scope.year)
    facts = {"about": scope.title, "made_at": made_at, "made_by": by, "head": str(head), "restricted": str(left_out)}
    return pack.close(facts)


def _rows(rows: Sequence[SQLModel], *leave_out: str) -> list[dict[str, Any]]:
    return [row.model_dump(exclude=set(leave_out)) for row in rows]


def _add_case(session: Session, pack: Pack, case: Request) -> set[str]:
    """A case with its mails, papers, crops, decisions, tickets and what was sent; the subjects of its links."""
    home = f"cases/{case.number}"
    subjects: set[str] = set()
    pack.add_json(f"{home}/case.json", case.model_dump())
    if gone := retention.record_of(session, case.id):
        subjects.add(retention.name_of(gone))
        pack.add(f"{home}/DESTROYED.md", (gone.certificate or DESTROYING).encode())
    pack.add_json(f"{home}/decisions.json", _rows(requests.decisions(session, case.id)))
    for mail in messages.of_request(session, case.id):
        subjects.add(f"mail-{mail.id}")
        pack.add(f"{home}/mails/{mail.id}.eml", mail.raw)
        documents = session.exec(select(Document).where(Document.message_id == mail.id)).all()
        for document in documents:
            pack.add(f"{home}/papers/{document.id}-{_plain(document.file_name)}", document.content)
    _add_readings(session, pack, home, case)
    tickets = session.exec(select(Ticket).where(Ticket.request_id == case.id)).all()
    pack.add_json(f"{home}/tickets.json", _rows(tickets))
    for letter in session.exec(select(Outbox).where(Outbox.request_id == case.id)).all():
        pack.add(f"{home}/outgoing/{letter.key}.eml", letter.raw)
    return subjects


def _add_readings(session: Session, pack: Pack, home: str, case: Request) -> None:
    found: list[dict[str, Any]] = []
    for reading in session.exec(select(ReadingRow).where(ReadingRow.request_id == case.id)).all():
        fields = session.exec(select(FieldRow).where(FieldRow.reading_id == reading.id)).all()
        marks = session.exec(select(SignatureRow).where(SignatureRow.reading_id == reading.id)).all()
        for row in fields:
            pack.add(f"{home}/crops/field-{row.id}.png", row.crop)
        for mark in marks:
            pack.add(f"{home}/crops/signature-{mark.id}.png", mark.crop)
        found.append(
            reading.model_dump() | {"fields": _rows(fields, "crop"), "signatures": _rows(marks, "crop", "fingerprint")}
        )
    pack.add_json(f"{home}/readings.json", found)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[-80:] or "paper"


@task(cache_policy=NO_CACHE, task_run_name="pack evidence for {by}")
def pack_evidence(about: str, which: str, by: str) -> tuple[str, str]:
    """Write a pack below the home folder. Its name and digest; or the reason and an empty digest."""
    config = settings()
    folder = config.home / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        path, digest = make(config, About(about), which, by, folder, in_charge=False)
    except (NothingFound, ValueError):
        return str(NothingFound.__doc__), ""
    return path.name, digest


def make(config: Settings, about: About, which: str, by: str, folder: Path, *, in_charge: bool) -> tuple[Path, str]:
    """Write a pack into a folder under a name of its own, audited. Raises `NothingFound`, and then leaves no file."""
    with transaction(config.database_url) as session:
        scope = scope_of(session, about, which)
        stamp = f"{utc_now().astimezone(config.zone):%Y%m%d-%H%M%S}"
        path = folder / f"evidence-{about}-{_plain(which)}-{stamp}.zip"
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            draft = Path(scratch) / path.name
            digest = write(session, config, scope, draft, by, in_charge=in_charge)
            draft.replace(path)
        detail = {"about": scope.title, "sha256": digest, "file": path.name}
        audit.record(session, actor=by, action="evidence.packed", subject=path.name, clause=CLAUSE, detail=detail)
    return path, digest
