"""What waits, and for whom: one query for a page of the list, however many cases there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import ColumnElement, and_, case, or_
from sqlmodel import Session, col, func, select

from db.lifecycle import OPEN, WAITING_FOR
from db.models import ContractManager, Provider, Request, User

PAGE = 50
"""Cases on one page of the list."""

WITH_MANAGERS = frozenset(state for state in OPEN if WAITING_FOR[state] == "contract manager")


class Turn(IntEnum):
    """Whose turn it is, as one person sees it. The list is in this order."""

    MINE = 0  # contract managers', and he or she is in charge
    OTHERS = 1  # contract managers', but others'
    ELSEWHERE = 2  # the requester's, IT's, or the product's own


@dataclass(frozen=True)
class Charge:
    """The providers that a person answers for (III.B.1), and whether that includes cases whose provider is unknown."""

    providers: Collection[str] = ()
    unknown_provider: bool = False


@dataclass(frozen=True)
class Waiting:
    """One line of the list."""

    request: Request
    provider_name: str
    manager_name: str
    turn: Turn


def _mine(charge: Charge) -> ColumnElement[bool]:
    known = col(Request.provider_key).in_(sorted(charge.providers))
    unknown = col(Request.provider_key).is_(None)
    return or_(known, unknown) if charge.unknown_provider else known


def _turn(charge: Charge) -> ColumnElement[int]:
    with_managers = col(Request.state).in_(WITH_MANAGERS)
    return case((and_(with_managers, _mine(charge)), Turn.MINE), (with_managers, Turn.OTHERS), else_=Turn.ELSEWHERE)


def _seen(charge: Charge) -> ColumnElement[bool]:
    """Open, and not a restricted case of somebody else's."""
    return and_(col(Request.state).in_(OPEN), or_(col(Request.restricted).is_(False), _mine(charge)))


def page(session: Session, charge: Charge, number: int, size: int = PAGE) -> list[Waiting]:
    """Page `number` (from 1) of everything open: this person's cases first, the oldest first in each part."""
    turn = _turn(charge)
    rows = session.exec(
        select(Request, Provider.name, User.name, turn)
        .join(Provider, col(Provider.key) == col(Request.provider_key), isouter=True)
        .join(ContractManager, col(ContractManager.provider_key) == col(Request.provider_key), isouter=True)
        .join(User, col(User.user_name) == col(ContractManager.user_name), isouter=True)
        .where(_seen(charge))
        .order_by(turn, func.coalesce(col(Request.place), col(Request.waiting_since)), col(Request.number))
        .offset((number - 1) * size)
        .limit(size)
    ).all()
    return [Waiting(request, provider or "", manager or "", Turn(turn)) for request, provider, manager, turn in rows]


def counts(session: Session, charge: Charge) -> dict[Turn, int]:
    """How many cases wait in each part of the list."""
    turn = _turn(charge).label("turn")
    rows = session.exec(select(turn, func.count()).where(_seen(charge)).group_by("turn")).all()
    return {part: dict(rows).get(part, 0) for part in Turn}
