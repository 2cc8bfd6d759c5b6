"""`correquests doctor`: everything that the product leans on, a line each: OK, WARN or FAIL, and what to do.

Nothing is changed and no mail is sent; a check that fails stops no other. `doctor mailbox` proves the way of the mail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from db import audit, usage
from db.columns import utc_now
from db.migrate import config as alembic_config
from db.session import engine, transaction
from deployments import checkup_outside
from deployments.verdict import Level, Verdict, fail, ok, warn
from forms.ocr import engine as reader
from tasks import vitals
from tasks.settings import Settings

Say = Callable[[str], None]
Check = tuple[str, Callable[[Settings], Iterable[Verdict]]]


def examine(config: Settings, say: Say) -> bool:
    """Run every check and say its lines. True when none of them failed; warnings count as passed."""
    seen: list[Level] = []
    for name, check in CHECKS:
        try:
            found = list(check(config))
        except Exception as why:  # what it says may hold an address with a password in it
            found = [fail(f"the check broke ({type(why).__name__})", "Look at the checks before this one first.")]
        for verdict in found:
            seen.append(verdict.level)
            say(f"{verdict.level:<5} {name}: {verdict.said}")
            if verdict.advice:
                say(f"      What to do: {verdict.advice}")
    counts = ", ".join(f"{seen.count(level)} {level}" for level in Level)
    say(f"{len(seen)} checks: {counts}.")
    return Level.FAIL not in seen


def _home(config: Settings) -> Iterable[Verdict]:
    if not config.home.is_dir() or not os.access(config.home, os.W_OK | os.X_OK):
        yield fail(f"{config.home} is no folder that we may write to", "Create it, or set CORREQUESTS_HOME to another.")
        return
    free = shutil.disk_usage(config.home).free // 1_000_000
    said = f"{config.home} can be written to, {free:,} MB are free"
    advice = "Make room on the disk; mails and scans need it."
    if free < config.disk_free_mb // 5:
        yield fail(said, advice)
    else:
        yield warn(said, advice) if free < config.disk_free_mb else ok(said)


def _registry(config: Settings) -> Iterable[Verdict]:
    head = ScriptDirectory.from_config(alembic_config(config.database_url)).get_current_head()
    try:
        with engine(config.database_url).connect() as connection:
            stands = MigrationContext.configure(connection).get_current_revision()
    except Exception as why:
        yield fail(
            f"cannot be reached ({type(why).__name__})", "Check CORREQUESTS_DATABASE_URL and the database server."
        )
        return
    if stands != head:
        yield fail(f"has schema {stands or 'none'}, needed is {head}", "Run `correquests migrate`.")
    else:
        yield ok(f"{engine(config.database_url).dialect.name}, schema {head}")


def _chain(config: Settings) -> Iterable[Verdict]:
    with transaction(config.database_url) as session:
        broken = audit.verify(session)
        head = audit.head_of(session)
    if broken:
        yield fail(
            f"link {broken.seq} {broken.what}", "Keep every copy of the registry, and compare heads mailed before."
        )
    else:
        yield ok(f"holds, {head.seq} links, head {head.hash[:12]}…")


def _product(config: Settings) -> Iterable[Verdict]:
    """The parts that run: gateway, Prefect's server, watcher, runner."""
    url = f"http://{config.host}:{config.port}/readyz"
    try:
        answered = httpx.get(url, timeout=10)
        checks = answered.json().get("checks", {}) if "json" in answered.headers.get("content-type", "") else {}
    except (httpx.HTTPError, ValueError):
        yield warn(f"nobody answers on {config.host}:{config.port}", "Start it: `correquests up`.")
        return
    if not checks:
        yield warn("the gateway does not tell its health", "Ask from the same machine, or set CORREQUESTS_READYZ_OPEN.")
        return
    yield ok("the gateway answers")
    if checks["prefect"]["ok"]:
        yield ok("the Prefect server answers and reaches its database")
    else:
        yield fail("the Prefect server does not answer", f"Look at {config.home / 'logs' / 'server.log'}.")
    for part in ("watcher", "runner"):
        age = checks[part]["age_seconds"]
        said = "never gave a sign of life" if age is None else f"gave its last sign of life {age} s ago"
        log = config.home / "logs" / f"{part}.log"
        yield ok(f"the {part} {said}") if checks[part]["ok"] else fail(f"the {part} {said}", f"Look at {log}.")


