"""Mail becomes rows: stored before it is settled, sorted after it is stored.

The inbox is the queue, the registry decides, the move is the acknowledgement. A crash at any line leaves the mail
either in the inbox, where it is fetched again and recognised by its digest, or in the registry.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import tempfile
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import messages
from db.columns import utc_now
from db.models import Disposition, Document, Message, Request
from db.session import transaction
from forms.protected import masked
from tasks import returned, sorting, wiring
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED, Facts, Mailbox, MailboxDown, Ref
from tasks.adapters.mailbox.clamav import ScannerDown, finding
from tasks.adapters.mailbox.mime import Head, Infected, MailRefused, ParsedMail, parse
from tasks.reading import read_documents
from tasks.settings import Settings, settings

log = logging.getLogger(__name__)

OUR_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)
"""What stops the fetching of every mail and is no fault of one."""


@task(cache_policy=NO_CACHE)
def store_waiting(limit: int = 50) -> list[int]:
    """Store and settle what waits in the inbox. One mail that fails never blocks the others; it is tried again,
    and after `intake_attempts` tries, those that killed the process included, it goes to a person as it came.
    """
    config = settings()
    mailbox = wiring.mailbox(config)
    stored: list[int] = []
    for ref in mailbox.waiting(limit):
        try:
            stored.append(store_one(config, mailbox, ref))
        except (MailboxDown, FileNotFoundError):
            _put_off(config, ref)
            log.warning("a mail could not be fetched now and stays in the inbox")
        except ScannerDown as why:
            _put_off(config, ref)
            log.critical("ALARM: %s", why)
            break
        except Exception:
            log.exception("a mail made intake fail and stays in the inbox")
    return stored


def store_one(config: Settings, mailbox: Mailbox, ref: Ref) -> int:
    """Fetch, parse in a process of its own, keep, then settle. Returns the id of the message row, new or known."""
    spool = config.home / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=spool, suffix=".eml") as file:
        path = Path(file.name)
        with transaction(config.database_url) as session:
            tries = messages.begin(session, ref.handle)
        facts = Facts(0)
        refused: MailRefused | None = None
        parsed: ParsedMail | None = None
        try:
            facts = _fetch(config, mailbox, ref, path, tries)
            parsed = _parse(config, path, facts.size, tries)
        except MailRefused as why:
            refused = why
        message_id, on_file = _keep(config, ref, path, facts, parsed, refused)
    settled = mailbox.settle(ref, NEEDS_ATTENTION if refused else PROCESSED, "quarantined" if refused else "stored")
    if on_file and settled:
        with transaction(config.database_url) as session:
            returned.settled(session, message_id, ref)
    return message_id


def _put_off(config: Settings, ref: Ref) -> None:
    """What is down is not the mail's fault: an outage sends none to quarantine."""
    with transaction(config.database_url) as session:
        messages.put_off(session, ref.handle)


