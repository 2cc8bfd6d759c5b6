"""LDAP on a real OpenLDAP server: who can log in afterwards, what the rights allow, what is told when it fails.

Active Directory is proven by what it would be asked, operation by operation, not by what it would answer.
"""

from __future__ import annotations

import base64
import logging
import re
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from tasks.adapters.directory import (
    DirectoryDown,
    DirectoryRefused,
    Entry,
    LoginRefused,
    PasswordRefused,
    RightMissing,
)
from tasks.adapters.directory.ldap import ActiveDirectory
from tasks.adapters.directory.ldap_session import Session
from tasks.mail_settings import Tls
from tests.authority import Authority
from tests.contract.ldap_workshop import SERVICE, active_directory, attributes, connect, openldap
from tests.slapd import ACTIVE, OPEN, PEOPLE, ROOT_PASSWORD, SERVICE_PASSWORD, USERS, Slapd

PASSWORD = SecretStr("Kestrel-49-harbor")
OTHER = "Harbor-50-kestrel"
AWKWARD = ["a,b", "x+y", "#lead", " edge ", 'q"q', "b\\s", "*", "(x)", "é<ü>;=", "x)(uid=*"]


@pytest.fixture
def name() -> str:
    return f"C{uuid4().hex[:12].upper()}"


def dn_of(name: str) -> str:
    return f"uid={name},{PEOPLE}"


def lets_in(slapd: Slapd, name: str, password: str) -> bool:
    return bool(connect(slapd, dn_of(name), password).bound)


class TestOpenLdap:
    def test_a_new_entry_has_no_password_and_is_locked(self, slapd: Slapd, name: str) -> None:
        openldap(slapd).create(name)
        found = attributes(slapd, dn_of(name))
        assert "userPassword" not in found
        assert found["pwdAccountLockedTime"] == ["000001010000Z"]

    def test_the_password_lets_in_and_must_be_changed(self, slapd: Slapd, name: str) -> None:
        directory = openldap(slapd)
        directory.create(name)
        directory.set_initial_password(name, PASSWORD)
        person = connect(slapd, dn_of(name), PASSWORD.get_secret_value())
        assert person.bound
        person.search(dn_of(name), "(objectClass=*)")
        assert person.result["description"] == "insufficientAccessRights"  # nothing but a change of the password
        person.extend.standard.modify_password(dn_of(name), PASSWORD.get_secret_value(), OTHER)
        assert person.result["description"] == "success", person.result
        free = connect(slapd, dn_of(name), OTHER)
        free.search(dn_of(name), "(objectClass=*)")
        assert free.result["description"] in ("success", "noSuchObject")  # what the access rules let a person see
        stored = attributes(slapd, dn_of(name))
        assert stored["userPassword"][0].startswith("{SSHA}")
        assert "pwdReset" not in stored

    def test_disabled_keeps_people_out_and_the_password(self, slapd: Slapd, name: str) -> None:
        directory = openldap(slapd)
        directory.create(name)
        directory.set_initial_password(name, PASSWORD)
        directory.disable(name)
        assert not lets_in(slapd, name, PASSWORD.get_secret_value())
        directory.enable(name)
        assert lets_in(slapd, name, PASSWORD.get_secret_value())

    def test_a_new_password_voids_the_one_before(self, slapd: Slapd, name: str) -> None:
        directory = openldap(slapd)
        directory.create(name)
        directory.set_initial_password(name, PASSWORD)
        directory.set_initial_password(name, SecretStr(OTHER))
        assert not lets_in(slapd, name, PASSWORD.get_secret_value())
        assert lets_in(slapd, name, OTHER)

    def test_a_lock_by_wrong_passwords_is_not_disabled(self, slapd: Slapd, name: str) -> None:
        directory = openldap(slapd)
        directory.create(name)
        directory.set_initial_password(name, PASSWORD)
        for _ in range(3):
            lets_in(slapd, name, "wrong")
        assert not lets_in(slapd, name, PASSWORD.get_secret_value())
        assert "pwdAccountLockedTime" in attributes(slapd, dn_of(name))
        assert directory.find(name) == Entry(name, enabled=True)
        directory.disable(name)
        assert directory.find(name) == Entry(name, enabled=False)

    def test_more_entries_than_the_server_gives_at_once(self, slapd: Slapd, name: str) -> None:
        root = connect(slapd, f"cn=root,{OPEN}", ROOT_PASSWORD)
        for n in range(120):  # its limit for one answer is 50
            values = {"cn": "x", "sn": "x", "uid": f"{name}{n}"}
            assert root.add(dn_of(f"{name}{n}"), ["inetOrgPerson"], values)
        found = {e.user_name for e in openldap(slapd, size=25).entries()}
        assert {f"{name}{n}" for n in range(120)} <= found
        service = connect(slapd, SERVICE, SERVICE_PASSWORD)
        service.search(PEOPLE, "(uid=*)", attributes=["uid"])
        assert service.result["description"] == "sizeLimitExceeded"
        for n in range(120):
            root.delete(dn_of(f"{name}{n}"))

    @pytest.mark.parametrize("awkward", AWKWARD)
    def test_names_are_escaped(self, slapd: Slapd, awkward: str) -> None:
        directory = openldap(slapd)
        directory.create("BYSTANDER")
        directory.set_initial_password("BYSTANDER", PASSWORD)
        given = f"{awkward}{uuid4().hex[:6]}{awkward}" if awkward.strip() == awkward else awkward
        assert directory.find(given) is None
        directory.create(given)
        assert directory.find(given) == Entry(given, enabled=False)
        directory.set_initial_password(given, PASSWORD)
        directory.disable(given)
        assert [e for e in directory.entries() if e.user_name == given] == [Entry(given, enabled=False)]
        assert directory.find("BYSTANDER") == Entry("BYSTANDER", enabled=True)

    def test_two_entries_of_one_name_are_not_guessed(self, slapd: Slapd, name: str) -> None:
        root = connect(slapd, f"cn=root,{OPEN}", ROOT_PASSWORD)
        for cn in "ab":
            assert root.add(f"cn={cn}{name},{PEOPLE}", ["inetOrgPerson"], {"sn": "x", "uid": name})
        with pytest.raises(DirectoryRefused, match="2 entries"):
            openldap(slapd).disable(name)


