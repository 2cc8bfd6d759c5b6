"""III.C.6: the part of a suspension that is one transaction. After it nothing can be granted to that person.

The account is suspended, its unseen initial passwords are void, and whatever was asked for the person is stopped. What
must follow outside, in the directory and at IT, is written down in the same transaction by the caller.
"""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from db import credentials, papers
from db.account_life import AccountEvent, AccountState, change
from db.lifecycle import MOVES, Event, advance
from db.models import Account, Person
from db.models.papers import FieldRow, ReadingRow
from db.models.requests import Kind, Request

CLAUSE = "III.C.6"
REASON = "suspended by the contract manager until a violation is decided on"
"""What is said of the account wherever it is explained; what is reported stands in the restricted case alone."""
STOPPED = "The account of this person was suspended, so nothing is granted on this request any more (III.C.6)."
"""What whoever was about to decide learns."""
VOIDED = "the contract manager's office stopped it"
"""Why an initial password is void, in the words that its submitter is told."""

GOES_ON = frozenset({Kind.MAIL, Kind.DEPARTURE, Kind.VIOLATION})
"""Kinds that give nobody anything: they are decided on as before."""
_STOPPABLE = tuple(state for state, event in MOVES if event is Event.VOID)


def suspend(session: Session, account: Account, *, by: str, case: str) -> list[Request]:
    """Suspend an account in the caller's transaction, audited; the requests that were stopped, for their notices.

    `case` is the number of the restricted case. Raises `IllegalChange` for an account that is suspended, disabled or
    removed, and `StaleAccount` or `StaleState` when somebody else was faster: begin again.
    """
    person = session.get_one(Person, account.person_id)
    pending = pending_of(session, person, account)  # rows are locked before the first link of the audit chain
    assert account.id is not None
    credentials.void_all(session, account.id, VOIDED)
    change(session, account, AccountEvent.SUSPEND, by=by, clause=CLAUSE, reason=REASON, case=case)
    for request in pending:
        stop(session, request, by=by)
    return pending


def stop(session: Session, request: Request, by: str) -> None:
    """End a request because its person is suspended; whoever looks at it is told why."""
    advance(session, request, Event.VOID, by=by, clause=CLAUSE)
    request.problem = STOPPED
    session.add(request)
    session.flush()


def pending_of(session: Session, person: Person, account: Account) -> list[Request]:
    """Open requests that would give this person something: by the record, by the form's address, or by the name.

    A request in the person's name whose form gives another address is somebody else's.
    """
    of_person = or_(
        col(Request.person_id) == person.id,
        col(Request.account_id) == account.id,
        col(Request.id) == account.request_id,
    )
    named = col(Request.staff_name_key) == person.name_key
    addressed = col(Request.id).in_(
        select(ReadingRow.request_id)
        .join(FieldRow, col(FieldRow.reading_id) == col(ReadingRow.id))
        .where(FieldRow.name == "email", col(FieldRow.value).ilike(person.email))
    )
    query = (
        select(Request)
        .where(col(Request.state).in_(_STOPPABLE), col(Request.kind).not_in(GOES_ON))
        .where(or_(of_person, named, addressed))
        .order_by(col(Request.number))
        .with_for_update()
    )
    return [r for r in session.exec(query).all() if r.person_id in (None, person.id) and _of(session, r, person)]


def _of(session: Session, request: Request, person: Person) -> bool:
    if request.person_id is not None:
        return True
    said = {paper.value("email").casefold() for paper in papers.of_request(session, request.id).values()} - {""}
    return not said or person.email.casefold() in said


def stand_open(session: Session) -> list[Account]:
    """Suspended accounts on which no restricted case is open: one is opened by whoever finds them."""
    covered = select(Request.account_id).where(
        col(Request.kind) == Kind.VIOLATION, col(Request.closed_at).is_(None), col(Request.account_id).is_not(None)
    )
    query = select(Account).where(col(Account.state) == AccountState.SUSPENDED, col(Account.id).not_in(covered))
    return list(session.exec(query).all())
