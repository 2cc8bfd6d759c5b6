"""EWS for the contract suite: the stand-in in another process, so that its memory is not taken for the adapter's.

Live: `CORREQUESTS_LIVE=1`, `CORREQUESTS_MAILBOX=ews` and the product's own settings `CORREQUESTS_EWS_*`. Use a mailbox
made for this: its folders must be empty at the beginning, and the suite empties them again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from functools import cache
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

import pytest
from exchangelib.errors import ErrorFolderNotFound
from exchangelib.items import SAVE_ONLY
from pydantic import SecretStr

from tasks import wiring
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, REPROCESS, Mailbox, ews_calls
from tasks.adapters.mailbox.ews import EwsMailbox
from tasks.mail_settings import EwsAccess, EwsAuth, Transport
from tasks.settings import Settings
from tests.contract.ews_server import ADDRESS, PASSWORD, USER, EwsServer, running

LIVE = os.environ.get("CORREQUESTS_LIVE") == "1" and Settings().mailbox is Transport.EWS
_OURS = (PROCESSED, NEEDS_ATTENTION, REPROCESS)


def mailbox(url: str, **changed: Any) -> EwsMailbox:
    """The adapter, as the settings of a service account with impersonation would open it."""
    values: dict[str, Any] = {
        "address": ADDRESS,
        "endpoint": url,
        "auth": EwsAuth.BASIC,
        "user": USER,
        "password": SecretStr(PASSWORD),
        "access": EwsAccess.IMPERSONATION,
        "ca_file": None,
        "scope": "https://mail.mt.example/.default",
        "tenant": "",
        "client_id": "",
        "certificate": None,
        "authority": "",
    }
    return EwsMailbox(**{**values, **changed})


class Behind:
    """One stand-in, looked at from outside of EWS. Lives in the other process."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._server = self._stack.enter_context(running(EwsServer()))

    def url(self) -> str:
        return self._server.url

    def deliver(self, raw: bytes) -> None:
        self._server.store.put(self._server.store.known("inbox"), raw)

    def folder(self, name: str) -> list[bytes]:
        return self._server.store.named(name)

    def carry(self, source: str, target: str) -> None:
        store = self._server.store
        with store.lock:
            there = {folder.name.upper(): folder for folder in store.folders.values()}
            for item in store.within(there[source.upper()]):
                store.move(item.id, there[target.upper()])

    def received(self, address: str) -> list[bytes]:
        return self._server.store.delivered.get(address, [])

    def close(self) -> None:
        self._stack.close()


class _Manager(BaseManager):
    pass


_Manager.register("Behind", Behind)


@cache
def _other_process() -> _Manager:
    manager = _Manager(ctx=get_context("spawn"))
    manager.start()
    atexit.register(manager.shutdown)
    return manager


class EwsWorkshop:
    recipients = ("jane@nexus.example", "it@mt.example")

    def __init__(self, behind: Any) -> None:
        self._behind = behind

    def open(self) -> EwsMailbox:
        return mailbox(self._behind.url())

    def deliver(self, raw: bytes) -> None:
        self._behind.deliver(raw)

    def folder(self, name: str) -> list[bytes]:
        return list(self._behind.folder(name))

    def carry(self, source: str, target: str) -> None:
        self._behind.carry(source, target)

    def received(self, address: str) -> list[bytes]:
        return list(self._behind.received(address))

    def same(self, raw: bytes, got: bytes) -> bool:
        """The stand-in keeps a mail as it came; Exchange renders it anew."""
        return raw == got


@contextmanager
def workshop(home: Path) -> Iterator[EwsWorkshop]:
    """A fresh mailbox. At the end nothing may have broken the schemas."""
    behind = _other_process().Behind()  # type: ignore[attr-defined]
    yield EwsWorkshop(behind)
    behind.close()


class LiveEwsWorkshop:
    """A mailbox that was made for the suite on a real Exchange server. It writes to itself only."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.recipients = (settings.mailbox_address, settings.mailbox_address)

    def open(self) -> Mailbox:
        wiring._open.clear()
        return wiring.mailbox(self.settings)

    def deliver(self, raw: bytes) -> None:
        account = self._account()
        ews_calls.create(ews_calls.Submit(account=account), raw, SAVE_ONLY, account.inbox)

    def folder(self, name: str) -> list[bytes]:
        folder = self._folder(name)
        return sorted(item.mime_content for item in folder.all().only("mime_content")) if folder else []

    def carry(self, source: str, target: str) -> None:
        for item in list(self._folder(source).all()):
            item.move(to_folder=self._folder(target))

    def received(self, address: str) -> list[bytes]:
        pytest.skip("what a recipient got on a live server is proven by `correquests doctor mailbox`")

    def same(self, raw: bytes, got: bytes) -> bool:
        """Exchange renders a mail anew: the id, the subject and the decoded parts stay."""
        return _essence(raw) == _essence(got)

    def check_empty(self) -> None:
        for name in (*_OURS, "INBOX"):
            if (folder := self._folder(name)) and folder.all().count():
                pytest.fail(f"the live mailbox holds mail in {name}; the suite wants one made for it", pytrace=False)

    def empty(self) -> None:
        """Away with what the suite itself put there."""
        for name in (*_OURS, "INBOX", "Sent"):
            if folder := self._folder(name):
                folder.all().delete()

    def _account(self) -> Any:
        box = self.open()
        assert isinstance(box, EwsMailbox)
        return box._exchange.account()

    def _folder(self, name: str) -> Any:
        account = self._account()
        if name in ("INBOX", "Sent"):
            return account.inbox if name == "INBOX" else account.sent
        with contextlib.suppress(ErrorFolderNotFound):
            return account.msg_folder_root // name
        return None


def _essence(raw: bytes) -> tuple[object, ...]:
    mail = message_from_bytes(raw)
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    bodies = [part.replace(b"\r\n", b"\n").strip() for part in parts if isinstance(part, bytes)]
    return mail["Message-ID"], mail["Subject"], bodies


@contextmanager
def live_workshop(home: Path) -> Iterator[LiveEwsWorkshop]:
    """The server that the settings name."""
    made = LiveEwsWorkshop(Settings(home=home))
    made.check_empty()
    try:
        yield made
    finally:
        made.empty()
