"""Legal holds, proposals to destroy records, and the pieces: found, written down, marked. Every change is audited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from db import audit
from db.columns import utc_now
from db.models.mail import Message
from db.models.retention import LegalHold, PurgePermission, PurgePiece, PurgeProposal, PurgeState

HOLD = "RM3"
REVIEW = "ICOTS 23.0"
DESTRUCTION = "ICOTS 24.0"
OPEN = (PurgeState.PROPOSED, PurgeState.NOTIFIED, PurgeState.DESTROYING)


class NotProposed(Exception):
    """There is no proposal of that number, or it is not where this can be done. Look at the review's page."""


def name_of(proposal: PurgeProposal) -> str:
    """What a proposal is called in mails, in the audit chain and on pages."""
    return f"PURGE-{proposal.id}"


# --- holds ---


def holds(session: Session, subjects: Iterable[str]) -> list[LegalHold]:
    """The holds that stand on any of these user IDs, case numbers and providers."""
    standing = select(LegalHold).where(col(LegalHold.subject).in_(set(subjects)), col(LegalHold.lifted_at).is_(None))
    return list(session.exec(standing.order_by(col(LegalHold.id))).all())


def hold(session: Session, subject: str, reason: str, by: str) -> bool:
    """Set a hold; False when one stands already."""
    if holds(session, [subject]):
        return False
    session.add(LegalHold(subject=subject, reason=reason, set_by=by))
    session.flush()
    audit.record(session, actor=by, action="hold.set", subject=subject, clause=HOLD, detail={"reason": reason})
    return True


def lift(session: Session, subject: str, reason: str, by: str) -> bool:
    """Lift the hold on a subject; False when none stands."""
    standing = holds(session, [subject])
    for row in standing:
        row.lifted_at, row.lifted_by, row.lift_reason = utc_now(), by, reason
        session.add(row)
        audit.record(session, actor=by, action="hold.lifted", subject=subject, clause=HOLD, detail={"reason": reason})
    return bool(standing)


# --- proposals ---


def get(session: Session, number: int, *states: PurgeState) -> PurgeProposal:
    """The proposal, locked for this transaction. Raises `NotProposed` when it is not in one of these states."""
    query = select(PurgeProposal).where(PurgeProposal.id == number).with_for_update()
    found = session.exec(query).first()
    if found is None or (states and found.state not in states):
        raise NotProposed(NotProposed.__doc__)
    return found


def of_subject(session: Session, subject: str) -> list[PurgeProposal]:
    """Every proposal about a subject, oldest first."""
    query = select(PurgeProposal).where(PurgeProposal.subject == subject).order_by(col(PurgeProposal.id))
    return list(session.exec(query).all())


def in_state(session: Session, *states: PurgeState) -> list[PurgeProposal]:
    """Every proposal in one of these states, oldest first."""
    query = select(PurgeProposal).where(col(PurgeProposal.state).in_(states)).order_by(col(PurgeProposal.id))
    return list(session.exec(query).all())


def propose(session: Session, proposal: PurgeProposal) -> PurgeProposal:
    """Write a proposal down, audited. Nothing is destroyed by it."""
    session.add(proposal)
    session.flush()
    _audit(session, proposal, proposal.made_by, "proposed", REVIEW, about=proposal.about, due=proposal.due)
    return proposal


def noticed(session: Session, proposal: PurgeProposal, by: str, to: Sequence[str]) -> None:
    """The notice to the submitting agency is in the outbox (24.0 B)."""
    proposal.state, proposal.noticed_at, proposal.noticed_by = PurgeState.NOTIFIED, utc_now(), by
    session.add(proposal)
    _audit(session, proposal, by, "notified", DESTRUCTION, to=list(to))


def permit(session: Session, proposal: PurgeProposal, permission: PurgePermission) -> None:
    """An agency's written permission is on file (24.0 A)."""
    session.add(permission)
    session.flush()
    said = {"agency": permission.provider_key, "mail": permission.message_id, "sha256": permission.sha256}
    _audit(session, proposal, permission.noted_by, "permitted", DESTRUCTION, **said, sender=permission.sender)


