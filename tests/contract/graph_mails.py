"""Mails and steps that the tests of the Graph transport share."""

from __future__ import annotations

import os
from email.message import EmailMessage
from email.policy import SMTP

from tasks.adapters.mailbox import Mailbox, NotSent, Ref, SendUnknown
from tests.contract.graph_server import Fault
from tests.contract.graph_workshop import GraphWorkshop

RAW = (
    b"From: correquests@mt.example\r\nTo: jane@nexus.example\r\nSubject: Access\r\nMessage-ID: <1@mt.example>\r\n"
    b"In-Reply-To: <a@nexus.example>\r\nReferences: <0@nexus.example>\r\n <a@nexus.example>\r\n"
    b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n\r\n%s\r\n"
)
PLAIN, SECRET, COPY = RAW % b"hello", RAW % b"canary-password", RAW % b"hidden"
SEND, SEND_MAIL, CREATE, MOVE = "/messages/[^/]+/send$", "/sendMail$", "/users/[^/]+/messages$", "/move$"
AFTER = (Fault.BUSY, Fault.BUSY_AFTER, Fault.DROP, Fault.DROP_AFTER)
JANE = "jane@nexus.example"


def put(shop: GraphWorkshop, count: int = 1) -> list[bytes]:
    mails = [b"Subject: %d\r\nMessage-ID: <%d@nexus.example>\r\n\r\n" % (n, n) for n in range(count)]
    for raw in mails:
        shop.deliver(raw)
    return mails


def one(mailbox: Mailbox) -> Ref:
    (ref,) = mailbox.waiting(10)
    return ref


def drain(mailbox: Mailbox, raw: bytes, rounds: int = 5) -> list[str]:
    """What the outbox does: send, on doubt ask Sent before the next try. The outcomes in order."""
    outcomes: list[str] = []
    for attempt in range(rounds):
        if attempt and mailbox.find_sent("<1@mt.example>"):
            return [*outcomes, "found"]
        try:
            mailbox.send(raw)
        except (NotSent, SendUnknown) as error:
            outcomes.append(type(error).__name__)
        else:
            return [*outcomes, "sent"]
    return outcomes


def big(*sizes: int) -> tuple[bytes, list[bytes]]:
    mail = EmailMessage(policy=SMTP)
    for line in (PLAIN.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")).decode().splitlines():
        name, _, value = line.partition(": ")
        mail[name] = value
    mail.set_content("words")
    mail.add_alternative("<p>words</p>", subtype="html")
    files = [os.urandom(size) for size in sizes]
    for number, content in enumerate(files):
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=f"scan {number}.pdf")
    return mail.as_bytes(), files
