"""Readings and rows for tests, with values like the sample cast's: who asks for whom, on which papers."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from db import copies, messages
from db.columns import utc_now
from db.models import Document, Message
from deployments.samples import letters
from deployments.samples.cast import BY_KEY, Provider, Staff, Submitter
from forms.reading import FieldReading, FileReading, FormReading, Refusal, SignatureReading, Source, Verdict
from forms.schema import ACCESS_REQUEST, CONSENT, DEPARTING_EMPLOYEE, PROVIDERS, FormKind, FormSchema, Role
from tasks.reading import copied, keep

NEXUS, BUTTE, PASSAGES, HELENA = (BY_KEY[key] for key in ("nexus", "butte", "passages", "helena"))
JANE = NEXUS.member("Doe")
LAURA, OWEN = NEXUS.submitters
FRANK = BUTTE.submitters[0]
PETER = HELENA.member("Wolfe")
"""A staff member who is on no list of designated submitters."""
DESK = Staff("IT", "Desk", "", "it-desk@mt.example", "")

Sender = Staff | Submitter

BOX = (0.1, 0.4, 0.6, 0.45)
CROP = b"\x89PNG\r\n\x1a\n a crop"
BROKEN = Refusal("broken", "The file is damaged. Please scan the form again and send it as a new file.")
_numbers = itertools.count(1)


def today() -> date:
    """The present day in Montana."""
    return utc_now().astimezone(ZoneInfo("America/Denver")).date()


def _form(
    schema: FormSchema,
    values: dict[str, str | None],
    doubtful: Sequence[str],
    signatures: tuple[SignatureReading, ...] = (),
    *,
    photo: bool = False,
) -> FormReading:
    """A form as read. A value of None was not found; what is `doubtful` was read with little confidence."""
    fields = tuple(
        FieldReading(name, value, 0.4 if name in doubtful else 0.98, Source.OCR, 1, BOX, CROP)
        for name, value in values.items()
        if value is not None
    )
    return FormReading(schema.kind, 0.97, schema.edition_mark, (1,), photo, fields, signatures)


def consent(
    staff: Staff = JANE,
    provider: Provider = NEXUS,
    *,
    marks: tuple[Verdict | None, Verdict | None] = (Verdict.INK, Verdict.INK),
    doubtful: Sequence[str] = (),
    photo: bool = False,
    facility: str = "",
    **values: str | None,
) -> FormReading:
    """A Consent Form; `marks` are the verdicts on staff member and supervisor, None for a slot that was not found."""
    signed = (today() - timedelta(3)).isoformat()
    read: dict[str, str | None] = {
        "staff_name": staff.name,
        "position": staff.position,
        "provider": facility or PROVIDERS[provider.key][0],
        "staff_date": signed,
        "supervisor_name": provider.supervisor.name,
        "supervisor_date": signed,
    }
    slots = tuple(
        SignatureReading(role, mark, 0.9, (f"the reader says {mark}",), 1, BOX, CROP)
        for role, mark in zip(Role, marks, strict=True)
        if mark is not None
    )
    return _form(CONSENT, read | values, doubtful, slots, photo=photo)


def access(
    staff: Staff = JANE,
    provider: Provider = NEXUS,
    *,
    doubtful: Sequence[str] = (),
    facility: str = "",
    **values: str | None,
) -> FormReading:
    """An Access Request, complete unless `values` says otherwise."""
    read: dict[str, str | None] = {
        "action": "new",
        "given_name": staff.given_name,
        "family_name": staff.family_name,
        "position": staff.position,
        "provider": facility or PROVIDERS[provider.key][0],
        "email": staff.email,
        "telephone": staff.telephone,
        "entitlement": "enter",
        "justification": "Case notes and termination summaries.",
        "supervisor_name": provider.supervisor.name,
        "date": today().isoformat(),
    }
    return _form(ACCESS_REQUEST, read | values, doubtful)


def departing(
    staff: Staff = JANE, provider: Provider = NEXUS, *, doubtful: Sequence[str] = (), **values: str | None
) -> FormReading:
    """A provider's copy of the Departing Employee form: left yesterday, unless `values` say otherwise."""
    yesterday = (today() - timedelta(1)).isoformat()
    read: dict[str, str | None] = {
        "staff_name": staff.name,
        "user_id": "",
        "position": staff.position,
        "provider": PROVIDERS[provider.key][0],
        "last_day": yesterday,
        "reason": "left",
        "disable_on": yesterday,
        "summaries_written": "yes",
    }
    return _form(DEPARTING_EMPLOYEE, read | values, doubtful)


def other() -> FormReading:
    """A page that is none of the forms."""
    return FormReading(FormKind.OTHER, 0.9, "", (1,), False, (), ())


def _whom(papers: Sequence[FormReading | Refusal]) -> str:
    """Whom the papers name, so that the mail speaks of the same person."""
    for paper in papers:
        if isinstance(paper, FormReading):
            named = paper.value("staff_name") or f"{paper.value('given_name')} {paper.value('family_name')}".strip()
            if named:
                return named
    return JANE.name


def message(
    session: Session,
    sender: Sender | str,
    *papers: FormReading | Refusal,
    text: str = letters.GOOD,
    subject: str = "Access for Jane Doe",
    in_reply_to: Sequence[str] = (),
    automatic: bool = False,
    file_name: str = "scan.pdf",
) -> Message:
    """A stored mail whose attachments were read; a `Refusal` stands for one that could not be."""
    number = next(_numbers)
    whom = _whom(papers)
    if text == letters.GOOD:
        text = text.replace("Jane Doe", whom).replace("Jane", whom.split()[0])
        subject = subject.replace("Jane Doe", whom)
    address, name = (sender, "") if isinstance(sender, str) else (sender.email, sender.name)
    documents = [
        Document(
            message_id=0,
            part=part,
            file_name=file_name,
            media_type="application/pdf",
            sha256=hashlib.sha256(f"{number}-{part}".encode()).hexdigest(),
            content=b"%PDF-",
        )
        for part, _ in enumerate(papers, start=2)
    ]
    row = Message(
        digest=hashlib.sha256(str(number).encode()).hexdigest(),
        message_id=f"<{number}@{address.rpartition('@')[2] or 'nowhere'}>",
        in_reply_to=list(in_reply_to),
        sender=address,
        sender_name=name,
        subject=subject,
        text=text,
        automatic=automatic,
        raw=b"",
    )
    stored = messages.store(session, row, documents)
    for document, paper in zip(documents, papers, strict=True):
        refused = paper if isinstance(paper, Refusal) else None
        forms = () if isinstance(paper, Refusal) else (paper,)
        reading = FileReading(document.sha256, "application/pdf", 1, forms, refused)
        keep(session, document, reading, copied(reading, copies.on_file(session, document)))
    return stored
