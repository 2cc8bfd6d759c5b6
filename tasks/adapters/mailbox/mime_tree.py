"""The tree of parts of one mail: what is text, what is layout, what is a file, and what is inside files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.errors import Unreadable
from tasks.adapters.mailbox import containers, content_types, smime, uu
from tasks.adapters.mailbox.charsets import sound, to_text
from tasks.adapters.mailbox.content_types import content_type, picture_size
from tasks.adapters.mailbox.flowed import joined
from tasks.adapters.mailbox.headers import decoded, raw_header, safe_name
from tasks.adapters.mailbox.html_text import html_to_text
from tasks.adapters.mailbox.mime import MailRefused
from tasks.adapters.mailbox.mime_limits import MailLimits

if TYPE_CHECKING:
    Mail = Message[str, str]

_NESTED_MAILS = 3
_LEVELS = 3
_LAYOUT_BYTES = 40_000
_LAYOUT_PIXELS = 300
_FORM_PIXELS = 1000
_BELIEVABLE = 30_000
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_PGP = "-----BEGIN PGP MESSAGE-----"


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
        return Origin(self.leaf or leaf, f"{self.path}{name[-60:]}/", mails, levels, in_archive)


class Reading:
    """What has been gathered from the parts of one mail. `files` are the entries of `mail.json`."""

    def __init__(self, folder: Path, limits: MailLimits) -> None:
        self.folder, self.limits = folder, limits
        self.digest = hashlib.sha256()
        self.plain: list[str] = []
        self.html: list[str] = []
        self.spare: list[str] = []
        self.files: list[dict[str, Any]] = []
        self.calendar = False
        self._shown: list[tuple[dict[str, Any], str, bool, bytes]] = []
        self._bytes = self._parts = self._leaves = self._inner = 0

    def read(self, mail: Mail, origin: Origin = Origin()) -> None:
        """Sort every leaf of a mail into text, layout or file."""
        for part, where in self._leaves_of(mail, origin):
            data = content(part)
            self._count(data)
            if where.leaf:
                self._inner += 1
                number = where.leaf * 1000 + self._inner
            else:
                self._leaves += 1
                self._inner = 0
                number = self._leaves
                self.seal(data)
            self._take(number, part, data, where)

    def seal(self, data: bytes) -> None:
        """Add to the digest, with its length, so that no two splits of the same bytes agree."""
        self.digest.update(len(data).to_bytes(8, "big") + data)

    def _one_more(self) -> None:
        self._parts += 1
        if self._parts > self.limits.parts:
            raise MailRefused("too_many_parts")

    def _count(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > self.limits.max_decoded_bytes:
            raise MailRefused("too_large")

    def _leaves_of(self, mail: Mail, origin: Origin) -> Iterator[tuple[Mail, Origin]]:
        """Every leaf part in order, within the limits of depth and parts. Those of an attached mail are leaves too."""
        pending: list[tuple[Mail, int, Origin]] = [(mail, 0, origin)]
        while pending:
            part, depth, where = pending.pop()
            self._one_more()
            if depth > self.limits.depth or where.mails > _NESTED_MAILS:
                raise MailRefused("too_deep")
            if part.get_content_type() == "multipart/encrypted":
                self._sealed(where)
            if part.get_content_type() == "message/partial" and not where.mails:
                raise MailRefused("in_pieces")
            children = part.get_payload() if part.is_multipart() else None  # decoding text fails on odd charsets
            elsewhere = part.get_content_type() == "message/external-body"
            if not isinstance(children, list) or elsewhere or coded_mail(part):
                yield part, where
                continue
            if part.get_content_type() == content_types.MAIL:
                name = safe_name(raw_name(part) or "attached mail", content_types.MAIL, 0)
                where = replace(where, path=f"{where.path}{name[-60:]}/", mails=where.mails + 1)
            elif part.get_content_maintype() == "message":
                where = replace(where, mails=where.mails + 1)
            pending.extend((child, depth + 1, where) for child in reversed(children) if isinstance(child, Message))

    def _sealed(self, where: Origin) -> None:
        """Encrypted: the mail cannot be read; when an attached mail is, only that one cannot."""
        if where.mails == 0 and where.levels == 0:
            raise MailRefused("encrypted")

    def _take(self, number: int, part: Mail, data: bytes, where: Origin) -> None:
        kind, name = part.get_content_type(), raw_name(part)
        if kind in _SIGNATURES or name.lower() == "smime.p7s":
            return
        if kind in _SEALED:
            self._unwrap(number, data, name, where)
            return
        attached = bool(name) or part.get_content_disposition() == "attachment"
        if kind == "text/calendar" and not attached:
            self.calendar = self.calendar or (where.mails == 0 and where.levels == 0)
        elif (kind in ("text/plain", "text/html") and not attached) or part.get_content_maintype() == "multipart":
            self._words(number, part, data, where)
        elif attached or part.get_content_maintype() not in ("text", "message") or coded_mail(part):
            content_id = raw_header(part, "Content-ID").strip("<> ")
            shown = part.get_content_disposition() == "inline"
            self._file(number, name, kind, data, where, content_id, shown=shown)

    def _unwrap(self, number: int, data: bytes, name: str, where: Origin) -> None:
        """An opaque signed message is read as if it were not signed."""
        try:
            inner = smime.unwrapped(data)
        except smime.Sealed:
            self._sealed(where)
            self._keep(number, name or "smime.p7m", content_types.PKCS7, data, where, containers.MailLocked.code)
            return
        if where.levels >= _LEVELS:
            raise MailRefused("too_deep")
        if inner:
            self._count(inner)
            self.read(
                message_from_bytes(inner, policy=compat32),
                replace(where, leaf=where.leaf or number, levels=where.levels + 1),
            )

    def _words(self, number: int, part: Mail, data: bytes, where: Origin) -> None:
        if where.mails:
            return
        plain = part.get_content_type() != "text/html"  # a multipart that cannot be taken apart is what it shows
        text = sound(to_text(data, part.get_content_charset()))
        if not plain:
            self.html.append(text[: self.limits.html_chars])
            return
        text, files = uu.taken_out(text)
        for name, inner in files:
            self._one_more()
            self._inner += 1
            self._file((where.leaf or number) * 1000 + self._inner, name, "", inner, where)
        if str(part.get_param("format", "")).lower() == "flowed":
            text = joined(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
        self.plain.append(text[: self.limits.text_chars])

    def _file(
        self,
        number: int,
        name: str,
        kind: str,
        data: bytes,
        where: Origin,
        content_id: str = "",
        *,
        shown: bool = False,
    ) -> None:
        """Keep a file, or what is inside it."""
        kind = content_type(data, kind or "application/octet-stream")
        if kind == content_types.RIGHTS or name.lower() == "message.rpmsg":
            self._sealed(where)
            self._keep(number, name, content_types.RIGHTS, data, where, containers.MailLocked.code)
        elif where.levels < _LEVELS and kind == content_types.MAIL:
            inside = where.inside(number, safe_name(name or "attached mail", kind, number), mail=True)
            self.read(message_from_bytes(data, policy=compat32), inside)
        elif where.levels < _LEVELS:
            self._open(number, name, kind, data, where, content_id, shown=shown)
        else:
            self._keep(number, name, kind, data, where)

    def _open(
        self, number: int, name: str, kind: str, data: bytes, where: Origin, content_id: str, *, shown: bool
    ) -> None:
        left = self.limits.max_decoded_bytes - self._bytes
        try:
            held = containers.opened(data, kind, left, in_archive=where.in_archive)
        except Unreadable as why:
            self._keep(number, name, kind, data, where, why.code)
            return
        if held is None:
            entry = self._keep(number, name, kind, data, where)
            self._shown.append((entry, content_id, shown, data[:65536]))
            return
        if where.mails == 0 and where.levels == 0:
            self.spare.append(sound(held.text)[: self.limits.text_chars])
        archive = kind == content_types.ZIP
        inside = where.inside(number, safe_name(name or "winmail.dat", kind, number), archive=archive)
        for inner_name, inner in held.files:
            self._count(inner)
            self._one_more()
            self._inner += 1
            self._file(inside.leaf * 1000 + self._inner, sound(inner_name), "", inner, inside)

    def _keep(self, number: int, name: str, kind: str, data: bytes, where: Origin, refusal: str = "") -> dict[str, Any]:
        (self.folder / f"part-{number}").write_bytes(data)
        entry = {
            "part": number,
            "file_name": where.path + safe_name(name, kind, number),
            "media_type": kind,
            "inline": False,
            "refusal": refusal,
            "bytes": len(data),
        }
        self.files.append(entry)
        return entry

    def finish(self) -> None:
        """Mark the layout, now that all of the HTML is known; refuse a mail that is nothing but a sealed text."""
        if not self.files and self.text.lstrip().startswith(_PGP):
            raise MailRefused("encrypted")
        if len(self.files) == 1:  # the only file of a mail is never mere layout
            return
        for entry, content_id, shown, data in self._shown:
            referenced = bool(content_id) and any(f"cid:{content_id}" in page for page in self.html)
            entry["inline"] = (shown or referenced) and is_layout(entry["media_type"], data, entry["bytes"])

    @property
    def papers(self) -> bool:
        """Whether there is a file that is not layout."""
        return any(not entry["inline"] for entry in self.files)

    @property
    def text(self) -> str:
        """The plain text, or the text of the HTML, or of the winmail.dat."""
        for found in ("\n".join(self.plain), "\n".join(html_to_text(page) for page in self.html)):
            if found.strip():
                return found
        return "\n".join(self.spare)


def is_layout(kind: str, data: bytes, size: int) -> bool:
    """Whether a picture shown in the text is too small for a form: a logo, a signature picture, an icon."""
    if not kind.startswith("image/"):
        return False
    pixels = picture_size(data)
    if pixels is None or max(pixels) > _BELIEVABLE:
        return size < _LAYOUT_BYTES
    return min(pixels) < _LAYOUT_PIXELS or (size < _LAYOUT_BYTES and max(pixels) < _FORM_PIXELS)


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
