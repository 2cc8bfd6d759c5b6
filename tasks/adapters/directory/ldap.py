"""A directory behind LDAP: Active Directory, or OpenLDAP with its password policy overlay.

The two differ in how they say `disabled`, `this password` and `change it at the next logon`; each has its own class of
changes, and everything else is the same. The password is set first and the entry enabled afterwards: a break between
the two leaves an account whose password nobody knows, and the repetition mends it.

Sources: RFC 4511, 4514, 4515, 2696, 3062; MS-ADTS 3.1.1.3.1.5 (unicodePwd) and 2.2.16 (userAccountControl); the
Behera password policy draft (pwdReset, pwdAccountLockedTime).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn
from pydantic import SecretStr

from tasks.adapters.directory import DirectoryRefused, Entry, NoSuchAccount
from tasks.adapters.directory.ldap_session import Server, Session, Values, session

_ACCOUNT_DISABLED = 0x2
_NORMAL_ACCOUNT = 0x200
_NEVER_EXPIRES = 0x10000
"""While it is set, Active Directory does not ask for a new password at the next logon."""
_NO_PASSWORD_YET = "0000052D"  # noqa: S105
"""Active Directory's word when an account without a password that fits the policy is to be enabled."""


class Dialect(Protocol):
    """How one kind of server says it. `values` are given with names in small letters."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The attributes that the other methods are given."""
        ...

    @property
    def people(self) -> str:
        """What a filter needs so that it finds people only; computers are users too in Active Directory's schema."""
        ...

    def new(self) -> dict[str, str]:
        """The attributes of a new entry by which it is disabled."""
        ...

    def enabled(self, values: Values) -> bool:
        """Whether the entry may be used."""
        ...

    def enable(self, talk: Session, dn: str, values: Values) -> None:
        """Let it be used, if it ever had a password."""
        ...

    def disable(self, talk: Session, dn: str, values: Values) -> None:
        """Forbid its use."""
        ...

    def set_password(self, talk: Session, dn: str, values: Values, password: SecretStr) -> None:
        """Set a password to be changed at the next logon, and let the entry be used."""
        ...


class ActiveDirectory:
    """userAccountControl bit 2; unicodePwd; pwdLastSet = 0."""

    reads: tuple[str, ...] = ("userAccountControl",)
    people: str = "(!(objectClass=computer))"

    def new(self) -> dict[str, str]:
        """A normal account, disabled."""
        return {"userAccountControl": str(_NORMAL_ACCOUNT | _ACCOUNT_DISABLED)}

    def enabled(self, values: Values) -> bool:
        """Whether bit 2 is clear."""
        return not _flags(values) & _ACCOUNT_DISABLED

    def enable(self, talk: Session, dn: str, values: Values) -> None:
        """Clear bit 2. The server itself refuses while there is no password."""
        try:
            talk.modify(dn, {"userAccountControl": str(_flags(values) & ~_ACCOUNT_DISABLED)})
        except DirectoryRefused as why:
            if _NO_PASSWORD_YET not in str(why):
                raise

    def disable(self, talk: Session, dn: str, values: Values) -> None:
        """Set bit 2."""
        talk.modify(dn, {"userAccountControl": str(_flags(values) | _ACCOUNT_DISABLED)})

    def set_password(self, talk: Session, dn: str, values: Values, password: SecretStr) -> None:
        """The password in quotes as UTF-16, with pwdLastSet; then bit 2."""
        quoted = f'"{password.get_secret_value()}"'.encode("utf-16-le")
        talk.modify(dn, {"unicodePwd": quoted, "pwdLastSet": "0"}, secret=password)
        talk.modify(dn, {"userAccountControl": str(_flags(values) & ~(_ACCOUNT_DISABLED | _NEVER_EXPIRES))})


