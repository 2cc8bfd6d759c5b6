"""What is Exchange's own: faults, logins, folders, headers, big mails; and the stand-in, by a foreign client."""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import socket
import ssl
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from exchangelib import BASIC, IMPERSONATION, UTC, Account, Configuration, Credentials, FaultTolerance
from exchangelib.protocol import Protocol
from pydantic import SecretStr

from deployments.doctor import examine
from tasks.adapters.mailbox import (
    NEEDS_ATTENTION,
    PROCESSED,
    REPROCESS,
    LoginRefused,
    Mailbox,
    MailboxDown,
    NotSent,
    Ref,
    SendUnknown,
    ews_auth,
    ews_session,
)
from tasks.adapters.mailbox.ews import EwsMailbox
from tasks.adapters.mailbox.ews_auth import retirement_warning
from tasks.mail_settings import EwsAccess, EwsAuth
from tasks.settings import Settings
from tests.authority import Authority
from tests.contract.ews_server import ADDRESS, PASSWORD, USER, EwsServer, Trouble, running
from tests.contract.ews_soap import element
from tests.contract.ews_workshop import mailbox

RAW = b"From: correquests@mt.example\r\nTo: jane@nexus.example\r\nMessage-ID: <1@mt.example>\r\n\r\n%s"
ID = "<1@mt.example>"
JANE = "jane@nexus.example"


@pytest.fixture
def server() -> Iterator[EwsServer]:
    with running(EwsServer()) as running_server:
        yield running_server


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between two questions, which pass at once."""
    pauses: list[float] = []
    monkeypatch.setattr(ews_session, "time", SimpleNamespace(sleep=pauses.append))
    return pauses


def deliver(server: EwsServer, raw: bytes = b"Subject: a\r\n\r\n", kind: str = "Message") -> None:
    server.store.put(server.store.known("inbox"), raw, kind=kind)


def one(box: Mailbox) -> Ref:
    (ref,) = box.waiting(10)
    return ref


# --- sending: what happened decides, and nothing is sent twice --------------------------------------------------------

AFTER = {"after_work": True}
DOUBTS = [
    pytest.param(Trouble("CreateItem", "503", **AFTER), 1, id="503 after the work"),
    pytest.param(Trouble("CreateItem", "500", **AFTER), 1, id="500 after the work"),
    pytest.param(Trouble("CreateItem", "drop", **AFTER), 1, id="dropped after the work"),
    pytest.param(Trouble("CreateItem", "half", **AFTER), 1, id="dropped within the answer"),
    pytest.param(Trouble("CreateItem", "ErrorTimeoutExpired", **AFTER), 1, id="a time-out told after the work"),
    pytest.param(Trouble("CreateItem", "ErrorInternalServerError", **AFTER), 1, id="a broken server after the work"),
    pytest.param(Trouble("CreateItem", "drop"), 0, id="dropped before the work"),
    pytest.param(Trouble("CreateItem", "503"), 0, id="503 before the work"),
]


@pytest.mark.parametrize(("trouble", "copies"), DOUBTS)
@pytest.mark.parametrize("secret", [False, True])
def test_doubt_is_told_and_never_resolved_by_sending_again(
    server: EwsServer, trouble: Trouble, copies: int, secret: bool
) -> None:
    server.troubles = [Trouble(**vars(trouble))]
    box = mailbox(server.url)
    with pytest.raises(SendUnknown):
        box.send(RAW % b"x", RAW % b"hidden" if secret else None)
    assert server.seen["CreateItem"] == 1
    assert len(server.store.delivered.get(JANE, [])) == copies
    if not secret:
        assert box.find_sent(ID) is (copies == 1)


@pytest.mark.parametrize(
    "how",
    ["busy", "401", "ErrorSendAsDenied", "ErrorMessageSizeExceeded", "ErrorInvalidRecipients", "ErrorAccessDenied"],
)
def test_a_refusal_by_the_server_itself_is_certain(server: EwsServer, how: str) -> None:
    server.troubles = [Trouble("CreateItem", how)]
    with pytest.raises(NotSent):
        mailbox(server.url).send(RAW % b"x")
    assert server.seen["CreateItem"] == 1
    assert server.store.delivered == {}


@pytest.mark.parametrize("how", ["503", "drop", "401", "busy"])
def test_trouble_before_the_mail_is_handed_over_is_certain(server: EwsServer, how: str) -> None:
    server.troubles = [Trouble("FindItem", how, times=99)]
    with pytest.raises(NotSent):
        mailbox(server.url).send(RAW % b"x")
    assert server.seen["CreateItem"] == 0


def test_an_unreachable_server_is_certain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    box = mailbox(f"http://127.0.0.1:{port}/EWS/Exchange.asmx")
    with pytest.raises(NotSent):
        box.send(RAW % b"x")
    with pytest.raises(MailboxDown, match="fetched later"):
        box.waiting(1)


def test_a_server_that_goes_away_between_look_and_mail_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(EwsServer()) as server:
        box = mailbox(server.url)
        assert not box.find_sent(ID)
    monkeypatch.setattr(EwsMailbox, "find_sent", lambda self, message_id: False)
    box._exchange.account().protocol.close()
    with pytest.raises(NotSent):
        box.send(RAW % b"x")


def test_a_slow_look_leaves_the_mail_for_later(server: EwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the send could outlive the claim on its outbox row, and somebody else would send it as well."""
    clock = iter([0.0, 31.0])
    monkeypatch.setattr("tasks.adapters.mailbox.ews.time", SimpleNamespace(monotonic=lambda: next(clock)))
    with pytest.raises(NotSent, match="slow"):
        mailbox(server.url).send(RAW % b"x")
    assert server.seen["CreateItem"] == 0


