"""The purge review up to the order to destroy: proposals, notices, permissions, holds. Nothing is destroyed here.

Each function says in a sentence what was done, or why not, for the log of the run that a person started.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from db import outbox, register, retention
from db.columns import utc_now
from db.models import (
    Account,
    Message,
    Outbox,
    Provider,
    PurgePermission,
    PurgePiece,
    PurgeProposal,
    PurgeState,
    Request,
)
from forms.protected import masked
from tasks import notices, purge_files, purge_pieces, purge_scope
from tasks.policy.retention import Readiness, Review, Schedule, order_problems, review
from tasks.purge_scope import Scope
from tasks.settings import Settings
from tasks.sitting import decider

BY_ITSELF = "correquests"
NOTICE = "purge_notice"


class NotDone(Exception):
    """Nothing was changed. The message is a sentence that says why and what to do."""


@contextmanager
def refusals() -> Iterator[None]:
    """A proposal that is not there, or is elsewhere by now, is a refusal like any other."""
    try:
        yield
    except retention.NotProposed as why:
        raise NotDone(str(why)) from None


def today(config: Settings) -> date:
    """The present day in Montana."""
    return utc_now().astimezone(config.zone).date()


def propose(session: Session, config: Settings, by: str) -> tuple[list[PurgeProposal], list[tuple[str, Review]]]:
    """Look at everybody old enough: new proposals, and what is old enough but may not be proposed, with reasons."""
    day, years = today(config), purge_scope.years(config)
    oldest = datetime(day.year - min(years.values()), 12, 31, tzinfo=UTC) + timedelta(2)
    made: list[PurgeProposal] = []
    passed: list[tuple[str, Review]] = []
    for scope in purge_scope.every(session, config, oldest):
        seen = review(scope.life(), years, config.purge_account_days, day)
        if seen.due:
            made.append(_proposal(session, config, scope, seen, by))
        elif seen.bars and (seen.over_on is None or seen.over_on < day):
            passed.append((scope.about, seen))
    return made, passed


def _proposal(session: Session, config: Settings, scope: Scope, seen: Review, by: str) -> PurgeProposal:
    proposal = PurgeProposal(
        subject=scope.subject,
        person_id=scope.people[0].id if scope.people else None,
        request_id=None if scope.people else scope.cases[0].id,
        about=scope.about,
        providers=scope.providers,
        due={str(s): day.isoformat() for s, day in seen.due.items()},
        latest_on=max(seen.due.values()) + timedelta(config.purge_within_days),
        made_by=by,
    )
    return retention.propose(session, proposal)


def _may(session: Session, proposal: PurgeProposal, by: str) -> None:
    """Raises `NotDone` unless this person decides for every agency of the proposal (III.B.1; ICOTS 26.0 C)."""
    if not all(decider(session, by, key) for key in proposal.providers):
        raise NotDone("Only the provider's contract manager or deputy can do this (III.B.1). Ask one of them.")


def notify(session: Session, config: Settings, number: int, by: str) -> str:
    """Write to the designated submitters of every agency that destruction is proposed (24.0 B). It names nobody."""
    with refusals():
        proposal = retention.get(session, number, PurgeState.PROPOSED)
    _may(session, proposal, by)
    told: list[str] = []
    for key in proposal.providers:
        to = register.submitters(session, [key], today(config))
        if not to:
            raise NotDone(f"{key} has no designated submitter to write to. Designate one first (III.B.2).")
        _write(session, config, proposal, key, to)
        told += to
    retention.noticed(session, proposal, by, told)
    return f"{retention.name_of(proposal)}: the notice goes to {', '.join(told)}."


def _write(session: Session, config: Settings, proposal: PurgeProposal, key: str, to: Sequence[str]) -> None:
    provider = session.get_one(Provider, key)
    context = {
        "proposal": retention.name_of(proposal),
        "provider_name": provider.name,
        "about": proposal.about,
        "what": purge_scope.in_words(proposal.due),
        "kept_until": max(proposal.due.values()),
        "day": (today(config) + timedelta(config.purge_notice_days)).isoformat(),
        "mailbox": config.mailbox_address,
    }
    notices.put(session, config, None, NOTICE, to, context, about=f"{retention.name_of(proposal)}-{key}")


def permit(session: Session, config: Settings, number: int, provider: str, mail: int, permits: bool, by: str) -> str:
    """Note a stored mail of the agency as its permission, or as its refusal. `mail` 0: the answer to our notice.

    Whoever notes it has read it: what it says is decided by a person.
    """
    with refusals():
        proposal = retention.get(session, number, PurgeState.NOTIFIED)
    _may(session, proposal, by)
    if provider not in proposal.providers:
        raise NotDone(f"The agencies of this proposal are {', '.join(proposal.providers)}. Give one of them.")
    if any(p.provider_key == provider for p in retention.permissions(session, proposal)):
        raise NotDone(f"The permission of {provider} is on file already.")
    found = _written(session, config, proposal, provider, mail)
    if not permits:
        retention.drop(session, proposal, by, f"{provider} does not permit it (mail-{found.id})")
        return f"{retention.name_of(proposal)} is dropped: {provider} does not permit it. Nothing is destroyed."
    assert proposal.id is not None
    assert found.id is not None
    sha256 = hashlib.sha256(found.raw).hexdigest()
    retention.permit(
        session,
        proposal,
        PurgePermission(
            proposal_id=proposal.id, provider_key=provider, message_id=found.id, sha256=sha256, sender=found.sender,
            noted_by=by,
        ),
    )  # fmt: skip
    return f"{retention.name_of(proposal)}: mail-{found.id} is on file as the written permission of {provider}."


def _written(session: Session, config: Settings, proposal: PurgeProposal, provider: str, mail: int) -> Message:
    """The mail, when it can be that agency's permission. Raises `NotDone` with every other reason."""
    sent = f"{retention.name_of(proposal)}-{provider}.purge-notice.1"
    notice = outbox.of_key(session, sent)
    answers = retention.answers(session, notice.message_id) if notice else []
    found = session.get(Message, mail) if mail else (answers[-1] if answers else None)
    if found is None:
        raise NotDone("No answer to the notice is on file. Give the number of the mail that permits it.")
    said = f"{found.subject}\n{found.text}"
    if found not in answers and retention.name_of(proposal) not in said:
        raise NotDone(f"mail-{found.id} neither answers the notice nor names {retention.name_of(proposal)}.")
    day = found.received_at.astimezone(config.zone).date()
    if provider not in {d.provider_key for d in register.designations(session, found.sender, day)}:
        raise NotDone(f"The sender of mail-{found.id} was no designated submitter of {provider} on {day} (III.B.2).")
    if found.automatic or found.bounce:
        raise NotDone(f"mail-{found.id} was written by a machine. A person of the agency permits it.")
    scope = purge_scope.again(session, config, proposal.person_id, proposal.request_id)
    if found.sender in {p.email for p in scope.people}:
        raise NotDone("Nobody permits the destruction of their own records. Ask another submitter of the agency.")
    return found


