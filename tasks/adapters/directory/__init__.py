"""The directory port: where accounts of the offender management system are enabled and get their passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr


class DirectoryDown(Exception):
    """The directory does not answer now. Try again later: every change may be repeated with the same effect."""


class DirectoryRefused(Exception):
    """The directory answers and will not do it; somebody must change something first. Never holds a secret."""


class LoginRefused(DirectoryRefused):
    """The directory does not let the service account in. Check its name, its password and whether it is locked."""


class RightMissing(DirectoryRefused):
    """The service account may not do this. Give it the rights that docs/directories-and-desks.md lists."""


class PasswordRefused(DirectoryRefused):
    """The directory's password policy does not take the password. Compare it with the setting `password_length`."""


class NoSuchAccount(DirectoryRefused):
    """The directory has no such account. Create it before its password is set."""


@dataclass(frozen=True)
class Entry:
    """An account as the directory has it."""

    user_name: str
    enabled: bool


class Directory(Protocol):
    """What can be done to an account. Every method may be repeated with the same effect.

    Each raises `DirectoryDown` or a `DirectoryRefused`; the change was then not made, or is made whole by repeating it.
    """

    def create(self, user_name: str) -> None:
        """Create the account, disabled and without a password, if it does not exist."""
        ...

    def set_initial_password(self, user_name: str, password: SecretStr) -> None:
        """Set a password that must be changed at first use, and enable the account. Raises `NoSuchAccount`."""
        ...

    def enable(self, user_name: str) -> None:
        """Let the account be used again. One that never had a password stays as it is until it gets one."""
        ...

    def disable(self, user_name: str) -> None:
        """Forbid every use of the account, its password kept. Nothing when there is no such account."""
        ...

    def find(self, user_name: str) -> Entry | None:
        """The account, or None when the directory has none of that name, ignoring case."""
        ...

    def entries(self) -> list[Entry]:
        """Every account that the directory has, in no order."""
        ...
