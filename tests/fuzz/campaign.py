"""Mutated files through the sandbox, one child each, and what must hold for every one of them."""

from __future__ import annotations

import gc
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from forms.errors import TookTooLong, Unreadable
from forms.limits import Limits
from forms.pages import open_file
from forms.reader import read_bytes
from forms.reading import FileReading, Verdict
from forms.sandbox import read_file
from tests.fuzz.forked import Starter
from tests.fuzz.mutate import mutant
from tests.fuzz.seeds import CORPUS

HANG = 30.0
"""Seconds of processor time of a child; the clock of a busy machine would accuse files of its other work."""

FULL_EVERY, ENGINE_EVERY, FRESH_EVERY = 200, 1_000, 2_000
"""How often a file is read at full size, with tesseract itself, and by a child started afresh as in the product."""

LIGHT_SHARE = 0.85
"""Share of the mutants made of the light seeds: a file is as hostile with ten words as with a hundred."""

LIMITS = Limits(wall_seconds=900.0)
"""The product's, but for the clock: beside other work a campaign waits for the processor. It is bounded as ever."""


def codes() -> frozenset[str]:
    """The codes of every refusal there is."""
    found, left = {Unreadable.code}, [Unreadable]
    while left:
        below = left.pop().__subclasses__()
        found.update(kind.code for kind in below)
        left += below
    return frozenset(found)


CODES = codes()


@dataclass
class Tally:
    """What a campaign has seen. `findings` name the kept file; `slowest` in seconds of processor time, `peak` MiB."""

    runs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    peak: float = 0.0
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        outcomes = "\n".join(f"  {count:8,}  {what}" for what, count in self.outcomes.most_common())
        findings = "\n".join(f"  {finding}" for finding in self.findings[:40]) or "  none"
        return (
            f"{self.runs:,} mutated files\n{outcomes}\nslowest {self.slowest:.1f} s of processor time, "
            f"most memory {self.peak:.0f} MiB resident\nfindings:\n{findings}"
        )


def wrong(reading: FileReading) -> str:
    """What is wrong with the reading of a file that nobody signed properly; the empty string when nothing is."""
    if reading.refusal:
        if reading.refusal.code not in CODES or len(reading.refusal.sentence) < 20:
            return f"refused without a type: {reading.refusal.code}"
        return "refused and read" if reading.forms else ""
    for form in reading.forms:
        verdicts = [slot.verdict for slot in form.signatures]
        if len(verdicts) >= 2 and all(verdict is Verdict.INK for verdict in verdicts):
            return "accepted"
    return ""


def outcome(reading: FileReading) -> str:
    """One word for the table."""
    return f"refused: {reading.refusal.code}" if reading.refusal else f"read: {len(reading.forms)} forms"


def corpus(folder: Path = CORPUS) -> list[bytes]:
    """The seeds, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def numbered(number: int, seeds: Sequence[bytes], light: Sequence[bytes]) -> bytes:
    """The mutant of a number: always the same file."""
    rng = random.Random(number)
    return mutant(light if light and rng.random() < LIGHT_SHARE else seeds, rng)


def judge(data: bytes, tally: Tally, starter: Starter, keep: Callable[[bytes, str], str]) -> FileReading:
    """Read one file, enter it in the tally, and keep it when anything is wrong."""
    reading = read_file(data, LIMITS, starter)
    tally.runs += 1
    tally.outcomes[outcome(reading)] += 1
    complaint = wrong(reading)
    if complaint and not starter.engine:  # few pixels and recorded words can show what is not on the page
        tally.outcomes["(of these read again as the product does)"] += 1
        complaint = wrong(read_file(data, LIMITS))
    if starter.last:
        tally.slowest = max(tally.slowest, starter.last.cpu)
        tally.peak = max(tally.peak, starter.last.peak / 1024)
        if starter.last.cpu > HANG or (reading.refusal and reading.refusal.code == TookTooLong.code):
            complaint = complaint or f"took too long, {starter.last.cpu:.0f} s of it working"
        if starter.last.peak > LIMITS.memory_bytes / 1024:
            complaint = complaint or f"used {starter.last.peak / 1024:.0f} MiB"
        starter.last = None
    if complaint:
        tally.findings.append(f"{complaint}: {keep(data, 'finding')}")
    elif reading.refusal and reading.refusal.code in {"reader_failed", "took_too_long", "out_of_memory"}:
        keep(data, reading.refusal.code)
    return reading


def keeper(folder: Path) -> Callable[[bytes, str], str]:
    """Writes files that deserve a look, named by kind and digest, at most 200 of a kind."""
    kept: Counter[str] = Counter()
    folder.mkdir(parents=True, exist_ok=True)

    def keep(data: bytes, kind: str) -> str:
        name = f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}"
        kept[kind] += 1
        if kept[kind] <= 200:
            (folder / name).write_bytes(data)
        return name

    return keep


def run(
    tally: Tally,
    seeds: Sequence[bytes],
    folder: Path,
    *,
    first: int,
    until: Callable[[int], bool],
    light: Sequence[bytes] = (),
    shortcuts: bool = False,
    said: Callable[[str], None] = lambda _: None,
) -> Tally:
    """Mutants number `first` and up until `until(number)`; a number always gives the same file.

    `shortcuts` leaves out the share of files that are read at full size, with tesseract and by fresh children.
    """
    small, full, engine = Starter(), Starter(small=False), Starter(small=False, engine=True)
    keep = keeper(folder)
    number = first
    spoken = time.monotonic()
    while not until(number):
        data = numbered(number, seeds, light)
        number += 1
        starter = engine if number % ENGINE_EVERY == 0 else full if number % FULL_EVERY == 0 else small
        reading = judge(data, tally, small if shortcuts else starter, keep)
        if number % FRESH_EVERY == 0 and not shortcuts:
            fresh = read_file(data)
            if (fresh.refusal is None) != (reading.refusal is None):
                tally.findings.append(f"read differently by a fresh child: {keep(data, 'differs')}")
        if time.monotonic() - spoken > 60:
            spoken = time.monotonic()
            said(f"{tally.runs:,} files, {len(tally.findings)} findings, next is number {number:,}")
            note(tally, folder, first)
    note(tally, folder, first)
    return tally


def note(tally: Tally, folder: Path, first: int) -> None:
    """Write down what was seen so far, for a campaign that is ended from outside."""
    (folder / f"tally-{first}.json").write_text(json.dumps(vars(tally), indent=1))


def summed(folder: Path) -> Tally:
    """What all campaigns that used a folder have seen together."""
    total = Tally()
    for path in sorted(folder.glob("tally-*.json")):
        part = Tally(**json.loads(path.read_text()))
        total.runs += part.runs
        total.outcomes.update(part.outcomes)
        total.slowest, total.peak = max(total.slowest, part.slowest), max(total.peak, part.peak)
        total.findings += part.findings
    return total


def warm(seeds: Sequence[bytes]) -> None:
    """Open every seed and read the first in this process: forked children find loaded what is loaded at first use."""
    for data in seeds:
        list(open_file(data, LIMITS).walk)
    read_bytes(seeds[0], LIMITS)
    gc.collect()
    gc.freeze()
