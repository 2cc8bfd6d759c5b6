"""Attachments are read in a child process, and every value is kept with its page, box and crop."""

from __future__ import annotations

import time
from dataclasses import replace

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import copies, messages
from db.columns import utc_now
from db.models import Document, FieldRow, ReadingRow, SignatureRow
from db.session import transaction
from forms.errors import Unreadable
from forms.reading import FieldReading, FileReading, FormReading, Refusal, Source, Verdict
from forms.sandbox import read_file
from forms.twins import COPY, alike
from forms.values import fitting_id
from tasks.settings import settings


@task(cache_policy=NO_CACHE, task_run_name="read attachments of mail {message_id}")
def read_documents(message_id: int) -> None:
    """Read what a mail carries, one file at a time, each kept as soon as it is read."""
    url = settings().database_url
    with transaction(url) as session:
        waiting = messages.unread_documents(session, message_id)
    began = time.monotonic()
    for number, document in enumerate(waiting):
        if number >= ALWAYS_READ and time.monotonic() - began > settings().mail_reading_seconds:
            reading = _unread(document)
        else:
            reading = read_file(document.content)
        with transaction(url) as session:
            known = copies.on_file(session, document)
        found = copied(reading, known)  # takes seconds with thousands on file: nobody waits for it
        with transaction(url) as session:
            keep(session, session.get_one(Document, document.id), reading, found)


ALWAYS_READ = 4
"""Files of a mail that are read however long it takes: the forms of clause VI, and one more."""


class TooManyFiles(Unreadable):
    """The mail holds more files than are read together. Please send the forms in a mail of their own."""

    code = "too_many_files"


def _unread(document: Document) -> FileReading:
    why = TooManyFiles()
    return FileReading(document.sha256, document.media_type, 0, refusal=Refusal(why.code, why.sentence))


Copied = dict[bytes, list[tuple[int, float]]]
"""By the fingerprint of a signature: ids of signatures on file with the same strokes, and how alike (0 to 1)."""


def copied(reading: FileReading, known: list[tuple[int, bytes]]) -> Copied:
    """Hold the signatures that may be ink against all that came in other files (III.B.2.b)."""
    found: Copied = {}
    for slot in (s for form in reading.forms for s in form.signatures):
        if slot.fingerprint and slot.verdict in (Verdict.INK, Verdict.UNCLEAR):
            like = alike(slot.fingerprint, [fingerprint for _, fingerprint in known])
            found[slot.fingerprint] = [(known[n][0], likeness) for n, likeness in like if likeness >= COPY]
    return found


def keep(session: Session, document: Document, reading: FileReading, found: Copied) -> None:
    """Write a reading down; nothing when the document was read before."""
    if document.read_at is not None:
        return
    document.read_at, document.pages, document.media_type = utc_now(), reading.pages, reading.media_type
    if reading.refusal:
        document.refusal, document.refusal_sentence = reading.refusal.code, reading.refusal.sentence
    session.add(document)
    for form in reading.forms:
        _keep_form(session, document, form, reading.engine, found)


def _keep_form(session: Session, document: Document, form: FormReading, engine: str, found: Copied) -> None:
    assert document.id is not None
    row = ReadingRow(
        document_id=document.id,
        kind=form.kind,
        confidence=form.confidence,
        edition=form.edition,
        pages=list(form.pages),
        photo=form.photo,
        engine=engine,
        missing_pages=list(form.missing_pages),
        notes=list(form.notes),
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    for read in form.fields:
        f = _as_id(read) if read.name == "user_id" and read.value else read
        x0, y0, x1, y1 = f.box
        session.add(
            FieldRow(
                reading_id=row.id,
                name=f.name,
                value=f.value,
                confidence=f.confidence,
                source=f.source,
                page=f.page,
                x0=x0,
                y0=y0,
                x1=x1,
                y1=y1,
                crop=f.crop,
            )
        )
    for s in form.signatures:
        x0, y0, x1, y1 = s.box
        slot = SignatureRow(
            reading_id=row.id,
            role=s.role,
            verdict=s.verdict,
            confidence=s.confidence,
            evidence=list(s.evidence),
            page=s.page,
            x0=x0,
            y0=y0,
            x1=x1,
            y1=y1,
            crop=s.crop,
            fingerprint=s.fingerprint,
        )
        session.add(slot)
        session.flush()
        for earlier_id, likeness in found.get(s.fingerprint, []):
            copies.note(session, document, slot, earlier_id, likeness)


def _as_id(read: FieldReading) -> FieldReading:
    """A user ID as the setting's pattern wants it; where that took a repair, it is less sure (III.B.2.a)."""
    value, factor = fitting_id(settings().user_id_pattern, read.value, recognised=read.source is Source.OCR)
    return replace(read, value=value, confidence=round(read.confidence * factor, 3))
