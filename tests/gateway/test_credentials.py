from __future__ import annotations

import logging
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlmodel import Session, select
from starlette.testclient import TestClient

from db import credentials
from db.audit import verify
from db.columns import utc_now
from db.credentials import Claimed, NotIssued, Refusal, Refused
from db.models import Account, Audit, Credential, CredentialState, DirectoryEntry, Secret
from db.session import transaction
from deployments.gateway import build
from tasks.adapters.directory import DirectoryDown
from tasks.adapters.directory.local import LocalDirectory
from tasks.settings import Settings
from tests.gateway.rig import NOW, Inner, make_account

UNTIL = NOW + timedelta(hours=72)


def issued(url: str) -> tuple[int, SecretStr, SecretStr]:
    """A credential that is issued now, with its link and code."""
    account_id = make_account(url)
    with transaction(url) as session:
        row = credentials.issue(session, session.get_one(Account, account_id), 72, utc_now())
        assert row.id is not None
        link, code = (credentials.arm(session, row.id, secret) for secret in (Secret.LINK, Secret.CODE))
        return row.id, link, code


def row_of(url: str, number: int) -> Credential:
    with transaction(url) as session:
        return session.get_one(Credential, number)


def told(url: str) -> list[str]:
    with transaction(url) as session:
        assert verify(session) is None
        return [row.action for row in session.exec(select(Audit)).all() if row.action.startswith("credential")]


def claim(url: str, link: SecretStr, code: SecretStr, attempts: int = 5) -> Claimed | Refused:
    with transaction(url) as session:
        return credentials.claim(session, link, code, utc_now(), attempts)


class TestRegistry:
    def test_only_digests_are_kept(self, config: Settings) -> None:
        number, link, code = issued(config.database_url)
        row = row_of(config.database_url, number)
        assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code.get_secret_value())
        assert len(link.get_secret_value()) == 43
        kept = b"".join(path.read_bytes() for path in config.home.glob("registry.db*"))
        for secret in (link.get_secret_value(), code.get_secret_value(), code.get_secret_value().replace("-", "")):
            assert secret.encode() not in kept
        assert row.code_hash is not None
        assert row.code_hash.startswith("$argon2id$")

    def test_arming_again_replaces_the_earlier_secret(self, anywhere: Settings) -> None:
        number, link, code = issued(anywhere.database_url)
        with transaction(anywhere.database_url) as session:
            newer = credentials.arm(session, number, Secret.LINK)
        assert claim(anywhere.database_url, link, code) == Refused(Refusal.UNKNOWN)
        assert isinstance(claim(anywhere.database_url, newer, code), Claimed)

    def test_a_password_is_not_armed(self, anywhere: Settings) -> None:
        number, _, _ = issued(anywhere.database_url)
        with transaction(anywhere.database_url) as session, pytest.raises(ValueError, match="hand_over"):
            credentials.arm(session, number, Secret.PASSWORD)

    def test_codes_are_read_kindly(self, anywhere: Settings) -> None:
        _, link, code = issued(anywhere.database_url)
        typed = SecretStr(f" {code.get_secret_value().lower().replace('-', ' ')} ")
        assert isinstance(claim(anywhere.database_url, link, typed), Claimed)

    def test_a_code_before_it_was_sent_is_wrong(self, anywhere: Settings) -> None:
        account_id = make_account(anywhere.database_url)
        with transaction(anywhere.database_url) as session:
            row = credentials.issue(session, session.get_one(Account, account_id), 72, utc_now())
            link = credentials.arm(session, row.id or 0, Secret.LINK)
        answer = claim(anywhere.database_url, link, SecretStr(""))
        assert isinstance(answer, Refused)
        assert answer.reason is Refusal.WRONG_CODE

    def test_five_wrong_codes_make_it_void_for_the_right_one(self, anywhere: Settings) -> None:
        number, link, code = issued(anywhere.database_url)
        answers = [claim(anywhere.database_url, link, SecretStr("AAAA-AAAA")) for _ in range(5)]
        assert [answer.voided for answer in answers if isinstance(answer, Refused)] == [False] * 4 + [True]
        last = claim(anywhere.database_url, link, code)
        assert isinstance(last, Refused)
        assert last.reason is Refusal.VOID
        row = row_of(anywhere.database_url, number)
        assert (row.state, row.failed_codes) == (CredentialState.VOID, 5)
        assert "wrong" in row.void_reason
        assert told(anywhere.database_url)[-3:] == ["credential.refused", "credential.void", "credential.refused"]

    def test_expiry(self, anywhere: Settings) -> None:
        account_id = make_account(anywhere.database_url)
        with transaction(anywhere.database_url) as session:
            row = credentials.issue(session, session.get_one(Account, account_id), 72, NOW)
            link, code = (credentials.arm(session, row.id or 0, secret) for secret in (Secret.LINK, Secret.CODE))
        with transaction(anywhere.database_url) as session:
            late = credentials.claim(session, link, code, UNTIL, 5)
            assert isinstance(late, Refused)
            assert late.reason is Refusal.EXPIRED
            assert credentials.expire_due(session, UNTIL - timedelta(seconds=1)) == []
            assert [gone.id for gone in credentials.expire_due(session, UNTIL)] == [row.id]
            assert credentials.expire_due(session, UNTIL) == []
            assert [gone.id for gone in credentials.voided(session)] == [row.id]
        assert told(anywhere.database_url)[-2:] == ["credential.refused", "credential.void"]

    def test_of_two_at_once_one_sees_it(self, anywhere: Settings) -> None:
        number, link, code = issued(anywhere.database_url)
        start, answers = threading.Barrier(4), []

        def race() -> None:
            start.wait()
            answers.append(claim(anywhere.database_url, link, code))

        threads = [threading.Thread(target=race) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(answer, Claimed) for answer in answers) == 1
        assert {answer.reason for answer in answers if isinstance(answer, Refused)} == {Refusal.VIEWED}
        assert row_of(anywhere.database_url, number).viewed_at is not None

    def test_what_was_seen_or_void_is_not_armed_voided_or_mailed(self, anywhere: Settings) -> None:
        number, link, code = issued(anywhere.database_url)
        claim(anywhere.database_url, link, code)
        with transaction(anywhere.database_url) as session:
            row = session.get_one(Credential, number)
            with pytest.raises(NotIssued):
                credentials.arm(session, number, Secret.LINK)
            with pytest.raises(NotIssued):
                credentials.void(session, row, "x")
            with pytest.raises(NotIssued):
                credentials.hand_over(session, number, NOW)

    def test_delivery_by_mail_happens_once(self, anywhere: Settings) -> None:
        number, _, _ = issued(anywhere.database_url)
        with transaction(anywhere.database_url) as session:
            assert credentials.hand_over(session, number, NOW).user_name == "CX10001"
        assert told(anywhere.database_url)[-1] == "credential.mailed"


