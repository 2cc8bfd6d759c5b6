"""Usage exports that come by mail (III.C.3): whose are taken in, and what the mail is filed with."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.columns import utc_now
from db.models import Disposition, Message, UsageImport
from tasks.intake import sort_waiting, store_waiting
from tests.tasks.office import Office

OMS, STRANGER = "exports@oms.example", "someone@else.example"
FILED, QUARANTINED = Disposition.FILED, Disposition.QUARANTINED
GOOD = "user_id,last_access\nCX00001,2026-01-02\n"


def sent(
    office: Office, files: dict[str, str], sender: str = OMS, at: datetime | None = None, **headers: Any
) -> Message:
    """A mail with these files is stored and sorted; its row afterwards."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "correquests@mt.example", "Nightly usage"
    mail["Message-ID"] = f"<{len(office.rows(Message))}@oms.example>"
    if at:
        mail["Date"] = format_datetime(at)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("See the file.")
    for name, text in files.items():
        mail.add_attachment(text.encode(), maintype="text", subtype="csv", filename=name)
    inbox = office.home / "mailbox" / "new"
    inbox.mkdir(parents=True, exist_ok=True)
    for folder in ("cur", "tmp"):
        (inbox.parent / folder).mkdir(exist_ok=True)
    (inbox / f"{len(office.rows(Message))}.eml").write_bytes(mail.as_bytes())
    store_waiting.fn()
    sort_waiting.fn()
    return office.rows(Message)[-1]


MAILS: list[tuple[str, dict[str, str], dict[str, Any], Disposition, str]] = [
    ("an export", {"usage.csv": GOOD}, {}, FILED, "1 accounts, 0 used since"),
    ("written by a program", {"usage.csv": GOOD}, {"Auto_Submitted": "auto-generated"}, FILED, "1 accounts"),
    ("one that is refused", {"usage.csv": "user_id\nCX1\n"}, {}, FILED, "refused (columns)"),
    ("one of two refused", {"a.csv": GOOD, "b.csv": ""}, {}, FILED, "b.csv refused (empty)"),
    ("no file", {}, {}, FILED, "without a CSV file"),
    ("of somebody else", {"usage.csv": GOOD}, {"sender": STRANGER}, QUARANTINED, "none of the forms"),
]


@pytest.mark.parametrize(("files", "more", "end", "said"), [m[1:] for m in MAILS], ids=[m[0] for m in MAILS])
def test_what_becomes_of_a_mail(
    office: Office, files: dict[str, str], more: dict[str, Any], end: Disposition, said: str
) -> None:
    office.set(usage_senders=f'["{OMS.upper()}"]')
    mail = sent(office, files, **more)
    assert mail.disposition is end
    assert said in mail.reason
    taken = [] if more.get("sender") == STRANGER else [*files]
    assert [row.file_name for row in office.rows(UsageImport)] == taken


def test_an_origin_that_nobody_vouches_for_goes_to_a_person(office: Office) -> None:
    office.set(usage_senders=f'["{OMS}"]', authserv_id="edge.mt.example")
    mails: list[tuple[dict[str, Any], Disposition]] = [
        ({"Auto_Submitted": "auto-generated"}, QUARANTINED),
        ({"Authentication_Results": "edge.mt.example; dmarc=pass header.from=oms.example"}, FILED),
    ]
    for headers, end in mails:
        assert sent(office, {"usage.csv": GOOD}, **headers).disposition is end
    assert len(office.rows(UsageImport)) == 1


def test_the_day_is_the_mails_own_and_never_later_than_it_came(office: Office) -> None:
    office.set(usage_senders=f'["{OMS}"]')
    zone = ZoneInfo("America/Denver")
    now = utc_now().astimezone(zone)
    written = (now - timedelta(5)).replace(hour=23, minute=30)
    days = {
        "dated": (written, written.date()),
        "post-dated": (now + timedelta(9), now.date()),
        "undated": (None, now.date()),
    }
    for name, (at, day) in days.items():
        sent(office, {f"{name}.csv": GOOD.replace("CX00001", name)}, at=at)
        assert office.rows(UsageImport)[-1].as_of == day, name
