"""Graph: sent once whatever happens, and big files."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from tasks.adapters.mailbox import NotSent, SendUnknown
from tests.contract.graph_mails import (
    AFTER,
    COPY,
    CREATE,
    JANE,
    PLAIN,
    RAW,
    SECRET,
    SEND,
    big,
    drain,
)
from tests.contract.graph_server import Fault
from tests.contract.graph_workshop import GraphWorkshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GraphWorkshop]:
    with workshop(tmp_path) as shop:
        yield shop


@pytest.mark.parametrize(
    ("path", "fault", "first"),
    [
        *((SEND, fault, "SendUnknown") for fault in AFTER),
        *((CREATE, fault, "NotSent") for fault in AFTER),
        (SEND, Fault.THROTTLED, "NotSent"),
        (SEND, Fault.UNAUTHORIZED, "sent"),
        (CREATE, Fault.THROTTLED, "sent"),
        (CREATE, Fault.UNAUTHORIZED, "sent"),
    ],
)
def test_a_mail_is_sent_once_whatever_happens(shop: GraphWorkshop, path: str, fault: Fault, first: str) -> None:
    shop.server.fail("POST", path, fault)
    outcomes = drain(shop.open(), PLAIN)
    assert outcomes[0] == first
    assert outcomes[-1] in ("sent", "found")
    assert shop.received(JANE) == [PLAIN]
    assert shop.folder("Sent") == [PLAIN]
    assert shop.folder("Drafts") == []


@pytest.mark.parametrize("fault", AFTER)
def test_a_send_is_asked_for_once_an_attempt(shop: GraphWorkshop, fault: Fault) -> None:
    shop.server.fail("POST", SEND, fault, times=1000)
    with pytest.raises(SendUnknown):
        shop.open().send(PLAIN)
    assert shop.server.asked("POST", SEND) == 1


def test_a_mail_that_exchange_still_holds_is_not_sent_again(shop: GraphWorkshop) -> None:
    shop.server.store.hold = True
    shop.server.fail("POST", SEND, Fault.DROP_AFTER)
    mailbox = shop.open()
    assert drain(mailbox, PLAIN, 3) == ["SendUnknown"] * 3
    shop.server.store.release()
    assert mailbox.find_sent("<1@mt.example>")
    assert shop.received(JANE) == [PLAIN]


def test_a_draft_that_took_longer_than_the_claim_is_sent_by_the_next_attempt(
    shop: GraphWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as slow:
        slow.setattr("tasks.adapters.mailbox.graph_sender.LONGEST_WAY", -1.0)
        with pytest.raises(NotSent, match="next attempt"):
            shop.open().send(PLAIN)
    assert shop.received(JANE) == []
    shop.open().send(PLAIN)
    assert shop.received(JANE) == [PLAIN]
    assert shop.server.asked("POST", CREATE) == 1


def test_a_draft_that_vanished_is_in_doubt(shop: GraphWorkshop, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = shop.open()
    shop.server.fail("POST", SEND, Fault.DROP)
    with pytest.raises(SendUnknown):
        mailbox.send(PLAIN)
    find = mailbox._sender.find

    def stale(folder: str, message_id: str) -> str | None:
        found = find(folder, message_id)
        if folder == "drafts":
            shop.server.store.items.clear()  # between our look and our request
        return found

    monkeypatch.setattr(mailbox._sender, "find", stale)
    with pytest.raises(SendUnknown, match="earlier attempt"):
        mailbox.send(PLAIN)


def test_a_server_that_cannot_be_reached_is_certain(shop: GraphWorkshop) -> None:
    mailbox = shop.open()
    mailbox.waiting(1)
    shop.server.http.shutdown()
    shop.server.http.server_close()
    mailbox._graph._http.close()
    del mailbox._graph._http
    with pytest.raises(NotSent):
        mailbox.send(PLAIN)
    with pytest.raises(NotSent):
        mailbox.send(SECRET, COPY)


def test_a_server_that_forgets_our_message_id_gets_no_mail(
    shop: GraphWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    json = shop.server._json
    forgotten = {"internetMessageId": "<other@prod.example>"}
    monkeypatch.setattr(shop.server, "_json", lambda *request: json(*request) | forgotten)
    with pytest.raises(NotSent, match="Message-ID"):
        shop.open().send(PLAIN)
    assert shop.received(JANE) == []
    assert shop.folder("Drafts") == []


def test_big_files_go_by_upload_sessions(shop: GraphWorkshop) -> None:
    raw, files = big(3_200_000, 600_000, 200)
    shop.open().send(raw)
    (got,) = shop.received(JANE)
    mail = message_from_bytes(got, policy=SMTP)
    parts = [part for part in mail.walk() if part.get_filename()]
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in parts] == [
        (f"scan {number}.pdf", content) for number, content in enumerate(files)
    ]
    assert [str(mail[name]) for name in ("Message-ID", "In-Reply-To", "Auto-Submitted")] == [
        "<1@mt.example>",
        "<a@nexus.example>",
        "auto-generated",
    ]
    assert shop.server.asked("PUT", "/upload/") == 2
    assert mail.get_body(("html",)) is not None
    assert shop.open().find_sent("<1@mt.example>")


@pytest.mark.parametrize("fault", AFTER)
@pytest.mark.parametrize(("method", "path"), [("PUT", "/upload/"), ("POST", "Session$"), ("POST", "/attachments$")])
def test_a_big_mail_that_breaks_off_is_certain_and_goes_whole_the_next_time(
    shop: GraphWorkshop, fault: Fault, method: str, path: str
) -> None:
    raw, files = big(2_600_000, 500)
    shop.server.fail(method, path, fault)
    mailbox = shop.open()
    assert drain(mailbox, raw) == ["NotSent", "sent"]
    (got,) = shop.received(JANE)
    assert [p.get_payload(decode=True) for p in message_from_bytes(got).walk() if p.get_filename()] == files
    assert shop.folder("Drafts") == []


def test_an_incomplete_draft_that_cannot_be_removed_is_never_sent(shop: GraphWorkshop) -> None:
    raw, files = big(2_600_000, 500)
    shop.server.fail("POST", "/attachments$", Fault.BUSY)
    shop.server.fail("DELETE", "/messages/", Fault.BUSY, times=1000)
    assert drain(shop.open(), raw) == ["NotSent", "sent"]
    (got,) = shop.received(JANE)
    assert [p.get_payload(decode=True) for p in message_from_bytes(got).walk() if p.get_filename()] == files
    assert len(shop.folder("Drafts")) == 1


def test_a_text_larger_than_a_request_is_refused(shop: GraphWorkshop) -> None:
    with pytest.raises(NotSent, match="larger than"):
        shop.open().send(RAW % (b"x" * 60 + b"\r\n") * 40_000)
    with pytest.raises(NotSent, match="in one request"):
        shop.open().send(SECRET + b"x\r\n" * 700_000, COPY)
