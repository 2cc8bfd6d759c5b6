"""The nightly reconciliation: directory and stored scans against the registry, and a page that says what was seen."""

from __future__ import annotations

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from db import reviews
from db.columns import utc_now
from db.models import Document
from db.session import transaction
from forms.sandbox import read_file
from tasks import reconciling, wiring
from tasks.adapters.directory import DirectoryDown, DirectoryRefused
from tasks.exhibits import plain
from tasks.policy.reconciling import due_for_reading
from tasks.reconciling import Looked
from tasks.settings import Settings, settings

OVERLOADED = frozenset({"took_too_long", "out_of_memory", "reader_failed"})
"""Refusals that may say more about this machine than about the file."""


@task(cache_policy=NO_CACHE)
def compare_directory(looked: Looked) -> None:
    """Every account against the directory, in one transaction; passed over while there is none, or it is down."""
    config = settings()
    directory = wiring.directory(config)
    if directory is None:
        looked.skipped += ("the directory: there is none, IT keeps the accounts",)
        return
    try:
        entries = directory.entries()
    except (DirectoryDown, DirectoryRefused) as why:
        looked.skipped += (f"the directory: {why}",)
        return
    with transaction(config.database_url) as session:
        reconciling.directory(session, config, entries, _today(config), looked)
    looked.skipped += ("what accounts may do: the directory does not say it, so it is held against the forms only",)


@task(cache_policy=NO_CACHE)
def compare_scans(looked: Looked) -> None:
    """Tonight's share of the stored scans, one transaction each: killed at any file, the others are done."""
    config = settings()
    today = _today(config)
    with transaction(config.database_url) as session:
        known = reviews.scans(session, config.zone)
    due = due_for_reading(known, today, config.reconcile_cycle_days, config.reconcile_most_files)
    looked.of_files = len(known)
    for number in due:
        with transaction(config.database_url) as session:
            document = session.get_one(Document, number)
        reading = read_file(document.content)  # takes seconds: nobody waits for it
        if reading.refusal and reading.refusal.code in OVERLOADED:
            looked.skipped += (f"file {number}: {reading.refusal.sentence} It is read again tomorrow",)
            continue
        with transaction(config.database_url) as session:
            looked.fields += reconciling.scan(session, config, session.get_one(Document, number), reading, today)
        looked.files += 1


@task(cache_policy=NO_CACHE)
def differences_page(looked: Looked) -> str:
    """What was looked at, what differs, what was passed over, as markdown."""
    with transaction(settings().database_url) as session:
        rows = reviews.standing(session)
    lines = [
        f"{looked.accounts} accounts were held against the directory; {looked.under_way} of them change just now and "
        f"were passed over. {looked.files} of {looked.of_files} stored files were read again, {looked.fields} fields "
        f"held against the registry. {looked.gone} differences are gone.",
    ]
    lines += ["", *(f"- Passed over: {why}." for why in looked.skipped)] if looked.skipped else []
    if not rows:
        return "\n".join([*lines, "", "**Nothing differs.**"])
    head = ["about", "registry", "scan or directory", "what to do", "since"]
    lines += ["", f"**{len(rows)} differences**", "", _row(head), _row(["---"] * len(head))]
    lines += [
        _row([plain(v) for v in (r.subject, r.registry_side, r.other_side, r.sentence, r.first_seen.isoformat())])
        for r in rows
    ]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _today(config: Settings) -> date:
    return utc_now().astimezone(config.zone).date()