def permissions(session: Session, proposal: PurgeProposal) -> list[PurgePermission]:
    """The permissions on file for a proposal."""
    query = select(PurgePermission).where(PurgePermission.proposal_id == proposal.id)
    return list(session.exec(query.order_by(col(PurgePermission.id))).all())


def is_permission(session: Session, message_id: int) -> bool:
    """Whether a mail is somebody's permission: it is kept for as long as the record of the destruction."""
    query = select(PurgePermission.id).where(PurgePermission.message_id == message_id)
    return session.exec(query).first() is not None


def answers(session: Session, message_id: str) -> list[Message]:
    """Mails that answer the notice with that Message-ID, oldest first."""
    recent = select(Message).order_by(col(Message.id).desc()).limit(5000)
    return [m for m in reversed(session.exec(recent).all()) if message_id in m.in_reply_to]


def drop(session: Session, proposal: PurgeProposal, by: str, reason: str) -> None:
    """Nothing is destroyed: not permitted, or not wanted."""
    proposal.state, proposal.problem = PurgeState.DROPPED, reason
    session.add(proposal)
    _audit(session, proposal, by, "dropped", REVIEW, reason=reason)


def order(session: Session, proposal: PurgeProposal, pieces: Sequence[PurgePiece], left: list[str], by: str) -> None:
    """The destruction is ordered: what will be destroyed is written down before anything is."""
    proposal.state, proposal.ordered_at, proposal.ordered_by = PurgeState.DESTROYING, utc_now(), by
    proposal.left = left
    session.add(proposal)
    session.add_all(pieces)
    session.flush()
    _audit(session, proposal, by, "ordered", DESTRUCTION, pieces=len(pieces), left=len(left))


def finished(session: Session, proposal: PurgeProposal, certificate: str, digest: str) -> None:
    """Everything is gone; the record that stays is written (24.0 C)."""
    proposal.state, proposal.destroyed_at = PurgeState.DESTROYED, utc_now()
    proposal.certificate, proposal.problem = certificate, ""
    session.add(proposal)
    permitted = {p.provider_key: p.sha256 for p in permissions(session, proposal)}
    _audit(
        session, proposal, "correquests", "destroyed", DESTRUCTION,
        ordered_by=proposal.ordered_by, permissions=permitted, pieces=digest, about=proposal.about,
    )  # fmt: skip


# --- pieces ---


def pieces(session: Session, proposal: PurgeProposal, *, undone: bool = False) -> list[PurgePiece]:
    """What a proposal destroys, in the order in which it is destroyed."""
    query = select(PurgePiece).where(PurgePiece.proposal_id == proposal.id).order_by(col(PurgePiece.id))
    return list(session.exec(query.where(col(PurgePiece.done_at).is_(None)) if undone else query).all())


def mark(session: Session, piece_id: int, *, key: str | None = None, sha256: str | None = None) -> bool:
    """Note that a piece is destroyed; False when it was noted before."""
    values: dict[str, object] = {"done_at": utc_now()}
    values |= {name: said for name, said in (("key", key), ("sha256", sha256)) if said is not None}
    waiting = update(PurgePiece).where(col(PurgePiece.id) == piece_id, col(PurgePiece.done_at).is_(None))
    return session.connection().execute(waiting.values(**values)).rowcount == 1


def destroyed(session: Session, place: str, key: str) -> bool:
    """Whether that row was emptied by a destruction."""
    query = select(func.count()).select_from(PurgePiece)
    wanted = query.where(PurgePiece.place == place, PurgePiece.key == key, col(PurgePiece.done_at).is_not(None))
    return session.exec(wanted).one() > 0


def record_of(session: Session, request_id: str) -> PurgeProposal | None:
    """The destruction that emptied this case, when there was one."""
    query = (
        select(PurgeProposal)
        .join(PurgePiece, col(PurgePiece.proposal_id) == col(PurgeProposal.id))
        .where(PurgePiece.place == "request", PurgePiece.key == request_id, col(PurgePiece.done_at).is_not(None))
    )
    return session.exec(query).first()


def _audit(session: Session, proposal: PurgeProposal, by: str, what: str, clause: str, **detail: object) -> None:
    audit.record(
        session, actor=by, action=f"purge.{what}", subject=name_of(proposal), clause=clause, detail=dict(detail)
    )
