"""New access held against the procedure: each line changes one thing of a request that is in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tasks.policy import CLAUSES, Approver, approval_problems, assess, outcome
from tasks.policy.case import (
    AccessFacts,
    Case,
    ConsentFacts,
    MailFacts,
    ProviderFacts,
    RefusedFile,
    SignatureFacts,
)
from tasks.policy.findings import Effect

TODAY = date(2026, 6, 1)
INK = SignatureFacts("ink")
CONSENT = ConsentFacts(
    staff_name="Alma Poe",
    supervisor_name="Ruth Hale",
    staff=INK,
    supervisor=INK,
    provider_key="nexus",
    edition="CR-CONSENT ed. 2026-04",
    staff_signed_on=date(2026, 5, 28),
)
ACCESS = AccessFacts(
    staff_name="Alma B. Poe",
    email="alma@nexus.example",
    provider_key="nexus",
    entitlement="enter",
    position="Case Manager",
    justification="notes",
    supervisor_name="Ruth Hale",
    edition="CR-ACCESS ed. 2026-04",
)
NEXUS = ProviderFacts("nexus", "Nexus", access=True, entry=True)
PASSAGES = ProviderFacts("passages", "Passages", access=True, entry=False)
ACME = ProviderFacts("acme", "Acme", access=False, entry=False)
GOOD = Case(
    requester_email="jane@nexus.example",
    mail=MailFacts("Case Manager", "to enter notes"),
    provider=NEXUS,
    sender_designated=True,
    consent=CONSENT,
    access=ACCESS,
    cleared_on=date(2026, 5, 1),
)


def case(**changes: Any) -> Case:
    """`GOOD` with changes; `consent__x` and `access__x` change the forms."""
    parts: dict[str, dict[str, Any]] = {"consent": {}, "access": {}, "": {}}
    for key, value in changes.items():
        form, _, name = key.rpartition("__")
        parts[form][name] = value
    forms: dict[str, Any] = {
        "consent": replace(CONSENT, **parts["consent"]),
        "access": replace(ACCESS, **parts["access"]),
    }
    return replace(GOOD, **(forms | parts[""]))


LINES: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({}, []),
    ({"cleared_on": None}, [("III.A.1", "clearance_missing", "BAR")]),
    ({"cleared_on": date(2026, 6, 2)}, [("III.A.1", "clearance_in_future", "BAR")]),
    ({"cleared_on": TODAY}, []),
    ({"sender_designated": False}, [("III.B.2", "sender_not_designated", "HOLD")]),
    ({"sender_designated": False, "sender_accepted": True}, []),
    (
        {"sender_designated": False, "provider": None},
        [("ACCD 1.7.100", "provider_unknown", "HOLD"), ("III.B.2", "sender_not_designated", "HOLD")],
    ),
    ({"provider": None}, [("ACCD 1.7.100", "provider_unread", "DOUBT")]),
    ({"provider": ACME}, [("ACCD 1.7.100", "provider_without_access", "HOLD")]),
    (
        {"provider": ACME, "sender_accepted": True, "access__entitlement": "view"},
        [("ACCD 1.7.100", "provider_without_access", "BAR")],
    ),
    ({"provider": PASSAGES}, [("ACCD 1.7.200", "entry_not_in_contract", "BAR")]),
    ({"provider": PASSAGES, "access__entitlement": "view"}, []),
    ({"requester_email": "ALMA@nexus.example"}, [("III.B.2", "self_submission", "HOLD")]),
    ({"requester_email": "alma@nexus.example", "sender_accepted": True}, []),
    ({"consent": None}, [("III.B.2", "consent_missing", "DEFECT")]),
    ({"access": None}, [("III.B.2", "access_request_missing", "DEFECT")]),
    (
        {"access": None, "consent": None, "provider": None},
        [("III.B.2", "consent_missing", "DEFECT"), ("III.B.2", "access_request_missing", "DEFECT")],
    ),
    (
        {"refused_files": (RefusedFile("a.docx", "unsupported_type", "This kind of file is not accepted."),)},
        [("III.B.2", "file_refused", "DEFECT")],
    ),
    ({"access__missing_fields": ("email", "date")}, [("III.B.2", "access_request_incomplete", "DEFECT")]),
    ({"access__doubtful_fields": ("email",)}, [("III.B.2", "access_request_doubtful", "DOUBT")]),
    ({"access__doubtful_fields": ("telephone",)}, []),
    ({"consent__doubtful_fields": ("position",)}, [("III.B.2", "consent_doubtful", "DOUBT")]),
    ({"consent__doubtful_fields": ("staff_date",)}, []),
    ({"consent__staff_name": ""}, [("III.B.2", "consent_doubtful", "DOUBT")]),
    ({"access__staff_name": "POE, ALMA"}, []),
    ({"access__staff_name": "A1ma Poe"}, []),
    ({"access__staff_name": "Alba Poe"}, [("III.B.2.b", "names_nearly_agree", "FLAG")]),
    ({"access__staff_name": "Mark Miller"}, [("III.B.2.b", "names_differ", "DEFECT")]),
    (
        {"access__staff_name": "Mark Miller", "access__doubtful_fields": ("family_name",)},
        [("III.B.2", "access_request_doubtful", "DOUBT"), ("III.B.2.b", "names_doubtful", "DOUBT")],
    ),
    ({"consent__missing_pages": (2,)}, [("III.B.2", "pages_missing", "DEFECT")]),
    ({"consent__missing_pages": (2,), "access__missing_pages": (1, 3)}, [("III.B.2", "pages_missing", "DEFECT")]),
    ({"access__mixed_pages": True}, [("III.B.2", "pages_mixed", "FLAG")]),
    ({"consent__provider_key": "elkhorn"}, [("III.B.2", "facilities_differ", "FLAG")]),
    ({"consent__edition": "CR-CONSENT ed. 2025-01"}, [("III.B.2", "edition_old", "FLAG")]),
    ({"consent__edition": "", "access__edition": ""}, [("III.B.2", "edition_old", "FLAG")]),
    ({"other_open_request": "CR-2026-000007"}, [("III.B.2", "other_request_open", "FLAG")]),
    ({"live_account": "CX10001"}, [("III.B.2.a", "account_exists", "BAR")]),
    ({"access__action": "change"}, [("III.B.2.a", "action_not_new", "FLAG")]),
    ({"consent__staff": SignatureFacts("blank")}, [("III.B.2.b", "staff_blank", "DEFECT")]),
    ({"consent__supervisor": SignatureFacts("blank")}, [("III.B.2.b", "supervisor_blank", "DEFECT")]),
    ({"consent__staff": SignatureFacts("typed")}, [("III.B.2.b", "staff_typed", "DEFECT")]),
    ({"consent__supervisor": SignatureFacts("electronic")}, [("III.B.2.b", "supervisor_electronic", "DEFECT")]),
    ({"consent__supervisor": SignatureFacts("stray")}, [("III.B.2.b", "supervisor_stray", "DEFECT")]),
    ({"consent__staff": SignatureFacts("unclear")}, [("III.B.2.b", "staff_unclear", "DOUBT")]),
    ({"consent__staff": SignatureFacts("ink", judged_by_person=True)}, []),
    ({"consent__supervisor": None}, [("III.B.2.b", "supervisor_slot_missing", "DOUBT")]),
    (
        {"consent__supervisor_name": "Poe, Alma"},
        [("III.B.2.b", "one_person", "DEFECT"), ("III.B.2.b", "supervisors_differ", "FLAG")],
    ),
    (
        {"consent__supervisor_name": "Alba Poe", "access__supervisor_name": "Alba Poe"},
        [("III.B.2.b", "names_alike", "FLAG")],
    ),
    ({"consent__same_hand": True}, [("III.B.2.b", "same_hand", "DOUBT")]),
    (
        {
            "consent__same_hand": True,
            "consent__staff": SignatureFacts("ink", judged_by_person=True),
            "consent__supervisor": SignatureFacts("ink", judged_by_person=True),
        },
        [],
    ),
    ({"consent__photo": True}, [("III.B.2.b", "photo", "FLAG")]),
    ({"consent__staff_signed_on": None}, [("III.B.2.b", "undated", "FLAG")]),
    ({"consent__staff_signed_on": date(2026, 6, 2)}, [("III.B.2.b", "date_in_future", "FLAG")]),
    ({"consent__staff_signed_on": date(2025, 6, 1)}, []),
    ({"consent__staff_signed_on": date(2025, 5, 31)}, [("III.B.2.b", "signature_old", "FLAG")]),
    ({"mail": MailFacts("", "x")}, [("III.B.2.c", "position_missing", "DEFECT")]),
    ({"mail": MailFacts("x", "")}, [("III.B.2.c", "need_missing", "DEFECT")]),
    ({"mail": MailFacts("", " ")}, [("III.B.2.c", "position_and_need_missing", "DEFECT")]),
]


@pytest.mark.parametrize(("changes", "expected"), LINES, ids=[str(n) for n in range(len(LINES))])
def test_each_clause(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    found = assess(case(**changes), TODAY)
    assert [(f.clause, f.code, f.effect.value) for f in found] == expected
    assert all(f.revision == "2026-04-24" and f.sentence.endswith(".") for f in found)


def test_one_assessment_names_every_defect() -> None:
    found = assess(
        case(
            consent__supervisor=SignatureFacts("blank"),
            consent__staff=SignatureFacts("typed", ("script typeface",)),
            mail=MailFacts("", ""),
            access__missing_fields=("justification",),
            cleared_on=None,
        ),
        TODAY,
    )
    assert [f.effect for f in found] == [Effect.BAR, *[Effect.DEFECT] * 4]
    assert outcome(found) is Effect.DEFECT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"consent": None}, "Contractor IT Policy Consent Form is missing"),
        ({"consent__supervisor": SignatureFacts("blank")}, "not signed by the supervisor"),
        ({"consent__staff": SignatureFacts("electronic", ("a DocuSign stamp",))}, "electronically (a DocuSign stamp)"),
        ({"consent__staff": SignatureFacts("stray", ("A date.",))}, "is not a signature (a date)"),
        ({"access__missing_fields": ("email", "date")}, "“Work e-mail” and “Date of request”"),
        ({"refused_files": (RefusedFile("a.pdf", "empty", "The file is empty."),)}, "“a.pdf”: the file is empty"),
        ({"mail": MailFacts("x", "")}, "why the staff member needs access"),
        ({"live_account": "CX10001"}, "a change request is the road"),
    ],
)
def test_sentences_say_what_it_is_about(changes: dict[str, Any], words: str) -> None:
    (found,) = assess(case(**changes), TODAY)
    assert words in found.sentence


def test_the_strongest_effect_decides() -> None:
    assert outcome([]) is None
    assert outcome(assess(case(consent__photo=True), TODAY)) is Effect.FLAG
    assert outcome(assess(case(consent__photo=True, cleared_on=None), TODAY)) is Effect.BAR
    unclear = SignatureFacts("unclear")
    assert outcome(assess(case(consent__staff=unclear, access__missing_fields=("date",)), TODAY)) is Effect.DOUBT
    assert outcome(assess(case(consent__staff=unclear, sender_designated=False), TODAY)) is Effect.HOLD


def test_the_table_of_contents_is_in_the_order_of_the_procedure() -> None:
    clauses = [clause for clause in CLAUSES if clause.startswith("III")]
    assert clauses == sorted(clauses)


MANAGER = Approver("mcarter", "mcarter@mt.example", "Mel Carter")
YES: dict[str, Any] = {"decision": "approve", "entitlement": "", "clearance_on": None, "reason": ""}
NO = YES | {"decision": "reject", "reason": "not needed"}


@pytest.mark.parametrize(
    ("changes", "approver", "answer", "codes"),
    [
        ({}, MANAGER, YES, []),
        ({}, MANAGER, NO, []),
        ({}, MANAGER, NO | {"reason": "  "}, ["reason_missing"]),
        ({}, replace(MANAGER, may_approve=False), YES, ["may_not_approve"]),
        ({}, replace(MANAGER, may_approve=False), NO, ["may_not_approve"]),
        ({}, replace(MANAGER, email="Jane@Nexus.example"), YES, ["self_approval"]),
        ({}, replace(MANAGER, email="alma@nexus.example"), YES, ["self_approval"]),
        ({}, replace(MANAGER, email=""), YES, []),
        ({}, replace(MANAGER, name="Alma Poe"), YES, ["self_approval"]),
        ({}, replace(MANAGER, name="Hale, Ruth"), YES, ["self_approval"]),
        ({}, replace(MANAGER, name="Alma Poe"), NO, []),
        ({"cleared_on": None}, MANAGER, YES, ["clearance_missing"]),
        ({"cleared_on": None}, MANAGER, YES | {"clearance_on": TODAY}, []),
        ({"cleared_on": None}, MANAGER, YES | {"clearance_on": date(2026, 6, 2)}, ["clearance_in_future"]),
        ({"cleared_on": None}, MANAGER, NO, []),
        ({"provider": PASSAGES}, MANAGER, YES, ["entry_not_in_contract"]),
        ({"provider": PASSAGES}, MANAGER, YES | {"entitlement": "view"}, []),
        (
            {"access__entitlement": "view", "provider": PASSAGES},
            MANAGER,
            YES | {"entitlement": "enter"},
            ["entry_not_in_contract"],
        ),
        ({"live_account": "CX10001"}, MANAGER, YES, ["account_exists"]),
        ({"consent__staff": SignatureFacts("blank")}, MANAGER, YES, ["staff_blank"]),
        ({"consent__photo": True}, MANAGER, YES, []),
    ],
)
def test_who_may_approve_what(
    changes: dict[str, Any], approver: Approver, answer: dict[str, Any], codes: list[str]
) -> None:
    assert [p.code for p in approval_problems(case(**changes), approver, **answer, today=TODAY)] == codes
