"""A mail that is on file lies in the mailbox again: nothing is doubled; in `Reprocess` it is sorted once more."""

from __future__ import annotations

import logging

from sqlmodel import Session

from db import audit, messages, requests
from db.lifecycle import Event, State, advance
from db.models import Disposition, Message
from tasks.adapters.mailbox import REPROCESS, Ref

log = logging.getLogger(__name__)

MAILBOX = "mailbox"
"""The actor: somebody with access to the mailbox, the mailbox does not say who."""
CLAUSE = "III.B.2"


def put_back(session: Session, message: Message, ref: Ref) -> None:
    """Have a mail in `Reprocess` sorted again when it was filed or quarantined; one that is part of a case stays there.

    The case that asks about it is closed, unless it asks about other mails too. Once for each time the mail lies there,
    however often it is looked at before the mailbox lets it go.
    """
    if message.disposition not in (Disposition.FILED, Disposition.QUARANTINED):
        return
    if messages.begin(session, _wish(ref)) > 1:
        return
    case = requests.get(session, message.request_id) if message.request_id else None
    messages.sort_again(session, message, by=MAILBOX)
    if case and case.state is State.TO_SORT and not messages.of_request(session, case.id):
        reason = f"mail-{message.id} was put into the folder {REPROCESS} and is sorted again"
        advance(session, case, Event.CLOSE, by=MAILBOX, clause=CLAUSE, detail={"reason": reason})


def settled(session: Session, message_id: int, ref: Ref) -> None:
    """Audit that a mail on file lay in the mailbox again and was moved away: by whoever moved it, so only once.

    Why is not known: a person moved it back, the transport delivered it twice, or an earlier move of ours failed.
    """
    if messages.finish(session, _wish(ref)):
        return  # audited when it was put back
    message = session.get_one(Message, message_id)
    number = requests.get(session, message.request_id).number if message.request_id else ""
    folder = REPROCESS if ref.again else "inbox"
    log.info("mail-%d lay in the %s although it is on file: %s %s", message_id, folder, message.disposition, number)
    audit.record(
        session,
        actor=MAILBOX,
        action="mail.came_back",
        subject=f"mail-{message_id}",
        clause=CLAUSE,
        detail={"folder": folder, "disposition": message.disposition, "request": number},
    )


def _wish(ref: Ref) -> str:
    return f"sort again {ref.handle}"