def _work(config: Settings) -> Iterable[Verdict]:
    """What must not become old."""
    with transaction(config.database_url) as session:
        found = vitals.measure(session, config, utc_now())
        refused = usage.latest(session) is None
    late = found.unsorted and found.unsorted > timedelta(minutes=config.unsorted_minutes)
    said = f"the oldest unsorted mail came {vitals.in_words(found.unsorted)} ago" if found.unsorted else "all is sorted"
    yield fail(said, f"Look at {config.home / 'logs' / 'watcher.log'}.") if late else ok(said)
    stuck = found.due and found.due > timedelta(minutes=config.outbox_minutes)
    said = f"{found.due_count} mails wait to go, the oldest for {vitals.in_words(found.due)}" if found.due else "empty"
    yield fail(f"outbox: {said}", "Run `correquests doctor mailbox`.") if stuck else ok(f"outbox: {said}")
    if found.held:
        yield warn(f"{found.held} mails are held", "A contract manager starts “release held mail” in the UI.")
    yield _feed(config, found, none_yet=refused)


def _feed(config: Settings, found: vitals.Vitals, *, none_yet: bool) -> Verdict:
    advice = "Nobody is locked for not using an account until an export comes; ask whoever sends it (III.C.3)."
    if none_yet:
        said = "no usage export was ever taken in"
        return warn(
            said, advice if vitals.feeds(config) else "Set up a usage feed: CORREQUESTS_USAGE_FOLDER or others."
        )
    said = f"the newest usage export speaks of {found.feed_day}, {found.feed_age} days ago"
    return warn(said, advice) if (found.feed_age or 0) > config.usage_max_age_days else ok(said)


def _time(config: Settings) -> Iterable[Verdict]:
    """Days are counted in Montana; without the data of zones they would be those of Greenwich."""
    now = utc_now()
    local = now.astimezone(ZoneInfo(config.timezone))
    summer = now.replace(month=7, day=1).astimezone(local.tzinfo).utcoffset()
    winter = now.replace(month=1, day=1).astimezone(local.tzinfo).utcoffset()
    if config.timezone == "America/Denver" and summer == winter:
        yield fail(f"{config.timezone} has no summer time here", "Install the time zone data (tzdata).")
    else:
        yield ok(f"{local:%Y-%m-%d %H:%M} in {config.timezone}")
    with transaction(config.database_url) as session:
        newest = audit.latest(session)
    if newest and newest > now + timedelta(minutes=5):
        yield fail(
            f"the audit chain was last written at {newest:%Y-%m-%d %H:%M} UTC, which is to come",
            "Set the clock right (NTP).",
        )


def _reader(config: Settings) -> Iterable[Verdict]:  # noqa: ARG001
    if (found := reader()) == "no engine":
        yield fail("tesseract is not installed", "Install tesseract-ocr and its language file eng.")
        return
    if "eng" in checkup_outside.languages():
        yield ok(f"{found} with eng")
    else:
        yield fail(f"{found} has no language file eng", "Install tesseract-ocr-eng.")


CHECKS: tuple[Check, ...] = (
    ("home", _home),
    ("registry", _registry),
    ("audit chain", _chain),
    ("product", _product),
    ("work", _work),
    ("time", _time),
    ("reader of scans", _reader),
    ("mailbox", checkup_outside.mailbox),
    ("service desk", checkup_outside.desk),
    ("directory", checkup_outside.directory),
    ("virus scanner", checkup_outside.scanner),
)
