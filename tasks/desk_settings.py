"""The settings of the IT service desk: by mail or by REST, and in which words. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings


class DeskKind(StrEnum):
    """How the service desk gets tickets."""

    MAIL = "mail"
    REST = "rest"


class DeskSettings(BaseSettings):
    """The service desk. The default is a mail with a JSON part; docs/directories-and-desks.md."""

    desk: DeskKind = DeskKind.MAIL
    """`mail`: tickets go to `desk_address` and are closed by its answer. `rest`: by HTTP, with `desk_*`."""

    desk_address: str = "it-desk@mt.example"
    """The IT service desk by mail: it gets the tickets with `mail`, and its answers are understood with both."""

    desk_url: str = ""
    """Root of the desk's REST interface, such as https://montana.service-now.com or https://mt.atlassian.net."""

    desk_profile: str = "servicenow-incident"
    """The mapping: `servicenow-incident`, `servicenow-request`, `jira`, or the path of a JSON file of one's own."""

    desk_values: dict[str, str] = {}
    """Values that the mapping asks for or that replace its own, as JSON: {"project": "ITSD", "service_desk": "4"}."""

    desk_user: str = ""
    """User of the interface, for Basic authentication; empty with a bearer token."""

    desk_password: SecretStr = SecretStr("")
    """Password of `desk_user` (Jira Cloud: an API token)."""

    desk_token: SecretStr = SecretStr("")
    """Bearer token, instead of `desk_user` and `desk_password`."""

    desk_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the machine's. Empty: the machine's."""

    desk_timeout_seconds: float = 20.0
    """Seconds that the desk may take for one answer; four of them must fit into `claim_seconds`: to look for the
    ticket, to open it, to look at what is attached, to attach."""

    desk_poll_seconds: float = 120.0
    """How often the desk is asked about open tickets."""

    @model_validator(mode="after")
    def _check_desk(self) -> DeskSettings:
        if self.desk is not DeskKind.REST:
            return self
        by_user = bool(self.desk_user and self.desk_password)
        if not self.desk_url or by_user == bool(self.desk_token):
            raise ValueError(
                "a desk by REST needs CORREQUESTS_DESK_URL, and either CORREQUESTS_DESK_TOKEN or CORREQUESTS_DESK_USER "
                "with CORREQUESTS_DESK_PASSWORD"
            )
        parts = urlsplit(self.desk_url)
        if parts.scheme != "https" and not _this_machine(parts.hostname or ""):
            raise ValueError(f"{self.desk_url} is not https; the desk's credential is not sent in clear text")
        return self


def _this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
