"""A change of access (III.B.1, III.B.3.a): approved by the contract manager, done by IT, and only then on record.

More access rests on a signed Consent Form on file; entry of data on ACCD 1.7.200.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from db import accounts, requests
from db.lifecycle import Event, State, advance
from db.models import Entitlement, Kind, Provider, TicketState
from db.session import transaction
from db.tickets import of_request as ticket_of
from tasks import access_notices as letters
from tasks import exhibits, tickets
from tasks.people import record_clearance
from tasks.policy import assess_account
from tasks.policy.account_case import AccountCase
from tasks.policy.findings import Effect, Finding
from tasks.questions import Answer, ChangeAnswer
from tasks.roads import subject
from tasks.roads.about_account import AboutAccount, refused, unbiased
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting, matter


class Change(AboutAccount):
    """An account may do more, or less, than before."""

    clause = "III.B.1"
    kind = Kind.CHANGE
    asked: Mapping[State, str] = {**AboutAccount.asked, State.AWAITING_APPROVAL: "May the access be changed?"}

    def case(self, m: Matter, wanted: str = "") -> AccountCase:
        """What the clauses are given; `wanted` is what the answer grants, empty for what is asked."""
        return subject.facts(m, wanted=wanted or subject.wanted(m))

    def assess(self, m: Matter) -> list[Finding]:
        """The clauses on what is asked."""
        return assess_account(self.kind, self.case(m), m.today)

    def verb(self, m: Matter) -> str:
        """What the sender does."""
        return "asks for a change of the access of"

    def approval(self, m: Matter) -> type[Answer]:
        """Approve, at the level that is asked or another."""
        return ChangeAnswer

    def decide(self, s: Sitting) -> None:
        """Hold what would be granted against the clauses once more, and approve."""
        said = s.given["entitlement"]
        case = self.case(s, "" if said == "as requested" else said)
        try:
            cleared = date.fromisoformat(s.given["clearance_on"]) if s.given["clearance_on"] else None
        except ValueError:
            s.refuse(f"“{s.given['clearance_on']}” is not a day. Please write the clearance as YYYY-MM-DD.")
            return
        granted = replace(case, cleared_on=cleared or case.cleared_on)
        notes = assess_account(self.kind, granted, s.today)
        if refused(s, [unbiased(s), *(n for n in notes if n.effect is not Effect.FLAG)]):
            return
        person = subject.person_of(s)
        assert person is not None
        record_clearance(s.session, s.request, person, cleared, s.by)
        s.request.entitlement = Entitlement(granted.wanted.upper())
        s.session.add(s.request)
        s.session.flush()
        s.decide("approve", self.clause, notes)
        s.move(Event.APPROVE, self.clause, {"entitlement": granted.wanted})

    def provision(self, m: Matter) -> None:
        """Ask IT; nothing changes on record before it is done (III.B.2.d)."""
        account = subject.account_of(m)
        assert account is not None
        tickets.open_one(m.session, m.config, m.request, account, "change_account", entitlement=m.request.entitlement)
        advance(m.session, m.request, Event.SUBMIT, by="correquests", clause="III.B.2.d")

    def fulfil(self, config: Settings, request_id: str) -> None:
        """IT has done it: the account is changed on record, and both are told."""
        with transaction(config.database_url) as session:
            request, ticket = requests.get(session, request_id), ticket_of(session, request_id)
            if request.state is not State.WITH_IT or ticket is None or ticket.state is not TicketState.CLOSED:
                return
            m = matter(session, config, request)
            account, person = subject.account_of(m), subject.person_of(m)
            assert account is not None
            assert person is not None
            if request.entitlement and request.entitlement is not account.entitlement:
                accounts.set_entitlement(session, request, account, request.entitlement)
            left = self.done(m)
            letters.access_changed(session, config, request, account, person, m.provider, left)
            advance(session, request, Event.CONFIRM, by="correquests", clause="III.B.2.d")

    def done(self, m: Matter) -> Provider | None:
        """What else is on record once IT has done it; the facility that is left."""
        return None

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """The account, and what is asked."""
        asked = {"view": "View offender information", "enter": "Enter and modify offender information"}
        wanted = asked.get(self.case(m).wanted, "not said")
        signed = "on file" if subject.consent_on_file(m) else "not on file"
        return [*super().facts(m), ("Access asked for", exhibits.plain(wanted)), ("Consent Form in ink", signed)]
