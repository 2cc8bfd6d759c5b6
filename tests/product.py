"""The whole product as a process tree of its own, for tests that stand outside and look in."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from pydantic import SecretStr

from db.session import engine, transaction
from deployments.demo_people import ContractManager, ItDesk, StaffMember
from deployments.samples.seed import seed
from deployments.up import migrate
from tasks.adapters.mailbox.maildir import drop
from tasks.settings import Settings
from tests.witnesses import WITNESSES

ROOT = Path(__file__).parents[1]


class NeverHappened(AssertionError):
    """What the test waited for did not come."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Product:
    """Start, stop and kill the product; speak to it as its people do."""

    def __init__(self, home: Path, *, faults: bool = False, **extra: str) -> None:
        self.home, self.port = home, free_port()
        self.armed = home / "armed"
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("CORREQUESTS_", "PREFECT_"))},
            "CORREQUESTS_HOME": str(home),
            "CORREQUESTS_PORT": str(self.port),
            "CORREQUESTS_POLL_SECONDS": "1",
            "CORREQUESTS_CLAIM_SECONDS": "2",
            **({"CORREQUESTS_TEST_FAULT": str(self.armed)} if faults else {}),
            **({"PYTHONPATH": str(ROOT / "tests" / "faults")} if faults else {}),
            **extra,
        }
        url = extra.get("CORREQUESTS_DATABASE_URL", "")
        self.config = Settings(home=home, port=self.port, database_url=url)
        self.process: subprocess.Popen[bytes] | None = None
        self.passwords: dict[str, SecretStr] = {}
        self.desk, self.staff = ItDesk(self.config), StaffMember(self.config)

    def __enter__(self) -> Product:
        self.home.mkdir(parents=True, exist_ok=True)
        self.armed.mkdir(exist_ok=True)
        migrate(self.config.database_url)
        with transaction(self.config.database_url) as session:
            self.passwords = seed(session)
        WITNESSES.append(self.tails)
        try:
            self.start()
        except NeverHappened:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        WITNESSES.remove(self.tails)
        self.stop()
        engine(self.config.database_url).dispose()

    def start(self) -> None:
        """Bring it up and wait until it answers."""
        with (self.home / "up.log").open("ab") as out:
            command = [sys.executable, "-m", "deployments", "up"]
            self.process = subprocess.Popen(command, env=self.env, stdout=out, stderr=out, cwd=ROOT)
        self.wait_for(self.answers, 330)

    def answers(self) -> bool:
        """Whether the gateway is up."""
        assert self.process is not None
        assert self.process.poll() is None, (self.home / "up.log").read_text()
        try:
            return httpx.get(f"{self.config.base_url}/healthz", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(90)
            self.process = None

    def manager(self, user: str = "mreyes") -> ContractManager:
        """Somebody of the Department, signed in."""
        return ContractManager.signed_in(self.config, user, self.passwords[user])

    def deliver(self, raw: bytes, name: str) -> None:
        """Put a mail into the inbox."""
        assert self.config.maildir is not None
        drop(self.config.maildir, raw, name)

    def wait_for(self, happened: Callable[[], object], seconds: float = 60, what: str = "") -> None:
        """Look every quarter of a second; raises `NeverHappened` with the tails of the logs."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if happened():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.25)
        raise NeverHappened(f"{what or happened} within {seconds} s\n{self.tails()}")

    def tails(self) -> str:
        """The last lines of every log, and how the runs stand that have not ended."""
        logs = sorted((self.home / "logs").glob("*.log"))
        return "\n".join([f"--- {p.name}\n{p.read_text(errors='replace')[-6000:]}" for p in logs] + [self._runs()])

    def _runs(self) -> str:
        types = ["PENDING", "RUNNING", "SCHEDULED", "CANCELLING", "PAUSED"]
        wanted = {"flow_runs": {"state": {"type": {"any_": types}}}, "sort": "EXPECTED_START_TIME_ASC"}
        try:
            found = self.manager().http.post("/api/flow_runs/filter", json=wanted).raise_for_status().json()
        except (KeyError, httpx.HTTPError) as error:
            return f"--- runs: {error!r}"
        said = [
            f"{run['id']} {run['name']}: {run['state']['name']} since {run['state']['timestamp']}, "
            f"asks {run['state']['state_details']['pause_key']}, asked {run['empirical_policy']['pause_keys']}"
            for run in found
        ]
        return "\n".join(["--- runs that have not ended", *said])
