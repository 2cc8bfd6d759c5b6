"""The list *Waiting on you*: whose turn it is and since when, a page at a time."""

from __future__ import annotations

from db import waiting
from db.columns import utc_now
from db.lifecycle import WAITING_FOR
from db.models import Role, User
from db.session import transaction
from db.waiting import PAGE, Turn, Waiting
from deployments import desk_case
from deployments.rendering import html
from tasks.exhibits import KIND_WORDS
from tasks.roads import asked
from tasks.settings import Settings


def listed(settings: Settings, user: User, number: int) -> str:
    """Page `number` of everything open as HTML: what waits for this person first."""
    with transaction(settings.database_url) as session:
        charge = desk_case.charge_of(session, user)
        counts = waiting.counts(session, charge)
        last = max(1, -(-sum(counts.values()) // PAGE))
        rows = waiting.page(session, charge, min(number, last))
    before = {turn: sum(counts[t] for t in Turn if t < turn) for turn in Turn}
    return html(
        "desk",
        user=user,
        approver=user.role is Role.APPROVER,
        counts={turn.name: counts[turn] for turn in Turn},
        pages={turn.name: before[turn] // PAGE + 1 for turn in Turn},
        lists={turn.name: [_line(settings, row) for row in rows if row.turn is turn] for turn in Turn},
        number=min(number, last),
        last=last,
    )


def _line(settings: Settings, row: Waiting) -> dict[str, str]:
    request = row.request
    whose = WAITING_FOR[request.state]
    return {
        "number": request.number,
        "who": request.staff_name or request.subject or "name not read",
        "kind": KIND_WORDS[request.kind],
        "asked": asked(request),
        "provider": row.provider_name or "not known",
        "whose": f"{row.manager_name or whose}" if row.turn is Turn.OTHERS else whose,
        "age": desk_case.age(request.waiting_since, utc_now()),
        "iso": request.waiting_since.isoformat(),
        "exact": desk_case.exact(request.waiting_since, settings),
    }
