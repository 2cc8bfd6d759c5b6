"""III.B.1: the contract manager is security coordinator; the decision is theirs or their named deputy's (A26).

Nobody approves for themselves (AC-5), and nothing is approved while a clause stands against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tasks.policy import assess
from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding
from tasks.policy.names import Match, same_person

CLAUSE = "III.B.1"


@dataclass(frozen=True)
class Approver:
    """Who signed in, and whom the registry names for the provider. `may_approve`: active and of the role approver."""

    user_name: str
    email: str
    name: str
    may_approve: bool
    manager_user_name: str = ""
    deputy_user_name: str = ""

    @property
    def on_behalf_of(self) -> str:
        """The contract manager for whom a deputy decides, else empty."""
        is_deputy = self.user_name == self.deputy_user_name and self.user_name != self.manager_user_name
        return self.manager_user_name if is_deputy else ""


@dataclass(frozen=True)
class ApprovalAnswer:
    """What the approver entered: the decision, and whatever of the case it changes. Empty leaves the case as it is."""

    approve: bool
    reason: str = ""
    entitlement: str = ""
    cleared_on: date | None = None


def decided(case: Case, answer: ApprovalAnswer) -> Case:
    """The case as it stands after the answer: the entitlement given, the clearance entered."""
    access = case.access
    if access is not None and answer.entitlement:
        access = replace(access, entitlement=answer.entitlement)
    return replace(case, access=access, cleared_on=answer.cleared_on or case.cleared_on)


def approval_problems(case: Case, approver: Approver, answer: ApprovalAnswer, today: date) -> list[Finding]:
    """Why this answer of this person cannot be accepted; empty when it can."""
    problems = [_no_right(approver), _not_the_coordinator(approver)]
    if answer.approve:
        problems += [_for_oneself(case, approver), *_standing(decided(case, answer), today)]
    elif not answer.reason.strip():
        problems.append(_bar("reason_missing", "A rejection needs a reason; the requester is told. Enter the reason."))
    return [problem for problem in problems if problem is not None]


def _no_right(approver: Approver) -> Finding | None:
    if approver.may_approve:
        return None
    return _bar("may_not_approve", f"{approver.name} may look but not decide. Ask the contract manager.")


def _not_the_coordinator(approver: Approver) -> Finding | None:
    named = {approver.manager_user_name, approver.deputy_user_name} - {""}
    if approver.user_name in named:
        return None
    who = " or ".join(sorted(named)) or "nobody yet"
    return _bar("not_the_contract_manager", f"Only the provider's contract manager or deputy decides: {who}.")


def _for_oneself(case: Case, approver: Approver) -> Finding | None:
    addresses = {case.requester_email.strip().casefold()}
    names: list[str] = []
    if case.access is not None:
        addresses.add(case.access.email.strip().casefold())
        names += [case.access.staff_name, case.access.supervisor_name]
    if case.consent is not None:
        names += [case.consent.staff_name, case.consent.supervisor_name]
    own = approver.email.strip().casefold() in addresses - {""}
    if not own and not any(same_person(approver.name, name) is Match.SAME for name in names):
        return None
    sentence = "You are named in this request, and nobody approves for themselves. Ask the deputy to decide."
    return _bar("self_approval", sentence)


def _standing(case: Case, today: date) -> list[Finding]:
    """What still stands against approval: a bar, or papers that are not in order."""
    return [finding for finding in assess(case, today) if finding.effect is not Effect.FLAG]


def _bar(code: str, sentence: str) -> Finding:
    return Finding(CLAUSE, code, Effect.BAR, sentence)
