"""Violation report (III.C.5) and what follows a suspension (III.C.6): restricted from the first line to the last.

Suspend first, decide afterwards; one person suspends or disables, two give back.
"""

from __future__ import annotations

from collections.abc import Mapping

from db import requests
from db.account_life import AccountState
from db.lifecycle import Event, State, advance
from db.models import Account, Person
from tasks import safety_notices, suspending
from tasks.exhibits import plain
from tasks.policy import iii_c_5
from tasks.policy.findings import Effect, Finding
from tasks.policy.holders import named_in
from tasks.policy.iii_c_5 import CLAUSE
from tasks.questions import LOOK_AGAIN, Answer
from tasks.reinstating import disable, give_back, problems_of
from tasks.roads import of_account
from tasks.safety_questions import ReinstatementAnswer, ReportAnswer, SuspensionAnswer
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting
from tasks.suspending import NotSuspended

SUSPENSION = "III.C.6"


class Violation:
    """Somebody reports a violation, or an account was suspended."""

    clause = CLAUSE
    asked: Mapping[State, str] = {
        State.AWAITING_APPROVAL: "What follows from this report?",
        State.INCOMPLETE: "Waiting for the reporter's answer",
        State.UNDER_SUSPENSION: "Is the account given back, or disabled?",
        State.REINSTATING: "Do you agree that the account is given back?",
    }

    def refresh(self, m: Matter) -> None:
        """It is restricted, whatever way it came to be a report."""
        m.request.restricted = True

    def assess(self, m: Matter) -> list[Finding]:
        """Whose accounts the report seems to speak of: a hint for those in charge, never more."""
        if m.request.state not in (State.RECEIVED, State.AWAITING_APPROVAL):
            return []
        spoken = named_in(f"{m.request.subject}\n{m.request.mail_text}", suspending.holders(m.session))
        return [
            Finding(CLAUSE, "account_spoken_of", Effect.FLAG, f"The mail seems to speak of {holder.told}.")
            for holder in spoken
        ]

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """The reporter learns that the mail has arrived, and nothing else; nobody learns whether an account exists."""
        if m.request.requester_email:
            safety_notices.report_received(m.session, m.config, m.request)

    def form(self, m: Matter) -> type[Answer]:
        """What follows from the report, from the suspension, or whether a second person agrees."""
        own: dict[State, type[Answer]] = {
            State.UNDER_SUSPENSION: SuspensionAnswer,
            State.REINSTATING: ReinstatementAnswer,
        }
        return own.get(m.request.state, ReportAnswer)

    def settle(self, s: Sitting) -> None:
        """By the question that was asked."""
        if s.given["decision"] == LOOK_AGAIN:
            requests.ask_again(s.session, s.request, "")
        elif s.request.state is State.AWAITING_APPROVAL:
            self._report(s)
        else:
            self._suspension(s)

    def _report(self, s: Sitting) -> None:
        said = s.given["decision"]
        whom = str(s.given.get("account", "")).strip()
        problems = iii_c_5.decision_problems(said, s.reason, bool(whom))
        if problems:
            s.refuse(of_account.sentences(problems))
        elif said == "ask":
            s.decide("ask", CLAUSE)
            safety_notices.report_question(s.session, s.config, s.request, s.reason)
            s.move(Event.SEND_BACK, CLAUSE)
        elif said == "no violation":
            s.decide("no violation", CLAUSE)
            s.move(Event.REJECT, CLAUSE)
        else:
            self._suspend(s, whom)

    def _suspend(self, s: Sitting, whom: str) -> None:
        try:
            account = suspending.find(s.session, whom)
            suspending.check(account)
        except NotSuspended as why:
            fitting = "; ".join(holder.told for holder in why.candidates)
            s.refuse(f"{why} {fitting}".strip())
            return
        s.decide("suspend", SUSPENSION)
        suspending.put_under(s.session, s.config, s.request, account, by=s.by)

    def _suspension(self, s: Sitting) -> None:
        said = s.given["decision"]
        account = of_account.account_of(s)
        assert account is not None
        second = s.request.state is State.REINSTATING
        if said == "give back":
            if problems := problems_of(s, account):
                s.refuse(of_account.sentences(problems))
                return
            s.decide(said, SUSPENSION)
            if not second:
                s.move(Event.PROPOSE, SUSPENSION)
                suspending.tell_in_charge(s.session, s.config, s.request)
            else:
                give_back(s, account)
                s.move(Event.REINSTATE, SUSPENSION)
        elif not s.reason:
            s.refuse("Please say why. It is kept with the case.")
        elif said == "disable":
            s.decide(said, SUSPENSION)
            disable(s, account)
            s.move(Event.DISABLE, SUSPENSION)
        else:
            s.decide(said, SUSPENSION)
            s.move(Event.DECLINE, SUSPENSION)

    def provision(self, m: Matter) -> None:
        """A violation is never approved."""
        advance(m.session, m.request, Event.CONFIRM, by="correquests", clause=CLAUSE)

    def fulfil(self, config: Settings, request_id: str) -> None:
        """There is no ticket of this case."""

    def come_due(self, m: Matter) -> None:
        """It waits for no day."""
        advance(m.session, m.request, Event.REVIEW, by="correquests", clause=CLAUSE)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account, when one is suspended."""
        return of_account.facts(m)

    def in_short(self, m: Matter) -> str:
        """Who reports, or whose account is suspended and by whom."""
        account = of_account.account_of(m)
        if account is None:
            who = plain(m.request.requester_name or m.request.requester_email or "somebody who cannot be named")
            return f"{who} writes. **Nobody was told anything.**"
        person = m.session.get_one(Person, account.person_id)
        return f"The account {plain(account.user_name or '')} of **{plain(person.name)}** is {_stands(account)}."

    def exhibits(self, m: Matter) -> dict[str, str]:
        """What happened to the account so far."""
        return {"account": said} if (said := of_account.history(m)) else {}


def _stands(account: Account) -> str:
    if account.state is AccountState.SUSPENDED:
        return f"suspended since {account.state_since:%Y-%m-%d %H:%M} UTC"
    return account.state.replace("_", " ").lower()
