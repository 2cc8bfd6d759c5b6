"""What happens because time passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from db import audit, credentials
from db.columns import utc_now
from db.models import Credential, CredentialState, Secret
from tasks.clockwork import keep_time
from tests.factories import LAURA
from tests.tasks.office import MARIA, Office, text_of


def pass_hours(office: Office, hours: float) -> None:
    """As if the credential had been issued that much earlier."""
    with office.session() as session:
        row = session.get_one(Credential, office.rows(Credential)[0].id)
        row.issued_at, row.expires_at = row.issued_at - timedelta(hours=hours), row.expires_at - timedelta(hours=hours)
        session.add(row)


@pytest.mark.parametrize(("hours", "state"), [(71.9, CredentialState.ISSUED), (72.1, CredentialState.VOID)])
def test_an_unseen_password_is_void_after_72_hours_with_one_notice(
    office: Office, hours: float, state: CredentialState
) -> None:
    request_id = office.fulfilled()
    pass_hours(office, hours)
    for _ in range(3):
        keep_time(office.config)
    assert office.rows(Credential)[0].state is state
    notices = office.letters("credential-void", request_id)
    assert [n.recipients for n in notices] == ([[LAURA.email, MARIA]] if state is CredentialState.VOID else [])
    voids = [link for link in office.links(request_id) if link.action == "credential.void"]
    assert len(voids) == len(notices)
    if notices:
        assert "72 hours" in text_of(notices[0])
        assert "III.B.2.d" in text_of(notices[0])


def test_a_password_that_was_seen_never_becomes_void(office: Office) -> None:
    office.fulfilled()
    with office.session() as session:
        row_id = office.rows(Credential)[0].id
        assert row_id is not None
        credentials.hand_over(session, row_id, utc_now())
    pass_hours(office, 100)
    keep_time(office.config)
    assert office.rows(Credential)[0].state is CredentialState.VIEWED
    assert office.letters("credential-void") == []


def test_too_many_wrong_codes_lead_to_the_same_one_notice(office: Office) -> None:
    office.fulfilled()
    row_id = office.rows(Credential)[0].id
    assert row_id is not None
    with office.session() as session:
        link = credentials.arm(session, row_id, Secret.LINK)
        credentials.arm(session, row_id, Secret.CODE)
    for _ in range(office.config.credential_code_attempts):
        with office.session() as session:
            credentials.claim(session, link, SecretStr("WRONG"), utc_now(), office.config.credential_code_attempts)
    keep_time(office.config)
    pass_hours(office, 100)
    keep_time(office.config)
    (notice,) = office.letters("credential-void")
    assert "too many wrong pick-up codes" in text_of(notice)


def test_the_audit_head_stays_at_home_unless_an_address_is_set(office: Office) -> None:
    keep_time(office.config)
    assert office.letters() == []


def test_the_audit_head_is_mailed_once_a_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.set(audit_head_to="auditor@legislature.example")
    start = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    # the day is Montana's: 06:59 UTC is still the 20th there, 07:01 UTC is the 21st
    for hours, days in ((0, 1), (1, 1), (12.9, 1), (13.1, 2), (20, 2), (37.1, 3)):
        monkeypatch.setattr("tasks.clockwork.utc_now", lambda h=hours: start + timedelta(hours=h))
        for _ in range(2):
            keep_time(office.config)
        assert len(office.letters("audit-head")) == days
    assert {tuple(row.recipients) for row in office.letters()} == {("auditor@legislature.example",)}
    assert ["2026-11-20" in text_of(row) for row in office.letters()] == [True, False, False]


def test_a_mailed_head_can_be_held_against_the_chain(office: Office) -> None:
    office.set(audit_head_to="auditor@legislature.example")
    office.assessed()
    with office.session() as session:
        said = str(audit.head_of(session))
    keep_time(office.config)
    (letter,) = office.letters("audit-head")
    assert said in text_of(letter)
    seq, _, digest = said.partition(":")
    printed = audit.Head(int(seq), digest)
    office.drain()
    with office.session() as session:
        assert audit.verify(session, printed) is None
        broken = audit.verify(session, audit.Head(printed.seq, "0" * 64))
        assert broken is not None
        assert broken.seq == printed.seq
