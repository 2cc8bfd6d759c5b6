"""`correquests doctor mailbox`: proves a real mailbox before it is relied on, and says in plain words what is wrong.

The checks go from the outside in, and each rests on those before it: the first that fails is the one to mend. Two probe
mails to the mailbox itself take the way of every mail: sent, received, read, moved, found in Sent.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from secrets import token_bytes, token_hex

from deployments import reach
from tasks import wiring
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, Mailbox, MailboxDown, NotSent, Ref, SendUnknown
from tasks.adapters.mailbox.mime import MailRefused, parse
from tasks.mail_settings import Transport
from tasks.settings import Settings

Say = Callable[[str], None]
_PATIENCE = 180.0
_LOOK = 1.0
_ALL = 1_000_000
_LARGEST = 1_000_000  # bytes; the probe has about 90,000

LOGIN = "Check the user, the password or certificate, and that this account may open this mailbox and its inbox."
SEND = "Check the submission server, its login, and that this account may send as {address}."
ARRIVAL = (
    "Stop the watcher while the doctor works, it takes the probe away. Otherwise look for the probe in the junk folder "
    "and in the server's trace, and check that mail to {address} is delivered to this mailbox."
)
CONTENT = (
    "Something between sending and the inbox rewrites mails (a disclaimer, a scanner). Exempt this mailbox from it."
)
MOVING = (
    "Give the account the right to make folders, to put mails into them and to take mails out of the inbox "
    "(IMAP: the rights k, i, t and e)."
)
SENT = "Check the setting for the folder of sent mail, and that the account may read and write it."


class Failed(Exception):
    """A check failed. `advice` says what to do."""

    def __init__(self, said: str, advice: str) -> None:
        super().__init__(said)
        self.advice = advice


def examine(config: Settings, say: Say, patience: float = _PATIENCE) -> bool:
    """Run every check and say one line for each. True when all of them hold; stops at the first that does not."""
    say(f"The mailbox {config.mailbox_address} by {config.mailbox}:")
    if config.mailbox is Transport.EWS:
        from tasks.adapters.mailbox.ews_auth import retirement_warning

        if warning := retirement_warning(config.ews_endpoint):
            say(f"note  {warning}")
    mailbox = wiring.mailbox(config)
    try:
        for server in reach.servers(config):
            with _check(f"{server.what} address", say, server.address_advice):
                _done(say, f"{server.what} address", reach.answers(server))
            with _check(f"{server.what} TLS", say, server.tls_advice):
                _done(say, f"{server.what} TLS", reach.certificate(server))
        with _check("login", say, LOGIN):
            waiting = len(mailbox.waiting(_ALL))
            _done(say, "login", f"the inbox is open, {waiting} {'mail waits' if waiting == 1 else 'mails wait'}")
        for folder in (PROCESSED, NEEDS_ATTENTION):
            _probe(config, mailbox, folder, say, patience)
    except Failed as failure:
        say(f"      What to do: {failure.advice.format(address=config.mailbox_address)}")
        say("The mailbox is not ready. The checks after this one were not made.")
        return False
    say("The mailbox is ready.")
    return True


def _probe(config: Settings, mailbox: Mailbox, folder: str, say: Say, patience: float) -> None:
    """One mail to ourselves, through the whole way, into `folder`."""
    token, raw, message_id = probe(config)
    with _check("send", say, SEND), tempfile.TemporaryDirectory() as spool:
        before = {ref.handle for ref in mailbox.waiting(_ALL)}
        mailbox.send(raw)
        _done(say, "send", f"the server took the probe {message_id}")
        with _check("arrival", say, ARRIVAL):
            ref, got = _await(mailbox, token, before, Path(spool), patience)
            _done(say, "arrival", "the probe is in the inbox")
        with _check("content", say, CONTENT):
            arrived = parse(got)
            _require(arrived.message_id == message_id, "the probe arrived under another Message-ID")
            _require(arrived.digest == parse(raw).digest, "the parts of the probe are not what was sent")
            _done(say, "content", "Message-ID and the digests of all parts are those that were sent")
        with _check(f"folder {folder}", say, MOVING):
            _require(mailbox.settle(ref, folder, "doctor"), "the server did not move the probe")
            left = {ref.handle for ref in mailbox.waiting(_ALL)}
            _require(ref.handle not in left, "the probe is still in the inbox after it was moved")
            _done(say, f"folder {folder}", "the probe was moved into it")
        with _check("Sent", say, SENT):
            end = time.monotonic() + patience
            while not mailbox.find_sent(message_id):
                _require(time.monotonic() < end, f"Sent has no copy of the probe after {patience:.0f} s")
                time.sleep(_LOOK)
            _done(say, "Sent", "the copy of the probe is there")


def probe(config: Settings) -> tuple[str, bytes, str]:
    """A mail to ourselves that no watcher answers: its token, its bytes, its Message-ID."""
    token, message_id = token_hex(8), f"<doctor.{token_hex(12)}@{config.mail_domain}>"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = config.mailbox_address
    mail["Subject"] = f"correquests doctor: a probe, nothing to do ({token})"
    mail["Date"] = formatdate()
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content("This mail proves that the mailbox works. Größe, Straße, 100 €.\n")
    mail.add_attachment(token_bytes(64 * 1024), maintype="application", subtype="octet-stream", filename="probe.bin")
    return token, mail.as_bytes(), message_id


def _await(mailbox: Mailbox, token: str, before: set[str], spool: Path, patience: float) -> tuple[Ref, Path]:
    end = time.monotonic() + patience
    seen = set(before)
    got = spool / "got.eml"
    while True:
        for ref in mailbox.waiting(_ALL):
            if ref.handle not in seen and ref.size < _LARGEST:
                seen.add(ref.handle)
                with contextlib.suppress(FileNotFoundError, MailRefused):
                    mailbox.fetch(ref, got)
                    if token in parse(got).subject:
                        return ref, got
        _require(time.monotonic() < end, f"the probe did not arrive within {patience:.0f} s")
        mailbox.wait(_LOOK)


@contextlib.contextmanager
def _check(what: str, say: Say, advice: str) -> Iterator[None]:
    """Turns what the transports raise into a line and an advice."""
    try:
        yield
    except (MailboxDown, NotSent, SendUnknown, reach.Unreachable, MailRefused) as why:
        say(f"FAIL  {what}: {why}")
        raise Failed(str(why), advice) from None


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise MailboxDown(otherwise)


def _done(say: Say, what: str, said: str) -> None:
    say(f"ok    {what}: {said}")
