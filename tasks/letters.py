"""Letters: rendered from `mail_templates/`, then made into finished MIME whose bytes depend on the input alone.

Every template has the variables of `CONTEXTS` and no others; a missing one is an error, not an empty space. A secret
never enters a template: `PLACEHOLDER` stands where it belongs until the moment of sending.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from pydantic import SecretStr

from db.procedure import NUMBER, REVISION
from forms.schema import ACCESS_REQUEST
from tasks.policy.tokens import token

TEMPLATES = Path(__file__).resolve().parents[1] / "mail_templates"

PLACEHOLDER = "correquests-puts-the-secret-here"
"""Stands in a stored mail where the link, the pick-up code or the password goes."""

HIDDEN = "(shown only in the mail itself)"
"""Stands there in the copy that Sent keeps."""

CONTEXTS: dict[str, frozenset[str]] = {
    name: frozenset(variables.split())
    for name, variables in {
        "papers_missing": "number asked requester_name staff_name defects",  # defects: findings
        "needs_you": "number question kind manager_name staff_name provider_name requester_name requester_email"
        " findings case_url list_url",  # question and kind choose the words (`_base/questions.txt`)
        "ticket": "number key title action problem urgent user_id acquire no_directory staff_name email"
        " provider_name entitlement",
        "access_implemented": "number requester_name staff_name provider_name user_id entitlement by_link by_desk code"
        " hours",
        "credentials_link": "number staff_name user_id hours link requester_name again",
        "credentials_user_id": "number staff_name user_id by_desk hours again",
        "initial_password": "number staff_name user_id hours password",
        "rejected": "number asked requester_name staff_name reason clause",
        "credential_void": "number staff_name hours reason",
        "papers_reminder": "number requester_name staff_name defects since day",  # day: when it ends, or empty
        "papers_expired": "number requester_name staff_name since",
        "still_waiting": "number question manager_name staff_name provider_name requester_email since overdue day"
        " case_url list_url",  # day: when it is overdue, or empty
        "desk_reminder": "number key staff_name since",
        "silence": "number manager_name whose whom staff_name provider_name since day case_url",
        "answer_not_used": "number manager_name answer what case_url",
        "sent_back": "number requester_name staff_name reason",
        "undone": "number requester_name staff_name answer reopened",
        "withdrawn": "number to_name by asked staff_name asked_before",
        "notice_received": "number requester_name staff_name ended day returns kept",
        "access_ended": "number requester_name staff_name ended_on kept summaries",
        "access_paused": "number requester_name staff_name day returns",
        "access_restored": "number requester_name staff_name user_id",
        "access_changed": "number requester_name staff_name provider_name left user_id entitlement",
        "audit_head": "head day",
        "alarm": "what day clause",
        "recertification": "mark what provider_name lines by",  # lines: a person each
        "roster": "provider_name day lines news mailbox",  # news: what changed since the last one
        "canary": "count",
        "daily_digest": "manager_name day missed quiet waiting late sections facts list_url",
        "audit_review": "review said chain broken kinds unusual until confirm_url",
        "idle_warning": "staff_name user_id days days_left limit used",
        "locked_out": "number staff_name user_id reason limit mailbox",
        "locked_out_provider": "number staff_name user_id reason limit mailbox provider_name",
        "restricted_case": "number urgent reported again stopped case_url list_url",
        "report_received": "number requester_name",
        "report_question": "number requester_name reason",
        "request_stopped": "number requester_name manager_name",
        "reset_done": "number requester_name staff_name user_id by_link code hours",
        "not_granted": "number requester_name reason clause",
        "access_removed": "number staff_name",
        "purge_notice": "proposal provider_name about what kept_until day mailbox",
    }.items()
}
"""The variables of each template. All are text except `defects`, `findings` (findings) and yes or no: `acquire`,
`by_link`, `by_desk`, `ended`, `no_directory`, `overdue`, `reopened`, `summaries`, `urgent`, `reported`, `again`,
`broken` and `quiet`; in the digest numbers and `sections`, `facts`, in the audit review pairs `kinds` and `unusual`."""

_CONTENT = SMTP.clone(max_line_length=76)  # RFC 2045 6.7: quoted-printable lines
_HEADERS = SMTP.clone(max_line_length=990)  # a long id must not be folded into encoded words
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")
_KEPT_REFERENCES = 20


@dataclass(frozen=True)
class Letter:
    """A rendered letter: one line of subject, the same words as text and as HTML."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    levels = ACCESS_REQUEST.field("entitlement").choices
    environment.filters["token"] = token
    environment.globals.update(procedure=NUMBER, revision=REVISION, hidden=PLACEHOLDER, levels=levels)
    return environment


def render(name: str, **context: Any) -> Letter:
    """The letter of that name. Raises `UndefinedError` for a missing variable, `TypeError` for one it does not know."""
    unknown = set(context) - CONTEXTS[name]
    if unknown:
        raise TypeError(f"{name} has no {', '.join(sorted(unknown))}")
    subject, text, page = (
        _environment().get_template(f"{name}/{part}").render(**context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Letter(" ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", page)


def compose(
    letter: Letter,
    *,
    sender: str,
    recipients: Sequence[str],
    message_id: str,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    date: datetime,
    attachments: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """The finished mail, the same bytes for the same input. An attachment is file name, media type and content.

    Marked as automatic, so that no auto-reply comes back (RFC 3834; the X- header is Exchange's).
    """
    mail = EmailMessage(policy=_CONTENT)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = letter.subject
    mail["Date"] = date
    mail["Message-ID"] = message_id
    if _MESSAGE_ID.fullmatch(in_reply_to):
        mail["In-Reply-To"] = in_reply_to
    if known := [i for i in dict.fromkeys(references) if _MESSAGE_ID.fullmatch(i)]:
        mail["References"] = " ".join(known[-_KEPT_REFERENCES:])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for file_name, media_type, content in attachments:
        kind, _, subtype = media_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=file_name)
    digest = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    for number, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_{digest}_{number}")
    return mail.as_bytes(policy=_HEADERS)


def fill(raw: bytes, secret: SecretStr) -> bytes:
    """The mail as it goes out, with the secret in the place of `PLACEHOLDER`. The headers stay as they are."""
    return _replace(raw, secret.get_secret_value())


def redact(raw: bytes) -> bytes:
    """The mail as Sent keeps it: it says where the secret stood."""
    return _replace(raw, HIDDEN)


def _replace(raw: bytes, words: str) -> bytes:
    headers, gap, _ = raw.partition(b"\r\n\r\n")
    mail = message_from_bytes(raw, _class=EmailMessage, policy=_CONTENT)
    for part in mail.walk():
        if part.get_content_maintype() != "text" or part.is_attachment():
            continue
        text = part.get_content()
        if PLACEHOLDER in text:
            subtype = part.get_content_subtype()
            shown = html.escape(words) if subtype == "html" else words
            part.set_content(text.replace(PLACEHOLDER, shown), subtype=subtype, cte="quoted-printable")
            del part["MIME-Version"]
    body = mail.as_bytes(policy=_HEADERS).partition(b"\r\n\r\n")[2]
    return headers + gap + body
