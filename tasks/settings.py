"""Every setting, with its meaning and its source. Environment variables carry the prefix `CORREQUESTS_`."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from tasks.desk_settings import DeskSettings
from tasks.directory_settings import DirectorySettings
from tasks.health_settings import HealthSettings
from tasks.identity_settings import IdentitySettings
from tasks.mail_settings import MailSettings
from tasks.retention_settings import RetentionSettings
from tasks.review_settings import ReviewSettings
from tasks.safety_settings import SafetySettings
from tasks.sorting_settings import SortingSettings
from tasks.time_settings import TimeSettings
from tasks.usage_settings import UsageSettings


class UserIdMode(StrEnum):
    """Who gives user IDs: the registry, or IT's reply to the ticket (III.B.2.a)."""

    ALLOCATE = "allocate"
    ACQUIRE = "acquire"


class CredentialDelivery(StrEnum):
    """How the staff member gets the initial password (III.B.2.d)."""

    LINK = "link"
    MAIL = "mail"


class SignInMode(StrEnum):
    """How people prove who they are: a password kept here, or the header of a trusted reverse proxy."""

    PASSWORD = "password"  # noqa: S105
    PROXY = "proxy"


class Settings(
    MailSettings,
    DirectorySettings,
    DeskSettings,
    IdentitySettings,
    SafetySettings,
    SortingSettings,
    HealthSettings,
    ReviewSettings,
    RetentionSettings,
    TimeSettings,
    UsageSettings,
):
    """The whole configuration; its parts stand in files of their own.

    Every default works on one machine without further services.
    """

    model_config = SettingsConfigDict(
        env_prefix="CORREQUESTS_", env_file=None, extra="forbid", hide_input_in_errors=True
    )

    home: Path = Path("var")
    """Folder for everything that is kept: the registry, the local mailbox, Prefect's own database, logs."""

    database_url: str = ""
    """The registry. Empty: SQLite in `home`. For PostgreSQL: `postgresql+psycopg://user@host/name`."""

    host: str = "127.0.0.1"
    """Address the sign-in gateway listens on."""

    port: int = 4200
    """Port of the sign-in gateway."""

    base_url: str = ""
    """Address people use, as it stands in mails. Empty: `http://host:port`."""

    timezone: str = "America/Denver"
    """Whose days count (settled question A4)."""

    user_id_mode: UserIdMode = UserIdMode.ALLOCATE
    """`allocate`: the registry takes the next ID of the range. `acquire`: IT's reply brings it (III.B.2.a)."""

    user_id_format: str = "CX{number:05d}"
    """Pattern of allocated IDs. The state's look like a letter C, an agency letter and digits (reference 2.1)."""

    user_id_first: int = 10001
    """First number of the range given to the product."""

    user_id_last: int = 99999
    """Last number of the range; when it is reached, issuing stops with a refusal."""

    user_id_pattern: str = r"^C[A-Z]\d{3,6}$"
    """What an ID that IT brings must look like, ignoring case (reference 2.1)."""

    password_length: int = 16
    """Length of initial passwords; the state asks for 12 or more of four classes (reference 2.2)."""

    credential_delivery: CredentialDelivery = CredentialDelivery.LINK
    """`link`: one-view link to the staff member, pick-up code to the submitter. `mail`: password by separate mail."""

    credential_hours: int = 72
    """Hours until an unseen initial password is void (reference 3, CJIS AC-2(2) uses 72 h for temporary accounts)."""

    credential_code_attempts: int = 5
    """Wrong pick-up codes until the link is void (NIST 800-63B 5.2.2; CJIS IA-5(1): at most five)."""

    sign_in: SignInMode = SignInMode.PASSWORD
    """`password`: argon2id hashes in the registry. `proxy`: the name in `proxy_header` from `proxy_addresses` only."""

    proxy_header: str = "X-Remote-User"
    """Header in which a trusted reverse proxy names the signed-in user."""

    proxy_addresses: list[str] = Field(["127.0.0.1", "::1"])
    """Addresses from which `proxy_header` is believed."""

    sign_in_hours: int = 10
    """Hours until a signed-in browser must sign in again."""

    sign_in_attempts: int = 5
    """Wrong passwords until a user is locked for `sign_in_lock_minutes` (CJIS AC-7: five in fifteen minutes)."""

    sign_in_lock_minutes: int = 15
    """Minutes a user stays locked after too many wrong passwords (CJIS AC-7)."""

    service_key: SecretStr = SecretStr("")
    """Key by which the runner and the watcher speak to the gateway. Made anew at each start; never written down."""

    poll_seconds: float = 5.0
    """How long the watcher sleeps between looks at the mailbox and the outbox."""

    runner_limit: int = 2
    """How many requests are worked on at the same time; each takes about 100 MB."""

    field_confidence: float = 0.75
    """Below this confidence a required field read from a scan goes to a person."""

    intake_attempts: int = 3
    """How often a mail that makes intake fail is tried before it goes to quarantine."""

    max_mail_bytes: int = 40_000_000
    """Largest mail that is read; a larger one is kept in the mailbox folder `Needs attention`."""

    clamav_socket: Path | None = None
    """Socket of a virus scanner `clamd`, which then sees every mail before it is read. Empty: none. While it does not
    answer, mail waits in the inbox."""

    authserv_id: str = ""
    """Name of our own edge in Authentication-Results (RFC 8601), or `first` where it writes none, as Exchange Online.
    Empty: nobody's word is asked, for a mailbox that no stranger can write to."""

    trust_exchange: bool = False
    """Whether X-MS-Exchange-Organization-AuthAs is set by our own Exchange, which strips it from outside mail."""

    sender_mails_per_hour: int = 60
    """Mails of one sender that are acted on within an hour; further ones go to a person together."""

    send_attempts: int = 14
    """How often a mail that was certainly not sent is tried, over about nine hours, until a person is asked."""

    canary_minutes: int = 60
    """How often a mail is sent to the mailbox itself to see that mail goes round. 0: never."""

    canary_patience_minutes: int = 15
    """Minutes after which such a mail that was sent and has not come back is an alarm."""

    claim_seconds: float = 120.0
    """Seconds that a mail being sent is left alone before Sent is asked about it; Exchange needs up to two minutes."""

    audit_head_to: str = ""
    """Address that gets the head of the audit chain once a day. Empty: not mailed."""

    @model_validator(mode="after")
    def _fill(self) -> Settings:
        self.home = self.home.absolute()
        self.database_url = self.database_url or f"sqlite:///{self.home}/registry.db"
        self.base_url = (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")
        self.maildir = (self.maildir or self.home / "mailbox").absolute()
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days are counted."""
        return ZoneInfo(self.timezone)

    @property
    def mail_domain(self) -> str:
        """The domain of our own Message-IDs."""
        return self.mailbox_address.rpartition("@")[2]


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once from the environment."""
    return Settings()
