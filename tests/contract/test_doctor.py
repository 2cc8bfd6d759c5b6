"""`correquests doctor mailbox` on the real servers: healthy, and with each thing wrong that an operator meets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from deployments import environment
from deployments.doctor import examine
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED
from tasks.adapters.mailbox.mime import parse
from tasks.mail_settings import Tls, Transport
from tasks.settings import Settings
from tests.authority import Authority
from tests.contract.imap_workshop import ImapWorkshop, workshop
from tests.dovecot import PASSWORD, dovecot, free_port
from tests.submission_server import submission_server

WRONG = "Wr0ng-Pass"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ImapWorkshop]:
    with workshop(tmp_path) as made:
        yield made


def configured(shop: ImapWorkshop, home: Path, **other: Any) -> Settings:
    """The settings of an operator whose mailbox is the workshop's."""
    ca_file = shop.server.authority.ca_file
    values: dict[str, Any] = {
        "home": home,
        "mailbox": Transport.IMAP,
        "mailbox_address": shop.user,
        "imap_host": "localhost",
        "imap_port": shop.server.imaps,
        "imap_password": SecretStr(PASSWORD),
        "imap_ca_file": ca_file,
        "smtp_host": "localhost",
        "smtp_port": shop.outgoing.port,
        "smtp_user": shop.user,
        "smtp_password": SecretStr(PASSWORD),
        "smtp_ca_file": ca_file,
    }
    return Settings(**(values | other))


def told(config: Settings) -> tuple[bool, list[str]]:
    lines: list[str] = []
    good = examine(config, lines.append, patience=3)
    assert PASSWORD not in "\n".join(lines)
    assert WRONG not in "\n".join(lines)
    return good, lines


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
def test_a_healthy_mailbox(shop: ImapWorkshop, tmp_path: Path, tls: Tls) -> None:
    port = shop.server.imaps if tls is Tls.IMPLICIT else shop.server.imap
    shop.deliver(b"From: x@y\r\nSubject: a real mail\r\n\r\n")
    good, lines = told(configured(shop, tmp_path, imap_tls=tls, imap_port=port))
    assert good, lines
    assert [line.partition(": ")[0] for line in lines[1:-1]] == [
        *(f"ok    {what}" for what in ("IMAP address", "IMAP TLS", "SMTP address", "SMTP TLS", "login")),
        *(f"ok    {what}" for what in ("send", "arrival", "content", f"folder {PROCESSED}", "Sent")),
        *(f"ok    {what}" for what in ("send", "arrival", "content", f"folder {NEEDS_ATTENTION}", "Sent")),
    ]
    assert len(shop.open().waiting(10)) == 1  # the real mail was left alone
    for folder in (PROCESSED, NEEDS_ATTENTION):
        (probe,) = shop.folder(folder)
        assert parse(probe).automatic  # whatever meets it later answers nobody


def test_the_mailbox_of_a_first_start_is_healthy(tmp_path: Path) -> None:
    good, lines = told(Settings(home=tmp_path))
    assert good, lines


