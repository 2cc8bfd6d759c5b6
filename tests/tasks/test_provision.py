"""After approval: one account, one ticket, then the notices; no secret is written anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from db import messages
from db.lifecycle import State
from db.models import Account, AccountState, Credential, CredentialState, DirectoryEntry, Entitlement, Secret, Ticket
from db.models.accounts import Sequence
from tasks.accounts import fulfil, provision, ticket_closed
from tasks.adapters.desk import mail
from tasks.letters import PLACEHOLDER
from tests.factories import JANE, LAURA, NEXUS, OWEN, access, consent
from tests.tasks.office import Office, parsed, plain, text_of

SCHEMA = json.loads(Path(mail.__file__).with_name("ticket.schema.json").read_text())


@pytest.mark.parametrize("mode", ["allocate", "acquire"])
def test_one_account_one_ticket_one_mail_however_often(office: Office, mode: str) -> None:
    office.set(user_id_mode=mode)
    request_id = office.approved()
    for _ in range(3):
        provision.fn(request_id)
    account, ticket = office.account(), office.ticket()
    assert account.user_name == ("CX10001" if mode == "allocate" else None)
    assert (account.state, account.entitlement) == (AccountState.REQUESTED, Entitlement.ENTER)
    assert ticket.key == f"{office.case(request_id).number}-create"
    (letter,) = office.letters("ticket")
    assert letter.recipients == ["it-desk@mt.example"]
    given = [row.next_value for row in office.rows(Sequence) if row.name == "user_id"]
    assert given == ([10002] if mode == "allocate" else [])
    actions = [link.action for link in office.links(request_id)]
    assert [actions.count(a) for a in ("account.requested", "ticket.opened", "request.submit")] == [1, 1, 1]


@pytest.mark.parametrize("mode", ["allocate", "acquire"])
@pytest.mark.parametrize("level", ["view", "enter"])
def test_the_machine_readable_ticket_follows_its_schema(office: Office, mode: str, level: str) -> None:
    office.set(user_id_mode=mode)
    office.with_it(consent(staff_name="Zoë-Ann Doe"), access(given_name="Zoë-Ann"), entitlement=level)
    work = office.work()
    jsonschema.Draft202012Validator(SCHEMA).validate(work)
    assert (work["user_id"], work["entitlement"]) == ("CX10001" if mode == "allocate" else None, level)
    assert (work["given_name"], work["email"], work["provider"]) == ("Zoë-Ann", JANE.email, "Nexus")


def test_steps_leave_a_request_alone_that_is_not_approved(office: Office) -> None:
    request_id = office.assessed()
    before = office.case(request_id)
    provision.fn(request_id)
    fulfil.fn(request_id)
    assert office.case(request_id) == before
    assert (office.rows(Account), office.rows(Ticket), office.rows(Credential)) == ([], [], [])


def test_nothing_is_announced_before_the_ticket_is_closed(office: Office) -> None:
    request_id = office.with_it()
    assert not ticket_closed.fn(request_id)
    fulfil.fn(request_id)
    assert office.case(request_id).state is State.WITH_IT
    assert office.account().state is AccountState.REQUESTED
    assert (office.rows(Credential), office.rows(DirectoryEntry)) == ([], [])
    assert office.letters("access-implemented") == []
    office.desk_says("Done.")
    assert ticket_closed.fn(request_id)


@pytest.mark.parametrize(
    ("mode", "says", "user_name"), [("allocate", "Done.", "CX10001"), ("acquire", "Done. User ID: ca54321", "CA54321")]
)
def test_access_is_in_place_once(office: Office, mode: str, says: str, user_name: str) -> None:
    office.set(user_id_mode=mode)
    request_id = office.fulfilled(says=says)
    fulfil.fn(request_id)
    provision.fn(request_id)
    account = office.account()
    assert (account.state, account.user_name) == (AccountState.ACTIVE, user_name)
    assert account.issued_at is not None
    (credential,), (entry,) = office.rows(Credential), office.rows(DirectoryEntry)
    assert (credential.state, credential.link_hash, credential.code_hash) == (CredentialState.ISSUED, None, None)
    assert (entry.user_name, entry.enabled, entry.password_hash) == (user_name, False, "")
    assert office.case(request_id).closed_at is not None
    assert [row.purpose for row in office.letters()[-2:]] == ["access-implemented", "credentials-link"]
    assert user_name in text_of(office.letters("credentials-link")[0])


NOTICES: dict[str, list[tuple[str, list[str], Secret | None]]] = {
    "link": [
        ("access-implemented", [LAURA.email], Secret.CODE),
        ("credentials-link", [JANE.email], Secret.LINK),
    ],
    "mail": [
        ("access-implemented", [LAURA.email], None),
        ("credentials-user-id", [JANE.email], None),
        ("initial-password", [JANE.email], Secret.PASSWORD),
    ],
}


@pytest.mark.parametrize("delivery", NOTICES)
def test_who_is_told_what(office: Office, delivery: str) -> None:
    office.set(credential_delivery=delivery)
    request_id = office.fulfilled()
    written = office.letters(request_id=request_id)
    notices = [
        (row.purpose, row.recipients, row.secret) for row in written if row.purpose not in ("needs-you", "ticket")
    ]
    assert notices == NOTICES[delivery]
    for row in written:  # what is written holds a placeholder where a secret goes, and only there
        assert (PLACEHOLDER in text_of(row)) == (row.secret is not None)
        assert (row.credential_id is not None) == (row.secret is not None)
    for purpose, recipients, secret in NOTICES[delivery]:
        if secret in (Secret.LINK, Secret.PASSWORD):  # never to the submitter (III.B.2.d)
            assert recipients == [JANE.email], purpose


@pytest.mark.parametrize("delivery", NOTICES)
def test_no_secret_is_in_the_registry_before_or_after_sending(office: Office, delivery: str) -> None:
    office.set(credential_delivery=delivery)
    office.fulfilled()
    office.drain()
    secrets = _secrets(office)
    assert len(secrets) == (2 if delivery == "link" else 1)
    held = "\n".join(
        [row.raw.decode() + text_of(row) + repr(row) for row in office.letters()]
        + [repr(row) for table in (Credential, DirectoryEntry, Account, Ticket) for row in office.rows(table)]
        + [repr(link) for link in office.links(office.account().request_id)]
        + [mail.as_string() + plain(mail) for mail in office.sent()]
    )
    for secret in secrets:
        assert len(secret) >= 9
        assert secret not in held


def _secrets(office: Office) -> list[str]:
    """What stands in the recipients' copies where the written mails have the placeholder."""
    found: list[str] = []
    for row in office.letters():
        if row.secret is None:
            continue
        (copy,) = [m for m in office.delivered(row.recipients[0]) if m["Message-ID"] == row.message_id]
        before, _, after = text_of(row).partition(PLACEHOLDER)
        found.append(plain(copy).removeprefix(before).partition(after[:20])[0].strip())
    return found


def test_the_notice_answers_the_requesters_own_mail(office: Office) -> None:
    request_id = office.fulfilled()
    with office.session() as session:
        first, desk = messages.of_request(session, request_id)
    notice = parsed(office.letters("access-implemented")[0].raw)
    assert notice["In-Reply-To"] == first.message_id
    assert desk.message_id not in notice.as_string()


def test_the_submitter_of_the_first_mail_is_told_even_if_another_sent_the_rest(office: Office) -> None:
    request_id = office.assessed(LAURA, consent())
    office.receive(OWEN, access())
    office.assess(request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert office.case(request_id).requester_email == LAURA.email
    assert NEXUS.key == office.case(request_id).provider_key
