"""What intake costs beside copying and syncing the same files, and whether its memory stays flat when many wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from db.migrate import upgrade
from db.session import engine
from tasks import wiring
from tasks.intake import sort_message, store_one, store_waiting, unsorted
from tasks.settings import Settings, settings

SENDERS = 250
PAGE = os.sysconf("SC_PAGE_SIZE")


def mail(number: int, attached: int = 20_000) -> bytes:
    """An ordinary mail, with an attachment of that many bytes or none."""
    made = EmailMessage()
    made["From"], made["To"] = f"writer-{number % SENDERS}@nexus.example", "correquests@mt.example"
    made["Subject"], made["Message-ID"] = f"mail {number}", f"<bench-{number}@nexus.example>"
    made.set_content("A question about something else, with a few lines of words.\n" * 30)
    if attached:
        made.add_attachment(os.urandom(attached), maintype="application", subtype="octet-stream", filename="x.bin")
    return made.as_bytes()


@contextmanager
def desk(folder: Path) -> Iterator[Settings]:
    """A registry and a mailbox in `folder`."""
    os.environ["CORREQUESTS_HOME"] = str(folder)
    settings.cache_clear()
    config = settings()
    upgrade(config.database_url)
    yield config
    engine(config.database_url).dispose()
    del os.environ["CORREQUESTS_HOME"]
    settings.cache_clear()


def deliver(config: Settings, mails: Iterator[bytes]) -> None:
    """Put mails into the inbox."""
    assert config.maildir is not None
    wiring.mailbox(config)
    for number, raw in enumerate(mails):
        (config.maildir / "new" / f"bench-{number:06}").write_bytes(raw)


def copied(source: Path, target: Path) -> float:
    """Seconds per file to copy and sync every file of a folder: what any intake that loses nothing must do."""
    target.mkdir()
    files = [path for path in source.iterdir() if path.is_file()]
    began = time.perf_counter()
    for path in files:
        with (target / path.name).open("wb") as out:
            out.write(path.read_bytes())
            out.flush()
            os.fsync(out.fileno())
    return (time.perf_counter() - began) / max(1, len(files))


def one_by_one(folder: Path, count: int = 60) -> list[tuple[str, float, str, float]]:
    """Store and settle mails with an attachment, each parsed in a fork of its own."""
    with desk(folder) as config:
        deliver(config, (mail(n) for n in range(count + 1)))
        floor = copied((config.maildir or folder) / "new", folder / "copies")
        mailbox = wiring.mailbox(config)
        first, *rest = mailbox.waiting(count + 1)
        store_one(config, mailbox, first)  # starts the parsing server
        began = time.perf_counter()
        for ref in rest:
            store_one(config, mailbox, ref)
        took = (time.perf_counter() - began) / count
    return [("store and settle a mail", took, "copy and fsync it", floor)]


def first_start(folder: Path, count: int, say: Callable[[str], None] = print) -> list[tuple[str, float, str, float]]:
    """`count` ordinary mails wait at first start: store and sort them all, and look at the memory on the way."""
    with desk(folder) as config:
        deliver(config, (mail(n, attached=0) for n in range(count)))
        floor = copied((config.maildir or folder) / "new", folder / "copies")
        memory: list[int] = []
        began = time.perf_counter()
        while store_waiting.fn():
            memory.append(_resident())
        stored = time.perf_counter()
        for number, row_id in enumerate(unsorted.fn()):
            sort_message.fn(row_id)
            if number % 50 == 0:
                memory.append(_resident())
        done = time.perf_counter()
    tenth = max(1, len(memory) // 10)
    say(
        f"{count} mails waiting: {count / (done - began):.0f} a second stored and sorted; resident memory "
        f"{max(memory[:tenth]) >> 20} MB in the first tenth, {max(memory[-tenth:]) >> 20} MB in the last"
    )
    return [
        (f"store one of {count} waiting", (stored - began) / count, "copy and fsync it", floor),
        (f"sort one of {count}", (done - stored) / count, "copy and fsync it", floor),
    ]


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
