"""Scoring a folder of forms: what counts as right, and what the command does with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from deployments import read
from deployments.cli import app
from deployments.score import MISSING, Result, equal_date, equal_name, judged, score, wilson
from deployments.score_tables import forms_table, share, table
from deployments.truth import NoTruth, find, load
from forms.reading import FieldReading, FileReading, FormReading, Refusal, SignatureReading, Source, Verdict
from forms.schema import FormKind, Role
from forms.twins import fingerprint_of
from tests.forms import papers, slips

BOX = (0.0, 0.0, 1.0, 1.0)


def signer(kind: str = "ink", name: str = "Jane Doe", date: str = "11/06/2026") -> dict[str, object]:
    return {
        "kind": kind, "sub": "", "name": name, "name_filled": bool(name), "name_mode": "typed", "date": date,
        "date_filled": bool(date), "date_mode": "hand", "region": [[0, 0], [1, 0], [1, 1], [0, 1]],
    }  # fmt: skip


def truth_of(folder: Path, *files: str, staff: str = "ink", supervisor: str = "ink") -> Path:
    forms = [
        {"file": f, "cls": "x", "profile": "office200", "delivery": "scan", "sig_page": 0,
         "signers": {"staff": signer(staff), "supervisor": signer(supervisor, "Pat Roe", "")}}
        for f in files
    ]  # fmt: skip
    path = folder / "truth.json"
    path.write_text(json.dumps({"forms": forms}))
    return path


def reading(staff: Verdict, supervisor: Verdict, *fields: tuple[str, str, float]) -> FileReading:
    slots = tuple(SignatureReading(r, v, 0.9, (), 1, BOX) for r, v in zip(Role, (staff, supervisor), strict=True))
    found = tuple(FieldReading(name, value, sure, Source.OCR, 1, BOX) for name, value, sure in fields)
    form = FormReading(FormKind.CONSENT, 1.0, "", (1,), False, found, slots)
    return FileReading("", "image/png", 1, (form,))


@pytest.mark.parametrize(
    ("kind", "verdict", "result"),
    [
        ("ink", "ink", Result.CORRECT),
        ("ink", "unclear", Result.PERSON),
        ("ink", "blank", Result.WRONG),
        ("ink", MISSING, Result.PERSON),
        ("blank", "blank", Result.CORRECT),
        ("blank", "ink", Result.WRONG),
        ("stray", "typed", Result.CORRECT),
        ("block_capitals", "unclear", Result.PERSON),
        ("electronic", "ink", Result.WRONG),
    ],
)
def test_what_a_verdict_amounts_to(kind: str, verdict: str, result: Result) -> None:
    assert judged(kind, verdict) is result


@pytest.mark.parametrize(
    ("value", "written", "equal"),
    [
        ("2026-11-06", "11/06/2026", True),
        ("2026-06-11", "11/06/2026", True),  # the paper does not tell which comes first
        ("2026-11-06", "20261106", True),
        ("2026-11-06", "November 06, 2026", True),
        ("2026-11-06", "06 Nov 2026", True),
        ("2026-11-07", "11/06/2026", False),
        ("", "11/06/2026", False),
        ("", "", True),
        ("2026-11-06", "", False),
    ],
)
def test_equal_dates(value: str, written: str, equal: bool) -> None:
    assert equal_date(value, written) is equal


def test_equal_names() -> None:
    assert equal_name("DANIEL K MONROE", "Daniel K. Monroe")
    assert not equal_name("Daniel Monroe", "Daniel K. Monroe")
    assert not equal_name("", "Daniel")


def test_wilson_is_the_published_interval() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(5, 10) == "5/10 = 50.0% (23.7%–76.3%)"


def test_a_form_is_accepted_when_both_slots_are_ink(tmp_path: Path) -> None:
    [truth] = load(truth_of(tmp_path, "a.pdf", supervisor="blank"))
    assert not truth.accept
    assert score(truth, reading(Verdict.INK, Verdict.INK), 1.0, 0.75).accepted
    assert not score(truth, reading(Verdict.INK, Verdict.UNCLEAR), 1.0, 0.75).accepted


def test_fields_are_exact_or_a_persons_or_wrong(tmp_path: Path) -> None:
    [truth] = load(truth_of(tmp_path, "a.pdf"))
    read_so = reading(
        Verdict.INK, Verdict.INK, ("staff_name", "Jane Doe", 0.9), ("staff_date", "2026-11-09", 0.8),
        ("supervisor_name", "Pot Roe", 0.5), ("supervisor_date", "2026-11-09", 0.9),
    )  # fmt: skip
    results = {f.name: f.result for f in score(truth, read_so, 1.0, 0.75).fields}
    assert results == {
        "staff_name": Result.CORRECT,
        "staff_date": Result.WRONG,
        "supervisor_name": Result.PERSON,
        "supervisor_date": Result.WRONG,  # nothing is written there
    }
    nothing = score(truth, FileReading("", "", 0, refusal=Refusal("broken", "x")), 1.0, 0.75)
    assert {f.name: f.result for f in nothing.fields if f.written} == dict.fromkeys(
        ("staff_name", "staff_date", "supervisor_name"), Result.PERSON
    )
    assert {slot.verdict for slot in nothing.slots} == {MISSING}


def test_forms_table_counts_wrong_acceptance(tmp_path: Path) -> None:
    [good] = load(truth_of(tmp_path, "a.pdf"))
    [bad] = load(truth_of(tmp_path, "b.pdf", staff="typed"))
    both = reading(Verdict.INK, Verdict.INK)
    text = forms_table([score(good, both, 1, 0.75), score(bad, both, 1, 0.75)])
    row = next(line for line in text.splitlines() if "office scans" in line)
    assert row.count("1/1 = 100.0%") == 2


def test_a_drawing_that_came_on_an_earlier_form_is_a_copy_and_its_form_set_aside(tmp_path: Path) -> None:
    path = truth_of(tmp_path, "a.pdf", "b.pdf")
    raw = json.loads(path.read_bytes())
    for form in raw["forms"]:
        form["signers"]["staff"]["sig_file"] = "w1/03.png"
    path.write_text(json.dumps(raw))
    first, again = load(path)
    assert (first.signers[Role.STAFF].kind, again.signers[Role.STAFF].kind) == ("ink", "copy")
    assert again.signers[Role.SUPERVISOR].kind == "ink"
    scores = [score(one, reading(Verdict.ELECTRONIC, Verdict.INK), 1, 0.75) for one in (first, again)]
    assert [s.slots[0].result for s in scores] == [Result.WRONG, Result.CORRECT]
    text = forms_table(scores)
    assert next(line for line in text.splitlines() if "all forms" in line).count("0/1 = 0.0%") == 1
    assert text.endswith("as well: 1.")


def test_a_table_is_even() -> None:
    assert len({len(line) for line in table(("a", "bcd"), [("wide name", "1"), ("x", "10")]).splitlines()}) == 1


def test_a_truth_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"x")
    (tmp_path / "in" / "own.pdf").write_bytes(b"x")
    assert find(tmp_path / "in", "../secret.pdf") is None
    assert find(tmp_path / "in", "own.pdf")
    assert find(tmp_path, "own.pdf") is None


@pytest.mark.parametrize("text", ["", "[1]", '{"forms": [{"file": "a"}]}', '{"forms": 3}'])
def test_what_is_no_truth_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "truth.json").write_text(text)
    with pytest.raises(NoTruth):
        load(tmp_path / "truth.json")
    said = CliRunner().invoke(app, ["read", "--truth", str(tmp_path / "truth.json"), str(tmp_path)])
    assert said.exit_code == 2
    assert "truth.json" in said.output


def test_the_command_scores_a_folder(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "typed.pdf").write_bytes(papers.foreign_consent("Jane Doe"))
    truth = truth_of(tmp_path, "typed.pdf", staff="typed", supervisor="blank")
    said = CliRunner().invoke(app, ["read", "--truth", str(truth), str(tmp_path), "--raw", str(tmp_path / "raw.json")])
    assert said.exit_code == 0, said.output
    assert "1 files scored, 0 files missing" in said.output
    [form] = json.loads((tmp_path / "raw.json").read_bytes())["forms"]
    assert [slot["verdict"] for slot in form["slots"]] == ["typed", "blank"]
    assert form["accepted"] is False


def test_a_missing_file_is_named_and_ends_in_code_one(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["read", "--truth", str(truth_of(tmp_path, "gone.pdf")), str(tmp_path)])
    assert said.exit_code == 1
    assert "gone.pdf" in said.output


def test_words_for_a_person_and_lines_for_a_program(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"hello")
    words = CliRunner().invoke(app, ["read", "--text", str(path), str(tmp_path / "none.pdf")]).output
    assert "not read (unsupported_type)" in words
    assert "not read (not_a_file)" in words
    line = CliRunner().invoke(app, ["read", str(path)]).output  # not a terminal: a program reads it
    assert json.loads(line)["refusal"]["code"] == "unsupported_type"
    text = read.as_text(path, reading(Verdict.INK, Verdict.BLANK, ("staff_name", "Jane Doe", 0.9)))
    assert "Jane Doe" in text
    assert "signature, supervisor 0.90  blank" in text


def test_a_signature_that_stands_on_an_earlier_form_is_no_ink() -> None:
    marks = [fingerprint_of(np.array(slips.signature(name, 31))[..., 3]) for name in ("Marta Ellis", "Ray Okafor")]
    first = reading(Verdict.INK, Verdict.INK)
    slots = [replace(s, fingerprint=mark) for s, mark in zip(first.forms[0].signatures, marks, strict=True)]
    first = replace(first, forms=(replace(first.forms[0], signatures=tuple(slots)),))
    on_file: list[bytes] = []
    assert [s.verdict for s in read.without_copies(first, on_file).forms[0].signatures] == [Verdict.INK] * 2
    again = read.without_copies(first, on_file).forms[0].signatures
    assert [s.verdict for s in again] == [Verdict.ELECTRONIC] * 2
    assert "earlier form" in again[0].evidence[0]
