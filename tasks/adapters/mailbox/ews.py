"""The mailbox on an Exchange server, by Exchange Web Services (exchangelib).

For Exchange Server on premises; Microsoft ends it in Exchange Online (see `retirement_warning`). Reads are asked again
after a pause, honouring the server's back-off; a send is never repeated here. An item's id changes when the item is
moved, and whatever a move returns is not used.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from exchangelib import Account
from exchangelib import errors as ews_errors
from exchangelib.folders import BaseFolder
from exchangelib.items import SAVE_ONLY, SEND_AND_SAVE_COPY, SEND_ONLY
from exchangelib.properties import FolderId
from pydantic import SecretStr
from requests.exceptions import RequestException

from tasks.adapters.mailbox import REPROCESS, Facts, MailboxDown, NotSent, Ref, SendUnknown, ews_calls
from tasks.adapters.mailbox.ews_auth import retirement_warning
from tasks.adapters.mailbox.ews_session import Exchange
from tasks.adapters.mailbox.ews_verdict import (
    GONE,
    REFUSALS,
    TRANSIENT,
    UNREADABLE,
    missing_right,
    never_connected,
    sentence,
)
from tasks.adapters.mailbox.headers import PROGRAM_HEADERS
from tasks.adapters.mailbox.submission import envelope
from tasks.mail_settings import EwsAccess, EwsAuth

log = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0
_BEFORE_SECONDS, _SEND_SECONDS = 30.0, 60.0  # together less than `claim_seconds`: a send must not outlive its claim
_EDGE_HEADERS = ("Delivered-To", "Received", "Received-SPF", "Authentication-Results", *PROGRAM_HEADERS)
_EDGE_PREFIX = "x-ms-exchange-"
_HEADER_CHARS = 4096


class EwsMailbox:
    """A `Mailbox` on `address`. Safe to share between threads; asks the server nothing until it is used."""

    def __init__(
        self,
        *,
        address: str,
        endpoint: str,
        auth: EwsAuth,
        user: str,
        password: SecretStr,
        access: EwsAccess,
        ca_file: Path | None,
        scope: str,
        tenant: str,
        client_id: str,
        certificate: Path | None,
        authority: str,
    ) -> None:
        self.address = address
        self._exchange = Exchange(
            address=address,
            endpoint=endpoint,
            auth=auth,
            user=user,
            password=password,
            access=access,
            ca_file=ca_file,
            scope=scope,
            tenant=tenant,
            client_id=client_id,
            certificate=certificate,
            authority=authority,
        )
        self._lock = threading.Lock()
        self._folders: dict[str, FolderId] = {}
        if warning := retirement_warning(endpoint):
            log.warning(warning)

    def waiting(self, limit: int) -> list[Ref]:
        """Items in the inbox, oldest first by the server's own order, then those in `Reprocess`.

        That folder is looked for each time: people delete folders.
        """
        return self._exchange.ask(lambda account: self._waiting(account, limit))

    def fetch(self, ref: Ref, out: Path) -> Facts:
        """Stream the mail to `out` as the server renders it. Raises `FileNotFoundError` when it is gone.

        The headers are those that the transport saw: a rendering may lack them.
        """

        def stream(account: Account) -> list[tuple[str, str]]:
            with out.open("wb") as target:
                return ews_calls.fetch(account, ref.handle, target)

        try:
            headers = self._exchange.ask(stream)
        except GONE:
            raise FileNotFoundError(ref.handle) from None
        except UNREADABLE as error:
            raise ValueError(f"the server cannot render this mail: {type(error).__name__}") from None
        return Facts(out.stat().st_size, _edge(headers))

    def settle(self, ref: Ref, folder: str, category: str) -> bool:
        """Move the mail into `folder`, made if need be. False when it is no longer where it was listed.

        Asked again after a fault, it looks first: a mail that was moved although the answer was lost is gone.
        """
        try:
            return self._exchange.ask(lambda account: self._move(account, ref.handle, folder, category))
        except GONE:
            return False

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:
        """One CreateItem with our MIME and Message-ID, after a look into Sent that also proves the way there.

        Raises `NotSent` when the server refused or was not reached, otherwise `SendUnknown`.
        """
        message_id = envelope(raw).message_id
        began = time.monotonic()
        try:
            if self.find_sent(message_id) and sent_copy is None:
                return
            if time.monotonic() - began > _BEFORE_SECONDS:
                raise NotSent("Exchange is too slow to hand a mail over now")
            self._submit(raw, SEND_AND_SAVE_COPY if sent_copy is None else SEND_ONLY)
        except MailboxDown as error:
            raise NotSent(str(error)) from None
        if sent_copy is not None:
            self._keep(message_id, sent_copy)

    def find_sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail with this Message-ID.

        Raises `SendUnknown` when it lies in Drafts or Outbox instead: the server began to send it and did not end.
        """
        if self._exchange.ask(lambda account: _holds(account.sent, message_id)):
            return True
        if self._exchange.ask(lambda account: _holds(account.drafts, message_id) or _holds(account.outbox, message_id)):
            raise SendUnknown(f"the mail {message_id} lies in Drafts or Outbox: send or delete it there")
        return False

    def wait(self, seconds: float) -> None:
        """Sleep a few seconds at most: looking is cheap, and a notification may be lost."""
        time.sleep(min(seconds, _LOOK_SECONDS))

    def _waiting(self, account: Account, limit: int) -> list[Ref]:
        refs = [Ref(*row) for row in ews_calls.oldest(account, account.inbox, limit)]
        if left := limit - len(refs):
            folder = ews_calls.folder_beside_inbox(account, REPROCESS)
            refs += [Ref(*row, again=True) for row in ews_calls.oldest(account, folder, left)]
        return refs

    def _submit(self, raw: bytes, disposition: str) -> None:
        account = self._exchange.account()
        service = ews_calls.Submit(account=account, timeout=_SEND_SECONDS)
        try:
            ews_calls.create(service, raw, disposition, account.sent if disposition != SEND_ONLY else None)
        except ews_errors.UnauthorizedError:
            raise self._exchange.refused() from None
        except (ews_errors.EWSError, RequestException) as error:
            certain = isinstance(error, REFUSALS) if service.answered else never_connected(error)
            failure = NotSent if certain else SendUnknown
            raise failure(missing_right(error, self.address) or sentence(error)) from None

    def _keep(self, message_id: str, sent_copy: bytes) -> None:
        """The mail is out: a copy that cannot be kept is worth a log entry, and never a second mail."""

        def save(account: Account) -> None:
            if not _holds(account.sent, message_id):
                ews_calls.create(ews_calls.Submit(account=account), sent_copy, SAVE_ONLY, account.sent)

        try:
            self._exchange.ask(save)
        except (MailboxDown, ews_errors.EWSError) as error:
            log.error("%s was sent, but Sent has no copy of it: %s", message_id, sentence(error))  # noqa: TRY400

    def _move(self, account: Account, item_id: str, folder: str, category: str) -> bool:
        target = self._folder(account, folder)
        parent, change_key, categories = ews_calls.whereabouts(account, item_id)
        if parent == target.id:
            return False
        if category and category not in categories:
            try:
                ews_calls.categorise(account, item_id, change_key, [*categories, category])
            except ews_errors.ResponseMessageError as error:
                if isinstance(error, (*GONE, *TRANSIENT)):
                    raise
                log.warning("a mail keeps no category: %s", sentence(error))
        ews_calls.move(account, item_id, target)
        return True

    def _folder(self, account: Account, name: str) -> FolderId:
        with self._lock:
            if name not in self._folders:
                self._folders[name] = ews_calls.folder_beside_inbox(account, name)
            return self._folders[name]


def _holds(folder: BaseFolder, message_id: str) -> bool:
    return bool(list(folder.filter(message_id=message_id).values_list("id")[:1]))


def _edge(headers: list[tuple[str, str]]) -> dict[str, str]:
    """The topmost header of each kind that servers write, whatever case its name is in: a sender may forge others."""
    known = {name.lower(): name for name in _EDGE_HEADERS}
    found: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        if name.lower() in known or name.lower().startswith(_EDGE_PREFIX):
            found.setdefault(name.lower(), (known.get(name.lower(), name), value[:_HEADER_CHARS]))
    return dict(found.values())
