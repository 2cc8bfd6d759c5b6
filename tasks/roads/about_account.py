"""What the roads about an account on record have in common: whom it is about, the doubt, the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, create_model

from db import papers, register
from db.lifecycle import Event, State, advance
from db.models import Kind, Provider
from tasks import doubts, exhibits, notices, turns, whom
from tasks.policy import assess_account, iii_b_1
from tasks.policy.findings import Effect, Finding
from tasks.policy.iii_b_1 import Approver
from tasks.questions import LOOK_AGAIN, Answer, reading_answer
from tasks.roads import subject
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting

ASK, CLOSE = "none of these: ask the sender", "none of these: close the case"
NOT_FOUND = Finding(
    "III.B.3.a",
    "person_not_found",
    Effect.DEFECT,
    "We do not find this person on record. Please tell us the user ID, or the full name with the work e-mail address.",
)


class AboutAccount:
    """The parts that are alike; a road adds its question, what follows from it, and its clauses by `kind`."""

    clause = "III.B.3.a"
    kind: Kind
    asked: Mapping[State, str] = {State.IN_DOUBT: "Whom is this about?"}

    def refresh(self, m: Matter) -> None:
        """Whom it is about, at which facility, and on which days."""
        found = subject.identify(m).found
        m.request.provider_key = self.facility(m, found) or m.request.provider_key
        self.days(m)

    def days(self, m: Matter) -> None:
        """Take over the days that mail and forms name."""

    def facility(self, m: Matter, found: whom.Candidate | None) -> str | None:
        """Whose staff it is about: as the form says, else where person and sender meet, else the only one there is."""
        paper = subject.naming(m)
        named = register.provider_named(m.session, paper.value("provider")) if paper else None
        if named:
            return named.key
        mine = {d.provider_key for d in register.designations(m.session, m.request.requester_email, m.today)}
        at = set(found.providers) if found else set()
        for keys in (at & mine, at, mine):
            if keys:
                return keys.pop() if len(keys) == 1 else None
        return None

    def assess(self, m: Matter) -> list[Finding]:
        """The clauses of this kind."""
        return assess_account(self.kind, subject.facts(m), m.today)

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """Nothing is done before approval."""

    def form(self, m: Matter) -> type[Answer]:
        """Whom it is about and what stands on the form, or the road's own question."""
        return self.doubt(m) if m.request.state is State.IN_DOUBT else self.approval(m)

    def approval(self, m: Matter) -> type[Answer]:
        """The form of the road's own question."""
        raise NotImplementedError

    def doubt(self, m: Matter) -> type[Answer]:
        """One text per doubtful field, and the candidates when it is not settled whom it is about."""
        fields = reading_answer(papers.of_request(m.session, m.request.id), [], subject.doubtful(m))
        if m.request.person_id is not None:
            return fields
        found = whom.find(m.session, subject.told(m), m.config.user_id_pattern, m.today)
        offered = [c.words for c in (found.candidates or ([found.found] if found.found else []))]
        asked: dict[str, Any] = {
            "person": (
                Literal[LOOK_AGAIN, *offered, ASK, CLOSE],
                Field(default=LOOK_AGAIN, title="Person", description="Look again leaves it open and asks again."),
            ),
            "user_id": (
                str,
                Field(
                    default="", title="User ID", description="Of the person, when none of the offered ones is meant."
                ),
            ),
            "reason": (str, Field(default="", title="Reason", description="Needed when you close the case.")),
        }
        return create_model("WhomAnswer", __base__=fields, **asked)

    def settle(self, s: Sitting) -> None:
        """A doubt, a look again, a rejection, or the road's own decision."""
        if s.request.state is State.IN_DOUBT:
            self._doubt(s)
        elif s.given["decision"] == LOOK_AGAIN:
            s.move(Event.SUPPLEMENT, self.clause)
        elif s.given["decision"] == "reject":
            reject(s)
        else:
            self.decide(s)

    def decide(self, s: Sitting) -> None:
        """Settle the road's own decision."""
        raise NotImplementedError

    def _doubt(self, s: Sitting) -> None:
        said = str(s.given.get("person", LOOK_AGAIN))
        if said == CLOSE and not s.reason:
            s.refuse("Please give a reason for closing the case.")
            return
        typed = str(s.given.get("user_id", "")).strip()
        found = whom.chosen(s.session, said, s.today) or (whom.by_user_id(s.session, typed, s.today) if typed else None)
        if typed and not found:
            s.refuse("No account has this user ID. Look it up, or choose one of the other answers.")
            return
        changed = doubts.correct(s)
        meant = [found.words] if found else [] if said == LOOK_AGAIN else [said]
        s.decide("; ".join([*changed, *meant]) or LOOK_AGAIN, self.clause)
        if found:
            subject.settle_on(s, found)
            s.move(Event.SETTLE, self.clause)
        elif said == CLOSE:
            s.move(Event.CLOSE, self.clause)
        elif said == ASK:
            s.move(Event.LACK, self.clause)
            notices.papers_missing(s.session, s.config, s.request, [NOT_FOUND])
        else:
            s.move(Event.SETTLE, self.clause)

    def provision(self, m: Matter) -> None:
        """Do what was approved."""
        raise NotImplementedError

    def fulfil(self, config: Settings, request_id: str) -> None:
        """There is no ticket, unless the road opens one."""

    def come_due(self, m: Matter) -> None:
        """The day has come: go on."""
        advance(m.session, m.request, Event.DUE, by="correquests", clause=self.clause)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account as it stands, and where the person works."""
        account = subject.account_of(m)
        names = [self._name(m, key) for key in subject.facilities(m)]
        rows = [("Works at", exhibits.plain(", ".join(names) or "nowhere on record"))]
        if account:
            level = "enter and modify" if account.entitlement == "ENTER" else "view"
            state = str(account.state).replace("_", " ").lower()
            rows.append(("Account", exhibits.plain(f"{state}, may {level}. {account.state_reason}".strip())))
        return rows

    def _name(self, m: Matter, key: str) -> str:
        return m.session.get_one(Provider, key).name

    def in_short(self, m: Matter) -> str:
        """Who writes, about whom, where."""
        who = exhibits.plain(m.request.requester_name or m.request.requester_email)
        whom_ = f"**{exhibits.plain(m.request.staff_name or 'somebody whose name was not read')}**"
        return f"{who} {self.verb(m)} {whom_}, {exhibits.plain(exhibits.provider_name(m.provider))}."

    def verb(self, m: Matter) -> str:
        """What the sender does, e.g. `gives notice of the departure of`."""
        raise NotImplementedError

    def exhibits(self, m: Matter) -> dict[str, str]:
        """Nothing beside mail and forms."""
        return {}


def approver(s: Sitting) -> Approver:
    """Who answers, as a value for the clauses."""
    return Approver(s.by, s.who.user.email, s.who.user.name)


def refused(s: Sitting, problems: list[Finding | None]) -> bool:
    """Refuse the answer when anything stands against it; whether that was so."""
    found = [p for p in problems if p is not None]
    if found:
        s.refuse(" ".join(f"{p.sentence} ({p.clause})" for p in found))
    return bool(found)


def unbiased(s: Sitting) -> Finding | None:
    """Nobody approves for themselves (AC-5)."""
    person = subject.person_of(s)
    addresses = {s.request.requester_email, person.email if person else ""}
    return iii_b_1.unbiased(approver(s), addresses, [person.name if person else s.request.staff_name])


def reject(s: Sitting) -> None:
    """Reject with a reason, which the requester is told (III.B.1)."""
    if refused(s, [iii_b_1.reason_given(s.reason)]):
        return
    s.decide("reject", "III.B.1")
    notices.rejected(s.session, s.config, s.request, s.reason, "III.B.1")
    s.move(Event.REJECT, "III.B.1")


def tell_managers(m: Matter, findings: list[Finding]) -> None:
    """Write to the contract manager that the case waits for an answer."""
    turns.ask(m.session, m.config, m.request, findings)
