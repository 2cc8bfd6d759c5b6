"""`correquests read`: files read and shown, or a folder scored against its truth."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from deployments.score import FormScore, score
from deployments.score_tables import report
from deployments.truth import find, load
from forms import lines
from forms.errors import TooLarge
from forms.reading import FileReading, FormReading, Refusal, SignatureReading, Verdict
from forms.sandbox import Limits, read_file
from forms.twins import COPY, alike


def read_path(path: Path) -> FileReading:
    """The reading of a file, or the refusal when it cannot even be opened; a file over the limit is not loaded."""
    try:
        if not path.is_file():
            return _refused("not_a_file", "There is no such file. Check its name.")
        if path.stat().st_size > Limits().max_bytes:
            return _refused(TooLarge.code, TooLarge().sentence)
        return read_file(path.read_bytes())
    except OSError as why:
        return _refused("not_readable", f"The file cannot be opened: {why.strerror}.")


def _refused(code: str, sentence: str) -> FileReading:
    return FileReading(sha256="", media_type="", pages=0, refusal=Refusal(code, sentence))


def as_json(path: Path, reading: FileReading) -> str:
    """The line of `docs/read-format.md`."""
    return json.dumps(lines.to_line(str(path), reading), ensure_ascii=False)


def as_text(path: Path, reading: FileReading) -> str:
    """The reading for a person at a terminal."""
    if reading.refusal:
        return f"{path}\n  not read ({reading.refusal.code}): {reading.refusal.sentence}\n"
    head = f"{path}  {reading.media_type}, {_count(reading.pages, 'page')}, read by {reading.engine}"
    forms = [_form_text(form) for form in reading.forms] or ["  no form found"]
    return "\n".join([head, *forms]) + "\n"


def _form_text(form: FormReading) -> str:
    pages = ", ".join(str(page) for page in form.pages)
    kind = form.kind.value.replace("_", " ")
    edition = f", {form.edition}" if form.edition else ""
    photo = ", photographed" if form.photo else ""
    said = [f"  {kind} on page {pages} (confidence {form.confidence:.2f}{edition}{photo})"]
    said += [f"    {f.name:20} {f.confidence:.2f}  {f.value or '(empty)'}" for f in form.fields]
    for slot in form.signatures:
        said.append(f"    signature, {slot.role.value:9} {slot.confidence:.2f}  {slot.verdict.value}")
        said += [f"      {reason}" for reason in slot.evidence]
    return "\n".join(said)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def read_all(paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, FileReading, float]]:
    """Every file with its reading and the seconds it took by the clock, in the order given, `jobs` at a time."""

    def timed(path: Path) -> tuple[Path, FileReading, float]:
        began = time.perf_counter()
        reading = read_path(path)
        return path, reading, time.perf_counter() - began

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        yield from pool.map(timed, paths)


def show(paths: Sequence[Path], say: Callable[[str], None], *, plain: bool, crops: Path | None, jobs: int) -> None:
    """Read files and say what they hold, one after the other."""
    for path, reading, _ in read_all(paths, jobs):
        if crops:
            lines.write_crops(reading, crops / path.name)
        say(as_text(path, reading) if plain else as_json(path, reading))


def score_folder(
    truth: Path, folder: Path, threshold: float, jobs: int, say: Callable[[str], None]
) -> tuple[list[FormScore], list[str]]:
    """Score every form that the truth names; and the names that the folder does not hold. Raises `NoTruth`.

    The forms are taken to have come one after the other, as on a mailbox: a signature is held against earlier ones.
    """
    forms = load(truth)
    places = {form.file: find(folder, form.file) for form in forms}
    there = [(form, path) for form in forms if (path := places[form.file])]
    scores = []
    on_file: list[bytes] = []
    readings = read_all([path for _, path in there], jobs)
    for (form, _), (_, reading, seconds) in zip(there, readings, strict=True):
        scores.append(score(form, without_copies(reading, on_file), seconds, threshold))
        if len(scores) % 25 == 0:
            say(f"{len(scores)} of {len(there)} files read")
    return scores, [name for name, path in places.items() if path is None]


def without_copies(reading: FileReading, on_file: list[bytes]) -> FileReading:
    """The reading with signatures that are copies of earlier ones called electronic; adds its own to those on file."""
    forms = tuple(
        replace(form, signatures=tuple(_not_copied(s, on_file) for s in form.signatures)) for form in reading.forms
    )
    on_file += [s.fingerprint for form in forms for s in form.signatures if s.fingerprint]
    return replace(reading, forms=forms)


def _not_copied(signature: SignatureReading, on_file: Sequence[bytes]) -> SignatureReading:
    if signature.verdict is not Verdict.INK:
        return signature
    if max((likeness for _, likeness in alike(signature.fingerprint, on_file)), default=0.0) < COPY:
        return signature
    said = "The same strokes stand on an earlier form: they are copies of one picture."
    return replace(signature, verdict=Verdict.ELECTRONIC, evidence=(said,))


def write_raw(path: Path, scores: Iterable[FormScore], missing: Sequence[str], threshold: float) -> None:
    """Every slot and field as judged, as JSON."""
    raw = {"threshold": threshold, "missing": list(missing), "forms": [one.to_json() for one in scores]}
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False))


def summary(scores: Sequence[FormScore], missing: Sequence[str], threshold: float) -> str:
    """The tables."""
    return report(scores, missing, threshold)
