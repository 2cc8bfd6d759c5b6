"""The Graph stand-in, used by a foreign client (python-o365), so that our own adapter is not its only judge."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import msal  # type: ignore[import-untyped]
import pytest
from O365 import Account  # type: ignore[import-untyped]
from O365.connection import MSGraphProtocol  # type: ignore[import-untyped]
from O365.utils.token import MemoryTokenBackend  # type: ignore[import-untyped]

from tests.contract.entra_server import CLIENT, TENANT, pem
from tests.contract.graph_routes import ADDRESS
from tests.contract.graph_server import SCOPE, GraphServer
from tests.contract.graph_workshop import GraphWorkshop, workshop

MAIL = (
    b"From: Jane Doe <jane@nexus.example>\r\nTo: correquests@mt.example\r\nSubject: Access for Alma Poe\r\n"
    b"Message-ID: <42@nexus.example>\r\n\r\nPlease find the form attached.\r\n"
)


def sign_in(server: GraphServer) -> Any:
    class StandIn(MSGraphProtocol):  # type: ignore[misc]
        _protocol_url = f"{server.root}/"
        _oauth_scope_prefix = SCOPE.removesuffix(".default")

    key, mark, certificate = pem("application").partition("-----BEGIN CERT")
    credential = {"private_key": key, "public_certificate": mark + certificate}
    account = Account(
        (CLIENT, credential),
        protocol=StandIn(),
        main_resource=f"users/{ADDRESS}",
        auth_flow_type="credentials",
        tenant_id=TENANT,
        token_backend=MemoryTokenBackend(),
        verify_ssl=str(server.ca_file),
    )
    account.con._msal_client = msal.ConfidentialClientApplication(
        CLIENT,
        client_credential=credential,
        authority=f"{server.root}/{TENANT}",
        instance_discovery=False,
        token_cache=account.con.token_backend,
        verify=str(server.ca_file),
    )
    assert account.authenticate(requested_scopes=[SCOPE])
    return account


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphWorkshop]:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # requests prefers them to what the session was told
        monkeypatch.delenv(name, raising=False)
    with workshop(tmp_path) as shop:
        yield shop


def test_it_lists_and_reads(shop: GraphWorkshop) -> None:
    for number in range(12):
        shop.deliver(MAIL.replace(b"<42@", b"<%d@" % number))
    inbox = sign_in(shop.server).mailbox().inbox_folder()
    messages = list(inbox.get_messages(limit=20, order_by="receivedDateTime asc", batch=5))
    assert [m.internet_message_id for m in messages] == [f"<{n}@nexus.example>" for n in range(12)]
    first = messages[0]
    assert (first.sender.address, first.subject) == ("jane@nexus.example", "Access for Alma Poe")
    assert "form attached" in first.body
    assert first.get_mime_content() == MAIL.replace(b"<42@", b"<0@")
    assert [m.object_id for m in inbox.get_messages(query="internetMessageId eq '<3@nexus.example>'")] == [
        messages[3].object_id
    ]


def test_it_moves_into_a_folder_it_makes(shop: GraphWorkshop) -> None:
    shop.deliver(MAIL)
    mailbox = sign_in(shop.server).mailbox()
    folder = mailbox.create_child_folder("Processed")
    assert mailbox.get_folder(folder_name="Processed").folder_id == folder.folder_id
    (message,) = mailbox.inbox_folder().get_messages()
    before = message.object_id
    message.categories = ["stored"]
    assert message.save_message()
    assert message.move(folder)
    assert message.object_id != before  # no immutable ids were asked for
    assert shop.folder("Processed") == [MAIL]
    assert shop.server.store.items[0].categories == ["stored"]
    assert list(mailbox.inbox_folder().get_messages()) == []


@pytest.mark.parametrize("kept", [True, False])
def test_it_sends(shop: GraphWorkshop, kept: bool) -> None:
    message = sign_in(shop.server).mailbox().new_message()
    message.to.add("jane@nexus.example")
    message.subject = "Hello"
    message.body = "<p>words</p>"
    assert message.send(save_to_sent_folder=kept)
    (raw,) = shop.received("jane@nexus.example")
    assert b"<p>words</p>" in raw
    assert len(shop.folder("Sent")) == int(kept)


@pytest.mark.parametrize("size", [1_000, 3_200_000])
def test_it_sends_a_draft_with_a_file(shop: GraphWorkshop, tmp_path: Path, size: int) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(os.urandom(size))
    message = sign_in(shop.server).mailbox().new_message()
    message.to.add("jane@nexus.example")
    assert message.save_draft()
    message.attachments.add(str(path))  # from 3 MB this client opens an upload session
    assert message.save_draft()
    assert shop.server.asked("PUT", "/upload/") == (2 if size > 3_000_000 else 0)  # pieces of 3 MB
    assert shop.received("jane@nexus.example") == []
    assert message.send()
    (raw,) = shop.received("jane@nexus.example")
    (part,) = [p for p in message_from_bytes(raw).walk() if p.get_filename()]
    assert (part.get_filename(), part.get_payload(decode=True)) == ("scan.pdf", path.read_bytes())
    assert shop.folder("Drafts") == []


def test_our_draft_is_its_draft(shop: GraphWorkshop) -> None:
    mailbox = sign_in(shop.server).mailbox()
    shop.open().send(b"From: correquests@mt.example\r\nTo: j@x.example\r\nMessage-ID: <9@mt.example>\r\n\r\nhi\r\n")
    (sent,) = mailbox.sent_folder().get_messages()
    assert (sent.internet_message_id, sent.is_draft) == ("<9@mt.example>", False)
