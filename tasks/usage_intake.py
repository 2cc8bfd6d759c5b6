"""One usage export: read, held against what is on record, then believed whole or refused whole (III.C.3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlmodel import Session

from db import stand_ins, usage
from db.columns import utc_now
from db.models import UsageImport
from tasks import notices
from tasks.adapters.usage import Export, UsageRefused
from tasks.adapters.usage.csv_export import read
from tasks.policy.usage import Bounds, Earlier, Refused, refusal
from tasks.settings import Settings

CLAUSE = "III.C.3"


@dataclass(frozen=True)
class Taken:
    """What became of one file, in values that outlive the transaction."""

    file_name: str
    as_of: date | None
    lines: int
    matched: int
    moved: int
    refusal: str
    sentence: str


def take_in_here(
    session: Session, config: Settings, source: str, name: str, content: bytes, by: str, given: date | None = None
) -> Taken:
    """One file, in the caller's transaction. `given`: the day it speaks of when neither file nor name says so."""
    row = UsageImport(source=source, file_name=name, sha256="", content=content)
    problem: Refused | None = None
    export: Export | None = None
    try:
        export = read(content, name, config.usage_columns, config.zone, given)
        row.as_of, row.lines = export.as_of, len(export.uses)
    except UsageRefused as why:
        problem = Refused(why.code, why.sentence)
    row.sha256 = hashlib.sha256(content + str(row.as_of).encode()).hexdigest()
    if before := usage.known(session, row.sha256):
        said = f"The very same file came on {before.received_at.astimezone(config.zone):%Y-%m-%d}; nothing was done."
        return Taken(name, before.as_of, before.lines, 0, 0, "duplicate", said)
    if export:
        problem = _judge(session, config, export)
    if problem:
        row.refusal, row.sentence = problem.code, problem.sentence
        alarm(session, config, "usage-refused", f"The usage export {name} was refused: {problem.sentence}")
    elif export:
        row.matched, row.moved = _move(session, export)
    usage.keep(session, row, by)
    return Taken(name, row.as_of, row.lines, row.matched, row.moved, row.refusal, row.sentence)


def _judge(session: Session, config: Settings, export: Export) -> Refused | None:
    day_began = datetime.combine(export.as_of, time.min, config.zone)
    newest = usage.latest(session)
    return refusal(
        [(use.user_id, use.last_used_on) for use in export.uses],
        export.as_of,
        known=usage.expected(session, day_began.astimezone(UTC)),
        earlier=Earlier(newest.as_of, newest.lines) if newest and newest.as_of else None,
        bounds=Bounds(config.usage_min_share, config.usage_max_shrink, config.usage_max_regress),
        today=utc_now().astimezone(config.zone).date(),
    )


def _move(session: Session, export: Export) -> tuple[int, int]:
    """How many lines are about accounts of ours, and how many last uses became later."""
    on_record = usage.last_uses(session)
    ours = [use for use in export.uses if use.user_id in on_record]
    later = [
        (use.user_id, use.last_used_on)
        for use in ours
        if use.last_used_on and ((before := on_record[use.user_id]) is None or before < use.last_used_on)
    ]
    return len(ours), usage.move(session, later)


def alarm(session: Session, config: Settings, purpose: str, what: str) -> None:
    """Tell the contract managers, once a day for each purpose."""
    notices.alarm(session, config, stand_ins.told_of_alarms(session), purpose, CLAUSE, what, utc_now())
