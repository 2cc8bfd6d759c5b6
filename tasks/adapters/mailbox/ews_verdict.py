"""What an error of exchangelib means: the server refused, was busy, or may have done what it was asked to do."""

from __future__ import annotations

from exchangelib import errors as e
from requests.exceptions import ConnectionError as Disconnected
from requests.exceptions import RequestException, SSLError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

TRANSIENT = (
    e.ErrorServerBusy,
    e.ErrorTimeoutExpired,  # also every broken connection, see exchangelib.util.post_ratelimited
    e.ErrorInternalServerTransientError,
    e.ErrorMailboxStoreUnavailable,
    e.ErrorConnectionFailed,
    e.ErrorTooManyObjectsOpened,
    e.ErrorExceededConnectionCount,
    e.ErrorMoveCopyFailed,
    RequestException,
    EOFError,
)
"""Worth asking again, when the question was only read or may be repeated."""

GONE = (e.ErrorItemNotFound, e.ErrorInvalidIdMalformed)

UNREADABLE = (
    e.ErrorContentConversionFailed,
    e.ErrorCorruptData,
    e.ErrorItemCorrupt,
    e.ErrorMimeContentConversionFailed,
    e.ErrorMimeContentInvalid,
)
"""Faults of one item, not of the mailbox."""

REFUSALS = (
    e.ErrorServerBusy,
    e.ErrorExceededConnectionCount,
    e.ErrorAccessDenied,
    e.ErrorSendAsDenied,
    e.ErrorImpersonateUserDenied,
    e.ErrorImpersonationDenied,
    e.ErrorImpersonationFailed,
    e.ErrorNonExistentMailbox,
    e.ErrorInvalidRecipients,
    e.ErrorMissingRecipients,
    e.ErrorMessageSizeExceeded,
    e.ErrorMimeContentInvalid,
    e.ErrorMimeContentInvalidBase64String,
    e.ErrorSchemaValidation,
    e.ErrorInvalidRequest,
    e.ErrorInvalidServerVersion,
    e.ErrorFolderNotFound,
)
"""Said by the server itself, these mean that a mail was not sent. Every other answer leaves it open."""

_RIGHTS = {
    e.ErrorImpersonateUserDenied: "may not impersonate {address}: give it the role ApplicationImpersonation for it",
    e.ErrorImpersonationDenied: "may not impersonate {address}: give it the role ApplicationImpersonation for it",
    e.ErrorImpersonationFailed: "may not impersonate {address}: give it the role ApplicationImpersonation for it",
    e.ErrorAccessDenied: "may not do this in {address}: give it Full Access, or use impersonation",
    e.ErrorSendAsDenied: "may not send as {address}: give it the right Send As",
    e.ErrorNonExistentMailbox: "finds no mailbox {address}: check CORREQUESTS_MAILBOX_ADDRESS",
}


def missing_right(error: Exception, address: str) -> str:
    """Which right the service account lacks, as a sentence; empty when the error is of another kind."""
    words = _RIGHTS.get(type(error))
    return f"The service account {words.format(address=address)}." if words else ""


def unwrapped(error: Exception) -> Exception:
    """The error itself: exchangelib first asks a server for its version, and wraps what goes wrong there."""
    inner = error.__context__
    return inner if type(error) is e.TransportError and isinstance(inner, e.ResponseMessageError) else error


def never_connected(error: Exception) -> bool:
    """Whether not even a connection came about, so that the server has seen nothing of the request."""
    cause = error.__context__
    reason = cause.args[0] if isinstance(cause, Disconnected) and cause.args else None
    return isinstance(reason, MaxRetryError) and isinstance(reason.reason, ConnectTimeoutError)


def sentence(error: Exception) -> str:
    """What happened, without anything that the request or the answer held."""
    if isinstance(error.__context__, SSLError):
        return "The certificate of the Exchange server is not accepted: see CORREQUESTS_EWS_CA_FILE"
    if isinstance(error, e.ResponseMessageError) and not isinstance(error, e.ErrorTimeoutExpired):
        return f"Exchange answered {type(error).__name__}"
    return f"Exchange could not be asked ({type(error.__context__ or error).__name__})"
