"""The audit chain: appended in the transaction of the change it proves, hashed over what it says and what came before.

Tamper evidence follows AU-9: an edit, a deletion or a change of order breaks the chain at a link that `verify` names; a
truncation is found by comparing with the last head that was printed or mailed out of the house.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from db.columns import utc_now
from db.models.evidence import Audit, AuditHead
from db.procedure import REVISION

GENESIS = "0" * 64
BATCH = 1000
EMPTIED = "purge.links_emptied"
"""The action of a link that says, under `links`, which links were emptied."""


class ChainEnded(Exception):
    """The audit chain has no head. The registry was not migrated; run `correquests migrate`."""


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many links, and the hash of the last."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True)
class Break:
    """The first link that does not hold, and what is wrong with it."""

    seq: int
    what: str


def _sha256(said: dict[str, Any]) -> str:
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def says(row: Audit) -> dict[str, Any]:
    """What a link says, and its salt: what its `body` is the digest of."""
    return {
        "salt": row.salt,
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "clause": row.clause,
        "revision": row.revision,
        "detail": row.detail,
    }


def _body(row: Audit) -> str:
    return _sha256(says(row))


def _digest(row: Audit) -> str:
    place = {"seq": row.seq, "at": row.at, "previous": row.previous}
    if row.body:
        return _sha256(place | {"body": row.body})
    said = says(row)
    del said["salt"]  # the first edition
    return _sha256(place | said)


def holds(row: Audit) -> bool:
    """Whether a link says what it said when it was written, or was emptied since (`empty`)."""
    return _digest(row) == row.hash and (not row.body or emptied(row) or _body(row) == row.body)


def emptied(row: Audit) -> bool:
    """Whether what a link said was destroyed. Without its salt, nobody can try out what it may have been."""
    return bool(row.body) and not row.salt


def empty(row: Audit, actor: str, subject: str) -> bool:
    """Destroy what a link says, but for action and clause; its digests stay, so the chain holds (ICOTS 24.0).

    False for a link of the first edition, whose hash is over its words. The caller records which ones, under
    `EMPTIED`; `verify` accepts no emptied link that is not recorded so.
    """
    if not row.body:
        return False
    row.salt, row.detail, row.actor, row.subject = "", {}, actor, subject
    return True


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    clause: str,
    detail: dict[str, Any] | None = None,
) -> Audit:
    """Append a link in the caller's transaction. `detail` must be JSON and must hold no secret.

    Raises `ChainEnded` when the registry has no chain yet. Concurrent writers wait for each other on the head's row.
    """
    head = session.get(AuditHead, 1, populate_existing=True, with_for_update=True)
    if head is None:
        raise ChainEnded(ChainEnded.__doc__)
    row = Audit(
        seq=head.seq + 1,
        at=utc_now().isoformat(timespec="microseconds"),
        actor=actor,
        action=action,
        subject=subject,
        clause=clause,
        revision=REVISION,
        detail=detail or {},
        salt=secrets.token_hex(16),
        previous=head.hash,
        hash="",
    )
    row.body = _body(row)
    row.hash = _digest(row)
    head.seq, head.hash = row.seq, row.hash
    session.add_all([row, head])
    session.flush()
    return row


def head_of(session: Session) -> Head:
    """The present end of the chain. Raises `ChainEnded` when there is none."""
    head = session.get(AuditHead, 1)
    if head is None:
        raise ChainEnded(ChainEnded.__doc__)
    return Head(head.seq, head.hash)


def verify(session: Session, printed: Head | None = None) -> Break | None:
    """Walk the whole chain and return the first broken link, or None when it holds.

    `printed` is a head that left the house earlier: the chain must still hold that very link.
    """
    before, expected = GENESIS, 1
    unexplained: set[int] = set()
    while rows := session.exec(
        select(Audit).where(col(Audit.seq) >= expected).order_by(col(Audit.seq)).limit(BATCH)
    ).all():
        for row in rows:
            if row.seq != expected:
                return Break(expected, f"link {expected} is missing; the next one is {row.seq}")
            if row.previous != before:
                return Break(row.seq, "does not follow from the link before it")
            if not holds(row):
                return Break(row.seq, "was changed after it was written")
            if emptied(row):
                unexplained.add(row.seq)
            elif row.action == EMPTIED:
                unexplained -= set(row.detail.get("links", []))
            if printed and row.seq == printed.seq and row.hash != printed.hash:
                return Break(row.seq, "is not the link that was printed")
            before, expected = row.hash, expected + 1
        session.expunge_all()
    if unexplained:
        return Break(min(unexplained), "was emptied, and no later link says that it was destroyed")
    last = expected - 1
    if printed and printed.seq > last:
        return Break(last + 1, f"the chain ends at {last}, but link {printed.seq} was printed")
    head = head_of(session)
    if (head.seq, head.hash) != (last, before):
        return Break(min(head.seq, last) + 1, f"the chain ends at {last}, but its head says {head.seq}")
    return None


def of_subject(session: Session, subject: str) -> list[Audit]:
    """Every link about one request, account or person, oldest first."""
    return list(session.exec(select(Audit).where(Audit.subject == subject).order_by(col(Audit.seq))).all())


def latest(session: Session) -> datetime | None:
    """When the last link was written, by the clock of whoever wrote it."""
    at = session.exec(select(Audit.at).order_by(col(Audit.seq).desc()).limit(1)).first()
    return datetime.fromisoformat(at) if at else None


def count(session: Session, action: str) -> int:
    """How often something of that name was written down, since the beginning."""
    return session.exec(select(func.count()).where(Audit.action == action)).one()
