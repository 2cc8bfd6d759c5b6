"""Mail becomes rows: nothing is lost, nothing is doubled, and one bad mail does not stop the others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from db.lifecycle import State
from db.models import Disposition, Document, Kind, Message, Request
from db.session import engine
from tasks import wiring
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED
from tasks.adapters.mailbox.maildir import drop
from tasks.adapters.mailbox.mime import SENTENCES
from tasks.approval import announce
from tasks.intake import sort_message, store_one, store_waiting, unsorted
from tests.factories import BUTTE, FRANK, LAURA, consent, message
from tests.tasks.office import MARIA, RUN, Office, text_of

PNG = b"\x89PNG\r\n\x1a\n" + b"logo" * 20


def mail(subject: str = "Access", sender: str = LAURA.email, words: str = "Thank you!\n") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = f"Laura Brandt <{sender.upper()}>"
    made["To"] = "correquests@mt.example"
    made["Subject"] = subject
    made["Message-ID"] = f"<{subject.replace(' ', '-')}@nexus.example>"
    made.set_content(words)
    return made


def encrypted() -> EmailMessage:
    made = mail("sealed")
    made.set_content(b"0\x80", maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    return made


def deliver(office: Office, made: EmailMessage | bytes, name: str) -> bytes:
    raw = made if isinstance(made, bytes) else made.as_bytes()
    drop(office.home / "mailbox", raw, name)
    return raw


def files(office: Office, folder: str = "") -> list[bytes]:
    box = office.home / "mailbox" / (f".{folder}" if folder else "")
    return sorted(p.read_bytes() for part in ("new", "cur") for p in (box / part).glob("*"))


def test_a_mail_is_kept_as_it_came_and_settled(office: Office) -> None:
    made = mail(words="Position: cook\n\n> old words\n")
    made.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="../../consent.pdf")
    raw = deliver(office, made, "intake-1")
    (row_id,) = store_waiting.fn()
    row = office.mail(row_id)
    assert (row.raw, row.sender, row.sender_name) == (raw, LAURA.email, "Laura Brandt")
    assert (row.subject, row.text, row.disposition) == ("Access", "Position: cook", Disposition.STORED)
    (document,) = office.rows(Document)
    assert (document.file_name, document.content, document.read_at) == ("consent.pdf", b"%PDF-1.7 x", None)
    assert (files(office), files(office, PROCESSED)) == ([], [raw])
    assert unsorted.fn() == [row_id]
    assert list((office.home / "spool").iterdir()) == []


def test_a_logo_is_no_paper(office: Office) -> None:
    made = mail("with logo")
    made.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="consent.pdf")
    made.add_attachment(PNG, maintype="image", subtype="png", filename="logo.png", disposition="inline")
    raw = deliver(office, made, "intake-2")
    store_waiting.fn()
    assert [d.file_name for d in office.rows(Document)] == ["consent.pdf"]
    assert office.rows(Message)[0].raw == raw


def test_a_mail_is_stored_before_it_is_settled(office: Office) -> None:
    raw = deliver(office, mail("crash"), "intake-3")
    mailbox = wiring.mailbox(office.config)
    (ref,) = mailbox.waiting(1)
    processed = office.home / "mailbox" / f".{PROCESSED}"
    shutil.rmtree(processed)
    processed.write_bytes(b"")  # the mailbox fails at the moment of settling
    with pytest.raises(OSError, match=r"exists|directory"):
        store_one(office.config, mailbox, ref)
    assert [m.raw for m in office.rows(Message)] == [raw]
    assert files(office) == [raw]
    processed.unlink()
    assert store_waiting.fn() == [office.rows(Message)[0].id]
    assert (len(office.rows(Message)), files(office), files(office, PROCESSED)) == (1, [], [raw])


def test_the_same_mail_twice_is_one_row(office: Office) -> None:
    first = mail("twice")
    second = mail("twice")
    second["Received"] = "from another server"
    deliver(office, first, "intake-4")
    deliver(office, second, "intake-5")
    one, two = store_waiting.fn()
    assert one == two
    assert len(office.rows(Message)) == 1
    assert (files(office), len(files(office, PROCESSED))) == ([], 2)


@pytest.mark.parametrize(
    ("made", "limit", "why"),
    [(encrypted(), 40_000_000, "encrypted"), (mail("big", words="x" * 3000), 2000, "too_large")],
    ids=["encrypted", "too large"],
)
def test_an_unreadable_mail_is_kept_and_a_person_is_told(
    office: Office, made: EmailMessage, limit: int, why: str
) -> None:
    office.set(max_mail_bytes=limit)
    raw = deliver(office, made, f"intake-{why}")
    (row_id,) = store_waiting.fn()
    row = office.mail(row_id)
    assert (row.raw, row.disposition, row.reason) == (raw, Disposition.QUARANTINED, SENTENCES[why])
    assert (files(office), files(office, NEEDS_ATTENTION), files(office, PROCESSED)) == ([], [raw], [])
    (case,) = office.rows(Request)
    assert (case.kind, case.state, row.request_id) == (Kind.MAIL, State.TO_SORT, case.id)
    announce.fn(case.id, RUN)
    announce.fn(case.id, RUN)
    (notice,) = office.letters()
    assert (notice.purpose, notice.recipients) == ("needs-you", [MARIA])
    assert SENTENCES[why] in " ".join(text_of(notice).split())
    assert f"/desk/{case.number}" in text_of(notice)
    assert f"/evidence/mails/{row_id}" in office.pages(case.id)["question"]
    deliver(office, raw, f"intake-{why}-again")
    assert store_waiting.fn() == [row_id]
    assert len(office.rows(Request)) == 1
    assert unsorted.fn() == []


ON_SQLITE = """
CREATE TRIGGER poison BEFORE INSERT ON {table} WHEN NEW.{column} = 'poison' BEGIN SELECT RAISE(ABORT, 'poison'); END
"""
ON_POSTGRESQL = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.{column} = 'poison' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$;
CREATE TRIGGER poison BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION poison()
"""


