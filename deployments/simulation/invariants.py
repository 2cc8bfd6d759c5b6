"""What must be true whatever people do. Each check says in plain sentences what is broken; nothing said is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session, col, select

from db import audit, messages, papers, requests, tickets
from db.account_life import AccountState
from db.lifecycle import WAITING_FOR, State
from db.models import (
    Account,
    Clearance,
    Credential,
    CredentialState,
    Delivery,
    DirectoryEntry,
    Kind,
    Message,
    Notice,
    Outbox,
    Person,
    Request,
    TicketState,
)
from db.models.people import User
from db.models.requests import Question
from forms.schema import FormKind, Role
from tasks import mail_balance
from tasks.settings import Settings


def every_day(session: Session) -> Iterator[str]:
    """Cheap ones, each evening after the last round."""
    for user_name, state in session.exec(
        select(DirectoryEntry.user_name, Account.state)
        .join(Account, col(Account.user_name) == col(DirectoryEntry.user_name), isouter=True)
        .where(col(DirectoryEntry.enabled))
    ).all():
        if state is not AccountState.ACTIVE:
            yield f"{user_name} is enabled in the directory, and the registry says {state or 'nothing of it'}."
    yield from _departed(session)


def _departed(session: Session) -> Iterator[str]:
    """Nobody is active once a notice of departure was acted on, unless a person gave the access back later."""
    rows = session.exec(
        select(Account, Notice, Request)
        .join(Request, col(Request.account_id) == col(Account.id))
        .join(Notice, col(Notice.request_id) == col(Request.id))
        .where(
            col(Request.kind) == Kind.DEPARTURE,
            col(Notice.acted_at).is_not(None),
            col(Account.state) == AccountState.ACTIVE,
            col(Account.state_since) <= col(Notice.acted_at),
        )
    ).all()
    for account, _, request in rows:
        yield f"{account.user_name} is active after the departure {request.number}."


def at_the_end(session: Session, config: Settings, now: datetime, delivered: int) -> Iterator[str]:
    """All of them. `delivered`: how many different mails were laid into the inbox, our own canaries among them."""
    yield from every_day(session)
    yield from _entitled(session)
    yield from _once(session)
    yield from _mail(session, config, now, delivered)
    yield from _turns(session, config, now)
    yield from _directory(session)
    if broken := audit.verify(session):
        yield f"The audit chain is broken: link {broken.seq} {broken.what}."


def _entitled(session: Session) -> Iterator[str]:
    """Consent on file, approval by another person than the requester, and clearance."""
    active = select(Account).where(Account.state == AccountState.ACTIVE).order_by(col(Account.user_name))
    for account in session.exec(active).all():
        case = requests.get(session, account.request_id)
        consent = papers.of_request(session, case.id).get(FormKind.CONSENT)
        slots = {role: consent.signatures[role].final for role in Role if role in consent.signatures} if consent else {}
        if set(slots.values()) != {"ink"} or len(slots) != len(Role):
            yield f"{account.user_name} is active without a Consent Form signed twice in ink ({slots or 'none'})."
        by = [
            d.decided_by
            for d in requests.decisions(session, case.id)
            if d.question is Question.APPROVAL and d.outcome == "approve"
        ]
        approver = session.get(User, by[-1]) if by else None
        person = session.get_one(Person, account.person_id)
        if approver is None or approver.email in (case.requester_email, person.email):
            yield f"{account.user_name} is active without the approval of another person."
        if not session.exec(select(Clearance).where(Clearance.person_id == person.id)).first():
            yield f"{account.user_name} is active without a clearance."


def _once(session: Session) -> Iterator[str]:
    """No user ID twice, no two live accounts of a person, no ticket and no notice twice."""
    accounts = session.exec(select(Account)).all()
    for what, keys in (
        ("user ID", [a.user_name for a in accounts if a.user_name]),
        ("live account of person", [a.person_id for a in accounts if a.state is not AccountState.REMOVED]),
        ("live account of the address", _addresses(session, list(accounts))),
        ("letter", session.exec(select(Outbox.key)).all()),
        ("Message-ID", session.exec(select(Outbox.message_id)).all()),
    ):
        for key, times in Counter(keys).items():
            if times > 1:
                yield f"The {what} {key} exists {times} times."


def _addresses(session: Session, accounts: list[Account]) -> list[str]:
    live = [a.person_id for a in accounts if a.state is not AccountState.REMOVED]
    return [session.get_one(Person, person_id).email for person_id in live]


def _mail(session: Session, config: Settings, now: datetime, delivered: int) -> Iterator[str]:
    """Every mail is accounted for, and whatever is due has gone out."""
    books = mail_balance.books(session, config.zone, now, days=370)
    if not books.balanced:
        overdue = sum(day.overdue for day in books.days)
        yield f"Mails do not balance: {books.audited} audited, {books.on_file} on file, {overdue} overdue."
    if messages.total(session) != delivered:
        yield f"{delivered} different mails were delivered, {messages.total(session)} are on file."
    for row in session.exec(select(Outbox).where(col(Outbox.delivery).not_in([Delivery.SENT, Delivery.FAILED]))).all():
        yield f"The letter {row.key} was not sent: {row.delivery} {row.error}"
    inbox = [path for box in ("new", "cur") for path in ((config.maildir or config.home) / box).glob("*")]
    if inbox:
        yield f"{len(inbox)} mails still lie in the inbox."
    yield from _arrived(session, config)


def _arrived(session: Session, config: Settings) -> Iterator[str]:
    """Each letter that was sent lies once in each recipient's mailbox."""
    lying = Counter(box.name for box in (config.home / "outgoing").iterdir() for _ in (box / "cur").iterdir())
    lying += Counter(box.name for box in (config.home / "outgoing").iterdir() for _ in (box / "new").iterdir())
    sent = session.exec(select(Outbox).where(Outbox.delivery == Delivery.SENT)).all()
    wanted = Counter(to for row in sent for to in set(row.recipients) if to != config.mailbox_address)
    for address in sorted(set(lying) | set(wanted)):
        if lying[address] != wanted[address]:
            yield f"{address} was written {wanted[address]} letters and has {lying[address]}."


