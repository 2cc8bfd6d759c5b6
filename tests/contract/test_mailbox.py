"""The mailbox port: one suite, every adapter. An adapter joins by adding its workshop to `workshops.WORKSHOPS`."""

from __future__ import annotations

import base64
import hashlib
import os
import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, REPROCESS, Mailbox, NotSent, Ref, imap
from tests.contract.workshops import WORKSHOPS, Workshop


@pytest.fixture(params=sorted(WORKSHOPS))
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workshop]:
    with WORKSHOPS[request.param](tmp_path) as made:
        yield made


def out(shop: Workshop, body: bytes, number: int = 1) -> bytes:
    """A finished mail of ours."""
    to = ", ".join(shop.recipients).encode()
    return b"From: office@mt.example\r\nTo: %s\r\nMessage-ID: <%d@mt.example>\r\n\r\n%s\r\n" % (to, number, body)


def one(mailbox: Mailbox) -> Ref:
    (ref,) = mailbox.waiting(10)
    return ref


def test_mails_wait_oldest_first_and_reading_changes_nothing(shop: Workshop, tmp_path: Path) -> None:
    for number in range(5):
        shop.deliver(b"Subject: %d\r\n\r\n" % number)
        time.sleep(0.01)
    mailbox = shop.open()
    assert len(mailbox.waiting(3)) == 3
    for _ in range(2):
        texts = []
        for ref in mailbox.waiting(10):
            facts = mailbox.fetch(ref, tmp_path / "out")
            texts.append((tmp_path / "out").read_bytes())
            assert facts.size == ref.size == len(texts[-1])
        assert texts == [b"Subject: %d\r\n\r\n" % n for n in range(5)]


@pytest.mark.parametrize(
    "raw",
    [
        b"no headers, only this line",
        b"",
        b"\r\n\r\nbody only",
        b"Subject: caf\xe9\r\n\r\n\x00\xff",
        b"From: x@y\nSubject: line feeds only\n\nbody\n",
    ],
)
def test_any_bytes_come_back_as_they_were(shop: Workshop, tmp_path: Path, raw: bytes) -> None:
    shop.deliver(raw)
    mailbox = shop.open()
    mailbox.fetch(one(mailbox), tmp_path / "out")
    assert shop.same(raw, (tmp_path / "out").read_bytes())


def test_edge_headers_are_facts(shop: Workshop, tmp_path: Path) -> None:
    shop.deliver(b"Authentication-Results: edge; spf=fail\r\nReturn-Path: <>\r\nFrom: x@y\r\n\r\n")
    mailbox = shop.open()
    facts = mailbox.fetch(one(mailbox), tmp_path / "out")
    assert facts.headers["Authentication-Results"] == "edge; spf=fail"
    assert facts.headers["Return-Path"] == "<>"


@pytest.mark.parametrize("folder", [PROCESSED, NEEDS_ATTENTION])
def test_settling_moves_once(shop: Workshop, folder: str) -> None:
    shop.deliver(b"Subject: a\r\n\r\n")
    mailbox = shop.open()
    ref = one(mailbox)
    assert mailbox.settle(ref, folder, "CR-2026-000001") is True
    assert mailbox.settle(ref, folder, "CR-2026-000001") is False
    assert mailbox.waiting(10) == []
    assert shop.folder(folder) == [b"Subject: a\r\n\r\n"]


def test_a_crash_between_fetch_and_settle_loses_nothing(shop: Workshop, tmp_path: Path) -> None:
    shop.deliver(b"Subject: a\r\n\r\n")
    first = shop.open()
    first.fetch(one(first), tmp_path / "out")
    del first  # the process dies here
    second = shop.open()
    second.fetch(one(second), tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "out").read_bytes()
    assert second.settle(one(second), PROCESSED, "") is True


