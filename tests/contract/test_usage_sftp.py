"""Usage exports on a real OpenSSH server: fetched, put away, never deleted, and no stranger is spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tasks.adapters.usage import FeedDown, Waiting
from tasks.adapters.usage.sftp import SftpFeed, SftpServer
from tests.sshd import Sshd, new_key, sshd


@pytest.fixture(scope="module")
def running() -> Iterator[Sshd]:
    with sshd() as server:
        yield server


@pytest.fixture
def server(running: Sshd, tmp_path: Path) -> SftpServer:
    folder = running.folder / tmp_path.name
    folder.mkdir()
    return SftpServer(
        "127.0.0.1", running.port, running.user, SecretStr(""), running.key, running.host_key, str(folder)
    )


def feed(server: SftpServer, quiet: float = 0.0) -> SftpFeed:
    return SftpFeed(server, quiet)


def test_exports_are_fetched_in_order_and_nothing_else(server: SftpServer) -> None:
    folder = Path(server.folder)
    for name in ("2026-05-02.csv", "2026-05-01.CSV", ".unfinished.csv", "notes.txt"):
        (folder / name).write_text(name)
    (folder / "old.csv").mkdir()
    assert feed(server).waiting() == [Waiting(n, n.encode()) for n in ("2026-05-01.CSV", "2026-05-02.csv")]


def test_files_are_put_away_and_none_is_overwritten(server: SftpServer) -> None:
    folder = Path(server.folder)
    for text in ("first", "second"):
        (folder / "a.csv").write_text(text)
        feed(server).settle("a.csv", accepted=True)
    (folder / "b.csv").write_text("third")
    feed(server).settle("b.csv", accepted=False)
    assert sorted(f.read_text() for f in (folder / "taken").iterdir()) == ["first", "second"]
    assert [f.read_text() for f in (folder / "refused").iterdir()] == ["third"]
    assert feed(server).waiting() == []


def test_a_file_that_still_grows_waits(server: SftpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = Path(server.folder) / "a.csv"
    growing.write_text("half")

    def grow(_: float) -> None:
        growing.write_text("half and more")

    monkeypatch.setattr("tasks.adapters.usage.sftp.time.sleep", grow)
    assert feed(server).waiting() == []
    monkeypatch.undo()
    assert [w.content for w in feed(server).waiting()] == [b"half and more"]


def test_a_large_file_comes_whole(server: SftpServer) -> None:
    content = b"CX10001,2026-05-01\n" * 300_000
    (Path(server.folder) / "a.csv").write_bytes(content)
    (found,) = feed(server).waiting()
    assert found.content == content


@pytest.mark.parametrize("with_host", [False, True])
def test_the_host_key_as_a_known_hosts_line(server: SftpServer, with_host: bool) -> None:
    said = f"127.0.0.1 {server.host_key}" if with_host else server.host_key
    assert feed(replace(server, host_key=said)).waiting() == []


WRONG = ["another host key", "no host key", "another key of ours", "nobody there", "no such folder"]


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_fetched_is_said(server: SftpServer, tmp_path: Path, what: str) -> None:
    (Path(server.folder) / "a.csv").write_text("kept")
    wrong, words = {
        "another host key": (replace(server, host_key=new_key(tmp_path / "other")), "another host key"),
        "no host key": (replace(server, host_key="ssh-ed25519 nonsense"), "ssh-keyscan"),
        "another key of ours": (_with_other_key(server, tmp_path), "does not let"),
        "nobody there": (replace(server, port=1), "127.0.0.1"),
        "no such folder": (replace(server, folder="/nowhere/at/all"), "No such file"),
    }[what]
    with pytest.raises(FeedDown, match=words):
        feed(wrong).waiting()
    assert (Path(server.folder) / "a.csv").read_text() == "kept"


def _with_other_key(server: SftpServer, tmp_path: Path) -> SftpServer:
    new_key(tmp_path / "stranger")
    return replace(server, key=tmp_path / "stranger", password=SecretStr("wrong-Secret-1"))
