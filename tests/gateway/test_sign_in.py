from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from db import users
from db.columns import utc_now
from db.models import Audit, SignIn, User
from db.session import transaction
from deployments.gateway import build
from deployments.sign_in import HOME, safe_destination, sign_in
from tasks.settings import Settings, SignInMode
from tests.gateway.rig import HTML, ORIGIN, enter


def actions(config: Settings) -> list[str]:
    with transaction(config.database_url) as session:
        return [row.action for row in session.exec(select(Audit)).all() if row.action.startswith("sign_in")]


def test_stranger_is_led_to_the_door_and_back(browser: TestClient) -> None:
    answer = browser.get("/v2/runs?tab=flow-runs", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=%2Fv2%2Fruns%3Ftab%3Dflow-runs"
    assert 'value="/v2/runs?tab=flow-runs"' in browser.get(answer.headers["location"]).text
    data = {"user_name": "vera", "password": "vera-password", "next": "/v2/runs?tab=flow-runs"}
    entered = browser.post("/signin", data=data, headers=ORIGIN)
    assert entered.headers["location"] == "/v2/runs?tab=flow-runs"


@pytest.mark.parametrize("path", ["/api/flows/filter", "/ui-settings", "/v2/assets/index.js", "/evidence/fields/1.png"])
def test_stranger_gets_401_outside_of_pages(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 401


def test_health_needs_no_sign_in(browser: TestClient) -> None:
    assert browser.get("/healthz").json() == {"status": "ok"}


def test_cookie_is_out_of_reach_and_only_its_digest_is_kept(browser: TestClient, config: Settings) -> None:
    answer = browser.post("/signin", data={"user_name": "vera", "password": "vera-password"}, headers=ORIGIN)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    token = browser.cookies["correquests"]
    with transaction(config.database_url) as session:
        assert session.exec(select(SignIn)).one().token_hash != token
    assert token.encode() not in (config.home / "registry.db").read_bytes()
    assert actions(config) == ["sign_in.accepted"]


def test_cookie_is_secure_behind_https(config: Settings, inner: object) -> None:
    https = config.model_copy(update={"base_url": "https://correq.example"})
    with TestClient(build(https, inner), base_url="https://correq.example", follow_redirects=False) as client:  # type: ignore[arg-type]
        answer = client.post(
            "/signin",
            data={"user_name": "vera", "password": "vera-password"},
            headers={"Origin": "https://correq.example"},
        )
        assert answer.headers["set-cookie"].startswith("__Host-correquests=")
        assert "Secure" in answer.headers["set-cookie"]
        assert client.get("/api/version").status_code == 201


def test_sign_out_ends_the_session_for_every_copy_of_the_cookie(browser: TestClient) -> None:
    enter(browser, "vera")
    stolen = browser.cookies["correquests"]
    assert browser.get("/api/version").status_code == 201
    assert browser.post("/signout", headers=ORIGIN).status_code == 303
    browser.cookies.set("correquests", stolen)
    assert browser.get("/ui-settings").status_code == 401


def test_deactivation_ends_sessions(browser: TestClient, config: Settings) -> None:
    enter(browser, "vera")
    with transaction(config.database_url) as session:
        users.deactivate(session, "vera", by="test")
    assert browser.get("/ui-settings").status_code == 401
    assert sign_in(config, "vera", SecretStr("vera-password"), utc_now()) is None


def test_session_expires(anywhere: Settings) -> None:
    token = sign_in(anywhere, "vera", SecretStr("vera-password"), utc_now())
    assert token is not None
    with transaction(anywhere.database_url) as session:
        later = utc_now() + timedelta(hours=anywhere.sign_in_hours)
        assert users.of_session(session, token.get_secret_value(), later) is None


def test_refusals_look_alike(browser: TestClient) -> None:
    answers = [
        browser.post("/signin", data={"user_name": "vera", "password": password}, headers=ORIGIN).text
        for password in ["wrong"] * 5 + ["vera-password"]
    ]
    assert len(set(answers)) == 1
    unknown = browser.post("/signin", data={"user_name": "nobody", "password": "x"}, headers=ORIGIN)
    assert unknown.status_code == 401
    assert unknown.text.replace("nobody", "vera") == answers[0]


def test_lock_after_five_and_release_after_fifteen_minutes(anywhere: Settings) -> None:
    now = utc_now()
    for _ in range(5):
        assert sign_in(anywhere, "vera", SecretStr("wrong"), now) is None
    assert sign_in(anywhere, "vera", SecretStr("vera-password"), now) is None
    later = now + timedelta(minutes=15)
    assert sign_in(anywhere, "vera", SecretStr("vera-password"), later) is not None
    assert actions(anywhere) == [*["sign_in.refused"] * 4, "sign_in.locked", "sign_in.refused", "sign_in.accepted"]


def test_four_wrong_and_a_right_one_start_anew(anywhere: Settings) -> None:
    for _ in range(2):
        for _ in range(4):
            assert sign_in(anywhere, "vera", SecretStr("wrong"), utc_now()) is None
        assert sign_in(anywhere, "vera", SecretStr("vera-password"), utc_now()) is not None


def test_a_burst_gets_no_more_guesses_than_one_after_the_other(
    anywhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses: list[bool] = []
    real = users.begin_attempt

    def counted(*args: object) -> users.Attempt:
        attempt = real(*args)  # type: ignore[arg-type]
        guesses.append(attempt.open)
        return attempt

    monkeypatch.setattr(users, "begin_attempt", counted)
    threads = [
        threading.Thread(target=sign_in, args=(anywhere, "vera", SecretStr("wrong"), utc_now())) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(guesses) == 5


def test_what_is_typed_as_a_name_is_not_written_down(config: Settings) -> None:
    sign_in(config, "my-password-by-mistake", SecretStr("x"), utc_now())
    with transaction(config.database_url) as session:
        last = session.exec(select(Audit)).all()[-1]
    assert "mistake" not in last.model_dump_json()


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "v2",
        "/signin",
    ],
)
def test_open_redirects_are_refused(wanted: str) -> None:
    assert safe_destination(wanted) == HOME


def test_sign_in_from_another_site_is_refused(browser: TestClient) -> None:
    data = {"user_name": "vera", "password": "vera-password"}
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site", **ORIGIN}, {}):
        assert browser.post("/signin", data=data, headers=headers).status_code == 403


@pytest.mark.parametrize("told", [True, False])
def test_a_large_body_from_a_stranger_is_not_kept(browser: TestClient, told: bool) -> None:
    pieces = [b"user_name=", *[b"x" * 50_000] * 3]
    headers = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}
    if told:
        assert browser.post("/signin", content=b"".join(pieces), headers=headers).status_code == 413
    else:
        with pytest.raises(ClientDisconnect):
            browser.post("/signin", content=iter(pieces), headers=headers)


class TestProxy:
    @pytest.fixture
    def proxied(self, config: Settings, inner: object) -> TestClient:
        made = config.model_copy(update={"sign_in": SignInMode.PROXY, "proxy_addresses": ["10.0.0.1"]})
        return TestClient(build(made, inner), client=("10.0.0.1", 5), follow_redirects=False)  # type: ignore[arg-type]

    def test_the_header_of_a_trusted_proxy_signs_in(self, proxied: TestClient) -> None:
        assert proxied.get("/api/version", headers={"X-Remote-User": "vera"}).status_code == 201

    def test_unknown_inactive_or_doubled_names_do_not(self, proxied: TestClient, config: Settings) -> None:
        with transaction(config.database_url) as session:
            session.get_one(User, "hanako").active = False
        twice = [("X-Remote-User", "vera"), ("X-Remote-User", "hanako")]
        for headers in ([("X-Remote-User", "nobody")], [("X-Remote-User", "hanako")], twice, []):
            assert proxied.get("/ui-settings", headers=headers).status_code == 401

    def test_the_header_from_anywhere_else_does_not(self, config: Settings, inner: object) -> None:
        made = config.model_copy(update={"sign_in": SignInMode.PROXY, "proxy_addresses": ["10.0.0.1"]})
        client = TestClient(build(made, inner), client=("10.0.0.2", 5))  # type: ignore[arg-type]
        forwarded = {"X-Remote-User": "vera", "X-Forwarded-For": "10.0.0.1"}
        assert client.get("/ui-settings", headers=forwarded).status_code == 401

    def test_the_header_means_nothing_in_password_mode(self, browser: TestClient) -> None:
        assert browser.get("/ui-settings", headers={"X-Remote-User": "vera"}).status_code == 401
