"""An account is suspended: what is true right after the click, and what nobody can do any more (III.C.6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from db import accounts, audit, credentials, orders
from db.account_life import AccountEvent, AccountState, change
from db.columns import utc_now
from db.lifecycle import State
from db.models import (
    Account,
    Audit,
    Credential,
    CredentialState,
    DirectoryEntry,
    Kind,
    Outbox,
    Person,
    Request,
    Secret,
    SuspensionOrder,
    Ticket,
)
from tasks import at_once, directory_sync, suspending
from tasks.accounts import fulfil
from tasks.adapters.directory.local import LocalDirectory
from tasks.approval import take_answer
from tasks.mail import send_one
from tests.factories import JANE, LAURA, NEXUS, access, consent
from tests.tasks.mail_server import Server, running
from tests.tasks.office import DEPUTY, MANAGER, MARIA, Office, parsed, text_of
from tests.tasks.safety import entry, in_use

WHY = "She gave her password to a resident."


@pytest.fixture
def server(office: Office) -> Iterator[Server]:
    with running() as made:
        office.set(smtp_host="127.0.0.1", smtp_port=made.port, smtp_tls="none")
        yield made


def suspend(office: Office, whom: str = "CX10001", by: str = MANAGER, reason: str = WHY) -> suspending.Outcome:
    """As the page does at the click."""
    return at_once.suspend(office.config, suspending.order(office.config, whom, reason, by))


def violation(office: Office) -> Request:
    return next(r for r in office.rows(Request) if r.kind is Kind.VIOLATION)


class TestOneTransaction:
    def test_everything_is_true_after_the_click(self, office: Office) -> None:
        in_use(office)
        assert entry(office).enabled
        done = suspend(office)
        assert done.suspended
        assert not entry(office).enabled
        account, case = office.account(), violation(office)
        assert (account.state, account.directory_due) == (AccountState.SUSPENDED, False)
        assert WHY not in account.state_reason
        assert [c.state for c in office.rows(Credential)] == [CredentialState.VOID]
        assert (case.state, case.restricted, case.account_id) == (State.UNDER_SUSPENSION, True, account.id)
        assert (case.provider_key, case.staff_name) == (NEXUS.key, JANE.name)
        (ticket,) = [t for t in office.rows(Ticket) if t.action == "disable_account"]
        (letter,) = office.letters("ticket-disable")
        assert "URGENT" in letter.subject
        assert letter.urgent
        assert str(letter.delivery) == "SENT"
        (box,) = [m for m in office.delivered("it-desk@mt.example") if "URGENT" in str(m["Subject"])]
        assert "end every open session" in box.as_string().replace("=\n", "")
        assert ticket.request_id == account.request_id, "the ticket is not the restricted case's"

    def test_the_audit_says_who_and_under_which_clause(self, office: Office) -> None:
        in_use(office)
        suspend(office, by=DEPUTY)
        with office.session() as session:
            assert audit.verify(session) is None
            links = audit.of_subject(session, "CX10001")
        (link,) = [x for x in links if x.action == "account.suspend"]
        case = violation(office)
        assert (link.actor, link.clause, link.detail["case"]) == (DEPUTY, "III.C.6", case.number)
        decided = [x for x in office.links(case.id) if x.action == "decision.suspension"]
        assert [(x.actor, x.detail["reason"]) for x in decided] == [(DEPUTY, WHY)]
        others = [a for a in office.rows(Audit) if a.subject != case.number]
        assert not [a for a in others if WHY in str(a.detail)], "the reason stands in the restricted case alone"

    def test_nothing_of_the_case_is_mailed(self, office: Office) -> None:
        in_use(office)
        before = len(office.letters())
        suspend(office)
        written = office.letters()[before:]
        assert {w.purpose for w in written} == {"ticket-disable", "restricted-case"}
        for letter in written:
            text = parsed(letter.raw).as_string()
            assert "password to a resident" not in text
        (told,) = [w for w in written if w.purpose == "restricted-case"]
        assert MARIA in told.recipients
        assert len(told.recipients) == 2
        assert JANE.name not in text_of(told)

    def test_a_second_click_changes_nothing(self, office: Office) -> None:
        in_use(office)
        suspend(office)
        again = suspend(office, by=DEPUTY)
        assert not again.suspended
        assert "already" in again.sentence
        assert len([r for r in office.rows(Request) if r.kind is Kind.VIOLATION]) == 1
        assert len([t for t in office.rows(Ticket) if t.action == "disable_account"]) == 1

    def test_an_order_is_carried_out_once(self, office: Office) -> None:
        in_use(office)
        order = suspending.order(office.config, "CX10001", WHY, MANAGER)
        first, second = (suspending.carry_out_order(office.config, order) for _ in range(2))
        assert first == second
        assert first.suspended
        with office.session() as session:
            assert orders.open_ones(session) == []

    def test_the_net_carries_out_what_nobody_did(self, office: Office) -> None:
        in_use(office)
        suspending.order(office.config, "CX10001", WHY, MANAGER)
        at_once.net(office.config)
        assert not entry(office).enabled
        assert office.rows(SuspensionOrder)[0].suspended
        assert [str(x.delivery) for x in office.letters("ticket-disable")] == ["SENT"]


NAMED = [("  cx10001 ", True, 0), ("Doe, Jane", True, 0), ("Jane Do", False, 1), ("Nobody Atall", False, 0)]


@pytest.mark.parametrize(("said", "suspended", "candidates"), NAMED)
def test_whose_account_is_meant(office: Office, said: str, suspended: bool, candidates: int) -> None:
    in_use(office)
    assert suspend(office, said).suspended is suspended
    (order,) = office.rows(SuspensionOrder)
    assert len(order.candidates) == candidates
    assert entry(office).enabled is not suspended
    assert len([r for r in office.rows(Request) if r.kind is Kind.VIOLATION]) == suspended


REFUSED = [
    ("vlindqvist", WHY, "Only an approver"),
    ("ghost", WHY, "Only an approver"),
    ("service", WHY, "Only an approver"),
    (MANAGER, "  ", "say in a few words why"),
]


@pytest.mark.parametrize(("by", "reason", "sentence"), REFUSED)
def test_a_refusal_says_why_and_changes_nothing(office: Office, by: str, reason: str, sentence: str) -> None:
    in_use(office)
    done = suspend(office, by=by, reason=reason)
    assert not done.suspended
    assert sentence in done.sentence
    assert office.account().state is AccountState.ACTIVE
    assert entry(office).enabled


STATES = [
    (AccountEvent.LOCK, True, ""),
    (AccountEvent.LEAVE, True, ""),
    (AccountEvent.DISABLE, False, "disabled already"),
    (AccountEvent.SUSPEND, False, "suspended already"),
]


@pytest.mark.parametrize(("event", "suspended", "sentence"), STATES)
def test_whatever_state_the_account_is_in(office: Office, event: AccountEvent, suspended: bool, sentence: str) -> None:
    in_use(office)
    with office.session() as session:
        account = session.exec(select(Account)).one()
        change(session, account, event, by="x", clause="III.C.3", reason="x")
    done = suspend(office)
    assert done.suspended is suspended
    assert sentence in done.sentence


def twin(office: Office, event: AccountEvent | None = None) -> None:
    """A second Jane Doe with an account, at the same facility."""
    with office.session() as session:
        first = session.exec(select(Account)).one()
        case = session.get_one(Request, first.request_id)
        other = Request(**{**case.model_dump(), "id": "other", "number": "CR-2026-009999", "person_id": None})
        person = Person(given_name="Jane", family_name="Doe", name_key="doe jane", email="jane.doe2@nexus.example")
        session.add_all([other, person])
        session.flush()
        assert person.id is not None
        account = Account(
            person_id=person.id, request_id="other", user_name="CX10002", entitlement=first.entitlement,
            state=AccountState.ACTIVE, issued_at=utc_now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        if event:
            change(session, account, event, by="x", clause="III.B.3", reason="left")


def test_of_two_people_of_that_name_neither_is_suspended_by_it(office: Office) -> None:
    in_use(office)
    twin(office)
    done = suspend(office, "Jane Doe")
    assert not done.suspended
    (order,) = office.rows(SuspensionOrder)
    assert [c[0] for c in order.candidates] == ["CX10001", "CX10002"]
    assert all("Nexus" in c[1] for c in order.candidates)
    assert suspend(office, "CX10002").suspended
    assert entry(office).enabled


def test_a_namesake_whose_account_is_disabled_is_not_in_the_way(office: Office) -> None:
    in_use(office)
    twin(office, AccountEvent.DISABLE)
    assert suspend(office, "Jane Doe").suspended
    assert not entry(office).enabled


class TestWhatWasUnderWay:
    def test_a_request_that_awaits_approval_is_stopped_and_the_approver_learns_it(self, office: Office) -> None:
        in_use(office)
        waiting = office.assessed(LAURA, consent(), access(action="change"))
        assert office.case(waiting).state is State.AWAITING_APPROVAL
        asking = office.case(waiting).asking
        office.mark_sent()
        suspend(office)
        case = office.case(waiting)
        assert case.state is State.CLOSED
        assert "suspended" in case.problem
        before = len(office.rows(Account))
        given = {"decision": "approve", "entitlement": "enter", "clearance_on": "2026-11-01", "reason": ""}
        take_answer.fn(waiting, asking, given, MANAGER)
        assert office.case(waiting).state is State.CLOSED
        assert len(office.rows(Account)) == before
        (told,) = office.letters("request-stopped")
        assert told.recipients == [LAURA.email]
        for word in ("suspen", "violat", "III.C.6", JANE.name):
            assert word not in text_of(told)
        (manager,) = office.letters("restricted-case")
        assert case.number in text_of(manager)

    def test_a_request_of_somebody_else_of_that_name_goes_on(self, office: Office) -> None:
        in_use(office)
        waiting = office.assessed(LAURA, consent(), access(email="another.jane@nexus.example"))
        suspend(office)
        assert office.case(waiting).state is not State.CLOSED

    def test_a_first_account_that_it_is_making_never_comes_to_life(self, office: Office) -> None:
        request_id = office.with_it()
        assert suspend(office).suspended
        assert office.case(request_id).state is State.CLOSED
        office.desk_says("Done. INC0012345")
        fulfil.fn(request_id)
        assert office.account().state is AccountState.SUSPENDED
        assert office.rows(Credential) == []
        assert not [e for e in office.rows(DirectoryEntry) if e.enabled]

    def test_an_open_link_is_gone(self, office: Office) -> None:
        office.fulfilled()
        (credential,) = office.rows(Credential)
        assert credential.id is not None
        with office.session() as session:
            link = credentials.arm(session, credential.id, Secret.LINK)
            code = credentials.arm(session, credential.id, Secret.CODE)
        suspend(office)
        with office.session() as session:
            said = credentials.claim(session, link, code, utc_now(), 5)
        assert isinstance(said, credentials.Refused)
        assert said.reason is credentials.Refusal.VOID

    def test_a_link_that_escaped_is_refused_by_the_account(self, office: Office) -> None:
        """Even were a credential left open, an account that is not active shows no password."""
        office.fulfilled()
        (credential,) = office.rows(Credential)
        assert credential.id is not None
        with office.session() as session:
            link = credentials.arm(session, credential.id, Secret.LINK)
            code = credentials.arm(session, credential.id, Secret.CODE)
            account = session.exec(select(Account)).one()
            change(session, account, AccountEvent.SUSPEND, by="x", clause="III.C.6", reason="x")
        with office.session() as session:
            said = credentials.claim(session, link, code, utc_now(), 5)
        assert isinstance(said, credentials.Refused)
        assert said.reason is credentials.Refusal.VOID

    def test_a_mail_with_the_password_does_not_go_out_on_its_second_try(self, office: Office, server: Server) -> None:
        office.set(credential_delivery="mail")
        office.fulfilled()
        row = next(r for r in office.letters() if r.secret is Secret.PASSWORD)
        assert row.id is not None
        server.refuse = {"*"}
        assert "not sent" in send_one.fn(row.id)
        server.refuse = set()
        suspend(office)
        office.later(4000)
        assert "not sent, its credential" in send_one.fn(row.id)
        assert not entry(office).enabled


class TestWithoutIt:
    def test_a_directory_that_is_down_delays_nothing_but_itself(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_use(office)
        office.set(
            directory="ldap", ldap_kind="openldap", ldap_host="localhost", ldap_port=1, ldap_tls="starttls",
            ldap_user="cn=x", ldap_password="x", ldap_base="dc=x", ldap_timeout_seconds=1,
        )  # fmt: skip
        assert suspend(office).suspended
        account = office.account()
        assert (account.state, account.directory_due) == (AccountState.SUSPENDED, True)
        assert [str(x.delivery) for x in office.letters("ticket-disable")] == ["SENT"]
        office.set(directory="local")
        assert directory_sync.follow(office.config) == 1
        assert not entry(office).enabled

    def test_without_a_directory_the_urgent_ticket_is_the_only_one(self, office: Office) -> None:
        office.fulfilled()
        office.set(directory="none")
        assert suspend(office).suspended
        assert directory_sync.follow(office.config) == 0
        (letter,) = office.letters("ticket-disable")
        assert "URGENT" in letter.subject
        assert str(letter.delivery) == "SENT"

    def test_a_mail_server_that_is_down_leaves_the_ticket_for_the_net(self, office: Office, server: Server) -> None:
        in_use(office)
        server.refuse = {"*"}
        assert suspend(office).suspended
        assert not entry(office).enabled
        assert [str(x.delivery) for x in office.letters("ticket-disable")] == ["PENDING"]
        server.refuse = set()
        office.later(60)
        at_once.net(office.config)
        assert [str(x.delivery) for x in office.letters("ticket-disable")] == ["SENT"]

    def test_what_is_urgent_overtakes_a_backlog(self, office: Office) -> None:
        in_use(office)
        office.assessed(LAURA, consent(NEXUS.member("Raman")))
        suspend(office)
        waiting = [r for r in office.rows(Outbox) if str(r.delivery) == "PENDING"]
        assert waiting, "the other mail still waits"
        assert {r.urgent for r in waiting} == {False}


def test_an_enabling_that_comes_late_is_taken_back(office: Office) -> None:
    """The directory was about to be told `enabled` when the suspension overtook it."""
    in_use(office)
    with office.session() as session:
        account = session.exec(select(Account)).one()
        account.directory_due = True
        session.add(account)
    account_id = office.account().id
    assert account_id is not None
    suspend(office)
    LocalDirectory(office.url).enable("CX10001")  # the late word
    with office.session() as session:
        assert not accounts.directory_done(session, account_id, AccountState.ACTIVE)
    assert directory_sync.follow(office.config) == 1
    assert not entry(office).enabled
