"""Records whose retention is over are proposed, permitted, destroyed and gone; a record stays, and the chain holds."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import timedelta

import pytest
from sqlmodel import select

from db import audit, retention
from db.account_life import AccountState
from db.models import Document, Message, Outbox, Person, PurgePiece, Request
from tasks import destroying, purge_files, purge_pieces, purge_steps
from tasks.destroying import Forgotten, carry_out
from tasks.evidence_pack import About, make
from tests.factories import JANE, LAURA, PETER, message
from tests.tasks.archive import (
    answered,
    departed,
    in_files,
    in_rows,
    notice,
    permitted,
    proposed,
    state,
    years_later,
)
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office, text_of
from tests.tasks.test_evidence_pack import verified

NOTHING = Forgotten(0, 0, hashlib.sha256(b"").hexdigest())
"""A Prefect server that never heard of the case; `tests/flows/test_purge_prefect.py` has one that did."""
WAITED = timedelta(31)


def ordered(office: Office) -> int:
    with years_later():
        number = permitted(office)
    with years_later(WAITED):
        done, said = purge_steps.order.fn(number, DEPUTY)
    assert done, said
    return number


def test_what_was_permitted_is_gone_everywhere_and_the_record_stays(office: Office) -> None:
    request_id = departed(office)
    with years_later():
        assert {"person.email", "message.raw", "field.value", "outbox.raw"} <= in_rows(office)
        assert len(in_files(office)) > 3
        raw = {hashlib.sha256(m.raw).hexdigest() for m in office.rows(Message)}
    number = ordered(office)
    with years_later(WAITED):
        said = carry_out(office.config, number, NOTHING)
        assert "pieces are destroyed" in said
        assert in_rows(office) == set()
        assert in_files(office) == set()
        with office.session() as session:
            assert audit.verify(session) is None
            record = retention.get(session, number).certificate
        pack = make(office.config, About.ACCOUNT, "CX10001", "auditor", office.home, in_charge=True)[0]
    assert verified(pack).returncode == 0
    with zipfile.ZipFile(pack) as opened:
        assert opened.read(f"cases/{office.case(request_id).number}/DESTROYED.md").decode() == record
    for said in ("CX10001", LAURA.email, MANAGER, DEPUTY, "GS-6 item 4", "mail-"):
        assert said in record
    assert raw & {p.sha256 for p in office.rows(PurgePiece)}, "the digest of a mail as it came is on record"
    account = office.account()
    assert (account.user_name, account.state) == ("CX10001", AccountState.DISABLED)
    assert office.case(request_id).closed_at is not None
    log = (office.home / "logs" / "watcher.log").read_text()
    assert log.startswith("one line\nsent to ****")
    assert log.endswith("\nthe end\n")
    with years_later(WAITED):  # once for ever
        assert "No records are proposed" in purge_steps.propose.fn("correquests")
        assert purge_steps.order.fn(number, DEPUTY)[0] is False


def test_nothing_is_proposed_too_early_or_destroyed_by_a_review(office: Office) -> None:
    departed(office)
    before = in_rows(office)
    assert "No records are proposed" in purge_steps.propose.fn("correquests")
    with years_later():
        page = purge_steps.propose.fn("correquests")
        assert purge_steps.propose.fn("correquests").count("PURGE-") == page.count("PURGE-") == 1
    assert not any(word in page for word in (JANE.name, JANE.email))
    assert in_rows(office) == before
    assert office.rows(PurgePiece) == []


def test_the_notice_names_nobody(office: Office) -> None:
    departed(office)
    with years_later():
        number = proposed(office).id
        assert number is not None
        assert "Only the provider's" in purge_steps.notify.fn(number, VIEWER)
        purge_steps.notify.fn(number, MANAGER)
        letter = text_of(notice(office))
    assert LAURA.email in notice(office).recipients
    assert "CX10001" in letter
    assert JANE.name not in letter


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("no answer", "No answer to the notice is on file"),
        ("stranger", "was no designated submitter"),
        ("another mail", "neither answers the notice nor names"),
        ("viewer", "Only the provider's"),
        ("another agency", "The agencies of this proposal are nexus"),
    ],
)
def test_what_is_no_permission(office: Office, way: str, why: str) -> None:
    departed(office)
    with years_later():
        number = proposed(office).id
        assert number is not None
        purge_steps.notify.fn(number, MANAGER)
        mail = 0
        if way in ("stranger", "another mail"):
            sender = PETER if way == "stranger" else LAURA
            with office.session() as session:
                row = message(session, sender, text=f"Yes{f', PURGE-{number}' if way == 'stranger' else ''}")
                mail = row.id or 0
        elif way != "no answer":
            answered(office)
        key, by = ("butte" if way == "another agency" else "nexus"), (VIEWER if way == "viewer" else MANAGER)
        assert why in purge_steps.permit.fn(number, key, mail, True, by)
    with years_later(WAITED):
        done, said = purge_steps.order.fn(number, DEPUTY)
    assert (done, "no written permission" in said) == (False, True)
    assert office.rows(PurgePiece) == []


def test_an_agency_that_does_not_permit_ends_the_proposal(office: Office) -> None:
    departed(office)
    with years_later():
        number = proposed(office).id
        assert number is not None
        purge_steps.notify.fn(number, MANAGER)
        answered(office, "No.")
        assert "is dropped" in purge_steps.permit.fn(number, "nexus", 0, False, MANAGER)
    assert state(office, number) == "DROPPED"


def test_the_one_who_noted_the_permission_does_not_order_it(office: Office) -> None:
    departed(office)
    with years_later():
        number = permitted(office)
        assert "already" in purge_steps.permit.fn(number, "nexus", 0, True, DEPUTY)
        assert "Wait until" in purge_steps.order.fn(number, DEPUTY)[1]
    with years_later(WAITED):
        done, said = purge_steps.order.fn(number, MANAGER)
        assert (done, "Somebody else" in said) == (False, True)
        assert purge_steps.order.fn(number, VIEWER)[0] is False
    assert state(office, number) == "NOTIFIED"


@pytest.mark.parametrize("on", ["cx10001", "nexus"])
def test_a_hold_stops_proposal_order_and_what_is_left_of_a_destruction(office: Office, on: str) -> None:
    departed(office)

    def hold(lift: bool = False) -> str:
        return purge_steps.hold.fn(on, "claim 12", lift, MANAGER)

    with years_later():
        assert "is on hold" in hold()
        assert "A legal hold stands" in purge_steps.propose.fn("correquests")
        assert "is lifted" in hold(lift=True)
        number = permitted(office)
        hold()
    with years_later(WAITED):
        assert "A legal hold stands" in purge_steps.order.fn(number, DEPUTY)[1]
        hold(lift=True)
        assert purge_steps.order.fn(number, DEPUTY)[0]
        hold()
        assert "is not finished" in carry_out(office.config, number, NOTHING)
        assert "person.email" in in_rows(office)
        hold(lift=True)
        assert "pieces are destroyed" in carry_out(office.config, number, NOTHING)
    assert in_rows(office) == set()


def test_a_hold_needs_a_reason_a_subject_and_a_contract_manager(office: Office) -> None:
    departed(office)
    for given in (("CX10001", " ", False, MANAGER), ("nobody", "x", False, MANAGER), ("nexus", "x", False, VIEWER),
                  ("nexus", "x", True, MANAGER)):  # fmt: skip
        assert purge_steps.hold.fn(*given).startswith("Nothing was done.")


class Killed(BaseException):
    """The process dies."""


@pytest.mark.parametrize(
    ("where", "what", "after"),
    [
        (purge_files, "destroy", 1),
        (purge_files, "mask_logs", 0),
        (purge_pieces, "empty_link", 3),
        (purge_pieces, "empty", 7),
        (destroying, "_finish", 0),
    ],
)
def test_killed_anywhere_it_is_finished_by_the_next_run(
    office: Office, monkeypatch: pytest.MonkeyPatch, where: object, what: str, after: int
) -> None:
    departed(office)
    number = ordered(office)
    real, calls = getattr(where, what), 0

    def dies(*args: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return real(*args, **more)

    with years_later(WAITED):
        with monkeypatch.context() as patch:
            patch.setattr(where, what, dies)
            with pytest.raises(Killed):
                carry_out(office.config, number, NOTHING)
        with office.session() as session:
            assert audit.verify(session) is None
        assert purge_steps.interrupted.fn() == [number]
        assert "pieces are destroyed" in carry_out(office.config, number, NOTHING)
        with office.session() as session:
            assert audit.verify(session) is None
    assert purge_steps.interrupted.fn() == []
    assert in_rows(office) == in_files(office) == set()
    assert all(p.done_at for p in office.rows(PurgePiece))


def test_prefect_that_is_away_leaves_it_unfinished(office: Office) -> None:
    departed(office)
    number = ordered(office)
    with years_later(WAITED):
        said = carry_out(office.config, number, Forgotten(problem="Prefect does not answer (ConnectError)."))
        assert "Prefect does not answer" in said
        assert "person.email" in in_rows(office)
        assert "pieces are destroyed" in carry_out(office.config, number, NOTHING)


def test_a_mail_that_is_also_about_another_case_stays(office: Office) -> None:
    from db.models import Kind, MailCase
    from db.requests import open_new

    request_id = departed(office)
    opened_at = office.case(request_id).opened_at
    with office.session() as session:
        other = open_new(session, kind=Kind.CHANGE, requester_email=LAURA.email, requester_name="",
                         at=opened_at)  # fmt: skip
        mail = session.exec(select(Message).where(Message.request_id == request_id)).first()
        assert mail is not None
        session.add(MailCase(message_id=mail.id or 0, request_id=other.id))
        kept = mail.id
    number = ordered(office)
    with years_later(WAITED):
        carry_out(office.config, number, NOTHING)
    with office.session() as session:
        assert f"mail-{kept}: it is also about {other.number}" in retention.get(session, number).certificate
        assert session.get_one(Message, kept).raw
        assert session.exec(select(Document).where(Document.message_id == kept)).first()
        assert session.get_one(Request, request_id).requester_email == ""


def test_nobody_is_found_under_a_destroyed_name(office: Office) -> None:
    departed(office)
    number = ordered(office)
    with years_later(WAITED):
        carry_out(office.config, number, NOTHING)
    (person,) = office.rows(Person)
    assert person.name_key == person.email == f"destroyed-{person.id}"
    assert all(row.raw == b"" for row in office.rows(Outbox) if row.request_id)
