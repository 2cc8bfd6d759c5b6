"""The workshop of the IMAP transport: Dovecot and aiosmtpd here, or a live server named in the environment.

Live: `CORREQUESTS_LIVE=1` with the product's own settings `CORREQUESTS_IMAP_*` and `CORREQUESTS_SMTP_*`. Use a mailbox
made for this: its folders must be empty at the beginning, and the suite empties them again.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import imaplib
import itertools
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from tasks.adapters.mailbox import Mailbox
from tasks.adapters.mailbox.imap import ImapMailbox
from tasks.adapters.mailbox.submission import Submission, crlf
from tasks.mail_settings import Tls, Transport
from tasks.settings import Settings
from tasks.wiring import _imap
from tests.dovecot import PASSWORD, Dovecot, dovecot
from tests.submission_server import SubmissionServer, submission_server

LIVE = os.environ.get("CORREQUESTS_LIVE") == "1" and Settings().mailbox is Transport.IMAP
_numbers = itertools.count()
SENT = '"Gesendet &- &ANY-"'  # modified UTF-7 written by hand (RFC 3501 5.1.3)


class ImapWorkshop:
    """Our Dovecot; mail comes in as files, and folders are looked at with another client (imaplib)."""

    recipients = ("jane@nexus.example", "it@mt.example")

    def __init__(self, server: Dovecot, outgoing: SubmissionServer) -> None:
        self.server = server
        self.outgoing = outgoing
        self.tls = Tls.IMPLICIT
        self.user = f"office{next(_numbers)}@mt.example"
        outgoing.deliver[self.user] = self.deliver

    def open(self, *, host: str = "localhost", password: str = PASSWORD, imap: int = 0) -> ImapMailbox:
        ca_file = self.server.authority.ca_file
        return ImapMailbox(
            host=host,
            port=imap or (self.server.imaps if self.tls is Tls.IMPLICIT else self.server.imap),
            tls=self.tls,
            user=self.user,
            password=SecretStr(password),
            ca_file=ca_file,
            sent_folder="",
            submission=Submission(
                "localhost", self.outgoing.port, Tls.STARTTLS, self.user, SecretStr(PASSWORD), ca_file
            ),
        )

    def deliver(self, raw: bytes) -> None:
        self.server.deliver(self.user, raw)

    def folder(self, name: str) -> list[bytes]:
        with self._client() as client:
            return mails(client, SENT if name == "Sent" else f'"{name}"')

    def carry(self, source: str, target: str) -> None:
        with self._client() as client:
            move_all(client, source, target)

    def received(self, address: str) -> list[bytes]:
        return self.outgoing.received[address]

    def same(self, raw: bytes, got: bytes) -> bool:
        """IMAP knows line ends of one kind, and no NUL (RFC 3501 4.3.1): Dovecot hands out 0x80 instead."""
        return crlf(raw).replace(b"\0", b"\x80") == got

    @contextlib.contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        tls = ssl.create_default_context(cafile=self.server.authority.ca_file)
        with imaplib.IMAP4_SSL("localhost", self.server.imaps, ssl_context=tls, timeout=20) as client:
            client.login(self.user, PASSWORD)
            yield client


def move_all(client: imaplib.IMAP4, source: str, target: str) -> None:
    """Move every mail of one folder into another, as a mail reader does."""
    client.select(f'"{source}"')
    status, why = client.uid("MOVE", "1:*", f'"{target}"')
    assert status == "OK", why


def mails(client: imaplib.IMAP4, folder: str) -> list[bytes]:
    """The raw mails of a folder; none when it does not exist."""
    status, count = client.select(folder, readonly=True)
    if status != "OK" or count == [b"0"]:
        return []
    _, answer = client.fetch("1:*", "(BODY.PEEK[])")
    return sorted(item[1] for item in answer if isinstance(item, tuple))


@functools.cache
def _servers() -> tuple[Dovecot, SubmissionServer]:
    """One pair for the whole run; every workshop is a user of its own."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    server = stack.enter_context(dovecot())
    return server, stack.enter_context(submission_server(server.authority))


@contextmanager
def workshop(home: Path) -> Iterator[ImapWorkshop]:
    server, outgoing = _servers()
    outgoing.received.clear()
    yield ImapWorkshop(server, outgoing)


class LiveImapWorkshop:
    """A mailbox that was made for the suite on a server that is not ours. It writes to itself only."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.recipients = (settings.mailbox_address, settings.mailbox_address)

    def open(self) -> Mailbox:
        from tasks import wiring

        wiring._open.clear()
        return _imap(self.settings)

    def deliver(self, raw: bytes) -> None:
        with self._client() as client:
            status, why = client.append("INBOX", "", "", crlf(raw))
        if status != "OK":
            pytest.skip(f"this server takes no such mail: {why}")

    def folder(self, name: str) -> list[bytes]:
        if name == "Sent" and not self.settings.imap_sent_folder:
            pytest.skip("set CORREQUESTS_IMAP_SENT_FOLDER, so that the suite can look into it")
        with self._client() as client:
            return mails(client, f'"{self.settings.imap_sent_folder if name == "Sent" else name}"')

    def carry(self, source: str, target: str) -> None:
        with self._client() as client:
            move_all(client, source, target)

    def received(self, address: str) -> list[bytes]:
        pytest.skip("what a recipient got on a live server is proven by `correquests doctor mailbox`")

    def same(self, raw: bytes, got: bytes) -> bool:
        return crlf(raw).replace(b"\0", b"") == got.replace(b"\x80", b"").replace(b"\0", b"")

    def empty(self) -> None:
        """Away with what the suite itself put there."""
        with self._client() as client:
            for folder in (
                '"Processed"',
                '"Needs attention"',
                '"Reprocess"',
                "INBOX",
                f'"{self.settings.imap_sent_folder or "Sent"}"',
            ):
                status, count = client.select(folder)
                if status == "OK" and count != [b"0"]:
                    client.store("1:*", "+FLAGS.SILENT", "(\\Deleted)")
                    client.expunge()

    def check_empty(self) -> None:
        with self._client() as client:
            for folder in ('"Processed"', '"Needs attention"', '"Reprocess"', "INBOX"):
                status, answer = client.select(folder, readonly=True)
                if status == "OK" and answer != [b"0"]:
                    pytest.fail(
                        f"the live mailbox holds mail in {folder}; the suite wants one made for it", pytrace=False
                    )

    @contextlib.contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        config = self.settings
        tls = ssl.create_default_context(cafile=config.imap_ca_file)
        if config.imap_tls is Tls.IMPLICIT:
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(config.imap_host, config.imap_port, ssl_context=tls, timeout=60)
        else:
            client = imaplib.IMAP4(config.imap_host, config.imap_port, timeout=60)
            if config.imap_tls is Tls.STARTTLS:
                client.starttls(tls)
        with client:
            client.login(config.imap_user, config.imap_password.get_secret_value())
            yield client


@contextmanager
def live_workshop(home: Path) -> Iterator[LiveImapWorkshop]:
    made = LiveImapWorkshop(Settings(home=home))
    made.check_empty()
    try:
        yield made
    finally:
        made.empty()
