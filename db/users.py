"""Who signs in: users with a role, their passwords as argon2id hashes, and browser sessions as digests.

A password is verified outside of any transaction, because that takes a while. Its attempt is therefore counted before:
however many try at once, no more than the allowed number of guesses is made before the lock (CJIS AC-7).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from pydantic import SecretStr
from sqlmodel import Session, col, delete, select

from db import audit
from db.models import Role, SignIn, User

CLAUSE = "III.B.4.a"
SESSION_BYTES = 32
_HASHER = PasswordHasher()


@dataclass(frozen=True)
class Attempt:
    """A try at signing in: whom it is for, the hash to verify against, and whether success would count."""

    user_name: str
    password_hash: str
    open: bool
    last: bool = False


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """What the password of an unknown user is verified against, so that the answer takes as long as for a known one."""
    return _HASHER.hash(secrets.token_urlsafe(SESSION_BYTES))


def hash_password(password: SecretStr) -> str:
    """The argon2id hash of a password, salted."""
    return _HASHER.hash(password.get_secret_value())


def verifies(password_hash: str, password: SecretStr) -> bool:
    """Whether a password belongs to a hash."""
    try:
        return _HASHER.verify(password_hash, password.get_secret_value())
    except Argon2Error:
        return False


def save(
    session: Session, *, user_name: str, name: str, email: str, role: Role, password: SecretStr | None, by: str
) -> User:
    """Create a user or change one; a password of None stays as it was. Sessions end when the password changes."""
    row = session.get(User, user_name) or User(user_name=user_name, name=name, email=email, role=role)
    row.name, row.email, row.role = name, email, role
    if password is not None:
        row.password_hash, row.failed_attempts, row.locked_until = hash_password(password), 0, None
        end_all(session, user_name)
    session.add(row)
    audit.record(session, actor=by, action="user.saved", subject=user_name, clause=CLAUSE, detail={"role": str(role)})
    return row


def deactivate(session: Session, user_name: str, by: str) -> None:
    """Take a user's right to sign in and end all sessions. Raises `LookupError` for an unknown user."""
    row = session.get(User, user_name)
    if row is None:
        raise LookupError(f"there is no user {user_name}")
    row.active = False
    session.add(row)
    end_all(session, user_name)
    audit.record(session, actor=by, action="user.deactivated", subject=user_name, clause=CLAUSE)


def begin_attempt(session: Session, user_name: str, now: datetime, attempts: int, lock_minutes: int) -> Attempt:
    """Count an attempt before it is made; the last allowed one locks, and success takes the lock off again."""
    row = session.get(User, user_name, with_for_update=True, populate_existing=True)
    if row is None or not row.active or not row.password_hash:
        return Attempt(user_name, _nobodys_hash(), open=False)
    if row.locked_until is not None and row.locked_until > now:
        return Attempt(user_name, row.password_hash, open=False)
    if row.locked_until is not None:
        row.locked_until, row.failed_attempts = None, 0
    row.failed_attempts += 1
    last = row.failed_attempts >= attempts
    if last:
        row.locked_until = now + timedelta(minutes=lock_minutes)
    session.add(row)
    return Attempt(user_name, row.password_hash, open=True, last=last)


def refuse(session: Session, attempt: Attempt) -> None:
    """Write down a refused attempt. An unknown name is not written: people type passwords into that field."""
    known = session.get(User, attempt.user_name) is not None
    audit.record(
        session,
        actor=attempt.user_name if known else "unknown",
        action="sign_in.locked" if attempt.last else "sign_in.refused",
        subject=attempt.user_name if known else "sign-in",
        clause=CLAUSE,
    )


def accept(session: Session, attempt: Attempt, now: datetime, hours: int) -> SecretStr | None:
    """Open a session for a verified attempt and return its token; None when the user was deactivated meanwhile."""
    row = session.get(User, attempt.user_name, with_for_update=True, populate_existing=True)
    if row is None or not row.active or row.password_hash != attempt.password_hash:
        return None
    row.failed_attempts, row.locked_until = 0, None
    session.add(row)
    session.exec(delete(SignIn).where(col(SignIn.expires_at) <= now))
    token = secrets.token_urlsafe(SESSION_BYTES)
    session.add(
        SignIn(
            token_hash=_digest(token),
            user_name=row.user_name,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    audit.record(session, actor=row.user_name, action="sign_in.accepted", subject=row.user_name, clause=CLAUSE)
    return SecretStr(token)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def of_session(session: Session, token: str, now: datetime) -> User | None:
    """The active user whose unexpired session a cookie's token belongs to."""
    return session.exec(
        select(User)
        .join(SignIn, col(SignIn.user_name) == User.user_name)
        .where(SignIn.token_hash == _digest(token), SignIn.expires_at > now, col(User.active).is_(True))
    ).first()


def active(session: Session, user_name: str) -> User | None:
    """The user a trusted reverse proxy names, if there is such an active user."""
    row = session.get(User, user_name)
    return row if row is not None and row.active else None


def end(session: Session, token: str) -> None:
    """Sign out: the session no longer exists."""
    row = session.get(SignIn, _digest(token))
    if row is not None:
        session.delete(row)
        audit.record(session, actor=row.user_name, action="sign_in.ended", subject=row.user_name, clause=CLAUSE)


def end_all(session: Session, user_name: str) -> None:
    """End every session of a user."""
    session.exec(delete(SignIn).where(col(SignIn.user_name) == user_name))
