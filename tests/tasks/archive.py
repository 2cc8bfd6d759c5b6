"""What the stories of the purge stand on: somebody who left years ago, with papers, mails, files and a pack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import LargeBinary, make_url
from sqlmodel import SQLModel, select

from db import register, retention
from db.account_life import AccountEvent, change
from db.columns import clock, utc_now
from db.models import Account, Message, Outbox, PurgeProposal
from db.session import engine
from tasks import purge_steps
from tasks.evidence_pack import About, make
from tests.factories import JANE, LAURA, message, today
from tests.tasks.office import MANAGER, Office

CANARIES = (JANE.name, JANE.email, JANE.telephone)
LATER = timedelta(days=6 * 366)


@contextmanager
def years_later(more: timedelta = timedelta()) -> Iterator[None]:
    then = utc_now() + LATER + more
    with clock(lambda: then):
        yield


def departed(office: Office) -> str:
    """Jane had access, left, and everything that is kept of it lies where it does at work; the first case's id."""
    request_id = office.fulfilled()
    number = office.case(request_id).number
    with office.session() as session:
        account = session.exec(select(Account)).one()
        change(session, account, AccountEvent.DISABLE, by=MANAGER, clause="III.B.3", reason=f"{JANE.name} left")
        register.leave_facility(session, account.person_id, "nexus", today(), MANAGER, number)
        mails = session.exec(select(Message)).all()
        for mail in mails:  # the factory's mails have no bytes of their own
            mail.raw = f"Message-ID: {mail.message_id}\r\nFrom: {mail.sender}\r\n\r\n{JANE.name}".encode()
            session.add(mail)
            processed = office.home / "mailbox" / ".Processed" / "cur"
            processed.mkdir(parents=True, exist_ok=True)
            (processed / f"{mail.id}:2,S").write_bytes(mail.raw)
    office.drain()
    (office.home / "evidence").mkdir()
    make(office.config, About.PERSON, JANE.email, "auditor", office.home / "evidence", in_charge=False)
    (office.home / "logs").mkdir()
    (office.home / "logs" / "watcher.log").write_text(f"one line\nsent to {JANE.email} for {JANE.name}\nthe end\n")
    return request_id


def in_rows(office: Office) -> set[str]:
    """Columns that hold a canary."""
    found = set()
    with engine(office.url).begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in connection.execute(table.select()).mappings():
                for column in table.columns:
                    value = row[column.name]
                    text = bytes(value).decode("latin-1") if isinstance(column.type, LargeBinary) else str(value)
                    if any(canary in text for canary in CANARIES):
                        found.add(f"{table.name}.{column.name}")
    return found


def in_files(office: Office) -> set[str]:
    """Files below home, and the registry's own, that hold a canary in their bytes or in their path."""
    paths = [p for p in office.home.rglob("*") if p.is_file()]
    if office.url.startswith("sqlite"):
        registry = Path(str(make_url(office.url).database))
        paths += [p for p in registry.parent.glob(f"{registry.name}*") if p.is_file()]
    found = set()
    for path in paths:
        said = str(path).encode() + path.read_bytes()
        if any(canary.encode() in said for canary in CANARIES):
            found.add(path.name)
    return found


def proposed(office: Office) -> PurgeProposal:
    assert "PURGE-" in purge_steps.propose.fn("correquests")
    (found,) = office.rows(PurgeProposal)
    return found


def notice(office: Office) -> Outbox:
    (found,) = office.letters("purge-notice")
    return found


def answered(office: Office, text: str = "We permit the destruction.", **more: object) -> int:
    """Laura answers the notice."""
    with office.session() as session:
        row = message(session, LAURA, text=text, subject="RE: records", in_reply_to=[notice(office).message_id])
        row.raw, row.received_at = text.encode(), utc_now()
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def permitted(office: Office) -> int:
    """A proposal with notice and permission; its number."""
    number = proposed(office).id
    assert number is not None
    assert "notice goes to" in purge_steps.notify.fn(number, MANAGER)
    answered(office)
    assert "is on file" in purge_steps.permit.fn(number, "nexus", 0, True, MANAGER)
    return number


def state(office: Office, number: int) -> str:
    with office.session() as session:
        return retention.get(session, number).state
