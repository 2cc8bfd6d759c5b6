"""What is on file is held against the clauses: one move, one mail, whoever repeats it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from db.lifecycle import State
from db.models import Clearance, Decision, Person
from forms.reading import FormReading, Refusal, Verdict
from tests.factories import BROKEN, BUTTE, LAURA, NEXUS, PASSAGES, PETER, Sender, access, consent, today
from tests.tasks.office import MARIA, Office, text_of

INK, BLANK, TYPED, ELECTRONIC, STRAY, UNCLEAR = Verdict
OUTCOMES: list[tuple[str, Sender, Sequence[FormReading | Refusal], State, str, list[str]]] = [
    ("in order", LAURA, [consent(), access()], State.AWAITING_APPROVAL, "needs-you", ["III.A.1"]),
    ("a photo", LAURA, [consent(photo=True), access()], State.AWAITING_APPROVAL, "needs-you", ["III.B.2.b"]),
    (
        "entry of data where the contract has none",
        PASSAGES.submitters[0],
        [consent(PASSAGES.staff[0], PASSAGES), access(PASSAGES.staff[0], PASSAGES)],
        State.AWAITING_APPROVAL,
        "needs-you",
        ["ACCD 1.7.200"],
    ),
    ("an unlisted sender", PETER, [consent(), access()], State.ON_HOLD, "needs-you", ["III.B.2"]),
    ("papers of another provider", BUTTE.submitters[0], [consent(), access()], State.ON_HOLD, "needs-you", ["III.B.2"]),
    (
        "an unclear signature",
        LAURA,
        [consent(marks=(INK, UNCLEAR)), access()],
        State.IN_DOUBT,
        "needs-you",
        ["III.B.2.b"],
    ),
    (
        "a signature without a place",
        LAURA,
        [consent(marks=(INK, None)), access()],
        State.IN_DOUBT,
        "needs-you",
        ["III.B.2.b"],
    ),
    ("a field hard to read", LAURA, [consent(), access(doubtful=["email"])], State.IN_DOUBT, "needs-you", ["III.B.2"]),
    (
        "a field in the pen's hand",
        LAURA,
        [consent(doubtful=["staff_date"]), access()],
        State.AWAITING_APPROVAL,
        "needs-you",
        ["III.A.1"],
    ),
    (
        "a name that both forms agree on",
        LAURA,
        [consent(doubtful=["staff_name"]), access()],
        State.AWAITING_APPROVAL,
        "needs-you",
        ["III.A.1"],
    ),
    (
        "a name that one form is in doubt of",
        LAURA,
        [consent(doubtful=["staff_name"], staff_name="Jana Dae"), access()],
        State.IN_DOUBT,
        "needs-you",
        ["III.B.2"],
    ),
    (
        "a name that both forms are in doubt of",
        LAURA,
        [consent(doubtful=["staff_name"]), access(doubtful=["family_name"])],
        State.IN_DOUBT,
        "needs-you",
        ["III.B.2"],
    ),
    (
        "marks that nobody could read",
        LAURA,
        [consent(), access(justification="", doubtful=["justification"])],
        State.IN_DOUBT,
        "needs-you",
        ["III.B.2"],
    ),
    (
        "a field that was not found on the scan",
        LAURA,
        [consent(), access(email=None)],
        State.IN_DOUBT,
        "needs-you",
        ["III.B.2"],
    ),
    ("an empty field", LAURA, [consent(), access(justification="")], State.INCOMPLETE, "papers-missing", ["III.B.2"]),
    ("not signed", LAURA, [consent(marks=(BLANK, INK)), access()], State.INCOMPLETE, "papers-missing", ["III.B.2.b"]),
    ("typed", LAURA, [consent(marks=(INK, TYPED)), access()], State.INCOMPLETE, "papers-missing", ["III.B.2.b"]),
    (
        "e-signed",
        LAURA,
        [consent(marks=(ELECTRONIC, INK)), access()],
        State.INCOMPLETE,
        "papers-missing",
        ["III.B.2.b"],
    ),
    ("a date only", LAURA, [consent(marks=(STRAY, INK)), access()], State.INCOMPLETE, "papers-missing", ["III.B.2.b"]),
    ("no consent", LAURA, [access()], State.INCOMPLETE, "papers-missing", ["III.B.2"]),
    ("no access request", LAURA, [consent()], State.INCOMPLETE, "papers-missing", ["III.B.2"]),
    ("a broken file", LAURA, [consent(), access(), BROKEN], State.INCOMPLETE, "papers-missing", ["III.B.2"]),
]


@pytest.mark.parametrize(
    ("sender", "forms", "state", "purpose", "clauses"), [o[1:] for o in OUTCOMES], ids=[o[0] for o in OUTCOMES]
)
def test_each_outcome_moves_the_request_and_writes_one_mail(
    office: Office,
    sender: Sender,
    forms: Sequence[FormReading | Refusal],
    state: State,
    purpose: str,
    clauses: list[str],
) -> None:
    request_id = office.open(sender, *forms)
    assert office.assess(request_id) is state
    (letter,) = office.letters()
    assert letter.purpose == purpose
    assert letter.recipients == [MARIA if purpose == "needs-you" else sender.email]
    for clause in clauses:
        assert f"(Clause {clause})" in text_of(letter)
    link = office.links(request_id)[-1]
    assert (link.actor, link.detail["to"]) == ("correquests", state)
    assert link.detail["findings"]


@pytest.mark.parametrize("forms", [[access()], [consent(), access()]], ids=["incomplete", "complete"])
def test_assessing_twice_writes_nothing_twice(office: Office, forms: list[FormReading]) -> None:
    request_id = office.assessed(LAURA, *forms)
    before = office.case(request_id), office.links(request_id)
    office.assess(request_id, "another run")
    assert (office.case(request_id), office.links(request_id)) == before
    assert len(office.letters()) == 1


@pytest.mark.parametrize(
    "way",
    [
        lambda office: office.assessed(PETER, consent(), access()),
        lambda office: office.assessed(LAURA, access()),
        lambda office: office.assessed(),
        lambda office: office.approved(),
        lambda office: office.with_it(),
        lambda office: office.fulfilled(),
    ],
    ids=["on hold", "incomplete", "awaiting approval", "approved", "with IT", "fulfilled"],
)
def test_a_request_in_another_state_is_left_alone(office: Office, way: Callable[[Office], str]) -> None:
    request_id = way(office)
    before, letters = office.case(request_id), len(office.letters())
    assert office.assess(request_id, "another run") is before.state
    assert office.case(request_id) == before
    assert len(office.letters()) == letters


def test_one_mail_names_every_defect(office: Office) -> None:
    blank = consent(marks=(BLANK, TYPED))
    request_id = office.assessed(LAURA, blank, access(justification="", email=""), BROKEN, text="See attached.")
    (letter,) = office.letters()
    said = text_of(letter)
    for words in (
        "these 5 things",
        "We could not read the file “scan.pdf”",
        "Please fill in “Work e-mail” and “Reason for access”",
        "not signed by the staff member",
        "supervisor's signature on the Consent Form is typed",
        "does not say the staff member's position and why",
        "Clause III.B.2)",
        "Clause III.B.2.b)",
        "Clause III.B.2.c)",
        "2026-04-24",
    ):
        assert words in " ".join(said.split()), said
    assert office.case(request_id).state is State.INCOMPLETE


def test_each_mail_of_the_requester_is_answered_once(office: Office) -> None:
    request_id = office.assessed(LAURA, access())
    office.receive(LAURA, consent(marks=(INK, BLANK)))
    office.assess(request_id)
    office.answer(request_id, decision="look again")
    office.assess(request_id)
    assert [letter.sequence for letter in office.letters("papers-missing")] == [1, 2]
    assert "not signed by the supervisor" in text_of(office.letters()[-1])
    assert "Consent Form is missing" not in text_of(office.letters()[-1])


def test_the_answer_stays_in_the_requesters_thread(office: Office) -> None:
    mail = office.receive(LAURA, access())
    assert mail.request_id is not None
    office.assess(mail.request_id)
    raw = office.letters()[-1].raw.decode()
    assert f"In-Reply-To: {mail.message_id}" in raw


def test_a_request_does_not_count_its_own_account_against_itself(office: Office) -> None:
    request_id = office.with_it()
    assert "already has the account" not in office.pages(request_id)["summary"]
    assert "already has the account" not in office.pages(request_id)["question"]


def test_the_clearance_of_a_namesake_does_not_count(office: Office) -> None:
    with office.session() as session:
        namesake = Person(given_name="Jane", family_name="Doe", name_key="doe jane", email="jane@butte.example")
        session.add(namesake)
        session.flush()
        session.add(Clearance(person_id=namesake.id or 0, cleared_on=today(), recorded_by="test"))
    request_id = office.assessed()
    case = office.answer(request_id, decision="approve")
    assert case.state is State.AWAITING_APPROVAL
    assert "III.A.1" in case.problem
    assert office.rows(Decision) == []
    assert NEXUS.key == case.provider_key
