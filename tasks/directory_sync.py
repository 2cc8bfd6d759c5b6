"""The directory follows the registry: what changed there is enabled or disabled here, tried until it is done.

Where there is no directory, IT follows: each change becomes a ticket, written down in the transaction that notes it.
"""

from __future__ import annotations

import logging

from sqlmodel import Session

from db import accounts, requests, stand_ins
from db import notices as notice_book
from db.account_life import AccountState
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account
from db.session import transaction
from db.tickets import count as has_ticket
from tasks import notices, tickets, wiring
from tasks.adapters.directory import Directory, DirectoryDown, DirectoryRefused
from tasks.roads import ending
from tasks.settings import Settings
from tasks.sitting import matter

log = logging.getLogger(__name__)


def follow(config: Settings, only: int | None = None) -> int:
    """Bring the directory in line with every account that changed; how many were. One that fails is tried again.

    Suspended ones come first (III.C.6). `only`: the id of the one account to look at.
    """
    with transaction(config.database_url) as session:
        due = [(a.id or 0, a.user_name or "", a.state) for a in accounts.directory_due(session)]
    due = [one for one in due if only in (None, one[0])]
    directory = wiring.directory(config) if due else None
    done = 0
    for account_id, user_name, state in due:
        if directory and user_name:
            try:
                _tell(directory, user_name, state)
            except DirectoryDown as why:
                log.warning("the directory is down, tried again in the next round: %s", why)
                break
            except DirectoryRefused as why:
                _alarm(config, account_id, str(why))
                continue
            except Exception:
                log.exception("the directory did not take account-%d; tried again", account_id)
                continue
        with transaction(config.database_url) as session:
            changed = accounts.directory_done(session, account_id, state)
            if changed and user_name and directory is None:
                _by_ticket(session, config, session.get_one(Account, account_id))
            elif changed and state is not AccountState.ACTIVE:
                _ended(session, config, account_id)
            done += changed
    return done


def _tell(directory: Directory, user_name: str, state: AccountState) -> None:
    (directory.enable if state is AccountState.ACTIVE else directory.disable)(user_name)


def _by_ticket(session: Session, config: Settings, account: Account) -> None:
    """Without a directory IT follows, on the case that changed the account, unless its form went to IT already."""
    case = requests.by_number(session, account.state_case) if account.state_case else None
    if case and account.state is AccountState.DISABLED and has_ticket(session, case.id, "departing_employee"):
        return
    action = "enable_account" if account.state is AccountState.ACTIVE else "disable_account"
    tickets.open_one(session, config, case or requests.get(session, account.request_id), account, action)


def _ended(session: Session, config: Settings, account_id: int) -> None:
    """The directory has ended an access: how long that took since the event (III.B.3.a), and whoever waits looks."""
    for case in notice_book.unended(session, account_id):
        ending.confirm(session, matter(session, config, case), utc_now())
        if case.state is State.WITH_IT:
            requests.ask_again(session, case, "")


def _alarm(config: Settings, account_id: int, why: str) -> None:
    """A refusal does not mend itself: somebody is told, once a day."""
    log.error("the directory refuses account-%d: %s", account_id, why)
    what = f"The directory refuses to follow the registry (account-{account_id}); it is tried again and again: {why}"
    with transaction(config.database_url) as session:
        managers = stand_ins.told_of_alarms(session)
        notices.alarm(session, config, managers, "directory-refused", "III.C.3", what, utc_now())
