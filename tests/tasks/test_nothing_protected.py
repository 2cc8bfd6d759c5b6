"""Every form of protected personal information, by every way in, and nowhere in what is kept (DOC 1.1.15).

Only the stored original has it: the raw mail and the document as it came.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, MetaData
from sqlmodel import SQLModel

from db.lifecycle import State
from db.session import engine
from deployments import log_masking
from deployments.samples import letters
from deployments.samples.mails import DAY, good
from deployments.stamp import stamped, started
from forms.blank.fill import fill
from forms.schema import FormKind
from tasks import desk_watch
from tasks.adapters.desk import Seen
from tasks.adapters.mailbox.maildir import drop
from tasks.approval import show
from tasks.intake import sort_message, store_waiting
from tests.factories import DESK, JANE, LAURA, access, consent, today
from tests.forms.papers import picture_of, scan_of
from tests.tasks.office import MANAGER, Office, parsed

WRITTEN = {
    "517-22-9134": "517-22-9134",
    "517 22 9135": "SSN 517 22 9135",
    "517229136": "social security number: 517229136",
    "9137": "last four of SSN 9137",
    "0517219914117": "her licence is 0517219914117",
    "AB5179138": "Driver's License No. AB5179138",
    "51-7229139": "Tax ID 51-7229139",
    "M5179140": "State issued ID number M5179140",
    "N5179141": "Tribal enrollment number N5179141",
    "C05179142": "passport C05179142",
    "51791430001": "bank account number 51791430001",
    "4111 1111 1111 1111": "card 4111 1111 1111 1111",
    "917": "CVV: 917",
    "hunter2!": "password: hunter2!",
    "05/17/1991": "DOB 05/17/1991",
    "5179144": "AO# 5179144",
    "5179145": "Medical record number 5179145",
}
"""The protected value, and a way in which people write it."""

ALL = ". ".join(WRITTEN.values()) + "."
ORIGINALS = {("message", "raw"), ("document", "content")}


def leaks(text: str) -> list[str]:
    """What can be read of the values; `917` only where it stands alone, for figures come together by chance."""
    words = set(text.replace(".", " ").replace(",", " ").split())
    return [value for value in WRITTEN if (value in text if len(value) > 4 else value in words)]


def kept(office: Office) -> Iterator[tuple[str, str]]:
    """Everything in the registry but the originals, mails in the outbox decoded, by place."""
    tables: MetaData = SQLModel.metadata
    with engine(office.url).begin() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(table.select()).mappings():
                for column in table.columns:
                    value = row[column.name]
                    if (table.name, column.name) in ORIGINALS or value is None:
                        continue
                    if (table.name, column.name) == ("outbox", "raw"):
                        value = "\n".join(str(p.get_content()) for p in parsed(value).walk() if not p.is_multipart())
                    elif isinstance(column.type, LargeBinary):
                        continue  # crops and shapes: pictures, which tests/forms covers
                    said = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                    yield f"{table.name}.{column.name}", said


def found(office: Office) -> list[tuple[str, list[str]]]:
    return [(place, seen) for place, said in kept(office) if (seen := leaks(said))]


def mail(*files: tuple[str, bytes], sender: str = f"Laura 517-22-9134 Brandt <{LAURA.email}>", text: str = "") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = sender, "correquests@mt.example", "<one@nexus.example>"
    made["Subject"] = f"Access for Jane Doe, {ALL}"
    made.set_content(text or f"{letters.GOOD}\n\n{ALL}\n")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made.as_bytes()


def forms(*, scanned: bool, flat: bool) -> list[tuple[str, bytes]]:
    """The request with values in its longest field, as a form's field, a text layer or a scan, and a signed consent."""
    request = {
        "action": "new", "given_name": "Jane", "family_name": "Doe", "position": "Case manager", "provider": "Nexus",
        "email": JANE.email, "telephone": JANE.telephone, "entitlement": "view", "date": today().isoformat(),
        "supervisor_name": "Samuel Ostrander", "justification": "Case notes. SSN 517-22-9134. DOB 05/17/1991.",
    }  # fmt: skip
    made = fill(FormKind.ACCESS_REQUEST, request, flat=flat)
    signed = good(DAY).mails[0].attachments[0].make()
    papers = [scan_of(picture_of(made)) if scanned else made, signed]
    return [(f"form {number} DOB 05-17-1991 SSN 517229136.pdf", raw) for number, raw in enumerate(papers)]


