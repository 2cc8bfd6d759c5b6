"""Usage exports are fetched from where they are laid down, taken in one by one, and put away (III.C.3)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from db import usage
from db.session import transaction
from tasks import wiring
from tasks.adapters.usage import FeedDown
from tasks.settings import Settings, settings
from tasks.usage_intake import Taken, alarm, take_in_here

log = logging.getLogger(__name__)


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
                alarm(session, config, "usage-feed-down", f"Usage exports cannot be fetched: {why}.")
    return done


def take_in(config: Settings, source: str, name: str, content: bytes, by: str, given: date | None = None) -> Taken:
    """One file, in one transaction. The bytes are kept whatever becomes of them; the same bytes are taken once."""
    with transaction(config.database_url) as session:
        return take_in_here(session, config, source, name, content, by, given)


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
