"""The directory port: where accounts of the offender management system are enabled and get their passwords."""

from __future__ import annotations

from typing import Protocol

from pydantic import SecretStr


class DirectoryDown(Exception):
    """The directory cannot be reached now. Nothing was changed; try again later."""


class Directory(Protocol):
    """What can be done to an account. Every method may be repeated with the same effect."""

    def create(self, user_name: str) -> None:
        """Create the account, disabled and without a password, if it does not exist."""
        ...

    def set_initial_password(self, user_name: str, password: SecretStr) -> None:
        """Set a password that must be changed at first use, and enable the account."""
        ...