def test_a_mail_in_sent_is_not_sent_again(server: EwsServer) -> None:
    for _ in range(2):
        mailbox(server.url).send(RAW % b"x")
    assert server.store.delivered[JANE] == [RAW % b"x"]
    assert server.store.named("Sent") == [RAW % b"x"]


def test_a_secret_is_sent_again_because_the_last_one_counts(server: EwsServer) -> None:
    for secret in (b"first", b"second"):
        mailbox(server.url).send(RAW % secret, RAW % b"hidden")
    assert server.store.delivered[JANE] == [RAW % b"first", RAW % b"second"]
    assert server.store.named("Sent") == [RAW % b"hidden"]


def test_the_copy_in_sent_is_no_draft(server: EwsServer) -> None:
    mailbox(server.url).send(RAW % b"secret", RAW % b"hidden")
    assert [item.draft for item in server.store.items.values()] == [False]


def test_a_copy_that_cannot_be_kept_sends_no_second_mail(server: EwsServer, caplog: pytest.LogCaptureFixture) -> None:
    server.troubles = [Trouble("CreateItem", "503", times=99, skip=1)]
    mailbox(server.url).send(RAW % b"secret", RAW % b"hidden")
    assert server.store.delivered[JANE] == [RAW % b"secret"]
    assert "Sent has no copy" in caplog.text


def test_a_copy_whose_answer_is_lost_is_kept_once(server: EwsServer) -> None:
    server.troubles = [Trouble("CreateItem", "drop", after_work=True, skip=1)]
    mailbox(server.url).send(RAW % b"secret", RAW % b"hidden")
    assert server.store.named("Sent") == [RAW % b"hidden"]


@pytest.mark.parametrize("folder", ["drafts", "outbox"])
def test_a_mail_left_in_drafts_or_outbox_needs_a_person(server: EwsServer, folder: str) -> None:
    server.store.put(server.store.known(folder), RAW % b"x", draft=True)
    box = mailbox(server.url)
    with pytest.raises(SendUnknown, match="Drafts or Outbox"):
        box.find_sent(ID)
    with pytest.raises(SendUnknown):
        box.send(RAW % b"x")
    assert server.store.delivered == {}


