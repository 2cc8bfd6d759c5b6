"""Usage exports as CSV: a header line, a line per account; the names of the columns are a setting.

Schema (docs/usage-feed.md): `user_id`, `last_access` (a day or a moment, ISO 8601 or month/day/year; empty: never used)
and, in one of three places, the day the file speaks of: a column `as_of`, a day in the file's name, or the caller.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from tasks.adapters.usage import Export, UsageRefused, Use

USER, LAST, AS_OF = "user_id", "last_access", "as_of"
NEVER = frozenset({"", "never", "null", "none", "n/a"})
MAX_BYTES = 256 * 1024 * 1024
"""A million lines take about 30 MiB."""

_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SHOWN = 3


def read(content: bytes, name: str, columns: Mapping[str, str], zone: ZoneInfo, given: date | None = None) -> Export:
    """The export in a file. `columns` says what the file calls our columns; `given` the day it speaks of, if known.

    Raises `UsageRefused` for whatever is not as the schema says: a file is taken whole or not at all.
    """
    text = _text(content)
    lines = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text))
    header = {(h or "").strip().casefold(): h for h in lines.fieldnames or ()}
    where = {ours: header.get(columns.get(ours, ours).casefold()) for ours in (USER, LAST, AS_OF)}
    missing = [columns.get(ours, ours) for ours in (USER, LAST) if where[ours] is None]
    if missing:
        raise UsageRefused("columns", f"The file has no column “{missing[0]}”; it has {', '.join(header) or 'none'}.")
    uses: list[Use] = []
    days: set[date] = set()
    wrong: list[str] = []
    try:
        for line in lines:
            try:
                uses.append(_use(line, where, zone))
                if where[AS_OF] and (said := _day(line[where[AS_OF]], zone)):
                    days.add(said)
            except ValueError as why:
                wrong.append(f"line {lines.line_num}: {why}")
    except csv.Error as why:
        raise UsageRefused("not_csv", f"Line {lines.line_num} cannot be read as CSV: {why}.") from None
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise UsageRefused("bad_lines", f"{'; '.join(wrong[:_SHOWN])}{more}.")
    return Export(_as_of(days, name, given), tuple(uses))


def _text(content: bytes) -> str:
    if not content.strip():
        raise UsageRefused("empty", "The file is empty.")
    if len(content) > MAX_BYTES:
        raise UsageRefused("too_large", f"The file has more than {MAX_BYTES // 2**20} MiB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return content.decode("utf-16")
            except UnicodeDecodeError:
                pass
    raise UsageRefused("encoding", "The file is not text in UTF-8. Please export it as CSV in UTF-8.")


def _dialect(text: str) -> type[csv.Dialect] | csv.Dialect:
    """Comma, semicolon or tab, as the header line has it."""
    head = text.partition("\n")[0]
    chosen = max(",;\t", key=head.count)

    class Lines(csv.excel):
        delimiter = chosen
        strict = True

    return Lines


def _use(line: Mapping[str, str | None], where: Mapping[str, str | None], zone: ZoneInfo) -> Use:
    user = (line[where[USER] or ""] or "").strip().upper()
    if not user:
        raise ValueError("no user ID")
    last = line[where[LAST] or ""]
    if last is None:
        raise ValueError("the line ends too early")
    return Use(user, _day(last, zone))


def _day(said: str | None, zone: ZoneInfo) -> date | None:
    """The local day of a moment or day as written. A moment with a zone is brought to ours, one without is ours."""
    text = (said or "").strip()
    if text.casefold() in NEVER:
        return None
    if found := _AMERICAN.match(text):
        return date(int(found[3]), int(found[1]), int(found[2]))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text[:30]}” is not a day") from None
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()


def _as_of(days: set[date], name: str, given: date | None) -> date:
    if len(days) > 1:
        raise UsageRefused("several_days", "The lines of the file speak of several days. Please send one file a day.")
    if days:
        return days.pop()
    if found := _DAY_IN_NAME.search(PurePath(name).name):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
    if given is None:
        raise UsageRefused("no_day", "Neither a column nor the name of the file says which day it speaks of.")
    return given


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The local day of an instant."""
    return moment.astimezone(UTC).astimezone(zone).date()