@contextmanager
def poison(url: str, table: str, column: str) -> Iterator[None]:
    """The database refuses rows of `table` whose `column` says poison."""
    make, undo = (
        (ON_SQLITE, "DROP TRIGGER poison") if "sqlite" in url else (ON_POSTGRESQL, "DROP FUNCTION poison CASCADE")
    )
    with engine(url).begin() as connection:
        connection.exec_driver_sql(make.format(table=table, column=column))
    try:
        yield
    finally:
        with engine(url).begin() as connection:
            connection.exec_driver_sql(undo)


def test_a_mail_that_cannot_be_stored_blocks_nothing_and_goes_to_quarantine_at_last(
    office: Office, tmp_path: Path
) -> None:
    raw = deliver(office, mail("poison"), f"poison-{tmp_path.name}-{office.url[:6]}")
    with poison(office.url, "message", "subject"):
        for attempt in range(office.config.intake_attempts):
            deliver(office, mail(f"good {attempt}"), f"good-{attempt}")
            assert len(store_waiting.fn()) == 1
            assert files(office) == [raw]
        (row_id,) = store_waiting.fn()
    row = office.mail(row_id)
    assert (row.raw, row.disposition) == (raw, Disposition.QUARANTINED)
    assert (files(office), files(office, NEEDS_ATTENTION)) == ([], [raw])
    assert [case.state for case in office.rows(Request)] == [State.TO_SORT]
    assert len(office.rows(Message)) == 1 + office.config.intake_attempts


def test_a_mail_that_cannot_be_sorted_blocks_nothing_and_goes_to_quarantine_at_last(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with office.session() as session:
        bad = message(session, LAURA, consent())
        bad.sender_name = "poison"
        session.add(bad)
        good = message(session, FRANK, consent(provider=BUTTE))
    assert bad.id is not None
    assert good.id is not None
    with poison(office.url, "request", "requester_name"):
        for attempt in range(1, office.config.intake_attempts + 1):
            assert office.mail(bad.id).disposition is Disposition.STORED
            said = [sort_message.fn(row_id) for row_id in unsorted.fn()]
            assert said[0] == f"mail-{bad.id}: could not be sorted (attempt {attempt})"
    assert office.mail(bad.id).disposition is Disposition.QUARANTINED
    assert office.mail(good.id).disposition is Disposition.OPENED
    states = {r.requester_email: r.state for r in office.rows(Request)}
    assert states == {FRANK.email: State.RECEIVED, LAURA.email: State.TO_SORT}
    assert unsorted.fn() == []
    assert "poison" in caplog.text
    assert LAURA.email not in caplog.text  # nothing of what people wrote is in the log
