"""The steps at work as the flows put them to work, and what people outside see of it."""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, SQLModel, col, select, update

from db import audit, outbox, papers, register, requests
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, Audit, Delivery, Message, Outbox, Request, Ticket
from db.papers import Paper
from db.session import transaction
from forms.reading import FormReading, Refusal
from tasks.accounts import fulfil, provision
from tasks.approval import assess_papers, form_of, show, take_answer
from tasks.intake import sort_message
from tasks.mail import due, send_one
from tasks.reminders import all_due
from tasks.settings import Settings, settings
from tests.factories import DESK, LAURA, Sender, access, consent, message, today

MANAGER, DEPUTY, VIEWER = "mreyes", "dokafor", "vlindqvist"
MARIA = "maria.reyes@mt.example"
RUN = "11111111-1111-1111-1111-111111111111"
Row = TypeVar("Row", bound=SQLModel)


class Office:
    """One registry, one home, one Maildir."""

    def __init__(self, url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url, self.home, self._patch = url, home, monkeypatch
        for name in [n for n in os.environ if n.startswith("CORREQUESTS_")]:
            monkeypatch.delenv(name)
        self.set(home=home, database_url=url)

    def set(self, **values: object) -> None:
        """Change settings as an operator does, by the environment."""
        for name, value in values.items():
            self._patch.setenv(f"CORREQUESTS_{name.upper()}", str(value))
        settings.cache_clear()

    @property
    def config(self) -> Settings:
        return settings()

    def session(self) -> AbstractContextManager[Session]:
        return transaction(self.url)

    # --- mail in ---

    def receive(self, sender: Sender | str, *forms: FormReading | Refusal, **more: Any) -> Message:
        """A mail is stored and sorted; the row afterwards."""
        with self.session() as session:
            row_id = message(session, sender, *forms, **more).id
        assert row_id is not None
        sort_message.fn(row_id)
        return self.mail(row_id)

    def mail(self, row_id: int) -> Message:
        with self.session() as session:
            return session.get_one(Message, row_id)

    def desk_says(self, text: str, **more: Any) -> Message:
        """The service desk answers the latest ticket mail."""
        ticket = self.letters("ticket")[-1]
        more = {"subject": f"RE: {ticket.subject}", "in_reply_to": [ticket.message_id], **more}
        return self.receive(DESK, text=text, **more)

    # --- a case on its way ---

    def open(self, sender: Sender = LAURA, *forms: FormReading | Refusal, **more: Any) -> str:
        """A mail opens a case: with both forms in order, unless others are given."""
        opened = self.receive(sender, *(forms or (consent(), access())), **more)
        assert opened.request_id is not None, opened.reason
        return opened.request_id

    def assess(self, request_id: str, run: str = RUN) -> State:
        return assess_papers.fn(request_id, run)

    def assessed(self, sender: Sender = LAURA, *forms: FormReading | Refusal, **more: Any) -> str:
        request_id = self.open(sender, *forms, **more)
        self.assess(request_id)
        return request_id

    def answer(self, request_id: str, by: str = MANAGER, **given: Any) -> Request:
        """Somebody fills in the form of the present question; the request afterwards."""
        filled = form_of(request_id, "the case").model_validate(given).model_dump()
        return self.answer_raw(request_id, filled, by)

    def answer_raw(self, request_id: str, given: dict[str, Any], by: str = MANAGER) -> Request:
        """An answer that may not have come by the form."""
        take_answer.fn(request_id, self.case(request_id).asking, given, by)
        return self.case(request_id)

    def approved(self, *forms: FormReading, **more: Any) -> str:
        request_id = self.assessed(LAURA, *forms)
        given = {"decision": "approve", "clearance_on": today().isoformat(), **more}
        assert self.answer(request_id, **given).state is State.APPROVED, self.case(request_id).problem
        return request_id

    def with_it(self, *forms: FormReading, **more: Any) -> str:
        request_id = self.approved(*forms, **more)
        provision.fn(request_id)
        assert self.case(request_id).state is State.WITH_IT
        return request_id

    def fulfilled(self, *forms: FormReading, says: str = "Done. INC0012345") -> str:
        request_id = self.with_it(*forms)
        self.desk_says(says)
        fulfil.fn(request_id)
        assert self.case(request_id).state is State.FULFILLED
        return request_id

    # --- time ---

    def keep_time(self, at: datetime | None = None) -> None:
        """The watcher's clock looks, now or at another instant."""
        all_due(self.config, at or utc_now())

    def waiting_since(self, request_id: str, at: datetime) -> None:
        """The present turn began at another instant."""
        with self.session() as session:
            session.execute(update(Request).where(col(Request.id) == request_id).values(waiting_since=at))

    # --- what is on record ---

    def case(self, request_id: str) -> Request:
        with self.session() as session:
            return requests.get(session, request_id)

    def rows(self, table: type[Row]) -> list[Row]:
        with self.session() as session:
            return list(session.exec(select(table)).all())

    def papers(self, request_id: str) -> dict[str, Paper]:
        with self.session() as session:
            return papers.of_request(session, request_id)

    def account(self) -> Account:
        (account,) = self.rows(Account)
        return account

    def ticket(self) -> Ticket:
        (ticket,) = self.rows(Ticket)
        return ticket

    def links(self, request_id: str) -> list[Audit]:
        """What the audit chain says of a request."""
        with self.session() as session:
            return audit.of_subject(session, self.case(request_id).number)

    def letters(self, purpose: str = "", request_id: str = "") -> list[Outbox]:
        """Mails that were written, oldest first."""
        rows = sorted(self.rows(Outbox), key=lambda r: r.id or 0)
        return [r for r in rows if purpose in ("", r.purpose) and request_id in ("", r.request_id)]

    def pages(self, request_id: str) -> dict[str, str]:
        return show.fn(request_id)

    def designate(self, sender: Sender, provider_key: str) -> None:
        with self.session() as session:
            register.designate(session, provider_key, sender.name, sender.email, today() - timedelta(30), "test")

    def work(self) -> dict[str, Any]:
        """The machine-readable part of the latest ticket mail."""
        (part,) = parsed(self.letters("ticket")[-1].raw).iter_attachments()
        found: dict[str, Any] = json.loads(part.get_content())
        return found

    # --- mail out ---

    def drain(self) -> list[str]:
        """As the flow `send_outbox` does."""
        return [send_one.fn(row_id) for row_id in due.fn()]

    def claim(self, row: Outbox) -> Outbox:
        """The first part of sending: the process dies after it."""
        assert row.id is not None
        with self.session() as session:
            taken = outbox.claim(session, row.id, utc_now(), timedelta(seconds=self.config.claim_seconds))
        assert taken is not None
        return taken

    def later(self, seconds: float = 121) -> None:
        """Time passes for what waits to be sent."""
        with self.session() as session:
            for row in session.exec(select(Outbox).where(col(Outbox.delivery) != Delivery.SENT)).all():
                shift = timedelta(seconds=seconds)
                row.due_at -= shift
                row.claimed_at = row.claimed_at - shift if row.claimed_at else None
                session.add(row)

    def mark_sent(self) -> None:
        """Forget the mails written so far."""
        with self.session() as session:
            session.exec(update(Outbox).values(delivery=Delivery.SENT))

    def delivered(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's mailbox."""
        return _mails(self.home / "outgoing" / address)

    def sent(self) -> list[EmailMessage]:
        return _mails(self.home / "mailbox" / ".Sent")


def _mails(box: Path) -> list[EmailMessage]:
    found = sorted(path for part in ("new", "cur") for path in (box / part).glob("*"))
    return [parsed(path.read_bytes()) for path in found]


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def text_of(row: Outbox) -> str:
    """The plain words of a letter as it was written."""
    return plain(parsed(row.raw))


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
