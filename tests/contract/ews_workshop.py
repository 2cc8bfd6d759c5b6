"""EWS for the contract suite: the stand-in in another process, so that its memory is not taken for the adapter's."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tasks.adapters.mailbox.ews import EwsMailbox
from tasks.mail_settings import EwsAccess, EwsAuth
from tests.contract.ews_server import ADDRESS, PASSWORD, USER, EwsServer, running


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
