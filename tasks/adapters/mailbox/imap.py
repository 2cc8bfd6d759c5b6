"""The mailbox on an IMAP server (RFC 3501), with submission by SMTP.

A mail is known by UIDVALIDITY and UID. Settling is one UID MOVE (RFC 6851), and COPYUID (RFC 4315) says whether it was
ours; a server without both is refused, because COPY, STORE and EXPUNGE can be cut in the middle. A read that loses its
connection is asked once more on a new one; a write never is.
"""

from __future__ import annotations

import contextlib
import logging
import random
import time
from email.parser import BytesHeaderParser
from functools import partial
from pathlib import Path

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from imapclient.imapclient import SENT
from pydantic import SecretStr

from tasks.adapters.mailbox import REPROCESS, Facts, MailboxDown, NotSent, Ref
from tasks.adapters.mailbox.edge import HEAD_BYTES, edge_headers
from tasks.adapters.mailbox.imap_session import ImapSession
from tasks.adapters.mailbox.submission import Submission, crlf, envelope
from tasks.mail_settings import Tls

log = logging.getLogger(__name__)

INBOX = "INBOX"
_PIECE = 1024 * 1024  # one answer of the server is held in memory
_LONGEST_IDLE = 300.0
_MARKS = tuple(b"$CorrequestsMoving%d" % number for number in range(8))
"""Marks of a mail that is being moved. Two sessions that set the same one within a millisecond are both told by Dovecot
that they were first, for the second changes nothing; so each takes one by lot."""
_LEASE = 60.0
_GONE = "[EXPUNGEISSUED]"  # RFC 5530: another session was faster
_MESSAGE_ID = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"


