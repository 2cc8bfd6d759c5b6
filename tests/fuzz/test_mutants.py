"""The seed corpus and the first mutants through the sandbox; `make fuzz` goes on from there."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from forms.limits import Limits
from forms.reading import FileReading, FormReading, Refusal, SignatureReading, Verdict
from forms.sandbox import Child, read_file
from forms.schema import FormKind, Role
from tests.fuzz import campaign
from tests.fuzz.forked import Forked, Starter
from tests.fuzz.mutate import mutant
from tests.fuzz.seeds import CORPUS

SEEDS = sorted(CORPUS.iterdir())
MUTANTS = 150
CHEAP = 8_000
"""Bytes of the seeds that are mutated here; the larger ones cost more time and go through the same code."""


def test_corpus_is_small() -> None:
    sizes = [path.stat().st_size for path in SEEDS]
    assert len(sizes) > 20
    assert max(sizes) < 80_000
    assert sum(sizes) < 1_500_000


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_seed_is_read_or_refused_and_never_accepted(path: Path) -> None:
    reading = read_file(path.read_bytes(), start=Starter())
    assert campaign.wrong(reading) == ""
    assert not reading.refusal or reading.refusal.code != "reader_failed"


def test_mutants(tmp_path: Path) -> None:
    seeds = [data for data in campaign.corpus() if len(data) < CHEAP]
    tally = campaign.run(
        campaign.Tally(), seeds, tmp_path, first=1, until=lambda number: number > MUTANTS, shortcuts=True
    )
    assert tally.runs == MUTANTS
    assert tally.findings == []
    refused = sum(count for what, count in tally.outcomes.items() if what.startswith("refused"))
    assert 0 < refused < MUTANTS  # neither all destroyed nor all left as they were
    assert tally.outcomes["refused: reader_failed"] < MUTANTS / 20


def test_a_number_always_gives_the_same_mutant() -> None:
    seeds = campaign.corpus()
    assert [mutant(seeds, random.Random(n)) for n in range(40)] == [mutant(seeds, random.Random(n)) for n in range(40)]


@pytest.mark.parametrize("name", ["typed.pdf", "encrypted.pdf", "cut.pdf", "request.docx"])
def test_a_forked_child_reads_what_a_fresh_one_reads(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    assert read_file(data, start=Starter(small=False, engine=True)) == read_file(data)


def reading(*verdicts: Verdict) -> FileReading:
    box = (0.0, 0.0, 1.0, 1.0)
    slots = tuple(SignatureReading(r, v, 0.9, (), 1, box) for r, v in zip(Role, verdicts, strict=True))
    form = FormReading(FormKind.CONSENT, 1.0, "", (1,), False, (), slots)
    return FileReading("", "image/png", 1, (form,))


def test_the_judge_sees_what_is_wrong() -> None:
    assert campaign.wrong(reading(Verdict.INK, Verdict.INK)) == "accepted"
    assert campaign.wrong(reading(Verdict.INK, Verdict.UNCLEAR)) == ""
    assert campaign.wrong(FileReading("", "", 0, refusal=Refusal("oops", "Something happened in the reader."))) != ""
    assert campaign.wrong(FileReading("", "", 0, refusal=Refusal("broken", "")))


def test_a_child_that_hangs_is_ended_and_refused() -> None:
    began = time.monotonic()

    def start(limits: Limits, folder: str) -> Child:
        return Forked(limits, folder, lambda: time.sleep(60))

    refused = read_file(b"%PDF-1.7", Limits(wall_seconds=1), start)
    assert refused.refusal
    assert refused.refusal.code == "took_too_long"
    assert time.monotonic() - began < 50
