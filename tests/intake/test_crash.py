"""Intake is killed at each of its steps, and goes on: every mail in is opened, joined, filed or quarantined, once.

Each life of intake is a process of its own that is really killed (SIGKILL). `CRASH_SEEDS` says how many mixtures of
mails are tried at each step; `make crash` tries fifty. The lives share one parsing server, as its start takes longer
than a life, and no step lies between its question and its answer; `test_mime_server` kills it.
"""

from __future__ import annotations

import functools
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from db import register, requests
from db.columns import utc_now
from db.lifecycle import Event, advance
from db.migrate import upgrade
from db.models import Kind
from db.session import engine, transaction
from deployments.samples.seed import seed
from forms.sandbox import read_file
from forms.schema import PROVIDERS
from tasks import intake, wiring
from tasks.adapters.mailbox import Mailbox, mime, mime_client
from tasks.policy.tokens import token
from tasks.settings import settings
from tests.contract.workshops import WORKSHOPS, Workshop
from tests.factories import LAURA
from tests.forms.papers import many_pages

SEEDS = int(os.environ.get("CRASH_SEEDS", "1"))
TRANSPORTS = [name for name in ("maildir", "imap") if name in WORKSHOPS]
STEPS = [
    "mailbox.waiting:after",
    "db.messages.begin:before",
    "db.messages.begin:after",
    "mailbox.fetch:before",
    "mailbox.fetch:after",
    "tasks.intake.parse:after",
    "db.messages.store:before",
    "db.messages.store:after",
    "db.messages.finish:after",
    "tasks.intake._keep:after",
    "mailbox.settle:before",
    "mailbox.settle:after",
    "tasks.intake.store_one:after",
    "tasks.reading.keep:before",
    "tasks.reading.keep:after",
    "tasks.sorting.sort:before",
    "db.requests.open_new:after",
    "db.messages.dispose:after",
    "tasks.sorting.sort:after",
]
ENDS = {"opens": "OPENED", "joins": "JOINED", "files": "FILED", "unreadable": "QUARANTINED"}
RUNS = 5
"""Lives of intake after the kill; two are enough, more would be a mail that comes back for ever."""


@functools.cache
def paper() -> bytes:
    """A page that this process has read: the lives inherit the reading and start no reader."""
    data = many_pages(1)
    assert not read_file(data).refusal
    return data


def mail(number: int, kind: str, case: str) -> bytes:
    """A mail of a kind: it opens a case, joins one, is filed, or cannot be read."""
    made = EmailMessage(policy=SMTP)
    made["From"] = f"{LAURA.name} <{LAURA.email}>"
    made["To"] = "correquests@mt.example"
    subjects = {"joins": f"Re: [{token(case)}]", "opens": f"Access request {number}"}
    made["Subject"] = subjects.get(kind, f"Mail {number}")
    if number % 5:  # some mail has no Message-ID
        made["Message-ID"] = f"<{number}.{kind}@nexus.example>"
    made.set_content("Thank you!\n" if kind == "files" else f"Mail {number}: please see.\n")
    if kind == "opens":
        made.add_attachment(paper(), maintype="application", subtype="pdf", filename=f"scan{number}.pdf")
    if kind == "unreadable":
        sealed = f"{made['From']}\r\nnumber {number}".encode()
        return b"From: a@b.example\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\n" + sealed
    return made.as_bytes()