def _fetch(config: Settings, mailbox: Mailbox, ref: Ref, path: Path, tries: int) -> Facts:
    """Raises `MailRefused`, and leaves no bytes, when the mailbox could not hand the mail out in all the tries."""
    try:
        return mailbox.fetch(ref, path)
    except (MailboxDown, FileNotFoundError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OUR_MACHINE:
            raise MailboxDown(f"a mail cannot be brought to this machine: {error.strerror}") from error
        if tries <= config.intake_attempts:
            raise
        log.exception("a mail could not be fetched in %d tries and goes to a person", tries)
        path.write_bytes(b"")
        raise MailRefused("unfetchable") from error


def _parse(config: Settings, path: Path, size: int, tries: int) -> ParsedMail:
    """Raises `MailRefused` and, when the mail must wait, `ScannerDown`."""
    if size > config.max_mail_bytes:
        raise MailRefused("too_large")
    if tries > config.intake_attempts:
        raise MailRefused("unreadable")
    return _checked(config, path)


def _checked(config: Settings, path: Path) -> ParsedMail:
    """The mail, after the virus scanner has seen it where there is one."""
    if config.clamav_socket and (found := finding(path, config.clamav_socket)):
        raise Infected(found)
    return parse(path)


def _keep(
    config: Settings, ref: Ref, path: Path, facts: Facts, parsed: ParsedMail | None, refused: MailRefused | None
) -> tuple[int, bool]:
    """Write the mail down unless it is known, and forget the tries. Its id, and whether it was on file before."""
    raw = path.read_bytes()
    as_it_came = hashlib.sha256(raw or ref.handle.encode()).hexdigest()  # its digest while it could not be read
    digest = parsed.digest if parsed else as_it_came
    with transaction(config.database_url) as session:
        known = messages.known(session, digest, as_it_came)
        on_file = known is not None
        if known is None:
            fresh = Message(digest=digest, raw=raw, facts=facts.headers, readable=parsed is not None)
            _fill(fresh, parsed or (refused.head if refused else Head()))
            known = messages.store(session, fresh, _documents(parsed))
            if refused:
                _to_a_person(session, config, known, refused)
        elif ref.again:
            returned.put_back(session, known, ref)
        messages.finish(session, ref.handle)
        assert known.id is not None
        return known.id, on_file


def _to_a_person(session: Session, config: Settings, message: Message, refused: MailRefused) -> None:
    """A refused mail; those of a sender who sends too many come together, so that a flood asks once."""
    recent = messages.of_sender_since(session, message.sender, utc_now() - sorting.HOUR)
    sorting.for_a_person(session, config, message, refused.sentence, together=recent > config.sender_mails_per_hour)


def _fill(message: Message, said: Head) -> None:
    message.message_id = said.message_id
    message.in_reply_to = list(said.in_reply_to)
    message.sender = said.sender.casefold()
    message.sender_name = masked(said.sender_name)
    message.subject = masked(said.subject)
    message.automatic = said.automatic
    if isinstance(said, ParsedMail):
        message.text = masked(said.text)  # the raw mail keeps what was written (DOC 1.1.15)
        message.bounce = said.bounce


def _documents(parsed: ParsedMail | None) -> list[Document]:
    return [
        Document(
            message_id=0,
            part=a.part,
            file_name=masked(a.file_name),
            media_type=a.media_type,
            sha256=hashlib.sha256(a.content).hexdigest(),
            content=a.content,
            refusal=a.refusal,
            refusal_sentence=a.refusal_sentence,
            read_at=utc_now() if a.refusal else None,  # the reader need not look at what cannot be read
        )
        for a in (parsed.attachments if parsed else ())
        if not a.inline  # a logo is no paper; it stays in the raw mail
    ]


@task(cache_policy=NO_CACHE)
def unsorted() -> list[int]:
    """Mails that were stored and not sorted yet."""
    with transaction(settings().database_url) as session:
        return messages.unsorted(session)


@task(cache_policy=NO_CACHE, task_run_name="sort mail {message_id}")
def sort_message(message_id: int) -> str:
    """Decide what a stored mail is: opens a case, joins one, or is filed. Returns that in words for the run's log.

    A mail that cannot be sorted `intake_attempts` times goes to quarantine and to a person.
    """
    try:
        _read_again(message_id)
        read_documents.fn(message_id)
        with transaction(settings().database_url) as session:
            message = session.get_one(Message, message_id)
            if message.disposition is Disposition.STORED:
                sorting.sort(session, settings(), message)
            case = session.get(Request, message.request_id) if message.request_id else None
            why = "restricted" if case and case.restricted else message.reason  # everybody can read the run's log
            return f"mail-{message_id}: {message.disposition.lower()} ({why})"
    except ScannerDown as why:
        log.critical("ALARM: %s", why)
        return f"mail-{message_id}: waits ({why})"
    except Exception:
        log.exception("mail-%d could not be sorted", message_id)
        return _unsortable(message_id)


def _read_again(message_id: int) -> None:
    """Parse a mail that was refused before and is to be tried again; refused again, it goes back to the person."""
    config = settings()
    with transaction(config.database_url) as session:
        message = session.get_one(Message, message_id)
    if message.readable:
        return
    try:
        parsed = _parse_again(config, message.raw)
    except MailRefused as why:
        with transaction(config.database_url) as session:
            _to_a_person(session, config, session.get_one(Message, message_id), why)
        return
    with transaction(config.database_url) as session:
        message = session.get_one(Message, message_id)
        if twin := messages.known(session, parsed.digest):
            messages.dispose(session, message, Disposition.FILED, f"the same mail as mail-{twin.id}")
            return
        message.digest, message.readable = parsed.digest, True
        _fill(message, parsed)
        messages.add_documents(session, message, _documents(parsed))


def _parse_again(config: Settings, raw: bytes) -> ParsedMail:
    """With the limits of the first time: the mail may still lie in the mailbox and must be recognised there."""
    if not raw:
        raise MailRefused("unfetchable")
    if len(raw) > config.max_mail_bytes:
        raise MailRefused("too_large")
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(raw)
        file.flush()
        return _checked(config, Path(file.name))


def _unsortable(message_id: int) -> str:
    config = settings()
    with transaction(config.database_url) as session:
        message = session.get_one(Message, message_id)
        message.attempts += 1
        session.add(message)
        if message.attempts >= config.intake_attempts and message.disposition is Disposition.STORED:
            sorting.for_a_person(session, config, message, "The mail could not be sorted; the log says why.")
        return f"mail-{message_id}: could not be sorted (attempt {message.attempts})"
