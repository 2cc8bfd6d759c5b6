"""What every directory does, on the built-in one and on a real LDAP server with both ways of saying it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pydantic import SecretStr

from db.migrate import upgrade
from tasks.adapters.directory import Directory, Entry, NoSuchAccount
from tasks.adapters.directory.local import LocalDirectory
from tests.contract.ldap_workshop import active_directory, openldap
from tests.slapd import Slapd

PASSWORD = SecretStr("Kestrel-49-harbor")


@pytest.fixture(params=["local", "openldap", "openldap by an attribute of its own", "active-directory"])
def directory(request: pytest.FixtureRequest) -> Iterator[Directory]:
    if request.param == "local":
        url = f"sqlite:///{request.getfixturevalue('tmp_path')}/registry.db"
        upgrade(url)
        yield LocalDirectory(url)
        return
    server: Slapd = request.getfixturevalue("slapd")
    if request.param == "active-directory":
        yield active_directory(server)
    elif request.param == "openldap":
        yield openldap(server)
    else:
        yield openldap(server, attribute="employeeType", value="disabled")


@pytest.fixture
def name() -> str:
    """A user ID that no other test has: the LDAP server lives as long as the session."""
    return f"C{uuid4().hex[:12].upper()}"


def test_a_new_account_is_disabled(directory: Directory, name: str) -> None:
    assert directory.find(name) is None
    directory.create(name)
    assert directory.find(name) == Entry(name, enabled=False)


def test_creating_again_changes_nothing(directory: Directory, name: str) -> None:
    directory.create(name)
    directory.set_initial_password(name, PASSWORD)
    directory.create(name)
    assert directory.find(name) == Entry(name, enabled=True)
    assert [e for e in directory.entries() if e.user_name == name] == [Entry(name, enabled=True)]


def test_the_initial_password_enables(directory: Directory, name: str) -> None:
    directory.create(name)
    for _ in range(2):
        directory.set_initial_password(name, PASSWORD)
        assert directory.find(name) == Entry(name, enabled=True)


def test_disabled_and_enabled_again_and_again(directory: Directory, name: str) -> None:
    directory.create(name)
    directory.set_initial_password(name, PASSWORD)
    for enabled in (False, False, True, True, False):
        (directory.enable if enabled else directory.disable)(name)
        assert directory.find(name) == Entry(name, enabled=enabled)


def test_an_account_without_password_is_not_enabled(
    directory: Directory, name: str, request: pytest.FixtureRequest
) -> None:
    if "active" in request.node.callspec.id:
        pytest.skip("Active Directory refuses this by its own rule, which the schema of the test server lacks")
    directory.create(name)
    directory.enable(name)
    assert directory.find(name) == Entry(name, enabled=False)
    directory.set_initial_password(name, PASSWORD)
    assert directory.find(name) == Entry(name, enabled=True)


def test_who_is_not_there(directory: Directory, name: str) -> None:
    directory.enable(name)
    directory.disable(name)
    with pytest.raises(NoSuchAccount):
        directory.set_initial_password(name, PASSWORD)
    assert directory.find(name) is None


def test_names_are_found_in_small_letters_too(directory: Directory, name: str) -> None:
    directory.create(name)
    assert directory.find(name.lower()) == Entry(name, enabled=False)


def test_all_entries(directory: Directory, name: str) -> None:
    names = [f"{name}{n}" for n in range(7)]
    for one in names:
        directory.create(one)
    directory.set_initial_password(names[3], PASSWORD)
    found = {e.user_name: e.enabled for e in directory.entries() if e.user_name.startswith(name)}
    assert found == {one: one == names[3] for one in names}
