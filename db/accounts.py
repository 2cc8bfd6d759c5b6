"""Accounts: one live one per person, a user ID given once in the life of the registry (IA-4 d)."""

from __future__ import annotations

import re

from sqlalchemy import update
from sqlmodel import Session, col, select

from db import audit, numbers
from db.account_life import AccountEvent, AccountState, change
from db.columns import utc_now
from db.models.accounts import Account
from db.models.requests import Entitlement, Request

SERIES = "user_id"


class RangeExhausted(Exception):
    """The range of user IDs is used up. Ask state IT for another range and set it in the configuration."""


class UserIdTaken(Exception):
    """This user ID was given before and is never given again (IA-4 d). Ask IT for another one."""


def allocate(session: Session, form: str, first: int, last: int) -> str:
    """The next user ID of the configured range; `form` has one field `number`. Never gives an ID twice.

    Raises `RangeExhausted` beyond `last`.
    """
    while True:
        number = numbers.take(session, SERIES, first)
        if number > last:
            raise RangeExhausted(RangeExhausted.__doc__)
        user_name = form.format(number=number)
        if not taken(session, user_name):
            return user_name


def taken(session: Session, user_name: str) -> bool:
    """Whether an account, live or removed, has or had this ID, ignoring case."""
    return session.exec(select(Account.id).where(col(Account.user_name) == user_name.upper())).first() is not None


def refusal(session: Session, user_name: str, pattern: str) -> str:
    """Why an ID that IT brought cannot be used, or the empty string when it can."""
    if not user_name:
        return "The service desk's answer brings no user ID. Ask IT for it, or enter it here."
    if not re.fullmatch(pattern.strip("^$"), user_name, re.IGNORECASE):
        return f"The user ID “{user_name}” does not look like one of the state's. Ask IT again, or enter the right one."
    if taken(session, user_name):
        return f"The user ID “{user_name}” was given before and is never given again (IA-4 d). Ask IT for another one."
    return ""


def request(
    session: Session, *, case: Request, person_id: int, entitlement: Entitlement, user_name: str | None, by: str
) -> Account:
    """An account that IT is about to make, audited. `user_name` is None when IT's reply will bring it."""
    account = Account(
        person_id=person_id,
        request_id=case.id,
        user_name=user_name.upper() if user_name else None,
        entitlement=entitlement,
    )
    session.add(account)
    session.flush()
    audit.record(
        session,
        actor=by,
        action="account.requested",
        subject=case.number,
        clause="III.B.2.a",
        detail={"user_name": account.user_name, "entitlement": str(entitlement)},
    )
    return account


def of_request(session: Session, request_id: str) -> Account | None:
    """The account that a request led to."""
    return session.exec(select(Account).where(Account.request_id == request_id)).first()


def of_case(session: Session, case: Request) -> Account | None:
    """The account that a request is about: the one it led to, or the one that was there before."""
    return of_request(session, case.id) or (session.get(Account, case.account_id) if case.account_id else None)


def acquire(session: Session, case: Request, account: Account, user_name: str, by: str) -> None:
    """Give an account the ID that IT brought, audited, in the transaction that closes the ticket.

    Two answers with the same ID can so never both be taken. Raises `UserIdTaken` when it was given before.
    """
    if taken(session, user_name):
        raise UserIdTaken(UserIdTaken.__doc__)
    account.user_name = user_name.upper()
    session.add(account)
    session.flush()
    audit.record(
        session,
        actor=by,
        action="account.acquired",
        subject=case.number,
        clause="III.B.2.a",
        detail={"user_name": account.user_name},
    )


def activate(session: Session, case: Request, account: Account) -> None:
    """IT has made the account."""
    account.issued_at = utc_now()
    session.add(account)
    session.flush()
    why = "IT has made the account and the requester was told"
    change(session, account, AccountEvent.ACTIVATE, by="correquests", clause="III.B.2.a", reason=why, case=case.number)
    account.directory_due = False  # it is enabled when its first password is set
    session.add(account)


def set_entitlement(session: Session, case: Request, account: Account, entitlement: Entitlement) -> None:
    """IT has changed what the account may do (III.B.1); audited."""
    before, account.entitlement = account.entitlement, entitlement
    session.add(account)
    session.flush()
    audit.record(
        session,
        actor="correquests",
        action="account.entitlement",
        subject=account.user_name or f"account-{account.id}",
        clause="III.B.1",
        detail={"from": str(before), "to": str(entitlement), "case": case.number},
    )


def directory_due(session: Session) -> list[Account]:
    """Accounts whose present state the directory does not know yet: suspended ones, then the longest waiting first."""
    suspended = (col(Account.state) == AccountState.SUSPENDED).desc()
    query = select(Account).where(col(Account.directory_due)).order_by(suspended, col(Account.state_since))
    return list(session.exec(query).all())


def directory_done(session: Session, account_id: int, state: AccountState) -> bool:
    """Note that the directory has the state; False when the account changed meanwhile, which is then due again.

    What was told late must not stand: an account that was suspended while it was being enabled is disabled again.
    """
    done = session.connection().execute(
        update(Account)
        .where(col(Account.id) == account_id, col(Account.state) == state, col(Account.directory_due))
        .values(directory_due=False)
    )
    if done.rowcount != 1:
        late = update(Account).where(col(Account.id) == account_id, col(Account.state) != state)
        session.connection().execute(late.values(directory_due=True))
    return done.rowcount == 1


def tell_again(session: Session, account_id: int) -> bool:
    """Have the directory told once more when the account is not active; whether it has to be."""
    late = update(Account).where(col(Account.id) == account_id, col(Account.state) != AccountState.ACTIVE)
    return session.connection().execute(late.values(directory_due=True)).rowcount == 1
