"""The tree of parts of one mail: what is text, what is layout, what is a file, and what is inside files."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.errors import Unreadable
from tasks.adapters.mailbox import containers, content_types, smime, uu
from tasks.adapters.mailbox.charsets import sound, to_text
from tasks.adapters.mailbox.content_types import content_type
from tasks.adapters.mailbox.flowed import joined
from tasks.adapters.mailbox.headers import raw_header, safe_name
from tasks.adapters.mailbox.html_text import html_to_text
from tasks.adapters.mailbox.layout import is_layout
from tasks.adapters.mailbox.mime import MailRefused
from tasks.adapters.mailbox.mime_limits import MailLimits
from tasks.adapters.mailbox.mime_parts import Budget, Origin, coded_mail, content, leaves, raw_name

if TYPE_CHECKING:
    Mail = Message[str, str]

_LEVELS = 3
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_PGP = "-----BEGIN PGP MESSAGE-----"


class Reading:
    """What has been gathered from the parts of one mail. `files` are the entries of `mail.json`."""

    def __init__(self, folder: Path, limits: MailLimits) -> None:
        self.folder, self.limits = folder, limits
        self.budget = Budget(limits)
        self.digest = hashlib.sha256()
        self.plain: list[str] = []
        self.html: list[str] = []
        self.spare: list[str] = []
        self.files: list[dict[str, Any]] = []
        self.calendar = False
        self._shown: list[tuple[dict[str, Any], str, bool, bytes]] = []
        self._leaves = self._inner = 0

    def read(self, mail: Mail, origin: Origin) -> None:
        """Sort every leaf of a mail into text, layout or file."""
        for part, where in leaves(mail, origin, self.budget):
            data = content(part)
            self.budget.take(data)
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
            where.refuse_sealed()
            self._keep(number, name or "smime.p7m", content_types.PKCS7, data, where, containers.MailLocked.code)
            return
        if where.levels >= _LEVELS:
            raise MailRefused("too_deep")
        if inner:
            self.budget.take(inner)
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
            self.budget.one_more()
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
            where.refuse_sealed()
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
        try:
            held = containers.opened(data, kind, self.budget.left, in_archive=where.in_archive)
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
            self.budget.take(inner)
            self.budget.one_more()
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
