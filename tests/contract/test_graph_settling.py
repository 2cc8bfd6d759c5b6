"""Graph: moves whose answer never came, claims, folders, categories."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tasks.adapters.mailbox import PROCESSED, REPROCESS, MailboxDown
from tests.contract.graph_mails import (
    AFTER,
    MOVE,
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


@pytest.mark.parametrize("fault", [*AFTER, Fault.THROTTLED, Fault.UNAUTHORIZED, Fault.NEW_ID])
@pytest.mark.parametrize(("method", "path"), [("POST", MOVE), ("PATCH", "/messages/"), ("POST", "/mailFolders$")])
def test_a_mail_is_settled_once_whatever_happens(shop: GraphWorkshop, fault: Fault, method: str, path: str) -> None:
    mails = put(shop)
    mailbox = shop.open()
    ref = one(mailbox)
    shop.server.fail(method, path, fault)
    assert mailbox.settle(ref, PROCESSED, "stored") is True
    assert shop.folder(PROCESSED) == mails
    assert mailbox.waiting(10) == []
    assert len([f for f in shop.server.store.folders.values() if f.name == PROCESSED]) == 1


def test_an_unheard_move_that_gave_a_new_id_has_worked(shop: GraphWorkshop, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = put(shop)
    mailbox = shop.open()
    ref = one(mailbox)
    shop.server.fail("POST", MOVE, Fault.DROP_AFTER)
    item = shop.server.store.items[0]
    key = item.key
    move = shop.server.store.move
    monkeypatch.setattr(shop.server.store, "move", lambda item, folder, **_: move(item, folder, new_key=True))
    assert mailbox.settle(ref, PROCESSED, "stored") is True
    assert item.key != key
    assert shop.folder(PROCESSED) == mails


def test_a_mail_that_cannot_be_moved_stays(shop: GraphWorkshop) -> None:
    put(shop)
    shop.server.fail("POST", MOVE, Fault.BUSY, times=1000)
    mailbox = shop.open()
    with pytest.raises(MailboxDown, match="stays where it is"):
        mailbox.settle(one(mailbox), PROCESSED, "stored")
    shop.server.faults.clear()
    assert mailbox.settle(one(mailbox), PROCESSED, "stored") is True


def test_categories_of_people_are_kept(shop: GraphWorkshop) -> None:
    put(shop)
    shop.server.store.items[0].categories = ["Red category"]
    mailbox = shop.open()
    mailbox.settle(one(mailbox), PROCESSED, "stored")
    assert shop.server.store.items[0].categories == ["Red category", "stored"]


def test_a_mail_that_somebody_touched_is_left_for_the_next_look(shop: GraphWorkshop) -> None:
    put(shop)
    mailbox = shop.open()
    ref = one(mailbox)
    shop.server.store.change(shop.server.store.items[0], {"isRead": True})
    assert mailbox.settle(ref, PROCESSED, "stored") is False
    assert mailbox.settle(one(mailbox), PROCESSED, "stored") is True


def test_a_touched_mail_is_left_also_where_if_match_is_not_heeded(
    shop: GraphWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shop)
    mailbox = shop.open()
    ref = one(mailbox)
    shop.server.store.change(shop.server.store.items[0], {"isRead": True})
    answer = shop.server.answer

    def heedless(method: str, target: str, headers: Any, body: bytes) -> Answer:
        del headers["If-Match"]
        return answer(method, target, headers, body)

    monkeypatch.setattr(shop.server, "answer", heedless)
    assert mailbox.settle(ref, PROCESSED, "stored") is False


def test_of_two_claims_at_the_same_moment_one_gets_through(
    shop: GraphWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the mail before either has written."""
    put(shop)
    first, second = shop.open(), shop.open()
    ref = one(first)
    both = threading.Barrier(2)
    answer = shop.server.answer

    def together(method: str, *rest: Any) -> Answer:
        if method == "PATCH":
            both.wait(10)
        return answer(method, *rest)

    monkeypatch.setattr(shop.server, "answer", together)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda mailbox: mailbox.settle(ref, PROCESSED, "stored"), (first, second)))
    assert sorted(outcomes) == [False, True]
    assert len(shop.folder(PROCESSED)) == 1


def test_a_folder_that_somebody_deleted_is_made_again(shop: GraphWorkshop) -> None:
    put(shop, 2)
    mailbox = shop.open()
    refs = mailbox.waiting(2)
    mailbox.settle(refs[0], PROCESSED, "stored")
    store = shop.server.store
    del store.folders[next(key for key, folder in store.folders.items() if folder.name == PROCESSED)]
    assert mailbox.settle(refs[1], PROCESSED, "stored") is True
    assert len(shop.folder(PROCESSED)) == 1


def test_a_reprocess_folder_taken_away_is_made_again_and_used(shop: GraphWorkshop, tmp_path: Path) -> None:
    mailbox, store = shop.open(), shop.server.store
    for _ in range(2):
        assert mailbox.waiting(10) == []
        (key,) = [key for key, folder in store.folders.items() if folder.name == REPROCESS]
        put(shop)
        shop.carry("INBOX", REPROCESS)
        ref = one(mailbox)
        assert ref.again
        mailbox.fetch(ref, tmp_path / "out")
        assert mailbox.settle(ref, PROCESSED, "stored")
        del store.folders[key]
    assert len(shop.folder(PROCESSED)) == 2


def test_two_that_make_the_same_folder_share_it(shop: GraphWorkshop) -> None:
    put(shop, 8)
    refs = shop.open().waiting(8)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda ref: shop.open().settle(ref, PROCESSED, "stored"), refs))
    assert all(outcomes)
    assert len(shop.folder(PROCESSED)) == 8