@pytest.fixture
def quiet(office: Office, caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    before, hook = logging.getLogRecordFactory(), sys.excepthook
    log_masking.begin()
    caplog.set_level(logging.DEBUG)
    yield caplog
    logging.setLogRecordFactory(before)
    sys.excepthook = hook


WAYS = [("fields of a form", False, False), ("a text layer", False, True), ("a scan", True, True)]


@pytest.mark.parametrize(("scanned", "flat"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_a_mail_with_forms(
    office: Office, quiet: pytest.LogCaptureFixture, scanned: bool, flat: bool, request: pytest.FixtureRequest
) -> None:
    if "postgresql" in request.node.name and scanned:
        pytest.skip("reading is the same; the tables were looked through with the other forms")
    assert office.config.maildir is not None
    drop(office.config.maildir, mail(*forms(scanned=scanned, flat=flat)), "one")
    (row_id,) = store_waiting.fn()
    sort_message.fn(row_id)
    stored = office.mail(row_id)
    assert b"517-22-9134" in stored.raw, "the control: the original is as it came"
    assert stored.request_id is not None, stored.reason
    office.assess(stored.request_id)
    pages = json.dumps(show.fn(stored.request_id), ensure_ascii=False).replace("\\", "")
    assert "Jane Doe" in pages
    assert leaks(pages) == []
    assert found(office) == []
    assert leaks(quiet.text) == []


def test_a_mail_that_nobody_can_sort(office: Office, quiet: pytest.LogCaptureFixture) -> None:
    sender = f"SSN 517 22 9135 <{LAURA.email}>"
    assert office.config.maildir is not None
    drop(office.config.maildir, mail(("DL# AB5179138.pdf", b"%PDF-broken 517-22-9134"), sender=sender, text=ALL), "two")
    (row_id,) = store_waiting.fn()
    sort_message.fn(row_id)
    assert found(office) == []
    if request_id := office.mail(row_id).request_id:
        office.assess(request_id)
        assert leaks("\n".join(show.fn(request_id).values())) == []
        assert found(office) == []


def answers() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("reject", {"decision": "reject", "reason": f"No. {ALL}"}),
        ("approve", {"decision": "approve", "clearance_on": today().isoformat(), "reason": ALL}),
        ("a bad day", {"decision": "approve", "clearance_on": "SSN 517-22-9134", "reason": ALL}),
        ("an answer that is not offered", {"decision": f"approve {ALL}", "reason": ALL}),
    ]


@pytest.mark.parametrize("given", [a[1] for a in answers()], ids=[a[0] for a in answers()])
def test_what_a_contract_manager_types(office: Office, given: dict[str, Any]) -> None:
    request_id = office.assessed(LAURA, consent(), access())
    full = {"entitlement": "as requested", "clearance_on": "", "identity_reason": ALL, **given}
    office.answer_raw(request_id, full)
    assert found(office) == []
    assert leaks("\n".join(office.pages(request_id).values())) == []


def test_what_the_gateway_hands_to_prefect() -> None:
    """Before an answer or a parameter is in Prefect's database."""
    deep = {"reason": ALL, "parts": [{"more": ALL}]}
    assert leaks(stamped(json.dumps({"run_input": deep}).encode(), MANAGER, "Maria Reyes").decode()) == []
    assert leaks(started(json.dumps({"parameters": deep}).encode(), MANAGER).decode()) == []
    plain = {"decision": "approve", "clearance_on": "2026-11-01", "case_number": "CR-2026-000123"}
    assert (
        json.loads(stamped(json.dumps({"run_input": plain}).encode(), "m", "M"))["run_input"].items() >= plain.items()
    )


@pytest.mark.parametrize("done", [True, False])
def test_what_the_service_desk_writes_by_mail(office: Office, done: bool) -> None:
    request_id = office.with_it()
    ticket = office.letters("ticket")[-1]
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = DESK.email, "correquests@mt.example", "<desk@mt.example>"
    made["Subject"], made["In-Reply-To"] = f"RE: {ticket.subject}", ticket.message_id
    made.set_content(f"{'DONE. INC0012345' if done else 'We need more.'} {ALL}")
    assert office.config.maildir is not None
    drop(office.config.maildir, made.as_bytes(), "desk")
    (row_id,) = store_waiting.fn()
    sort_message.fn(row_id)
    assert (office.ticket().closed_at is not None) is done
    assert found(office) == []
    assert leaks("\n".join(office.pages(request_id).values())) == []


@pytest.mark.parametrize(("closed", "done"), [(True, True), (True, False)])
def test_what_the_service_desk_writes_by_rest(office: Office, closed: bool, done: bool) -> None:
    office.with_it()
    seen = Seen("INC0012345", closed, done, "", f"Done. {ALL}")
    desk_watch._learn(office.config, office.ticket().key, seen, "https://desk.example")
    assert "***" in office.ticket().note
    assert found(office) == []


def test_what_an_exception_quotes(quiet: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("tasks.anything")
    try:
        int(ALL)
    except ValueError:
        log.exception("could not take %s", ALL)
    log.warning("%d", "517-22-9134")  # values that do not fit
    assert "invalid literal" in quiet.text
    assert leaks(quiet.text) == []


def test_the_search_finds_what_is_there(office: Office) -> None:
    """The control: a value that was let in is seen in the tables and in a mail."""
    request_id = office.assessed(LAURA, consent(), access(justification=ALL), text=f"{letters.GOOD} {ALL}")
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    places = dict(found(office))
    assert set(places["request.mail_text"]) == set(WRITTEN)
    assert "field.value" in places


def test_no_log_of_ours_is_begun_without_masking() -> None:
    """The three processes of the product."""
    for name in ("gateway", "runner", "watcher"):
        assert "log_masking.begin()" in (Path(log_masking.__file__).parent / f"{name}.py").read_text()
