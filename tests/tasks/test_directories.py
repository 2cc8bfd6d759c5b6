"""The steps with a directory behind LDAP and with none: what is set, what IT is asked, what is checked."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlmodel import select

from db import account_life
from db.account_life import AccountEvent, AccountState
from db.lifecycle import State
from db.models import Account, Credential, Delivery, DirectoryEntry, Outbox, Secret, Ticket, TicketState
from tasks import desk_watch
from tasks.accounts import fulfil, ticket_closed
from tasks.directory_sync import follow
from tasks.mail import send_one
from tests.contract.ldap_workshop import SERVICE, connect, openldap
from tests.factories import JANE, LAURA
from tests.slapd import OPEN, PEOPLE, SERVICE_PASSWORD, Slapd
from tests.tasks.mail_server import Server, running
from tests.tasks.office import MARIA, Office, plain, text_of
from tests.tasks.test_outgoing import secret_in


def use_ldap(office: Office, slapd: Slapd, **more: object) -> None:
    """The settings of an operator; user IDs of this test's own, because the server outlives it."""
    values = {
        "directory": "ldap",
        "ldap_kind": "openldap",
        "ldap_host": "localhost",
        "ldap_port": slapd.ldaps,
        "ldap_ca_file": slapd.authority.ca_file,
        "ldap_user": SERVICE,
        "ldap_password": SERVICE_PASSWORD,
        "ldap_base": PEOPLE,
        "user_id_format": f"C{uuid4().hex[:8].upper()}{{number}}",
    }
    office.set(**(values | more))


def lets_in(slapd: Slapd, user_name: str, password: str) -> bool:
    return bool(connect(slapd, f"uid={user_name},{PEOPLE}", password).bound)


def change(office: Office, event: AccountEvent) -> None:
    with office.session() as session:
        account = session.exec(select(Account)).one()
        account_life.change(session, account, event, by="test", clause="III.C.6", reason="test")


def closed_by_it(office: Office) -> str:
    """A case whose first ticket IT closed."""
    request_id = office.with_it()
    office.desk_says("Done. INC0012345")
    return request_id


class TestLdap:
    def test_the_product_makes_the_entry_when_it_is_told_to(self, office: Office, slapd: Slapd) -> None:
        use_ldap(office, slapd, ldap_creates="true")
        office.fulfilled()
        user_name = office.account().user_name or ""
        entry = openldap(slapd).find(user_name)
        assert entry is not None
        assert not entry.enabled
        assert office.rows(DirectoryEntry) == []

    def test_a_closed_ticket_without_an_entry_is_opened_again(self, office: Office, slapd: Slapd) -> None:
        use_ldap(office, slapd)
        request_id = closed_by_it(office)
        fulfil.fn(request_id)
        case, user_name = office.case(request_id), office.account().user_name or ""
        assert (case.state, office.account().state) == (State.WITH_IT, AccountState.REQUESTED)
        assert not ticket_closed.fn(request_id)
        first, again = office.rows(Ticket)
        assert (first.state, again.state) == (TicketState.CLOSED, TicketState.OPEN)
        assert again.key == f"{first.key}-2"
        assert f"has no account {user_name}" in case.problem
        (told,) = office.letters("needs-you", request_id)[-1:]
        assert told.recipients == [MARIA]
        (letter,) = office.letters("ticket-create-2")
        assert f"has no account {user_name}" in text_of(letter)
        assert "ticket.disputed" in [link.action for link in office.links(request_id)]
        fulfil.fn(request_id)  # nothing more while the new one is open
        assert len(office.rows(Ticket)) == 2
        openldap(slapd).create(user_name)
        office.desk_says("Done.", subject=f"RE: {letter.subject}", in_reply_to=[letter.message_id])
        fulfil.fn(request_id)
        assert office.case(request_id).state is State.FULFILLED

    def test_the_mailed_password_is_the_one_that_is_set(self, office: Office, slapd: Slapd, server: Server) -> None:
        use_ldap(office, slapd, ldap_creates="true", credential_delivery="mail")
        office.fulfilled()
        user_name = office.account().user_name or ""
        row = next(r for r in office.letters() if r.secret is Secret.PASSWORD)
        server.refuse = {"*"}
        assert "not sent" in send_one.fn(row.id or 0)
        server.refuse = set()
        office.later()
        assert send_one.fn(row.id or 0).endswith(": sent")
        assert lets_in(slapd, user_name, secret_in(office, row, server))

    def test_no_password_is_mailed_that_the_directory_did_not_take(self, office: Office, slapd: Slapd) -> None:
        use_ldap(office, slapd, ldap_creates="true", credential_delivery="mail")
        office.fulfilled()
        row = next(r for r in office.letters() if r.secret is Secret.PASSWORD)
        for broken in ({"ldap_port": 1}, {"ldap_user": f"cn=reader,ou=services,{OPEN}"}):
            use_ldap(office, slapd, **broken)
            assert "not sent, tried again" in send_one.fn(row.id or 0)
            office.later(4000)
        (waiting,) = [r for r in office.rows(Outbox) if r.id == row.id]
        assert waiting.delivery is Delivery.PENDING
        assert "docs/directories-and-desks.md" in waiting.error
        assert SERVICE_PASSWORD not in waiting.error
        use_ldap(office, slapd)
        assert send_one.fn(row.id or 0).endswith(": sent")
        assert len(office.delivered(JANE.email)) == 1

    def test_the_directory_follows_the_registry(self, office: Office, slapd: Slapd) -> None:
        use_ldap(office, slapd, ldap_creates="true", credential_delivery="mail")
        office.fulfilled()
        office.drain()
        user_name, directory = office.account().user_name or "", openldap(slapd)
        for event, enabled in ((AccountEvent.SUSPEND, False), (AccountEvent.REINSTATE, True)):
            change(office, event)
            use_ldap(office, slapd, ldap_port=1)
            assert follow(office.config) == 0
            use_ldap(office, slapd)
            assert follow(office.config) == 1
            entry = directory.find(user_name)
            assert entry is not None
            assert entry.enabled is enabled

    def test_a_refusal_is_told_once_a_day_and_tried_again(self, office: Office, slapd: Slapd) -> None:
        use_ldap(office, slapd, ldap_creates="true", credential_delivery="mail")
        office.fulfilled()
        office.drain()
        change(office, AccountEvent.SUSPEND)
        use_ldap(office, slapd, ldap_user=f"cn=reader,ou=services,{OPEN}")
        assert [follow(office.config) for _ in range(3)] == [0, 0, 0]
        (told,) = office.letters("directory-refused")
        assert MARIA in told.recipients
        assert SERVICE_PASSWORD not in text_of(told)
        use_ldap(office, slapd)
        assert follow(office.config) == 1

    def test_a_disablement_that_did_not_happen_is_opened_again(self, office: Office, slapd: Slapd) -> None:
        office.set(directory="none", user_id_format=f"C{uuid4().hex[:8].upper()}{{number}}")
        office.fulfilled()
        user_name, directory = office.account().user_name or "", openldap(slapd)
        change(office, AccountEvent.SUSPEND)
        follow(office.config)
        office.desk_says("Done.", **_answers(office, "ticket-disable"))
        directory.create(user_name)
        connect_enabled(slapd, user_name)
        use_ldap(office, slapd)
        assert [desk_watch.verify(office.config) for _ in range(2)] == [1, 0]
        assert [t.key.partition("-disable")[2] for t in office.rows(Ticket)[1:]] == ["", "-2"]
        (told,) = office.letters("ticket-not-done")
        assert "still enabled" in text_of(told)
        directory.disable(user_name)
        office.desk_says("Done.", **_answers(office, "ticket-disable-2"))
        assert desk_watch.verify(office.config) == 0
        request_id = office.account().request_id
        actions = [link.action for link in office.links(request_id)]
        assert (actions.count("ticket.disputed"), actions.count("ticket.verified")) == (1, 1)


