"""What an answer of Microsoft Graph means: done, certainly not done, or unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from tasks.adapters.mailbox import LoginRefused, MailboxDown

_NO_MAILBOX = {
    "ErrorInvalidUser",
    "MailboxNotEnabledForRESTAPI",
    "MailboxNotHostedInExchangeOnline",
    "Request_ResourceNotFound",
    "ResourceNotFound",
}

Json = dict[str, Any]


class Refused(Exception):
    """Graph said no, and nothing was done."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"Graph answered {status} {code}")
        self.status = status
        self.code = code


class Gone(Refused):
    """There is no such message or folder (404)."""


class Unanswered(Exception):
    """It is unknown whether Graph carried the request out."""


def judge(response: httpx.Response) -> None:
    """Raises `Unanswered` for 5xx, `LoginRefused` for a missing right, `MailboxDown` for a mailbox that does not exist,
    `Gone` or `Refused` for the rest that is no success.
    """
    if response.is_success:
        return
    status, code = response.status_code, _code(response)
    if response.is_server_error:
        raise Unanswered(f"Graph answered {status} {code}")
    if status == httpx.codes.FORBIDDEN:
        raise LoginRefused(
            f"The application may not do this in the mailbox (403 {code}): it needs the Exchange roles Application "
            "Mail.ReadWrite and Application Mail.Send with a scope that holds the mailbox."
        )
    if code in _NO_MAILBOX:
        raise MailboxDown(f"There is no such mailbox in this cloud ({status} {code}): check mailbox_address.")
    raise (Gone if status == httpx.codes.NOT_FOUND else Refused)(status, code)


def retry_after(response: httpx.Response, default: float) -> float | None:
    """Seconds that Graph asks to be left alone, None when it does not ask. `default`: for a 429 without a time."""
    if response.status_code != httpx.codes.TOO_MANY_REQUESTS and "Retry-After" not in response.headers:
        return None
    return _seconds(response.headers.get("Retry-After", ""), default)


def body(response: httpx.Response) -> Json:
    """The body as an object, empty when it is none."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(response: httpx.Response) -> str:
    """The error code, one word; the error's message is left out, since it may repeat what was sent."""
    try:
        code = response.json()["error"]["code"]
    except (ValueError, KeyError, TypeError, httpx.ResponseNotRead):
        return ""
    return str(code)[:80]


def _seconds(retry_after: str, default: float) -> float:
    """`Retry-After` in seconds or as a date (RFC 9110 10.2.3)."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return default