def order(session: Session, config: Settings, number: int, by: str) -> str:
    """Order the destruction, when nothing stands against it any more; what will be destroyed is written down.

    Raises `NotDone` with every reason.
    """
    with refusals():
        proposal = retention.get(session, number, PurgeState.NOTIFIED)
    _may(session, proposal, by)
    scope = purge_scope.again(session, config, proposal.person_id, proposal.request_id)
    if problems := order_problems(
        _ready(session, config, proposal, scope, by), config.purge_notice_days, today(config)
    ):
        raise NotDone(" ".join(f"{p.sentence} ({p.clause})" for p in problems))
    pieces, left = _pieces(config, proposal, scope)
    retention.order(session, proposal, pieces, left, by)
    return f"{retention.name_of(proposal)}: {len(pieces)} pieces are destroyed now."


def _ready(session: Session, config: Settings, proposal: PurgeProposal, scope: Scope, by: str) -> Readiness:
    life = scope.life()
    now = review(life, purge_scope.years(config), config.purge_account_days, today(config))
    permissions = retention.permissions(session, proposal)
    given = {p.provider_key for p in permissions}
    missing = {*proposal.providers, *scope.providers} - given
    bars = tuple(f for f in now.bars if f.code != "proposed")
    noticed = proposal.noticed_at.astimezone(config.zone).date() if proposal.noticed_at else None
    return Readiness(noticed, tuple(sorted(missing)), tuple(p.noted_by for p in permissions), by, life.holds, bars)


