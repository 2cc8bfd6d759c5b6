"""The doctor on what is not ours: a real directory server, a service desk over TLS, and each with something wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from deployments.checkup_outside import desk, directory
from tasks.desk_settings import DeskKind
from tasks.directory_settings import DirectoryKind, LdapKind
from tasks.settings import Settings
from tests.contract.desk_server import TOKEN, DeskServer, desk_server
from tests.contract.ldap_workshop import SERVICE
from tests.dovecot import free_port
from tests.slapd import PEOPLE, SERVICE_PASSWORD, Slapd


def with_directory(config: Settings, slapd: Slapd, **changes: Any) -> str:
    """What the doctor says of a directory, in one line."""
    given: dict[str, Any] = {
        "directory": DirectoryKind.LDAP,
        "ldap_kind": LdapKind.OPENLDAP,
        "ldap_host": "localhost",
        "ldap_port": slapd.ldaps,
        "ldap_ca_file": slapd.authority.ca_file,
        "ldap_user": SERVICE,
        "ldap_password": SecretStr(SERVICE_PASSWORD),
        "ldap_base": PEOPLE,
        **changes,
    }
    (said,) = directory(Settings(**{**config.model_dump(), **given}))
    return f"{said.level} {said.said} {said.advice}"


def test_a_directory_that_lets_us_in(config: Settings, slapd: Slapd) -> None:
    assert with_directory(config, slapd).startswith("OK ldap answers")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ldap_password": SecretStr("Not-the-password-1")},
        {"ldap_user": "cn=nobody,dc=mt,dc=example"},
        {"ldap_ca_file": None},
        {"ldap_host": "127.0.0.2"},
        {"ldap_port": "free"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_directory_that_does_not(config: Settings, slapd: Slapd, wrong: dict[str, Any]) -> None:
    changes = {name: free_port() if value == "free" else value for name, value in wrong.items()}
    said = with_directory(config, slapd, **changes)
    assert said.startswith("FAIL ldap: ")
    assert "Check CORREQUESTS_LDAP_*" in said
    assert SERVICE_PASSWORD not in said
    assert "Not-the-password-1" not in said


@pytest.fixture
def server() -> Iterator[DeskServer]:
    with desk_server() as made:
        yield made


def with_desk(config: Settings, url: str, **changes: Any) -> str:
    given = {"desk": DeskKind.REST, "desk_url": url, "desk_profile": "servicenow-incident", "desk_token": TOKEN}
    (said,) = desk(Settings(**{**config.model_dump(), **given, **changes}))
    return f"{said.level} {said.said} {said.advice}"


def test_a_service_desk_on_this_machine(config: Settings, server: DeskServer) -> None:
    assert "allowed on this machine only" in with_desk(config, server.url)


def test_a_certificate_that_ends_soon(config: Settings, slapd: Slapd) -> None:
    said = with_desk(config, f"https://localhost:{slapd.ldaps}/", desk_ca_file=slapd.authority.ca_file)
    assert said.startswith("WARN service desk: TLSv1.")
    assert "Have the certificate renewed" in said


def test_a_certificate_of_an_authority_that_nobody_trusts(config: Settings, slapd: Slapd) -> None:
    said = with_desk(config, f"https://localhost:{slapd.ldaps}/")
    assert said.startswith("FAIL ")
    assert "CORREQUESTS_DESK_CA_FILE" in said


def test_a_service_desk_that_does_not_answer(config: Settings) -> None:
    said = with_desk(config, f"http://127.0.0.1:{free_port()}/")
    assert said.startswith("FAIL ")
    assert "CORREQUESTS_DESK_URL" in said
