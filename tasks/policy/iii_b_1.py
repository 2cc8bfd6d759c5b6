"""III.B.1: the contract manager is security coordinator; the decision is theirs or their named deputy's (A26).

Nobody approves for themselves (AC-5), and a rejection says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding
from tasks.policy.names import Match, same_person

CLAUSE = "III.B.1"


@dataclass(frozen=True)
class Approver:
    """Who signed in. `may_approve`: the registry has them as the provider's contract manager or named deputy."""

    user_name: str
    email: str
    name: str
    may_approve: bool = True


def in_charge(approver: Approver) -> Finding | None:
    """The approver is the provider's contract manager or the named deputy."""
    if approver.may_approve:
        return None
    return _bar("may_not_approve", "Only the provider's contract manager or deputy decides. Ask one of them to do it.")


def not_for_oneself(case: Case, approver: Approver) -> Finding | None:
    """The approver is not the requester, the staff member or the supervisor, by e-mail or by name."""
    addresses = {case.requester_email.strip().casefold()}
    names: list[str] = []
    if case.access is not None:
        addresses.add(case.access.email.strip().casefold())
        names += [case.access.staff_name, case.access.supervisor_name]
    if case.consent is not None:
        names += [case.consent.staff_name, case.consent.supervisor_name]
    return unbiased(approver, addresses, names)


def unbiased(approver: Approver, addresses: set[str], names: list[str]) -> Finding | None:
    """The approver is none of these people, by e-mail (small letters) or by name."""
    own = approver.email.strip().casefold() in addresses - {""}
    if not own and not any(same_person(approver.name, name) is Match.SAME for name in names):
        return None
    sentence = "You are named in this request, and nobody approves for themselves. Ask the deputy to decide."
    return _bar("self_approval", sentence)


def reason_given(reason: str) -> Finding | None:
    """A rejection has a reason."""
    if reason.strip():
        return None
    return _bar("reason_missing", "A rejection needs a reason, which the requester is told. Enter the reason.")


def _bar(code: str, sentence: str) -> Finding:
    return Finding(CLAUSE, code, Effect.BAR, sentence)
