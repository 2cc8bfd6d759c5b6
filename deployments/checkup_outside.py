"""The doctor's checks of whatever is not ours: mail servers, service desk, directory, virus scanner, tesseract."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from db.columns import utc_now
from deployments import reach
from deployments.doctor import LOGIN
from deployments.verdict import Verdict, fail, ok, warn
from tasks import wiring
from tasks.adapters.directory import DirectoryDown, DirectoryRefused
from tasks.adapters.mailbox import MailboxDown
from tasks.desk_settings import DeskKind
from tasks.directory_settings import DirectoryKind
from tasks.mail_settings import Transport
from tasks.settings import Settings

SOON = timedelta(days=30)
"""How long before its end a certificate is warned of."""
PROBE = "correquests-doctor"
"""A user name that nobody has."""
_SECONDS = 10.0


def mailbox(config: Settings) -> Iterable[Verdict]:
    """Each server, its certificate, and the login; no mail is sent."""
    if config.mailbox is Transport.EWS:
        from tasks.adapters.mailbox.ews_auth import retirement_warning

        if warning := retirement_warning(config.ews_endpoint):
            yield warn("EWS ends 2027-04-01 in Exchange Online", warning)
    for server in reach.servers(config):
        yield from _server(server)
    try:
        waiting = len(wiring.mailbox(config).waiting(1000))
    except MailboxDown as why:
        yield fail(f"{config.mailbox_address} by {config.mailbox}: {why}", LOGIN)
    else:
        yield ok(f"{config.mailbox_address} by {config.mailbox} is open, {waiting} in the inbox")


def _server(server: reach.Server) -> Iterable[Verdict]:
    try:
        reach.answers(server)
    except reach.Unreachable as why:
        yield fail(str(why), server.address_advice)
        return
    try:
        said = reach.certificate(server)
    except reach.Unreachable as why:
        yield fail(str(why), server.tls_advice)
        return
    ends = _ends(said)
    if ends and ends - utc_now() < SOON:
        yield warn(f"{server.what}: {said}", "Have the certificate renewed before that day.")
    else:
        yield ok(f"{server.what}: {said}")


def _ends(said: str) -> datetime | None:
    """The day that `reach.certificate` names."""
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(said.partition("good until ")[2]), UTC)
    except ValueError:
        return None


def desk(config: Settings) -> Iterable[Verdict]:
    """By REST its address and certificate; by mail there is nothing to reach but the mailbox."""
    if config.desk is not DeskKind.REST:
        yield ok(f"tickets go by mail to {config.desk_address}")
        return
    wiring.rest_desk(config)
    yield from _server(reach.web("service desk", config.desk_url, config.desk_ca_file, "DESK_URL", "DESK_CA_FILE"))


def directory(config: Settings) -> Iterable[Verdict]:
    """Whether it lets us in and answers a question about nobody."""
    if config.directory is DirectoryKind.NONE:
        yield ok("none; IT does all of it by ticket")
        return
    try:
        found = wiring.directory(config)
        assert found is not None
        found.find(PROBE)
    except (DirectoryDown, DirectoryRefused) as why:
        yield fail(
            f"{config.directory}: {why}", "Check CORREQUESTS_LDAP_*; docs/directories-and-desks.md has the rights."
        )
    else:
        yield ok(f"{config.directory} answers")


def scanner(config: Settings) -> Iterable[Verdict]:
    """`clamd` says PONG, when one is set."""
    if config.clamav_socket is None:
        yield ok("none is set")
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_SECONDS)
            line.connect(str(config.clamav_socket))
            line.sendall(b"zPING\0")
            said = line.recv(64).rstrip(b"\0")
    except OSError as why:
        said = str(why.strerror or "time is over").encode()
    advice = "Start clamd, or correct CORREQUESTS_CLAMAV_SOCKET. Until then mail waits in the inbox."
    yield (
        ok("clamd answers")
        if said == b"PONG"
        else fail(f"clamd does not answer ({said.decode(errors='replace')})", advice)
    )


def languages() -> set[str]:
    """The language files that tesseract finds."""
    ran = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S607
    return {line.strip() for line in (ran.stdout + ran.stderr).splitlines()[1:]}
