"""Orders to suspend: written, found, settled once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from db import audit
from db.columns import utc_now
from db.models.orders import SuspensionOrder

CLAUSE = "III.C.6"


def write(session: Session, whom: str, reason: str, by: str) -> SuspensionOrder:
    """Write an order down, audited by its number alone: whom it is about stands in the restricted case."""
    row = SuspensionOrder(whom=whom.strip(), reason=reason.strip(), ordered_by=by)
    session.add(row)
    session.flush()
    audit.record(session, actor=by, action="suspension.ordered", subject=f"order-{row.id}", clause=CLAUSE)
    return row


def open_ones(session: Session) -> list[int]:
    """Orders that nobody has carried out yet, oldest first."""
    query = select(SuspensionOrder.id).where(col(SuspensionOrder.settled_at).is_(None))
    return [row for row in session.exec(query.order_by(col(SuspensionOrder.id))).all() if row is not None]


def take(session: Session, order_id: int) -> SuspensionOrder | None:
    """The order, held against everybody else until the transaction ends; None when there is none."""
    return session.get(SuspensionOrder, order_id, with_for_update=True, populate_existing=True)


def settle(
    session: Session,
    order: SuspensionOrder,
    outcome: str,
    *,
    suspended: bool,
    request_id: str | None = None,
    candidates: Sequence[tuple[str, str]] = (),
    at: datetime | None = None,
) -> None:
    """Say what became of an order, audited."""
    order.settled_at, order.outcome, order.suspended = at or utc_now(), outcome, suspended
    order.request_id, order.candidates = request_id, [list(candidate) for candidate in candidates]
    session.add(order)
    session.flush()
    audit.record(
        session,
        actor=order.ordered_by,
        action="suspension.carried_out" if suspended else "suspension.refused",
        subject=f"order-{order.id}",
        clause=CLAUSE,
    )
