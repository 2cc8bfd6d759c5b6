"""What a contract manager is shown of a mail that the product could not sort, in markdown for the Prefect UI."""

from __future__ import annotations

from sqlmodel import Session, col, select

from db import messages
from db.lifecycle import WAITING_FOR
from db.models import Document, Message, Request
from tasks import suggestions
from tasks.exhibits import plain, quoted
from tasks.policy.findings import Effect, Finding
from tasks.settings import Settings

CLAUSE = "III.B.1"
_MOST = 5
SHOWN = 3000
"""Characters of a mail's text that are shown; all of it is in the mail itself, one click away."""


def why(session: Session, request: Request) -> list[Finding]:
    """Why the mail is not sorted, as a finding for the notice."""
    return [Finding(CLAUSE, "mail_to_sort", Effect.FLAG, m.reason) for m in messages.of_request(session, request.id)]


def pages(session: Session, config: Settings, request: Request) -> dict[str, str]:
    """The exhibits of a mail to be sorted: its page, and the question while it is open."""
    shown = "\n".join(_preview(session, message) for message in messages.of_request(session, request.id))
    shown = _suggested(session, config, request) + shown
    waiting = f"**Waiting for:** {WAITING_FOR[request.state]} ({request.state.replace('_', ' ').lower()})"
    found = {"summary": f"## {plain(request.number)}: a mail\n\n{waiting}\n\n{shown}"}
    if request.closed_at is None:
        problem = f"**Your last answer was not accepted:** {plain(request.problem)}\n\n" if request.problem else ""
        found["question"] = f"**What is this mail?**\n\n{problem}{shown}"
    return found


def _suggested(session: Session, config: Settings, request: Request) -> str:
    """What the mail seems to ask, surest first, each with its reasons."""
    found = suggestions.of_case(session, config, request)
    lines = [f"- {plain(suggestions.sentence(one))}" for one in found[:_MOST]]
    return "\n".join(["**What it seems to be**, surest first:", "", *lines, "", ""]) if lines else ""


def _preview(session: Session, message: Message) -> str:
    rows = session.exec(select(Document).where(Document.message_id == message.id).order_by(col(Document.part))).all()
    files = [f"[{plain(d.file_name)}](/evidence/documents/{d.id}) {plain(d.refusal_sentence)}".strip() for d in rows]
    lines = [
        "| | |",
        "| --- | --- |",
        f"| Why you are asked | {plain(message.reason)} |",
        f"| From | {plain(message.sender_name)} {plain(message.sender or 'not readable')} |",
        f"| Subject | {plain(message.subject or 'none')} |",
        f"| Came | {message.received_at:%Y-%m-%d %H:%M} UTC, {len(message.raw):,} bytes |",
        f"| Files | {', '.join(files) or 'none'} |",
        f"| As it came | [mail-{message.id}.txt](/evidence/mails/{message.id}) |",
        "",
    ]
    return "\n".join([*lines, quoted(message.text, SHOWN) if message.readable else "Its text could not be read."])
