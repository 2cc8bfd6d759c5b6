"""The settings of the usage feed and of the lockout. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings


class UsageSettings(BaseSettings):
    """Where exports come from, what is believed, and when an account is locked (III.C.3)."""

    usage_folder: Path | None = None
    """Folder in which usage exports are laid down as `*.csv`. Empty: none."""

    usage_senders: list[str] = Field(default_factory=list)
    """Addresses whose mails bring usage exports as attachments. Empty: none."""

    usage_sftp_host: str = ""
    """SFTP server on which usage exports are laid down. Empty: none."""

    usage_sftp_port: int = 22
    """Its port."""

    usage_sftp_user: str = ""
    """Whom we are there."""

    usage_sftp_password: SecretStr = SecretStr("")
    """Our password there; empty when a key is used."""

    usage_sftp_key: Path | None = None
    """File with our private key (OpenSSH format, without a passphrase)."""

    usage_sftp_host_key: str = ""
    """The server's public key as in a known_hosts file (`ssh-ed25519 AAAA…`); no other server is spoken to."""

    usage_sftp_folder: str = "."
    """Folder there."""

    usage_columns: dict[str, str] = Field(default_factory=dict)
    """What the export calls our columns `user_id`, `last_access` and `as_of`, as JSON; by default just that."""

    usage_max_age_days: int = 1
    """How many days the last export may lie back for anybody to be locked; older: nobody is, and an alarm goes out."""

    usage_min_share: float = 0.95
    """Share of our active accounts that an export must know; fewer: it is partial, and refused."""

    usage_max_shrink: float = 0.05
    """By which share an export may have fewer lines than the one before; more: it is refused."""

    usage_max_regress: float = 0.01
    """Share of known accounts whose last use may lie before what an earlier export said; more: it is refused."""

    lockout_days: int = 60
    """Calendar days without use after which an account is locked: on day 61 (III.C.3; CJIS AC-2(3) allows 90)."""

    lockout_warn_days: list[int] = Field([45, 55])
    """Days without use on which the account's owner is warned."""

    lockout_never_used_warn_days: list[int] = Field([21])
    """The same for an account that was never used, counted from its issue (settled question A5)."""

    lockout_guard_number: int = 25
    """A run that would lock more accounts than this stops until a second person releases it."""

    lockout_guard_share: float = 0.10
    """So does one that would lock more than this share of the active accounts, when they are more than five."""

    @model_validator(mode="after")
    def _warned_before_locked(self) -> UsageSettings:
        days = [*self.lockout_warn_days, *self.lockout_never_used_warn_days]
        if self.lockout_days < 1 or any(not 0 < day <= self.lockout_days for day in days):
            raise ValueError("warnings are due on a day from 1 to LOCKOUT_DAYS, and LOCKOUT_DAYS is at least 1")
        return self
