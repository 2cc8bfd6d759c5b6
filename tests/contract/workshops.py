"""What the contract suite needs beside the port, one workshop per transport."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from tasks.adapters.mailbox import Mailbox
from tasks.adapters.mailbox.maildir import MaildirMailbox, drop
from tests.contract import ews_workshop, graph_workshop, imap_workshop


class Workshop(Protocol):
    """To put mail in from outside, to look into folders from outside, to open the mailbox a second time."""

    recipients: tuple[str, str]
    """Whom the suite may write to."""

    def open(self) -> Mailbox:
        """A new adapter, as another process would have it."""
        ...

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the inbox."""
        ...

    def folder(self, name: str) -> list[bytes]:
        """The raw mails in one of our folders (`Processed`, `Needs attention`, `Reprocess`, `Sent`)."""
        ...

    def carry(self, source: str, target: str) -> None:
        """A person moves every mail of one folder into another, which exists; the inbox is `INBOX`."""
        ...

    def received(self, address: str) -> list[bytes]:
        """What a recipient got."""
        ...

    def same(self, raw: bytes, got: bytes) -> bool:
        """Whether `got` is what this transport rightly makes of `raw`."""
        ...


class MaildirWorkshop:
    recipients = ("jane@nexus.example", "it@mt.example")

    def __init__(self, home: Path) -> None:
        self.home = home
        self._delivered = 0

    def open(self) -> Mailbox:
        return MaildirMailbox(self.home / "mailbox", outgoing=self.home / "outgoing")

    def deliver(self, raw: bytes) -> None:
        self._delivered += 1
        drop(self.home / "mailbox", raw, f"m{1_000_000 - self._delivered}")  # names in the order against arrival

    def folder(self, name: str) -> list[bytes]:
        return _read(self.home / "mailbox" / f".{name}")

    def carry(self, source: str, target: str) -> None:
        boxes = [self.home / "mailbox" / (f".{name}" if name != "INBOX" else "") for name in (source, target)]
        for path in [p for part in ("new", "cur") for p in (boxes[0] / part).glob("*")]:
            path.rename(boxes[1] / "cur" / path.name)

    def received(self, address: str) -> list[bytes]:
        return _read(self.home / "outgoing" / address)

    def same(self, raw: bytes, got: bytes) -> bool:
        return raw == got


def _read(box: Path) -> list[bytes]:
    return sorted(p.read_bytes() for part in ("new", "cur") for p in (box / part).glob("*"))


@contextmanager
def _maildir(home: Path) -> Iterator[Workshop]:
    yield MaildirWorkshop(home)


WORKSHOPS: dict[str, Callable[[Path], AbstractContextManager[Workshop]]] = {
    "maildir": _maildir,
    "graph": graph_workshop.workshop,
    "imap": imap_workshop.workshop,
    "ews": ews_workshop.workshop,
}
if imap_workshop.LIVE:
    WORKSHOPS["imap-live"] = imap_workshop.live_workshop
if ews_workshop.LIVE:
    WORKSHOPS["ews-live"] = ews_workshop.live_workshop
