"""Files below the home folder that hold what is destroyed: found, overwritten, removed; log lines masked in place.

Overwriting reaches the file's blocks on an ordinary disk. A copy-on-write file system, a snapshot, a flash controller
or a backup may keep older blocks (NIST SP 800-88); `docs/retention.md` says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from tasks.settings import Settings

HEAD = 65_536
"""Bytes in which a mail's Message-ID is looked for."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class Wanted:
    """What tells a file that is to be destroyed: mails by Message-ID or digest, packs by what they hold."""

    message_ids: frozenset[str]
    digests: frozenset[str]
    numbers: tuple[str, ...]
    user_ids: tuple[str, ...]


def find(config: Settings, wanted: Wanted) -> list[Path]:
    """Mails in the local mailbox and its outgoing folders, what intake left in the spool, and evidence packs."""
    assert config.maildir is not None
    found = [path for root in mail_folders(config) for path in _files(root) if _is_mail(path, wanted)]
    packs = sorted((config.home / "evidence").glob("**/*.zip"))
    return [*found, *(pack for pack in packs if _holds(pack, wanted))]


def mail_folders(config: Settings) -> list[Path]:
    """Where mails lie as files."""
    assert config.maildir is not None
    return [config.maildir, config.home / "outgoing", config.home / "spool"]


def _files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())


def _is_mail(path: Path, wanted: Wanted) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD)
    said = BytesHeaderParser(policy=compat32).parsebytes(head).get("Message-ID", "")
    return str(said).strip() in wanted.message_ids or digest(path) in wanted.digests


def _holds(pack: Path, wanted: Wanted) -> bool:
    starts = tuple(f"cases/{number}/" for number in wanted.numbers)
    names = {f"accounts/{user_id}.md" for user_id in wanted.user_ids}
    try:
        with zipfile.ZipFile(pack) as opened:
            return any(name in names or (starts and name.startswith(starts)) for name in opened.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def digest(path: Path) -> str:
    """SHA-256 over a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def destroy(path: Path, home: Path) -> None:
    """Overwrite with zeros, remove, and forget folders that are empty now. Done again, it does nothing."""
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(b"\0" * min(left, CHUNK))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    _sync(path.parent)
    if path.is_relative_to(home / "outgoing"):
        _forget(home / "outgoing", path)


def _forget(root: Path, path: Path) -> None:
    """The local drop has a folder per recipient: one without mails goes, because its name is an address."""
    box = root / path.relative_to(root).parts[0]
    if box.is_dir() and not any(p.is_file() for p in box.rglob("*")):
        for folder in sorted((p for p in box.rglob("*") if p.is_dir()), reverse=True):
            folder.rmdir()
        box.rmdir()
        _sync(root)


def mask_logs(config: Settings, words: Sequence[str]) -> int:
    """Write stars over these words in the log files, in place, so that whoever appends goes on; how many times."""
    needles = [word.encode() for word in words]
    return sum(_mask(path, needles) for path in _files(config.home / "logs")) if needles else 0


def _mask(path: Path, needles: Iterable[bytes]) -> int:
    count = 0
    content = path.read_bytes()
    with path.open("r+b") as file:
        for needle in needles:
            at = content.find(needle)
            while at >= 0:
                file.seek(at)
                file.write(b"*" * len(needle))
                count += 1
                at = content.find(needle, at + len(needle))
        file.flush()
        os.fsync(file.fileno())
    return count


def _sync(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
