"""Password reset (III.B.4.b): a known sender, one question, and a new initial password by the road of the first."""

from __future__ import annotations

from collections.abc import Mapping

from db import requests, tickets
from db.account_life import AccountState
from db.lifecycle import Event, State, advance
from db.models import Kind, TicketState
from db.session import transaction
from tasks import safety_notices
from tasks import tickets as desk_tickets
from tasks.exhibits import plain
from tasks.policy import iii_b_4_b
from tasks.policy.findings import Effect, Finding
from tasks.policy.iii_b_4_b import CLAUSE
from tasks.questions import LOOK_AGAIN, Answer
from tasks.resets import NotReset, issue
from tasks.roads import of_account
from tasks.safety_questions import ResetAnswer
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting


class Reset:
    """Somebody cannot sign in."""

    clause = CLAUSE
    asked: Mapping[State, str] = {State.AWAITING_APPROVAL: "Is this password reset?"}

    def refresh(self, m: Matter) -> None:
        """Whose account it is. One that is not in use is not reset but reviewed: the case becomes a review."""
        of_account.recognise(m)
        account = of_account.account_of(m)
        if account is not None and account.state not in (AccountState.ACTIVE, AccountState.REQUESTED):
            m.request.kind = Kind.UNLOCK

    def assess(self, m: Matter) -> list[Finding]:
        """Sender, account, its state, and how often today."""
        return iii_b_4_b.assess(of_account.asked(m))

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """Either the contract manager or the service desk responds: the desk gets a ticket, when nothing is against it.

        An unknown sender, or an account that is not certain, is for the contract manager alone.
        """
        account = of_account.account_of(m)
        against = [f for f in findings if f.effect is not Effect.FLAG]
        if not m.config.desk_answers_resets or against or account is None:
            return
        if tickets.count(m.session, m.request.id, desk_tickets.RESET) == 0:
            desk_tickets.open_one(m.session, m.config, m.request, account, desk_tickets.RESET)

    def form(self, m: Matter) -> type[Answer]:
        """Reset it, or reject."""
        return ResetAnswer

    def settle(self, s: Sitting) -> None:
        """Reset, or reject with a reason that the requester is told."""
        said = s.given["decision"]
        problem = of_account.named(s)
        if problem:
            s.refuse(problem)
        elif said == LOOK_AGAIN:
            s.move(Event.SUPPLEMENT, CLAUSE)
        elif said == "reject" and not s.reason:
            s.refuse("A rejection needs a reason, which the requester is told. Enter the reason.")
        elif said == "reject":
            s.decide("reject", CLAUSE)
            safety_notices.refused(s.session, s.config, s.request, s.reason, CLAUSE)
            s.move(Event.REJECT, CLAUSE)
        elif problems := [f for f in self.assess(s) if f.effect is not Effect.FLAG]:
            s.refuse(of_account.sentences(problems))
        else:
            s.decide("reset", CLAUSE)
            s.move(Event.APPROVE, CLAUSE)

    def provision(self, m: Matter) -> None:
        """Issue the new initial password; without a directory IT does it, unless it has answered that it did."""
        account = of_account.account_of(m)
        assert account is not None
        try:
            issued = issue(m, account)
        except NotReset as why:
            of_account.stop(m, str(why), CLAUSE)
            return
        ticket = tickets.of_request(m.session, m.request.id)
        if issued or (ticket is not None and ticket.state is TicketState.CLOSED):
            if ticket is not None:
                tickets.close(m.session, m.request, ticket, by="correquests", note="answered by the contract manager")
            advance(m.session, m.request, Event.CONFIRM, by="correquests", clause=CLAUSE)
            return
        if ticket is None:
            desk_tickets.open_one(m.session, m.config, m.request, account, desk_tickets.RESET)
        advance(m.session, m.request, Event.SUBMIT, by="correquests", clause=CLAUSE)

    def fulfil(self, config: Settings, request_id: str) -> None:
        """IT has given the staff member a new password."""
        with transaction(config.database_url) as session:
            request = requests.get(session, request_id)
            if request.state is State.WITH_IT:
                advance(session, request, Event.CONFIRM, by="correquests", clause=CLAUSE)

    def come_due(self, m: Matter) -> None:
        """It waits for no day; one that was put off is looked at again."""
        advance(m.session, m.request, Event.REVIEW, by="correquests", clause=CLAUSE)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account."""
        return of_account.facts(m)

    def in_short(self, m: Matter) -> str:
        """Who asks for whose password."""
        who = plain(m.request.requester_name or m.request.requester_email)
        return f"{who} asks for a new password for **{plain(m.request.staff_name or 'somebody')}**."

    def exhibits(self, m: Matter) -> dict[str, str]:
        """What happened to the account so far."""
        return {"account": said} if (said := of_account.history(m)) else {}
