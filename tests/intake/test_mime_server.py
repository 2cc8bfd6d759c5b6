"""The parsing server: one process, a fork per mail, and nothing that goes wrong there touches the next mail."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.adapters.mailbox import mime_client
from tasks.adapters.mailbox.mime import MailRefused, parse
from tasks.adapters.mailbox.mime_client import Parser, ParserDown, parser
from tasks.adapters.mailbox.mime_limits import LIMITS
from tests.intake.corpus import PDF, mail, with_file

GOOD = with_file(PDF)


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def server() -> int:
    parse(GOOD)
    pid = parser().pid
    assert pid is not None
    return pid


def hanging(tmp_path: Path) -> Path:
    """A file that whoever opens it waits for ever."""
    path = tmp_path / "never"
    if not path.exists():
        os.mkfifo(path)
    return path


def test_one_server_reads_mail_after_mail() -> None:
    assert server() == server()


def test_a_fork_that_hangs_is_killed_and_the_next_mail_is_read(tmp_path: Path) -> None:
    before = server()
    with pytest.raises(MailRefused, match="took_too_long"):
        parse(hanging(tmp_path), replace(LIMITS, wall_seconds=0.2))
    assert children(before) == []
    assert server() == before


def test_a_fork_that_is_killed_refuses_its_mail_only(tmp_path: Path) -> None:
    before = server()

    def kill() -> None:
        eventually(lambda: bool(children(before)))
        os.kill(children(before)[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(MailRefused, match="took_too_long"):
        parse(hanging(tmp_path))
    killer.join()
    assert server() == before


def test_a_fork_that_uses_up_its_processor_time_is_refused() -> None:
    before = server()
    with pytest.raises(MailRefused, match="took_too_long"):
        parse(
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 900_000,
            replace(LIMITS, cpu_seconds=1),
        )
    assert server() == before


def test_a_server_that_dies_is_replaced() -> None:
    before = server()
    os.kill(before, signal.SIGKILL)
    assert server() != before


def test_a_server_that_dies_in_the_middle_takes_its_fork_along_and_the_mail_is_tried_once_more(tmp_path: Path) -> None:
    before = server()
    forks: list[int] = []

    def kill() -> None:
        eventually(lambda: bool(children(before)))
        forks.extend(children(before))
        os.kill(before, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(MailRefused, match="took_too_long"):  # the second server's fork hangs too, and is refused
        parse(hanging(tmp_path), replace(LIMITS, wall_seconds=1.0))
    killer.join()
    assert forks
    assert all(eventually(lambda pid=pid: gone(pid)) for pid in forks)  # type: ignore[misc]
    assert server() != before


def test_no_server_at_all_is_no_fault_of_the_mail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mime_client, "_SERVER", tmp_path / "missing.py")
    with pytest.raises(ParserDown):
        Parser().read(tmp_path / "x", tmp_path, LIMITS)


def test_a_caller_that_forks_has_a_server_of_its_own_and_leaves_ours_alone() -> None:
    before = server()
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        said = b"0"
        try:
            said = str(server()).encode()
        finally:
            os.write(into, said)
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        theirs = int(pipe.read())
    os.waitpid(child, 0)
    assert theirs not in (0, before)
    assert server() == before
    assert eventually(lambda: gone(theirs))


def test_a_caller_that_is_killed_leaves_no_server_and_no_fork(tmp_path: Path) -> None:
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(into, f"{server()}\n".encode())
        parse(hanging(tmp_path))
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        theirs = int(pipe.readline())
        assert eventually(lambda: bool(children(theirs)))
        (fork,) = children(theirs)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert eventually(lambda: gone(theirs))
    assert eventually(lambda: gone(fork))


def test_threads_take_turns() -> None:
    found: list[str] = []
    mails = [mail(f"Subject: {n}") for n in range(12)]
    threads = [threading.Thread(target=lambda raw=raw: found.append(parse(raw).subject)) for raw in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=int) == [str(n) for n in range(12)]


def test_nothing_of_ours_reaches_a_fork(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment, nor an open file, nor a limit that is not there."""
    monkeypatch.setenv("CORREQUESTS_SECRET", "canary")
    parser().leave()
    monkeypatch.setattr(mime_client, "_parser", Parser())
    secret = tmp_path / "secret"
    secret.write_text("canary")
    pid = 0
    with secret.open() as held:
        os.set_inheritable(held.fileno(), True)
        pid = server()
        seen: dict[str, object] = {}

        def look() -> None:
            eventually(lambda: bool(children(pid)))
            proc = Path(f"/proc/{children(pid)[0]}")
            eventually(lambda: "mail-" in str((proc / "cwd").readlink()))
            seen["environ"] = (proc / "environ").read_bytes()
            seen["files"] = [str(f.readlink()) for f in (proc / "fd").iterdir()]
            seen["limits"] = (proc / "limits").read_text()

        watcher = threading.Thread(target=look)
        watcher.start()
        with pytest.raises(MailRefused):
            parse(hanging(tmp_path), replace(LIMITS, wall_seconds=1.0))
        watcher.join()
    assert b"canary" not in bytes(seen["environ"])  # type: ignore[call-overload]
    assert str(secret) not in str(seen["files"])
    assert "socket" not in str(seen["files"])
    limits = {line[:25].strip(): line[26:46].strip() for line in str(seen["limits"]).splitlines()}
    assert limits["Max address space"] == str(LIMITS.memory_bytes)
    assert limits["Max cpu time"] == str(LIMITS.cpu_seconds)
    assert limits["Max file size"] == str(LIMITS.max_decoded_bytes)
    assert limits["Max core file size"] == "0"


@pytest.mark.parametrize("name", ["mail.json", "part-2"])
def test_what_a_fork_leaves_is_taken_only_when_it_is_a_plain_file(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A subverted fork could leave a link to the registry, or answer with anything."""
    real = Parser.read

    def subverted(self: Parser, source: Path, folder: Path, limits: object) -> object:
        ended = real(self, source, folder, LIMITS)
        shutil.move(folder / name, tmp_path / name)
        (folder / name).symlink_to(tmp_path / name)
        return ended

    monkeypatch.setattr(Parser, "read", subverted)
    with pytest.raises(MailRefused, match="unreadable"):
        parse(GOOD)


@pytest.mark.parametrize("answer", ["", "[]", "{}", "null", '{"attachments": 7}', "[" * 100_000])
def test_an_answer_that_makes_no_sense_is_a_refusal(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Parser.read

    def subverted(self: Parser, source: Path, folder: Path, limits: object) -> object:
        ended = real(self, source, folder, LIMITS)
        (folder / "mail.json").write_text(answer)
        return ended

    monkeypatch.setattr(Parser, "read", subverted)
    with pytest.raises(MailRefused, match="unreadable"):
        parse(GOOD)
