"""Graph: signing in with a certificate, and what happens when that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks.adapters.mailbox import PROCESSED, LoginRefused, MailboxDown, NotSent
from tests.contract.entra_server import pem
from tests.contract.graph_mails import (
    COPY,
    PLAIN,
    RAW,
    SEND,
    one,
    put,
)
from tests.contract.graph_server import Fault
from tests.contract.graph_workshop import GraphWorkshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GraphWorkshop]:
    with workshop(tmp_path) as shop:
        yield shop


def test_one_token_serves_many_calls_and_every_call_asks_for_immutable_ids(shop: GraphWorkshop, tmp_path: Path) -> None:
    put(shop)
    mailbox = shop.open()
    mailbox.fetch(one(mailbox), tmp_path / "out")
    mailbox.settle(one(mailbox), PROCESSED, "stored")
    mailbox.send(PLAIN)
    mailbox.send(RAW.replace(b"<1@", b"<2@") % b"x", COPY.replace(b"<1@", b"<2@"))
    assert shop.server.entra.logins == 1
    assert shop.server.without_prefer == []


def test_a_rejected_token_is_renewed_once(shop: GraphWorkshop) -> None:
    mailbox = shop.open()
    mailbox.waiting(1)
    shop.server.entra.revoke()
    assert mailbox.waiting(1) == []
    assert shop.server.entra.logins == 2


def test_threads_with_a_rejected_token_renew_it_together(shop: GraphWorkshop) -> None:
    mailbox = shop.open()
    mailbox.waiting(1)
    shop.server.entra.revoke()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: mailbox.waiting(1), range(8)))
    assert shop.server.entra.logins == 2


def test_a_token_that_is_never_accepted_ends_in_a_clear_error_and_no_storm(shop: GraphWorkshop) -> None:
    shop.server.fail("GET", "/v1.0/", Fault.UNAUTHORIZED, times=1000)
    mailbox = shop.open()
    for _ in range(20):
        with pytest.raises(LoginRefused, match="check that graph_root, graph_scope"):
            mailbox.waiting(1)
    assert shop.server.entra.logins == 2
    assert shop.server.asked("GET", "/v1.0/") == 2


def test_a_certificate_that_is_not_registered_ends_in_a_clear_error_and_no_storm(shop: GraphWorkshop) -> None:
    shop.server.certificate.write_text(pem("stranger"))
    mailbox = shop.open()
    for call in (lambda: mailbox.waiting(1), lambda: mailbox.find_sent("<1@x>")) * 10:
        with pytest.raises(LoginRefused, match="AADSTS700027"):
            call()
    with pytest.raises(NotSent, match="AADSTS700027"):
        mailbox.send(PLAIN)
    assert shop.server.entra.logins == 1


def test_a_forged_assertion_is_refused(shop: GraphWorkshop) -> None:
    """The key of one certificate with the name of another: the stand-in checks the signature, not the label."""
    key, certificate = pem("stranger"), pem("application")
    shop.server.certificate.write_text(key.partition("-----BEGIN CERT")[0] + certificate.partition("KEY-----\n")[2])
    with pytest.raises(MailboxDown):
        shop.open().waiting(1)
    assert shop.server.entra.issued == []


def test_a_new_certificate_is_used_without_a_restart(shop: GraphWorkshop) -> None:
    mailbox = shop.open()
    shop.server.certificate.write_text(pem("stranger"))
    with pytest.raises(LoginRefused):
        mailbox.waiting(1)
    shop.server.entra.registered.append("renewed")
    shop.server.certificate.write_text(pem("renewed") + "\n")
    assert mailbox.waiting(1) == []


@pytest.mark.parametrize("content", ["", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", None])
def test_a_broken_certificate_file_is_a_clear_error(shop: GraphWorkshop, content: str | None) -> None:
    if content is None:
        shop.server.certificate.unlink()
    else:
        shop.server.certificate.write_text(content)
    with pytest.raises(LoginRefused, match="entra_certificate"):
        shop.open().waiting(1)


def test_a_missing_right_is_named(shop: GraphWorkshop) -> None:
    shop.server.fail("GET", "/messages$", Fault.FORBIDDEN)
    with pytest.raises(LoginRefused, match=r"Mail\.ReadWrite"):
        shop.open().waiting(1)
    shop.server.fail("POST", SEND, Fault.FORBIDDEN)
    with pytest.raises(NotSent, match=r"Mail\.Send"):
        shop.open().send(PLAIN)


def test_nothing_is_asked_before_the_first_call(shop: GraphWorkshop) -> None:
    shop.open()
    assert shop.server.requests == []
