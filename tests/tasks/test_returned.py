"""A mail on file lies in the mailbox again, because a person moved it; and a mail that cannot be fetched at all."""

from __future__ import annotations

import errno
import logging
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db import audit
from db.columns import utc_now
from db.lifecycle import State
from db.models import Attempt, Audit, Disposition, Message, Request
from tasks import wiring
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, REPROCESS, Facts, Mailbox, Ref
from tasks.adapters.mailbox.mime import SENTENCES
from tasks.intake import sort_message, store_waiting, unsorted
from tasks.mail_balance import books
from tests.factories import consent, message
from tests.tasks.office import Office
from tests.tasks.test_intake import deliver, encrypted, files, mail

DENVER = ZoneInfo("America/Denver")


def carry(office: Office, source: str, target: str) -> None:
    """A person moves every mail of one folder into another; the inbox has no name."""
    boxes = [office.home / "mailbox" / (f".{name}" if name else "") for name in (source, target)]
    for path in (boxes[0] / "cur").glob("*"):
        path.rename(boxes[1] / "cur" / path.name)


def look(office: Office) -> None:
    """What the watcher does."""
    store_waiting.fn()
    for row_id in unsorted.fn():
        sort_message.fn(row_id)


def heard(office: Office, row: Message, action: str) -> list[Audit]:
    with office.session() as session:
        return [link for link in audit.of_subject(session, f"mail-{row.id}") if link.action == action]


def only_mail(office: Office) -> Message:
    (row,) = office.rows(Message)
    return row


def balanced(office: Office) -> bool:
    with office.session() as session:
        account = books(session, DENVER, utc_now())
    return account.balanced and account.days[0].difference == 0


@pytest.fixture
def filed(office: Office) -> Message:
    """A mail that asks for nothing."""
    deliver(office, mail("hours", words="Thank you!\n"), "hours")
    look(office)
    assert only_mail(office).disposition is Disposition.FILED
    return only_mail(office)


@pytest.fixture
def quarantined(office: Office) -> Message:
    """A mail that was too large."""
    office.set(max_mail_bytes=100)
    deliver(office, mail("big", words="Thank you!\n"), "big")
    look(office)
    assert only_mail(office).disposition is Disposition.QUARANTINED
    return only_mail(office)


