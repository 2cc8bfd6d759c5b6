"""The life of an account as a table, and the one door through which it changes.

What an account is comes from the registry; the directory is brought in line with it afterwards (`directory_due`), so
that a directory that is down delays an effect and never loses it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import Session, col

if TYPE_CHECKING:
    from db.models.accounts import Account


class AccountState(StrEnum):
    """Where an account stands. Only an `ACTIVE` one is enabled in the directory."""

    REQUESTED = "REQUESTED"  # IT is making it (III.B.2.a)
    ACTIVE = "ACTIVE"
    ON_LEAVE = "ON_LEAVE"  # until the return date (III.B.3.a)
    LOCKED = "LOCKED"  # unused for 60 days (III.C.3)
    SUSPENDED = "SUSPENDED"  # pending a decision about a violation (III.C.6)
    DISABLED = "DISABLED"  # departed, terminated, or no longer needed (III.B.3)
    REMOVED = "REMOVED"  # nobody's any more; the ID stays reserved (IA-4 d)


class AccountEvent(StrEnum):
    """What can happen to an account."""

    ACTIVATE = "ACTIVATE"
    LEAVE = "LEAVE"
    RETURN = "RETURN"
    LOCK = "LOCK"
    UNLOCK = "UNLOCK"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"
    DISABLE = "DISABLE"
    RESTORE = "RESTORE"
    RELOCK = "RELOCK"  # a removal after a review of need was taken back (III.C.3)
    REMOVE = "REMOVE"


_S, _E = AccountState, AccountEvent
ACCOUNT_MOVES: dict[tuple[AccountState, AccountEvent], AccountState] = {
    (_S.REQUESTED, _E.ACTIVATE): _S.ACTIVE,
    (_S.ACTIVE, _E.LEAVE): _S.ON_LEAVE,
    (_S.LOCKED, _E.LEAVE): _S.ON_LEAVE,
    (_S.ON_LEAVE, _E.RETURN): _S.ACTIVE,
    (_S.ACTIVE, _E.LOCK): _S.LOCKED,
    (_S.LOCKED, _E.UNLOCK): _S.ACTIVE,
    (_S.SUSPENDED, _E.REINSTATE): _S.ACTIVE,
    (_S.DISABLED, _E.RESTORE): _S.ACTIVE,
    (_S.DISABLED, _E.RELOCK): _S.LOCKED,
    (_S.DISABLED, _E.REMOVE): _S.REMOVED,
    (_S.LOCKED, _E.REMOVE): _S.REMOVED,
    **{(s, _E.SUSPEND): _S.SUSPENDED for s in (_S.REQUESTED, _S.ACTIVE, _S.ON_LEAVE, _S.LOCKED)},
    **{(s, _E.DISABLE): _S.DISABLED for s in (_S.REQUESTED, _S.ACTIVE, _S.ON_LEAVE, _S.LOCKED, _S.SUSPENDED)},
}


class IllegalChange(Exception):
    """This cannot happen to an account in its present state."""


class StaleAccount(Exception):
    """Somebody else changed this account first. Look at it again before you decide."""


def change(
    session: Session,
    account: Account,
    event: AccountEvent,
    *,
    by: str,
    clause: str,
    reason: str,
    case: str = "",
    detail: dict[str, Any] | None = None,
) -> AccountState:
    """Change an account and write the audit entry, both in the caller's transaction; the directory follows.

    `reason` is one line for people, shown wherever the account is explained; `case` a case number. Raises
    `IllegalChange` when the table forbids it and `StaleAccount` when the row no longer has the state seen here.
    """
    from db import audit
    from db.columns import utc_now
    from db.models.accounts import Account as Row

    before = account.state
    try:
        after = ACCOUNT_MOVES[before, event]
    except KeyError:
        raise IllegalChange(f"{event} is not possible while an account is {before}") from None
    changed = session.connection().execute(
        update(Row)
        .where(col(Row.id) == account.id, col(Row.state) == before)
        .values(state=after, state_since=utc_now(), state_reason=reason, state_case=case, directory_due=True)
    )
    if changed.rowcount != 1:
        raise StaleAccount(f"the account is no longer {before}")
    session.refresh(account)
    audit.record(
        session,
        actor=by,
        action=f"account.{event.lower()}",
        subject=account.user_name or f"account-{account.id}",
        clause=clause,
        detail={**(detail or {}), "from": str(before), "to": str(after), "reason": reason, "case": case},
    )
    return after