@dataclass(frozen=True)
class OpenLdap:
    """One attribute with one value while the entry is disabled; RFC 3062; pwdReset."""

    attribute: str
    value: str

    people: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The attribute, and the one that ppolicy writes with the first password."""
        return self.attribute, "pwdChangedTime"

    def new(self) -> dict[str, str]:
        """The attribute with its value."""
        return {self.attribute: self.value}

    def enabled(self, values: Values) -> bool:
        """Whether the value is not there. A lock by wrong passwords is a time, and passes: that is not disabled."""
        return self.value.encode() not in values.get(self.attribute.casefold(), [])

    def enable(self, talk: Session, dn: str, values: Values) -> None:
        """Take the attribute away from an entry that has a password."""
        if values.get("pwdchangedtime"):
            talk.modify(dn, {self.attribute: None})

    def disable(self, talk: Session, dn: str, values: Values) -> None:  # noqa: ARG002
        """Give it the value."""
        talk.modify(dn, {self.attribute: self.value})

    def set_password(self, talk: Session, dn: str, values: Values, password: SecretStr) -> None:  # noqa: ARG002
        """The password, then pwdReset and the attribute in one step; ppolicy takes its own lock away with the first."""
        talk.set_password(dn, password)
        talk.modify(dn, {"pwdReset": "TRUE", self.attribute: None})


@dataclass(frozen=True)
class Tree:
    """Where accounts stand in the directory and what they are made of; the fields are those of the settings."""

    base: str
    user_dn: str
    name_attribute: str
    object_classes: tuple[str, ...]
    page_size: int


class LdapDirectory:
    """The `Directory` port on an LDAP server."""

    def __init__(self, server: Server, tree: Tree, dialect: Dialect) -> None:
        self._server = server
        self._tree = tree
        self._dialect = dialect

    def create(self, user_name: str) -> None:
        """Create the account, disabled and without a password, if none of that name is below the base."""
        tree = self._tree
        with session(self._server) as talk:
            if self._look(talk, user_name):
                return
            dn = tree.user_dn.format(user_name=escape_rdn(user_name), base=tree.base)
            names = {tree.name_attribute: user_name, "cn": user_name, "sn": user_name}
            talk.add(dn, list(tree.object_classes), names | self._dialect.new())
            if self._look(talk, user_name) is None:
                raise DirectoryRefused(f"the new entry cannot be found below {tree.base}; check the settings `ldap_…`")

    def set_initial_password(self, user_name: str, password: SecretStr) -> None:
        """Set a password that must be changed at first use, and enable the account."""
        with session(self._server) as talk:
            found = self._look(talk, user_name)
            if found is None:
                raise NoSuchAccount(NoSuchAccount.__doc__)
            self._dialect.set_password(talk, *found, password)

    def enable(self, user_name: str) -> None:
        """Let the account be used again, if it ever had a password."""
        with session(self._server) as talk:
            found = self._look(talk, user_name)
            if found and not self._dialect.enabled(found[1]):
                self._dialect.enable(talk, *found)

    def disable(self, user_name: str) -> None:
        """Forbid every use of the account. Nothing when there is no such account."""
        with session(self._server) as talk:
            found = self._look(talk, user_name)
            if found and self._dialect.enabled(found[1]):
                self._dialect.disable(talk, *found)

    def find(self, user_name: str) -> Entry | None:
        """The account, or None when none of that name is below the base."""
        with session(self._server) as talk:
            found = self._look(talk, user_name)
            return self._entry(found[1]) if found else None

    def entries(self) -> list[Entry]:
        """Every account below the base."""
        tree = self._tree
        condition = f"({tree.name_attribute}=*)"
        with session(self._server) as talk:
            found = talk.pages(tree.base, self._accounts(condition), self._reads(), tree.page_size)
            return [self._entry(values) for _, values in found]

    def _look(self, talk: Session, user_name: str) -> tuple[str, Values] | None:
        condition = f"({self._tree.name_attribute}={escape_filter_chars(user_name)})"
        found = talk.search(self._tree.base, self._accounts(condition), self._reads())
        if len(found) > 1:
            raise DirectoryRefused(
                f"{len(found)} entries have the user ID {user_name}; leave one of them below the base"
            )
        return found[0] if found else None

    def _accounts(self, condition: str) -> str:
        return f"(&(objectClass={self._tree.object_classes[-1]}){self._dialect.people}{condition})"

    def _reads(self) -> list[str]:
        return [self._tree.name_attribute, *self._dialect.reads]

    def _entry(self, values: Values) -> Entry:
        name = values[self._tree.name_attribute.casefold()][0].decode("utf-8", "replace")
        return Entry(name, self._dialect.enabled(values))


def _flags(values: Values) -> int:
    """userAccountControl; an entry that does not show it is refused rather than overwritten."""
    if not (given := values.get("useraccountcontrol")):
        raise DirectoryRefused("userAccountControl cannot be read; give the service account the right to read it")
    return int(given[0])
