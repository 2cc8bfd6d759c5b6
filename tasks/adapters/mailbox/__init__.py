"""The mailbox port. The inbox is the queue, the registry decides, the move is the acknowledgement.

Nothing rests on read flags, received dates or server ids. Every adapter passes the same contract suite
(`tests/contract/test_mailbox.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

PROCESSED = "Processed"
NEEDS_ATTENTION = "Needs attention"
REPROCESS = "Reprocess"
"""Beside the inbox, made when it is absent. A person puts a mail there that is to be looked at once more."""


@dataclass(frozen=True)
class Ref:
    """A mail waiting in the inbox, or in `Reprocess` (`again`).

    `handle` is the adapter's own, says which mail in which folder, and is good until the mail is settled.
    """

    handle: str
    size: int
    again: bool = False


@dataclass(frozen=True)
class Facts:
    """What the transport knows beside the mail itself: edge headers, authentication results, server size."""

    size: int
    headers: dict[str, str] = field(default_factory=dict)


class MailboxDown(Exception):
    """The mailbox cannot be reached now. Mail waits there and will be fetched when it answers again."""


class LoginRefused(MailboxDown):
    """The server does not let us in. Not tried again for a while, so that the account is not locked by us."""


class NotSent(Exception):
    """The mail was certainly not sent; it may be tried again."""


class SendUnknown(Exception):
    """The mail may or may not have been sent; look in Sent before trying again."""


class Mailbox(Protocol):
    """Six methods, the same for every transport."""

    def waiting(self, limit: int) -> list[Ref]:
        """At most `limit` mails: those in the inbox, oldest first, then those in `Reprocess`. Moves and marks none."""
        ...

    def fetch(self, ref: Ref, out: Path) -> Facts:
        """Stream the raw RFC 5322 bytes to `out`. A pure read. Raises `FileNotFoundError` when it is gone."""
        ...

    def settle(self, ref: Ref, folder: str, category: str) -> bool:
        """Move the mail out of its folder. False when it is not ours to move: somebody else settles or settled it."""
        ...

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:
        """One attempt. `sent_copy` is what is kept in Sent when the mail itself carries a secret.

        Raises `NotSent` or `SendUnknown`.
        """
        ...

    def find_sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail with this Message-ID (angle brackets included)."""
        ...

    def wait(self, seconds: float) -> None:
        """Sleep until mail may be waiting in the inbox, at most `seconds`. May return at any time."""
        ...
