"""Directories on the test server, and what people and administrators see of it with tools of their own."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import Any

import ldap3
from pydantic import SecretStr

from tasks.adapters.directory.ldap import ActiveDirectory, LdapDirectory, OpenLdap, Tree
from tasks.adapters.directory.ldap_session import Server
from tasks.mail_settings import Tls
from tests.slapd import ACTIVE, OPEN, PEOPLE, ROOT_PASSWORD, SERVICE_PASSWORD, USERS, Slapd

PERSON = ("top", "person", "organizationalPerson")
SERVICE = f"cn=correquests,ou=services,{OPEN}"


def server_of(slapd: Slapd, **changes: Any) -> Server:
    made = Server(
        "localhost", slapd.ldaps, Tls.IMPLICIT, slapd.authority.ca_file, SERVICE, SecretStr(SERVICE_PASSWORD), 5
    )
    return replace(made, **changes)


def openldap(
    slapd: Slapd,
    *,
    attribute: str = "pwdAccountLockedTime",
    value: str = "000001010000Z",
    size: int = 3,
    **changes: Any,
) -> LdapDirectory:
    tree = Tree(PEOPLE, "uid={user_name},{base}", "uid", (*PERSON, "inetOrgPerson"), size)
    return LdapDirectory(server_of(slapd, **changes), tree, OpenLdap(attribute, value))


def active_directory(slapd: Slapd, *, size: int = 3) -> LdapDirectory:
    """Active Directory's attributes on a server that only stores them."""
    root = {"user": f"cn=root,{ACTIVE}", "password": SecretStr(ROOT_PASSWORD)}
    by_starttls = {"port": slapd.ldap, "tls": Tls.STARTTLS}
    tree = Tree(USERS, "CN={user_name},{base}", "sAMAccountName", (*PERSON, "user"), size)
    return LdapDirectory(server_of(slapd, **root, **by_starttls), tree, ActiveDirectory())


def connect(slapd: Slapd, dn: str, password: str) -> Any:
    """A client with none of the product's code; `bound` says whether the login was taken."""
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(slapd.authority.ca_file))
    at = ldap3.Server("localhost", slapd.ldaps, use_ssl=True, tls=tls, get_info=ldap3.NONE)
    connection = ldap3.Connection(at, dn, password, check_names=False)
    connection.bind()
    return connection


def attributes(slapd: Slapd, dn: str) -> dict[str, list[str]]:
    """Everything an entry has, as its administrator sees it."""
    tree = ACTIVE if dn.endswith(ACTIVE) else OPEN
    root = connect(slapd, f"cn=root,{tree}", ROOT_PASSWORD)
    found = root.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["*", "+"])
    return {k: [v.decode() for v in vs] for k, vs in root.response[0]["raw_attributes"].items()} if found else {}
