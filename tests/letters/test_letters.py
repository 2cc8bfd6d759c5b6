"""Letters: every template with its variables, and mails whose bytes are what was asked for."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from jinja2 import UndefinedError
from pydantic import SecretStr

from tasks.letters import CONTEXTS, HIDDEN, PLACEHOLDER, TEMPLATES, compose, fill, redact, render
from tasks.policy.findings import Effect, Finding
from tasks.policy.tokens import token

FINDINGS = [
    Finding("III.B.2.b", "supervisor_blank", Effect.DEFECT, "The Consent Form is not signed by the supervisor."),
    Finding("III.B.2.c", "need_missing", Effect.DEFECT, "Your mail does not say why <b>access</b> is needed."),
]
SAMPLE: dict[str, Any] = {
    "number": "CR-2026-000123",
    "requester_name": "Jane Roe",
    "requester_email": "jane@nexus.example",
    "staff_name": "Alma O'Poe",
    "provider_name": "Nexus",
    "manager_name": "Mel Carter",
    "defects": FINDINGS,
    "findings": FINDINGS,
    "question": "approval",
    "asked": "request for access to the offender management system",
    "to_name": "Mel Carter",
    "by": "Jane Roe",
    "asked_before": True,
    "ended": False,
    "returns": "07/01/2026",
    "kept": "",
    "ended_on": "06/01/2026",
    "summaries": True,
    "left": "Butte Prerelease",
    "kind": "new_access",
    "case_url": "http://127.0.0.1:4200/desk/CR-2026-000123",
    "list_url": "http://127.0.0.1:4200/desk",
    "key": "CR-2026-000123-create",
    "title": "Create offender management system account for Alma O'Poe (Nexus)",
    "action": "create_account",
    "problem": "",
    "user_id": "CX10001",
    "acquire": False,
    "email": "alma@nexus.example",
    "entitlement": "enter",
    "by_link": True,
    "by_desk": False,
    "no_directory": False,
    "code": PLACEHOLDER,
    "hours": 72,
    "link": f"http://127.0.0.1:4200/credentials/{PLACEHOLDER}",
    "password": PLACEHOLDER,
    "reason": "The clearance was <withdrawn>.",
    "clause": "III.B.1",
    "what": "The canary has not come back.",
    "count": "7",
    "urgent": True,
    "reported": True,
    "again": True,
    "stopped": "CR-2026-000124, CR-2026-000125",
    "head": "ab" * 32,
    "day": "2026-06-01",
    "since": "2026-05-26",
    "overdue": False,
    "whose": "requester",
    "whom": "jane@nexus.example",
    "answer": "approve",
    "reopened": True,
    "days": 55,
    "days_left": 6,
    "limit": 60,
    "used": True,
    "mailbox": "correquests@mt.example",
    "missed": "No digest went out on Thursday, 2026-05-28; this one covers that day as well.",
    "quiet": False,
    "waiting": 2,
    "late": 1,
    "sections": [
        {
            "title": "Waiting on you",
            "more": 3,
            "entries": [{"what": "Alma <b>Poe</b>", "detail": "late", "url": "/desk"}],
        }
    ],
    "facts": ["No mail waits for a person to sort it."],
    "review": "7",
    "said": "12 entries of the audit chain.",
    "chain": "The audit chain holds.",
    "broken": False,
    "kinds": [("decision", "3")],
    "unusual": [{"what": "Answers refused", "count": 2, "detail": "<withdrawn>"}],
    "until": "2026-06-04",
    "confirm_url": "http://127.0.0.1:4200/v2/deployments",
    "mark": "RC-2026-NEXUS",
    "lines": ["CX10001  Alma O'Poe  Case manager  view"],
    "news": ["New since last month: CX10001 Alma O'Poe."],
    "proposal": "PURGE-7",
    "about": "CX10001, CR-2020-000123",
    "kept_until": "2026-05-31",
}
SENT = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
SECRETS = {"access_implemented", "credentials_link", "initial_password", "reset_done"}


def context(name: str, **changes: Any) -> dict[str, Any]:
    return {key: SAMPLE[key] for key in CONTEXTS[name]} | changes


def mail(name: str = "credentials_link", **changes: Any) -> bytes:
    given: dict[str, Any] = {
        "sender": "correquests@mt.example",
        "recipients": ["alma@nexus.example"],
        "message_id": "<CR-2026-000123.credentials-link.1@mt.example>",
        "date": SENT,
    }
    return compose(render(name, **context(name)), **(given | changes))


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=SMTP)


def body(raw: bytes, kind: str) -> str:
    part = read(raw).get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def test_every_template_is_listed() -> None:
    assert {p.name for p in TEMPLATES.iterdir() if p.name != "_base"} == set(CONTEXTS)


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_each_template_says_the_same_in_text_and_html(name: str) -> None:
    letter = render(name, **context(name))
    tag = f"[{token('CR-2026-000123')}]" if "number" in CONTEXTS[name] else "[correquests]"
    assert letter.subject.startswith(f"{tag} ")
    for text in (letter.text, letter.html):
        assert "FPB 6.1.205" in text
        assert "revision 2026-04-24" in text
        assert "III." in text
        assert "None" not in text
    assert "<b>" not in letter.html
    assert "<withdrawn>" not in letter.html
    assert max(len(line) for line in letter.html.splitlines()) < 990
    assert (PLACEHOLDER in letter.text, PLACEHOLDER in letter.html) == (name in SECRETS, name in SECRETS)


@pytest.mark.parametrize(("name", "variable"), [(n, v) for n in sorted(CONTEXTS) for v in sorted(CONTEXTS[n])])
def test_a_missing_variable_is_an_error(name: str, variable: str) -> None:
    given = context(name)
    del given[variable]
    if (name, variable) == ("initial_password", "user_id"):
        return  # accepted, but never printed beside the password
    with pytest.raises(UndefinedError):
        render(name, **given)


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(TypeError, match="rejected has no password"):
        render("rejected", **context("rejected"), password="x")


def test_the_password_mail_does_not_hold_the_user_id() -> None:
    letter = render("initial_password", **context("initial_password"))
    assert "CX10001" not in letter.text + letter.html + letter.subject


def test_the_submitter_gets_no_link_and_no_password_and_the_staff_member_no_code() -> None:
    submitter = render("access_implemented", **context("access_implemented"))
    assert "/credentials/" not in submitter.text + submitter.html
    staff = render("credentials_link", **context("credentials_link"))
    assert "CX10001" in staff.text
    assert staff.text.count(PLACEHOLDER) == 1


def test_the_notice_of_monitoring_is_verbatim() -> None:
    words = "There is no right of privacy in the use of the offender management system and all aspects of staff usage"
    for name in ("credentials_link", "credentials_user_id"):
        letter = render(name, **context(name))
        assert words in letter.text
        assert words in letter.html


@pytest.mark.parametrize("question", ["sender", "reading", "approval", "completion"])
def test_each_question_has_its_own_words(question: str) -> None:
    letter = render("needs_you", **context("needs_you", question=question, findings=[], staff_name=""))
    assert "jane@nexus.example" in letter.subject
    assert "No clause has anything to say against it." in letter.text


def test_the_ticket_asks_for_an_id_in_acquire_mode_only() -> None:
    given = render("ticket", **context("ticket")).text
    asked = render("ticket", **context("ticket", acquire=True, user_id=None)).text
    assert "CX10001" in given
    assert "please assign" not in given
    assert "please assign" in asked
    assert "User ID: C…" in asked


def test_a_mail_is_finished() -> None:
    raw = mail(
        "ticket", in_reply_to="<a@x>", references=["<b@x>", "bad id", "<a@x>"],
        attachments=[("ticket.json", "application/json", b'{"a": 1}')],
    )  # fmt: skip
    headers = [line.split(":")[0] for line in raw.partition(b"\r\n\r\n")[0].decode().split("\r\n") if line[0] != " "]
    assert headers == [
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    message = read(raw)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["References"] == "<b@x> <a@x>"
    (file,) = message.iter_attachments()
    assert (file.get_filename(), json.loads(file.get_content())) == ("ticket.json", {"a": 1})
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 990


def test_a_long_id_is_not_broken() -> None:
    long = f"<{'x' * 300}@mail.example>"
    assert read(mail(in_reply_to=long, references=[long]))["References"] == long
    assert f"References: {long}\r\n".encode() in mail(references=[long])


def test_equal_input_gives_equal_bytes() -> None:
    assert mail() == mail()
    assert mail() != mail(message_id="<other@mt.example>")


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize("secret", ["kX9-token_value", "a=b<c>&\"d'é=20", "=" * 16])
def test_the_secret_is_filled_in_and_nothing_else_changes(name: str, secret: str) -> None:
    stored = mail(name)
    filled = fill(stored, SecretStr(secret))
    assert filled.partition(b"\r\n\r\n")[0] == stored.partition(b"\r\n\r\n")[0]
    assert body(filled, "plain") == body(stored, "plain").replace(PLACEHOLDER, secret)
    assert html.escape(secret) in body(filled, "html")
    assert PLACEHOLDER not in body(filled, "plain") + body(filled, "html")
    assert b"\n" not in filled.replace(b"\r\n", b"")


def test_the_kept_copy_says_where_the_secret_was() -> None:
    kept = redact(mail())
    assert kept.partition(b"\r\n\r\n")[0] == mail().partition(b"\r\n\r\n")[0]
    assert HIDDEN in body(kept, "plain")
    assert PLACEHOLDER not in body(kept, "plain") + body(kept, "html")


def test_a_mail_without_a_secret_stays_as_it_is() -> None:
    raw = mail("ticket", attachments=[("ticket.json", "application/json", b"{}")])
    assert redact(raw) == raw
    assert fill(raw, SecretStr("x")) == raw


def test_a_name_cannot_add_a_header() -> None:
    letter = render("rejected", **context("rejected", staff_name="A\r\nBcc: x@y.example"))
    assert read(compose(letter, sender="a@b", recipients=["c@d"], message_id="<1@b>", date=SENT))["Bcc"] is None
