"""Submission: what is certain at which stage, and that nothing goes out unprotected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tasks.adapters.mailbox import NotSent, SendUnknown
from tasks.adapters.mailbox.submission import Submission, envelope
from tasks.mail_settings import Tls
from tests.authority import Authority
from tests.cutter import Cutter, cutter
from tests.dovecot import PASSWORD, free_port
from tests.submission_server import SubmissionServer, submission_server

RAW = b"From: a@mt.example\r\nTo: b@x.example\r\nMessage-ID: <1@mt.example>\r\n\r\nwords\r\n.\r\n..a\r\nend"
WRONG = "Wr0ng-Pass"


@pytest.fixture
def plain() -> Iterator[tuple[SubmissionServer, Cutter]]:
    with submission_server(None) as server, cutter(server.port) as wire:
        yield server, wire


@pytest.mark.parametrize(
    ("at", "answered", "failure", "taken"),
    [
        (b"ehlo", True, NotSent, 0),
        (b"mail FROM", True, NotSent, 0),
        (b"rcpt TO", False, NotSent, 0),
        (b"DATA", False, NotSent, 0),
        (b"DATA", True, NotSent, 0),
        (b"words", False, SendUnknown, 0),  # all of it was in the buffers of this machine: nobody can know
        (b"end\r\n.\r\n", True, SendUnknown, 1),
        (b"end\r\n.\r\n", False, SendUnknown, 0),
    ],
)
def test_the_stage_decides(
    plain: tuple[SubmissionServer, Cutter], at: bytes, answered: bool, failure: type[Exception], taken: int
) -> None:
    server, wire = plain
    wire.cut(b".\r\n" if at.endswith(b".\r\n") else at, answered=answered)
    raw = RAW if not at.endswith(b".\r\n") else RAW.replace(b"\r\n.\r\n", b"\r\n")
    with pytest.raises(failure):
        Submission("127.0.0.1", wire.port, Tls.NONE).submit(envelope(raw), raw)
    assert len(server.received["b@x.example"]) == taken


def test_a_long_mail_cut_before_its_end_is_certainly_not_sent(plain: tuple[SubmissionServer, Cutter]) -> None:
    server, wire = plain
    wire.cut(b"words", answered=False)
    raw = RAW + b"words and words\r\n" * 1_000_000
    with pytest.raises(NotSent):
        Submission("127.0.0.1", wire.port, Tls.NONE).submit(envelope(raw), raw)
    assert not server.received


@pytest.fixture
def safe(tmp_path: Path) -> Iterator[tuple[SubmissionServer, Path]]:
    authority = Authority(tmp_path)
    with submission_server(authority) as server:
        yield server, authority.ca_file


def user(
    server: SubmissionServer, ca_file: Path | None, password: str = PASSWORD, host: str = "localhost"
) -> Submission:
    return Submission(host, server.port, Tls.STARTTLS, "office@mt.example", SecretStr(password), ca_file)


def test_with_starttls_and_login_the_mail_arrives_as_it_was(safe: tuple[SubmissionServer, Path]) -> None:
    server, ca_file = safe
    user(server, ca_file).submit(envelope(RAW), RAW)
    assert server.received["b@x.example"] == [RAW + b"\r\n"]


def test_a_wrong_password_is_shown_to_the_server_once(safe: tuple[SubmissionServer, Path]) -> None:
    server, ca_file = safe
    submission = user(server, ca_file, WRONG)
    for _ in range(5):
        with pytest.raises(NotSent, match="refuses the login of office") as failure:
            submission.submit(envelope(RAW), RAW)
        assert WRONG not in str(failure.value)
    assert server.logins == 1
    assert WRONG not in repr(submission)


@pytest.mark.parametrize(
    ("host", "trusted", "said"),
    [("127.0.0.1", True, "IP address mismatch"), ("localhost", False, "unable to get local issuer")],
)
def test_a_certificate_of_another_or_of_nobody_is_refused(
    safe: tuple[SubmissionServer, Path], host: str, trusted: bool, said: str
) -> None:
    server, ca_file = safe
    with pytest.raises(NotSent, match=said):
        user(server, ca_file if trusted else None, host=host).submit(envelope(RAW), RAW)
    assert server.logins == 0


def test_a_server_without_starttls_gets_no_password(plain: tuple[SubmissionServer, Cutter], tmp_path: Path) -> None:
    server, _ = plain
    with pytest.raises(NotSent, match="STARTTLS"):
        user(server, Authority(tmp_path).ca_file).submit(envelope(RAW), RAW)
    assert not server.received


def test_clear_text_leaves_this_machine_never() -> None:
    with pytest.raises(NotSent, match="clear text"):
        Submission("mail.mt.example", free_port(), Tls.NONE).submit(envelope(RAW), RAW)
