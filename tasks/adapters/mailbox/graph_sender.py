"""How a mail leaves through Microsoft Graph, so that it leaves once.

A mail without a secret is made a draft with our Message-ID, then that draft is sent. When the outcome is unknown the
same draft is sent again, if it is still there: Exchange sends one draft once. A mail with a secret never becomes a
draft; it is sent directly, without a copy, and Sent Items gets the copy that hides the secret. Of such a mail an
unknown outcome cannot be looked up: nothing of it stays in the mailbox.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any

from tasks.adapters.mailbox import MailboxDown, NotSent, SendUnknown
from tasks.adapters.mailbox.graph_answers import Gone, Json, Refused, Unanswered
from tasks.adapters.mailbox.graph_client import GraphClient
from tasks.adapters.mailbox.graph_letter import SENT_FLAGS, File, apart, as_attachment, as_json
from tasks.adapters.mailbox.submission import envelope

log = logging.getLogger(__name__)

DRAFTS, OUTBOX, SENT = "drafts", "outbox", "sentitems"
ONE_REQUEST = 2_000_000
"""Bytes of MIME sent in one request. Graph takes 4 MB; from 2.2 MB of MIME it was seen to answer 200 and do nothing."""

LONGEST_WAY = 40.0
"""Seconds up to the request to send: with that request's own 40 s, less than the claim on the outbox row (120 s)."""

_SESSION_FROM = 2_500_000  # bytes of a file: below, one POST (base64 adds a third); above, an upload session
_PIECE = 3_000_000  # bytes of one PUT, which must stay below 4 MB
_TRIES = 3


class GraphSender:
    """Sending for one mailbox."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:
        """One attempt. Raises `NotSent` or `SendUnknown`."""
        started = time.monotonic()
        message_id = envelope(raw).message_id
        if sent_copy is not None:
            self._send_secret(message_id, raw, sent_copy)
            return
        with _not_sent_yet():
            if self.find(SENT, message_id):
                return
            if self.find(OUTBOX, message_id):
                raise SendUnknown("Exchange still holds the mail in the Outbox")
            draft = self.find(DRAFTS, message_id) or self._draft(message_id, raw)
        if time.monotonic() - started > LONGEST_WAY:
            raise NotSent("the draft took long; it is sent with the next attempt")
        self._submit(f"messages/{draft}/send")

    def find(self, folder: str, message_id: str) -> str | None:
        """The id of the mail with this Message-ID in a well-known folder. Raises `MailboxDown`."""
        quoted = message_id.replace("'", "''")
        params = {"$filter": f"internetMessageId eq '{quoted}'", "$select": "id", "$top": "1"}
        found = self._graph.read(f"mailFolders/{folder}/messages", params)["value"]
        return str(found[0]["id"]) if found else None

    def _draft(self, message_id: str, raw: bytes) -> str:
        """A complete draft. Its Message-ID becomes ours last, so that one found by it lacks nothing."""
        files: list[File] = []
        if len(raw) > ONE_REQUEST:
            raw, files = apart(raw)
            if len(raw) > ONE_REQUEST:
                raise NotSent(f"the text of the mail is larger than the {ONE_REQUEST} bytes that Graph takes")
        draft = self._graph.write(
            "POST", "messages", content=base64.b64encode(raw), headers={"Content-Type": "text/plain"}
        )
        if not draft.get("id"):  # a mail too large was seen to be answered with 200
            raise NotSent("Microsoft Graph did not make a draft of the mail")
        key = str(draft["id"])
        try:
            for file in files:
                self._attach(key, file)
            self._name(key, draft, message_id)
        except BaseException:
            with contextlib.suppress(MailboxDown, Refused, Unanswered):
                self._graph.write("DELETE", f"messages/{key}")
            raise
        return key

    def _name(self, key: str, draft: Json, message_id: str) -> None:
        if draft.get("internetMessageId") != message_id:
            draft = self._graph.write("PATCH", f"messages/{key}", json={"internetMessageId": message_id})
        if draft.get("internetMessageId") != message_id:
            raise NotSent("Microsoft Graph does not keep our Message-ID: nothing sent could be found again")

    def _attach(self, key: str, file: File) -> None:
        total = len(file.content)
        if total < _SESSION_FROM:
            self._graph.write("POST", f"messages/{key}/attachments", json=as_attachment(file))
            return
        item: dict[str, Any] = {
            "attachmentType": "file",
            "name": file.name,
            "contentType": file.media_type,
            "size": total,
        }
        path = f"messages/{key}/attachments/createUploadSession"
        url = self._graph.write("POST", path, json={"AttachmentItem": item})["uploadUrl"]
        for start in range(0, total, _PIECE):
            self._graph.upload(url, file.content[start : start + _PIECE], start, total)

    def _send_secret(self, message_id: str, raw: bytes, sent_copy: bytes) -> None:
        if len(raw) > ONE_REQUEST:
            raise NotSent(f"a mail with a secret goes in one request and must be below {ONE_REQUEST} bytes")
        self._submit("sendMail", {"message": as_json(raw), "saveToSentItems": False})
        for _ in range(_TRIES):
            with contextlib.suppress(MailboxDown, Refused, Unanswered):
                if self.find(SENT, message_id):
                    return
                kept = as_json(sent_copy) | {"isRead": True}
                kept["singleValueExtendedProperties"].append(SENT_FLAGS)
                self._graph.write("POST", f"mailFolders/{SENT}/messages", json=kept)
                return
        log.error("%s was sent, but its copy could not be kept in Sent Items", message_id)

    def _submit(self, path: str, json: Json | None = None) -> None:
        try:
            self._graph.once("POST", path, json=json)
        except Unanswered as error:
            raise SendUnknown(str(error)) from error
        except Gone as error:
            raise SendUnknown("the draft has gone: an earlier attempt may have sent it") from error
        except (Refused, MailboxDown) as error:
            raise NotSent(str(error)) from error


@contextlib.contextmanager
def _not_sent_yet() -> Iterator[None]:
    try:
        yield
    except (MailboxDown, Refused, Unanswered) as error:
        raise NotSent(f"the mail was not handed over: {error}") from error
