"""The whole product in one process tree: the gateway with the Prefect server, the runner, the watcher.

A child that dies is started again. Ctrl-C ends all of them, in the order in which nobody misses another. When the
supervisor itself is killed, its children are told to end by the kernel.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType

import httpx
from pydantic import SecretStr

from db import register
from db.migrate import upgrade
from db.session import transaction
from deployments import environment
from forms.schema import PROVIDERS
from tasks.settings import Settings

PR_SET_PDEATHSIG = 1
READY_SECONDS = 300
STOP_SECONDS = 15
LIVED = 5.0
"""Seconds after which a process counts as having worked; one that dies sooner is started again ever more slowly."""
LONGEST_PAUSE = 30.0

_libc = ctypes.CDLL(None, use_errno=True)


class DidNotStart(Exception):
    """The server did not answer in time. Its log in the folder `logs` says why."""


class AlreadyRunning(Exception):
    """The product runs already on this folder, or something else uses its port. Stop that first."""


@dataclass
class Child:
    """One process of the tree; `pause` grows while it keeps dying."""

    name: str
    module: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    due: float = 0.0


@dataclass
class House:
    """The process tree. Use as a context manager: everything in it has ended when the block is left."""

    settings: Settings
    children: list[Child] = field(
        default_factory=lambda: [
            Child("server", "deployments.gateway"),
            Child("runner", "deployments.runner"),
            Child("watcher", "deployments.watcher"),
        ]
    )
    stopping: bool = False

    def __enter__(self) -> House:
        os.umask(0o077)
        config = self.settings
        config.home.mkdir(parents=True, exist_ok=True)
        if not config.service_key.get_secret_value():
            config.service_key = SecretStr(secrets.token_urlsafe(32))
        if self._answers():
            raise AlreadyRunning(AlreadyRunning.__doc__)
        migrate(config.database_url)
        try:
            self._start(self.children[0])
            self._await_server()
            for child in self.children[1:]:
                self._start(child)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://{self.settings.host}:{self.settings.port}/healthz", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def _start(self, child: Child) -> None:
        logs = self.settings.home / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / f"{child.name}.log").open("ab") as out:
            child.process = subprocess.Popen(  # noqa: S603  our own modules
                [sys.executable, "-m", child.module],
                env=environment.of(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # one prctl call, no lock involved
            )
        child.started = time.monotonic()
        (logs / f"{child.name}.pid").write_text(str(child.process.pid))

    def _await_server(self) -> None:
        server = self.children[0]
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            assert server.process is not None
            if server.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.2)
        raise DidNotStart(f"{DidNotStart.__doc__} ({self.settings.home / 'logs' / 'server.log'})")

    def supervise(self) -> None:
        """Start again whatever dies, until a signal comes."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        while not self.stopping:
            self.tend()
            time.sleep(0.25)

    def tend(self) -> None:
        """One look at the children."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                child.process = None
                child.pause = 0.5 if now - child.started > LIVED else min(child.pause * 2, LONGEST_PAUSE)
                child.due = now + child.pause
            if child.process is None and now >= child.due:
                self._start(child)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def stop(self) -> None:
        """End the watcher, then the runner, then the server; whoever does not listen is killed."""
        for child in reversed(self.children):
            if child.process is None:
                continue
            child.process.terminate()
            try:
                child.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            child.process = None


def migrate(url: str) -> None:
    """Create the registry or bring it to the present schema, with the eight providers of the procedure."""
    upgrade(url)
    with transaction(url) as session:
        register.seed_providers(session, PROVIDERS)


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
