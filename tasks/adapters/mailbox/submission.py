"""Submission of one mail to a server by SMTP (RFC 5321), telling apart what was certainly not sent from the unknown."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl

from tasks.adapters.mailbox import NotSent, SendUnknown

_TIMEOUT = 60.0
_LOOPBACK = ("127.", "::1", "localhost")


def submit(host: str, port: int, sender: str, recipients: list[str], raw: bytes) -> None:
    """One attempt for all recipients together.

    Raises `NotSent` when the server was not reached or refused, and `SendUnknown` when the connection broke after the
    content had begun to flow: the server may have taken it (RFC 5321 4.5.5).
    """
    body = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    try:
        smtp = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"the mail server {host}:{port} cannot be reached: {error}") from error
    try:
        _envelope(smtp, host, sender, recipients)
        _content(smtp, body)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def _envelope(smtp: smtplib.SMTP, host: str, sender: str, recipients: list[str]) -> None:
    try:
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("starttls") and not host.startswith(_LOOPBACK):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        _accepted(smtp.mail(sender), "the sender")
        for address in recipients:
            _accepted(smtp.rcpt(address), f"the recipient {address}")
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"the mail server broke off before the mail: {error}") from error


def _content(smtp: smtplib.SMTP, body: bytes) -> None:
    try:
        answer = smtp.data(body)
    except smtplib.SMTPDataError as error:
        raise NotSent(f"the mail server refused the mail: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendUnknown(f"the connection broke while the mail was sent: {error}") from error
    _accepted(answer, "the mail")


def _accepted(answer: tuple[int, bytes], what: str) -> None:
    code, text = answer
    if code not in (250, 251):
        raise NotSent(f"the mail server refused {what}: {code} {text.decode(errors='replace')}")
