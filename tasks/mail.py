"""Whatever is due goes out: claimed, sent once, marked; on doubt Sent is asked first.

A secret is made at the moment its mail is sent and lives only in that mail: the stored mail holds a placeholder, and
the copy that Sent keeps says so. Sending again makes a new secret and voids the one before.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from db import accounts, credentials, outbox, stand_ins
from db.account_life import AccountState
from db.columns import montana_day, utc_now
from db.models import Account, Credential, CredentialState, Delivery, Outbox, Person, Secret
from db.session import transaction
from tasks import letters, notices, tickets, wiring
from tasks.adapters.directory import DirectoryDown, DirectoryRefused
from tasks.adapters.mailbox import Mailbox, NotSent, SendUnknown
from tasks.policy.passwords import new_password
from tasks.settings import Settings, settings

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
ALARMS = frozenset({"mail-held", "mail-not-accounted", "canary", "canary-missing"})
"""Purposes of mails about mail: when one of them cannot be sent, no further one is written about it."""


_WHAT_TO_DO = (
    "In the Prefect UI start “release held mail” under Deployments: it sends the mail again, or notes that it reached "
    "its recipient another way."
)


@task(cache_policy=NO_CACHE)
def due() -> list[int]:
    """Mails that wait to be sent."""
    with transaction(settings().database_url) as session:
        return outbox.due(session, utc_now(), timedelta(seconds=settings().claim_seconds))


@task(cache_policy=NO_CACHE, task_run_name="send mail {outbox_id}")
def send_one(outbox_id: int) -> str:
    """Claim, send once, mark. Returns what happened, for the run's log."""
    config = settings()
    with transaction(config.database_url) as session:
        row = outbox.claim(session, outbox_id, utc_now(), timedelta(seconds=config.claim_seconds))
    if row is None:
        return f"mail {outbox_id} is in other hands"
    counter = tickets.counter(config, row)
    carrier = counter or wiring.mailbox(config)
    try:
        was_sent = row.attempts > 1 and carrier.find_sent(row.message_id)
    except SendUnknown as why:  # it lies in the server's own outbox
        _mark(config, row, Delivery.UNKNOWN, error=str(why))
        return f"{row.key}: the server still has it; Sent is asked again"
    if was_sent:
        _mark(config, row, Delivery.SENT)
        return f"{row.key}: was sent before"
    if row.unknowns > (0 if _counts_twice(row) else 1):
        return _hold(config, row, f"{row.error}. Sent does not show it.")
    try:
        _hand_over(config, carrier, row)
    except credentials.NotIssued as why:
        _mark(config, row, Delivery.FAILED, error=str(why))
        return f"{row.key}: not sent, its credential was used or is void"
    except NotSent as why:
        if row.attempts >= config.send_attempts:
            return _hold(config, row, str(why))
        wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
        wait = max(wait, why.wait) if isinstance(why, tickets.Later) else wait
        _mark(config, row, Delivery.PENDING, error=str(why), wait=wait)
        return f"{row.key}: not sent, tried again in {wait}"
    except SendUnknown as why:
        _mark(config, row, Delivery.UNKNOWN, error=str(why), unknown=True)
        return f"{row.key}: unknown whether it was sent; Sent is asked before the next try"
    except Exception as why:
        log.error("%s could not be sent: %s", row.key, type(why).__name__, exc_info=row.secret is None)  # noqa: TRY400
        _mark(config, row, Delivery.UNKNOWN, error=type(why).__name__)
        return f"{row.key}: sending failed; Sent is asked before the next try, the log says why"
    _mark(config, row, Delivery.SENT, place=counter.place if counter else "")
    return f"{row.key}: sent"


def _counts_twice(row: Outbox) -> bool:
    """Whether a second copy would do harm: a second ticket, or a second credential that voids the first."""
    return row.secret is not None or row.purpose.partition("-")[0] == "ticket"


