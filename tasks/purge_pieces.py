"""What is destroyed of a subject: rows with their columns, files, links of the audit chain. Found first, done later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, String, cast
from sqlmodel import Session, SQLModel, col, or_, select

from db import audit, messages, retention
from db.models import (
    Account,
    Affiliation,
    Audit,
    Credential,
    Decision,
    DirectoryEntry,
    Document,
    EarlierRecord,
    FieldRow,
    IdentityVerdict,
    MailCase,
    Message,
    Notice,
    Outbox,
    Person,
    PurgePiece,
    ReadingRow,
    Request,
    SignatureRow,
    SuspensionOrder,
    Ticket,
)
from tasks.policy.retention import Schedule
from tasks.purge_scope import Scope

GONE = "(destroyed)"
AUDIT, FILE, LOGS, PREFECT, DATABASE = "audit", "file", "logs", "prefect", "database"


@dataclass(frozen=True)
class Emptied:
    """A table whose rows are emptied: which columns, and what stands there afterwards. `main` is digested alone."""

    table: type[SQLModel]
    columns: dict[str, Any]
    main: str = ""


EMPTIED = {
    str(e.table.__tablename__): e
    for e in (
        Emptied(FieldRow, {"value": "", "corrected_value": None, "crop": b""}),
        Emptied(SignatureRow, {"evidence": [], "crop": b"", "fingerprint": b""}),
        Emptied(Document, {"content": b"", "file_name": GONE, "refusal_sentence": ""}, "content"),
        Emptied(MailCase, {"text": GONE}),
        Emptied(
            Message,
            {"raw": b"", "sender": "", "sender_name": "", "subject": GONE, "text": "", "facts": {}, "in_reply_to": [],
             "message_id": "", "reason": ""},
            "raw",
        ),
        Emptied(Outbox, {"raw": b"", "subject": GONE, "recipients": [], "error": ""}, "raw"),
        Emptied(Ticket, {"note": ""}),
        Emptied(Decision, {"reason": GONE, "findings": []}),
        Emptied(Notice, {"form_values": {}, "form": b""}),
        Emptied(IdentityVerdict, {"asked_about": "", "reason": GONE, "evidence": []}),
        Emptied(SuspensionOrder, {"whom": GONE, "reason": "", "outcome": "", "candidates": []}),
        Emptied(Credential, {"link_hash": None, "code_hash": None, "void_reason": ""}),
        Emptied(DirectoryEntry, {"password_hash": "", "enabled": False}),
        Emptied(Account, {"state_reason": GONE}),
        Emptied(Affiliation, {"position": GONE}),
        Emptied(
            Request,
            {"requester_email": "", "requester_name": "", "staff_name": GONE, "staff_name_key": "", "subject": GONE,
             "mail_text": "", "problem": ""},
        ),
        Emptied(
            EarlierRecord,
            {"given_name": "", "family_name": "", "name_key": "", "email": "", "telephone": "", "source": ""},
        ),
        Emptied(Person, {"given_name": GONE, "family_name": "", "name_key": GONE, "email": "", "telephone": ""}),
    )
}  # fmt: skip
"""The rows that are emptied, by table, in this order: whatever tells who somebody was comes last. What is left of a row
are numbers, days, states, user IDs and who of the Department decided: the skeleton that an account is explained by."""


def digest(values: Any) -> str:
    """SHA-256 over bytes, or over the canonical JSON of values."""
    if not isinstance(values, bytes):
        values = json.dumps(values, sort_keys=True, default=_plain, ensure_ascii=False).encode()
    return hashlib.sha256(values).hexdigest()


def _plain(value: Any) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


@dataclass
class Found:
    """What there is to destroy. `left`: what is not, and why, without names."""

    rows: list[tuple[Schedule, SQLModel]]
    left: list[str]

    def of(self, table: type[SQLModel]) -> list[Any]:
        """The rows of one table."""
        return [row for _, row in self.rows if isinstance(row, table)]


def find(scope: Scope) -> Found:
    """The rows with their schedules; of a case without a person all papers belong to its ticket (GS-6 item 10)."""
    papers = Schedule.AUTHORISATION if scope.people else Schedule.TICKET
    found = Found([], [])
    rows: list[tuple[Schedule, SQLModel]] = [(papers, row) for row in _papers(scope, found.left)]
    rows += [(Schedule.TICKET, row) for row in scope.tickets]
    rows += [(Schedule.TICKET if r.purpose.startswith("ticket") else papers, r) for r in _letters(scope)]
    rows += [(papers, row) for row in _records(scope)]
    order = {name: n for n, name in enumerate(EMPTIED)}
    found.rows = sorted(rows, key=lambda r: order[str(r[1].__tablename__)])
    return found


def _all(session: Session, table: type[Any], column: Any, values: Iterable[Any]) -> list[Any]:
    return list(session.exec(select(table).where(col(column).in_(list(values)))).all())


def _papers(scope: Scope, left: list[str]) -> list[SQLModel]:
    """Mails with their attachments, and what was read from them."""
    session, ids = scope.session, {c.id for c in scope.cases}
    mails = {m.id: m for case in ids for m in session.exec(select(Message).where(messages.about(case))).all()}
    addresses = [p.email for p in scope.people if p.email]
    mails |= {m.id: m for m in _all(session, Message, Message.sender, addresses)}
    rows: list[SQLModel] = []
    for mail in mails.values():
        if why := _kept(scope, mail, ids):
            left.append(why)
            continue
        rows += [mail, *_all(session, Document, Document.message_id, [mail.id])]
    rows += _all(session, MailCase, MailCase.request_id, ids)
    readings = _all(session, ReadingRow, ReadingRow.request_id, ids)
    gone = [r.id for r in rows if isinstance(r, Document)]
    readings += [r for r in _all(session, ReadingRow, ReadingRow.document_id, gone) if r.request_id not in ids]
    marks = [r.id for r in readings]
    return [*rows, *_all(session, FieldRow, FieldRow.reading_id, marks),
            *_all(session, SignatureRow, SignatureRow.reading_id, marks)]  # fmt: skip


def _kept(scope: Scope, mail: Message, ids: set[str]) -> str:
    """Why a mail stays although it is about this subject; empty when it goes."""
    assert mail.id is not None
    if retention.is_permission(scope.session, mail.id):
        return f"mail-{mail.id}: it is the written permission for a destruction"
    others = [c for c in messages.cases(scope.session, mail.id) if c not in ids]
    alive = [c for c in others if not retention.destroyed(scope.session, "request", c)]
    if not alive:
        return ""
    numbers = ", ".join(c.number for c in _all(scope.session, Request, Request.id, alive))
    return f"mail-{mail.id}: it is also about {numbers}"


def _letters(scope: Scope) -> list[Outbox]:
    """Mails that we wrote: of the cases, and those without a case about the accounts or to the person."""
    session = scope.session
    rows = {r.id: r for r in _all(session, Outbox, Outbox.request_id, [c.id for c in scope.cases])}
    own = [col(Outbox.key).startswith(f"{user_id}.") for user_id in scope.user_ids]
    own += [cast(col(Outbox.recipients), String).contains(f'"{p.email}"') for p in scope.people if "@" in p.email]
    if own:
        loose = select(Outbox).where(col(Outbox.request_id).is_(None), or_(*own))
        rows |= {r.id: r for r in session.exec(loose).all()}
    return list(rows.values())


def _records(scope: Scope) -> list[SQLModel]:
    """What was noted about cases, accounts and people."""
    session = scope.session
    cases, people = [c.id for c in scope.cases], [p.id for p in scope.people]
    accounts = [a.id for a in scope.accounts]
    return [
        *_all(session, Decision, Decision.request_id, cases),
        *_all(session, Notice, Notice.request_id, cases),
        *_all(session, IdentityVerdict, IdentityVerdict.request_id, cases),
        *_all(session, SuspensionOrder, SuspensionOrder.request_id, cases),
        *_all(session, Credential, Credential.account_id, accounts),
        *_all(session, DirectoryEntry, DirectoryEntry.user_name, scope.user_ids),
        *scope.accounts,
        *scope.affiliations,
        *scope.cases,
        *_all(session, EarlierRecord, EarlierRecord.person_id, people),
        *scope.people,
    ]


def key_of(row: SQLModel) -> str:
    """The primary key of a row, as text."""
    columns = type(row).__table__.primary_key.columns  # type: ignore[attr-defined]
    return "|".join(str(getattr(row, c.name)) for c in columns)


def row_of(session: Session, place: str, key: str) -> SQLModel:
    """The row of a piece."""
    table = EMPTIED[place].table
    columns = table.__table__.primary_key.columns  # type: ignore[attr-defined]
    kinds: list[Callable[[str], Any]] = [int if isinstance(c.type, Integer) else str for c in columns]
    return session.get_one(table, tuple(kind(part) for kind, part in zip(kinds, key.split("|"), strict=True)))


def piece_of(proposal_id: int, schedule: Schedule, row: SQLModel) -> PurgePiece:
    """A row as a piece, with the digest of what will be destroyed of it."""
    place = str(row.__tablename__)
    what = EMPTIED[place]
    values = {name: getattr(row, name) for name in what.columns}
    main = values[what.main] if what.main else None
    size = len(main) if main is not None else sum(len(v) for v in values.values() if isinstance(v, str | bytes))
    return PurgePiece(
        proposal_id=proposal_id, schedule=schedule, place=place, key=key_of(row), size=size,
        sha256=digest(main if main is not None else values),
    )  # fmt: skip


def empty(session: Session, piece: PurgePiece) -> None:
    """Empty a row in the caller's transaction."""
    row = row_of(session, piece.place, piece.key)
    for name, blank in EMPTIED[piece.place].columns.items():
        setattr(row, name, blank)
    if isinstance(row, Person):  # nobody who is looked for by name or address is found here
        row.name_key = row.email = f"destroyed-{row.id}"
    session.add(row)


