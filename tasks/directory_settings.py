"""The settings of the directory: which one, by which server, with which rights. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings

from tasks.mail_settings import Tls


class DirectoryKind(StrEnum):
    """Where accounts are enabled and get their passwords."""

    LOCAL = "local"
    LDAP = "ldap"
    NONE = "none"


class LdapKind(StrEnum):
    """How an LDAP server says `disabled`, `this password` and `change it at the next logon`."""

    ACTIVE_DIRECTORY = "active-directory"
    OPENLDAP = "openldap"


class DirectorySettings(BaseSettings):
    """The directory. The default is the product's own and needs nothing else; docs/directories-and-desks.md."""

    directory: DirectoryKind = DirectoryKind.LOCAL
    """`local`: in the registry. `ldap`: a server, with `ldap_*`. `none`: IT does it all by ticket."""

    ldap_kind: LdapKind = LdapKind.ACTIVE_DIRECTORY
    """`active-directory`, or `openldap` with its password policy overlay (ppolicy)."""

    ldap_host: str = ""
    """The server, by the name that stands in its certificate."""

    ldap_port: int = 0
    """Its port. 0: 636 with `implicit`, 389 with `starttls`."""

    ldap_tls: Tls = Tls.IMPLICIT
    """`implicit` (LDAPS) or `starttls`, with the server's certificate checked. Passwords never go in clear text."""

    ldap_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the machine's. Empty: the machine's."""

    ldap_user: str = ""
    """The service account that the product logs in as: its DN, or user@domain at Active Directory."""

    ldap_password: SecretStr = SecretStr("")
    """Password of `ldap_user`."""

    ldap_base: str = ""
    """The part of the tree that holds the accounts, as a DN. Nothing outside of it is read or changed."""

    ldap_user_dn: str = ""
    """DN of a new entry. Empty: `CN={user_name},{base}` at Active Directory, otherwise `uid={user_name},{base}`."""

    ldap_name_attribute: str = ""
    """Attribute with the user ID. Empty: `sAMAccountName` at Active Directory, otherwise `uid`."""

    ldap_object_classes: list[str] = []
    """Classes of a new entry; the last one finds the accounts. Empty: `user` or `inetOrgPerson` and those above."""

    ldap_disabled_attribute: str = "pwdAccountLockedTime"
    """OpenLDAP: the attribute that forbids the use. Active Directory has userAccountControl for it."""

    ldap_disabled_value: str = "000001010000Z"
    """OpenLDAP: its value while the account is disabled; enabled, the attribute is absent. Default: ppolicy's own."""

    ldap_creates: bool = False
    """Whether the product makes missing entries, disabled. If not, IT does, and its closed ticket is checked for it."""

    ldap_timeout_seconds: int = 5
    """Seconds that the server may take for the connection and for each answer."""

    ldap_page_size: int = 500
    """How many entries are asked for at once when all are read (RFC 2696); Active Directory gives 1000 at most."""

    @model_validator(mode="after")
    def _fill_directory(self) -> DirectorySettings:
        active = self.ldap_kind is LdapKind.ACTIVE_DIRECTORY
        classes = ["person", "organizationalPerson", "user" if active else "inetOrgPerson"]
        self.ldap_port = self.ldap_port or (636 if self.ldap_tls is Tls.IMPLICIT else 389)
        self.ldap_name_attribute = self.ldap_name_attribute or ("sAMAccountName" if active else "uid")
        self.ldap_user_dn = self.ldap_user_dn or ("CN" if active else "uid") + "={user_name},{base}"
        self.ldap_object_classes = self.ldap_object_classes or ["top", *classes]
        if self.directory is not DirectoryKind.LDAP:
            return self
        needed = ("ldap_host", "ldap_user", "ldap_base", "ldap_password")
        if missing := [name for name in needed if not str(getattr(self, name))]:
            raise ValueError(f"an LDAP directory needs {', '.join(f'CORREQUESTS_{name.upper()}' for name in missing)}")
        if self.ldap_tls is Tls.NONE:
            raise ValueError("passwords are never sent to a directory in clear text; set `implicit` or `starttls`")
        if "{user_name}" not in self.ldap_user_dn:
            raise ValueError("CORREQUESTS_LDAP_USER_DN needs the field {user_name}")
        return self

    @property
    def it_makes_entries(self) -> bool:
        """Whether the directory can be asked if IT has done what a ticket says. The product's own entries are ours."""
        return self.directory is DirectoryKind.LDAP and not self.ldap_creates
