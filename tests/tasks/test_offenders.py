"""Under no circumstances will an offender be allowed to access the system (III.A.5): the list is held against all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from db.columns import utc_now
from db.lifecycle import State
from db.models import IdentityVerdict, Outbox
from tasks import wiring
from tasks.adapters.offenders import ListUnusable
from tasks.approval import form_of
from tests.factories import LAURA, access, consent, today
from tests.tasks.office import MANAGER, Office, parsed, plain

APPROVE = {"decision": "approve", "clearance_on": today().isoformat()}
HEAD = "offender_id,given_name,family_name,aliases,status\n"
NOT_ALIKE = HEAD + "2000001,Mark,Poe,,active\n"
ALIKE = HEAD + "2000001,Mark,Poe,,active\n2000002,Janie,Doe,Ruth Vale; Jo Poe,active\n"


def listed(office: Office, text: str | bytes, *, age_days: float = 0) -> Path:
    """The list as somebody puts it there; a new file, as exports are."""
    path = office.home / "offenders.csv"
    fresh = path.with_suffix(".new")
    fresh.write_bytes(text if isinstance(text, bytes) else text.encode())
    then = time.time() - age_days * 86400
    os.utime(fresh, (then, then))
    fresh.replace(path)
    office.set(offenders_file=path)
    return path


def entry(office: Office, request_id: str) -> str:
    (name,) = [n for n in form_of(request_id, "").model_fields if n.startswith("entry_")]
    return name


def test_no_list_no_question(office: Office) -> None:
    request_id = office.assessed(LAURA, consent(), access())
    assert office.answer(request_id, **APPROVE).state is State.APPROVED


def test_nobody_alike_no_question(office: Office) -> None:
    listed(office, NOT_ALIKE)
    request_id = office.assessed(LAURA, consent(), access())
    assert office.answer(request_id, **APPROVE).state is State.APPROVED


@pytest.mark.parametrize("row", ["Janie,Doe,", "Doe,Jane,", "Mark,Poe,Jane Doe", "JANE,DOE JR,", "Jane,Deo,Al Kim"])
def test_a_likeness_is_never_approved_by_itself(office: Office, row: str) -> None:
    listed(office, f"{HEAD}2000002,{row},active\n")
    request_id = office.assessed(LAURA, consent(), access())
    case = office.answer(request_id, **APPROVE)
    assert case.state is State.AWAITING_APPROVAL
    assert "The list of offenders holds a name like this one." in case.problem
    assert "(III.A.5)" in case.problem


def test_not_this_person_needs_a_reason_and_leaves_nothing_of_the_list(office: Office) -> None:
    listed(office, ALIKE)
    request_id = office.assessed(LAURA, consent(), access())
    answer = {entry(office, request_id): "not this person"}
    assert "how you know" in office.answer(request_id, **APPROVE, **answer).problem
    why = "I saw her driver's licence, and he is sixty."
    assert office.answer(request_id, **APPROVE, **answer, identity_reason=why).state is State.APPROVED
    (verdict,) = office.rows(IdentityVerdict)
    assert (verdict.said, verdict.person_id, verdict.reason) == ("ANOTHER", None, why)
    (link,) = [a for a in office.links(request_id) if a.action == "identity.another"]
    assert (link.clause, link.actor) == ("III.A.5", MANAGER)
    for kept in (str(verdict.model_dump()), str(link.model_dump())):
        assert "2000002" not in kept
        assert "Janie" not in kept


def test_the_case_shows_the_name_and_nothing_else_of_the_list(office: Office) -> None:
    listed(office, ALIKE)
    request_id = office.assessed(LAURA, consent(), access())
    shown = "\n".join(office.pages(request_id).values())
    assert "Names on the list of offenders (III.A.5)" in shown
    assert "Janie Doe" in shown
    for kept_back in ("2000002", "Ruth Vale", "Jo Poe", "Mark Poe"):
        assert kept_back not in shown


def test_the_requester_never_hears_of_it(office: Office) -> None:
    listed(office, ALIKE)
    request_id = office.assessed(LAURA, consent(), access(justification=None))
    office.receive(LAURA, access())
    office.assess(request_id)
    case = office.answer(request_id, decision="reject", reason="His name is on the offender list.")
    assert "must not tell who is on the list" in case.problem
    case = office.answer(request_id, decision="reject", reason="The position needs no offender management system.")
    assert case.state is State.REJECTED
    told = [row for row in office.rows(Outbox) if LAURA.email in row.recipients]
    assert {row.purpose for row in told} >= {"rejected"}
    for row in told:
        assert "A.5" not in plain(parsed(row.raw))
        assert "list of offenders" not in plain(parsed(row.raw))
        assert "Janie" not in plain(parsed(row.raw))
    mails = [plain(parsed(row.raw)) for row in office.letters("needs-you")]
    assert any("III.A.5" in mail for mail in mails)
    assert not any("Janie" in mail for mail in mails)


def test_a_changed_list_is_read_again_and_a_changed_entry_asks_again(office: Office) -> None:
    listed(office, NOT_ALIKE)
    request_id = office.assessed(LAURA, consent(), access())
    listed(office, ALIKE)
    answer = {entry(office, request_id): "not this person"}
    office.answer(request_id, decision="look again", **answer, identity_reason="Seen in person.")
    listed(office, ALIKE.replace("Janie,Doe", "Jane,Doe"))
    office.assess(request_id)
    assert "holds a name like this one" in office.answer(request_id, **APPROVE).problem


BAD: list[tuple[str, bytes | None, float, str]] = [
    ("gone", None, 0, "cannot be opened"),
    ("empty", b"", 0, "has no column offender_id, given_name, family_name"),
    ("only the header", HEAD.encode(), 0, "names nobody"),
    ("another column", b"offender_id,name\n1,Jane Doe\n", 0, "has no column given_name, family_name"),
    ("not UTF-8", HEAD.encode() + "1,José,Doe,,x\n".encode("latin-1"), 0, "is not UTF-8"),
    ("UTF-16", ALIKE.encode("utf-16"), 0, "is not UTF-8"),
    ("a line cut off", (ALIKE + "2000003,Al").encode(), 0, "Line 4 of the list of offenders is not complete"),
    ("a cell too many", (ALIKE + "2000003,Al,Kim,,active,x\n").encode(), 0, "Line 4"),
    ("no number", (ALIKE + ",Al,Kim,,active\n").encode(), 0, "Line 4"),
    ("a quote that never ends", (ALIKE + '2000003,"Al,Kim,,active\n').encode(), 0, "breaks off"),
    ("too old", ALIKE.encode(), 9, "too old to rely on"),
]


@pytest.mark.parametrize(("text", "age", "why"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_list_that_cannot_be_used_stops_approvals_with_an_alarm(
    office: Office, text: bytes | None, age: float, why: str
) -> None:
    path = listed(office, text or b"", age_days=age)
    if text is None:
        path.unlink()
    request_id = office.assessed(LAURA, consent(), access())
    case = office.answer(request_id, **APPROVE)
    assert case.state is State.AWAITING_APPROVAL
    assert why in case.problem
    assert "Nothing is approved until then. (III.A.5)" in case.problem
    (alarm,) = office.letters("offender-list")
    assert why in plain(parsed(alarm.raw)).replace("\n", " ")
    assert LAURA.email not in alarm.recipients
    listed(office, NOT_ALIKE)  # put right
    assert office.answer(request_id, **APPROVE).state is State.APPROVED


def test_a_refusal_names_no_row(office: Office) -> None:
    path = listed(office, ALIKE + "2000003,Ruth,,,x\n")
    book = wiring.offenders(office.config)
    assert book is not None
    with pytest.raises(ListUnusable) as refused:
        book.listed(utc_now())
    assert "Ruth" not in str(refused.value)
    assert str(path) not in str(refused.value)
