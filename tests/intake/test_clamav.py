"""The virus scanner's answer is yes or no; anything else is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.adapters.mailbox.clamav import ScannerDown, finding
from tests.scanner import SIGNATURE, scanner


def test_a_clean_and_an_infected_file(tmp_path: Path) -> None:
    clean, bad = tmp_path / "clean", tmp_path / "bad"
    clean.write_bytes(b"x" * 700_000)
    bad.write_bytes(b"y" * 300_000 + SIGNATURE)
    with scanner(tmp_path / "socket") as made:
        assert finding(clean, tmp_path / "socket") == ""
        assert finding(bad, tmp_path / "socket") == "Invented.Virus"
    assert made.seen == [clean.read_bytes(), bad.read_bytes()]


@pytest.mark.parametrize(
    "answer",
    [None, b"INSTREAM size limit exceeded. ERROR\0", b"stream: lstat() failed ERROR\0", b"\0", b"stream: \0", b"OK\0"],
)
def test_no_answer_is_not_yes(answer: bytes | None, tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(b"x")
    with scanner(tmp_path / "socket") as made:
        made.says = answer
        with pytest.raises(ScannerDown):
            finding(tmp_path / "clean", tmp_path / "socket")


def test_nobody_listens(tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(b"x")
    with pytest.raises(ScannerDown):
        finding(tmp_path / "clean", tmp_path / "socket")


def test_the_name_of_a_finding_is_printable_and_short(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"x")
    with scanner(tmp_path / "socket") as made:
        made.says = b"stream: Evil\x1b[2J" + b"x" * 900 + b" FOUND\0"
        assert finding(tmp_path / "bad", tmp_path / "socket") == "Evil[2J" + "x" * 93
