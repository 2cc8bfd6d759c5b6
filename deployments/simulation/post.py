"""Mails of the simulated year: built as bytes, delivered into the Maildir, and what they really were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from deployments.samples.cast import MAILBOX
from deployments.simulation.papers import File
from deployments.simulation.people import Worker
from tasks.settings import Settings


@dataclass
class Letter:
    """One mail. `means` is what a person who reads it would say that it is, `about` whom it is about.

    `genuine`: its sender may really ask for this.
    """

    sender: tuple[str, str]
    subject: str
    text: str
    means: str = ""
    about: Worker | None = None
    files: list[File] = field(default_factory=list)
    in_reply_to: str = ""
    automatic: bool = False
    genuine: bool = True
    raw: bytes = b""
    terminated: bool = False
    message_id: str = ""


@dataclass
class Post:
    """The post office. `sent` knows what every mail was, by its Message-ID."""

    config: Settings
    sent: dict[str, Letter] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)
    number: int = 0

    def deliver(self, letter: Letter, at: datetime) -> None:
        """Build a mail and lay it into the inbox."""
        self.number += 1
        domain = letter.sender[1].partition("@")[2] or "nowhere.example"
        letter.message_id = letter.message_id or f"<sim.{self.number}@{domain}>"
        self.sent[letter.message_id] = letter
        raw = letter.raw or _built(letter, at)
        self._drop(raw, letter.means)
        letter.raw = raw

    def again(self, letter: Letter) -> None:
        """The very same mail arrives a second time."""
        self.number += 1
        self._drop(letter.raw, "the same mail again")

    def _drop(self, raw: bytes, means: str) -> None:
        assert self.config.maildir is not None
        self.count[means] += 1
        inbox = self.config.maildir / "new"
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / f"sim-{self.number:07d}").write_bytes(raw)


def _built(letter: Letter, at: datetime) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = formataddr(letter.sender)
    mail["To"] = MAILBOX
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = letter.message_id
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(letter.text)
    for file in letter.files:
        kind, _, detail = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=detail, filename=file.name)
    for place, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_{place}_{letter.message_id.strip('<>').replace('@', '_at_')}")
    return mail.as_bytes()


def stable(message_id: str) -> str:
    """What of a Message-ID of ours the same seed repeats: all but the lot at its end, as in `<key.lot@domain>`."""
    return message_id.rpartition("@")[0].rpartition(".")[0]


def bounce(to: str, message_id: str, number: int) -> bytes:
    """A server says that our mail could not be delivered (RFC 3464)."""
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
        f"To: {MAILBOX}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce.{number}@mx.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n'
        "--=_b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
        "--=_b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--=_b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n"
        f"From: {MAILBOX}\r\n\r\n--=_b--\r\n"
    ).encode()
