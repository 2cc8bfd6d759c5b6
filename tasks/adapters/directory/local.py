"""The built-in directory: accounts in the registry itself, passwords as argon2id hashes, to be changed at first use."""

from __future__ import annotations

from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlmodel import Session, select

from db.columns import utc_now
from db.models import DirectoryEntry
from db.session import transaction
from tasks.adapters.directory import Entry, NoSuchAccount

_HASHER = PasswordHasher()


class LocalDirectory:
    """The `Directory` port on the registry. The `…_within` methods join a transaction that the caller has open."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def create(self, user_name: str) -> None:
        """Create the account, disabled and without a password, if it does not exist."""
        with transaction(self._url) as session:
            self.create_within(session, user_name)

    def create_within(self, session: Session, user_name: str) -> None:
        """Create the account in the caller's transaction."""
        if session.get(DirectoryEntry, user_name) is None:
            session.add(DirectoryEntry(user_name=user_name, changed_at=utc_now()))
            session.flush()

    def set_initial_password(self, user_name: str, password: SecretStr) -> None:
        """Set a password that must be changed at first use, and enable the account. Raises `NoSuchAccount`."""
        with transaction(self._url) as session:
            self.set_within(session, user_name, password)

    def set_within(self, session: Session, user_name: str, password: SecretStr) -> None:
        """Set the password in the caller's transaction. Raises `NoSuchAccount`."""
        row = session.get(DirectoryEntry, user_name)
        if row is None:
            raise NoSuchAccount(NoSuchAccount.__doc__)
        row.password_hash = _HASHER.hash(password.get_secret_value())
        row.must_change, row.enabled, row.changed_at = True, True, utc_now()
        session.add(row)
        session.flush()

    def enable(self, user_name: str) -> None:
        """Let the account be used again, when it has a password."""
        self._set(user_name, enabled=True)

    def disable(self, user_name: str) -> None:
        """Forbid every use of the account. Nothing when there is no such account."""
        self._set(user_name, enabled=False)

    def _set(self, user_name: str, *, enabled: bool) -> None:
        with transaction(self._url) as session:
            row = session.get(DirectoryEntry, user_name)
            if row is not None and row.enabled is not enabled and (row.password_hash or not enabled):
                row.enabled, row.changed_at = enabled, utc_now()
                session.add(row)

    def find(self, user_name: str) -> Entry | None:
        """The account, or None; user IDs are kept in capitals."""
        with transaction(self._url) as session:
            row = session.get(DirectoryEntry, user_name.upper())
            return Entry(row.user_name, row.enabled) if row else None

    def entries(self) -> list[Entry]:
        """Every account that the directory has."""
        with transaction(self._url) as session:
            return [Entry(row.user_name, row.enabled) for row in session.exec(select(DirectoryEntry)).all()]
