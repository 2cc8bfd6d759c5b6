"""A list of offenders in a CSV file: `offender_id`, `given_name`, `family_name`, and `aliases` where there are any.

UTF-8 with a header line; further columns are not looked at. `aliases` are whole names, parted by semicolons. A file
with one bad line is bad as a whole: whoever made it may have lost more than that line.
"""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks.adapters.offenders import Entry, Listed, ListUnusable
from tasks.policy.names import name_key
from tasks.policy.spelling import Name

REQUIRED = ("offender_id", "given_name", "family_name")
MAX_BYTES = 100_000_000
"""A larger file is no list of offenders of one state."""

_AGAIN = "Export it again."


class CsvOffenders:
    """The file, read again when it was changed or replaced."""

    def __init__(self, path: Path, max_age: timedelta) -> None:
        self._path, self._max_age = path, max_age
        self._seen: tuple[int, int, int] | None = None
        self._listed = Listed((), ())

    def listed(self, now: datetime) -> Listed:
        """See `OffenderList`."""
        try:
            stat = self._path.stat()
            signature = stat.st_ino, stat.st_mtime_ns, stat.st_size
            if signature != self._seen:
                self._listed = self._read(stat.st_size)
                self._seen = signature
        except OSError as why:
            raise ListUnusable(f"The list of offenders cannot be opened ({why.strerror}). Put it back.") from None
        changed = datetime.fromtimestamp(stat.st_mtime, UTC)
        if now - changed > self._max_age:
            raise ListUnusable(f"The list of offenders is of {changed:%Y-%m-%d} and too old to rely on. {_AGAIN}")
        return self._listed

    def _read(self, size: int) -> Listed:
        self._seen = None
        if size > MAX_BYTES:
            raise ListUnusable(f"The list of offenders is larger than {MAX_BYTES:,} bytes. {_AGAIN}")
        try:
            text = self._path.read_bytes().decode("utf-8-sig")
            rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
            lacking = [name for name in REQUIRED if name not in (rows.fieldnames or ())]
            if lacking:
                raise ListUnusable(f"The list of offenders has no column {', '.join(lacking)}. {_AGAIN}")
            entries = [_entry(row, rows.line_num) for row in rows]
        except UnicodeDecodeError:
            raise ListUnusable(f"The list of offenders is not UTF-8. {_AGAIN}") from None
        except csv.Error:
            raise ListUnusable(f"The list of offenders breaks off or is no CSV file. {_AGAIN}") from None
        if not entries:
            raise ListUnusable(f"The list of offenders names nobody. {_AGAIN}")
        keys = [(at, name_key(f"{n.given} {n.family}")) for at, entry in enumerate(entries) for n in entry.names]
        return Listed(entries, keys)


def _entry(row: dict[str | None, str | list[str] | None], line: int) -> Entry:
    said = {name: value.strip() if isinstance(value, str) else "" for name, value in row.items()}
    if None in row or None in row.values() or not said["offender_id"] or not said["family_name"]:
        raise ListUnusable(f"Line {line} of the list of offenders is not complete. {_AGAIN}")
    names = [Name(said["given_name"], said["family_name"])]
    for alias in filter(None, (part.strip() for part in said.get("aliases", "").split(";"))):
        given, _, family = alias.rpartition(" ")
        names.append(Name(given, family))
    what = "\x1f".join([said["offender_id"], *(f"{n.given} {n.family}".casefold() for n in names)])
    return Entry(hashlib.sha256(what.encode()).hexdigest()[:16], tuple(names))
