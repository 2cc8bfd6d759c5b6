"""Settings of the directory: what they fill in, what they refuse, and which adapter they open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tasks import wiring
from tasks.adapters.directory.ldap import LdapDirectory
from tasks.adapters.directory.local import LocalDirectory
from tasks.settings import Settings

LDAP: dict[str, Any] = {
    "directory": "ldap",
    "ldap_host": "dc1.ad.example",
    "ldap_base": "OU=Providers,DC=ad,DC=example",
    "ldap_user": "svc@ad.example",
    "ldap_password": "of-the-service",
}


@pytest.mark.parametrize(
    ("given", "port", "name", "last_class", "dn"),
    [
        ({}, 636, "sAMAccountName", "user", "CN={user_name},{base}"),
        ({"ldap_kind": "openldap"}, 636, "uid", "inetOrgPerson", "uid={user_name},{base}"),
        ({"ldap_tls": "starttls"}, 389, "sAMAccountName", "user", "CN={user_name},{base}"),
        ({"ldap_port": 3269, "ldap_name_attribute": "cn"}, 3269, "cn", "user", "CN={user_name},{base}"),
    ],
)
def test_what_is_filled_in(
    tmp_path: Path, given: dict[str, Any], port: int, name: str, last_class: str, dn: str
) -> None:
    made = Settings(home=tmp_path, **(LDAP | given))
    assert (made.ldap_port, made.ldap_name_attribute) == (port, name)
    assert (made.ldap_object_classes[-1], made.ldap_user_dn) == (last_class, dn)
    assert made.it_makes_entries


@pytest.mark.parametrize(
    "changes",
    [
        {"ldap_host": ""},
        {"ldap_base": ""},
        {"ldap_user": ""},
        {"ldap_password": ""},
        {"ldap_tls": "none"},
        {"ldap_host": "localhost", "ldap_tls": "none"},
        {"ldap_user_dn": "cn=everybody,{base}"},
    ],
)
def test_what_is_refused(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(home=tmp_path, **(LDAP | changes))
    assert "of-the-service" not in str(refused.value)


def test_which_directory_is_opened(tmp_path: Path) -> None:
    assert isinstance(wiring.directory(Settings(home=tmp_path)), LocalDirectory)
    assert isinstance(wiring.directory(Settings(home=tmp_path, **LDAP)), LdapDirectory)
    assert wiring.directory(Settings(home=tmp_path, directory="none")) is None


@pytest.mark.parametrize(
    ("changes", "by_it"), [({}, True), ({"ldap_creates": True}, False), ({"directory": "local"}, False)]
)
def test_who_makes_entries(tmp_path: Path, changes: dict[str, Any], by_it: bool) -> None:
    assert Settings(home=tmp_path, **(LDAP | changes)).it_makes_entries is by_it
