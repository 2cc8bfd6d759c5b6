"""What is due goes out once, whatever happens in between; a secret is in the recipient's copy only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from db import credentials
from db.columns import utc_now
from db.models import Credential, CredentialState, Delivery, DirectoryEntry, Outbox, Secret
from tasks import wiring
from tasks.adapters.directory.local import _HASHER
from tasks.adapters.mailbox.maildir import MaildirMailbox
from tasks.letters import HIDDEN, PLACEHOLDER
from tasks.mail import _hand_over, due, release, send_one
from tests.factories import JANE, LAURA, access
from tests.tasks.mail_server import Server, running
from tests.tasks.office import MANAGER, MARIA, Office, plain, text_of


@pytest.fixture
def server(office: Office) -> Iterator[Server]:
    with running() as made:
        office.set(smtp_host="127.0.0.1", smtp_port=made.port, smtp_tls="none")
        yield made


def one(office: Office) -> Outbox:
    (row,) = office.letters()
    return row


def waits(office: Office) -> list[str]:
    return [row.key for row in office.letters() if row.id in due.fn()]


def test_a_mail_is_sent_once_and_audited(office: Office) -> None:
    request_id = office.assessed(LAURA, access())
    assert office.drain() == [f"{one(office).key}: sent"]
    assert office.drain() == []
    row = one(office)
    assert (row.delivery, row.attempts, row.error) == (Delivery.SENT, 1, "")
    assert row.sent_at is not None
    (copy,), (kept,) = office.delivered(LAURA.email), office.sent()
    assert copy["Message-ID"] == kept["Message-ID"] == row.message_id
    (link,) = [link for link in office.links(request_id) if link.action == "mail.sent"]
    assert link.detail == {"purpose": "papers-missing", "message_id": row.message_id, "to": [LAURA.email]}
    assert link.clause


@pytest.mark.parametrize("transport", ["local", "smtp"])
@pytest.mark.parametrize("crash", ["after the claim", "after the hand-over"])
def test_a_crash_leads_to_one_copy(office: Office, crash: str, transport: str, request: pytest.FixtureRequest) -> None:
    server: Server | None = request.getfixturevalue("server") if transport == "smtp" else None
    office.assessed(LAURA, access())
    row = office.claim(one(office))
    if crash == "after the hand-over":
        _hand_over(office.config, wiring.mailbox(office.config), row)
    assert waits(office) == []  # another drainer leaves it alone
    assert office.drain() == []
    office.later()
    said = "was sent before" if crash == "after the hand-over" else "sent"
    assert office.drain() == [f"{row.key}: {said}"]
    assert (one(office).delivery, one(office).attempts) == (Delivery.SENT, 2)
    got = server.received(LAURA.email) if server else office.delivered(LAURA.email)
    assert len(got) == len(office.sent()) == 1


def test_two_drainers_do_not_send_the_same_mail(office: Office) -> None:
    office.assessed(LAURA, access())
    (row_id,) = due.fn()
    office.claim(one(office))
    assert send_one.fn(row_id) == f"mail {row_id} is in other hands"
    assert office.delivered(LAURA.email) == []


def test_a_refused_mail_waits_longer_each_time_and_is_tried_again(office: Office, server: Server) -> None:
    office.assessed(LAURA, access())
    server.refuse = {"*"}
    for attempt, seconds in enumerate((30, 60, 120), start=1):
        (said,) = office.drain()
        assert said.endswith(f"not sent, tried again in {timedelta(seconds=seconds)}")
        row = one(office)
        assert (row.delivery, row.attempts, "451" in row.error) == (Delivery.PENDING, attempt, True)
        assert timedelta(seconds=seconds - 5) < row.due_at - utc_now() <= timedelta(seconds=seconds)
        assert waits(office) == []
        office.later(seconds)
    server.refuse = set()
    office.drain()
    assert (one(office).delivery, one(office).error) == (Delivery.SENT, "")
    assert len(server.received(LAURA.email)) == 1


@pytest.mark.parametrize("in_sent", [True, False], ids=["Sent knows it", "Sent does not know it"])
def test_what_may_have_been_sent_is_asked_of_sent(office: Office, server: Server, in_sent: bool) -> None:
    office.assessed(LAURA, access())
    server.drop = 1
    assert "unknown whether it was sent" in office.drain()[0]
    assert one(office).delivery is Delivery.UNKNOWN
    assert waits(office) == []  # Exchange needs up to two minutes to show it in Sent
    office.later(60)
    assert waits(office) == []
    if in_sent:  # as a server does that keeps the copy itself
        MaildirMailbox(office.home / "mailbox", outgoing=office.home / "elsewhere").send(one(office).raw)
    office.later(61)
    (said,) = office.drain()
    assert said.endswith("was sent before" if in_sent else ": sent")
    assert len(server.received(LAURA.email)) == (1 if in_sent else 2)
    assert one(office).delivery is Delivery.SENT


def test_a_failing_mail_does_not_hold_up_the_others(office: Office, server: Server) -> None:
    server.refuse = {LAURA.email}
    office.assessed(LAURA, access())
    office.assessed()
    with office.session() as session:  # and one that breaks the sender itself
        broken = office.letters()[0]
        row = Outbox(key="x.y.1", purpose="y", message_id="<x>", raw=b"", secret=Secret.PASSWORD, recipients=["a@b"])
        assert broken.id is not None
        session.add(row)
    office.assessed(LAURA, access(given_name="Ann"))
    said = office.drain()
    assert [s.partition(": ")[2].partition(",")[0].partition(";")[0] for s in said] == [
        "not sent",
        "sent",
        "sending failed",
        "not sent",
    ]
    assert len(server.received(MARIA)) == 1
    assert next(r for r in office.letters() if r.key == "x.y.1").delivery is Delivery.UNKNOWN


# --- secrets ---


def secret_in(office: Office, row: Outbox, server: Server | None = None) -> str:
    """The latest copy of a mail that its recipient has, where the written mail has the placeholder."""
    address = row.recipients[0]
    copies = server.received(address) if server else office.delivered(address)
    copy = plain([m for m in copies if m["Message-ID"] == row.message_id][-1])
    before, _, after = text_of(row).partition(PLACEHOLDER)
    assert copy.startswith(before)
    return copy.removeprefix(before).partition(after[:10])[0]


def claimed(office: Office, link: str, code: str) -> object:
    with office.session() as session:
        return credentials.claim(session, SecretStr(link), SecretStr(code), utc_now(), 5)


def test_link_and_code_are_in_the_recipients_copies_only(office: Office) -> None:
    office.fulfilled()
    office.drain()
    letters = {row.secret: row for row in office.letters() if row.secret}
    link, code = secret_in(office, letters[Secret.LINK]), secret_in(office, letters[Secret.CODE])
    kept = {m["Message-ID"]: m for m in office.sent()}
    for row in letters.values():
        copy = kept[row.message_id]
        assert HIDDEN in plain(copy)
        assert PLACEHOLDER not in copy.as_string()
        page = copy.get_body(("html",))
        assert page is not None
        assert HIDDEN in page.get_content()
    everything = "".join(m.as_string() for m in office.sent()) + "".join(map(repr, office.rows(Credential)))
    assert link not in everything
    assert code not in everything
    assert isinstance(claimed(office, link, code), credentials.Claimed)


def test_sending_again_makes_the_older_link_invalid(office: Office, server: Server) -> None:
    office.fulfilled()
    server.drop = len(office.letters())  # every mail is taken, and nobody is told so
    office.drain()
    link = next(row for row in office.letters() if row.secret is Secret.LINK)
    code = next(row for row in office.letters() if row.secret is Secret.CODE)
    older = secret_in(office, link, server), secret_in(office, code, server)
    office.later()
    office.drain()
    assert {row.delivery for row in office.letters() if row.secret} == {Delivery.HELD}
    release.fn("", "send again", MANAGER)
    office.drain()
    newer = secret_in(office, link, server), secret_in(office, code, server)
    assert len({*older, *newer}) == 4
    for attempt in (older, (older[0], newer[1])):
        answer = claimed(office, *attempt)
        assert isinstance(answer, credentials.Refused)
        assert answer.reason is credentials.Refusal.UNKNOWN
    answer = claimed(office, newer[0], older[1])
    assert isinstance(answer, credentials.Refused)
    assert answer.reason is credentials.Refusal.WRONG_CODE
    assert isinstance(claimed(office, *newer), credentials.Claimed)


@pytest.mark.parametrize("state", [CredentialState.VIEWED, CredentialState.VOID])
def test_a_used_or_void_credential_is_not_mailed(office: Office, state: CredentialState) -> None:
    office.fulfilled()
    with office.session() as session:
        credential = session.get_one(Credential, office.rows(Credential)[0].id)
        credential.state = state
        session.add(credential)
    said = office.drain()
    assert [s for s in said if "its credential was used or is void" in s] == said[-2:]
    assert office.delivered(JANE.email) == []
    assert {r.delivery for r in office.letters() if r.secret} == {Delivery.FAILED}
    assert waits(office) == []


def password_of(office: Office) -> str:
    (entry,) = office.rows(DirectoryEntry)
    return entry.password_hash


def test_by_mail_the_password_is_made_when_it_is_sent(office: Office) -> None:
    office.set(credential_delivery="mail")
    office.fulfilled()
    assert password_of(office) == ""
    office.drain()
    row = next(r for r in office.letters() if r.secret is Secret.PASSWORD)
    assert _HASHER.verify(password_of(office), secret_in(office, row))
    (credential,) = office.rows(Credential)
    assert credential.state is CredentialState.VIEWED
    assert all(HIDDEN in plain(m) for m in office.sent() if m["Message-ID"] == row.message_id)


@pytest.mark.parametrize("crash", ["after the claim", "refused", "taken and not thanked for"])
def test_by_mail_a_second_try_sets_a_new_password(office: Office, server: Server, crash: str) -> None:
    office.set(credential_delivery="mail")
    office.fulfilled()
    row = next(r for r in office.letters() if r.secret is Secret.PASSWORD)
    assert row.id is not None
    if crash == "after the claim":
        office.claim(row)
    else:
        server.refuse = {"*"} if crash == "refused" else set()
        server.drop = 1
        send_one.fn(row.id)
        server.refuse, server.drop = set(), 0
    office.later()
    if crash == "taken and not thanked for":
        assert "held for a person" in send_one.fn(row.id)
        release.fn(row.key, "send again", MANAGER)
    assert send_one.fn(row.id).endswith(": sent")
    copies = server.received(JANE.email)
    assert len(copies) == (2 if crash == "taken and not thanked for" else 1)
    assert _HASHER.verify(password_of(office), secret_in(office, row, server))
    (credential,) = office.rows(Credential)
    assert credential.state is CredentialState.VIEWED  # or it would become void although it was mailed


def test_by_mail_a_password_that_became_void_meanwhile_is_not_mailed(office: Office) -> None:
    office.set(credential_delivery="mail")
    office.fulfilled()
    row = office.claim(next(r for r in office.letters() if r.secret is Secret.PASSWORD))
    with office.session() as session:
        credentials.expire_due(session, utc_now() + timedelta(hours=73))
    office.later()
    assert row.id is not None
    assert "is void" in send_one.fn(row.id)
    assert password_of(office) == ""
    assert office.delivered(JANE.email) == []
