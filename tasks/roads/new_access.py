"""New access (III.B.2): papers, approval, user ID and ticket, and then everybody is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from db import accounts, credentials, papers, requests
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Account, Entitlement, Person, Provider, TicketState
from db.session import transaction
from db.tickets import of_request as ticket_of
from forms.schema import FormKind, Role
from tasks import casefile, doubts, exhibits, notices, tickets, wiring
from tasks.people import person_for, record_clearance
from tasks.policy import Approver, approval_problems, assess
from tasks.policy.findings import Finding
from tasks.policy.names import name_key
from tasks.questions import LOOK_AGAIN, Answer, ApprovalAnswer
from tasks.settings import Settings, UserIdMode
from tasks.sitting import Matter, Sitting


class NewAccess:
    """The first road: a person gets an account."""

    clause = "III.B.2"
    asked: Mapping[State, str] = {}

    def refresh(self, m: Matter) -> None:
        """Name and provider may have become known, or been corrected, since the request was opened."""
        forms = papers.of_request(m.session, m.request.id)
        m.request.staff_name = casefile.staff_name(forms) or m.request.staff_name
        m.request.staff_name_key = name_key(m.request.staff_name)
        provider = casefile.provider_of(m.session, m.request, forms, m.today)
        m.request.provider_key = provider.key if provider else None

    def assess(self, m: Matter) -> list[Finding]:
        """Every clause on the papers."""
        return assess(casefile.build(m.session, m.request, m.config, m.today), m.today)

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """Nothing is done before approval."""

    def form(self, m: Matter) -> type[Answer]:
        """What the scan says, or whether access is approved."""
        if m.request.state is State.IN_DOUBT:
            return doubts.form(m, casefile.build(m.session, m.request, m.config, m.today))
        return ApprovalAnswer

    def settle(self, s: Sitting) -> None:
        """A doubt about the scan, or the approval."""
        if s.request.state is State.IN_DOUBT:
            doubts.settle(s)
        elif s.given["decision"] == LOOK_AGAIN:
            s.move(Event.SUPPLEMENT, "III.B.2")
        else:
            self._approval(s)

    def _approval(self, s: Sitting) -> None:
        case = casefile.build(s.session, s.request, s.config, s.today)
        wanted = s.given["entitlement"]
        if wanted == "as requested":
            wanted = case.access.entitlement if case.access else ""
        try:
            cleared = date.fromisoformat(s.given["clearance_on"]) if s.given["clearance_on"] else None
        except ValueError:
            s.refuse(f"“{s.given['clearance_on']}” is not a day. Please write the clearance as YYYY-MM-DD.")
            return
        problems = approval_problems(
            case,
            Approver(s.by, s.who.user.email, s.who.user.name),
            decision=s.given["decision"],
            entitlement=wanted,
            clearance_on=cleared,
            reason=s.reason,
            today=s.today,
        )
        if problems:
            s.refuse(" ".join(f"{p.sentence} ({p.clause})" for p in problems))
            return
        notes = assess(case, s.today)
        if s.given["decision"] == "reject":
            s.decide("reject", "III.B.1", notes)
            notices.rejected(s.session, s.config, s.request, s.reason, "III.B.1")
            s.move(Event.REJECT, "III.B.1")
            return
        person = person_for(s.session, s.request, case, s.today)
        record_clearance(s.session, s.request, person, cleared, s.by)
        s.request.entitlement = Entitlement(str(wanted).upper())
        s.session.add(s.request)
        s.session.flush()
        s.decide("approve", "III.B.1", notes)
        s.move(Event.APPROVE, "III.B.1", {"entitlement": str(s.request.entitlement)})

    def provision(self, m: Matter) -> None:
        """Take the user ID, open the ticket and write its mail (III.B.2.a, III.B.2.d)."""
        session, config, request = m.session, m.config, m.request
        user_name = None
        if config.user_id_mode is UserIdMode.ALLOCATE:
            user_name = accounts.allocate(session, config.user_id_format, config.user_id_first, config.user_id_last)
        assert request.person_id is not None
        account = accounts.request(
            session,
            case=request,
            person_id=request.person_id,
            entitlement=request.entitlement or Entitlement.VIEW,
            user_name=user_name,
            by="correquests",
        )
        tickets.open_one(session, config, request, account, "create_account")
        advance(session, request, Event.SUBMIT, by="correquests", clause="III.B.2.d")

    def fulfil(self, config: Settings, request_id: str) -> None:
        """The account is live, the submitter and the staff member are told (III.B.2.d)."""
        with transaction(config.database_url) as session:
            ticket, account = ticket_of(session, request_id), accounts.of_request(session, request_id)
        if ticket is None or account is None or ticket.state is not TicketState.CLOSED:
            return
        assert account.user_name is not None
        directory = wiring.directory(config)
        if directory and config.it_makes_entries:
            if problem := tickets.disagreement(directory, ticket, account.user_name):
                _dispute(config, request_id, problem)
                return
        elif directory:
            directory.create(account.user_name)
        with transaction(config.database_url) as session:
            request = requests.get(session, request_id)
            if request.state is not State.WITH_IT:
                return
            account = session.get_one(Account, account.id)
            accounts.activate(session, request, account)
            person, provider = (
                session.get_one(Person, account.person_id),
                session.get_one(Provider, request.provider_key),
            )
            credential = credentials.issue(session, account, config.credential_hours, utc_now()) if directory else None
            notices.access_implemented(session, config, request, account, person, provider, credential)
            notices.credentials(session, config, request, account, person, credential)
            advance(session, request, Event.CONFIRM, by="correquests", clause="III.B.2.d")

    def come_due(self, m: Matter) -> None:
        """New access waits for no day; one that was put off goes on."""
        advance(m.session, m.request, Event.DUE, by="correquests", clause=self.clause)

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """What the Access Request asks for."""
        return exhibits.asked_for(papers.of_request(m.session, m.request.id).get(FormKind.ACCESS_REQUEST))

    def in_short(self, m: Matter) -> str:
        """Who asks for whose access."""
        access = papers.of_request(m.session, m.request.id).get(FormKind.ACCESS_REQUEST)
        return exhibits.in_short(m.request, m.provider, access)

    def exhibits(self, m: Matter) -> dict[str, str]:
        """Both signatures of the Consent Form."""
        consent = papers.of_request(m.session, m.request.id).get(FormKind.CONSENT)
        if consent is None:
            return {}
        return {f"signature-{role}": exhibits.signature_text(m.session, consent, role) for role in Role}


def _dispute(config: Settings, request_id: str, problem: str) -> None:
    """IT said that the account is there, and the directory has none: the ticket is opened again."""
    with transaction(config.database_url) as session:
        request, ticket = requests.get(session, request_id), ticket_of(session, request_id)
        account = accounts.of_request(session, request_id)
        assert ticket is not None
        assert account is not None
        if request.state is State.WITH_IT and ticket.state is TicketState.CLOSED:
            tickets.dispute(session, config, request, account, ticket, problem)
