"""The register from a CSV file: every line is checked, the differences are said, and all of it is entered or nothing.

Columns, in any order, named in the first line: `what` (submitter, manager, deputy, away), `provider` (its key), `user`
(of managers, deputies and who is away), `name` and `email` (of submitters), `from` and `to` (days as YYYY-MM-DD; `from`
empty: today, `to` empty: without an end). docs/register.md. A line says how an entry is to be; the others stay.
The dry run makes the entries and takes all of them back, so that it says exactly what would be done and refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from db import entries
from db.entries import NotEntered
from db.session import transaction

COLUMNS = ("what", "provider", "user", "name", "email", "from", "to")
NEEDED: dict[str, tuple[str, ...]] = {
    "submitter": ("provider", "name", "email"),
    "manager": ("provider", "user"),
    "deputy": ("provider", "user"),
    "away": ("user",),
}
"""Which columns a line of each sort must fill; all others but the days must be empty."""

LONGEST = 1_000_000
"""Characters of a file that is read."""


class NotAFile(Exception):
    """This is no register file. The first line must name the columns: what, provider, user, name, email, from, to."""


@dataclass(frozen=True)
class Refused:
    """A line that cannot be entered: its number in the file, a code and what to do."""

    line: int
    code: str
    sentence: str


@dataclass
class Outcome:
    """What a file would change or has changed, how many lines were so already, and the lines that are refused."""

    changes: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    applied: bool = False


def bring_in(url: str, text: str, today: date, by: str, *, apply: bool) -> Outcome:
    """Check a file against the register and, with `apply`, enter it; nothing is entered when a line is refused.

    Raises `NotAFile` when the first line does not name the columns.
    """
    lines = _lines(text)
    outcome = Outcome()
    with transaction(url) as session:
        for number, line in lines:
            _one(session, number, line, today, by, outcome)
        outcome.applied = apply and not outcome.refused
        if not outcome.applied:
            session.rollback()
    return outcome


def _lines(text: str) -> list[tuple[int, Mapping[str, str]]]:
    if len(text) > LONGEST:
        raise NotAFile("The file is too long to be a register.")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    named = [name.strip().casefold() for name in reader.fieldnames or []]
    if not named or set(named) - set(COLUMNS) or "what" not in named or len(set(named)) != len(named):
        raise NotAFile(NotAFile.__doc__)
    reader.fieldnames = named
    try:
        return [(reader.line_num, _clean(row)) for row in reader]
    except csv.Error as why:
        raise NotAFile(f"Line {reader.line_num} is not CSV: {why}.") from None


def _clean(row: Mapping[str | None, str | list[str] | None]) -> dict[str, str]:
    """The cells of a line; `extra` holds what stands beyond the last column."""
    cells = {str(k): v.strip() for k, v in row.items() if k is not None and isinstance(v, str)}
    return cells | ({"extra": "yes"} if row.get(None) else {})


def _one(session: Session, number: int, line: Mapping[str, str], today: date, by: str, outcome: Outcome) -> None:
    try:
        with session.begin_nested():
            said = _enter(session, line, today, by)
    except NotEntered as why:
        outcome.refused.append(Refused(number, why.code, str(why)))
        return
    if said:
        outcome.changes.append(f"line {number}: {said}")
    else:
        outcome.unchanged += 1


def _enter(session: Session, line: Mapping[str, str], today: date, by: str) -> str:
    what = line.get("what", "").casefold()
    if what not in NEEDED:
        raise NotEntered("unknown_sort", f"“{what}” is not one of {', '.join(NEEDED)}. Write one of these in `what`.")
    if "extra" in line:
        raise NotEntered("too_many_cells", "There are more cells than columns. Put text with a comma in quotes.")
    for name in ("provider", "user", "name", "email"):
        if name in NEEDED[what] and not line.get(name):
            raise NotEntered("cell_missing", f"A {what} needs `{name}`. Fill it in.")
        if name not in NEEDED[what] and line.get(name):
            raise NotEntered("cell_too_much", f"A {what} has no `{name}`. Leave it empty.")
    if what == "manager":
        if line.get("from") or line.get("to"):
            raise NotEntered("cell_too_much", "A manager has no days. Leave `from` and `to` empty.")
        return entries.appoint(session, line["provider"], line["user"], by)
    first, last = _day(line, "from") or today, _day(line, "to")
    if what == "submitter":
        return entries.designate(session, line["provider"], line["name"], line["email"], first, by, last)
    if what == "deputy":
        return entries.depute(session, line["provider"], line["user"], first, by, last)
    return entries.mark_away(session, line["user"], first, by, last)


def _day(line: Mapping[str, str], name: str) -> date | None:
    said = line.get(name, "")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise NotEntered("not_a_day", f"“{said}” in `{name}` is not a day. Write it as YYYY-MM-DD.") from None