def test_a_settled_mail_cannot_be_fetched(shop: Workshop, tmp_path: Path) -> None:
    shop.deliver(b"Subject: a\r\n\r\n")
    mailbox = shop.open()
    ref = one(mailbox)
    mailbox.settle(ref, PROCESSED, "")
    with pytest.raises(FileNotFoundError):
        mailbox.fetch(ref, tmp_path / "out")


@pytest.mark.parametrize("again", [False, True])
def test_two_workers_settle_each_mail_once(shop: Workshop, again: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        shop.deliver(b"Subject: %d\r\n\r\n" % number)
    refs = shop.open().waiting(100)
    if again:
        shop.carry("INBOX", REPROCESS)
        refs = shop.open().waiting(100)
    assert [ref.again for ref in refs] == [again] * 40

    def work(_: int) -> list[bool]:
        mailbox = shop.open()
        return [mailbox.settle(ref, PROCESSED, "") for ref in refs]

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(work, range(2)))
    # on IMAP two that mark a mail in the same instant both step back; then it waits until the marks are old
    monkeypatch.setattr(imap, "_LEASE", 0.0)
    mailbox = shop.open()
    left = mailbox.waiting(100)
    assert sum(map(sum, both)) == len(shop.folder(PROCESSED)) == 40 - len(left)
    assert all(settled_at_last(mailbox, ref, PROCESSED) for ref in left)
    assert len(shop.folder(PROCESSED)) == 40


def settled_at_last(mailbox: Mailbox, ref: Ref, folder: str) -> bool:
    """A mail that was moved before carries a mark in IMAP, which is first seen and then known to be old."""
    return mailbox.settle(ref, folder, "") or mailbox.settle(ref, folder, "")


