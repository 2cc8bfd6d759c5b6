"""The yearly question on the registry: asked, answered by mail and on paper, reminded, handed over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from db import audit
from db.account_life import AccountEvent, AccountState, change
from db.columns import clock
from db.models import Account, Disposition, Kind, Recertification, RecertificationLine, Request, Roster, Verdict
from forms.reading import FieldReading, FormReading, Source
from forms.schema import FormKind
from tasks.intake import sort_waiting, store_waiting
from tasks.recertify import ask_and_remind, decide, recertification_page
from tests.factories import BOX, CROP, FRANK, LAURA, OWEN, Sender
from tests.forms.test_roster import cross
from tests.tasks.office import MANAGER, MARIA, Office, parsed, text_of
from tests.tasks.test_lockout_run import staff

START = date(2026, 7, 1)
MARK = "RC-2026-NEXUS"
RE = {"subject": f"RE: [correquests] {MARK}: Please say who still needs access"}


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock(lambda: datetime(day.year, day.month, day.day, 16, tzinfo=UTC)):
        yield


def asked(office: Office, count: int = 4) -> list[str]:
    names = staff(office, count)
    with on(START):
        ask_and_remind.fn("correquests")
    return names


def said(office: Office) -> dict[str, Verdict]:
    return {row.user_name: row.said for row in office.rows(RecertificationLine)}


def round_(office: Office) -> Recertification:
    (row,) = office.rows(Recertification)
    return row


def cases(office: Office) -> dict[Kind, Request]:
    return {r.kind: r for r in office.rows(Request) if r.kind is not Kind.NEW_ACCESS}


def test_each_provider_is_asked_once_with_its_list_as_paper(office: Office) -> None:
    names = asked(office)
    with on(START + timedelta(1)):
        assert all("nothing was asked" in said for said in ask_and_remind.fn("correquests"))
    (letter,) = office.letters("recertification")
    assert letter.recipients == sorted([LAURA.email, OWEN.email])
    assert all(name in text_of(letter) for name in names)
    (paper,) = parsed(letter.raw).iter_attachments()
    assert paper.get_filename() == f"{MARK}.pdf"
    (roster,) = office.letters("roster-2026-07")
    assert MARIA in roster.recipients


def test_a_mail_answers_and_differences_become_requests(office: Office) -> None:
    names = asked(office)
    with on(START + timedelta(2)):
        text = f"{names[0]} remove left in June\n{names[1]} changed now a supervisor\nAll keep"
        mail = office.receive(LAURA, text=text, **RE)
    assert mail.disposition is Disposition.FILED
    assert mail.reason == f"answers {MARK}: 1 changed, 2 keep, 1 remove"
    assert list(said(office).values()) == [Verdict.REMOVE, Verdict.CHANGED, Verdict.KEEP, Verdict.KEEP]
    assert round_(office).closed_on == START + timedelta(2)
    found = cases(office)
    assert set(found) == {Kind.DEPARTURE, Kind.CHANGE}
    assert found[Kind.DEPARTURE].requester_email == LAURA.email
    assert "left in June" in found[Kind.DEPARTURE].mail_text
    with on(START + timedelta(2)):
        office.assess(found[Kind.DEPARTURE].id)
        office.assess(found[Kind.CHANGE].id)
    states = {a.user_name: a.state for a in office.rows(Account)}
    assert states[names[0]] is AccountState.DISABLED
    assert {states[name] for name in names[1:]} == {AccountState.ACTIVE}
    page = recertification_page.fn([])
    assert found[Kind.CHANGE].number in page
    with office.session() as session:
        links = [a.action for a in audit.of_subject(session, MARK)]
    assert links == ["recertification.opened", "recertification.answered", "recertification.closed"]


def marked(names: list[str], ticks: list[tuple[str, float]], *, signed: bool = True) -> FormReading:
    """The list as the reader returns it."""
    values = [("mark", MARK, 0.95), ("signed-1", "yes" if signed else "", 0.9)]
    for n, (name, (value, sure)) in enumerate(zip(names, ticks, strict=True)):
        values += [(f"row-1-{n:02d}", value, sure), (f"id-1-{n:02d}", f"Cx{name[1:]}", 0.9)]
    fields = tuple(FieldReading(name, value, sure, Source.OCR, 1, BOX, CROP) for name, value, sure in values)
    return FormReading(FormKind.ROSTER, 0.95, "", (1,), False, fields, ())


TICKS = [("keep", 0.95), ("remove", 0.95), ("", 0.3), ("keep", 0.3)]


@pytest.mark.parametrize("signed", [True, False])
def test_a_marked_list_answers_and_what_is_unsure_goes_to_a_person(office: Office, signed: bool) -> None:
    names = asked(office)
    with on(START + timedelta(2)):
        mail = office.receive(LAURA, marked(names, TICKS, signed=signed), text="", subject="scan")
    assert mail.disposition is Disposition.FILED
    expected = [Verdict.KEEP, Verdict.REMOVE, Verdict.UNSURE, Verdict.UNSURE] if signed else [Verdict.UNSURE] * 4
    assert list(said(office).values()) == expected
    (told,) = office.letters("recertification-unsure-nexus")
    assert names[2] in text_of(told)
    assert MARIA in told.recipients
    with on(START + timedelta(3)):
        assert "does not decide" in decide.fn("nexus", "All keep", "called", "vlindqvist")
        assert "how you know" in decide.fn("nexus", "All keep", " ", MANAGER)
        decide.fn("Nexus", "All keep", "spoke to Laura today", MANAGER)
    assert round_(office).closed_by == MARIA
    assert set(said(office).values()) <= {Verdict.KEEP, Verdict.REMOVE}


def test_the_paper_that_went_out_comes_back_marked_and_scanned(office: Office) -> None:
    """Drawn, mailed, crossed by pen, signed, scanned, mailed back, and read by the reader itself."""
    names = asked(office)
    (paper,) = parsed(office.letters("recertification")[0].raw).iter_attachments()
    scan = cross(paper.get_content(), [[0], [0], [1], [0]])
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = LAURA.email, "correquests@mt.example", "Scan from MFP-2"
    mail["Message-ID"] = "<scan@nexus.example>"
    mail.set_content("See attached.")
    mail.add_attachment(scan, maintype="application", subtype="pdf", filename="scan.pdf")
    for folder in ("new", "cur", "tmp"):
        (office.home / "mailbox" / folder).mkdir(parents=True, exist_ok=True)
    (office.home / "mailbox" / "new" / "1.eml").write_bytes(mail.as_bytes())
    with on(START + timedelta(2)):
        store_waiting.fn()
        sort_waiting.fn()
    assert said(office) == {name: Verdict.REMOVE if name == names[2] else Verdict.KEEP for name in names}
    assert cases(office)[Kind.DEPARTURE].staff_name == "Pat Staff3"


def test_a_list_with_another_row_at_a_place_is_unsure(office: Office) -> None:
    names = asked(office)
    with on(START + timedelta(2)):
        office.receive(LAURA, marked(names[::-1], [("remove", 0.95)] * 4), text="", subject="scan")
    assert set(said(office).values()) == {Verdict.UNSURE}
    assert cases(office) == {}


REFUSED: list[tuple[Sender | str, dict[str, Any], str, str]] = [
    (FRANK, {}, "All keep", "no designated submitter"),
    ("stranger@else.example", {}, "All keep", "no designated submitter"),
    (LAURA, {}, "We will answer next week.", "nothing that could be read"),
]


@pytest.mark.parametrize(("sender", "more", "text", "why"), REFUSED)
def test_what_is_no_answer_goes_to_a_person(
    office: Office, sender: Sender | str, more: dict[str, Any], text: str, why: str
) -> None:
    asked(office)
    with on(START + timedelta(2)):
        mail = office.receive(sender, text=text, **(RE | more))
    assert mail.disposition is Disposition.QUARANTINED
    assert why in mail.reason
    assert set(said(office).values()) == {Verdict.OPEN}


def test_silence_reminds_hands_over_and_removes_nobody(office: Office) -> None:
    names = asked(office)
    with office.session() as session, on(START):
        account = next(a for a in office.rows(Account) if a.user_name == names[3])
        change(session, session.merge(account), AccountEvent.DISABLE, by="test", clause="III.B.3", reason="left")
    for count in range(1, 40):
        with on(START + timedelta(count)):
            ask_and_remind.fn("correquests")
    assert len(office.letters("recertification")) == 3
    assert len(office.letters("recertification-silent-nexus")) == 1
    assert list(said(office).values()) == [Verdict.OPEN] * 3 + [Verdict.REMOVE]
    assert cases(office) == {}
    assert round_(office).closed_on is None
    assert "with the contract manager" in recertification_page.fn([])


def test_a_run_that_was_missed_for_a_month_catches_up(office: Office) -> None:
    staff(office, 2)
    with on(date(2026, 9, 15)):
        ask_and_remind.fn("correquests")
    assert round_(office).opened_on == date(2026, 9, 15)
    assert [r.period for r in office.rows(Roster)] == ["2026-09"]
    with on(date(2026, 10, 20)):
        ask_and_remind.fn("correquests")
    assert round_(office).escalated_on == date(2026, 10, 20)
    with office.session() as session, on(date(2026, 10, 20)):
        account = session.merge(office.rows(Account)[0])
        change(session, account, AccountEvent.DISABLE, by="test", clause="III.B.3", reason="left")
    with on(date(2026, 11, 2)):
        ask_and_remind.fn("correquests")
    assert "Gone: CX00001" in text_of(office.letters("roster-2026-11")[0])
    assert "Nothing has changed since 2026-09" in text_of(office.letters("roster-2026-10")[0])
