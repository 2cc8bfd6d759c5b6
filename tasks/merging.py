"""Two records of one person become one: four fields must agree, and somebody says so (ICOTS 17.0).

The preview is what the merge does, without the last step; nothing is merged by itself.
"""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from db import identities, register
from db.account_life import AccountState
from db.models import Account, Person
from db.session import transaction
from forms.protected import masked
from tasks import identity
from tasks.exhibits import plain
from tasks.policy.identity import ENOUGH_FIELDS, agreeing
from tasks.settings import settings
from tasks.sitting import decider

CLAUSE = identities.CLAUSE


class MergeRefused(Exception):
    """The records are not merged. The message is a sentence that says why and what to do."""


@task(cache_policy=NO_CACHE, task_run_name="merge two records for {started_by}")
def merge_records(keep: str, drop: str, reason: str, preview: bool, started_by: str) -> str:
    """Merge `drop` into `keep`, each a record number or a user ID; what was done, or why not, in markdown."""
    config = settings()
    with transaction(config.database_url) as session:
        try:
            kept, dropped = _found(session, keep), _found(session, drop)
            fields = _may(session, kept, dropped, reason.strip(), started_by)
            shown = [_beside(session, kept, dropped), "", f"They agree in {', '.join(fields)}.", ""]
        except MergeRefused as why:
            return f"**Nothing was merged.** {why}"
        if preview:
            return "\n".join(["**Preview: nothing was merged.** Start it once more without the preview.", "", *shown])
        moved = identities.merge(session, kept, dropped, by=started_by, reason=masked(reason.strip()), agreeing=fields)
        said = f"**Record {dropped.id} was merged into record {kept.id}.** {moved} entries went over; both names stay."
        return "\n".join([said, "", *shown])


def _found(session: Session, said: str) -> Person:
    """The record with that number, or whose account has that user ID."""
    wanted = said.strip().upper()
    number = wanted.removeprefix("RECORD").strip()
    if number.isdigit() and len(number) < 10:
        person = session.get(Person, int(number))
    else:
        account = session.exec(select(Account).where(col(Account.user_name) == wanted)).first()
        person = session.get(Person, account.person_id) if account else None
    if person is None:
        raise MergeRefused(f"There is no record or user ID “{plain(said)}”. Give the number that the case shows.")
    if person.merged_into:
        raise MergeRefused(f"Record {person.id} was merged into record {person.merged_into} before. Give that one.")
    return person


def _may(session: Session, keep: Person, drop: Person, reason: str, started_by: str) -> tuple[str, ...]:
    """The fields that agree. Raises `MergeRefused` when these two, or by this person, may not be merged."""
    if keep.id == drop.id:
        raise MergeRefused("Both are the same record. Give two.")
    if not decider(session, started_by, None):
        raise MergeRefused("Only a contract manager or deputy merges records (III.B.1). Ask one of them.")
    if not reason:
        raise MergeRefused("Please give the reason: how you know that both are one person.")
    fields = agreeing(identity.of_person(session, keep), identity.of_person(session, drop))
    if len(fields) < ENOUGH_FIELDS:
        agree = f"only in {', '.join(fields)}" if fields else "in nothing"
        raise MergeRefused(
            f"The records agree {agree}, and {ENOUGH_FIELDS} fields must agree (ICOTS 17.0). "
            "Correct what is wrong on one of them, or leave them apart."
        )
    live = [a for p in (keep, drop) if (a := register.live_account(session, p.id or 0))]
    if len(live) > 1:
        ids = " and ".join(a.user_name or "an account that IT is making" for a in live)
        raise MergeRefused(
            f"Both have an account that is not {AccountState.REMOVED.lower()}: {ids}. "
            "Have one of them disabled and removed first; its ID stays reserved (III.B.2.a)."
        )
    return fields


def _beside(session: Session, keep: Person, drop: Person) -> str:
    """Both records, and how many entries of each kind go over."""
    one, other = identity.of_person(session, keep), identity.of_person(session, drop)
    rows = [
        ("Name", [f"{n.given} {n.family}" for n in one.names], [f"{n.given} {n.family}" for n in other.names]),
        ("E-mail", one.emails, other.emails),
        ("Telephone", one.telephones, other.telephones),
        ("Facility", sorted(one.providers), sorted(other.providers)),
        ("Position", sorted(one.positions), sorted(other.positions)),
        ("User ID", sorted(one.user_ids), sorted(other.user_ids)),
    ]
    lines = [f"| | record {keep.id} stays | record {drop.id} goes into it |", "| --- | --- | --- |"]
    lines += [f"| {label} | {plain(', '.join(a)) or '–'} | {plain(', '.join(b)) or '–'} |" for label, a, b in rows]
    return "\n".join(lines)
