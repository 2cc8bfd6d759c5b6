"""What is IMAP's own: broken wires, refused logins, new numbers, people and other watchers at the same mailbox."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.adapters.mailbox import PROCESSED, REPROCESS, LoginRefused, MailboxDown, NotSent, SendUnknown
from tasks.adapters.mailbox.imap import ImapMailbox
from tasks.adapters.mailbox.submission import Submission
from tasks.mail_settings import Tls
from tests.contract.imap_workshop import ImapWorkshop, workshop
from tests.cutter import Cutter, cutter
from tests.dovecot import PASSWORD, dovecot
from tests.submission_server import SubmissionServer, submission_server

RAW = b"Subject: a\r\nMessage-ID: <in@x>\r\n\r\nhello\r\n"
OUT = b"From: office@mt.example\r\nTo: it@mt.example\r\nMessage-ID: <1@mt.example>\r\n\r\nhello\r\n"
WRONG = "Wr0ng-Pass"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ImapWorkshop]:
    with workshop(tmp_path) as made:
        yield made


@pytest.fixture
def wire(shop: ImapWorkshop) -> Iterator[Cutter]:
    shop.tls = Tls.NONE
    with cutter(shop.server.imap) as made:
        yield made


@pytest.mark.parametrize("answered", [True, False])
def test_a_read_that_loses_its_connection_is_asked_again(
    shop: ImapWorkshop, wire: Cutter, tmp_path: Path, answered: bool
) -> None:
    shop.deliver(RAW)
    mailbox = shop.open(imap=wire.port)
    wire.cut(b"UID SEARCH", answered=answered)
    (ref,) = mailbox.waiting(10)
    wire.cut(b"UID FETCH", answered=answered)
    mailbox.fetch(ref, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == RAW
    assert wire.connections == 3


@pytest.mark.parametrize(("answered", "left"), [(True, 0), (False, 1)])
def test_a_move_that_loses_its_connection_is_not_repeated(
    shop: ImapWorkshop, wire: Cutter, answered: bool, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.adapters.mailbox.imap._LEASE", 0.0)
    shop.deliver(RAW)
    mailbox = shop.open(imap=wire.port)
    (ref,) = mailbox.waiting(10)
    wire.cut(b"UID MOVE", answered=answered)
    with pytest.raises(MailboxDown):
        mailbox.settle(ref, PROCESSED, "")
    assert len(mailbox.waiting(10)) == left
    again = [mailbox.settle(ref, PROCESSED, "") for _ in range(3)]
    assert sum(again) == left  # the mark of the broken try is taken over, once
    assert shop.folder(PROCESSED) == [RAW]
    assert mailbox.waiting(10) == []


@pytest.mark.parametrize("answered", [True, False])
def test_a_copy_that_loses_its_connection_is_kept_once(shop: ImapWorkshop, wire: Cutter, answered: bool) -> None:
    mailbox = shop.open(imap=wire.port)
    wire.cut(b"APPEND", answered=answered)
    mailbox.send(OUT)
    assert shop.received("it@mt.example") == [OUT]
    assert shop.folder("Sent") == [OUT]
    assert mailbox.find_sent("<1@mt.example>")


def test_nothing_is_submitted_while_sent_cannot_be_reached(shop: ImapWorkshop, wire: Cutter) -> None:
    wire.close()
    with pytest.raises(NotSent, match="copy could not be kept"):
        shop.open(imap=wire.port).send(OUT)
    assert shop.received("it@mt.example") == []


def test_doubt_at_submission_leaves_no_copy(shop: ImapWorkshop) -> None:
    with submission_server(None) as server, cutter(server.port) as smtp:
        mailbox = shop.open()
        mailbox.submission = Submission("127.0.0.1", smtp.port, Tls.NONE)
        smtp.cut(b".\r\n", answered=True)
        with pytest.raises(SendUnknown):
            mailbox.send(OUT.replace(b".example\r\n", b".example \r\n").replace(b"hello\r\n", b"hello"))
    assert not mailbox.find_sent("<1@mt.example>")


def test_a_wrong_password_is_shown_to_the_server_once(shop: ImapWorkshop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    before = shop.server.log().count("auth failed")
    mailbox = shop.open(password=WRONG)
    for _ in range(5):
        with pytest.raises(LoginRefused, match="refuses the login of office") as failure:
            mailbox.waiting(1)
        assert WRONG not in str(failure.value)
    mailbox.wait(0.01)
    assert shop.server.log().count("auth failed") == before + 1
    assert WRONG not in caplog.text
    assert WRONG not in repr(vars(mailbox.session))


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
def test_a_certificate_for_another_name_is_refused(shop: ImapWorkshop, tls: Tls) -> None:
    shop.tls = tls
    with pytest.raises(MailboxDown, match="IP address mismatch"):
        shop.open(host="127.0.0.1").waiting(1)
    assert shop.open(host="localhost").waiting(1) == []


def test_clear_text_leaves_this_machine_never(shop: ImapWorkshop) -> None:
    shop.tls = Tls.NONE
    with pytest.raises(MailboxDown, match="clear text"):
        shop.open(host="mail.mt.example").waiting(1)


def test_a_mail_moved_by_somebody_else_is_gone(shop: ImapWorkshop, tmp_path: Path) -> None:
    shop.deliver(RAW)
    mailbox = shop.open()
    (ref,) = mailbox.waiting(10)
    person = shop.open()
    assert person.settle(ref, "Elsewhere", "")
    with pytest.raises(FileNotFoundError):
        mailbox.fetch(ref, tmp_path / "out")
    assert mailbox.settle(ref, PROCESSED, "") is False
    assert shop.folder("Elsewhere") == [RAW]


def test_a_mail_marked_as_deleted_by_a_person_does_not_wait(shop: ImapWorkshop) -> None:
    shop.deliver(RAW)
    with imaplib.IMAP4("127.0.0.1", shop.server.imap) as person:
        person.login(shop.user, PASSWORD)
        person.select("INBOX")
        person.store("1", "+FLAGS", "(\\Deleted)")
    assert shop.open().waiting(10) == []


def test_new_numbers_are_noticed(shop: ImapWorkshop, tmp_path: Path) -> None:
    shop.deliver(RAW)
    mailbox = shop.open()
    (old,) = mailbox.waiting(10)
    assert isinstance(mailbox, ImapMailbox)
    mailbox.session.drop()
    box = shop.server.maildir(shop.user)
    (box / "dovecot-uidlist").unlink()
    for index in box.glob("dovecot.index*"):
        index.unlink()
    (new,) = mailbox.waiting(10)
    assert new.handle != old.handle
    with pytest.raises(FileNotFoundError):
        mailbox.fetch(old, tmp_path / "out")
    assert mailbox.settle(old, PROCESSED, "") is False
    assert mailbox.settle(new, PROCESSED, "") is True


def test_a_folder_taken_away_is_made_again(shop: ImapWorkshop) -> None:
    mailbox = shop.open()
    for _ in range(2):
        shop.deliver(RAW)
        (ref,) = mailbox.waiting(10)
        assert mailbox.settle(ref, PROCESSED, "")
        with imaplib.IMAP4("127.0.0.1", shop.server.imap) as person:
            person.login(shop.user, PASSWORD)
            assert person.delete(PROCESSED)[0] == "OK"
        mailbox.session.drop()


def test_a_reprocess_folder_taken_away_is_made_again_and_used(shop: ImapWorkshop, tmp_path: Path) -> None:
    mailbox = shop.open()
    assert mailbox.waiting(10) == []
    with imaplib.IMAP4("127.0.0.1", shop.server.imap) as person:
        person.login(shop.user, PASSWORD)
        assert person.delete(REPROCESS)[0] == "OK"
    shop.deliver(RAW)
    assert [ref.again for ref in mailbox.waiting(10)] == [False]
    shop.carry("INBOX", REPROCESS)
    (ref,) = mailbox.waiting(10)
    mailbox.fetch(ref, tmp_path / "out")
    assert mailbox.settle(ref, PROCESSED, "")


def test_numbers_of_two_folders_are_not_mistaken_for_each_other(shop: ImapWorkshop, tmp_path: Path) -> None:
    """The first mail of a folder has the same UID in each, and folders of one second may share their UIDVALIDITY."""
    mailbox = shop.open()
    shop.deliver(RAW)
    mailbox.waiting(10)
    shop.carry("INBOX", REPROCESS)
    (ref,) = mailbox.waiting(10)
    shop.deliver(OUT)
    (new, old) = mailbox.waiting(10)
    assert old == ref
    for listed, raw in ((new, OUT), (old, RAW)):
        mailbox.fetch(listed, tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == raw
    assert len({listed.handle.rpartition("/")[0] for listed in (new, old)}) == 2


@pytest.mark.timeout(120)
def test_the_server_may_be_started_again_and_folders_may_stand_below_the_inbox(tmp_path: Path) -> None:
    with dovecot(prefix="INBOX.", separator=".") as server, submission_server(server.authority) as outgoing:
        shop = ImapWorkshop(server, outgoing)
        shop.deliver(RAW)
        mailbox = shop.open()
        (ref,) = mailbox.waiting(10)
        server.stop()
        with pytest.raises(MailboxDown):
            mailbox.waiting(10)
        mailbox.wait(0.01)
        server.start()
        assert mailbox.waiting(10) == [ref]
        assert mailbox.settle(ref, PROCESSED, "CR-2026-000001")
        assert shop.folder(f"INBOX.{PROCESSED}") == [RAW]


def test_a_server_without_move_is_refused() -> None:
    with dovecot(extra="imap_capability = IMAP4rev1 UIDPLUS IDLE NAMESPACE") as server:
        mailbox = ImapWorkshop(server, SubmissionServer(0)).open()
        with pytest.raises(MailboxDown, match="lacks MOVE"):
            mailbox.waiting(1)
