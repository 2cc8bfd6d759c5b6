"""Graph: paging, busy servers, limits, broken downloads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tasks.adapters.mailbox import MailboxDown, NotSent
from tests.contract.graph_mails import (
    PLAIN,
    one,
    put,
)
from tests.contract.graph_routes import Answer
from tests.contract.graph_server import Fault
from tests.contract.graph_workshop import GraphWorkshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GraphWorkshop]:
    with workshop(tmp_path) as shop:
        yield shop


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for, in seconds; nobody really sleeps."""
    found: list[float] = []
    monkeypatch.setattr("tasks.adapters.mailbox.graph_client.time.sleep", found.append)
    return found


def test_long_inboxes_are_paged(shop: GraphWorkshop, tmp_path: Path) -> None:
    mails = put(shop, 120)
    mailbox = shop.open()
    refs = mailbox.waiting(1000)
    assert len({ref.handle for ref in refs}) == 120
    mailbox.fetch(refs[77], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == mails[77]
    assert mailbox.waiting(7) == refs[:7]


def test_a_link_to_another_host_is_not_followed(shop: GraphWorkshop) -> None:
    put(shop, 60)
    mailbox = shop.open()
    mailbox.waiting(1)
    shop.server.root = "https://elsewhere.example"
    with pytest.raises(MailboxDown, match="another host"):
        mailbox.waiting(100)


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.BUSY_AFTER, Fault.DROP, Fault.DROP_AFTER, Fault.BREAK_OFF])
@pytest.mark.parametrize("path", ["inbox/messages$", "/messages/[^/]+$", "/[$]value$"])
def test_a_read_is_repeated(shop: GraphWorkshop, tmp_path: Path, fault: Fault, path: str) -> None:
    (raw,) = put(shop)
    shop.server.fail("GET", path, fault, times=2)
    mailbox = shop.open()
    facts = mailbox.fetch(one(mailbox), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == raw
    assert facts.size == len(raw)


def test_a_download_that_breaks_off_is_begun_again(shop: GraphWorkshop, tmp_path: Path) -> None:
    raw = b"Subject: long\r\n\r\n" + b"0123456789\r\n" * 60_000
    shop.deliver(raw)
    shop.server.fail("GET", "/[$]value$", Fault.BREAK_OFF, times=2)
    mailbox = shop.open()
    assert mailbox.fetch(one(mailbox), tmp_path / "out").size == len(raw)
    assert (tmp_path / "out").read_bytes() == raw


def test_a_read_is_not_repeated_for_ever(shop: GraphWorkshop) -> None:
    shop.server.fail("GET", "inbox/messages$", Fault.BUSY, times=1000)
    with pytest.raises(MailboxDown):
        shop.open().waiting(1)
    assert shop.server.asked("GET", "inbox/messages$") == 4


def test_a_page_of_a_proxy_is_no_empty_inbox(shop: GraphWorkshop) -> None:
    shop.server.fail("GET", "inbox/messages$", Fault.PAGE)
    with pytest.raises(MailboxDown, match="proxy"):
        shop.open().waiting(1)


def test_retry_after_is_waited_for(shop: GraphWorkshop, naps: list[float]) -> None:
    shop.server.fail("GET", "inbox/messages$", Fault.THROTTLED, retry_after="17")
    assert shop.open().waiting(1) == []
    assert round(next(nap for nap in naps if nap)) == 17


def test_a_long_retry_after_is_kept_without_asking_again(shop: GraphWorkshop, naps: list[float]) -> None:
    shop.server.fail("GET", "inbox/messages$", Fault.THROTTLED, retry_after="900")
    mailbox = shop.open()
    for _ in range(5):
        with pytest.raises(MailboxDown, match="throttled"):
            mailbox.waiting(1)
    with pytest.raises(NotSent, match="throttled"):
        mailbox.send(PLAIN)
    assert shop.server.asked("GET", "inbox/messages$") == 1
    assert [nap for nap in naps if nap] == []


def test_at_most_four_requests_at_once(shop: GraphWorkshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop, 12)
    mailbox = shop.open()
    refs = mailbox.waiting(12)
    answer = shop.server.answer
    tick = threading.Event()

    def slow(*request: Any) -> Answer:
        tick.wait(0.1)
        return answer(*request)

    monkeypatch.setattr(shop.server, "answer", slow)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda pair: mailbox.fetch(pair[1], tmp_path / f"{pair[0]}"), enumerate(refs)))
    assert shop.server.most_at_once == 4


def test_waiting_bears_a_server_that_is_down(shop: GraphWorkshop) -> None:
    mailbox = shop.open()
    shop.server.fail("GET", "", Fault.DROP, times=1000)
    mailbox.wait(0.3)
