"""III.C.5, III.C.6: a report, what those in charge decide, and the two who give an account back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from db import audit
from db.account_life import AccountEvent, AccountState
from db.lifecycle import State
from db.models import Credential, CredentialState, Kind, Request
from tasks import at_once
from tasks.accounts import provision
from tasks.pages import veiled
from tests.factories import LAURA, OWEN
from tests.tasks.office import DEPUTY, MANAGER, MARIA, Office, parsed, text_of
from tests.tasks.safety import changed, entry, in_use, mailed, of_kind
from tests.tasks.test_suspending import suspend, violation

REPORT = "I must report that Jane Doe gave her password to a resident last Friday in the laundry."
SECRETS = ("Jane", "password to a resident", "laundry", "CX10001")


def reported(office: Office, sender: object = OWEN) -> str:
    return mailed(office, Kind.VIOLATION, REPORT, sender=sender, subject="Jane Doe / laundry")  # type: ignore[arg-type]


class TestTheReport:
    def test_it_is_restricted_acknowledged_and_escalated_at_once(self, office: Office) -> None:
        in_use(office)
        before = len(office.letters())
        request_id = reported(office)
        case = office.case(request_id)
        assert (case.state, case.restricted) == (State.AWAITING_APPROVAL, True)
        written = {x.purpose: x for x in office.letters()[before:]}
        assert set(written) == {"report-received", "restricted-case"}
        assert written["report-received"].recipients == [OWEN.email]
        assert written["restricted-case"].urgent
        assert written["restricted-case"].recipients == [MARIA, "daniel.okafor@mt.example"]
        for letter in written.values():
            raw = parsed(letter.raw).as_string() + letter.subject
            assert not [s for s in SECRETS if s in raw]
        assert office.account().state is AccountState.ACTIVE

    def test_a_stranger_learns_only_that_the_mail_has_arrived(self, office: Office) -> None:
        in_use(office)
        request_id = reported(office, "someone@nowhere.example")
        assert office.case(request_id).state is State.AWAITING_APPROVAL, "a report waits for nobody's acceptance"
        (told,) = [x for x in office.letters() if "someone@nowhere.example" in x.recipients]
        for word in ("account", "suspend", "Jane", "CX10001"):
            assert word not in text_of(told)

    def test_the_run_shows_nothing_of_it(self, office: Office) -> None:
        in_use(office)
        request_id = reported(office)
        pages = office.pages(request_id)
        assert "laundry" in pages["summary"], "those in charge see all of it on the page"
        assert "CX10001" in pages["question"]
        shown = "\n".join(veiled(pages).values())
        assert not [s for s in SECRETS if s in shown]
        assert OWEN.name not in shown
        assert f"/desk/{office.case(request_id).number}" in shown

    def test_it_is_urged_within_the_hour_day_and_night(self, office: Office) -> None:
        in_use(office)
        request_id = reported(office)

        def waits(minutes: int) -> int:
            with office.session() as session:
                case = session.exec(select(Request).where(Request.id == request_id)).one()
                at = case.waiting_since - timedelta(minutes=minutes)
                session.connection().execute(
                    update(Request).where(col(Request.id) == request_id).values(waiting_since=at)
                )
            at_once.net(office.config)
            return len(office.letters("restricted-case", request_id))

        assert [waits(m) for m in (0, 21, 0, 30, 100)] == [1, 2, 2, 3, 3]
        assert "still waits" in office.letters("restricted-case", request_id)[-1].subject

    def test_suspend_no_violation_ask(self, office: Office) -> None:
        in_use(office)
        asked, none, bad = reported(office), reported(office), reported(office)
        office.answer(asked, decision="ask", reason="Which Friday was it?")
        assert office.case(asked).state is State.INCOMPLETE
        (question,) = office.letters("report-question", asked)
        assert question.recipients == [OWEN.email]
        assert "Which Friday" in text_of(question)
        office.receive(OWEN, text="The 13th.", subject="Re: x", in_reply_to=[question.message_id])
        assert office.assess(asked) is State.AWAITING_APPROVAL
        office.answer(none, decision="no violation", reason="It was the fire drill.")
        assert office.case(none).state is State.REJECTED
        office.answer(bad, decision="suspend", reason="seen by two")
        assert "name the account" in office.case(bad).problem
        office.answer(bad, decision="suspend", reason="seen by two", account="Jane Do")
        assert "CX10001" in office.case(bad).problem, "the candidates are named"
        office.answer(bad, decision="suspend", reason="seen by two", account="cx10001")
        assert office.case(bad).state is State.UNDER_SUSPENSION
        at_once.carry_out(office.config, office.account().id)
        assert not entry(office).enabled
        office.answer(asked, decision="suspend", reason="too", account="CX10001")
        assert "suspended already" in office.case(asked).problem

    def test_nobody_but_those_in_charge_answers(self, office: Office) -> None:
        in_use(office)
        request_id = reported(office)
        office.answer(request_id, by="vlindqvist", decision="suspend", reason="x", account="CX10001")
        assert office.account().state is AccountState.ACTIVE


class TestTheEnd:
    def under(self, office: Office) -> str:
        in_use(office)
        suspend(office)
        return violation(office).id

    def test_two_people_give_it_back_with_a_reset(self, office: Office) -> None:
        case = self.under(office)
        office.answer(case, MANAGER, decision="give back", reason="unfounded")
        assert office.case(case).state is State.REINSTATING
        assert office.account().state is AccountState.SUSPENDED
        office.answer(case, MANAGER, decision="give back", reason="unfounded")
        assert "needs a second person" in office.case(case).problem
        office.answer(case, DEPUTY, decision="give back", reason="I looked at it too")
        assert office.case(case).state is State.FULFILLED
        assert office.account().state is AccountState.ACTIVE
        (reset,) = of_kind(office, Kind.RESET)
        assert (reset.state, reset.restricted, reset.requester_email) == (State.APPROVED, False, LAURA.email)
        provision.fn(reset.id)
        live = [c for c in office.rows(Credential) if c.state is CredentialState.ISSUED]
        assert [c.request_id for c in live] == [reset.id]
        assert not entry(office).enabled, "it opens when the new password is picked up"
        with office.session() as session:
            assert audit.verify(session) is None
            links = [a for a in audit.of_subject(session, "CX10001") if a.action.startswith("account.")]
        assert [(a.action, a.clause) for a in links][-2:] == [
            ("account.suspend", "III.C.6"),
            ("account.reinstate", "III.C.6"),
        ]

    def test_the_second_may_decline(self, office: Office) -> None:
        case = self.under(office)
        office.answer(case, DEPUTY, decision="give back", reason="unfounded")
        office.answer(case, MANAGER, decision="keep suspended", reason="not yet")
        assert office.case(case).state is State.UNDER_SUSPENSION
        office.answer(case, DEPUTY, decision="give back", reason="now")
        office.answer(case, DEPUTY, decision="give back", reason="now")
        assert office.account().state is AccountState.SUSPENDED

    def test_one_disables(self, office: Office) -> None:
        case = self.under(office)
        office.answer(case, MANAGER, decision="disable")
        assert "say why" in office.case(case).problem
        office.answer(case, MANAGER, decision="disable", reason="she admits it")
        assert office.case(case).state is State.FULFILLED
        assert office.account().state is AccountState.DISABLED
        (told,) = office.letters("access-removed")
        assert told.recipients == [LAURA.email]
        assert "admits" not in text_of(told)

    @pytest.mark.parametrize("by", [MANAGER, DEPUTY])
    def test_a_reporter_is_not_one_of_the_two(self, office: Office, by: str) -> None:
        in_use(office)
        address = {MANAGER: MARIA, DEPUTY: "daniel.okafor@mt.example"}[by]
        case = reported(office, address)
        office.answer(case, MANAGER, decision="suspend", reason="seen", account="CX10001")
        office.answer(case, by, decision="give back", reason="I was wrong")
        assert "two others must agree" in office.case(case).problem
        assert office.account().state is AccountState.SUSPENDED

    def test_a_departure_meanwhile_leaves_nothing_to_give_back(self, office: Office) -> None:
        case = self.under(office)
        changed(office, AccountEvent.DISABLE)
        office.answer(case, MANAGER, decision="give back", reason="unfounded")
        assert "no longer suspended" in office.case(case).problem
        office.answer(case, MANAGER, decision="disable", reason="left anyway")
        assert office.case(case).state is State.FULFILLED

    def test_an_account_that_was_never_handed_out_is_not_given_back(self, office: Office) -> None:
        office.with_it()
        suspend(office)
        case = violation(office).id
        office.answer(case, MANAGER, decision="give back", reason="unfounded")
        assert "never handed out" in office.case(case).problem