def _pieces(config: Settings, proposal: PurgeProposal, scope: Scope) -> tuple[list[PurgePiece], list[str]]:
    """Everything in the order of its destruction: Prefect and files first, which are found by what rows still say."""
    assert proposal.id is not None
    number = proposal.id
    papers = Schedule.AUTHORISATION if scope.people else Schedule.TICKET
    found = purge_pieces.find(scope)
    files = purge_files.find(config, wanted(found))

    def piece(schedule: Schedule, place: str, key: str = "", sha256: str = "", size: int = 0) -> PurgePiece:
        return PurgePiece(
            proposal_id=number, schedule=schedule, place=place, key=key, sha256=sha256, size=size
        )  # fmt: skip

    pieces = [
        piece(papers, purge_pieces.PREFECT),
        *(piece(papers, purge_pieces.FILE, str(f), purge_files.digest(f), f.stat().st_size) for f in files),
        piece(Schedule.LOG, purge_pieces.LOGS),
        *(piece(Schedule.LOG, purge_pieces.AUDIT, str(a.seq), a.body) for a in purge_pieces.links(scope, found)),
        *(purge_pieces.piece_of(number, schedule, row) for schedule, row in found.rows),
        piece(papers, purge_pieces.DATABASE),
    ]
    return pieces, found.left


def wanted(found: purge_pieces.Found) -> purge_files.Wanted:
    """By what the files of these rows are known; evidence packs only go when the papers in them do."""
    mails = found.of(Message)
    ids = {m.message_id for m in mails} | {r.message_id for r in found.of(Outbox)}
    cases = found.of(Request)
    accounts = found.of(Account)
    return purge_files.Wanted(
        frozenset(i for i in ids if i),
        frozenset(hashlib.sha256(m.raw).hexdigest() for m in mails if m.raw),
        tuple(c.number for c in cases),
        tuple(a.user_name for a in accounts if a.user_name),
    )


# --- holds ---


def hold(session: Session, subject: str, reason: str, by: str, *, lift: bool = False) -> str:
    """Set or lift a legal hold on a user ID, a case or a provider."""
    key = _subject(session, subject)
    if not decider(session, by, None):
        raise NotDone("Only a contract manager or deputy does this (III.B.1). Ask one of them.")
    if not (said := masked(reason.strip())):
        raise NotDone("Please give the reason: which case, claim or action. Name nobody in it; it stays on record.")
    if lift:
        if not retention.lift(session, key, said, by):
            raise NotDone(f"No hold stands on {key}.")
        return f"The hold on {key} is lifted."
    return f"{key} is on hold: nothing of it is destroyed." if retention.hold(session, key, said, by) else (
        f"{key} was on hold already."
    )  # fmt: skip


def _subject(session: Session, said: str) -> str:
    """The user ID, case number or provider's key that is meant. Raises `NotDone`."""
    wanted = said.strip()
    if session.exec(select(Account.id).where(col(Account.user_name) == wanted.upper())).first():
        return wanted.upper()
    if session.exec(select(Request.id).where(col(Request.number) == wanted.upper())).first():
        return wanted.upper()
    if provider := register.provider_named(session, wanted):
        return provider.key
    raise NotDone(f"There is no user ID, case or provider “{masked(wanted)}”.")
