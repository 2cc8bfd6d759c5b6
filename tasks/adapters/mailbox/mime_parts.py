"""The parts of a mail, walked within limits: how deep, how many, how large, and inside what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from typing import TYPE_CHECKING

from tasks.adapters.mailbox import content_types
from tasks.adapters.mailbox.charsets import sound
from tasks.adapters.mailbox.headers import decoded, raw_header, safe_name
from tasks.adapters.mailbox.mime import MailRefused
from tasks.adapters.mailbox.mime_limits import MailLimits

if TYPE_CHECKING:
    Mail = Message[str, str]

_NESTED_MAILS = 3
_NAME_IN_PATH = 60


@dataclass(frozen=True)
class Origin:
    """Where a part stands. `leaf` is the leaf of the mail that holds it, 0 when it is one itself.

    `path` names what it was taken out of; `mails` counts the attached mails around it, `levels` the files.
    """

    leaf: int = 0
    path: str = ""
    mails: int = 0
    levels: int = 0
    in_archive: bool = False

    def inside(self, leaf: int, name: str, *, mail: bool = False, archive: bool = False) -> Origin:
        """Of what is inside a file at this place."""
        levels, mails, in_archive = self.levels + 1, self.mails + mail, self.in_archive or archive
        return Origin(self.leaf or leaf, f"{self.path}{name[-_NAME_IN_PATH:]}/", mails, levels, in_archive)

    def refuse_sealed(self) -> None:
        """Encrypted: the mail cannot be read. When something inside it is, only that cannot."""
        if self.mails == 0 and self.levels == 0:
            raise MailRefused("encrypted")


class Budget:
    """What one mail has used up, with all that unfolds out of it. Every method raises `MailRefused`."""

    def __init__(self, limits: MailLimits) -> None:
        self.limits = limits
        self.parts = self.bytes = 0

    @property
    def left(self) -> int:
        """Bytes that may still unfold."""
        return self.limits.max_decoded_bytes - self.bytes

    def one_more(self) -> None:
        """A part, or a file inside one."""
        self.parts += 1
        if self.parts > self.limits.parts:
            raise MailRefused("too_many_parts")

    def take(self, data: bytes) -> None:
        """Decoded bytes."""
        self.bytes += len(data)
        if self.left < 0:
            raise MailRefused("too_large")


def leaves(mail: Mail, origin: Origin, budget: Budget) -> Iterator[tuple[Mail, Origin]]:
    """Every leaf part in order. Those of an attached mail are leaves too. Raises `MailRefused`."""
    pending: list[tuple[Mail, int, Origin]] = [(mail, 0, origin)]
    while pending:
        part, depth, where = pending.pop()
        kind = part.get_content_type()
        budget.one_more()
        if depth > budget.limits.depth or where.mails > _NESTED_MAILS:
            raise MailRefused("too_deep")
        if kind == "multipart/encrypted":
            where.refuse_sealed()
        if kind == "message/partial" and not where.mails:
            raise MailRefused("in_pieces")
        children = part.get_payload() if part.is_multipart() else None  # decoding text here fails on odd charsets
        if not isinstance(children, list) or kind == "message/external-body" or coded_mail(part):
            yield part, where
            continue
        where = _around(part, kind, where)
        pending.extend((child, depth + 1, where) for child in reversed(children) if isinstance(child, Message))


def _around(part: Mail, kind: str, where: Origin) -> Origin:
    if kind == content_types.MAIL:
        name = safe_name(raw_name(part) or "attached mail", content_types.MAIL, 0)
        return replace(where, path=f"{where.path}{name[-_NAME_IN_PATH:]}/", mails=where.mails + 1)
    return replace(where, mails=where.mails + (part.get_content_maintype() == "message"))


def content(part: Mail) -> bytes:
    """The decoded bytes of a leaf."""
    if coded_mail(part):
        held = part.get_payload()
        inner = held[0] if isinstance(held, list) else held
        carrier: Mail = Message()
        carrier["Content-Transfer-Encoding"] = raw_header(part, "Content-Transfer-Encoding")
        carrier.set_payload(inner.as_string() if isinstance(inner, Message) else str(inner))
        part = carrier
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def coded_mail(part: Mail) -> bool:
    """Whether an attached mail is in base64 or quoted-printable, which RFC 2046 5.2.1 forbids and senders do."""
    if part.get_content_type() != content_types.MAIL:
        return False
    return raw_header(part, "Content-Transfer-Encoding").lower() in ("base64", "quoted-printable")


def raw_name(part: Mail) -> str:
    """The file name a part claims, decoded but not yet safe; empty when it claims none."""
    try:
        return sound(decoded(part.get_filename() or ""))
    except (ValueError, LookupError, TypeError, AttributeError):
        return "attachment"
