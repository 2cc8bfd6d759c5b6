"""Settings become open adapters here, and nowhere else."""

from __future__ import annotations

from tasks.adapters.desk.mail import MailDesk
from tasks.adapters.directory.local import LocalDirectory
from tasks.adapters.mailbox import Mailbox
from tasks.adapters.mailbox.maildir import MaildirMailbox
from tasks.settings import Settings


def mailbox(settings: Settings) -> Mailbox:
    """The mailbox that requests arrive in and notices leave from."""
    assert settings.maildir is not None
    return MaildirMailbox(
        settings.maildir,
        outgoing=settings.home / "outgoing",
        smtp_host=settings.smtp_host,
        smtp_port=settings.smtp_port,
    )


def directory(settings: Settings) -> LocalDirectory:
    """Where accounts get their passwords."""
    return LocalDirectory(settings.database_url)


def desk(settings: Settings) -> MailDesk:
    """The IT service desk."""
    return MailDesk(settings.desk_address)
