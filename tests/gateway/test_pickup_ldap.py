"""The pick-up page with LDAP: no password is shown that is not set, and no failure costs the link."""

from __future__ import annotations

import logging
import re
import threading
from uuid import uuid4

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from db import credentials
from db.columns import utc_now
from db.models import Account, Credential, CredentialState, Secret
from db.session import transaction
from deployments import pickup
from deployments.gateway import build
from tasks.adapters.directory.ldap import LdapDirectory
from tasks.settings import Settings
from tests.contract.ldap_workshop import connect, openldap
from tests.gateway.rig import Inner, make_account
from tests.slapd import OPEN, PEOPLE, SERVICE_PASSWORD, Slapd


class Desk:
    """An account in both places, its link and its code, and somebody with a browser."""

    def __init__(self, config: Settings, slapd: Slapd, directory: LdapDirectory | None = None) -> None:
        self.config, self.slapd = config, slapd
        self.user_name = f"C{uuid4().hex[:10].upper()}"
        openldap(slapd).create(self.user_name)
        account_id = make_account(config.database_url, user_name=self.user_name)
        with transaction(config.database_url) as session:
            row = credentials.issue(session, session.get_one(Account, account_id), 72, utc_now())
            self.number = row.id or 0
            self.link, self.code = (credentials.arm(session, self.number, s) for s in (Secret.LINK, Secret.CODE))
        self.use(directory or openldap(slapd))

    def use(self, directory: LdapDirectory) -> None:
        self.client = TestClient(build(self.config, Inner(), directory), raise_server_exceptions=False)

    def ask(self) -> tuple[int, str]:
        """Give the code; the status and the password on the page."""
        address, data = f"/credentials/{self.link.get_secret_value()}", {"code": self.code.get_secret_value()}
        answer = self.client.post(address, data=data)
        shown = re.findall(r'<dd aria-labelledby="pw">(.+?)</dd>', answer.text)
        return answer.status_code, shown[0].replace("&amp;", "&") if shown else ""

    @property
    def state(self) -> CredentialState:
        with transaction(self.config.database_url) as session:
            return session.get_one(Credential, self.number).state

    def lets_in(self, password: str) -> bool:
        return bool(connect(self.slapd, f"uid={self.user_name},{PEOPLE}", password).bound)


def test_the_password_that_is_shown_is_set(config: Settings, slapd: Slapd) -> None:
    desk = Desk(config, slapd)
    status, password = desk.ask()
    assert status == 200
    assert desk.lets_in(password)
    assert desk.ask() == (410, "")
    assert desk.lets_in(password)
    assert password.encode() not in b"".join(path.read_bytes() for path in config.home.glob("registry.db*"))


def test_a_page_that_cannot_be_made_changes_nothing(
    config: Settings, slapd: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(config, slapd)
    with monkeypatch.context() as broken:
        broken.setattr(pickup, "html", lambda *_, **__: 1 / 0)
        assert desk.ask() == (500, "")
    found = openldap(slapd).find(desk.user_name)
    assert found is not None
    assert not found.enabled
    assert desk.state is CredentialState.ISSUED


def test_a_crash_after_the_password_was_set_leaves_the_link(
    config: Settings, slapd: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(config, slapd)
    set_by_then: list[SecretStr] = []

    class Crashing(LdapDirectory):
        """Dies between the directory and the commit."""

        def set_initial_password(self, user_name: str, password: SecretStr) -> None:
            openldap(slapd).set_initial_password(user_name, password)
            set_by_then.append(password)
            raise RuntimeError("killed")

    desk.use(Crashing.__new__(Crashing))
    assert desk.ask() == (500, "")
    assert desk.state is CredentialState.ISSUED
    desk.use(openldap(slapd))
    status, password = desk.ask()
    assert status == 200
    assert desk.lets_in(password)
    assert not desk.lets_in(set_by_then[0].get_secret_value())


@pytest.mark.parametrize("trouble", ["down", "login", "rights", "no entry"])
def test_trouble_leaves_the_link_and_tells_no_secret(
    config: Settings, slapd: Slapd, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    directory = {
        "down": openldap(slapd, port=1),
        "login": openldap(slapd, password=SecretStr("not-the-password")),
        "rights": openldap(slapd, user=f"cn=reader,ou=services,{OPEN}"),
        "no entry": openldap(slapd),
    }[trouble]
    desk = Desk(config, slapd, directory)
    if trouble == "no entry":
        name, desk.user_name = desk.user_name, "gone"
        root = connect(slapd, f"cn=root,{OPEN}", "root-of-the-tree-1")
        root.delete(f"uid={name},{PEOPLE}")
    with caplog.at_level(logging.DEBUG):
        assert desk.ask() == (503, "")
    assert desk.state is CredentialState.ISSUED
    assert SERVICE_PASSWORD not in caplog.text
    assert "not-the-password" not in caplog.text
    if trouble != "no entry":
        desk.use(openldap(slapd))
        status, password = desk.ask()
        assert (status, desk.lets_in(password)) == (200, True)


def test_of_several_at_once_one_sees_the_password_that_is_set(config: Settings, slapd: Slapd) -> None:
    desk = Desk(config, slapd)
    answers: list[tuple[int, str]] = []
    threads = [threading.Thread(target=lambda: answers.append(desk.ask())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [200, 410, 410, 410]
    (password,) = [password for _, password in answers if password]
    assert desk.lets_in(password)
