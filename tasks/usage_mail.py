"""Usage exports that come by mail: from an address that is named for it, in a mail whose origin is authenticated."""

from __future__ import annotations

from datetime import date
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from sqlmodel import Session, col, select

from db import messages
from db.models import Disposition, Document, Message
from tasks.settings import Settings
from tasks.usage_intake import Taken, take_in_here

SOURCE = "mail"


def brings_exports(config: Settings, message: Message) -> bool:
    """Whether the mail is from an address that usage exports come from; nothing else is expected of it."""
    return message.sender in {sender.casefold() for sender in config.usage_senders}


def take(session: Session, config: Settings, message: Message) -> None:
    """Take in every CSV file of the mail and file the mail with what became of each, in the caller's transaction."""
    files = session.exec(select(Document).where(Document.message_id == message.id).order_by(col(Document.part))).all()
    exports = [f for f in files if f.file_name.lower().endswith(".csv") or f.media_type == "text/csv"]
    if not exports:
        messages.dispose(session, message, Disposition.FILED, "from a sender of usage exports, but without a CSV file")
        return
    given = day_of(config, message)
    taken = [take_in_here(session, config, SOURCE, f.file_name, f.content, message.sender, given) for f in exports]
    messages.dispose(session, message, Disposition.FILED, "; ".join(_said(one) for one in taken))


def day_of(config: Settings, message: Message) -> date:
    """The local day on which the mail was written, or on which it came when that is earlier or it does not say so.

    A mail that lay about for days must not make its export look fresh.
    """
    came = message.received_at
    try:
        written = parsedate_to_datetime(str(BytesHeaderParser().parsebytes(message.raw)["Date"]))
        came = min(came, written) if written.tzinfo else came
    except (ValueError, TypeError, OverflowError):
        pass  # no Date, or none that can be read
    return came.astimezone(config.zone).date()


def _said(taken: Taken) -> str:
    if taken.refusal:
        return f"usage export {taken.file_name} refused ({taken.refusal}): {taken.sentence}"
    return f"usage export {taken.file_name} of {taken.as_of}: {taken.lines} accounts, {taken.moved} used since"
