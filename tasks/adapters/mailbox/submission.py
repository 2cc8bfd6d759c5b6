"""Submission of one mail to a server (RFC 5321, 6409, 8314): the stage at which it failed decides what is certain."""

from __future__ import annotations

import contextlib
import re
import smtplib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr
from pathlib import Path

from pydantic import SecretStr

from tasks.adapters.mailbox import MailboxDown, NotSent, SendUnknown
from tasks.adapters.mailbox.logins import Logins
from tasks.adapters.mailbox.tls import context, sentence
from tasks.mail_settings import Tls

_TIMEOUT = 20.0
_LAST_ANSWER = 60.0  # checks of the content happen here; longer would outlive the claim on the outbox row
_REFUSED_LOGIN = (530, 534, 535, 538)  # RFC 4954 6
_ACCEPTED_RECIPIENT = (250, 251, 252)


@dataclass(frozen=True)
class Envelope:
    """Who sends a finished mail to whom, and its Message-ID with the angle brackets."""

    message_id: str
    sender: str
    recipients: list[str]


def envelope(raw: bytes) -> Envelope:
    """Read from the headers; addresses in lower case. Raises `NotSent` when one of the three is missing."""
    headers = BytesHeaderParser().parsebytes(raw)
    message_id = str(headers.get("Message-ID", "")).strip()
    sender = parseaddr(str(headers.get("From", "")))[1]
    fields = [str(value) for name in ("To", "Cc", "Bcc") for value in headers.get_all(name, [])]
    recipients = sorted({address.lower() for _, address in getaddresses(fields) if "@" in address})
    if not message_id or not recipients or "@" not in sender:
        raise NotSent("the mail lacks a sender, a recipient or a Message-ID")
    return Envelope(message_id, sender, recipients)


def crlf(raw: bytes) -> bytes:
    """The mail with the line ends of RFC 5321 2.3.8."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


@dataclass(frozen=True)
class Submission:
    """A server that takes our mail. Without `user` there is no login."""

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    ca_file: Path | None = None
    logins: Logins = field(default_factory=Logins, compare=False, repr=False)

    def submit(self, mail: Envelope, raw: bytes) -> None:
        """One attempt for all recipients together.

        Raises `NotSent` when the server was not reached, refused, or lost the connection before the final dot was on
        its way; `SendUnknown` when no answer came after the dot: the server may have taken it (RFC 5321 4.5.5).
        """
        body = crlf(raw)
        with self._certain("before the mail"):
            smtp = self._connect()
        with contextlib.closing(smtp):
            with self._certain("at the mail"):
                self._login(smtp)
                _address(smtp, mail, eight_bit=not body.isascii())
                smtp.send(re.sub(rb"(?m)^\.", b"..", body if body.endswith(b"\r\n") else body + b"\r\n"))
            self._finish(smtp)
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _connect(self) -> smtplib.SMTP:
        self.logins.check()
        checked = context(self.host, self.tls, self.ca_file)
        if self.tls is Tls.IMPLICIT:
            return smtplib.SMTP_SSL(self.host, self.port, context=checked, timeout=_TIMEOUT)
        smtp = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        try:
            if self.tls is Tls.STARTTLS:  # never skipped when the server, or somebody between, does not offer it
                smtp.starttls(context=checked)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _login(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not self.user:
            return
        code, text = _authenticate(smtp, self.user, self.password.get_secret_value())
        if code in _REFUSED_LOGIN:
            said = self._sentence(Exception(f"{code} {_words(text)}"))
            raise self.logins.refused(f"the submission server refuses the login of {self.user}: {said}")
        _accepted((code, text), f"the login of {self.user}", 235)
        self.logins.accepted()

    def _finish(self, smtp: smtplib.SMTP) -> None:
        """The final dot and its answer. From here on silence is doubt."""
        try:
            assert smtp.sock is not None
            smtp.sock.settimeout(_LAST_ANSWER)
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise SendUnknown(f"no answer after the mail was handed over: {self._sentence(error)}") from None
        if 400 <= code < 600:
            raise NotSent(f"the submission server refused the mail: {code} {_words(text)}")
        if not 200 <= code < 300:
            raise SendUnknown(f"the submission server gave no clear answer to the mail: {code} {_words(text)}")

    @contextlib.contextmanager
    def _certain(self, when: str) -> Iterator[None]:
        """Whatever fails in here failed before the final dot: the server has no mail."""
        try:
            yield
        except MailboxDown as error:
            raise NotSent(str(error)) from None
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise NotSent(f"submission failed {when}: {self._sentence(error)}") from None

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            code, text = error.smtp_code, error.smtp_error
            error = Exception(f"{code} {_words(text) if isinstance(text, bytes) else text}")
        return sentence(self.host, self.port, error, self.password.get_secret_value())


def _authenticate(smtp: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    """One try with one mechanism (RFC 4616, or LOGIN, which is all that Exchange offers).

    `smtplib.SMTP.login` shows a wrong password once per mechanism, and takes ASCII only.
    """
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        return smtp.docmd("AUTH", "PLAIN " + _base64("\0".join(("", user, password))))
    if "LOGIN" not in offered:
        raise NotSent(f"the submission server offers no login with a password, only: {' '.join(offered) or 'none'}")
    for word in ("AUTH LOGIN", _base64(user)):
        code, text = smtp.docmd(word)
        if code != 334:
            return code, text
    return smtp.docmd(_base64(password))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _address(smtp: smtplib.SMTP, mail: Envelope, *, eight_bit: bool) -> None:
    options = ["BODY=8BITMIME"] if eight_bit and smtp.has_extn("8bitmime") else []
    _accepted(smtp.mail(mail.sender, options), "the sender", 250)
    for recipient in mail.recipients:
        _accepted(smtp.rcpt(recipient), f"the recipient {recipient}", *_ACCEPTED_RECIPIENT)
    _accepted(smtp.docmd("DATA"), "to take a mail", 354)


def _accepted(answer: tuple[int, bytes], what: str, *codes: int) -> None:
    code, text = answer
    if code not in codes:
        raise NotSent(f"the submission server refused {what}: {code} {_words(text)}")


def _words(text: bytes) -> str:
    return " ".join(text.decode(errors="replace").split())[:300]
