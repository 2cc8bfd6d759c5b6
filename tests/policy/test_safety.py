"""Clauses about resets, reviews, reports and suspensions as tables: values in, what is found out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tasks.policy import iii_b_4_b, iii_c_3, iii_c_5, iii_c_6
from tasks.policy.findings import Effect
from tasks.policy.holders import Holder, meant, named_in
from tasks.policy.iii_b_4_b import Asked
from tasks.policy.iii_c_5 import Patience, Urging
from tasks.policy.iii_c_6 import Judge, Violation

JANE = Holder(1, "CX10001", "Jane Doe", "jane.doe@nexus.example", "Nexus", "ACTIVE")
TWIN = Holder(2, "CX10002", "Jane Doe", "jane.doe@start.example", "START", "ACTIVE")
LEFT = replace(TWIN, state="DISABLED", usable=False)
MARCUS = Holder(3, "CX10003", "Marcus Whitfield", "marcus.whitfield@nexus.example", "Nexus", "LOCKED")
MAKING = Holder(4, "", "Priya Raman", "priya.raman@nexus.example", "Nexus", "REQUESTED")
EVERYBODY = [JANE, MARCUS, MAKING]

MEANT = [
    ("CX10001", EVERYBODY, 1, ()),
    (" cx10001 ", EVERYBODY, 1, ()),
    ("JANE.DOE@NEXUS.EXAMPLE", EVERYBODY, 1, ()),
    ("Jane Doe", EVERYBODY, 1, ()),
    ("Doe, Jane", EVERYBODY, 1, ()),
    ("jane q. doe", EVERYBODY, 1, ()),
    ("Priya Raman", EVERYBODY, 4, ()),
    ("Jane Do", EVERYBODY, None, (1,)),
    ("Doe", EVERYBODY, None, (1,)),
    ("Marc Whitfield", EVERYBODY, None, (3,)),
    ("CX10009", EVERYBODY, None, ()),
    ("Nobody Atall", EVERYBODY, None, ()),
    ("", EVERYBODY, None, ()),
    ("   ", [*EVERYBODY, replace(MAKING, email="")], None, ()),
    ("Jane Doe", [JANE, TWIN], None, (1, 2)),
    ("CX10002", [JANE, TWIN], 2, ()),
    ("Jane Doe", [JANE, LEFT], 1, ()),
    ("Jane Doe", [LEFT], 2, ()),
]


@pytest.mark.parametrize(("said", "holders", "found", "candidates"), MEANT)
def test_whose_account_is_meant(said: str, holders: list[Holder], found: int | None, candidates: tuple[int]) -> None:
    answer = meant(said, holders)
    assert (answer.holder.account_id if answer.holder else None) == found
    assert tuple(h.account_id for h in answer.candidates) == candidates


def test_a_text_speaks_of_whom_it_names() -> None:
    text = "Yesterday  Jane\nDoe let marcus.whitfield@nexus.example use CX10001."
    assert [h.account_id for h in named_in(text, EVERYBODY)] == [1, 3]
    assert named_in("Somebody shares a password.", EVERYBODY) == ()


# --- III.C.6 ---

MARIA = Judge("mreyes", "Maria Reyes", "maria.reyes@mt.example")
DANIEL = Judge("dokafor", "Daniel Okafor", "daniel.okafor@mt.example")

SUSPENDING = [
    (MARIA, "why", "ACTIVE", []),
    (MARIA, "why", "LOCKED", []),
    (MARIA, "why", "ON_LEAVE", []),
    (MARIA, "why", "REQUESTED", []),
    (MARIA, "why", "SUSPENDED", ["suspended_already"]),
    (MARIA, "why", "DISABLED", ["nobody_uses_it"]),
    (MARIA, "why", "REMOVED", ["nobody_uses_it"]),
    (MARIA, " ", "ACTIVE", ["reason_missing"]),
    (None, "why", "ACTIVE", ["may_not_suspend"]),
    (replace(MARIA, approver=False), "", "DISABLED", ["may_not_suspend", "reason_missing", "nobody_uses_it"]),
]


@pytest.mark.parametrize(("judge", "reason", "state", "codes"), SUSPENDING)
def test_who_may_suspend_what(judge: Judge | None, reason: str, state: str, codes: list[str]) -> None:
    assert [f.code for f in iii_c_6.suspension_problems(judge, reason, state)] == codes


CASE = Violation("Jane Doe", "jane.doe@nexus.example", "Laura Brandt", "laura.brandt@nexus.example", "SUSPENDED")

GIVING_BACK = [
    (CASE, MARIA, "fine", []),
    (replace(CASE, proposed_by="dokafor"), MARIA, "fine", []),
    (replace(CASE, proposed_by="mreyes"), MARIA, "fine", ["same_person"]),
    (replace(CASE, reporter_email="MARIA.REYES@mt.example"), MARIA, "fine", ["reporter"]),
    (replace(CASE, reporter_name="Reyes, Maria"), MARIA, "fine", ["reporter"]),
    (replace(CASE, subject_name="Maria Reyes"), MARIA, "fine", ["subject"]),
    (replace(CASE, subject_email="maria.reyes@mt.example"), MARIA, "fine", ["subject"]),
    (replace(CASE, reporter_name="", reporter_email=""), MARIA, "fine", []),
    (replace(CASE, account_state="DISABLED"), MARIA, "fine", ["not_suspended"]),
    (replace(CASE, account_state="ACTIVE"), MARIA, "fine", ["not_suspended"]),
    (replace(CASE, issued=False), MARIA, "fine", ["never_issued"]),
    (CASE, MARIA, " ", ["reason_missing"]),
    (replace(CASE, proposed_by="mreyes", reporter_name="Maria Reyes"), MARIA, "x", ["reporter", "same_person"]),
    (replace(CASE, proposed_by="mreyes"), DANIEL, "fine", []),
]


@pytest.mark.parametrize(("case", "judge", "reason", "codes"), GIVING_BACK)
def test_who_gives_an_account_back(case: Violation, judge: Judge, reason: str, codes: list[str]) -> None:
    found = iii_c_6.reinstatement_problems(case, judge, reason)
    assert [f.code for f in found] == codes
    assert {(f.clause, f.effect) for f in found} <= {("III.C.6", Effect.BAR)}


# --- III.B.4.b ---

KNOWN = Asked("laura@nexus.example", "CX10001", "ACTIVE", designated=True)

RESETS = [
    (KNOWN, []),
    (replace(KNOWN, designated=False, own_address=True), []),
    (replace(KNOWN, designated=False, accepted=True), []),
    (replace(KNOWN, designated=False), ["sender_unknown"]),
    (replace(KNOWN, account=None, account_state=""), ["account_unknown"]),
    (replace(KNOWN, account=None, account_state="", candidates=("a", "b")), ["account_unknown"]),
    (replace(KNOWN, account_state="LOCKED"), ["account_not_active"]),
    (replace(KNOWN, account_state="SUSPENDED"), ["account_not_active"]),
    (replace(KNOWN, account_state="ON_LEAVE"), ["account_not_active"]),
    (replace(KNOWN, account_state="DISABLED"), ["account_not_active"]),
    (replace(KNOWN, account_state="REQUESTED"), ["account_not_active"]),
    (replace(KNOWN, resets_today=2), []),
    (replace(KNOWN, resets_today=3), ["too_many_resets"]),
    (replace(KNOWN, resets_today=1, resets_allowed=1), ["too_many_resets"]),
    (replace(KNOWN, designated=False, account_state="LOCKED"), ["sender_unknown", "account_not_active"]),
]


@pytest.mark.parametrize(("asked", "codes"), RESETS)
def test_what_stands_against_a_reset(asked: Asked, codes: list[str]) -> None:
    found = iii_b_4_b.assess(asked)
    assert [f.code for f in found] == codes
    assert {f.effect for f in found if f.code == "sender_unknown"} <= {Effect.HOLD}


# --- III.C.3 ---

REVIEWS = [
    ("keep", "LOCKED", "caseload", []),
    ("remove", "LOCKED", "left the unit", []),
    ("keep", "LOCKED", "", ["reason_missing"]),
    ("remove", "LOCKED", " ", ["reason_missing"]),
    ("close", "SUSPENDED", "elsewhere", []),
    ("close", "LOCKED", "", ["reason_missing"]),
    *[
        ("keep", state, "x", ["not_locked"])
        for state in ("ACTIVE", "SUSPENDED", "ON_LEAVE", "DISABLED", "REMOVED", "REQUESTED", "")
    ],
    ("remove", "SUSPENDED", "", ["reason_missing", "not_locked"]),
]


@pytest.mark.parametrize(("decision", "state", "reason", "codes"), REVIEWS)
def test_what_a_review_of_need_can_answer(decision: str, state: str, reason: str, codes: list[str]) -> None:
    assert [f.code for f in iii_c_3.review_problems(decision, state, reason)] == codes


# --- III.C.5 ---

SINCE = datetime(2026, 12, 24, 23, 0, tzinfo=UTC)  # Christmas Eve counts like any other evening
WITHIN_THE_HOUR = Patience(timedelta(minutes=20), timedelta(minutes=50))

URGED = [
    (0, 0, None),
    (19, 0, None),
    (20, 0, Urging.REMIND),
    (20, 1, None),
    (49, 1, None),
    (50, 1, Urging.ALARM),
    (50, 0, Urging.ALARM),
    (500, 2, None),
]


@pytest.mark.parametrize(("minutes", "urged", "due"), URGED)
def test_when_a_report_is_urged(minutes: int, urged: int, due: Urging | None) -> None:
    assert iii_c_5.urging(SINCE, urged, WITHIN_THE_HOUR, SINCE + timedelta(minutes=minutes)) is due


REPORTS = [
    ("suspend", "shared a password", True, []),
    ("suspend", "shared a password", False, ["account_missing"]),
    ("suspend", "", False, ["reason_missing", "account_missing"]),
    ("no violation", "a mistake", False, []),
    ("no violation", "", False, ["reason_missing"]),
    ("ask", "When was it?", False, []),
    ("ask", " ", False, ["reason_missing"]),
]


@pytest.mark.parametrize(("decision", "reason", "named", "codes"), REPORTS)
def test_what_a_report_can_be_answered(decision: str, reason: str, named: bool, codes: list[str]) -> None:
    assert [f.code for f in iii_c_5.decision_problems(decision, reason, named)] == codes
