"""Pictures and papers for signed-in people: the crop of a field or a signature, and the attachment as it came.

Attachments come from outside. Their type is told from their first bytes, never from what the mail claimed, and only
PDF, PNG and JPEG are shown in the browser; everything else is a download. Nothing is rendered here.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db import messages
from db.models import Document, FieldRow, Message, Notice, ReadingRow, SignatureRow, User
from db.models import Request as Case
from db.session import transaction
from deployments.desk_case import may_see
from deployments.rendering import refusal
from tasks.settings import Settings

_SHOWN = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_OPAQUE = "application/octet-stream"
_PICTURE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
_PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""Browsers refuse to show a PDF in a sandbox; their viewers run it apart from this site."""

MAX_ID = 2**31 - 1
LONGEST_MAIL = 1_000_000
"""Bytes of a mail that are shown; its attachments are shown by themselves."""


class _File(NamedTuple):
    content: bytes
    file_name: str


def media_type_of(content: bytes) -> str:
    """The type by the first bytes; whatever is not PDF, PNG or JPEG is just bytes."""
    return next((kind for magic, kind in _SHOWN.items() if content.startswith(magic)), _OPAQUE)


def _disposition(kind: str, file_name: str) -> str:
    how = "attachment" if kind == _OPAQUE else "inline"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file_name)[:100] or "document"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name[:100], safe='')}"


def _sent(file: _File | None) -> Response:
    if file is None or not file.content:
        return refusal(404, "There is no such evidence.")
    kind = media_type_of(file.content)
    return Response(
        file.content,
        media_type=kind,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": _disposition(kind, file.file_name),
            "Content-Security-Policy": _PDF_POLICY if kind == "application/pdf" else _PICTURE_POLICY,
        },
    )


def _hidden(session: Session, user: User, *request_ids: str | None) -> bool:
    """Whether evidence belongs to a restricted case that is not this person's."""
    cases = [session.get(Case, one) for one in request_ids if one]
    return any(case is not None and not may_see(session, user, case) for case in cases)


class EvidencePages:
    """GET /evidence/fields/{id}.png, /evidence/signatures/{id}.png, /evidence/documents/{id}, /evidence/mails/{id},
    /evidence/forms/{case number}."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self.routes = [
            Route("/evidence/fields/{id:int}.png", self.field),
            Route("/evidence/signatures/{id:int}.png", self.signature),
            Route("/evidence/documents/{id:int}", self.document),
            Route("/evidence/mails/{id:int}", self.mail),
            Route("/evidence/forms/{number:str}", self.finished),
        ]

    def _crop(self, table: type[FieldRow] | type[SignatureRow], number: int, user: User) -> _File | None:
        with transaction(self._url) as session:
            found = session.exec(
                select(table.crop, ReadingRow.request_id)
                .join(ReadingRow, col(ReadingRow.id) == table.reading_id)
                .where(table.id == min(number, MAX_ID))
            ).first()
            if found is None or _hidden(session, user, found[1]):
                return None
            return _File(found[0], f"crop-{number}.png")

    def _document(self, number: int, user: User) -> _File | None:
        with transaction(self._url) as session:
            row = session.get(Document, number) if number <= MAX_ID else None
            if row is None or _hidden(session, user, *messages.cases(session, row.message_id)):
                return None
            return _File(row.content, row.file_name)

    def _mail(self, number: int, user: User) -> bytes | None:
        with transaction(self._url) as session:
            row = session.get(Message, number) if number <= MAX_ID else None
            return None if row is None or _hidden(session, user, *messages.cases(session, number)) else row.raw

    async def mail(self, request: Request) -> Response:
        """The start of a mail as it came, as bare text: nothing in it is run, drawn or followed."""
        number = request.path_params["id"]
        raw = await run_in_threadpool(self._mail, number, request.user)
        if raw is None:
            return refusal(404, "There is no such evidence.")
        return Response(
            raw[:LONGEST_MAIL],
            media_type="text/plain; charset=utf-8",
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'inline; filename="mail-{number}.txt"',
                "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            },
        )

    async def field(self, request: Request) -> Response:
        """The crop that a field was read from."""
        return _sent(await run_in_threadpool(self._crop, FieldRow, request.path_params["id"], request.user))

    async def signature(self, request: Request) -> Response:
        """The crop of a signature slot."""
        return _sent(await run_in_threadpool(self._crop, SignatureRow, request.path_params["id"], request.user))

    def _finished(self, number: str, user: User) -> _File | None:
        with transaction(self._url) as session:
            case = session.exec(select(Case).where(Case.number == number)).first()
            row = session.get(Notice, case.id) if case else None
            if row is None or case is None or not may_see(session, user, case):
                return None
            return _File(row.form, f"Departing Employee {number}.pdf")

    async def finished(self, request: Request) -> Response:
        """The Departing Employee form as the contract manager completed it."""
        return _sent(await run_in_threadpool(self._finished, request.path_params["number"], request.user))

    async def document(self, request: Request) -> Response:
        """An attachment as it came; link to a page of a PDF with `#page=n`."""
        return _sent(await run_in_threadpool(self._document, request.path_params["id"], request.user))
