"""What the procedure says about a request: the table of contents of its clauses, and how a case is held against them.

Every clause is evaluated, so that one mail names every defect. Nothing here knows a session, a clock or a setting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tasks.policy import (
    accd_1_7_100,
    accd_1_7_200,
    iii_a_1,
    iii_a_5,
    iii_b_1,
    iii_b_2,
    iii_b_2_a,
    iii_b_2_b,
    iii_b_2_c,
    iii_b_2_pages,
    iii_b_3_a,
)
from tasks.policy.account_case import AccountCase
from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding
from tasks.policy.iii_b_1 import Approver

__all__ = ["CLAUSES", "Approver", "Rule", "approval_problems", "assess", "assess_account", "outcome"]

Rule = Callable[[Case, date], Finding | None]
AccountRule = Callable[[AccountCase, date], Finding | None]

CLAUSES: dict[str, tuple[Rule, ...]] = {
    iii_a_1.CLAUSE: (iii_a_1.clearance_recorded,),
    iii_a_5.CLAUSE: (iii_a_5.list_usable, iii_a_5.not_an_offender),
    accd_1_7_100.CLAUSE: (accd_1_7_100.provider_has_access,),
    accd_1_7_200.CLAUSE: (accd_1_7_200.entry_in_contract,),
    iii_b_2.CLAUSE: (
        iii_b_2.sender_designated,
        iii_b_2.not_for_oneself,
        iii_b_2.files_readable,
        iii_b_2.consent_present,
        iii_b_2.access_request_present,
        iii_b_2_pages.pages_complete,
        iii_b_2_pages.pages_of_one_person,
        iii_b_2.access_request_complete,
        iii_b_2.access_request_legible,
        iii_b_2.consent_legible,
        iii_b_2.same_facility,
        iii_b_2.editions_current,
        iii_b_2.only_open_request,
    ),
    iii_b_2_a.CLAUSE: (
        iii_b_2_a.no_open_likeness,
        iii_b_2_a.one_record,
        iii_b_2_a.no_second_account,
        iii_b_2_a.form_asks_for_new_access,
    ),
    iii_b_2_b.CLAUSE: (
        iii_b_2_b.staff_signed,
        iii_b_2_b.supervisor_signed,
        iii_b_2_b.same_staff_member,
        iii_b_2_b.two_people,
        iii_b_2_b.two_hands,
        iii_b_2_b.signing_supervisor_agrees,
        iii_b_2_b.scanned,
        iii_b_2_b.signature_dated,
    ),
    iii_b_2_c.CLAUSE: (iii_b_2_c.position_and_need_in_mail,),
}
"""The clauses that new access rests on, in the order of the procedure, each with its rules."""


_WHOM: tuple[AccountRule, ...] = (
    iii_b_2.sender_designated,
    iii_b_2.files_readable,
    iii_b_3_a.person_known,
    iii_b_3_a.form_legible,
)

ACCOUNT_CLAUSES: dict[str, tuple[AccountRule, ...]] = {
    "CHANGE": (
        *_WHOM,
        iii_a_1.clearance_recorded,
        accd_1_7_200.change_in_contract,
        iii_b_3_a.has_account,
        iii_b_3_a.account_enabled,
        iii_b_3_a.works_there,
        iii_b_3_a.level_told,
        iii_b_3_a.level_differs,
        iii_b_3_a.consent_on_file,
        iii_b_3_a.only_case,
    ),
    "DEPARTURE": (
        *_WHOM,
        iii_b_3_a.account_to_end,
        iii_b_3_a.not_ended_before,
        iii_b_3_a.day_of_departure,
        iii_b_3_a.notice_prompt,
        iii_b_3_a.works_elsewhere,
        iii_b_3_a.only_case,
    ),
    "LEAVE": (
        *_WHOM,
        iii_b_3_a.has_account,
        iii_b_3_a.not_ended_before,
        iii_b_3_a.days_of_leave,
        iii_b_3_a.notice_prompt,
        iii_b_3_a.only_case,
    ),
    "MOVE": (
        *_WHOM,
        iii_a_1.clearance_recorded,
        accd_1_7_200.change_in_contract,
        accd_1_7_200.lowered_by_move,
        iii_b_3_a.has_account,
        iii_b_3_a.account_enabled,
        iii_b_3_a.facility_new,
        iii_b_3_a.consent_on_file,
        iii_b_3_a.only_case,
    ),
}
"""The clauses that a case about an account on record rests on, by kind of request."""


def assess_account(kind: str, case: AccountCase, today: date) -> list[Finding]:
    """Everything the clauses have to say about a case of that kind, in the order of `ACCOUNT_CLAUSES`."""
    return [found for rule in ACCOUNT_CLAUSES[kind] if (found := rule(case, today)) is not None]


def assess(case: Case, today: date) -> list[Finding]:
    """Everything the clauses have to say about a case, in the order of `CLAUSES`."""
    return [found for rules in CLAUSES.values() for rule in rules if (found := rule(case, today)) is not None]


def outcome(findings: list[Finding]) -> Effect | None:
    """The strongest effect; None when there is no finding."""
    present = {finding.effect for finding in findings}
    return next((effect for effect in Effect if effect in present), None)


def approval_problems(
    case: Case,
    approver: Approver,
    *,
    decision: str,
    entitlement: str,
    clearance_on: date | None,
    reason: str,
    today: date,
) -> list[Finding]:
    """Why this answer of this person cannot be accepted; empty when it can.

    `decision` is `approve` or `reject`. An entitlement or a clearance entered with the answer counts as the case's
    own. Nothing is approved while a clause stands against it; what is only flagged does not stand against it.
    """
    found = [iii_b_1.in_charge(approver)]
    if decision != "approve":
        found += [iii_b_1.reason_given(reason), iii_a_5.discreet(case, reason)]
        return [problem for problem in found if problem is not None]
    found.append(iii_b_1.not_for_oneself(case, approver))
    access = replace(case.access, entitlement=entitlement) if case.access and entitlement else case.access
    decided = replace(case, access=access, cleared_on=clearance_on or case.cleared_on)
    found += [finding for finding in assess(decided, today) if finding.effect is not Effect.FLAG]
    return [problem for problem in found if problem is not None]
