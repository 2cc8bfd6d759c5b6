"""The settings of the check against the list of offenders. Part of `tasks.settings.Settings`; docs/identity.md."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings


class IdentitySettings(BaseSettings):
    """Whether a list of offenders is held against every request (III.A.5). The default is none."""

    offenders_file: Path | None = None
    """A CSV file with the columns of docs/identity.md, read again whenever it changes. Empty: nothing is held against
    it. Once it is set, nothing is approved while it cannot be read (III.A.5)."""

    offenders_max_age_days: float = 8.0
    """Days after its last change when the file counts as stale, and approvals stop. The texts say nothing of how often
    it is made anew; eight days let a weekly export be a day late."""
