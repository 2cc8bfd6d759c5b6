"""Files that hold files: winmail.dat, Outlook's .msg, zip. Runs in the parsing fork and opens one level at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import msoffcrypto
import olefile
from oxmsg import Message as OutlookMessage
from tnefparse import tnef

from forms.errors import Broken, Encrypted, Unreadable
from tasks.adapters.mailbox.charsets import to_text
from tasks.adapters.mailbox.content_types import COMPOUND, TNEF, ZIP

_ENTRIES = 100
_RATIO = 200
_BLANK_SCAN = 8 * 1024 * 1024
"""Below this size nobody asks how well a file was compressed: an empty page shrinks to almost nothing."""
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
_REMAINS = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class ArchiveTooLarge(Unreadable):
    """The archive holds too many files or too much data. Please attach the forms to the mail one by one."""

    code = "archive_too_large"


class ArchiveInArchive(Unreadable):
    """The archive lies in another archive. Please attach the forms to the mail one by one."""

    code = "archive_in_archive"


class MailLocked(Unreadable):
    """The attached mail is encrypted. Please send the forms themselves, without encryption."""

    code = "mail_encrypted"


REFUSALS = {kind.code: kind().sentence for kind in (Encrypted, Broken, ArchiveTooLarge, ArchiveInArchive, MailLocked)}
"""Why a file of a mail is kept as it is, and what its sender should do."""


@dataclass(frozen=True)
class Inside:
    """What a container holds: named files, and the words of the mail where the container is one."""

    files: tuple[tuple[str, bytes], ...] = ()
    text: str = ""


def opened(data: bytes, kind: str, most_bytes: int, *, in_archive: bool) -> Inside | None:
    """The files inside, or None when this is no container.

    Raises `Unreadable` when it must be kept as it is. `most_bytes` bounds what an archive may grow to.
    """
    opener = _OPENERS.get(kind)
    if opener is None:
        return None
    try:
        return opener(data, most_bytes, in_archive)
    except (Unreadable, MemoryError, RecursionError):
        raise
    except Exception as error:  # three foreign parsers of three hostile formats raise whatever they like
        raise Broken from error


def _tnef(data: bytes, most_bytes: int, in_archive: bool) -> Inside:  # noqa: ARG001
    """Outlook's rich text envelope ([MS-OXTNEF])."""
    held = tnef.TNEF(data, do_checksum=False)
    files = tuple((_name(a), bytes(a.data)) for a in held.attachments if a.data)
    if not files and not _whole(data):
        raise Broken
    body = held.body if isinstance(held.body, str) else to_text(held.body or b"", None)
    return Inside(files, body.replace("\x00", ""))


def _whole(data: bytes) -> bool:
    """Whether the attributes fill the file to its end ([MS-OXTNEF] 2.1.3.2): level, id, type, length, data, sum."""
    at = 6
    while at + 11 <= len(data) and data[at] in (1, 2):
        at += 11 + int.from_bytes(data[at + 5 : at + 9], "little")
    return at == len(data) or (at < len(data) and not data[at:].strip(b"\0\r\n"))


def _name(attachment: object) -> str:
    for said in ("long_filename", "name"):
        try:
            value = getattr(attachment, said)
            value = value() if callable(value) else value
        except ValueError:
            continue
        if value:
            return value if isinstance(value, str) else to_text(value, None)
    return ""


def _compound(data: bytes, most_bytes: int, in_archive: bool) -> Inside | None:  # noqa: ARG001
    """A mail saved by Outlook ([MS-OXMSG]). An Office file is no container; one with a password is refused."""
    with olefile.OleFileIO(io.BytesIO(data)) as storage:
        if not storage.exists("__properties_version1.0"):
            if storage.exists("EncryptedPackage") or _locked(data):
                raise Encrypted
            return None
    held = OutlookMessage.load(data)
    files = [(a.file_name or "", a.file_bytes) for a in held.attachments]
    if len(files) < held.attachment_count or any(content is None for _, content in files):  # a mail in it, or a link
        raise Broken
    return Inside(tuple((name, content) for name, content in files if content))


def _locked(data: bytes) -> bool:
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted())
    except msoffcrypto.exceptions.FileFormatError:
        return False


def _zip(data: bytes, most_bytes: int, in_archive: bool) -> Inside | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if any(entry.filename in _OFFICE for entry in entries):
            return None
        if in_archive:
            raise ArchiveInArchive
        if any(entry.flag_bits & 1 for entry in entries):
            raise Encrypted
        if not entries:
            raise Broken
        if len(entries) > _ENTRIES:
            raise ArchiveTooLarge
        return Inside(tuple(_entries(archive, entries, most_bytes)))


def _entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], left: int) -> list[tuple[str, bytes]]:
    """The files, counted as they unfold: what an archive says of its sizes may be a lie."""
    found: list[tuple[str, bytes]] = []
    for entry in entries:
        if entry.filename.startswith(_REMAINS) or entry.filename.endswith(_REMAINS):
            continue
        with archive.open(entry) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0 or (len(data) > _BLANK_SCAN and len(data) > _RATIO * max(1, entry.compress_size)):
            raise ArchiveTooLarge
        found.append((entry.filename, data))
    return found


_OPENERS: dict[str, Callable[[bytes, int, bool], Inside | None]] = {TNEF: _tnef, COMPOUND: _compound, ZIP: _zip}
