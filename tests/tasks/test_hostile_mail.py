"""Hostile and strange mail through the whole intake: each ends in one place, and what cannot be opened is asked for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from db.lifecycle import State
from db.models import Disposition, Document, Kind, Message, Request
from forms import sandbox
from forms.reading import FileReading
from forms.shelf import Shelf
from tasks.adapters.mailbox import Facts, MailboxDown, Ref
from tasks.adapters.mailbox.maildir import MaildirMailbox, drop
from tasks.adapters.mailbox.mime import SENTENCES
from tasks.intake import sort_message, store_one, store_waiting, unsorted
from tests.factories import LAURA
from tests.intake.corpus import PDF, Nasty, attached, corpus, mail, multipart, text
from tests.intake.corpus_inside import locked_docx
from tests.intake.wrappers import cms, locked, tnef, zipped
from tests.scanner import SIGNATURE, scanner
from tests.tasks.office import Office, text_of

FROM = f"From: Laura Brandt <{LAURA.email}>"


def intake(office: Office, *raws: bytes) -> list[Message]:
    """Deliver, store and sort as a watcher does; the rows afterwards, oldest first."""
    for number, raw in enumerate(raws):
        drop(office.home / "mailbox", raw, f"hostile-{number}-{len(office.rows(Message))}")
    store_waiting.fn(len(raws) + 50)
    for row_id in unsorted.fn():
        sort_message.fn(row_id)
    return sorted(office.rows(Message), key=lambda m: m.id or 0)


def own_id(nasty: Nasty, number: int) -> bytes:
    return nasty.raw.replace(b"<nasty@", b"<nasty-%d@" % number, 1)


def test_a_sample_of_the_corpus_is_neither_lost_nor_doubled(office: Office) -> None:
    mails = corpus()
    sample = {m.name: m for m in [*mails[::20], *[m for m in mails if "refused" in m.wishes][:4]]}
    raws = [own_id(nasty, n) for n, nasty in enumerate(sample.values())]
    rows = intake(office, *raws)
    assert sorted(row.raw for row in rows) == sorted(raws)
    ends = Counter(row.disposition for row in rows)
    assert ends[Disposition.STORED] == 0
    assert min(ends[Disposition.FILED], ends[Disposition.QUARANTINED]) > 0
    assert intake(office, *raws[:5]) == rows


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (locked(zipped({"consent.pdf": PDF})), "forms.zip", "locked with a password"),
        (locked_docx(), "consent.docx", "locked with a password"),
        (zipped({"inner.zip": zipped({"consent.pdf": PDF})}), "forms.zip", "lies in another archive"),
        (b"PK\x03\x04" + b"cut off" * 20, "forms.zip", "damaged"),
    ],
    ids=["zip", "Office", "zip in zip", "broken zip"],
)
def test_a_file_that_cannot_be_opened_keeps_the_case_open_and_is_asked_for(
    office: Office, data: bytes, name: str, sentence: str
) -> None:
    raw = multipart([text("Access request attached."), attached(data, name, "application/x")], "mixed", FROM)
    (row,) = intake(office, raw)
    assert (row.disposition, row.request_id is not None) == (Disposition.OPENED, True), row.reason
    (document,) = office.rows(Document)
    assert document.read_at is not None
    assert sentence in document.refusal_sentence
    assert row.request_id is not None
    assert office.assess(row.request_id) is State.INCOMPLETE
    (letter,) = [x for x in office.letters() if LAURA.email in x.recipients]
    assert sentence in " ".join(text_of(letter).split())


def test_files_of_a_winmail_dat_are_documents_of_their_own(office: Office) -> None:
    winmail = tnef([("consent.pdf", PDF), ("../request.pdf", PDF + b"2")])
    raw = multipart([text(), attached(winmail, "winmail.dat", "application/ms-tnef"), attached(PDF, "third.pdf")])
    intake(office, raw)
    found = {d.part: d.file_name for d in office.rows(Document)}
    assert found == {2001: "winmail.dat/consent.pdf", 2002: "winmail.dat/request.pdf", 3: "third.pdf"}


def test_an_encrypted_mail_goes_to_a_person_who_sees_whom_to_answer(office: Office) -> None:
    sealed = mail(FROM, "Subject: Sealed", "Content-Type: application/pkcs7-mime", body=cms(3, None))
    (row,) = intake(office, sealed)
    assert (row.disposition, row.reason) == (Disposition.QUARANTINED, SENTENCES["encrypted"])
    assert (row.sender, row.subject, row.readable) == (LAURA.email, "Sealed", False)
    (case,) = office.rows(Request)
    assert (case.kind, case.requester_email) == (Kind.MAIL, LAURA.email)
    assert LAURA.email in office.pages(case.id)["question"]


def test_a_flood_of_sealed_mails_asks_once(office: Office) -> None:
    office.set(sender_mails_per_hour=3)
    sealed = [
        mail(FROM, f"Subject: {n}", "Content-Type: application/pkcs7-mime", body=cms(3, None)) + b"x" * n
        for n in range(9)
    ]
    rows = intake(office, *sealed)
    assert {row.disposition for row in rows} == {Disposition.QUARANTINED}
    assert len(rows) == 9
    assert len(office.rows(Request)) == 3


def test_an_infected_mail_goes_to_quarantine_with_the_name_of_the_finding(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "clamd"
    office.set(clamav_socket=path)
    bad = multipart([text("clean words"), attached(SIGNATURE + b" raw")]).replace(b"clean", SIGNATURE)
    with scanner(path) as made:
        (row,) = intake(office, bad)
        assert made.seen == [bad]
        assert row.disposition is Disposition.QUARANTINED
        assert "Invented.Virus" in row.reason
        assert (row.text, office.rows(Document)) == ("", [])
        with office.session() as session:
            held = session.get_one(Message, row.id)
            held.disposition = Disposition.STORED
            session.add(held)
        sort_message.fn(row.id or 0)  # a person's retry is no way around the scanner
        assert len(made.seen) == 2
    assert office.mail(row.id or 0).disposition is Disposition.QUARANTINED


def test_while_the_scanner_is_down_mail_waits_and_is_not_given_up(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "clamd"
    office.set(clamav_socket=path)
    for round_ in range(office.config.intake_attempts + 2):
        assert intake(office, mail("Subject: Access", body="Thank you!")) == [], round_
    assert "ALARM" in caplog.text
    with scanner(path):
        (row,) = intake(office)
    assert row.disposition is Disposition.FILED


def test_a_mailbox_that_is_down_sends_no_mail_to_quarantine(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(self: MaildirMailbox, ref: Ref, out: Path) -> Facts:
        raise MailboxDown("down")

    with monkeypatch.context() as patch:
        patch.setattr(MaildirMailbox, "fetch", down)
        for _ in range(office.config.intake_attempts + 2):
            assert intake(office, mail("Subject: Access", body="Thank you!")) == []
    (row,) = intake(office)
    assert row.disposition is Disposition.FILED


def test_a_mail_of_many_files_holds_nobody_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms come first in nearly every mail; what stands behind the time is asked for again, and never read."""
    office.set(mail_reading_seconds=0)
    opened: list[bytes] = []
    monkeypatch.setattr(sandbox, "_shelf", Shelf(1))

    def fresh(data: bytes, digest: str, *_: object) -> FileReading:
        opened.append(data)
        return FileReading(digest, "", 1)

    monkeypatch.setattr(sandbox, "_fresh", fresh)
    files = [attached(PDF + b"%d" % n, f"scan{n}.pdf") for n in range(7)]
    (row,) = intake(office, multipart([text("The access request."), *files], "mixed", FROM))
    documents = sorted(office.rows(Document), key=lambda d: d.part)
    assert [d.refusal for d in documents] == [""] * 4 + ["too_many_files"] * 3
    assert all(d.read_at and (not d.refusal or "mail of their own" in d.refusal_sentence) for d in documents)
    assert len(opened) == 4
    assert row.disposition is Disposition.OPENED


def test_a_file_that_is_none_of_ours_starts_no_reader(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_fresh", None)
    parts = [attached(bytes([n + 128]) * 400, f"data{n}.bin", "application/octet-stream") for n in range(60)]
    intake(office, multipart([text(), *parts], "mixed", FROM))
    assert Counter(d.refusal for d in office.rows(Document)) == {"unsupported_type": 60}


def test_what_only_the_transport_saw_says_that_a_program_wrote_it(office: Office) -> None:
    """Exchange renders a mail anew, and its rendering may lack the header (RFC 3834)."""
    raw = mail(FROM, "Subject: Access request")

    class Renders(MaildirMailbox):
        def fetch(self, ref: Ref, out: Path) -> Facts:
            return Facts(super().fetch(ref, out).size, {"Auto-Submitted": "auto-replied (vacation)"})

    drop(office.home / "mailbox", raw, "rendered")
    mailbox = Renders(office.home / "mailbox", outgoing=office.home / "outgoing")
    store_one(office.config, mailbox, mailbox.waiting(1)[0])
    assert office.rows(Message)[0].automatic
