"""The service desk port: how IT is asked to do something, and how its answer is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol


class DeskDown(Exception):
    """The desk does not answer, or answers that it cannot now; whether it has done the work is unknown.

    `wait` is how long it asks to be left alone.
    """

    def __init__(self, said: str, wait: timedelta = timedelta(0)) -> None:
        super().__init__(said)
        self.wait = wait


class DeskRefused(Exception):
    """The desk answers and does not take it: the credential, a right or the mapping is wrong. Holds no secret."""


@dataclass(frozen=True)
class Work:
    """What IT is asked to do. `key` makes a repeated ticket recognisable; `facts` is the machine-readable part."""

    key: str
    action: str
    title: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """A file that goes with a ticket."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """IT's answer: which ticket, whether the work is done, the user ID where IT assigns it, IT's own number."""

    key: str
    done: bool
    user_name: str = ""
    reference: str = ""
    note: str = ""


@dataclass(frozen=True)
class Seen:
    """How the desk's own ticket stands: its number, whether it is closed, and whether that means that it is done."""

    reference: str
    closed: bool
    done: bool
    user_name: str = ""
    note: str = ""


class Desk(Protocol):
    """A desk that answers by mail."""

    def understands(self, sender: str) -> bool:
        """Whether mail from this address is the desk's."""
        ...

    def read_reply(self, subject: str, text: str, in_reply_to: list[str]) -> Reply | None:
        """The desk's answer in a mail, or None when the mail answers no ticket."""
        ...
