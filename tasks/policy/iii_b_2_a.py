"""III.B.2.a: a User ID is acquired for the staff member; one person has one (PEER, reference 5; IA-4)."""

from __future__ import annotations

from datetime import date

from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.2.a"


def no_second_account(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The person has no account that is still alive."""
    if not case.live_account:
        return None
    sentence = (
        f"This person already has the account {case.live_account}. "
        "Reject this request and say that a change request is the road; no second account is made."
    )
    return Finding(CLAUSE, "account_exists", Effect.BAR, sentence)


def form_asks_for_new_access(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The Access Request asks for new access, as its type of request says."""
    if case.access is None or case.access.action in ("", "new") or case.live_account:
        return None
    wanted = {"change": "a change of access", "remove": "removal of access"}.get(case.access.action, case.access.action)
    sentence = f"The form asks for {wanted}, but no account is on record. Make sure that new access is meant."
    return Finding(CLAUSE, "action_not_new", Effect.FLAG, sentence)
