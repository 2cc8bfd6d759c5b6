"""The child is bounded, killed with all it started, and told nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forms import sandbox
from forms.reading import FileReading
from forms.sandbox import Limits, read_file
from forms.wire import Garbled, pack, unpack
from tests.forms import papers


def child_that(body: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a script of our own where the child's script is looked for."""
    (folder / "forms").mkdir()
    (folder / "forms" / "child.py").write_text(body)
    monkeypatch.setattr(sandbox, "ROOT", folder)


def code_of(reading: FileReading) -> str:
    return reading.refusal.code if reading.refusal else ""


def test_hang_is_killed_with_its_grandchildren(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "pid"
    child_that(
        f"import subprocess,time\np=subprocess.Popen(['sleep','60'])\nopen({str(note)!r},'w').write(str(p.pid))\n"
        "time.sleep(60)",
        tmp_path,
        monkeypatch,
    )
    started = time.monotonic()
    reading = read_file(b"%PDF-x" * 200_000, Limits(wall_seconds=1.5))
    assert code_of(reading) == "took_too_long"
    assert time.monotonic() - started < 6
    time.sleep(0.1)
    stat = Path(f"/proc/{note.read_text()}/stat")
    assert not stat.exists() or stat.read_text().split(") ")[1][0] == "Z"


def test_grandchild_that_keeps_the_pipe_open_does_not_outlast_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_that("import subprocess\nsubprocess.Popen(['sleep','60'])", tmp_path, monkeypatch)
    started = time.monotonic()
    assert read_file(b"%PDF-x", Limits(wall_seconds=1.5)).refusal
    assert time.monotonic() - started < 6


def test_memory_is_bounded() -> None:
    data = papers.scan_of(papers.picture_of(papers.foreign_consent(), 300), 300)
    reading = read_file(data, Limits(memory_bytes=330 * 1024 * 1024))
    assert code_of(reading) == "out_of_memory"


def test_processor_time_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = sandbox.ROOT
    child_that(
        f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom forms.child import bound, limits_from\n"
        "bound(limits_from(sys.argv[2:]), int(sys.argv[1]))\nwhile True: pass",
        tmp_path,
        monkeypatch,
    )
    reading = read_file(b"%PDF-x", Limits(cpu_seconds=1, wall_seconds=20))
    assert code_of(reading) == "took_too_long"


@pytest.mark.parametrize(
    "answer", [b"", b"{", b"[]", b'{"sha256": 3}', b"\x80\x04K\x01.", b'{"sha256":"x","media_type":"","pages":-1}']
)
def test_garbled_answers_are_refused(answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Garbled):
        unpack(answer)
    child_that(f"import sys\nsys.stdout.buffer.write({answer!r})", tmp_path, monkeypatch)
    reading = read_file(b"%PDF-x")
    assert code_of(reading) == "reader_failed"


def test_endless_answer_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that("import sys\nwhile True: sys.stdout.buffer.write(b'x'*65536)", tmp_path, monkeypatch)
    reading = read_file(b"%PDF-x", Limits(reply_bytes=1_000_000, wall_seconds=10))
    assert code_of(reading) == "reader_failed"


def test_child_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "environment"
    child_that(f"import os\nopen({str(note)!r},'w').write(repr(dict(os.environ)))", tmp_path, monkeypatch)
    monkeypatch.setenv("CORREQUESTS_DATABASE_URL", "canary-of-the-environment")
    read_file(b"%PDF-x")
    assert "canary" not in note.read_text()
    assert "OMP_THREAD_LIMIT" in note.read_text()


def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    root = Path(sandbox.__file__).parent.parent
    script = tmp_path / "child.py"
    script.write_text(
        f"import os,sys,time\nsys.path.insert(0,{str(root)!r})\n"
        "from forms.child import bound\nfrom forms.limits import Limits\n"
        "bound(Limits(), os.getppid())\nprint(os.getpid(), flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess,sys; subprocess.run([sys.executable, {str(script)!r}])"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(40):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split(") ")[1][0] == "Z":
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    pytest.fail("the child outlived its parent")


def test_reading_survives_the_wire() -> None:
    reading = read_file(papers.foreign_consent("Jane Doe"))
    assert reading.forms
    assert unpack(pack(reading)) == reading
