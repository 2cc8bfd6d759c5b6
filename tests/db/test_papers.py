"""Forms on file: the latest of a kind counts, and one that came in several files is put together."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlmodel import Session

from db import messages, papers, requests
from db.columns import utc_now
from db.models import Document, FieldRow, Kind, Message, ReadingRow, SignatureRow
from db.papers import Paper
from db.session import transaction

PLACE: dict[str, Any] = {"page": 1, "x0": 0.0, "y0": 0.0, "x1": 1.0, "y1": 1.0}


def file(session: Session, request_id: str, missing: list[int], name: str, crop: bytes) -> None:
    """A file with a consent, or the part of one that lacks the pages `missing`."""
    document = Document(message_id=0, part=2, file_name="", media_type="", sha256="", content=b"")
    messages.store(session, Message(digest=uuid4().hex, raw=b""), [document])
    notes = ["Page 1 is missing."] if missing else []
    row = ReadingRow(
        document_id=document.id or 0,
        request_id=request_id,
        kind="consent",
        confidence=1.0,
        missing_pages=missing,
        notes=notes,
    )
    session.add(row)
    session.flush()
    session.add(FieldRow(reading_id=row.id or 0, name="staff_name", value=name, confidence=0.9, source="ocr", **PLACE))
    verdict = "ink" if crop else "unclear"
    session.add(SignatureRow(reading_id=row.id or 0, role="staff", verdict=verdict, confidence=1.0, crop=crop, **PLACE))


def on_file(registry: str, *files: tuple[list[int], str, bytes]) -> Paper:
    with transaction(registry) as session:
        case = requests.open_new(session, kind=Kind.NEW_ACCESS, requester_email="a@b", requester_name="", at=utc_now())
        for missing, name, crop in files:
            file(session, case.id, missing, name, crop)
    with transaction(registry) as session:
        return papers.of_request(session, case.id)["consent"]


def test_two_files_make_one_form_whichever_comes_first(registry: str) -> None:
    parts = [([2], "Alma Poe", b""), ([1], "", b"png")]
    for files in (parts, parts[::-1]):
        paper = on_file(registry, *files)
        assert paper.missing_pages == ()
        assert paper.reading.missing_pages == [2]  # the page with the title stands for the form
        assert paper.value("staff_name") == "Alma Poe"
        assert paper.signatures["staff"].verdict == "ink"
        assert not paper.mixed


def test_a_page_that_came_twice_does_not_complete_a_form(registry: str) -> None:
    paper = on_file(registry, ([2], "Alma Poe", b""), ([2], "Alma B. Poe", b""))
    assert paper.missing_pages == (2,)
    assert paper.value("staff_name") == "Alma B. Poe"


def test_a_whole_form_takes_the_place_of_parts(registry: str) -> None:
    paper = on_file(registry, ([2], "Alma Poe", b""), ([1], "", b"png"), ([], "Ruth Hale", b"png"))
    assert paper.other_pages == ()
    assert paper.value("staff_name") == "Ruth Hale"
