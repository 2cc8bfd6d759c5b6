"""The road of an initial password: issued, armed with a link and a code, then viewed once or void (III.B.2.d).

Only digests are stored. The link goes to the staff member, the code to the submitter; neither alone is enough. A claim
counts its attempt in the same transaction, and whoever changes the state first wins.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import Session, col, select

from db import audit
from db.account_life import AccountState
from db.models import Account, Credential, CredentialState, Request, Secret

CLAUSE = "III.B.2.d"
LINK_BYTES = 32
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
"""Eight of 32 characters: 40 bits, guarded by the attempts counter (NIST SP 800-63B asks for 20 or more)."""

_HASHER = PasswordHasher()


class Refusal(StrEnum):
    """Why an initial password is not shown."""

    UNKNOWN = "UNKNOWN"
    WRONG_CODE = "WRONG_CODE"
    EXPIRED = "EXPIRED"
    VIEWED = "VIEWED"
    VOID = "VOID"


class NotIssued(Exception):
    """This initial password was already seen or is void. Issue a new one."""


@dataclass(frozen=True)
class Claimed:
    """The claim was accepted; the caller must set the password in this very transaction."""

    credential: Credential
    account: Account


@dataclass(frozen=True)
class Refused:
    """The claim was refused. `voided` when this very attempt used up the last one: the caller writes the notice."""

    reason: Refusal
    credential: Credential | None = None
    voided: bool = False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _folded(code: str) -> str:
    return "".join(character for character in code.upper() if character.isalnum())


def _note(session: Session, credential: Credential, action: str, actor: str, **detail: Any) -> None:
    number = session.exec(select(Request.number).where(Request.id == credential.request_id)).one()
    said = {"credential": credential.id, **detail}
    audit.record(session, actor=actor, action=f"credential.{action}", subject=number, clause=CLAUSE, detail=said)


def _locked(session: Session, credential_id: int) -> Credential:
    row = session.get(Credential, credential_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise LookupError(f"there is no credential {credential_id}")
    return row


def issue(session: Session, account: Account, hours: int, now: datetime, request_id: str = "") -> Credential:
    """Open the road for an account's initial password. Link and code do not exist yet; `arm` makes them.

    `request_id`: the request that it answers, when that is not the one that led to the account (III.B.4.b).
    """
    row = Credential(
        account_id=account.id or 0,
        request_id=request_id or account.request_id,
        issued_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    session.add(row)
    session.flush()
    _note(session, row, "issued", "correquests", expires_at=row.expires_at.isoformat())
    return row


def arm(session: Session, credential_id: int, secret: Secret) -> SecretStr:
    """Make a fresh link token or pick-up code, store its digest in place of an earlier one, and return it this once.

    Raises `NotIssued` when the password was seen or is void, `ValueError` for a secret that is no link or code.
    """
    row = _locked(session, credential_id)
    if row.state is not CredentialState.ISSUED:
        raise NotIssued(NotIssued.__doc__)
    if secret is Secret.LINK:
        made = secrets.token_urlsafe(LINK_BYTES)
        row.link_hash = _digest(made)
    elif secret is Secret.CODE:
        drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        row.code_hash = _HASHER.hash(drawn)
        made = f"{drawn[:4]}-{drawn[4:]}"
    else:
        raise ValueError("a password is not armed; use hand_over")
    session.add(row)
    _note(session, row, "armed", "correquests", secret=str(secret))
    return SecretStr(made)


def _leave_issued(session: Session, credential: Credential, **values: Any) -> bool:
    """Compare and set: only one caller ever takes a credential out of ISSUED."""
    session.flush()
    moved = session.connection().execute(
        update(Credential)
        .where(col(Credential.id) == credential.id, col(Credential.state) == CredentialState.ISSUED)
        .values(**values)
    )
    session.refresh(credential)
    return moved.rowcount == 1


def _standing(credential: Credential, now: datetime) -> Refusal | None:
    if credential.state is CredentialState.VIEWED:
        return Refusal.VIEWED
    if credential.state is CredentialState.VOID:
        return Refusal.VOID
    return Refusal.EXPIRED if credential.expires_at <= now else None


def _matches(code_hash: str | None, code: SecretStr) -> bool:
    try:
        return code_hash is not None and _HASHER.verify(code_hash, _folded(code.get_secret_value()))
    except Argon2Error:
        return False


def claim(session: Session, token: SecretStr, code: SecretStr, now: datetime, attempts: int) -> Claimed | Refused:
    """Answer for a link and a code. Refusals are returned, not raised, so that the attempt stays counted."""
    row = session.exec(
        select(Credential).where(Credential.link_hash == _digest(token.get_secret_value())).with_for_update()
    ).first()
    if row is None:
        return Refused(Refusal.UNKNOWN)
    if refusal := _standing(row, now):
        _note(session, row, "refused", "staff member", reason=str(refusal))
        return Refused(refusal, row)
    account = session.get_one(Account, row.account_id, populate_existing=True)
    if account.state is not AccountState.ACTIVE:
        _note(session, row, "refused", "staff member", reason=f"the account is {account.state}")
        return Refused(Refusal.VOID, row)
    if not _matches(row.code_hash, code):
        return _wrong_code(session, row, attempts)
    if not _leave_issued(session, row, state=CredentialState.VIEWED, viewed_at=now):
        return Refused(Refusal.VIEWED, row)
    _note(session, row, "viewed", "staff member", user_name=account.user_name)
    return Claimed(row, account)


def _wrong_code(session: Session, row: Credential, attempts: int) -> Refused:
    row.failed_codes += 1
    session.add(row)
    _note(session, row, "refused", "staff member", reason=str(Refusal.WRONG_CODE), attempt=row.failed_codes)
    if row.failed_codes < attempts:
        return Refused(Refusal.WRONG_CODE, row)
    void(session, row, "too many wrong pick-up codes")
    return Refused(Refusal.WRONG_CODE, row, voided=True)


def void(session: Session, credential: Credential, reason: str) -> None:
    """End a credential that was not seen. Raises `NotIssued` when it was seen or is void already."""
    if not _leave_issued(session, credential, state=CredentialState.VOID, void_reason=reason):
        raise NotIssued(NotIssued.__doc__)
    _note(session, credential, "void", "correquests", reason=reason)


def void_all(session: Session, account_id: int, reason: str) -> int:
    """End every credential of an account that was not seen; how many. `reason` is told to the submitter."""
    rows = session.exec(
        select(Credential)
        .where(Credential.account_id == account_id, Credential.state == CredentialState.ISSUED)
        .with_for_update()
    ).all()
    for row in rows:
        void(session, row, reason)
    return len(rows)


def hand_over(session: Session, credential_id: int, now: datetime) -> Account:
    """Delivery by separate mail: mark as seen, in the transaction that sets the password and just before it is sent.

    Raises `NotIssued` when it was seen or is void, so that a password is never mailed twice.
    """
    row = _locked(session, credential_id)
    account = session.get_one(Account, row.account_id, populate_existing=True)
    if account.state is not AccountState.ACTIVE:
        raise NotIssued(NotIssued.__doc__)
    if not _leave_issued(session, row, state=CredentialState.VIEWED, viewed_at=now):
        raise NotIssued(NotIssued.__doc__)
    _note(session, row, "mailed", "correquests", user_name=account.user_name)
    return account


def expire_due(session: Session, now: datetime) -> list[Credential]:
    """Make every unseen credential past its time void and return those; the caller writes the notices."""
    due = session.exec(
        select(Credential)
        .where(Credential.state == CredentialState.ISSUED, Credential.expires_at <= now)
        .order_by(col(Credential.id))
        .with_for_update()
    ).all()
    for row in due:
        void(session, row, f"not seen until {row.expires_at:%Y-%m-%d %H:%M} UTC")
    return list(due)


def voided(session: Session) -> list[Credential]:
    """Every void credential, oldest first. A notice for each, with the outbox's unique key, repeats nothing."""
    return list(
        session.exec(
            select(Credential).where(Credential.state == CredentialState.VOID).order_by(col(Credential.id))
        ).all()
    )