class TestNone:
    def test_it_gives_the_password(self, office: Office) -> None:
        office.set(directory="none")
        office.fulfilled()
        assert (office.rows(Credential), office.rows(DirectoryEntry)) == ([], [])
        assert "initial password to the staff member" in text_of(office.letters("ticket")[0])
        (user_id,) = office.letters("credentials-user-id")
        assert "service desk gives you the initial password" in text_of(user_id)
        assert user_id.recipients == [JANE.email]
        (notice,) = office.letters("access-implemented")
        assert "initial password from the IT service desk" in text_of(notice)
        assert notice.recipients == [LAURA.email]

    def test_every_change_is_a_ticket(self, office: Office) -> None:
        office.set(directory="none")
        office.fulfilled()
        steps = [AccountEvent.SUSPEND, AccountEvent.REINSTATE, AccountEvent.SUSPEND]
        for event in steps:
            change(office, event)
            assert [follow(office.config) for _ in range(2)] == [1, 0]
        number = office.rows(Ticket)[0].key.removesuffix("-create")
        keys = [t.key.removeprefix(number) for t in office.rows(Ticket)]
        assert keys == ["-create", "-disable", "-enable", "-disable-2"]
        for ticket, title in zip(office.rows(Ticket)[1:], ["Disable", "Enable", "Disable"], strict=True):
            (letter,) = office.letters(f"ticket{ticket.key.removeprefix(number)}")
            assert f"{title} offender management system account" in letter.subject
            office.desk_says("Done.", subject=f"RE: {letter.subject}", in_reply_to=[letter.message_id])
        assert {t.state for t in office.rows(Ticket)} == {TicketState.CLOSED}


def _answers(office: Office, purpose: str) -> dict[str, object]:
    (letter,) = office.letters(purpose)
    return {"subject": f"RE: {letter.subject}", "in_reply_to": [letter.message_id]}


def connect_enabled(slapd: Slapd, user_name: str) -> None:
    """An administrator enables an account by hand."""
    root = connect(slapd, f"cn=root,{OPEN}", "root-of-the-tree-1")
    assert root.modify(f"uid={user_name},{PEOPLE}", {"pwdAccountLockedTime": [("MODIFY_DELETE", [])]})


@pytest.fixture
def server(office: Office) -> Iterator[Server]:
    with running() as made:
        office.set(smtp_host="127.0.0.1", smtp_port=made.port, smtp_tls="none")
        yield made


def test_what_the_staff_member_reads(office: Office) -> None:
    """Without a directory nobody is promised a link or a mail with a password."""
    office.set(directory="none")
    office.fulfilled()
    office.drain()
    (mail,) = office.delivered(JANE.email)
    assert "link" not in plain(mail).casefold()
