"""The mailbox as a Maildir++ folder on disk: for one machine, for the samples and for the tests.

Reading moves nothing; settling is one `rename(2)`; whatever is written goes through `tmp`, `fsync` and `link(2)`, so
that a crash leaves either the whole mail or none of it. A mail is known by the unique part of its file name, which
stays the same when a mail reader moves it from `new` to `cur` or changes its flags.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from pathlib import Path
from uuid import uuid4

from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, REPROCESS, Facts, NotSent, Ref, SendUnknown
from tasks.adapters.mailbox.edge import HEAD_BYTES, edge_headers
from tasks.adapters.mailbox.submission import Submission, envelope

SENT = "Sent"
_POLL_SECONDS = 0.25


class MaildirMailbox:
    """A `Mailbox` on `root`. Without `submission`, mail goes to `outgoing/<address>`, one Maildir per
    recipient; what we send to ourselves comes in again.
    """

    def __init__(self, root: Path, *, outgoing: Path, submission: Submission | None = None) -> None:
        self.root = root
        self.outgoing = outgoing
        self.submission = submission
        self._seen: tuple[int, ...] = ()
        _make(root)
        for folder in (PROCESSED, NEEDS_ATTENTION, SENT):
            _make(_folder(root, folder))

    def waiting(self, limit: int) -> list[Ref]:
        """Mails in the inbox, oldest first, then those in `Reprocess`, whose handle begins with its name."""
        _make(_folder(self.root, REPROCESS))  # each time: people take folders away
        self._seen = self._stamp()
        inbox = [Ref(name, size) for name, size in _oldest(self.root)]
        again = [Ref(f"{REPROCESS}/{name}", size, again=True) for name, size in _oldest(_folder(self.root, REPROCESS))]
        return [*inbox, *again][:limit]

    def fetch(self, ref: Ref, out: Path) -> Facts:
        """Copy the mail to `out` in pieces. Raises `FileNotFoundError` when it is gone."""
        with _locate(*self._place(ref)).open("rb") as source, out.open("wb") as target:
            head = source.read(HEAD_BYTES)
            target.write(head)
            shutil.copyfileobj(source, target, 1024 * 1024)
            size = target.tell()
        return Facts(size, edge_headers(head))

    def settle(self, ref: Ref, folder: str, category: str) -> bool:  # noqa: ARG002
        """Move the mail into `folder`. A Maildir knows no categories, so `category` is not kept."""
        box = _folder(self.root, folder)
        _make(box)
        source, name = self._place(ref)
        target = box / "cur" / f"{name}:2,S"
        while target.exists():  # never write over another mail
            target = box / "cur" / f"{name}.{uuid4().hex[:8]}:2,S"
        try:
            _locate(source, name).rename(target)
        except FileNotFoundError:
            return False
        _sync(box / "cur")
        return True

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:
        """Deliver once, then keep the copy in Sent under the digest of its Message-ID.

        The local drop may be repeated: it writes over its own earlier copy, so nobody gets two, and the last secret
        counts. After a submission that leaves no Sent copy the outcome is unknown to the next attempt.
        """
        mail = envelope(raw)
        name = _digest(mail.message_id)
        if self.submission:
            self.submission.submit(mail, raw)
        try:
            if not self.submission:
                for address in mail.recipients:
                    own = address == mail.sender.lower()
                    _hand_over(self.root if own else self.outgoing / _safe(address), raw, name)
            _write(_folder(self.root, SENT) / "cur" / f"{name}:2,S", raw if sent_copy is None else sent_copy)
        except FileExistsError:
            return
        except OSError as error:
            failure = SendUnknown if self.submission else NotSent
            raise failure(f"the copy could not be kept: {error.strerror}") from error

    def find_sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail with this Message-ID (angle brackets included)."""
        sent = _folder(self.root, SENT)
        name = _digest(message_id.strip())
        return (sent / "cur" / f"{name}:2,S").exists() or any(_unique(path) == name for path in _mails(sent))

    def wait(self, seconds: float) -> None:
        """Sleep until the inbox has changed since it was last looked at, at most `seconds`."""
        end = time.monotonic() + seconds
        while self._stamp() == self._seen and (left := end - time.monotonic()) > 0:
            time.sleep(min(_POLL_SECONDS, left))

    def _place(self, ref: Ref) -> tuple[Path, str]:
        """The box that holds the mail, and the mail's name in it."""
        folder, _, name = ref.handle.rpartition("/")
        return (_folder(self.root, folder) if folder else self.root), name

    def _stamp(self) -> tuple[int, ...]:
        parts = [box / part for box in (self.root, _folder(self.root, REPROCESS)) for part in ("new", "cur")]
        return tuple(part.stat().st_mtime_ns for part in parts if part.is_dir())


def drop(maildir: Path, raw: bytes, name: str) -> None:
    """Deliver a mail into the inbox under `name`, once for ever: not again after it was settled or filed."""
    if name != _safe(name):
        raise ValueError(f"{name!r} cannot be the name of a mail")
    _make(maildir)
    for box in (maildir, *maildir.glob(".*")):
        if any(_unique(path) == name for path in _mails(box)):
            return
    with contextlib.suppress(FileExistsError):
        _write(maildir / "new" / name, raw)


def _hand_over(box: Path, raw: bytes, name: str) -> None:
    """One copy in a recipient's own Maildir; an earlier copy of the same mail is written over."""
    _make(box)
    known = next((path for path in _mails(box) if _unique(path) == name), box / "new" / name)
    _write(known, raw, over=True)


def _write(path: Path, raw: bytes, *, over: bool = False) -> None:
    """Write whole or not at all. Raises `FileExistsError` when the name is taken, unless `over`."""
    draft = path.parent.parent / "tmp" / f"{time.time_ns()}.{os.getpid()}.{uuid4().hex}"
    try:
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if over:
            draft.replace(path)
        else:
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _oldest(box: Path) -> list[tuple[str, int]]:
    """Name and size of each mail, oldest first."""
    found: list[tuple[int, str, int]] = []
    for path in _mails(box):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            found.append((status.st_mtime_ns, _unique(path), status.st_size))
    return [(name, size) for _, name, size in sorted(found)]


def _locate(box: Path, name: str) -> Path:
    if (box / "new" / name).is_file():  # as it came: no need to go through thousands of others
        return box / "new" / name
    for _ in range(2):  # a mail reader may move it from new to cur between the two looks
        for path in _mails(box):
            if _unique(path) == name:
                return path
    raise FileNotFoundError(name)


def _mails(box: Path) -> list[Path]:
    return [
        path
        for part in ("new", "cur")
        if (box / part).is_dir()
        for path in (box / part).iterdir()
        if not path.name.startswith(".")
    ]


def _unique(path: Path) -> str:
    return path.name.partition(":")[0]


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()


def _safe(name: str) -> str:
    """A name that is one file name and no Maildir flag: no separators, no leading dot."""
    return "".join("_" if c in "/\\:" or ord(c) < 32 else c for c in name).lstrip(".") or "_"


def _folder(root: Path, name: str) -> Path:
    if name != _safe(name):
        raise ValueError(f"{name!r} cannot be the name of a folder")
    return root / f".{name}"


def _make(box: Path) -> None:
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True, exist_ok=True, mode=0o700)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
