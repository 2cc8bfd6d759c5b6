"""Departure and termination (III.B.3): a notice ends access; the contract manager completes the form.

A provider's copy of that form is a notice, and not the form (settled question A17). A termination ends access when its
notice is assessed; any other departure on its day, also when nobody has answered by then. Who works at another facility
too keeps the account for that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, create_model

from db import notices, papers, register, requests
from db.account_life import AccountEvent, AccountState
from db.lifecycle import Event, State, advance
from db.models import Kind, TicketState
from db.session import transaction
from db.tickets import of_request as ticket_of
from forms.blank.fill import fill
from forms.schema import DEPARTING_EMPLOYEE, FormKind
from tasks import access_notices as letters
from tasks import exhibits, tickets
from tasks.policy import assess_account, iii_b_3_b
from tasks.policy.findings import Finding
from tasks.questions import LOOK_AGAIN, SEND_BACK, Answer
from tasks.roads import ending, subject
from tasks.roads.about_account import AboutAccount, refused, reject
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting, matter

DAY = r"^$|^\d{4}-\d{2}-\d{2}$"
TICKET = "departing_employee"


class Departure(AboutAccount):
    """Somebody has left, or no longer needs access."""

    clause = "III.B.3.b"
    kind = Kind.DEPARTURE
    asked: Mapping[State, str] = {**AboutAccount.asked, State.AWAITING_APPROVAL: "Complete the Departing Employee form"}

    def days(self, m: Matter) -> None:
        """The day by the form, else by the mail; whether the form says terminated; whether summaries are written."""
        notice, form = notices.of_case(m.session, m.request), papers.of_request(m.session, m.request.id)
        paper = form.get(FormKind.DEPARTING_EMPLOYEE)
        if paper:
            m.request.terminated = m.request.terminated or paper.value("reason") == "terminated"
            notice.reason, notice.summaries = paper.value("reason"), paper.value("summaries_written")
            notice.event_on = _day(paper.value("last_day")) or notice.event_on
            m.request.effective_on = _day(paper.value("disable_on")) or notice.event_on or m.request.effective_on
        else:
            m.request.effective_on = m.request.effective_on or subject.dates(m).on
        notice.event_on = notice.event_on or m.request.effective_on
        notice.reason = "terminated" if m.request.terminated else notice.reason or "left"
        m.session.add(notice)

    def assess(self, m: Matter) -> list[Finding]:
        """The clauses, with the facilities where the person goes on working."""
        return assess_account(self.kind, subject.facts(m, elsewhere=_elsewhere(m)), m.today)

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """End access at once when it is due, and tell the sender what happens."""
        if m.request.state is State.AWAITING_APPROVAL:
            self.end_if_due(m)
            ending.tell_noted(m, _names(m, _elsewhere(m)))

    def end_if_due(self, m: Matter) -> None:
        """Disable the account when its day has come, whoever must still answer; not one that another facility needs."""
        if ending.is_due(m) and not _elsewhere(m):
            ending.act(m, AccountEvent.DISABLE, _why(m))

    def verb(self, m: Matter) -> str:
        """What the sender does."""
        return f"gives notice of the {'termination' if m.request.terminated else 'departure'} of"

    def approval(self, m: Matter) -> type[Answer]:
        """The Departing Employee form as far as the registry knows it; name, user ID and facility are its own."""
        notice, today = notices.known(m.session, m.request), m.today.isoformat()
        last = (notice.event_on if notice else None) or m.request.effective_on
        ends = m.today if m.request.terminated else m.request.effective_on
        reason = "terminated" if m.request.terminated else (notice.reason if notice else "") or "left"
        choices = {name: DEPARTING_EMPLOYEE.field(name).choices for name in ("reason", "summaries_written")}
        summaries = choices["summaries_written"].get(notice.summaries if notice else "", "not known yet")
        restore = ["wrong notice: restore access"] if _ended_here(m) else []
        asked: dict[str, Any] = {
            "decision": (
                Literal["submit the form", *restore, "reject", SEND_BACK, LOOK_AGAIN],
                Field(
                    title="Departing Employee form",
                    description="Submitted, it goes to IT as the form directs. Send back asks the requester what you "
                    "write as the reason; access ends on its day all the same.",
                ),
            ),
            "position": (str, Field(default=subject.last_position(m), title="Position")),
            "last_day": (str, _date("Last day worked", last.isoformat() if last else "")),
            "why": (
                Literal[*[w for k, w in choices["reason"].items() if k != "leave"]],
                Field(default=choices["reason"].get(reason, "Left the facility"), title="Reason"),
            ),
            "disable_on": (str, _date("Disable access on", ends.isoformat() if ends else today)),
            "summaries_written": (
                Literal["not known yet", *choices["summaries_written"].values()],
                Field(
                    default=summaries,
                    title="Case notes and termination summaries",
                    description="A case manager writes a summary before leaving. Ask, when it is not known.",
                ),
            ),
            "remarks": (str, Field(default="", title="Remarks", max_length=500)),
            "reason": (
                str,
                Field(default="", title="Reason", description="Needed to reject or send back; sent to the requester."),
            ),
        }
        return create_model("DepartureAnswer", __base__=Answer, **asked)

    def decide(self, s: Sitting) -> None:
        """Complete the form, or take a wrong notice back."""
        if s.given["decision"] != "submit the form":
            _take_back(s)
            return
        last, ends = _day(s.given["last_day"]), _day(s.given["disable_on"])
        said = s.given["why"]
        reason = next(k for k, w in DEPARTING_EMPLOYEE.field("reason").choices.items() if w == said)
        terminated = reason == "terminated"
        if refused(s, [iii_b_3_b.form_complete(last, ends, terminated=terminated, today=s.today)]):
            return
        assert last is not None
        assert ends is not None
        notice = notices.of_case(s.session, s.request)
        notice.reason, notice.event_on = reason, last
        written = DEPARTING_EMPLOYEE.field("summaries_written").choices
        notice.summaries = next((k for k, w in written.items() if w == s.given["summaries_written"]), "")
        s.request.terminated, s.request.effective_on = terminated, ends
        notice.form_values = _values(s, notice.summaries, reason, last, ends)
        notice.form = fill(FormKind.DEPARTING_EMPLOYEE, notice.form_values, flat=True)
        s.session.add_all([notice, s.request])
        s.session.flush()
        s.decide("form submitted", self.clause)
        s.move(Event.APPROVE, self.clause, {"disable_on": ends.isoformat(), "last_day": last.isoformat()})

    def provision(self, m: Matter) -> None:
        """On its day: the account is disabled, the form goes to IT; the work at this facility ends."""
        day = m.request.effective_on
        assert day is not None
        if day > m.today and not m.request.terminated:
            m.request.due_on = day
            m.session.add(m.request)
            m.session.flush()
            advance(m.session, m.request, Event.SCHEDULE, by="correquests", clause=self.clause)
            return
        elsewhere, account = _elsewhere(m), subject.account_of(m)
        self.end_if_due(m)
        notice = notices.of_case(m.session, m.request)
        if m.request.person_id and m.request.provider_key:
            last = min(notice.event_on or m.today, m.today)
            key, number = m.request.provider_key, m.request.number
            register.leave_facility(m.session, m.request.person_id, key, last, "correquests", number)
        if account is None or elsewhere or account.state is AccountState.REMOVED:
            letters.access_ended(m.session, m.config, m.request, notice, kept=_names(m, elsewhere))
            advance(m.session, m.request, Event.CONFIRM, by="correquests", clause=self.clause)
            return
        paper = (f"Departing Employee {m.request.number}.pdf", "application/pdf", notice.form)
        tickets.open_one(m.session, m.config, m.request, account, TICKET, papers=[paper])
        advance(m.session, m.request, Event.SUBMIT, by="correquests", clause=self.clause)

    def fulfil(self, config: Settings, request_id: str) -> None:
        """IT has done what the form says: the last notice."""
        with transaction(config.database_url) as session:
            request, ticket = requests.get(session, request_id), ticket_of(session, request_id)
            if request.state is not State.WITH_IT or ticket is None or ticket.state is not TicketState.CLOSED:
                return
            m = matter(session, config, request)
            notice = notices.of_case(session, request)
            assert ticket.closed_at is not None
            ending.confirm(session, m, ticket.closed_at)  # unless the directory was first
            letters.access_ended(session, config, request, notice, kept="")
            advance(session, request, Event.CONFIRM, by="correquests", clause=self.clause)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account, what was told, and how late."""
        notice = notices.known(m.session, m.request)
        written = DEPARTING_EMPLOYEE.field("summaries_written").choices
        rows = [*super().facts(m), *ending.measured(m)]
        if notice:
            reasons = DEPARTING_EMPLOYEE.field("reason").choices
            rows.append(("Reason", reasons.get(notice.reason, "not told")))
            rows.append(("Case notes and summaries", written.get(notice.summaries, "not known yet")))
        if notice and notice.form:
            rows.append(("The form", f"[Departing Employee form](/evidence/forms/{m.request.number})"))
        return rows


