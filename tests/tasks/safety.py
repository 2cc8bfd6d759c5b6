"""What the stories of resets, reviews and violations stand on: an account in use, a mail that opens a case."""

from __future__ import annotations

from pydantic import SecretStr
from sqlmodel import select

from db.account_life import AccountEvent, change
from db.models import Account, DirectoryEntry, Kind, Message, Request
from tasks import sorting
from tasks.adapters.directory.local import LocalDirectory
from tests.factories import LAURA, Sender, message
from tests.tasks.office import Office

USER = "CX10001"
OLD = "Not-the-Real-1-Word"


def in_use(office: Office) -> str:
    """Jane's account with a password that she has set; the id of the request that led to it."""
    request_id = office.fulfilled()
    LocalDirectory(office.url).set_initial_password(USER, SecretStr(OLD))
    office.drain()
    return request_id


def changed(office: Office, event: AccountEvent) -> None:
    """The account goes another way, and the directory knows it."""
    with office.session() as session:
        account = session.exec(select(Account)).one()
        change(session, account, event, by="test", clause="III.C.3", reason="test")
        account.directory_due = False
        session.add(account)
    directory = LocalDirectory(office.url)
    directory.enable(USER) if event is AccountEvent.UNLOCK else directory.disable(USER)


def mailed(
    office: Office,
    kind: Kind,
    text: str,
    *,
    sender: Sender | str = LAURA,
    subject: str = "OMS",
    staff_name: str = "",
    assess: bool = True,
) -> str:
    """A mail that opens a case of that kind, assessed; the case's id."""
    with office.session() as session:
        row = message(session, sender, text=text, subject=subject)
        session.flush()
        mail = session.get_one(Message, row.id)
        case = sorting.open_case(session, office.config, mail, kind, "sorted by the test", staff_name=staff_name)
    if assess:
        office.assess(case.id)
    return case.id


def entry(office: Office) -> DirectoryEntry:
    return next(e for e in office.rows(DirectoryEntry) if e.user_name == USER)


def of_kind(office: Office, kind: Kind) -> list[Request]:
    return [r for r in office.rows(Request) if r.kind is kind]