@dataclass(frozen=True)
class Registry:
    """The registry that every life works on; each mixture of mails begins with a fresh copy of the template."""

    path: Path
    template: Path
    number: str  # of the one case in it

    def renew(self) -> None:
        for left in self.path.parent.glob(f"{self.path.name}*"):
            left.unlink()
        shutil.copy(self.template, self.path)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with the sample cast and one incomplete case.

    Intake has worked on it once in this process, so that the lives, forks of it, find their statements compiled.
    """
    home = tmp_path_factory.mktemp("crash")
    path, template = home / "registry.db", home / "template.db"
    with pytest.MonkeyPatch.context() as patch, WORKSHOPS["maildir"](home) as workshop:
        patch.setenv("CORREQUESTS_HOME", str(home))
        patch.setattr(wiring, "mailbox", wiring.mailbox)  # put back what `work` replaces
        settings.cache_clear()
        url = settings().database_url
        assert url == f"sqlite:///{path}"
        made = Registry(path, template, filled(url))
        engine(url).dispose()
        shutil.copy(path, template)
        for n, kind in enumerate(ENDS):
            workshop.deliver(mail(n, kind, made.number))
        work(workshop.open())
        engine(url).dispose()
        yield made
    settings.cache_clear()


def filled(url: str) -> str:
    """Fill a registry, and return the number of its case."""
    upgrade(url)
    with transaction(url) as session:
        register.seed_providers(session, PROVIDERS)
        seed(session)
        case = requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email=LAURA.email, requester_name=LAURA.name, at=utc_now()
        )
        advance(session, case, Event.LACK, by="test", clause="III.B.2")
        return case.number


@pytest.fixture(params=TRANSPORTS)
def workshop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workshop]:
    with WORKSHOPS[request.param](tmp_path / request.param) as made:
        yield made


def strike_at(step: str, hit: int, holder: Any, name: str) -> None:
    """Replace a function by one that kills the process before or after its `hit`-th call."""
    left = [hit]
    when = step.rpartition(":")[2]
    real: Callable[..., Any] = getattr(holder, name)

    @functools.wraps(real)
    def deadly(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, deadly)


def parsing_server() -> socket.socket:
    """The way to the parsing server of this process, which is started when there is none."""
    shared = mime_client.parser()
    if shared._door is None:
        mime.parse(b"From: a@b.example\r\n\r\n")
    assert shared._door is not None
    return shared._door


def work(mailbox: Mailbox) -> None:
    """Store and sort what waits, as the watcher does."""
    wiring.mailbox = lambda config: mailbox  # type: ignore[assignment]
    intake.store_waiting.fn()
    for message_id in intake.unsorted.fn():
        intake.sort_message.fn(message_id)


def live(workshop: Workshop, step: str = "", hit: int = 0) -> int:
    """One life of intake in a process of its own; its exit status, negative when it was killed."""
    door = parsing_server().dup()  # a fork closes the door that it inherits
    pid = os.fork()
    if pid:
        door.close()
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        mime_client.parser()._door = door
        mailbox = workshop.open()
        place, _, name = step.partition(":")[0].rpartition(".")
        if step:
            strike_at(step, hit, mailbox if place == "mailbox" else import_module(place), name)
        work(mailbox)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


@pytest.mark.timeout(60 + 30 * SEEDS)
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_and_doubles_nothing(step: str, workshop: Workshop, registry: Registry) -> None:
    killed = before = 0
    inbox = workshop.open()
    for seed_number in range(SEEDS):
        chance = random.Random(f"{step}-{seed_number}")
        registry.renew()
        kinds = [chance.choice(list(ENDS)) for _ in range(chance.randint(2, 4))]
        base = chance.randrange(10**8)
        mails = [mail(base + n, kind, registry.number) for n, kind in enumerate(kinds)]
        for raw in mails:
            workshop.deliver(raw)
        killed += live(workshop, step, chance.randint(1, len(mails))) == -signal.SIGKILL
        for _ in range(RUNS):
            assert live(workshop) == 0
            if not inbox.waiting(1):
                break
        assert inbox.waiting(10) == []
        after = len(workshop.folder("Processed")) + len(workshop.folder("Needs attention"))
        assert after - before == len(mails)
        before = after
        with closing(sqlite3.connect(registry.path)) as db:
            ends = Counter(row[0] for row in db.execute("SELECT disposition FROM message"))
            raws = sorted(row[0] for row in db.execute("SELECT raw FROM message"))
            asked = Counter(row[0] for row in db.execute("SELECT kind FROM request"))
            tries = db.execute("SELECT count(*) FROM intake_attempt").fetchone()[0]
        assert all(any(workshop.same(raw, got) for raw in mails) for got in raws)
        assert len(raws) == len(mails)
        wanted = Counter(ENDS[kind] for kind in kinds)
        assert ends == wanted, (kinds, ends)
        assert asked["MAIL"] == wanted["QUARANTINED"]
        assert asked["NEW_ACCESS"] == 1 + wanted["OPENED"]
        assert tries == 0
    assert killed or SEEDS < 10, "the step was never reached: this test would prove nothing"
