"""A kind that the contract manager deals with by hand: the case is shown, kept and closed."""

from __future__ import annotations

from collections.abc import Mapping

from db import register
from db.lifecycle import Event, State, advance
from tasks import exhibits, notices
from tasks.policy import Approver, iii_b_1
from tasks.policy.findings import Effect, Finding
from tasks.policy.iii_b_2 import CLAUSE as REQUESTS
from tasks.questions import LOOK_AGAIN, Answer, HandAnswer
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting


class ByHand:
    """What is asked for is done outside the product, and the contract manager says so."""

    def __init__(self, clause: str) -> None:
        self.clause = clause

    asked: Mapping[State, str] = {State.AWAITING_APPROVAL: "Have you dealt with this?"}

    def refresh(self, m: Matter) -> None:
        """The provider is the only one the sender is designated for."""
        keys = {d.provider_key for d in register.designations(m.session, m.request.requester_email, m.today)}
        m.request.provider_key = m.request.provider_key or (keys.pop() if len(keys) == 1 else None)

    def assess(self, m: Matter) -> list[Finding]:
        """The contract manager decides whatever it is, and should know an unlisted sender."""
        designated = register.designations(m.session, m.request.requester_email, m.today)
        if designated:
            return []
        sentence = f"{m.request.requester_email} is not on the list of designated staff. Make sure who asks."
        return [Finding(REQUESTS, "sender_not_designated", Effect.FLAG, sentence)]

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """Nothing is done by itself."""

    def form(self, m: Matter) -> type[Answer]:
        """Done, or rejected."""
        return HandAnswer

    def settle(self, s: Sitting) -> None:
        """Done by hand, or rejected with a reason."""
        said = s.given["decision"]
        if said == LOOK_AGAIN:
            s.move(Event.SUPPLEMENT, self.clause)
            return
        problem = iii_b_1.in_charge(Approver(s.by, s.who.user.email, s.who.user.name)) or iii_b_1.reason_given(s.reason)
        if said == "reject" and problem:
            s.refuse(f"{problem.sentence} ({problem.clause})")
            return
        s.decide(said, "III.B.1")
        if said == "reject":
            notices.rejected(s.session, s.config, s.request, s.reason, "III.B.1")
            s.move(Event.REJECT, "III.B.1")
        else:
            s.move(Event.APPROVE, "III.B.1")

    def provision(self, m: Matter) -> None:
        """It was done by hand."""
        advance(m.session, m.request, Event.CONFIRM, by="correquests", clause=self.clause)

    def fulfil(self, config: Settings, request_id: str) -> None:
        """There is no ticket."""

    def come_due(self, m: Matter) -> None:
        """It waits for no day; one that was put off is looked at again."""
        advance(m.session, m.request, Event.REVIEW, by="correquests", clause=self.clause)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """Nothing beside the mail."""
        return []

    def in_short(self, m: Matter) -> str:
        """Who writes, about whom."""
        who = exhibits.plain(m.request.requester_name or m.request.requester_email)
        return f"{who} writes about **{exhibits.plain(m.request.staff_name or 'somebody')}**."

    def exhibits(self, m: Matter) -> dict[str, str]:
        """Nothing beside the mail."""
        return {}
