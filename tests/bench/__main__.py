"""`make bench`: how long things take here, and what the same work costs at the least."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
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
from tests.bench import identity, intake, lockout, sorting

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
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--mails", type=int, default=1000, help="how many mails wait at first start")
    count = options.parse_args().mails
    rows: list[tuple[str, float, str, float]] = []
    intakes = (intake.one_by_one, partial(intake.first_start, count=count))
    for bench in (reading, *intakes, registry, identity.among, lockout.growth):
        with tempfile.TemporaryDirectory() as folder:
            rows += bench(Path(folder))
    print(f"{'what':32} {'ms':>9}   {'beside':28} {'ms':>9}   ratio")
    for what, took, floor, least in rows:
        print(f"{what:32} {took * 1000:9.1f}   {floor:28} {least * 1000:9.1f}   {took / least:5.2f}")
    sorting.report(sorting.VOICES)


if __name__ == "__main__":
    main()
