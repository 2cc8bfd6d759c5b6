"""`make bench`: how long things take here, and what the same work costs at the least."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import text

from db import requests
from db.columns import utc_now
from db.lifecycle import Event, advance
from db.migrate import upgrade
from db.models import Kind
from db.session import engine, transaction
from deployments.samples.mails import DAY, good
from forms.sandbox import read_file

os.environ["OMP_THREAD_LIMIT"] = "1"


def median(work: Callable[[], object], times: int) -> float:
    """Median seconds of `work`."""
    took: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def reading(folder: Path) -> list[tuple[str, float, str, float]]:
    """A scanned consent form through the whole reader, child process included, beside one bare tesseract page."""
    scan, form = (a.make() for a in good(DAY).mails[0].attachments)
    (folder / "scan.pdf").write_bytes(scan)
    page = folder / "page"
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", folder / "scan.pdf", page], check=True)
    bare = ["tesseract", f"{page}.png", "-", "--psm", "3"]
    tesseract = median(lambda: subprocess.run(bare, capture_output=True, check=True), 3)
    return [
        ("read a scanned consent form", median(lambda: read_file(scan), 3), "bare tesseract, 300 dpi", tesseract),
        ("read a filled access request", median(lambda: read_file(form), 3), "bare tesseract, 300 dpi", tesseract),
    ]


def mail(number: int) -> bytes:
    """An ordinary mail with an attachment of 20 KB."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@nexus.example", "correquests@mt.example", f"mail {number}"
    made["Message-ID"] = f"<bench-{number}@nexus.example>"
    made.set_content("A question about something else.\n")
    made.add_attachment(os.urandom(20_000), maintype="application", subtype="octet-stream", filename="x.bin")
    return made.as_bytes()


def intake(folder: Path, count: int = 60) -> list[tuple[str, float, str, float]]:
    """Store and settle mails (each parsed in a child process), beside copying and syncing the same files."""
    os.environ["CORREQUESTS_HOME"] = str(folder)
    from tasks import intake as steps
    from tasks import wiring
    from tasks.adapters.mailbox.maildir import drop
    from tasks.settings import settings

    config = settings()
    upgrade(config.database_url)
    assert config.maildir is not None
    mails = [mail(n) for n in range(count)]
    for number, raw in enumerate(mails):
        drop(config.maildir, raw, f"bench-{number}")
    mailbox = wiring.mailbox(config)
    began = time.perf_counter()
    for ref in mailbox.waiting(count):
        steps.store_one(config, mailbox, ref)
    stored = (time.perf_counter() - began) / count

    def copy() -> None:
        for number, raw in enumerate(mails):
            with (folder / f"copy-{number}").open("wb") as out:
                out.write(raw)
                os.fsync(out.fileno())

    return [("store and settle a mail", stored, "copy and fsync it", median(copy, 3) / count)]


def registry(folder: Path, count: int = 100) -> list[tuple[str, float, str, float]]:
    """A move of a request with its audit link, committed, beside one bare row committed to the same database."""
    url = f"sqlite:///{folder}/bench.db"
    upgrade(url)
    with transaction(url) as session:
        ids = [
            requests.open_new(session, kind=Kind.NEW_ACCESS, requester_email="a@b", requester_name="", at=utc_now()).id
            for _ in range(count)
        ]
    with engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE floor (x INTEGER)"))
    left = list(ids)

    def move() -> None:
        with transaction(url) as session:
            advance(session, requests.get(session, left.pop()), Event.COMPLETE, by="bench", clause="III.B.2")

    def row() -> None:
        with engine(url).begin() as connection:
            connection.execute(text("INSERT INTO floor VALUES (1)"))

    return [("move a request, audited", median(move, count), "insert one row", median(row, count))]


def main() -> None:
    """Print the table."""
    rows: list[tuple[str, float, str, float]] = []
    for bench in (reading, intake, registry):
        with tempfile.TemporaryDirectory() as folder:
            rows += bench(Path(folder))
    print(f"{'what':32} {'ms':>9}   {'beside':28} {'ms':>9}   ratio")
    for what, took, floor, least in rows:
        print(f"{what:32} {took * 1000:9.1f}   {floor:28} {least * 1000:9.1f}   {took / least:5.2f}")


if __name__ == "__main__":
    main()
