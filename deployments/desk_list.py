"""The list *Waiting on you*: whose turn it is and since when, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping

from db import stand_ins, waiting
from db.columns import utc_now
from db.lifecycle import WAITING_FOR
from db.models import Role, User
from db.session import transaction
from db.waiting import PAGE, Turn, Waiting
from deployments import desk_case
from deployments.rendering import html
from tasks.exhibits import KIND_WORDS
from tasks.policy.patience import Step
from tasks.reminders import coming
from tasks.roads import asked
from tasks.settings import Settings


def listed(settings: Settings, user: User, number: int) -> str:
    """Page `number` of everything open as HTML: what waits for this person first."""
    with transaction(settings.database_url) as session:
        today = utc_now().astimezone(settings.zone).date()
        charges = stand_ins.roster(session, today)
        charge = desk_case.charge_of(charges, user)
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
        lists={turn.name: [_line(settings, row, user, charges) for row in rows if row.turn is turn] for turn in Turn},
        number=min(number, last),
        last=last,
    )


_STEPS = {Step.REMIND: "Reminder", Step.ESCALATE: "Escalation", Step.EXPIRE: "Ends"}


def _line(settings: Settings, row: Waiting, user: User, charges: Mapping[str, stand_ins.InCharge]) -> dict[str, str]:
    request = row.request
    known = charges.get(request.provider_key) if request.provider_key else stand_ins.together(charges.values())
    charge = known or stand_ins.InCharge((), {})
    whose = WAITING_FOR[request.state]
    step = coming(settings, request)
    return {
        "number": request.number,
        "who": request.staff_name or request.subject or "name not read",
        "kind": KIND_WORDS[request.kind],
        "asked": asked(request),
        "provider": row.provider_name or "not known",
        "whose": (charge.in_words or "nobody is there") if row.turn is Turn.OTHERS else whose,
        "behalf": charge.on_behalf_of(user.user_name) if row.turn is Turn.MINE else "",
        "until": f"{_STEPS[step.due.step]} {step.due.on}" if step else "",
        "until_exact": step.sentence if step else "",
        "age": desk_case.age(request.waiting_since, utc_now()),
        "iso": request.waiting_since.isoformat(),
        "exact": desk_case.exact(request.waiting_since, settings),
    }