@pytest.mark.parametrize("place", ["INBOX", REPROCESS])
def test_a_mail_moved_back_by_a_person_waits_again_and_settles_again(
    shop: Workshop, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_LEASE", 0.0)
    shop.deliver(b"Subject: a\r\n\r\n")
    mailbox = shop.open()
    first = one(mailbox)
    assert mailbox.settle(first, PROCESSED, "")
    for _ in range(2):  # people do it twice
        shop.carry(PROCESSED, place)
        ref = one(mailbox)
        assert ref.again is (place == REPROCESS)
        mailbox.fetch(ref, tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == b"Subject: a\r\n\r\n"
        assert settled_at_last(mailbox, ref, PROCESSED)
        assert mailbox.settle(ref, PROCESSED, "") is False
        with pytest.raises(FileNotFoundError):
            mailbox.fetch(ref, tmp_path / "out")
        assert mailbox.waiting(10) == []
        assert shop.folder(PROCESSED) == [b"Subject: a\r\n\r\n"]


def test_reprocess_is_made_and_its_mails_come_after_those_of_the_inbox(shop: Workshop, tmp_path: Path) -> None:
    mailbox = shop.open()
    assert mailbox.waiting(10) == []
    for number in range(2):
        shop.deliver(b"Subject: again %d\r\n\r\n" % number)
        time.sleep(0.01)
    assert [ref.again for ref in mailbox.waiting(10)] == [False, False]
    shop.carry("INBOX", REPROCESS)  # which fails when the folder was not made
    for number in range(2):
        shop.deliver(b"Subject: new %d\r\n\r\n" % number)
        time.sleep(0.01)
    refs = mailbox.waiting(10)
    assert [ref.again for ref in refs] == [False, False, True, True]
    assert len({ref.handle for ref in refs}) == 4
    texts = set()
    for ref in refs:
        assert mailbox.fetch(ref, tmp_path / "out").size == ref.size
        texts.add((ref.again, (tmp_path / "out").read_bytes()))
    wanted = {(False, b"new"), (True, b"again")}
    assert texts == {(again, b"Subject: %s %d\r\n\r\n" % (word, n)) for again, word in wanted for n in range(2)}
    assert mailbox.waiting(3) == refs[:3]
    assert mailbox.waiting(1) == refs[:1]


def test_a_mail_listed_in_the_inbox_is_not_taken_out_of_reprocess(shop: Workshop, tmp_path: Path) -> None:
    shop.deliver(b"Subject: a\r\n\r\n")
    mailbox = shop.open()
    old = one(mailbox)
    shop.carry("INBOX", REPROCESS)
    with pytest.raises(FileNotFoundError):
        mailbox.fetch(old, tmp_path / "out")
    assert mailbox.settle(old, PROCESSED, "") is False
    assert (len(shop.folder(REPROCESS)), shop.folder(PROCESSED)) == (1, [])
    assert mailbox.settle(one(mailbox), NEEDS_ATTENTION, "") is True
    assert (shop.folder(REPROCESS), len(shop.folder(NEEDS_ATTENTION))) == ([], 1)


def test_25_megabytes_stream(shop: Workshop, tmp_path: Path) -> None:
    raw = b"Subject: big\r\n\r\n" + base64.encodebytes(os.urandom(18 * 1024 * 1024)).replace(b"\n", b"\r\n")
    shop.deliver(raw)
    mailbox = shop.open()
    ref = one(mailbox)
    digest = hashlib.sha256(raw).hexdigest()
    del raw
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mailbox.fetch(ref, tmp_path / "out")
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert hashlib.sha256((tmp_path / "out").read_bytes()).hexdigest() == digest
    assert grown_kb < 12 * 1024


def test_sending_delivers_to_everybody_and_keeps_a_copy(shop: Workshop) -> None:
    mailbox = shop.open()
    assert not mailbox.find_sent("<1@mt.example>")
    mailbox.send(out(shop, b"hello"))
    assert mailbox.find_sent("<1@mt.example>")
    for address in shop.recipients:
        (got,) = shop.received(address)
        assert shop.same(out(shop, b"hello"), got)


def test_sent_keeps_the_copy_without_the_secret(shop: Workshop) -> None:
    shop.open().send(out(shop, b"secret"), out(shop, b"hidden"))
    (kept,) = shop.folder("Sent")
    assert shop.same(out(shop, b"hidden"), kept)
    (got,) = shop.received(shop.recipients[0])
    assert shop.same(out(shop, b"secret"), got)


def test_sent_is_asked_for_exactly_this_message_id(shop: Workshop) -> None:
    mailbox = shop.open()
    mailbox.send(out(shop, b"hello", 123))
    assert mailbox.find_sent("<123@mt.example>")
    for other in (
        "<23@mt.example>",
        "<123@mt.exampl>",
        "123@mt.example",
        "<1234@mt.example>",
        '<"a b"@(x)>',
        "<\u00e9@x>",
    ):
        assert not mailbox.find_sent(other)


def test_a_mail_sent_twice_has_one_copy_in_sent(shop: Workshop) -> None:
    for _ in range(2):
        shop.open().send(out(shop, b"hello"))
    assert len(shop.folder("Sent")) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b\r\nTo: c@d\r\n\r\nno id",
        b"From: a@b\r\nMessage-ID: <1@b>\r\n\r\nno recipient",
        b"To: c@d\r\nMessage-ID: <1@b>\r\n\r\nno sender",
    ],
)
def test_an_unfinished_mail_is_certainly_not_sent(shop: Workshop, raw: bytes) -> None:
    with pytest.raises(NotSent):
        shop.open().send(raw)
    assert shop.folder("Sent") == []


def test_waiting_ends_when_mail_comes(shop: Workshop) -> None:
    mailbox = shop.open()
    mailbox.waiting(10)
    started = time.monotonic()
    threading.Timer(0.3, lambda: shop.deliver(b"Subject: a\r\n\r\n")).start()
    mailbox.wait(20)
    assert time.monotonic() - started < 10
    assert len(mailbox.waiting(10)) == 1


def test_waiting_ends_when_time_is_over(shop: Workshop) -> None:
    mailbox = shop.open()
    mailbox.waiting(10)
    started = time.monotonic()
    mailbox.wait(0.2)
    assert 0.15 < time.monotonic() - started < 5