Change = Callable[[ImapWorkshop, Path], dict[str, Any]]
WRONGS: dict[str, tuple[Change, str, str]] = {
    "imap password": (lambda s, p: {"imap_password": SecretStr(WRONG)}, "FAIL  login", "Check the user, the password"),
    "smtp password": (lambda s, p: {"smtp_password": SecretStr(WRONG)}, "FAIL  send", "Check the submission server"),
    "host name": (lambda s, p: {"imap_host": "127.0.0.1"}, "FAIL  IMAP TLS", "CORREQUESTS_IMAP_HOST"),
    "smtp host name": (lambda s, p: {"smtp_host": "127.0.0.1"}, "FAIL  SMTP TLS", "CORREQUESTS_SMTP_HOST"),
    "authority": (lambda s, p: {"imap_ca_file": Authority(p).ca_file}, "FAIL  IMAP TLS", "CORREQUESTS_IMAP_CA_FILE"),
    "authority file": (lambda s, p: {"imap_ca_file": p / "none.pem"}, "FAIL  IMAP TLS", "CORREQUESTS_IMAP_CA_FILE"),
    "port": (lambda s, p: {"imap_port": free_port()}, "FAIL  IMAP address", "CORREQUESTS_IMAP_HOST"),
    "kind of tls": (lambda s, p: {"imap_port": s.server.imap}, "FAIL  IMAP TLS", "fits the port"),
    "unknown host": (lambda s, p: {"imap_host": "no.such.invalid"}, "FAIL  IMAP address", "CORREQUESTS_IMAP_HOST"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_is_wrong_is_said_once_with_what_to_do(shop: ImapWorkshop, tmp_path: Path, wrong: str) -> None:
    change, failure, advice = WRONGS[wrong]
    good, lines = told(configured(shop, tmp_path, **change(shop, tmp_path)))
    assert not good
    assert lines[-3].startswith(failure), lines
    assert advice in lines[-2]
    assert not any(line.startswith("FAIL") for line in lines[:-3])


def test_a_probe_that_never_arrives(shop: ImapWorkshop, tmp_path: Path) -> None:
    del shop.outgoing.deliver[shop.user]
    good, lines = told(configured(shop, tmp_path))
    assert not good
    assert lines[-3] == "FAIL  arrival: the probe did not arrive within 3 s"
    assert "watcher" in lines[-2]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (b"Message-ID: <doctor.", b"Message-ID: <x.", "the probe arrived under another Message-ID"),
        (b"proves", b"PROVES", "the parts of the probe are not what was sent"),
    ],
)
def test_a_server_that_rewrites_mail(shop: ImapWorkshop, tmp_path: Path, was: bytes, becomes: bytes, said: str) -> None:
    shop.outgoing.deliver[shop.user] = lambda raw: shop.deliver(raw.replace(was, becomes))
    good, lines = told(configured(shop, tmp_path))
    assert not good
    assert lines[-3] == f"FAIL  content: {said}"


def test_a_missing_right_is_named(tmp_path: Path) -> None:
    extra = "mail_plugins = acl\nplugin {\n  acl = vfile\n}\n"
    with dovecot(extra=extra) as server, submission_server(server.authority) as outgoing:
        shop = ImapWorkshop(server, outgoing)
        shop.deliver(b"Subject: a\r\n\r\n")
        rights = server.maildir(shop.user) / "dovecot-acl"
        rights.write_text("owner lrwsi\n")  # may look, mark and put in, but not take out (RFC 4314: t, e)
        rights.chmod(0o644)
        good, lines = told(configured(shop, tmp_path))
    assert not good
    assert lines[-3].startswith(f"FAIL  folder {PROCESSED}: ")
    assert "NOPERM" in lines[-3]
    assert "take mails out of the inbox" in lines[-2]


def test_the_command_ends_with_1_and_shows_no_secret(shop: ImapWorkshop, tmp_path: Path) -> None:
    config = configured(shop, tmp_path, imap_password=SecretStr(WRONG))
    command = [sys.executable, "-m", "deployments", "doctor", "mailbox"]
    run = subprocess.run(command, capture_output=True, text=True, env=environment.of(config), timeout=120)
    assert run.returncode == 1, run.stderr
    assert "FAIL  login: the IMAP server refuses the login" in run.stdout
    assert WRONG not in run.stdout + run.stderr
    assert PASSWORD not in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mailbox": "imap", "imap_password": WRONG}, "CORREQUESTS_IMAP_HOST, CORREQUESTS_SMTP_HOST"),
        ({"mailbox": "graph"}, "CORREQUESTS_ENTRA_TENANT"),
        ({"mailbox": "ews", "ews_password": WRONG}, "CORREQUESTS_EWS_ENDPOINT, CORREQUESTS_EWS_USER"),
        ({"smtp_host": "mail.mt.example", "smtp_tls": "none", "smtp_password": WRONG}, "without TLS is not allowed"),
    ],
)
def test_settings_that_cannot_work_are_refused_without_their_secrets(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Settings(**values)
    assert said in str(refusal.value)
    assert WRONG not in str(refusal.value)