def _hold(config: Settings, row: Outbox, why: str) -> str:
    """Stop trying, keep the mail, and ask a person; an alarm about a mail is not written about an alarm."""
    _mark(config, row, Delivery.HELD, error=why)
    if row.purpose not in ALARMS:
        what = f"The mail “{row.subject}” to {', '.join(row.recipients)} ({row.key}) is held: {why} {_WHAT_TO_DO}"
        with transaction(config.database_url) as session:
            managers = stand_ins.told_of_alarms(session)
            notices.alarm(session, config, managers, "mail-held", "III.B.2.d", what, utc_now(), sequence=row.id)
    return f"{row.key}: held for a person; {why}"


@task(cache_policy=NO_CACHE, task_run_name="release held mail for {started_by}")
def release(key: str, how: Literal["send again", "delivered otherwise"], started_by: str) -> str:
    """Send held mail again, or note that it reached its recipient another way; `key` empty: all of it.

    Only a contract manager or deputy can (III.B.1).
    """
    config = settings()
    with transaction(config.database_url) as session:
        if started_by not in {user.user_name for user in stand_ins.in_charge_of_any(session, montana_day()).acting}:
            return "Nothing was done: only a contract manager or deputy can release mail (III.B.1)."
        rows = outbox.held(session, key)
        for row in rows:
            outbox.release(session, row, again=how == "send again", by=started_by)
        return f"{len(rows)} mails: {how}"


def _hand_over(config: Settings, mailbox: Mailbox | tickets.Counter, row: Outbox) -> None:
    if row.secret is None:
        mailbox.send(row.raw)
        return
    mailbox.send(letters.fill(row.raw, _secret(config, row)), sent_copy=letters.redact(row.raw))


def _secret(config: Settings, row: Outbox) -> SecretStr:
    """Made now, kept as a digest, forgotten when the mail is out of the house.

    A password is set in the directory before its mail is sent, and anew for every attempt: no mail holds one that is
    not set. Raises `credentials.NotIssued`, and `NotSent` when the directory does not take it.
    """
    assert row.secret is not None
    assert row.credential_id is not None
    with transaction(config.database_url) as session:
        if row.secret is not Secret.PASSWORD:
            return credentials.arm(session, row.credential_id, row.secret)
        credential = session.get_one(Credential, row.credential_id)
        account = session.get_one(Account, credential.account_id)
        person = session.get_one(Person, account.person_id)
        if account.state is not AccountState.ACTIVE:  # suspended or locked since an earlier attempt
            raise credentials.NotIssued(credentials.NotIssued.__doc__)
        if row.attempts == 1 or credential.state is not CredentialState.VIEWED:  # seen: by an earlier attempt of ours
            credentials.hand_over(session, row.credential_id, utc_now())
    assert account.user_name is not None
    password = new_password(config.password_length, [account.user_name, person.given_name, person.family_name])
    directory = wiring.directory(config)
    if directory is None:
        raise NotSent("there is no directory any more; ask IT to give the staff member a password")
    try:
        directory.set_initial_password(account.user_name, password)
    except (DirectoryDown, DirectoryRefused) as why:
        raise NotSent(f"the password could not be set: {why}") from None
    _still_active(config, account)
    return password


def _still_active(config: Settings, account: Account) -> None:
    """Setting a password enables the account. One that was suspended in that moment is disabled again (III.C.6)."""
    assert account.id is not None
    with transaction(config.database_url) as session:
        if accounts.tell_again(session, account.id):
            raise credentials.NotIssued(credentials.NotIssued.__doc__)


def _mark(
    config: Settings,
    row: Outbox,
    delivery: Delivery,
    *,
    error: str = "",
    wait: timedelta | None = None,
    unknown: bool = False,
    place: str = "",
) -> None:
    assert row.id is not None
    due_at = utc_now() + wait if wait else None
    with transaction(config.database_url) as session:
        outbox.mark(session, row.id, delivery, error=error, due_at=due_at, unknown=unknown, place=place)
