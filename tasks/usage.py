"""Usage exports are taken in: read, held against what is on record, then believed whole or refused whole (III.C.3)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import stand_ins, usage
from db.account_life import AccountState
from db.columns import utc_now
from db.models import UsageImport
from db.session import transaction
from tasks import notices, wiring
from tasks.adapters.usage import Export, FeedDown, UsageRefused
from tasks.adapters.usage.csv_export import read
from tasks.policy.usage import Bounds, Earlier, Refused, refusal
from tasks.settings import Settings, settings

CLAUSE = "III.C.3"
log = logging.getLogger(__name__)


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


@task(cache_policy=NO_CACHE, task_run_name="take in what waits")
def import_waiting(by: str) -> list[Taken]:
    """Every file in every feed. A feed that is down is an alarm and stops no other."""
    config = settings()
    done: list[Taken] = []
    for source, feed in wiring.usage_feeds(config):
        try:
            for waiting in feed.waiting():
                taken = take_in(config, source, waiting.name, waiting.content, by)
                feed.settle(waiting.name, accepted=not taken.refusal)
                done.append(taken)
        except FeedDown as why:
            log.warning("the usage feed %s: %s", source, why)
            with transaction(config.database_url) as session:
                _alarm(session, config, "usage-feed-down", f"Usage exports cannot be fetched: {why}.")
    return done


def take_in(config: Settings, source: str, name: str, content: bytes, by: str, given: date | None = None) -> Taken:
    """One file, in one transaction. The bytes are kept whatever becomes of them; the same bytes are taken once."""
    with transaction(config.database_url) as session:
        return _take_in(session, config, source, name, content, by, given)


def _take_in(
    session: Session, config: Settings, source: str, name: str, content: bytes, by: str, given: date | None
) -> Taken:
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
        _alarm(session, config, "usage-refused", f"The usage export {name} was refused: {problem.sentence}")
    elif export:
        row.matched, row.moved = _move(session, export)
    usage.keep(session, row, by)
    return Taken(name, row.as_of, row.lines, row.matched, row.moved, row.refusal, row.sentence)


def _judge(session: Session, config: Settings, export: Export) -> Refused | None:
    on_record = usage.last_uses(session)
    newest = usage.latest(session)
    return refusal(
        [(use.user_id, use.last_used_on) for use in export.uses],
        export.as_of,
        known={user: day for user, (state, day) in on_record.items() if state is AccountState.ACTIVE},
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
        if use.last_used_on and ((before := on_record[use.user_id][1]) is None or before < use.last_used_on)
    ]
    return len(ours), usage.move(session, later)


def _alarm(session: Session, config: Settings, purpose: str, what: str) -> None:
    notices.alarm(session, config, stand_ins.told_of_alarms(session), purpose, CLAUSE, what, utc_now())


def table(taken: Sequence[Taken], newest: date | None) -> str:
    """What became of the files, as markdown."""
    fresh = f"The newest export on file speaks of {newest}." if newest else "No export is on file yet."
    if not taken:
        return f"No file waited. {fresh}"
    lines = [
        "| file | day | accounts | ours | used since | what became of it |",
        "| --- | --- | ---: | ---: | ---: | --- |",
    ]
    for t in taken:
        became = f"**refused** ({t.refusal}): {t.sentence}" if t.refusal else "taken over"
        lines.append(f"| {t.file_name} | {t.as_of or ''} | {t.lines} | {t.matched} | {t.moved} | {became} |")
    return "\n".join([*lines, "", fresh])


@task(cache_policy=NO_CACHE)
def newest_day() -> date | None:
    """The day that the newest believed export speaks of."""
    with transaction(settings().database_url) as session:
        newest = usage.latest(session)
        return newest.as_of if newest else None
