"""Which case a mail continues: by what it answers, then by the number in its subject, and otherwise only as a hint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from db import outbox, register
from db.lifecycle import OPEN
from db.models import Kind, Message, Request
from tasks.policy.tokens import bare_numbers, numbers_with_check


@dataclass(frozen=True)
class Thread:
    """What a mail seems to continue.

    `case` is joined without asking. `suggestion` says to a person what it may belong to. `closed` is the reason for
    filing an answer to a case that is closed.
    """

    case: Request | None = None
    suggestion: str = ""
    closed: str = ""


def of(session: Session, message: Message, today: date) -> Thread:
    """What this mail continues (RFC 5322 3.6.4). Only a sender whom the case knows joins it without a person."""
    answered = _answered(session, message)
    checked = [c for n in numbers_with_check(message.subject) if (c := _numbered(session, n))]
    named = [c for n in bare_numbers(message.subject) if (c := _numbered(session, n))]
    case = answered or next(iter(checked or named), None)
    if case is None:
        return Thread()
    if case.state not in OPEN:
        return Thread(closed=f"about {case.number}, which is closed")
    if not _knows(session, case, message.sender, today):
        return Thread(suggestion=f"It seems to belong to {case.number}, but its sender is nobody whom that case knows.")
    if case is answered or case in checked:
        return Thread(case=case)
    return Thread(suggestion=f"It names {case.number} without its check digits. It may belong there.")


def _answered(session: Session, message: Message) -> Request | None:
    ours = outbox.of_message_id(session, message.in_reply_to)
    return session.get(Request, ours.request_id) if ours and ours.request_id else None


def _numbered(session: Session, number: str) -> Request | None:
    case = session.exec(select(Request).where(Request.number == number)).first()
    return case if case and case.kind is not Kind.MAIL else None


def _knows(session: Session, case: Request, sender: str, today: date) -> bool:
    """The requester, or somebody whom the case's provider has designated (III.B.2)."""
    if sender == case.requester_email:
        return True
    designated = {d.provider_key for d in register.designations(session, sender, today)}
    return case.provider_key in designated
