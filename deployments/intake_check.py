"""Feeds a folder of mails through the real intake into a scratch registry, and says what became of each."""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from db.models import Disposition, Message
from db.session import engine, transaction
from deployments.up import migrate
from tasks.adapters.mailbox.mime_client import parser
from tasks.intake import sort_message, store_waiting, unsorted
from tasks.settings import Settings, settings

MEGABYTE = 1024 * 1024
HUNG_SECONDS = 30.0
HEAVY_BYTES = 512 * MEGABYTE
_NO_CAP = 10**9


@dataclass
class Verdict:
    """What became of the mails.

    `outcomes` counts every mail fed once, by disposition or `the same mail again`; `reasons` counts them by disposition
    and reason, numbers left out. `skipped`: files that could not be opened here. `lost`: fed, and in no end state.
    """

    fed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    heavy: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")
    in_registry: int = 0
    seconds: float = 0.0

    @property
    def balanced(self) -> bool:
        """Whether the mails fed are those accounted for, and the registry holds as many rows as it should."""
        rows = self.fed - self.outcomes["the same mail again"]
        return self.fed == sum(self.outcomes.values()) and self.in_registry == rows

    @property
    def passed(self) -> bool:
        """None lost, none hung, none too heavy."""
        return self.balanced and not (self.lost or self.hung or self.heavy)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        reasons = [{"outcome": o, "reason": r, "mails": n} for (o, r), n in self.reasons.most_common()]
        return {
            "mails": self.fed,
            "passed": self.passed,
            "balanced": self.balanced,
            "outcomes": dict(self.outcomes),
            "reasons": reasons,
            "skipped": self.skipped,
            "lost": self.lost,
            "hung": self.hung,
            "heavy": self.heavy,
            "slowest": {"seconds": round(self.slowest[0], 3), "mail": self.slowest[1]},
            "largest": {"bytes": self.largest[0], "mail": self.largest[1]},
            "seconds": round(self.seconds, 1),
        }

    def as_text(self) -> Iterator[str]:
        """The same for people, line by line."""
        yield f"{self.fed} mails in {self.seconds:.1f} s"
        for outcome, count in self.outcomes.most_common():
            yield f"{count:7}  {outcome}"
            for (of, reason), number in self.reasons.most_common():
                if of == outcome and reason:
                    yield f"{number:14}  {reason}"
        yield f"slowest: {self.slowest[0]:.2f} s  {self.slowest[1]}"
        yield f"largest: {self.largest[0] / MEGABYTE:.0f} MB  {self.largest[1]}"
        for what, names in (("skipped", self.skipped), ("lost", self.lost), ("hung", self.hung), ("heavy", self.heavy)):
            yield from (f"{what}: {name}" for name in names)
        yield "Passed." if self.passed else "NOT passed."


def run(folder: Path, line: Callable[[str], None], *, as_json: bool, any_name: bool) -> int:
    """Check, print the result, and return the exit code."""
    logging.disable(logging.CRITICAL)  # what intake says of a bad mail is in the result
    try:
        verdict = check(folder, lambda text: print(text, file=sys.stderr, flush=True), any_name=any_name)
    finally:
        logging.disable(logging.NOTSET)
    for text in [json.dumps(verdict.as_json(), indent=2)] if as_json else verdict.as_text():
        line(text)
    return 0 if verdict.passed else 1


def check(folder: Path, say: Callable[[str], None], *, any_name: bool = False) -> Verdict:
    """Feed every `.eml` below `folder`, or every file with `any_name`. The cap on mails per sender is lifted.

    Memory of a mail is the largest resident set of its parsing fork and, as far as they set a new maximum, of the
    children that read its attachments (`getrusage(2)` tells no more of them).
    """
    verdict = Verdict()
    began = time.monotonic()
    with _scratch() as config:
        for path in _files(folder, any_name=any_name):
            name = str(path.relative_to(folder)).encode("utf-8", "replace").decode()
            _feed(config, path, name, verdict)
            if verdict.fed % 100 == 0:
                say(f"{verdict.fed} mails, {time.monotonic() - began:.0f} s")
        with transaction(config.database_url) as session:
            settled = select(func.count()).where(col(Message.disposition) != Disposition.STORED)
            verdict.in_registry = session.exec(settled).one()
    verdict.seconds = time.monotonic() - began
    return verdict


def _files(folder: Path, *, any_name: bool) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(at, n) for n in sorted(names) if any_name or n.lower().endswith(".eml"))


@contextmanager
def _scratch() -> Iterator[Settings]:
    """A registry and a mailbox in a temporary folder, as the steps find them: by the environment."""
    ours = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("CORREQUESTS_")}
    with tempfile.TemporaryDirectory(prefix="intake-check-", ignore_cleanup_errors=True) as home:
        given = {"CORREQUESTS_HOME": home, "CORREQUESTS_SENDER_MAILS_PER_HOUR": str(_NO_CAP)}
        os.environ.update(given)
        settings.cache_clear()
        config = settings()
        try:
            migrate(config.database_url)
            yield config
        finally:
            engine(config.database_url).dispose()
            for name in given:
                del os.environ[name]
            os.environ.update(ours)
            settings.cache_clear()


def _feed(config: Settings, path: Path, name: str, verdict: Verdict) -> None:
    delivered = (config.maildir or config.home) / "new" / f"{verdict.fed + 1}.check"
    if not _copied(path, delivered):
        verdict.skipped.append(name)
        return
    verdict.fed += 1
    parser().last = None
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.monotonic()
    outcome, reason = _outcome(config, delivered)
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    ended = parser().last
    memory = max(ended.peak_bytes if ended else 0, after * 1024 if after > before else 0)
    verdict.slowest = max(verdict.slowest, (took, name))
    verdict.largest = max(verdict.largest, (memory, name))
    if took > HUNG_SECONDS:
        verdict.hung.append(name)
    if memory > HEAVY_BYTES:
        verdict.heavy.append(name)
    if outcome:
        verdict.outcomes[outcome] += 1
        verdict.reasons[outcome, reason] += 1
    else:
        verdict.lost.append(name)


def _copied(path: Path, delivered: Path) -> bool:
    """Put the mail into the inbox; false when it cannot be opened, or is no plain file: a pipe would never end."""
    delivered.parent.mkdir(parents=True, exist_ok=True)
    try:
        if path.is_file():
            shutil.copyfile(path, delivered)
    except OSError:
        delivered.unlink(missing_ok=True)
    return delivered.exists()


def _outcome(config: Settings, delivered: Path) -> tuple[str, str]:
    """Store, read and sort as the watcher does, as often as it would; empty when the mail is in no end state then."""
    stored: list[int] = []
    raw = delivered.read_bytes()
    with transaction(config.database_url) as session:
        last = session.exec(select(func.max(Message.id))).one() or 0
    for _ in range(config.intake_attempts + 2):
        stored += store_waiting.fn()
        waiting = unsorted.fn()
        for row_id in waiting:
            sort_message.fn(row_id)
        if stored and not waiting:
            break
    if not stored or delivered.exists():
        return "", ""
    with transaction(config.database_url) as session:
        row = session.get_one(Message, stored[0])
        if stored[0] <= last:
            return "the same mail again", ""
        if row.disposition is Disposition.STORED or row.raw != raw:
            return "", ""
        return row.disposition.value.lower(), re.sub(r"\d+", "#", row.reason)