class ImapMailbox:
    """A `Mailbox` with one connection, shared by the threads of this process."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        tls: Tls,
        user: str,
        password: SecretStr,
        ca_file: Path | None,
        sent_folder: str,
        submission: Submission,
    ) -> None:
        self.session = ImapSession(host, port, tls, user, password, ca_file)
        self.sent_folder = sent_folder
        self.submission = submission
        self._marks: dict[str, tuple[int, float]] = {}

    def waiting(self, limit: int) -> list[Ref]:
        """Mails in the inbox in the order of arrival, then those in `Reprocess`, whose handles begin with its name.

        Those that a person marked as deleted are left out.
        """
        return self.session.ask(partial(self._waiting, limit), again=True)

    def fetch(self, ref: Ref, out: Path) -> Facts:
        """Bring the mail to `out` piece by piece. Raises `FileNotFoundError` when it is gone."""
        head = b""
        with out.open("wb") as target:
            while True:
                piece = self.session.ask(partial(self._piece, ref, target.tell()), again=True)
                if piece is None:
                    raise FileNotFoundError(ref.handle)
                if len(head) < HEAD_BYTES:
                    head += piece
                target.write(piece)
                if len(piece) < _PIECE:
                    return Facts(target.tell(), edge_headers(head))

    def settle(self, ref: Ref, folder: str, category: str) -> bool:
        """Move the mail into `folder`, with `category` as a keyword where the server keeps keywords."""
        return self.session.ask(partial(self._move, ref, folder, category), again=False)

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:
        """Submit once, then keep the copy in Sent. Nothing is submitted while Sent cannot be reached."""
        mail = envelope(raw)
        try:
            self.session.ask(partial(self._folder, "Sent"), again=True)
        except MailboxDown as error:
            raise NotSent(f"not sent, because the copy could not be kept: {error}") from None
        self.submission.submit(mail, raw)
        copy = crlf(raw if sent_copy is None else sent_copy)
        for _ in range(2):
            with contextlib.suppress(MailboxDown):
                if not self.find_sent(mail.message_id):
                    self.session.ask(partial(self._append, copy), again=False)
                return
        log.error("%s was sent, but its copy could not be kept in Sent", mail.message_id)

    def find_sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail with this Message-ID (angle brackets included)."""
        return self.session.ask(partial(self._in_sent, message_id.strip()), again=True)

    def wait(self, seconds: float) -> None:
        """Until the server announces mail (RFC 2177), at most `seconds`. Never raises."""
        end = time.monotonic() + min(seconds, _LONGEST_IDLE)
        news = False
        with contextlib.suppress(MailboxDown):
            news = self.session.ask(partial(self._idle, end), again=False)
        if not news:
            time.sleep(max(0.0, end - time.monotonic()))

    # --- what is asked of the server ---------------------------------------------------------------------------------

    def _waiting(self, limit: int, client: IMAPClient) -> list[Ref]:
        """The inbox is looked at last and stays open, so that `wait` hears of what comes from now on."""
        again = [
            Ref(f"{REPROCESS}/{numbers}", size, again=True)
            for numbers, size in self._list(client, self._folder(REPROCESS, client), limit)
        ]
        return [*(Ref(*row) for row in self._list(client, INBOX, limit)), *again][:limit]

    def _list(self, client: IMAPClient, folder: str, limit: int) -> list[tuple[str, int]]:
        validity = self._select(client, folder)
        client.noop()  # a search answers from what the session knew before
        uids = sorted(client.search("UNDELETED"))[:limit]
        sizes = client.fetch(uids, ["RFC822.SIZE"])
        return [(f"{validity}:{uid}", sizes[uid][b"RFC822.SIZE"]) for uid in uids if b"RFC822.SIZE" in sizes[uid]]

    def _piece(self, ref: Ref, offset: int, client: IMAPClient) -> bytes | None:
        uid = self._uid(client, ref)
        if offset == 0:
            client.noop()  # a mail that another session moved away would still be handed out
        answer = client.fetch([uid], [f"BODY.PEEK[]<{offset}.{_PIECE}>"]) if uid else {}
        if uid not in answer or (key := b"BODY[]<%d>" % offset) not in answer[uid]:
            return None
        return answer[uid][key] or b""

    def _move(self, ref: Ref, folder: str, category: str, client: IMAPClient) -> bool:
        target = self._folder(folder, client)
        if (uid := self._uid(client, ref)) is None:
            return False
        if category:
            _keyword(client, uid, category)
        if client.has_capability("CONDSTORE") and not self._claim(client, ref, uid):
            return False
        _told(client, "COPYUID")  # forgets an earlier one
        try:
            client.move([uid], target)
        except IMAPClientError as error:
            if _GONE not in str(error):
                raise
            return False
        return _told(client, "COPYUID")

    def _claim(self, client: IMAPClient, ref: Ref, uid: int) -> bool:
        """Whether the mail is ours to move: the mark was set by us, compared and set in one step (RFC 7162 3.1.3).

        MOVE alone does not say so: of two sessions at once, Dovecot lets both make a copy. A mark that stays for
        `_LEASE` seconds was left by a watcher that died, or by an earlier move of a mail that a person moved back.
        """
        found = client.fetch([uid], ["FLAGS", "MODSEQ"]).get(uid)
        if not found:
            return False
        (modseq,) = found[b"MODSEQ"]
        if not _marks(found):
            mark = random.choice(_MARKS)  # noqa: S311  no secret
            return _compare_and_set(client, uid, modseq, "+FLAGS.SILENT", mark) and _alone(client, uid, mark)
        seen, since = self._marks.get(ref.handle, (0, 0.0))
        if seen != modseq:
            self._marks[ref.handle] = (modseq, time.monotonic())
        elif time.monotonic() - since > _LEASE and _compare_and_set(client, uid, modseq, "-FLAGS.SILENT", *_MARKS):
            return self._claim(client, ref, uid)
        return False

    def _append(self, copy: bytes, client: IMAPClient) -> None:
        client.append(self._folder("Sent", client), copy, flags=(SEEN,))

    def _in_sent(self, message_id: str, client: IMAPClient) -> bool:
        self._select(client, self._folder("Sent", client))
        uids = client.search(["HEADER", "Message-ID", message_id.encode()])  # finds parts of an id as well
        answers = client.fetch(uids, [_MESSAGE_ID]) if uids else {}
        heads = [value for answer in answers.values() for key, value in answer.items() if key.startswith(b"BODY[")]
        return any(_message_id(head) == message_id for head in heads)

    def _idle(self, end: float, client: IMAPClient) -> bool:
        self._select(client, INBOX)
        if not client.has_capability("IDLE"):
            return False
        _, news = client.noop()
        if _arrival(news):
            return True
        client.idle()
        while not _arrival(news) and (left := end - time.monotonic()) > 0:
            news = client.idle_check(timeout=left)
            if not news:
                break
        client.idle_done()
        return _arrival(news)

    # --- folders ------------------------------------------------------------------------------------------------------

    def _select(self, client: IMAPClient, folder: str) -> int:
        """Open a folder; returns its UIDVALIDITY."""
        if self.session.selected[0] != folder:
            answer = client.select_folder(folder)
            self.session.selected = (folder, answer[b"UIDVALIDITY"])
        return self.session.selected[1]

    def _uid(self, client: IMAPClient, ref: Ref) -> int | None:
        """The UID, its folder open; None when the server has numbered its mails anew since (RFC 3501 2.3.1.1)."""
        folder, _, numbers = ref.handle.rpartition("/")
        validity, _, uid = numbers.partition(":")
        now = self._select(client, self._folder(folder, client) if folder else INBOX)
        if validity != str(now):
            log.warning("a folder has new numbers (UIDVALIDITY %s, was %s); its mails are listed again", now, validity)
            return None
        return int(uid)

    def _folder(self, name: str, client: IMAPClient) -> str:
        """The server's name of one of our folders, which is made when it is absent."""
        if name not in self.session.folders:
            full = (self.sent_folder or client.find_special_folder(SENT)) if name == "Sent" else ""
            full = full or _prefix(client) + name
            if not client.folder_exists(full):
                try:
                    client.create_folder(full)
                except IMAPClientError:
                    if not client.folder_exists(full):  # otherwise another watcher was faster
                        raise
                client.subscribe_folder(full)
            self.session.folders[name] = full
        return self.session.folders[name]


