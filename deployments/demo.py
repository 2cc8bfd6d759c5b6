"""`correquests demo`: the product on the sample mails, with the people played by a script.

The contract manager's decisions go through the gateway and Prefect's own API, exactly as the browser's do; IT answers
by mail; staff members open their link and type the code that their submitter got. The registry is only read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from db import accounts, requests, tickets
from db.models import Account, Credential, Delivery, Disposition, Kind, Message, Outbox, Request
from db.session import transaction
from deployments.demo_people import ContractManager, ItDesk, StaffMember
from deployments.samples.envelopes import Sample
from deployments.samples.history import seed_accounts
from deployments.samples.mails import samples
from deployments.samples.safety_news import SUSPENSION
from deployments.samples.seed import seed
from deployments.up import House
from tasks.adapters.mailbox.maildir import drop
from tasks.settings import Settings

EXPECTED_STATES = {
    "fulfilled": "FULFILLED",
    "incomplete": "INCOMPLETE",
    "rejected": "REJECTED",
    "scheduled": "SCHEDULED",
    "under suspension": "UNDER_SUSPENSION",
    "filed": "FILED",
}


@dataclass
class Ending:
    """What became of one sample."""

    sample: Sample
    number: str = ""
    state: str = "not seen yet"
    user_id: str = ""
    password: str = ""
    mails: int = 0
    link: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether it ended as it should, credentials picked up included."""
        if self.state != EXPECTED_STATES[self.sample.expected]:
            return False
        if self.sample.on_record:
            return True
        return self.sample.expected != "fulfilled" or self.password == "picked up"  # noqa: S105


@dataclass
class Demo:
    """One run of the demonstration."""

    config: Settings
    stories: tuple[Sample, ...]
    manager: ContractManager
    desk: ItDesk
    staff: StaffMember
    delivered: set[str] = field(default_factory=set)

    def step(self) -> list[Ending]:
        """Everybody does what can be done now; then a look at where each story stands."""
        endings = [self._ending(s) for s in self.stories]
        self._begin(endings)
        self.manager.answer_what_waits(self._story_of_run())
        self.desk.answer_tickets()
        self.staff.pick_up()
        return [self._ending(s) for s in self.stories]

    def _begin(self, endings: list[Ending]) -> None:
        """Mails arrive, the second of a story when the first has been answered; what begins by a click is clicked."""
        assert self.config.maildir is not None
        for ending in endings:
            if ending.sample.suspends and ending.sample.key not in self.delivered:
                self.manager.suspend(ending.sample.suspends, "A call from the supervisor; the rest is looked into.")
                self.delivered.add(ending.sample.key)
            for number, mail in enumerate(ending.sample.mails, 1):
                name = f"sample-{ending.sample.key}-{number}"
                if name not in self.delivered and (number == 1 or ending.state == "INCOMPLETE"):
                    drop(self.config.maildir, mail.build(), name)
                    self.delivered.add(name)

    def _messages(self, session: Session, sample: Sample) -> list[Message]:
        ids = [m.message_id for m in sample.mails]
        return list(session.exec(select(Message).where(col(Message.message_id).in_(ids))).all())

    def _cases(self, session: Session, sample: Sample) -> list[Request]:
        ids = [m.request_id for m in self._messages(session, sample) if m.request_id]
        found = [requests.get(session, key) for key in dict.fromkeys(ids)]
        if sample.suspends:
            whose = select(Account.id).where(Account.user_name == sample.suspends)
            about = select(Request).where(Request.kind == Kind.VIOLATION, col(Request.account_id).in_(whose))
            found += session.exec(about).all()
        return found

    def _story_of_run(self) -> dict[str, Sample]:
        """Which story a flow run belongs to: what the contract manager recognises by the names on the papers."""
        with transaction(self.config.database_url) as session:
            cases = [(case, sample) for sample in self.stories for case in self._cases(session, sample)]
            return {case.flow_run_id: sample for case, sample in cases if case.flow_run_id}

    def _ending(self, sample: Sample) -> Ending:
        ending = Ending(sample)
        with transaction(self.config.database_url) as session:
            for message in self._messages(session, sample):
                ending.state = str(message.disposition)
            for case in self._cases(session, sample):
                self._read(session, ending, case)
        if len(sample.mails) > 1 and f"sample-{sample.key}-{len(sample.mails)}" not in self.delivered:
            ending.number = ""
        return ending

    def _read(self, session: Session, ending: Ending, request: Request) -> None:
        ending.number, ending.state = request.number, str(request.state)
        ending.link = f"{self.config.base_url}/v2/runs/flow-run/{request.flow_run_id}"
        account = accounts.of_case(session, request)
        ending.user_id = (account.user_name if account else None) or ""
        sent = select(Outbox).where(Outbox.request_id == request.id, Outbox.delivery == Delivery.SENT)
        ending.mails = len(session.exec(sent).all())
        credential = session.exec(select(Credential).where(Credential.request_id == request.id)).first()
        if credential:
            ending.password = "picked up" if credential.viewed_at else "waits"


