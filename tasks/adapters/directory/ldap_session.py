"""One conversation with an LDAP server: opened over TLS, logged in, closed; answers become our errors.

The certificate and the host name in it are checked by Python's own `ssl`, not by the client library, and before the
service account's password is sent. Referrals to other servers are not followed: they would be shown the password.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPOperationResult
from pydantic import SecretStr

from tasks.adapters.directory import DirectoryDown, DirectoryRefused, LoginRefused, PasswordRefused, RightMissing
from tasks.mail_settings import Tls

SUCCESS, NO_SUCH_OBJECT, CONSTRAINT, UNWILLING, EXISTS = 0, 32, 19, 53, 68
_DOWN = {3: "time limit", 51: "busy", 52: "unavailable"}
_RIGHTS = frozenset({48, 50})
_LOGIN = frozenset({8, 13, 48, 49, 53})
_SAID = 300

Values = dict[str, list[bytes]]


@dataclass(frozen=True)
class Server:
    """Where the directory is and who we are there."""

    host: str
    port: int
    tls: Tls
    ca_file: Path | None
    user: str
    password: SecretStr
    timeout: int


class _Checked(ldap3.Tls):  # type: ignore[misc]
    """TLS by a context of ours: certificate and host name are checked in the handshake."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:  # noqa: ARG002
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=connection.server.host)


class Session:
    """A logged-in connection. Names and filter values are escaped by the caller."""

    def __init__(self, server: Server, connection: Any) -> None:
        self._server = server
        self._connection = connection

    def search(self, base: str, condition: str, attributes: list[str]) -> list[tuple[str, Values]]:
        """DN and attributes of every entry below `base`; empty when `base` is not there or may not be seen."""
        return list(self._entries(self._connection.search(base, condition, attributes=attributes)))

    def pages(self, base: str, condition: str, attributes: list[str], size: int) -> Iterator[tuple[str, Values]]:
        """The same for many entries, asked for page by page (RFC 2696)."""
        cookie: Any = None
        while True:
            answer = self._connection.search(
                base, condition, attributes=attributes, paged_size=size, paged_cookie=cookie
            )
            yield from self._entries(answer)
            cookie = answer[1].get("controls", {}).get("1.2.840.113556.1.4.319", {}).get("value", {}).get("cookie")
            if not cookie:
                return

    def add(self, dn: str, classes: list[str], values: dict[str, str]) -> None:
        """A new entry; nothing when one of that name is there."""
        self._done(self._connection.add(dn, classes, values)[1], EXISTS)

    def modify(self, dn: str, changes: dict[str, str | bytes | None], *, secret: SecretStr | None = None) -> None:
        """Replace the values of attributes in one step; None takes the attribute away, also when it is not there."""
        asked = {name: [(ldap3.MODIFY_REPLACE, [] if value is None else [value])] for name, value in changes.items()}
        self._done(self._connection.modify(dn, asked)[1], secret=secret)

    def set_password(self, dn: str, password: SecretStr) -> None:
        """RFC 3062: the server keeps it in its own way."""
        self._connection.extend.standard.modify_password(user=dn, new_password=password.get_secret_value())
        self._done(self._connection.result, secret=password)

    def _entries(self, answer: tuple[Any, ...]) -> Iterator[tuple[str, Values]]:
        _, result, found, _ = answer
        self._done(result, NO_SUCH_OBJECT)
        for item in found or []:
            if item["type"] == "searchResEntry":  # the rest are references to other servers
                yield item["dn"], {name.casefold(): values for name, values in item["raw_attributes"].items()}

    def _done(self, result: dict[str, Any], *allowed: int, secret: SecretStr | None = None) -> None:
        code = result["result"]
        if code == SUCCESS or code in allowed:
            return
        said = words(self._server, f"{result['description']} {result['message']}", secret)
        if code in _DOWN:
            raise DirectoryDown(said)
        if code in _RIGHTS:
            raise RightMissing(f"{RightMissing.__doc__} {said}")
        if secret and code in (CONSTRAINT, UNWILLING):
            raise PasswordRefused(f"{PasswordRefused.__doc__} {said}")
        raise DirectoryRefused(said)


@contextlib.contextmanager
def session(server: Server) -> Iterator[Session]:
    """A conversation for a few questions. Raises `DirectoryDown`, `LoginRefused` or another `DirectoryRefused`."""
    connection = _connection(server)
    try:
        connection.open(read_server_info=False)
        if server.tls is not Tls.IMPLICIT:
            connection.start_tls(read_server_info=False)
        connection.bind(read_server_info=False)
        _let_in(server, connection.result)
        yield Session(server, connection)
    except LDAPOperationResult as error:
        raise DirectoryRefused(words(server, str(error))) from None
    except (LDAPException, OSError) as error:
        raise DirectoryDown(words(server, str(error) or type(error).__name__)) from None
    finally:
        with contextlib.suppress(LDAPException, OSError):
            connection.unbind()


def _connection(server: Server) -> Any:
    if server.tls is Tls.NONE:
        raise DirectoryDown("passwords are never sent to a directory in clear text; set TLS to `implicit`")
    try:
        context = ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:
        raise DirectoryDown(f"the certificates in {server.ca_file} cannot be read: {error.strerror}") from None
    at = ldap3.Server(
        server.host,
        server.port,
        use_ssl=server.tls is Tls.IMPLICIT,
        tls=_Checked(context),
        get_info=ldap3.NONE,
        connect_timeout=server.timeout,
    )
    return ldap3.Connection(
        at,
        user=server.user,
        password=server.password.get_secret_value(),
        client_strategy=ldap3.SAFE_SYNC,
        auto_referrals=False,
        check_names=False,
        receive_timeout=server.timeout,
    )


def _let_in(server: Server, result: dict[str, Any]) -> None:
    if result["result"] in _DOWN:
        raise DirectoryDown(words(server, result["description"]))
    if result["result"] != SUCCESS:
        raise LoginRefused(f"{LoginRefused.__doc__} {words(server, result['description'])}")


def words(server: Server, said: str, secret: SecretStr | None = None) -> str:
    """What the server or the library says, clipped, without the secrets that were sent to it."""
    for hidden in (server.password, secret):
        if hidden and hidden.get_secret_value():
            said = said.replace(hidden.get_secret_value(), "***")
    return f"{server.host}:{server.port}: {' '.join(said.split())[:_SAID]}"
