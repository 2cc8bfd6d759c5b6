"""The directory port: where accounts of the offender management system are enabled and get their passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr


class DirectoryDown(Exception):
    """The directory cannot be reached now. Nothing was changed; try again later."""


@dataclass(frozen=True)
class Entry:
    """An account as the directory has it."""

    user_name: str
    enabled: bool


class Directory(Protocol):
    """What can be done to an account. Every method may be repeated with the same effect."""

    def create(self, user_name: str) -> None:
        """Create the account, disabled and without a password, if it does not exist."""
        ...

    def set_initial_password(self, user_name: str, password: SecretStr) -> None:
        """Set a password that must be changed at first use, and enable the account."""
        ...

    def enable(self, user_name: str) -> None:
        """Let the account be used again. One that never had a password stays as it is until it gets one."""
        ...

    def disable(self, user_name: str) -> None:
        """Forbid every use of the account, its password kept. Nothing when there is no such account."""
        ...

    def entries(self) -> list[Entry]:
        """Every account that the directory has, in no order."""
        ...
