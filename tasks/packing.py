"""An evidence pack: one zip that proves itself with nothing but Python (`tasks/evidence_files/verifier.py`).

Its last 64 bytes are the SHA-256 of everything before them; each file stands in the manifest with its own; the audit
chain is in it from its first link to its head, with what the links say only where they are about the pack's subject.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Set
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from db import audit
from db.models import Audit

FILES = Path(__file__).parent / "evidence_files"
MARK = b"correquests-sha256:"
BATCH = 1000


class Pack:
    """A zip in the making. Files are written one by one, so that a year's scans are never in memory together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._digests: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """A file; a second one of the same name is not written."""
        if name not in self._digests:
            self._digests[name] = hashlib.sha256(content).hexdigest()
            self._zip.writestr(name, content)

    def add_json(self, name: str, value: Any) -> None:
        """A file of JSON for people and programs."""
        self.add(name, json.dumps(value, indent=1, ensure_ascii=False, default=str).encode())

    def close(self, facts: dict[str, str]) -> str:
        """Write the verifier, the controls and the manifest, seal the file, and return its digest."""
        self.add("__main__.py", (FILES / "verifier.py").read_bytes())
        self.add("controls.md", (FILES / "controls.md").read_bytes())
        manifest = facts | {"files": dict(sorted(self._digests.items()))}
        self._zip.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
        self._zip.comment = MARK + b"0" * 64
        self._zip.close()
        return _seal(self._path)


def _seal(path: Path) -> str:
    """Put the digest of all bytes before it at the end."""
    digest = hashlib.sha256()
    left = path.stat().st_size - 64
    with path.open("r+b") as file:
        while left > 0:
            piece = file.read(min(left, 1 << 20))
            digest.update(piece)
            left -= len(piece)
        file.write(digest.hexdigest().encode())
    return digest.hexdigest()


def add_chain(session: Session, pack: Pack, subjects: Set[str], year: int | None = None) -> audit.Head:
    """The whole chain; what is said is told of links about `subjects`, or of all links of a year. Its head."""
    lines: list[bytes] = []
    seq = 0
    while rows := session.exec(select(Audit).where(col(Audit.seq) > seq).order_by(col(Audit.seq)).limit(BATCH)).all():
        lines += [_line(row, _told(row, subjects, year)) for row in rows]
        seq = rows[-1].seq
        session.expunge_all()
    pack.add("audit/links.jsonl", b"".join(lines))
    return audit.head_of(session)


def _told(row: Audit, subjects: Set[str], year: int | None) -> bool:
    """A link of the first edition proves nothing without what it says; an emptied one says nothing."""
    if audit.emptied(row):
        return False
    return not row.body or (row.at.startswith(f"{year}-") if year else row.subject in subjects)


def _line(row: Audit, told: bool) -> bytes:
    link: dict[str, Any] = {
        "seq": row.seq,
        "at": row.at,
        "body": row.body,
        "previous": row.previous,
        "hash": row.hash,
    }
    if told:
        link["says"] = audit.says(row)
    return json.dumps(link, sort_keys=True, ensure_ascii=False).encode() + b"\n"