class TestRefusals:
    def test_a_wrong_password_of_the_service(self, slapd: Slapd) -> None:
        wrong = SecretStr("Wrong-and-secret-7")
        with pytest.raises(LoginRefused) as refused:
            openldap(slapd, password=wrong).entries()
        assert wrong.get_secret_value() not in everything(refused.value)

    def test_rights_are_missing(self, slapd: Slapd, name: str) -> None:
        openldap(slapd).create(name)
        reader = openldap(slapd, user=f"cn=reader,ou=services,{OPEN}")
        calls: list[Any] = [
            lambda: reader.disable(name),
            lambda: reader.set_initial_password(name, PASSWORD),
            lambda: reader.create(f"{name}X"),
        ]
        for call in calls:
            with pytest.raises(RightMissing):
                call()
        assert openldap(slapd).find(name) == Entry(name, enabled=False)
        assert openldap(slapd).find(f"{name}X") is None

    def test_the_policy_refuses_and_no_secret_is_told(
        self, slapd: Slapd, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        directory = openldap(slapd)
        directory.create(name)
        short = SecretStr("Sh0rt-pw")
        with caplog.at_level(logging.DEBUG), pytest.raises(PasswordRefused, match="quality") as refused:
            directory.set_initial_password(name, short)
        told = everything(refused.value) + caplog.text + repr(directory) + repr(vars(directory))
        assert short.get_secret_value() not in told
        assert SERVICE_PASSWORD not in told
        assert directory.find(name) == Entry(name, enabled=False)

    def test_a_base_that_is_not_there_holds_nobody(self, slapd: Slapd, name: str) -> None:
        directory = openldap(slapd)
        object.__setattr__(directory._tree, "base", f"ou=nowhere,{OPEN}")
        assert directory.entries() == []
        with pytest.raises(DirectoryRefused):
            directory.create(name)


class TestConnection:
    @pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
    def test_the_certificate_is_checked(self, slapd: Slapd, tls: Tls, tmp_path: Path) -> None:
        port = slapd.ldaps if tls is Tls.IMPLICIT else slapd.ldap
        strange = Authority(tmp_path).ca_file
        assert openldap(slapd, tls=tls, port=port).entries() is not None
        for changes in ({"ca_file": strange}, {"host": "127.0.0.1"}):  # another authority; a name not in it
            with pytest.raises(DirectoryDown, match="certificate verify failed"):
                openldap(slapd, tls=tls, port=port, **changes).entries()

    def test_clear_text_is_refused(self, slapd: Slapd) -> None:
        with pytest.raises(DirectoryDown, match="clear text"):
            openldap(slapd, tls=Tls.NONE, port=slapd.ldap).entries()

    def test_a_server_without_starttls_gets_no_password(self, slapd: Slapd) -> None:
        with listener(answer=REFUSES_STARTTLS) as (port, heard), pytest.raises(DirectoryDown):
            openldap(slapd, tls=Tls.STARTTLS, port=port).entries()
        assert b"1.3.6.1.4.1.1466.20037" in b"".join(heard)
        assert SERVICE_PASSWORD.encode() not in b"".join(heard)

    @pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
    def test_a_silent_server_is_given_up(self, slapd: Slapd, tls: Tls) -> None:
        with listener() as (port, _), pytest.raises(DirectoryDown):
            openldap(slapd, tls=tls, port=port, timeout=1).entries()

    def test_nobody_listens(self, slapd: Slapd) -> None:
        with listener() as (port, _):
            pass
        with pytest.raises(DirectoryDown, match=str(port)):
            openldap(slapd, port=port).disable("CX1")

    def test_certificates_that_cannot_be_read(self, slapd: Slapd, tmp_path: Path) -> None:
        with pytest.raises(DirectoryDown, match="cannot be read"):
            openldap(slapd, ca_file=tmp_path / "none.pem").entries()


class TestActiveDirectory:
    """The exact operations, as the server wrote them down (MS-ADTS 2.2.16, 3.1.1.3.1.5)."""

    def test_every_operation(self, slapd: Slapd, name: str) -> None:
        directory = active_directory(slapd)
        before = len(slapd.written(ACTIVE))
        directory.create(name)
        directory.set_initial_password(name, PASSWORD)
        directory.disable(name)
        directory.disable(name)
        directory.enable(name)
        quoted = base64.b64encode(f'"{PASSWORD.get_secret_value()}"'.encode("utf-16-le")).decode()
        dn = f"cn={name},{USERS}"
        assert operations(slapd.written(ACTIVE)[before:]) == [
            ("add", dn, {"sAMAccountName": name, "cn": name, "sn": name, "userAccountControl": "514"}),
            ("modify", dn, {"unicodePwd": quoted, "pwdLastSet": "0"}),
            ("modify", dn, {"userAccountControl": "512"}),
            ("modify", dn, {"userAccountControl": "514"}),
            ("modify", dn, {"userAccountControl": "512"}),
        ]

    def test_other_flags_are_kept_except_that_the_password_never_expires(self, slapd: Slapd, name: str) -> None:
        directory, dn = active_directory(slapd), f"CN={name},{USERS}"
        directory.create(name)
        root = connect(slapd, f"cn=root,{ACTIVE}", ROOT_PASSWORD)
        smart_card, never = 0x40000, 0x10000
        root.modify(dn, {"userAccountControl": [("MODIFY_REPLACE", [str(512 | smart_card | never)])]})
        directory.disable(name)
        assert attributes(slapd, dn)["userAccountControl"] == [str(514 | smart_card | never)]
        directory.set_initial_password(name, PASSWORD)
        assert attributes(slapd, dn)["userAccountControl"] == [str(512 | smart_card)]

    def test_computers_are_no_accounts(self, slapd: Slapd, name: str) -> None:
        root = connect(slapd, f"cn=root,{ACTIVE}", ROOT_PASSWORD)
        values = {"sn": "x", "sAMAccountName": f"{name}$", "userAccountControl": "4096"}
        assert root.add(f"CN={name},{USERS}", ["top", "computer"], values)
        directory = active_directory(slapd)
        assert directory.find(f"{name}$") is None
        assert f"{name}$" not in {e.user_name for e in directory.entries()}

    def test_an_entry_whose_flags_are_hidden_is_not_overwritten(self, slapd: Slapd, name: str) -> None:
        root = connect(slapd, f"cn=root,{ACTIVE}", ROOT_PASSWORD)
        assert root.add(f"CN={name},{USERS}", ["top", "user"], {"sn": "x", "sAMAccountName": name})
        with pytest.raises(DirectoryRefused, match="cannot be read"):
            active_directory(slapd).disable(name)

    @pytest.mark.parametrize(
        ("said", "raises"),
        [("unwillingToPerform 0000052D: SvcErr: DSID-031A1254", False), ("insufficientAccessRights 00002098", True)],
    )
    def test_enabling_without_a_password(self, said: str, raises: bool) -> None:
        class Refusing(Session):
            def __init__(self) -> None:
                pass

            def modify(self, dn: str, changes: Any, *, secret: SecretStr | None = None) -> None:
                raise DirectoryRefused(said)

        with pytest.raises(DirectoryRefused) if raises else nullcontext():
            ActiveDirectory().enable(Refusing(), "CN=x", {"useraccountcontrol": [b"514"]})


def everything(error: BaseException) -> str:
    """All that an error could put into a log: itself, its causes, its traceback with local values."""
    lines = traceback.TracebackException.from_exception(error, capture_locals=False)
    return "".join(lines.format(chain=True)) + repr(error) + repr(error.__context__) + repr(error.__cause__)


def operations(ldif: str) -> list[tuple[str, str, dict[str, str]]]:
    """What the audit log tells, without the server's own bookkeeping."""
    own = r"objectClass|structural.*|entry.*|creators.*|create.*|modif.*|changetype|replace|dn"
    found = []
    for block in re.findall(r"(?ms)^dn: .*?(?=^# end)", ldif):
        lines = dict(re.findall(r"(?m)^([\w]+)::? (.*)$", block.replace("\n ", "")))
        assert "delete:" not in block
        found.append((lines["changetype"], lines["dn"], {k: v for k, v in lines.items() if not re.fullmatch(own, k)}))
    return found


REFUSES_STARTTLS = bytes.fromhex("300c02010178070a01020400040 0".replace(" ", ""))
"""An ExtendedResponse with protocolError, message 1 (RFC 4511 4.14.2)."""


@contextmanager
def listener(answer: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """Something that takes connections, says `answer` or nothing, and keeps what it hears."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    peer, _ = server.accept()
                    peer.settimeout(5)
                    with peer:
                        while chunk := peer.recv(4096):
                            heard.append(chunk)
                            if answer:
                                peer.sendall(answer)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
