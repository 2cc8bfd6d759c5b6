"""Graph: a secret is in the mail that goes out and nowhere else."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from tasks.adapters.mailbox import MailboxDown, NotSent, SendUnknown
from tests.contract.entra_server import pem
from tests.contract.graph_mails import (
    AFTER,
    COPY,
    JANE,
    SECRET,
    SEND_MAIL,
    big,
)
from tests.contract.graph_server import Fault
from tests.contract.graph_workshop import GraphWorkshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GraphWorkshop]:
    with workshop(tmp_path) as shop:
        yield shop


def everywhere(shop: GraphWorkshop) -> bytes:
    return b"".join(item.raw for item in shop.server.store.items)


def test_a_secret_never_lies_in_the_mailbox(shop: GraphWorkshop) -> None:
    shop.open().send(SECRET, COPY)
    assert b"canary-password" not in everywhere(shop)
    (kept,) = shop.server.store.inside(shop.server.store.folder("sentitems"))
    assert (kept.draft, kept.message_id) == (False, "<1@mt.example>")
    (got,) = shop.received(JANE)
    head = message_from_bytes(got)
    assert [re.sub(r"\s+", " ", head[n]) for n in ("In-Reply-To", "References", "Auto-Submitted")] == [
        "<a@nexus.example>",
        "<0@nexus.example> <a@nexus.example>",
        "auto-generated",
    ]
    assert (head["X-Auto-Response-Suppress"], head["Message-ID"]) == ("All", "<1@mt.example>")


@pytest.mark.parametrize("fault", AFTER)
def test_a_secret_of_unknown_fate_is_asked_for_once_and_leaves_no_trace(shop: GraphWorkshop, fault: Fault) -> None:
    shop.server.fail("POST", SEND_MAIL, fault, times=1000)
    mailbox = shop.open()
    with pytest.raises(SendUnknown):
        mailbox.send(SECRET, COPY)
    assert shop.server.asked("POST", SEND_MAIL) == 1
    assert not mailbox.find_sent("<1@mt.example>")
    assert everywhere(shop) == b""


def test_a_throttled_secret_is_certainly_not_sent(shop: GraphWorkshop) -> None:
    shop.server.fail("POST", SEND_MAIL, Fault.THROTTLED)
    with pytest.raises(NotSent):
        shop.open().send(SECRET, COPY)
    assert shop.received(JANE) == []


@pytest.mark.parametrize("fault", AFTER)
def test_the_copy_is_kept_once(shop: GraphWorkshop, fault: Fault) -> None:
    shop.server.fail("POST", "sentitems/messages$", fault)
    shop.open().send(SECRET, COPY)
    assert len(shop.folder("Sent")) == len(shop.received(JANE)) == 1


def test_a_copy_that_cannot_be_kept_does_not_make_a_sent_mail_doubtful(
    shop: GraphWorkshop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.server.fail("POST", "sentitems/messages$", Fault.BUSY, times=1000)
    shop.open().send(SECRET, COPY)
    assert "<1@mt.example> was sent, but its copy could not be kept" in caplog.text


def test_no_secret_and_no_token_is_written_anywhere(shop: GraphWorkshop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox = shop.open()
    said: list[str] = []
    calls: list[tuple[str, str, Callable[[], object]]] = [
        ("POST", SEND_MAIL, lambda: mailbox.send(SECRET, COPY)),
        ("PUT", "/upload/", lambda: mailbox.send(big(2_600_000)[0].replace(b"<1@", b"<2@"))),
        ("GET", "inbox/messages$", lambda: mailbox.waiting(1)),
    ]
    for method, path, call in calls:
        for fault in (*AFTER, Fault.FORBIDDEN, Fault.UNAUTHORIZED, Fault.THROTTLED):
            shop.server.fail(method, path, fault, times=9 if method == "GET" else 1)
            try:
                call()
            except (MailboxDown, NotSent, SendUnknown) as error:
                at: BaseException | None = error
                while at is not None:
                    said.append(f"{at!r} {at}")
                    at = at.__cause__ or at.__context__
            shop.server.faults.clear()
    written = caplog.text + "".join(said) + repr(mailbox) + repr(mailbox._graph) + repr(mailbox._graph._app)
    private = pem("application").splitlines()[3]
    for secret in ("canary-password", "upload-token", "Bearer ", private, *shop.server.entra.issued):
        assert secret not in written
    assert shop.server.asked("PUT", "/upload/") == 7
    assert len(said) > 10
