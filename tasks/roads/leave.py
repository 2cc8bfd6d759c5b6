"""Leave and return (III.B.3.a): access is off from the first day; on the day of return a person decides what follows.

A leave disables and never deletes (settled question A16). Nothing is enabled because time has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from db import notices, papers, requests
from db.account_life import AccountEvent, AccountState, change
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Kind, TicketState
from db.session import transaction
from db.tickets import of_request as ticket_of
from forms.schema import FormKind
from tasks import access_notices as letters
from tasks import tickets
from tasks.directory_settings import DirectoryKind
from tasks.policy.findings import Effect, Finding
from tasks.questions import Answer, LeaveAnswer, ReturnAnswer, preset
from tasks.roads import ending, subject
from tasks.roads.about_account import AboutAccount, refused, tell_managers
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting, matter

RETURNS, EXTEND, STAYS_AWAY = "returns: enable the account", "extend the leave", "does not return"


class Leave(AboutAccount):
    """Somebody is away until a day."""

    kind = Kind.LEAVE
    asked: Mapping[State, str] = {**AboutAccount.asked, State.AWAITING_APPROVAL: "What about this leave?"}

    def days(self, m: Matter) -> None:
        """First day and day of return: by the form, else by the mail; what a person entered stays."""
        notice, request = notices.of_case(m.session, m.request), m.request
        paper = papers.of_request(m.session, request.id).get(FormKind.DEPARTING_EMPLOYEE)
        said = subject.dates(m)
        on, back = said.on, said.back
        if paper:
            on = _day(paper.value("disable_on")) or _day(paper.value("last_day")) or on
            back = _day(paper.value("return_date")) or back
        request.effective_on = request.effective_on or on
        request.returns_on = request.returns_on or back
        notice.reason, notice.event_on = "leave", notice.event_on or request.effective_on
        m.session.add(notice)

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """Access is off from the first day, whoever must still answer; the sender learns that the notice has come."""
        if m.request.state not in ending.COUNTS:
            return
        self.end_if_due(m)
        if m.request.state is State.AWAITING_APPROVAL and not _away(m):
            ending.tell_noted(m)

    def end_if_due(self, m: Matter) -> None:
        """The first day has come, whoever is late."""
        if ending.is_due(m):
            ending.act(m, AccountEvent.LEAVE, f"on leave from {m.request.effective_on}, by notice")

    def verb(self, m: Matter) -> str:
        """What the sender does."""
        return "gives notice of the leave of"

    def approval(self, m: Matter) -> type[Answer]:
        """The days of the leave; once the day of return has come, what follows."""
        if _over(m):
            return ReturnAnswer
        on, back = m.request.effective_on, m.request.returns_on
        days = {"starts_on": on.isoformat() if on else "", "returns_on": back.isoformat() if back else ""}
        return preset(LeaveAnswer, **days)

    def decide(self, s: Sitting) -> None:
        """Confirm the days, or decide on the return."""
        said = s.given["decision"]
        if said == "confirm":
            self._confirm(s)
        elif said == EXTEND:
            self._extend(s)
        elif said == STAYS_AWAY:
            self._stays_away(s)
        else:
            s.decide(said, self.clause)
            s.move(Event.APPROVE, self.clause)

    def _confirm(self, s: Sitting) -> None:
        on, back = _day(s.given["starts_on"]), _day(s.given["returns_on"])
        if on is None or back is None or back <= on:
            sentence = "Please enter the first day of the leave and a later day of return as YYYY-MM-DD."
            refused(s, [Finding(self.clause, "leave_days_missing", Effect.BAR, sentence)])
            return
        s.request.effective_on, s.request.returns_on = on, back
        s.session.add(s.request)
        s.session.flush()
        s.decide("confirm", self.clause)
        s.move(Event.APPROVE, self.clause, {"first_day": on.isoformat(), "until": back.isoformat()})

    def _extend(self, s: Sitting) -> None:
        until = _day(s.given["until"])
        if until is None or until <= s.today:
            sentence = "Please enter the new day of return, which is to come, as YYYY-MM-DD."
            refused(s, [Finding(self.clause, "return_not_to_come", Effect.BAR, sentence)])
            return
        s.request.returns_on = until
        account = subject.account_of(s)
        if account:
            account.returns_on = until
            s.session.add(account)
        s.session.add(s.request)
        s.session.flush()
        s.decide(EXTEND, self.clause)
        s.move(Event.APPROVE, self.clause, {"until": until.isoformat()})

    def _stays_away(self, s: Sitting) -> None:
        """A departure begins on a case of its own; the account stays disabled all the while."""
        old = s.request
        new = requests.open_new(
            s.session,
            kind=Kind.DEPARTURE,
            requester_email=old.requester_email,
            requester_name=old.requester_name,
            subject=old.subject,
            at=utc_now().astimezone(s.config.zone),
        )
        new.provider_key, new.person_id, new.account_id = old.provider_key, old.person_id, old.account_id
        new.staff_name, new.staff_name_key = old.staff_name, old.staff_name_key
        new.sender_accepted_by, new.effective_on = s.by, s.today
        new.mail_text = f"{old.staff_name} does not return from leave ({old.number})."
        s.session.add(new)
        s.session.flush()
        s.decide(f"does not return: {new.number}", self.clause)
        s.move(Event.VOID, self.clause, {"because": new.number})

    def provision(self, m: Matter) -> None:
        """Wait for the first day; then the account is off until the day of return; then give it back, when decided."""
        on, back, request = m.request.effective_on, m.request.returns_on, m.request
        assert on is not None
        assert back is not None
        if _last_outcome(m) == RETURNS:
            self._give_back(m)
            return
        if on > m.today and notices.of_case(m.session, request).acted_at is None:
            self._wait(m, on)
            return
        ending.act(m, AccountEvent.LEAVE, f"on leave from {on}, by notice")
        letters.access_paused(m.session, m.config, request)
        self._wait(m, back)

    def _wait(self, m: Matter, day: date) -> None:
        m.request.due_on = day
        m.session.add(m.request)
        m.session.flush()
        advance(m.session, m.request, Event.SCHEDULE, by="correquests", clause=self.clause)

    def _give_back(self, m: Matter) -> None:
        """Enable again: the directory follows; where there is none, IT does it by ticket."""
        account = subject.account_of(m)
        assert account is not None
        if account.state is AccountState.ON_LEAVE:
            why = f"back from leave, decided on {m.today}"
            case = m.request.number
            change(m.session, account, AccountEvent.RETURN, by="correquests", clause=self.clause, reason=why, case=case)
            account.returns_on = None
            m.session.add(account)
        if m.config.directory is DirectoryKind.NONE and account.state is AccountState.ACTIVE:
            account.directory_due = False  # the ticket is how IT follows
            tickets.open_one(m.session, m.config, m.request, account, "enable_account")
            advance(m.session, m.request, Event.SUBMIT, by="correquests", clause=self.clause)
            return
        self._tell_back(m)

    def _tell_back(self, m: Matter) -> None:
        person, account = subject.person_of(m), subject.account_of(m)
        assert person is not None
        assert account is not None
        letters.access_restored(m.session, m.config, m.request, person, account)
        advance(m.session, m.request, Event.CONFIRM, by="correquests", clause=self.clause)

    def fulfil(self, config: Settings, request_id: str) -> None:
        """IT has enabled the account again."""
        with transaction(config.database_url) as session:
            request, ticket = requests.get(session, request_id), ticket_of(session, request_id)
            if request.state is State.WITH_IT and ticket and ticket.state is TicketState.CLOSED:
                self._tell_back(matter(session, config, request))

    def come_due(self, m: Matter) -> None:
        """The first day: go on. The day of return: ask."""
        if notices.of_case(m.session, m.request).acted_at is None:
            super().come_due(m)
            return
        advance(m.session, m.request, Event.REVIEW, by="correquests", clause=self.clause)
        sentence = f"The leave of {m.request.staff_name} ends today. The account stays disabled until you decide."
        tell_managers(m, [Finding(self.clause, "return_due", Effect.FLAG, sentence)])

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account, the days, and how late the notice came."""
        back = m.request.returns_on
        return [*super().facts(m), *ending.measured(m), ("Returns on", str(back or "not told"))]


def _away(m: Matter) -> bool:
    """Whether the leave has begun in the registry."""
    notice = notices.known(m.session, m.request)
    return bool(notice and notice.acted_at)


def _over(m: Matter) -> bool:
    """Whether the leave has begun, was confirmed, and its day of return has come: a person decides what follows."""
    confirmed = any(d.outcome in ("confirm", EXTEND) for d in requests.decisions(m.session, m.request.id))
    return _away(m) and confirmed


def _last_outcome(m: Matter) -> str:
    given = requests.decisions(m.session, m.request.id)
    return given[-1].outcome if given else ""


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