# --- the audit chain ---


def links(scope: Scope, found: Found) -> list[Audit]:
    """Links about the subject, or that carry its person's names and addresses, with anything that can be emptied."""
    subjects = scope.audited | {f"mail-{m.id}" for m in found.of(Message)}
    named = [cast(col(Audit.detail), String).contains(json.dumps(word)[1:-1]) for word in scope.words]
    named += [col(Audit.actor).in_(scope.words)]
    query = select(Audit).where(or_(col(Audit.subject).in_(subjects), *named), col(Audit.salt) != "")
    rows = session_rows(scope.session, query)
    return [r for r in rows if not r.action.startswith(("purge.", "hold."))]


def session_rows(session: Session, query: Any) -> list[Audit]:
    """The links of a query in their order."""
    return list(session.exec(query.order_by(col(Audit.seq))).all())


def empty_link(session: Session, seq: int, words: Sequence[str], ours: frozenset[str]) -> bool:
    """Empty a link; who of the Department acted stays, and so does a subject that names nobody."""
    row = session.get_one(Audit, seq)
    actor = row.actor if row.actor in ours else GONE
    named = [*words, *(w.replace("@", "_") for w in words)]
    subject = GONE if any(w in row.subject for w in named) else row.subject
    emptied = audit.empty(row, actor, subject)
    session.add(row)
    session.flush()  # while the piece is not noted as done: the database lets no other link be changed
    return emptied