def test_a_mail_moved_back_to_the_inbox_is_settled_and_nothing_else(
    office: Office, filed: Message, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tasks.returned")
    carry(office, PROCESSED, "")
    assert store_waiting.fn() == [filed.id]
    assert unsorted.fn() == []
    assert only_mail(office) == filed
    assert (files(office), files(office, PROCESSED)) == ([], [filed.raw])
    (link,) = heard(office, filed, "mail.came_back")
    assert (link.actor, link.detail) == ("mailbox", {"folder": "inbox", "disposition": "FILED", "request": ""})
    assert f"mail-{filed.id} lay in the inbox" in caplog.text
    store_waiting.fn()
    assert len(heard(office, filed, "mail.came_back")) == 1
    assert balanced(office)


def test_a_mail_that_the_mailbox_does_not_let_go_is_audited_once(
    office: Office, filed: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry(office, PROCESSED, "")
    mailbox = wiring.mailbox(office.config)
    with monkeypatch.context() as stuck:
        stuck.setattr(mailbox, "settle", lambda *_: False)
        for _ in range(office.config.intake_attempts + 2):
            store_waiting.fn()
    store_waiting.fn()
    assert len(heard(office, filed, "mail.came_back")) == 1
    assert only_mail(office) == filed


def test_a_mail_in_reprocess_that_is_not_known_is_taken_in(office: Office) -> None:
    raw = deliver(office, mail("late", words="Thank you!\n"), "late")
    wiring.mailbox(office.config).waiting(1)
    (path,) = (office.home / "mailbox" / "new").iterdir()
    path.rename(office.home / "mailbox" / f".{REPROCESS}" / "cur" / path.name)
    look(office)
    row = only_mail(office)
    assert (row.raw, row.disposition) == (raw, Disposition.FILED)
    assert (files(office, REPROCESS), files(office, PROCESSED)) == ([], [raw])
    assert heard(office, row, "mail.came_back") == []
    assert balanced(office)


def test_a_filed_mail_in_reprocess_is_sorted_again_each_time(office: Office, filed: Message) -> None:
    for times in (1, 2):
        carry(office, PROCESSED, REPROCESS)
        assert store_waiting.fn() == [filed.id]
        assert only_mail(office).disposition is Disposition.STORED
        assert unsorted.fn() == [filed.id]
        sort_message.fn(filed.id or 0)
        assert only_mail(office).disposition is Disposition.FILED
        assert [link.actor for link in heard(office, filed, "mail.sorted_again")] == ["mailbox"] * times
    assert (files(office, REPROCESS), files(office, PROCESSED)) == ([], [filed.raw])
    assert heard(office, filed, "mail.came_back") == []
    assert office.rows(Attempt) == []
    assert balanced(office)


def test_a_mail_that_stays_in_reprocess_is_sorted_again_once(
    office: Office, quarantined: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise every look would open a case and write to the contract manager."""
    carry(office, NEEDS_ATTENTION, REPROCESS)
    mailbox = wiring.mailbox(office.config)
    with monkeypatch.context() as stuck:
        stuck.setattr(mailbox, "settle", lambda *_: False)
        for _ in range(office.config.intake_attempts + 2):
            look(office)
    look(office)
    assert files(office, REPROCESS) == []
    assert len(heard(office, quarantined, "mail.sorted_again")) == 1
    assert [case.state for case in office.rows(Request)] == [State.CLOSED, State.TO_SORT]
    assert only_mail(office).reason == SENTENCES["too_large"]
    assert office.rows(Attempt) == []


def test_a_quarantined_mail_in_reprocess_is_read_again_and_its_case_is_closed(
    office: Office, quarantined: Message
) -> None:
    office.set(max_mail_bytes=40_000_000)
    carry(office, NEEDS_ATTENTION, REPROCESS)
    look(office)
    row = only_mail(office)
    assert (row.id, row.readable, row.subject, row.disposition) == (quarantined.id, True, "big", Disposition.FILED)
    (case,) = office.rows(Request)
    assert case.state is State.CLOSED
    (closing,) = [link for link in office.links(case.id) if link.action == "request.close"]
    assert (closing.actor, REPROCESS in closing.detail["reason"]) == ("mailbox", True)
    assert (files(office, REPROCESS), files(office, PROCESSED)) == ([], [row.raw])
    assert balanced(office)


def test_one_that_is_still_refused_asks_again(office: Office) -> None:
    deliver(office, encrypted(), "sealed")
    look(office)
    carry(office, NEEDS_ATTENTION, REPROCESS)
    look(office)
    row = only_mail(office)
    assert (row.disposition, row.reason) == (Disposition.QUARANTINED, SENTENCES["encrypted"])
    assert [case.state for case in office.rows(Request)] == [State.CLOSED, State.TO_SORT]
    assert len(files(office, NEEDS_ATTENTION)) == 1
    assert balanced(office)


def test_a_case_that_asks_about_other_mails_too_stays_open(office: Office, quarantined: Message) -> None:
    assert quarantined.request_id is not None
    with office.session() as session:
        other = message(session, "", consent())
        other.disposition, other.request_id = Disposition.QUARANTINED, quarantined.request_id
        session.add(other)
    carry(office, NEEDS_ATTENTION, REPROCESS)
    store_waiting.fn()
    assert office.case(quarantined.request_id).state is State.TO_SORT
    assert office.mail(quarantined.id or 0).disposition is Disposition.STORED
    assert office.mail(other.id or 0).disposition is Disposition.QUARANTINED


@pytest.mark.parametrize("how", [Disposition.OPENED, Disposition.JOINED])
def test_a_mail_of_a_case_is_only_settled(office: Office, filed: Message, how: Disposition) -> None:
    case = office.case(office.open())
    with office.session() as session:
        row = session.get_one(Message, filed.id)
        row.disposition, row.reason, row.request_id = how, "belongs to it", case.id
        session.add(row)
    before = office.mail(filed.id or 0)
    carry(office, PROCESSED, REPROCESS)
    look(office)
    assert office.mail(filed.id or 0) == before
    assert office.case(case.id) == case
    assert files(office, PROCESSED) == [filed.raw]
    (link,) = heard(office, filed, "mail.came_back")
    assert link.detail == {"folder": REPROCESS, "disposition": str(how), "request": case.number}
    assert heard(office, filed, "mail.sorted_again") == []


# --- a mail that the mailbox cannot hand out --------------------------------------------------------------------------


def spoil(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The mailbox cannot hand out the mail whose name begins with `bad`."""
    fetch = mailbox.fetch

    def spoiled(ref: Ref, out: Path) -> Facts:
        if not ref.handle.rpartition("/")[2].startswith("bad"):
            return fetch(ref, out)
        out.write_bytes(b"half of it")
        raise error

    monkeypatch.setattr(mailbox, "fetch", spoiled)


def test_a_mail_that_cannot_be_fetched_goes_to_a_person_at_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = deliver(office, mail("bad"), "bad-1")
    spoil(wiring.mailbox(office.config), monkeypatch, ValueError("cannot be rendered"))
    for attempt in range(office.config.intake_attempts):
        deliver(office, mail(f"good {attempt}"), f"good-{attempt}")
        assert len(store_waiting.fn()) == 1
        assert files(office) == [raw]
    (row_id,) = store_waiting.fn()
    row = office.mail(row_id)
    assert (row.raw, row.readable, row.disposition) == (b"", False, Disposition.QUARANTINED)
    assert row.reason == SENTENCES["unfetchable"]
    assert (files(office), files(office, NEEDS_ATTENTION)) == ([], [raw])
    (case,) = office.rows(Request)
    assert case.state is State.TO_SORT
    assert SENTENCES["unfetchable"] in office.pages(case.id)["question"]
    assert office.rows(Attempt) == []

    assert office.answer(case.id, decision="try again").state is State.CLOSED
    for waits in unsorted.fn():
        sort_message.fn(waits)
    row = office.mail(row_id)
    assert (row.readable, row.disposition, row.reason) == (False, Disposition.QUARANTINED, SENTENCES["unfetchable"])
    assert balanced(office)


def test_two_mails_that_cannot_be_fetched_are_two(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        deliver(office, mail(f"bad {number}"), f"bad-{number}")
    spoil(wiring.mailbox(office.config), monkeypatch, ValueError("cannot be rendered"))
    for _ in range(office.config.intake_attempts + 1):
        store_waiting.fn()
    assert len({row.digest for row in office.rows(Message)}) == 2
    assert len(files(office, NEEDS_ATTENTION)) == 2


def test_a_mail_that_can_be_fetched_after_all_is_taken_in_from_reprocess(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = deliver(office, mail("bad"), "bad-1")
    with monkeypatch.context() as broken:
        spoil(wiring.mailbox(office.config), broken, ValueError("cannot be rendered"))
        for _ in range(office.config.intake_attempts + 1):
            store_waiting.fn()
    carry(office, NEEDS_ATTENTION, REPROCESS)
    look(office)
    assert sorted((row.raw, row.disposition) for row in office.rows(Message)) == [
        (b"", Disposition.QUARANTINED),
        (raw, Disposition.FILED),
    ]


def test_a_full_disk_is_no_fault_of_the_mail(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = deliver(office, mail("bad"), "bad-1")
    spoil(wiring.mailbox(office.config), monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    for _ in range(office.config.intake_attempts + 2):
        assert store_waiting.fn() == []
    assert (office.rows(Message), files(office)) == ([], [raw])
