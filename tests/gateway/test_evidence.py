from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from db.models import Document, FieldRow, Message, ReadingRow, SignatureRow
from db.session import transaction
from deployments.evidence import media_type_of
from tasks.settings import Settings
from tests.gateway.rig import enter

PNG = b"\x89PNG\r\n\x1a\n crop"
PDF = b"%PDF-1.7 paper"
HTML = b"<script>alert(1)</script>"
BOX: dict[str, Any] = {"page": 1, "x0": 0.0, "y0": 0.0, "x1": 1.0, "y1": 1.0, "confidence": 0.5}


@pytest.fixture
def papers(config: Settings) -> None:
    with transaction(config.database_url) as session:
        session.add(Message(id=1, digest="d", raw=b""))
        session.flush()
        for number, (name, kind, content) in enumerate(
            [("form.pdf", "text/html", PDF), ('x"\r\ny/é.html', "text/html", HTML), ("a.pdf", "application/pdf", HTML)],
            1,
        ):
            session.add(
                Document(
                    id=number, message_id=1, part=number, file_name=name, media_type=kind, sha256="s", content=content
                )
            )
        session.flush()
        session.add(ReadingRow(id=1, document_id=1, kind="consent", confidence=1.0))
        session.flush()
        session.add(FieldRow(id=1, reading_id=1, name="n", value="v", source="ocr", crop=PNG, **BOX))
        session.add(FieldRow(id=2, reading_id=1, name="n", value="v", source="ocr", **BOX))
        session.add(SignatureRow(id=1, reading_id=1, role="staff", verdict="ink", crop=PNG, **BOX))


@pytest.mark.usefixtures("papers")
class TestEvidence:
    @pytest.mark.parametrize("path", ["fields/1.png", "signatures/1.png"])
    def test_crops(self, browser: TestClient, path: str) -> None:
        answer = enter(browser, "vera").get(f"/evidence/{path}")
        assert (answer.status_code, answer.content) == (200, PNG)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-security-policy"].startswith("sandbox")

    @pytest.mark.parametrize(
        "path",
        ["fields/2.png", "fields/3.png", "fields/99999999999999999999.png", "signatures/2.png", "documents/9", "x"],
    )
    def test_what_is_not_there(self, browser: TestClient, path: str) -> None:
        assert enter(browser, "vera").get(f"/evidence/{path}").status_code == 404

    def test_a_pdf_is_shown(self, browser: TestClient) -> None:
        answer = enter(browser, "vera").get("/evidence/documents/1")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith('inline; filename="form.pdf"')
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("number", [2, 3])
    def test_html_is_only_ever_downloaded(self, browser: TestClient, number: int) -> None:
        answer = enter(browser, "vera").get(f"/evidence/documents/{number}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")

    def test_nothing_is_sent_there(self, browser: TestClient) -> None:
        answer = enter(browser, "vera").post("/evidence/documents/1", headers={"Origin": "http://testserver"})
        assert answer.status_code == 405


@pytest.mark.parametrize(("content", "kind"), [(b"\xff\xd8\xff\xe0", "image/jpeg"), (b"", "application/octet-stream")])
def test_types_are_told_by_first_bytes(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind
