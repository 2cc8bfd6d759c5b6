"""The directory follows the registry: what changed there is enabled or disabled here, tried until it is done.

Where there is no directory, IT follows: each change becomes a ticket, written down in the transaction that notes it.
"""

from __future__ import annotations

import logging

from db import accounts, register, requests
from db.account_life import AccountState
from db.columns import utc_now
from db.models import Account
from db.session import transaction
from tasks import notices, tickets, wiring
from tasks.adapters.directory import Directory, DirectoryDown, DirectoryRefused
from tasks.settings import Settings

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
                account = session.get_one(Account, account_id)
                action = "enable_account" if state is AccountState.ACTIVE else "disable_account"
                tickets.open_one(session, config, requests.get(session, account.request_id), account, action)
            done += changed
    return done


def _tell(directory: Directory, user_name: str, state: AccountState) -> None:
    (directory.enable if state is AccountState.ACTIVE else directory.disable)(user_name)


def _alarm(config: Settings, account_id: int, why: str) -> None:
    """A refusal does not mend itself: somebody is told, once a day."""
    log.error("the directory refuses account-%d: %s", account_id, why)
    what = f"The directory refuses to follow the registry (account-{account_id}); it is tried again and again: {why}"
    with transaction(config.database_url) as session:
        managers = register.managers(session, None)
        notices.alarm(session, config, managers, "directory-refused", "III.C.3", what, utc_now())