def run(config: Settings, seconds: float, say: Callable[[str], None]) -> int:
    """Play all stories to their end. Returns the exit code: 0 only when all ended as expected."""
    began = time.monotonic()
    today = datetime.now(UTC).astimezone(config.zone).date()
    stories = (*samples(today), SUSPENSION)
    house = House(config)
    with house:
        with transaction(config.database_url) as session:
            given = seed(session)
            seed_accounts(session, today)
        say(f"up after {time.monotonic() - began:.0f} s at {config.base_url}; the sample mails are being delivered")
        manager = ContractManager.signed_in(config, "mreyes", given["mreyes"])
        demo = Demo(config, stories, manager, ItDesk(config), StaffMember(config))
        endings: list[Ending] = []
        settled_since: float | None = None
        while time.monotonic() - began < seconds:
            house.tend()
            endings = demo.step()
            quiet = all(e.as_expected for e in endings) and _all_sent(config)
            settled_since = (settled_since or time.monotonic()) if quiet else None
            if settled_since and time.monotonic() - settled_since > 3:  # nothing moves any more
                break
            time.sleep(1)
        for line in table(endings):
            say(line)
        ok = bool(endings) and all(e.as_expected for e in endings) and _tickets_closed(config)
        took = time.monotonic() - began
    say("")
    say(f"{'All ended as expected' if ok else 'NOT all ended as expected'}, after {took:.0f} s.")
    say(f"Look at it:  CORREQUESTS_HOME={config.home} correquests up --samples")
    return 0 if ok else 1


def _all_sent(config: Settings) -> bool:
    with transaction(config.database_url) as session:
        return session.exec(select(Outbox.id).where(Outbox.delivery != Delivery.SENT)).first() is None


def _tickets_closed(config: Settings) -> bool:
    """Each fulfilled request of the stories has its ticket, and no mail was left unsorted."""
    with transaction(config.database_url) as session:
        unsorted = session.exec(select(Message.id).where(Message.disposition == Disposition.STORED)).first()
        done = session.exec(
            select(Request).where(Request.state == "FULFILLED", col(Request.flow_run_id).is_not(None))
        ).all()
        asked = [r for r in done if r.kind not in (Kind.UNLOCK, Kind.LEAVE)]  # these two ask IT for nothing
        return unsorted is None and all(tickets.of_request(session, r.id) is not None for r in asked)


def table(endings: list[Ending]) -> list[str]:
    """The endings as a table, one line each, the link below."""
    head = ("sample mail", "case", "ended", "expected", "user ID", "password", "mails", "")
    rows: list[tuple[Any, ...]] = [
        (
            e.sample.title,
            e.number or "-",
            e.state.lower(),
            e.sample.expected,
            e.user_id or "-",
            e.password or "-",
            e.mails or "-",
            "ok" if e.as_expected else "WRONG",
        )
        for e in endings
    ]
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    lines = ["", "  ".join(str(c).ljust(w) for c, w in zip(head, widths, strict=True)).rstrip()]
    for row, ending in zip(rows, endings, strict=True):
        lines.append("  ".join(str(c).ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
        if ending.link:
            lines.append(f"    {ending.link}")
    return lines