def test_the_mail_goes_out_as_it_was_made(server: EwsServer) -> None:
    """No property beside the MIME: a default of the library would overrule the mail's own header."""
    raw = RAW.replace(b"\r\n\r\n", b"\r\nImportance: high\r\nIn-Reply-To: <0@x>\r\n\r\n") % b"x"
    mailbox(server.url).send(raw)
    assert server.store.delivered[JANE] == server.store.named("Sent") == [raw]


def test_no_policy_of_somebody_else_makes_the_library_repeat_a_send(server: EwsServer) -> None:
    patient = Configuration(
        service_endpoint=server.url,
        credentials=Credentials(USER, PASSWORD),
        auth_type=BASIC,
        retry_policy=FaultTolerance(max_wait=60),
    )
    assert not Protocol(config=patient).retry_policy.fail_fast
    server.troubles = [Trouble("CreateItem", "503", after_work=True)]
    with pytest.raises(SendUnknown):
        mailbox(server.url).send(RAW % b"x")
    assert server.seen["CreateItem"] == 1


# --- reading: asked again, but not for ever and not at once -----------------------------------------------------------


@pytest.mark.parametrize("how", ["503", "drop", "half", "busy", "ErrorTimeoutExpired", "ErrorMailboxStoreUnavailable"])
@pytest.mark.parametrize("operation", ["FindItem", "GetItem", "GetFolder", "ConvertId"])
def test_a_read_is_asked_again(server: EwsServer, tmp_path: Path, operation: str, how: str) -> None:
    deliver(server, b"Subject: a\r\n\r\nbody")
    server.troubles = [Trouble(operation, how, after_work=how == "half", times=2)]
    box = mailbox(server.url)
    box.fetch(one(box), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"Subject: a\r\n\r\nbody"


def test_half_a_mail_is_not_taken_for_the_mail(server: EwsServer, tmp_path: Path) -> None:
    raw = b"Subject: a\r\n\r\n" + b"body " * 10_000
    deliver(server, raw)
    box = mailbox(server.url)
    ref = one(box)
    server.troubles = [Trouble("GetItem", "cut", after_work=True)]
    box.fetch(ref, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == raw


def test_threads_share_one_mailbox(server: EwsServer, tmp_path: Path) -> None:
    for number in range(12):
        deliver(server, b"Subject: %d\r\n\r\n" % number)
    box = mailbox(server.url)

    def work(number: int) -> bool:
        ref = box.waiting(50)[0]
        with contextlib.suppress(FileNotFoundError):
            box.fetch(ref, tmp_path / str(number))
        box.send(RAW.replace(b"<1@", b"<%d@" % number) % b"x")
        return box.settle(ref, PROCESSED, "")

    with ThreadPoolExecutor(4) as pool:
        settled = sum(pool.map(work, range(12)))
    assert settled == len(server.store.named(PROCESSED)) > 0
    assert len(server.store.delivered[JANE]) == 12


def test_the_back_off_of_the_server_is_kept(server: EwsServer, slept: list[float]) -> None:
    server.troubles = [Trouble("FindItem", "busy", back_off_ms=7000)]
    assert mailbox(server.url).waiting(1) == []
    assert slept == [7.0]


def test_a_long_back_off_is_left_to_the_next_look(server: EwsServer, slept: list[float]) -> None:
    server.troubles = [Trouble("FindItem", "busy", back_off_ms=600_000, times=9)]
    with pytest.raises(MailboxDown):
        mailbox(server.url).waiting(1)
    assert server.seen["FindItem"] == 1
    assert slept == []


def test_a_server_that_stays_busy_is_asked_three_times(server: EwsServer) -> None:
    server.troubles = [Trouble("FindItem", "503", times=99)]
    with pytest.raises(MailboxDown):
        mailbox(server.url).waiting(1)
    assert server.seen["FindItem"] == 3


# --- settling ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["drop", "503", "half"])
def test_a_move_whose_answer_is_lost_is_found_out_by_looking(server: EwsServer, how: str) -> None:
    deliver(server)
    server.troubles = [Trouble("MoveItem", how, after_work=True)]
    box = mailbox(server.url)
    assert box.settle(one(box), PROCESSED, "") is False
    assert server.store.named(PROCESSED) == [b"Subject: a\r\n\r\n"]
    assert box.waiting(10) == []


def test_a_wrong_id_after_a_move_harms_nobody(server: EwsServer) -> None:
    deliver(server)
    server.wrong_id_after_move = True
    box = mailbox(server.url)
    ref = one(box)
    assert box.settle(ref, PROCESSED, "CR-2026-000001") is True
    assert box.settle(ref, PROCESSED, "CR-2026-000001") is False
    assert len(server.store.named(PROCESSED)) == 1


def test_an_id_that_outlives_the_move_is_settled_once_as_well(server: EwsServer) -> None:
    deliver(server)
    server.store.ids_last = True
    box = mailbox(server.url)
    ref = one(box)
    assert box.settle(ref, PROCESSED, "") is True
    assert box.settle(ref, PROCESSED, "") is False


def test_categories_are_added_to_those_of_a_person(server: EwsServer) -> None:
    deliver(server)
    (item,) = server.store.items.values()
    item.categories = ["Red"]
    box = mailbox(server.url)
    box.settle(one(box), PROCESSED, "CR-2026-000001")
    (item,) = server.store.items.values()
    assert item.categories == ["Red", "CR-2026-000001"]


def test_a_category_that_is_refused_stops_no_move(server: EwsServer) -> None:
    deliver(server)
    server.troubles = [Trouble("UpdateItem", "ErrorInvalidPropertySet")]
    box = mailbox(server.url)
    assert box.settle(one(box), PROCESSED, "CR-2026-000001") is True


def test_folders_are_made_once_and_found_again(server: EwsServer) -> None:
    for folder in (PROCESSED, NEEDS_ATTENTION, PROCESSED):
        deliver(server)
        box = mailbox(server.url)
        assert box.settle(one(box), folder, "")
    assert len(server.store.named(PROCESSED)) == 2
    assert server.seen["CreateFolder"] == 3  # these two and the one that is looked into


def test_a_reprocess_folder_taken_away_is_made_again_and_used(server: EwsServer, tmp_path: Path) -> None:
    box = mailbox(server.url)
    for _ in range(2):
        assert box.waiting(10) == []
        (folder,) = [f for f in server.store.folders.values() if f.name == REPROCESS]
        server.store.put(folder, b"Subject: a\r\n\r\n")
        ref = one(box)
        assert ref.again
        box.fetch(ref, tmp_path / "out")
        assert box.settle(ref, PROCESSED, "")
        del server.store.folders[folder.id]
    assert len(server.store.named(PROCESSED)) == 2


def test_a_folder_that_another_process_makes_meanwhile_is_used(server: EwsServer) -> None:
    deliver(server)
    server.troubles = [Trouble("CreateFolder", "drop", after_work=True)]
    box = mailbox(server.url)
    assert box.settle(one(box), PROCESSED, "") is True
    assert len([f for f in server.store.folders.values() if f.name == PROCESSED]) == 1


# --- logins -----------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_tried_once(server: EwsServer) -> None:
    box = mailbox(server.url, password=SecretStr("wrong"))
    for _ in range(5):
        with pytest.raises(LoginRefused, match="CORREQUESTS_EWS_PASSWORD"):
            box.waiting(1)
    with pytest.raises(NotSent):
        box.send(RAW % b"x")
    assert server.seen["logins"] == 1


def test_impersonation_that_is_not_allowed_names_the_right(server: EwsServer) -> None:
    server.access = "delegate"
    with pytest.raises(LoginRefused, match="ApplicationImpersonation"):
        mailbox(server.url).waiting(1)


def test_delegate_access_sends_no_impersonation(server: EwsServer) -> None:
    server.access = "delegate"
    deliver(server)
    box = mailbox(server.url, access=EwsAccess.DELEGATE)
    assert box.settle(one(box), PROCESSED, "")
    box.send(RAW % b"x")
    assert box.find_sent(ID)


def test_ntlm_opens_the_door(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Against the server side of pyspnego; the three legs count as one login."""
    domain, _, name = USER.partition("\\")
    (tmp_path / "users").write_text(f"{domain}:{name}:{PASSWORD}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    with running(EwsServer(ntlm=True)) as server:
        deliver(server)
        box = mailbox(server.url, auth=EwsAuth.NTLM)
        assert box.settle(one(box), PROCESSED, "")
        box.send(RAW % b"x")
        assert server.store.delivered[JANE] == [RAW % b"x"]
        assert server.seen["logins"] == 1


def test_a_wrong_password_is_tried_once_by_ntlm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    domain, _, name = USER.partition("\\")
    (tmp_path / "users").write_text(f"{domain}:{name}:{PASSWORD}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    with running(EwsServer(ntlm=True)) as server:
        box = mailbox(server.url, auth=EwsAuth.NTLM, password=SecretStr("wrong"))
        for _ in range(3):
            with pytest.raises(LoginRefused):
                box.waiting(1)
        assert server.seen["logins"] == 1


class App:
    """In place of Entra: hands out tokens, one after the other."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked: list[str] = []

    def token(self, scope: str, *, rejected: str = "") -> str:
        assert scope == "https://mail.mt.example/.default"
        self.asked.append(rejected)
        if rejected == self.tokens[0]:
            self.tokens.pop(0)
        return self.tokens[0]


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[EwsServer]:
    """The stand-in behind TLS, with a certificate that only `ca.pem` vouches for."""
    Authority(tmp_path).issue("localhost", tmp_path / "server.pem", tmp_path / "server.key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    with running(EwsServer(), context) as running_server:
        yield running_server


def by_certificate(tls: EwsServer, tmp_path: Path, app: App, monkeypatch: pytest.MonkeyPatch) -> EwsMailbox:
    monkeypatch.setitem(sys.modules, "tasks.adapters.mailbox.entra", SimpleNamespace(EntraApp=lambda **values: app))
    return mailbox(tls.url, auth=EwsAuth.OAUTH, certificate=tmp_path / "app.pem", ca_file=tmp_path / "ca.pem")


def test_a_token_opens_the_door(tls: EwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls.tokens = {"first"}
    box = by_certificate(tls, tmp_path, App("first"), monkeypatch)
    deliver(tls)
    assert box.settle(one(box), PROCESSED, "")
    box.send(RAW % b"x")
    assert tls.store.delivered[JANE] == [RAW % b"x"]


def test_an_expired_token_is_renewed_before_the_request(
    tls: EwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    clock = iter([now - 1000])
    monkeypatch.setattr(ews_auth, "time", SimpleNamespace(time=lambda: next(clock, now)))
    tls.tokens = {"first"}
    app = App("first")
    assert by_certificate(tls, tmp_path, app, monkeypatch).waiting(1) == []
    assert app.asked == ["", ""]
    assert tls.seen["FindItem"] == 2  # the inbox and `Reprocess`, each asked once


def test_a_refused_token_is_not_shown_again(tls: EwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls.tokens = {"second"}
    app = App("first", "second")
    box = by_certificate(tls, tmp_path, app, monkeypatch)
    for _ in range(3):
        with pytest.raises(LoginRefused, match="AccessAsApp"):
            box.waiting(1)
    assert tls.seen["logins"] == 1
    box._exchange._logins.accepted()  # the pause is over
    assert box.waiting(1) == []
    assert app.asked == ["", "first"]


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: EwsServer) -> None:
    with pytest.raises(MailboxDown, match="CORREQUESTS_EWS_CA_FILE"):
        mailbox(tls.url).waiting(1)
    with pytest.raises(NotSent):
        mailbox(tls.url).send(RAW % b"x")
    assert tls.seen["logins"] == 0


def test_the_doctor_finds_the_mailbox_ready(tls: EwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORREQUESTS_MAILBOX", "ews")
    monkeypatch.setenv("CORREQUESTS_MAILBOX_ADDRESS", ADDRESS)
    for name, value in {
        "endpoint": tls.url,
        "auth": "basic",
        "user": USER,
        "password": PASSWORD,
        "ca_file": str(tmp_path / "ca.pem"),
    }.items():
        monkeypatch.setenv(f"CORREQUESTS_EWS_{name.upper()}", value)
    said: list[str] = []
    assert examine(Settings(home=tmp_path), said.append, patience=30), said
    assert not any("2027-04-01" in line for line in said)
    assert {item.folder for item in tls.store.items.values()}.isdisjoint({tls.store.known("inbox").id})


def test_the_doctor_tells_of_the_end_of_ews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORREQUESTS_MAILBOX", "ews")
    monkeypatch.setenv("CORREQUESTS_EWS_ENDPOINT", "https://outlook.office365.invalid/EWS/Exchange.asmx")
    monkeypatch.setenv("CORREQUESTS_EWS_USER", USER)
    monkeypatch.setenv("CORREQUESTS_EWS_PASSWORD", PASSWORD)
    said: list[str] = []
    assert not examine(Settings(home=tmp_path), said.append, patience=1)
    assert any("2027-04-01" in line for line in said)


def test_clear_text_to_another_machine_is_refused() -> None:
    with pytest.raises(LoginRefused, match="https"):
        mailbox("http://mail.mt.example/EWS/Exchange.asmx").waiting(1)


@pytest.mark.parametrize(
    ("endpoint", "warned"),
    [
        ("https://outlook.office365.com/EWS/Exchange.asmx", True),
        ("https://OUTLOOK.office365.us/EWS/Exchange.asmx", True),
        ("https://mail.mt.example/EWS/Exchange.asmx", False),
        ("https://outlook.office365.mt.example.evil/", True),
    ],
)
def test_the_end_of_ews_in_the_cloud_is_told_at_start(
    endpoint: str, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox(endpoint)
    assert ("2027-04-01" in caplog.text) is warned is bool(retirement_warning(endpoint))


def test_nothing_secret_is_told(server: EwsServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canary = b"-".join([b"canary", b"in", b"the", b"body"])  # not as one word here: a traceback shows source lines
    told = [repr(mailbox(server.url)), repr(vars(mailbox(server.url)))]
    for how in ("503", "drop", "ErrorInternalServerError", "busy", "401", "half"):
        server.troubles = [Trouble("CreateItem", how, after_work=True)]
        try:
            mailbox(server.url).send(RAW % canary, RAW % b"hidden")
        except (NotSent, SendUnknown):
            told.append(traceback.format_exc())
    everything = caplog.text + "".join(told)
    assert len(told) > 4
    for secret in (canary, f"{USER}:{PASSWORD}".encode(), RAW % canary):
        assert secret.decode() not in everything
        assert base64.b64encode(secret).decode()[:40] not in everything
    assert PASSWORD not in everything


# --- reading mail -----------------------------------------------------------------------------------------------------


def test_strange_items_hold_nothing_up(server: EwsServer, tmp_path: Path) -> None:
    for kind in ("SharingMessage", "Item", "Message"):
        deliver(server, kind.encode(), kind)
    box = mailbox(server.url)
    for ref, kind in zip(box.waiting(10), ("SharingMessage", "Item", "Message"), strict=True):
        box.fetch(ref, tmp_path / "out")
        assert (tmp_path / "out").read_text() == kind
        assert box.settle(ref, NEEDS_ATTENTION, "quarantined") is True


def test_a_mail_that_cannot_be_rendered_is_its_own_fault_not_the_mailbox_s(server: EwsServer, tmp_path: Path) -> None:
    deliver(server)
    box = mailbox(server.url)
    ref = one(box)
    server.troubles = [Trouble("GetItem", "ErrorMimeContentConversionFailed")]
    with pytest.raises(ValueError, match="cannot render"):
        box.fetch(ref, tmp_path / "out")


def test_more_mails_than_a_page_keep_their_order(server: EwsServer, tmp_path: Path) -> None:
    server.operations.dates = False
    for number in range(1200):
        deliver(server, b"Subject: %d\r\n\r\n" % number)
    box = mailbox(server.url)
    refs = box.waiting(1100)
    assert len({ref.handle for ref in refs}) == 1100
    for number in (0, 499, 500, 1099):
        box.fetch(refs[number], tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == b"Subject: %d\r\n\r\n" % number


def test_the_topmost_header_counts_whatever_its_case(server: EwsServer, tmp_path: Path) -> None:
    deliver(
        server,
        b"authentication-results: edge; dmarc=fail\r\nAuthentication-Results: forged; dmarc=pass\r\n"
        b"X-MS-Exchange-Organization-AuthAs: Anonymous\r\nx-ms-exchange-organization-authas: Internal\r\n"
        b"X-Odd: \x01 control\r\nAUTO-SUBMITTED: auto-replied\r\nSubject: a\r\n\r\n",
    )
    box = mailbox(server.url)
    assert box.fetch(one(box), tmp_path / "out").headers == {
        "Authentication-Results": "edge; dmarc=fail",
        "X-MS-Exchange-Organization-AuthAs": "Anonymous",
        "Auto-Submitted": "auto-replied",  # its rendering may lack what says that a program wrote it
    }


MEASURE = """
import resource, sys
from pathlib import Path
from tests.contract.ews_workshop import mailbox
box = mailbox(sys.argv[1])
small, big = box.waiting(2)
box.fetch(small, Path(sys.argv[2]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
box.fetch(big, Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_25_megabytes_take_no_memory(server: EwsServer, tmp_path: Path) -> None:
    raw = b"Subject: big\r\n\r\n" + os.urandom(25 * 1024 * 1024)
    deliver(server)
    deliver(server, raw)
    command = [sys.executable, "-c", MEASURE, server.url, str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (tmp_path / "out").read_bytes() == raw
    assert int(done.stdout) < 4 * 1024


# --- the stand-in itself ----------------------------------------------------------------------------------------------


@pytest.fixture
def foreign(server: EwsServer) -> Account:
    """exchangelib as its manual uses it: its own models, its own folder tree, nothing of the adapter's."""
    config = Configuration(service_endpoint=server.url, credentials=Credentials(USER, PASSWORD), auth_type=BASIC)
    return Account(ADDRESS, config=config, autodiscover=False, access_type=IMPERSONATION, default_timezone=UTC)


def test_a_foreign_client_reads_what_the_adapter_wrote(server: EwsServer, foreign: Account) -> None:
    deliver(server)
    box = mailbox(server.url)
    box.settle(one(box), PROCESSED, "CR-2026-000001")
    box.send(RAW % b"x")
    (sent,) = foreign.sent.all().only("message_id", "mime_content", "is_draft")
    assert (sent.message_id, sent.mime_content, sent.is_draft) == (ID, RAW % b"x", False)
    (folder,) = [f for f in foreign.msg_folder_root.children if f.name == PROCESSED]
    (settled,) = folder.all().only("subject", "categories")
    assert (settled.subject, settled.categories) == ("a", ["CR-2026-000001"])


def test_a_foreign_client_reads_attachments_moves_and_deletes(server: EwsServer, foreign: Account) -> None:
    mail = EmailMessage()
    mail["Subject"] = "papers"
    mail.set_content("see below")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="form.pdf")
    deliver(server, mail.as_bytes())
    (item,) = foreign.inbox.all().only("subject", "attachments", "headers")
    assert item.subject == "papers"
    assert [(a.name, a.content) for a in item.attachments] == [("form.pdf", b"%PDF-1.7")]
    old = item.id
    item.move(foreign.drafts)
    assert item.id != old
    assert foreign.inbox.all().count() == 0
    item.delete()
    assert foreign.drafts.all().count() == 0


def test_the_schemas_can_say_no(server: EwsServer) -> None:
    wrong = element(None, "m:GetItem")
    element(wrong, "m:ItemIds")
    assert not server.check(wrong, "request")
    assert "ItemShape" in server.violations.pop()
