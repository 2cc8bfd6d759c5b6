"""The directory follows the registry: what changed there is enabled or disabled here, tried until it is done."""

from __future__ import annotations

import logging

from db import accounts
from db.account_life import AccountState
from db.session import transaction
from tasks import wiring
from tasks.settings import Settings

log = logging.getLogger(__name__)


def follow(config: Settings) -> int:
    """Bring the directory in line with every account that changed; how many were. One that fails is tried again."""
    with transaction(config.database_url) as session:
        due = [(a.id, a.user_name, a.state) for a in accounts.directory_due(session)]
    directory = wiring.directory(config) if due else None
    done = 0
    for account_id, user_name, state in due:
        assert directory is not None
        assert account_id is not None
        try:
            if user_name:
                (directory.enable if state is AccountState.ACTIVE else directory.disable)(user_name)
        except Exception:
            log.exception("the directory did not take account-%d; tried again", account_id)
            continue
        with transaction(config.database_url) as session:
            done += accounts.directory_done(session, account_id, state)
    return done
