"""What a newcomer finds: the invented cast, the sample mails, an address and a sign-in."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from db.session import transaction
from deployments.samples.mails import SAMPLES
from deployments.samples.seed import seed
from tasks.adapters.mailbox.maildir import drop
from tasks.settings import Settings


def prepare(config: Settings) -> dict[str, SecretStr]:
    """Seed the cast and deliver the sample mails that were not delivered before. Returns the fresh passwords."""
    with transaction(config.database_url) as session:
        given = seed(session)
    assert config.maildir is not None
    for sample in SAMPLES:
        for number, mail in enumerate(sample.mails, 1):
            drop(config.maildir, mail.build(), f"sample-{sample.key}-{number}")
    return given


def greeting(config: Settings, given: Mapping[str, SecretStr]) -> list[str]:
    """The lines that are printed when everything is up."""
    lines = [
        "",
        f"  waiting for you:       {config.base_url}/desk",
        f"  the same in Prefect:   {config.base_url}/v2/runs?tab=flow-runs&state=Suspended",
    ]
    for user, password in given.items():
        lines.append(f"  sign in as:            {user}  {password.get_secret_value()}")
    lines += [
        f"  mailbox:               {config.maildir}",
        f"  outgoing mail lands:   {config.smtp_host or config.home / 'outgoing'}",
        f"  logs:                  {config.home / 'logs'}",
        "",
        "  Ctrl-C ends it.",
        "",
    ]
    return lines
