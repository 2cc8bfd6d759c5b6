"""The settings of the mailbox: which transport, which server, which credential. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings


class Transport(StrEnum):
    """Where requests arrive and notices leave from."""

    MAILDIR = "maildir"
    IMAP = "imap"
    EWS = "ews"
    GRAPH = "graph"


class Tls(StrEnum):
    """How a connection is protected: from its first byte, after STARTTLS, or not at all (on this machine only)."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"

    def allowed_to(self, host: str) -> bool:
        """Clear text goes to this machine only."""
        if self is not Tls.NONE or host == "localhost":
            return True
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False


class EwsAuth(StrEnum):
    """How Exchange is shown who asks: a password by NTLM or Basic, or a certificate by way of Entra ID."""

    NTLM = "ntlm"
    BASIC = "basic"
    OAUTH = "oauth"


class EwsAccess(StrEnum):
    """By which right the service account opens the mailbox."""

    IMPERSONATION = "impersonation"
    DELEGATE = "delegate"


class MailSettings(BaseSettings):
    """The mailbox. The default is a Maildir on this machine and needs nothing else."""

    mailbox: Transport = Transport.MAILDIR
    """`maildir`; `imap` with `smtp_*`; `ews` for Exchange Server; `graph` for Exchange Online."""

    mailbox_address: str = "correquests@mt.example"
    """The mailbox that requests are sent to (III.B.2). The procedure's own is correquests@mt.gov."""

    maildir: Path | None = None
    """The local mailbox. Empty: `mailbox` in `home`."""

    smtp_host: str = ""
    """Submission server for `imap` and `maildir`. Empty, for `maildir` only: mail lands in `outgoing` in `home`."""

    smtp_port: int = 0
    """Its port. 0: 587 with `starttls`, 465 with `implicit`, 25 with `none` (RFC 8314)."""

    smtp_tls: Tls = Tls.STARTTLS
    """`starttls` or `implicit`, with the server's certificate checked; `none` only to a host of this machine."""

    smtp_user: str = ""
    """Name for the login at the submission server. Empty: no login."""

    smtp_password: SecretStr = SecretStr("")
    """Password of `smtp_user`."""

    smtp_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the machine's. Empty: the machine's."""

    imap_host: str = ""
    """IMAP server, by the name that stands in its certificate."""

    imap_port: int = 0
    """Its port. 0: 993 with `implicit`, otherwise 143 (RFC 8314)."""

    imap_tls: Tls = Tls.IMPLICIT
    """`implicit` or `starttls`, with the server's certificate checked; `none` only to a host of this machine."""

    imap_user: str = ""
    """Name for the login. Empty: `mailbox_address`."""

    imap_password: SecretStr = SecretStr("")
    """Password of `imap_user`."""

    imap_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the machine's. Empty: the machine's."""

    imap_sent_folder: str = ""
    """Folder of sent mail. Empty: the one the server marks as \\Sent (RFC 6154), otherwise `Sent`."""

    ews_endpoint: str = ""
    """Address of the Exchange web service, such as https://mail.mt.example/EWS/Exchange.asmx. Never searched for."""

    ews_auth: EwsAuth = EwsAuth.NTLM
    """`ntlm` or `basic` with `ews_user`; `oauth` with the application named by `entra_*`."""

    ews_user: str = ""
    """Service account, as DOMAIN\\name or name@domain."""

    ews_password: SecretStr = SecretStr("")
    """Password of `ews_user`."""

    ews_access: EwsAccess = EwsAccess.IMPERSONATION
    """`impersonation` (bounces come back to the mailbox) or `delegate` (Full Access and Send As)."""

    ews_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the machine's. Empty: the machine's."""

    ews_scope: str = ""
    """Scope of the token with `oauth`. Empty: `/.default` at the host of `ews_endpoint`."""

    entra_tenant: str = ""
    """Directory (tenant) ID or domain, for `graph` and for `ews` with `oauth`."""

    entra_client_id: str = ""
    """Application (client) ID."""

    entra_certificate: Path | None = None
    """PEM file with the application's private key and certificate, readable by the service account alone."""

    entra_authority: str = "https://login.microsoftonline.com"
    """Sign-in service of the cloud; GCC High and DoD: https://login.microsoftonline.us."""

    graph_root: str = "https://graph.microsoft.com/v1.0"
    """Microsoft Graph of the cloud; GCC High: https://graph.microsoft.us/v1.0, DoD: dod-graph.microsoft.us."""

    graph_scope: str = ""
    """Scope of the token. Empty: `/.default` at the host of `graph_root`."""

    graph_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the machine's, for Graph and for the sign-in service."""

    mail_reading_seconds: float = 25.0
    """Time for the files of one mail. When it is over, no further one is opened, but for the first four; the sender is
    asked to send the others in a mail of their own. So a mail of hundreds of files holds up nobody else's for long."""

    @model_validator(mode="after")
    def _fill_mail(self) -> MailSettings:
        self.smtp_port = self.smtp_port or {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}[self.smtp_tls]
        self.imap_port = self.imap_port or (993 if self.imap_tls is Tls.IMPLICIT else 143)
        self.imap_user = self.imap_user or self.mailbox_address
        self.ews_scope = self.ews_scope or _default_scope(self.ews_endpoint)
        self.graph_scope = self.graph_scope or _default_scope(self.graph_root)
        if missing := [name for name in self._needed() if not _given(getattr(self, name))]:
            names = ", ".join(f"CORREQUESTS_{name.upper()}" for name in missing)
            raise ValueError(f"the transport {self.mailbox} needs {names}")
        for tls, host in ((self.smtp_tls, self.smtp_host), (self.imap_tls, self.imap_host)):
            if not tls.allowed_to(host) and host:
                raise ValueError(f"a connection to {host} without TLS is not allowed; set `implicit` or `starttls`")
        return self

    def _needed(self) -> Iterable[str]:
        entra = ("entra_tenant", "entra_client_id", "entra_certificate")
        oauth = self.ews_auth is EwsAuth.OAUTH
        return {
            Transport.MAILDIR: (),
            Transport.IMAP: ("imap_host", "imap_password", "smtp_host"),
            Transport.EWS: ("ews_endpoint", *(entra if oauth else ("ews_user", "ews_password"))),
            Transport.GRAPH: entra,
        }[self.mailbox]


def _given(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _default_scope(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/.default" if parts.hostname else ""
