"""Review of need (III.C.3): a locked account is unlocked with a new password, or disabled; otherwise it stays locked.

A reset that is asked for an account that is locked, suspended, on leave or disabled comes here too: nothing is reset.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from db import requests
from db.account_life import AccountEvent, AccountState, change
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Account, Kind, Person, Request
from tasks import safety_notices
from tasks.directory_settings import DirectoryKind
from tasks.exhibits import plain
from tasks.policy import iii_b_4_b, iii_c_3
from tasks.policy.findings import Finding
from tasks.policy.iii_c_3 import CLAUSE
from tasks.questions import LOOK_AGAIN, Answer
from tasks.resets import NotReset, holder_of_code, issue
from tasks.roads import of_account
from tasks.safety_questions import ReviewAnswer
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting

BY_ITSELF = "correquests"


class Unlock:
    """Is this access still needed?"""

    clause = CLAUSE
    asked: Mapping[State, str] = {State.AWAITING_APPROVAL: "Is this access still needed?"}

    def refresh(self, m: Matter) -> None:
        """Whose account it is."""
        of_account.recognise(m)

    def assess(self, m: Matter) -> list[Finding]:
        """Sender and account; how the account stands is shown, and decides what can be answered."""
        asked = of_account.asked(m)
        found = [iii_b_4_b.sender_known(asked), iii_b_4_b.account_meant(asked)]
        if (account := of_account.account_of(m)) and account.state is not AccountState.LOCKED:
            found += [f for f in iii_c_3.review_problems("keep", account.state, "shown") if f.code == "not_locked"]
        return [f for f in found if f is not None]

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """Nothing is done before somebody decides; a locked account stays locked."""

    def form(self, m: Matter) -> type[Answer]:
        """Keep, remove, or close."""
        return ReviewAnswer

    def settle(self, s: Sitting) -> None:
        """Unlock, disable, or leave everything as it is."""
        said = s.given["decision"]
        problem = of_account.named(s)
        account = of_account.account_of(s)
        if problem:
            s.refuse(problem)
            return
        if said == LOOK_AGAIN:
            s.move(Event.SUPPLEMENT, CLAUSE)
            return
        problems = iii_c_3.review_problems(said, account.state if account else "", s.reason)
        if problems:
            s.refuse(of_account.sentences(problems))
            return
        s.decide(said, CLAUSE)
        if said == "keep":
            s.move(Event.APPROVE, CLAUSE)
        elif said == "remove":
            assert account is not None
            self._remove(s, account)
        else:
            self._tell(s)
            s.move(Event.VOID, CLAUSE)

    def _remove(self, s: Sitting, account: Account) -> None:
        change(
            s.session,
            account,
            AccountEvent.DISABLE,
            by=s.by,
            clause=CLAUSE,
            reason="no longer needed, by the review of need",
            case=s.request.number,
        )
        person = s.session.get_one(Person, account.person_id)
        _, address = holder_of_code(s.session, s.request, person, s.today)
        to = list(dict.fromkeys([address, person.email]))
        safety_notices.access_removed(s.session, s.config, s.request, to, person)
        s.move(Event.REJECT, CLAUSE)

    def _tell(self, s: Sitting) -> None:
        """Whoever wrote learns that nothing was granted; a review that we opened ourselves has no requester to tell."""
        if s.request.sender_accepted_by != BY_ITSELF:
            words = "The contract manager has looked at it and closed it. Please call if you have questions."
            safety_notices.refused(s.session, s.config, s.request, words, CLAUSE)

    def provision(self, m: Matter) -> None:
        """Unlock, and a new initial password: the old one has expired too. It opens when that is picked up."""
        account = of_account.account_of(m)
        assert account is not None
        if account.state is not AccountState.LOCKED:
            stands = account.state.replace("_", " ").lower()
            of_account.stop(m, f"The account is {stands}, so it was not unlocked ({CLAUSE}).", CLAUSE)
            return
        why = "still needed, by the review of need"
        change(m.session, account, AccountEvent.UNLOCK, by=BY_ITSELF, clause=CLAUSE, reason=why, case=m.request.number)
        account.directory_due = m.config.directory is DirectoryKind.NONE  # else enabled when the password is picked up
        m.session.add(account)
        m.session.flush()
        try:
            issue(m, account)
        except NotReset as problem:
            of_account.stop(m, str(problem), CLAUSE)
            return
        advance(m.session, m.request, Event.CONFIRM, by=BY_ITSELF, clause=CLAUSE)

    def fulfil(self, config: Settings, request_id: str) -> None:
        """There is no ticket of this case."""

    def come_due(self, m: Matter) -> None:
        """It waits for no day; one that was put off is looked at again."""
        advance(m.session, m.request, Event.REVIEW, by=BY_ITSELF, clause=CLAUSE)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account: last use, why it was granted, the papers."""
        return of_account.facts(m)

    def in_short(self, m: Matter) -> str:
        """Whose need is reviewed, and who asks."""
        who = plain(m.request.requester_name or m.request.requester_email)
        by = "The product asks" if m.request.sender_accepted_by == BY_ITSELF else f"{who} asks"
        return f"{by} about the access of **{plain(m.request.staff_name or 'somebody')}**."

    def exhibits(self, m: Matter) -> dict[str, str]:
        """What happened to the account so far."""
        return {"account": said} if (said := of_account.history(m)) else {}


def open_review(session: Session, config: Settings, account: Account, why: str) -> Request:
    """A review of need that the product opens by itself, after a lockout; the one that is open when there is one.

    `why` is shown with it. In the caller's transaction; the case gets its run in the next round.
    """
    known = of_account.open_case_about(session, account, Kind.UNLOCK)
    if known is not None:
        return known
    origin = requests.get(session, account.request_id)
    request = requests.open_new(
        session,
        kind=Kind.UNLOCK,
        requester_email=origin.requester_email,
        requester_name=origin.requester_name,
        at=utc_now().astimezone(config.zone),
    )
    request.sender_accepted_by, request.mail_text = BY_ITSELF, why
    of_account.take(session, request, account)
    return request