def _prefix(client: IMAPClient) -> str:
    """What folder names of the user begin with, such as `INBOX.` (RFC 2342)."""
    personal = client.namespace().personal if client.has_capability("NAMESPACE") else None
    return str(personal[0][0]) if personal else ""


def _compare_and_set(client: IMAPClient, uid: int, modseq: int, change: str, *marks: bytes) -> bool:
    _told(client, "MODIFIED")
    words = b" ".join(marks).decode()
    status, answer = client._imap.uid("STORE", str(uid), f"(UNCHANGEDSINCE {modseq})", change, f"({words})")
    if status != "OK":
        raise IMAPClientError(f"STORE failed: {answer}")
    return not _told(client, "MODIFIED")


def _alone(client: IMAPClient, uid: int, mark: bytes) -> bool:
    """Whether the mail is still there and bears our mark only: it may be gone, or marked by another at the same time.

    Of two that see both marks neither goes on; the mail is free again after `_LEASE`.
    """
    client.noop()
    return _marks(client.fetch([uid], ["FLAGS"]).get(uid, {})) == [mark]


def _marks(found: dict[bytes, tuple[bytes, ...]]) -> list[bytes]:
    return [mark for mark in _MARKS if mark in found.get(b"FLAGS", ())]


def _told(client: IMAPClient, code: str) -> bool:
    """Whether the server has sent this response code since it was last asked for; IMAPClient itself drops them."""
    return bool(client._imap.response(code)[1] != [None])


def _keyword(client: IMAPClient, uid: int, category: str) -> None:
    """Best effort: some servers keep no keywords (RFC 3501 2.3.2); the folder is what counts."""
    word = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in category)
    try:
        client.add_flags([uid], [word], silent=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        log.debug("no keyword: %s", error)


def _arrival(news: list[tuple[object, ...]]) -> bool:
    return any(len(item) > 1 and item[1] == b"EXISTS" for item in news)


def _message_id(head: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(head).get("Message-ID", "")).strip()
