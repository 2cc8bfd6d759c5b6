"""What is the Maildir's own: file names, mail readers beside us, crashes inside a write, submission by SMTP."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, REPROCESS, NotSent, SendUnknown
from tasks.adapters.mailbox.maildir import MaildirMailbox, drop
from tasks.adapters.mailbox.submission import Submission
from tasks.mail_settings import Tls

RAW = b"From: a@mt.example\r\nTo: b@x.example\r\nMessage-ID: <1@mt.example>\r\n\r\n.a line with a dot\r\n"


def box(home: Path, port: int = 0) -> MaildirMailbox:
    submission = Submission("127.0.0.1", port, Tls.NONE) if port else None
    return MaildirMailbox(home / "mailbox", outgoing=home / "outgoing", submission=submission)


def test_folders_are_maildir_plus_plus(tmp_path: Path) -> None:
    box(tmp_path)
    names = {p.name for p in (tmp_path / "mailbox").iterdir()}
    assert names == {"tmp", "new", "cur", f".{PROCESSED}", f".{NEEDS_ATTENTION}", ".Sent"}


def test_a_mail_reader_may_move_and_flag_a_waiting_mail(tmp_path: Path) -> None:
    mailbox = box(tmp_path)
    drop(tmp_path / "mailbox", b"x", "m")
    (ref,) = mailbox.waiting(1)
    (tmp_path / "mailbox/new/m").rename(tmp_path / "mailbox/cur/m:2,FS")
    assert mailbox.waiting(1) == [ref]
    assert mailbox.fetch(ref, tmp_path / "out").size == 1
    assert mailbox.settle(ref, PROCESSED, "")


def test_a_reprocess_folder_taken_away_is_made_again_and_wakes_the_watcher(tmp_path: Path) -> None:
    mailbox = box(tmp_path)
    assert mailbox.waiting(1) == []
    folder = tmp_path / f"mailbox/.{REPROCESS}"
    shutil.rmtree(folder)
    assert mailbox.waiting(1) == []
    threading.Timer(0.3, lambda: (folder / "cur/m:2,S").write_bytes(b"x")).start()
    began = time.monotonic()
    mailbox.wait(20)
    assert time.monotonic() - began < 10
    (ref,) = mailbox.waiting(1)
    assert ref.again


def test_a_half_written_mail_is_not_seen(tmp_path: Path) -> None:
    mailbox = box(tmp_path)
    (tmp_path / "mailbox/tmp/123.4.x").write_bytes(b"half")
    assert mailbox.waiting(10) == []


def test_a_crash_before_the_sent_copy_is_repeated_without_a_second_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = box(tmp_path)
    (tmp_path / "mailbox/.Sent/tmp").chmod(0o700)
    sent = tmp_path / "mailbox/.Sent/tmp"
    sent.rmdir()
    sent.write_bytes(b"")  # the copy cannot be written
    with pytest.raises(NotSent):
        mailbox.send(RAW)
    assert not mailbox.find_sent("<1@mt.example>")
    sent.unlink()
    mailbox = box(tmp_path)
    mailbox.send(RAW)
    assert mailbox.find_sent("<1@mt.example>")
    assert len(list((tmp_path / "outgoing/b@x.example").rglob("*/*"))) == 1


def test_a_repeated_delivery_doubles_nothing_and_the_last_secret_counts(tmp_path: Path) -> None:
    for secret in (b"first", b"second"):
        box(tmp_path).send(RAW + secret, RAW + b"hidden")
    (kept,) = (p.read_bytes() for p in (tmp_path / "mailbox/.Sent/cur").iterdir())
    (got,) = (p.read_bytes() for p in (tmp_path / "outgoing/b@x.example").rglob("*/*"))
    assert (kept, got) == (RAW + b"hidden", RAW + b"second")


def test_a_sample_is_delivered_once_for_ever(tmp_path: Path) -> None:
    mailbox = box(tmp_path)
    for _ in range(2):
        drop(tmp_path / "mailbox", b"x", "sample-01")
    (ref,) = mailbox.waiting(10)
    mailbox.settle(ref, NEEDS_ATTENTION, "")
    drop(tmp_path / "mailbox", b"x", "sample-01")
    assert mailbox.waiting(10) == []


@pytest.mark.parametrize("name", ["../x", "a:b", ".hidden", "", "a/b"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        drop(tmp_path, b"x", name)


def test_a_recipient_cannot_leave_the_outgoing_folder(tmp_path: Path) -> None:
    raw = RAW.replace(b"b@x.example", b'"../../evil"@x.example')
    box(tmp_path).send(raw)
    assert {p.parent.resolve() for p in (tmp_path / "outgoing").iterdir()} == {(tmp_path / "outgoing").resolve()}


class Server:
    """What the SMTP server answers, and what it took."""

    def __init__(self) -> None:
        self.rcpt, self.data = "250 OK", "250 OK"
        self.taken: list[bytes] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return self.data


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def test_submission_sends_once_and_keeps_a_copy(tmp_path: Path, server: tuple[Server, int]) -> None:
    handler, port = server
    box(tmp_path, port).send(RAW)
    assert handler.taken == [RAW]
    assert box(tmp_path, port).find_sent("<1@mt.example>")
    assert not (tmp_path / "outgoing").exists()


def test_line_ends_are_made_right(tmp_path: Path, server: tuple[Server, int]) -> None:
    handler, port = server
    box(tmp_path, port).send(RAW.replace(b"\r\n", b"\n"))
    assert handler.taken == [RAW]


@pytest.mark.parametrize(("rcpt", "data"), [("550 unknown", "250 OK"), ("250 OK", "554 refused")])
def test_a_refusal_is_certain(tmp_path: Path, server: tuple[Server, int], rcpt: str, data: str) -> None:
    handler, port = server
    handler.rcpt, handler.data = rcpt, data
    with pytest.raises(NotSent):
        box(tmp_path, port).send(RAW)
    assert not box(tmp_path).find_sent("<1@mt.example>")


def test_an_unreachable_server_is_certain(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NotSent):
        box(tmp_path, port).send(RAW)


def test_a_connection_that_breaks_after_the_content_is_unknown(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def play() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as line:
            line.write(b"220 hello\r\n")
            for answer in (b"250 ehlo\r\n", b"250 mail\r\n", b"250 rcpt\r\n", b"354 go on\r\n"):
                line.readline()
                line.write(answer)
            while line.readline() != b".\r\n":
                pass

    thread = threading.Thread(target=play)
    thread.start()
    with pytest.raises(SendUnknown):
        box(tmp_path, listener.getsockname()[1]).send(RAW)
    thread.join()
    listener.close()
    assert not box(tmp_path).find_sent("<1@mt.example>")