def _turns(session: Session, config: Settings, now: datetime) -> Iterator[str]:
    """No open case without somebody whose turn it is."""
    today = now.astimezone(config.zone).date()
    for case in requests.open_requests(session):
        if WAITING_FOR[case.state] == "correquests":
            yield f"{case.number} waits for the product itself ({case.state})."
        elif WAITING_FOR[case.state] == "contract manager" and not case.asked_of and not case.restricted:
            yield f"{case.number} ({case.state}) asks nobody."
        elif case.state is State.SCHEDULED and (case.due_on is None or case.due_on < today):
            yield f"{case.number} waited for {case.due_on}, and nothing happened."
        elif case.state is State.WITH_IT and not _open_ticket(session, case):
            yield f"{case.number} waits for IT, and IT has no open ticket."


def _open_ticket(session: Session, case: Request) -> bool:
    ticket = tickets.of_request(session, case.id)
    return ticket is not None and ticket.state is TicketState.OPEN


def _directory(session: Session) -> Iterator[str]:
    """Whoever is active and has picked up the password is enabled; no entry without an account."""
    entries = {e.user_name: e for e in session.exec(select(DirectoryEntry)).all()}
    accounts = {a.user_name: a for a in session.exec(select(Account)).all() if a.user_name}
    for name in sorted(set(entries) - set(accounts)):
        yield f"The directory has {name}, and the registry does not."
    for name, account in sorted(accounts.items()):
        entry = entries.get(name)
        if account.state is AccountState.ACTIVE and not (entry and entry.enabled) and not _never_seen(session, account):
            yield f"{name} is active in the registry, and not enabled in the directory."
        if account.directory_due:
            yield f"{name}: the directory has not followed."


def _never_seen(session: Session, account: Account) -> bool:
    """Whether the newest initial password was not picked up: then the entry waits for it."""
    query = select(Credential).where(Credential.account_id == account.id).order_by(col(Credential.id).desc())
    newest = session.exec(query).first()
    return newest is not None and newest.state is not CredentialState.VIEWED


def idle_too_long(session: Session, config: Settings, today: date, last: dict[str, date]) -> Iterator[str]:
    """After a night's run that was carried out: nobody is active past day 61, by the true days of use."""
    for account in session.exec(select(Account).where(Account.state == AccountState.ACTIVE)).all():
        since = account.state_since.astimezone(config.zone).date()
        used = last.get(account.user_name or "")
        idle = (today - max(since, used or since)).days
        if idle > config.lockout_days:
            yield f"{account.user_name} is active on day {idle} without use ({today})."


def canaries(session: Session, config: Settings) -> int:
    """How many mails of ours to ourselves came in again."""
    return len(session.exec(select(Message.id).where(Message.sender == config.mailbox_address)).all())