class TestPage:
    def test_opening_consumes_and_tells_nothing(self, browser: TestClient, config: Settings) -> None:
        number, link, code = issued(config.database_url)
        before = told(config.database_url)
        known = browser.get(f"/credentials/{link.get_secret_value()}")
        for _ in range(10):
            browser.head(f"/credentials/{link.get_secret_value()}")
        assert known.text == browser.get("/credentials/unknown").text
        assert "CX10001" not in known.text
        assert told(config.database_url) == before
        assert row_of(config.database_url, number).state is CredentialState.ISSUED
        assert isinstance(claim(config.database_url, link, code), Claimed)

    def test_the_password_is_shown_once_and_works(self, browser: TestClient, config: Settings) -> None:
        _, link, code = issued(config.database_url)
        address = f"/credentials/{link.get_secret_value()}"
        shown = browser.post(address, data={"code": code.get_secret_value()})
        assert shown.status_code == 200
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["referrer-policy"] == "no-referrer"
        password = re.findall(r'<dd aria-labelledby="pw">(.+?)</dd>', shown.text)[0].replace("&amp;", "&")
        with transaction(config.database_url) as session:
            entry = session.get_one(DirectoryEntry, "CX10001")
        assert PasswordHasher().verify(entry.password_hash, password)
        assert entry.must_change
        assert entry.enabled
        assert "must be changed at first use" in shown.text
        kept = b"".join(path.read_bytes() for path in config.home.glob("registry.db*"))
        assert password.encode() not in kept
        again = browser.post(address, data={"code": code.get_secret_value()})
        assert again.status_code == 410
        assert "already shown" in again.text
        assert password not in again.text

    def test_a_wrong_code_and_an_unknown_link_look_alike(self, browser: TestClient, config: Settings) -> None:
        _, link, _ = issued(config.database_url)
        wrong = browser.post(f"/credentials/{link.get_secret_value()}", data={"code": "AAAA-AAAA"})
        unknown = browser.post("/credentials/unknown", data={"code": "AAAA-AAAA"})
        assert (wrong.status_code, wrong.text) == (unknown.status_code, unknown.text)

    def test_a_directory_that_is_down_uses_nothing_up(self, config: Settings, caplog: pytest.LogCaptureFixture) -> None:
        class Down(LocalDirectory):
            def set_within(self, session: Session, user_name: str, password: SecretStr) -> None:
                raise DirectoryDown

        number, link, code = issued(config.database_url)
        client = TestClient(build(config, Inner(), Down(config.database_url)))
        with caplog.at_level(logging.DEBUG):
            answer = client.post(f"/credentials/{link.get_secret_value()}", data={"code": code.get_secret_value()})
        assert answer.status_code == 503
        row = row_of(config.database_url, number)
        assert (row.state, row.failed_codes) == (CredentialState.ISSUED, 0)
        assert link.get_secret_value() not in "".join(r.getMessage() for r in caplog.records if r.name != "httpx")

    def test_a_crash_before_the_commit_leaves_the_link_as_it_was(
        self, config: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number, link, code = issued(config.database_url)
        client = TestClient(build(config, Inner()), raise_server_exceptions=False)
        address, data = f"/credentials/{link.get_secret_value()}", {"code": code.get_secret_value()}
        with monkeypatch.context() as broken:
            broken.setattr("deployments.pickup.html", lambda *_, **__: 1 / 0)
            assert client.post(address, data=data).status_code == 500
        with transaction(config.database_url) as session:
            assert not session.get_one(DirectoryEntry, "CX10001").enabled
        assert row_of(config.database_url, number).state is CredentialState.ISSUED
        assert client.post(address, data=data).status_code == 200


def test_pages_ship_with_the_package() -> None:
    assert {path.stem for path in Path("deployments/pages").glob("*.html")} >= {"signin", "pickup", "pickup_shown"}
