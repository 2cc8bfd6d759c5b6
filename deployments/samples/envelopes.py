"""What a sample is: a story of one or more mails, and its expected end.

Every mail is built when asked for, from its key and day alone: the same bytes each time.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from deployments.samples.cast import MAILBOX

JPEG = "image/jpeg"
PDF = "application/pdf"


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; `make` gives its bytes when the mail is built."""

    filename: str
    media_type: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class SampleMail:
    """One mail as it comes in. `sent` carries its time zone; `rich` adds an HTML part as office programs do."""

    message_id: str
    sender: tuple[str, str]
    sent: datetime
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()
    rich: bool = False

    def build(self) -> bytes:
        """The mail as RFC 5322 bytes."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = formataddr(self.sender)
        mail["To"] = formataddr(("correquests", MAILBOX))
        mail["Date"] = format_datetime(self.sent)
        mail["Subject"] = self.subject
        mail["Message-ID"] = self.message_id
        mail.set_content(self.body)
        if self.rich:
            mail.add_alternative(as_html(self.body), subtype="html")
        for file in self.attachments:
            kind, _, detail = file.media_type.partition("/")
            mail.add_attachment(file.make(), maintype=kind, subtype=detail, filename=file.filename)
        for place, part in enumerate(mail.walk()):
            if part.is_multipart():
                part.set_boundary(f"=_part_{place}_{self.message_id.strip('<>').replace('@', '_at_')}")
        return mail.as_bytes()


@dataclass(frozen=True)
class Sample:
    """One story: its mails in order of arrival, and its expected end.

    `expected` is `fulfilled`, `incomplete`, `rejected`, `scheduled`, `under suspension` or `filed`. `on_record`: it is
    about somebody who has an account, so that no initial password is picked up. `person_decides` says what only a
    person can settle on the way there: `signature` when a mark is doubtful, `sender` when the sender is not listed.
    `suspends`: no mail but a click on that user ID begins it.
    """

    key: str
    title: str
    mails: tuple[SampleMail, ...]
    expected: str
    person_decides: str = ""
    on_record: bool = False
    suspends: str = ""


def as_html(body: str) -> str:
    """A plain body as the HTML that an office program would send beside it."""
    paragraphs = (html.escape(text).replace("\n", "<br>\n") for text in body.strip().split("\n\n"))
    inner = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    return f'<html><body style="font-family: Calibri, sans-serif; font-size: 11pt">\n{inner}\n</body></html>\n'