def _take_back(s: Sitting) -> None:
    """The notice was wrong: give the access back that this case ended, with a reason (III.B.1)."""
    if not s.reason:
        reject(s)  # says that a reason is needed
        return
    if not ending.restore(s, s.by, f"the notice {s.request.number} was wrong"):
        s.refuse("This case has not ended the access, or it was changed since. Reject the notice instead.")
        return
    reject(s)


def _elsewhere(m: Matter) -> tuple[str, ...]:
    """Keys of other facilities where the person goes on working (A27)."""
    return tuple(key for key in subject.facilities(m) if key != m.request.provider_key)


def _names(m: Matter, keys: tuple[str, ...]) -> str:
    return " and ".join(exhibits.provider_name(register.provider_named(m.session, key)) for key in keys)


def _ended_here(m: Matter) -> bool:
    account = subject.account_of(m)
    return bool(account and account.state is AccountState.DISABLED and account.state_case == m.request.number)


def _why(m: Matter) -> str:
    if m.request.terminated:
        return "employment terminated, by notice"
    return f"departed on {m.request.effective_on}, by notice"


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _date(title: str, default: str) -> Any:
    return Field(default=default, title=title, description="YYYY-MM-DD.", pattern=DAY)


def _values(s: Sitting, summaries: str, reason: str, last: date, ends: date) -> dict[str, str]:
    """What stands on the finished form."""
    account = subject.account_of(s)
    values = {
        "staff_name": s.request.staff_name,
        "user_id": (account.user_name or "not issued") if account else "none",
        "position": str(s.given["position"]).strip(),
        "provider": exhibits.provider_name(s.provider),
        "last_day": f"{last:%m/%d/%Y}",
        "reason": reason,
        "disable_on": f"{ends:%m/%d/%Y}",
        "remarks": str(s.given["remarks"]).strip(),
        "contract_manager": s.who.user.name + (f" for {s.who.on_behalf_of}" if s.who.on_behalf_of else ""),
        "date": f"{s.today:%m/%d/%Y}",
    }
    return values | ({"summaries_written": summaries} if summaries else {})
