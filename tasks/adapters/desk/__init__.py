"""The service desk port: how IT is asked to do something, and how its answer is understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Work:
    """What IT is asked to do. `key` makes a repeated ticket recognisable; `facts` is the machine-readable part."""

    key: str
    action: str
    title: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """IT's answer: which ticket, whether the work is done, the user ID where IT assigns it, IT's own number."""

    key: str
    done: bool
    user_name: str = ""
    reference: str = ""
    note: str = ""


class Desk(Protocol):
    """What a desk adapter can do."""

    def understands(self, sender: str) -> bool:
        """Whether mail from this address is the desk's."""
        ...

    def read_reply(self, subject: str, text: str, in_reply_to: list[str]) -> Reply | None:
        """The desk's answer in a mail, or None when the mail answers no ticket."""
        ...
