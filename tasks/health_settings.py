"""The settings of digest, audit review and health. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings


class HealthSettings(BaseSettings):
    """When silence would mean that something is broken, and how long each part may be silent."""

    digest_when_quiet: bool = True
    """Whether the daily mail goes out when there is nothing to say: one line, so that silence means a fault."""

    review_confirm_days: int = Field(3, ge=1)
    """Business days in which somebody confirms having read the weekly audit review (AU-6); later it is an alarm."""

    review_many_approvals: int = Field(20, ge=1)
    """Approvals of one person within a week from which the audit review points them out (AU-6)."""

    office_opens: int = Field(7, ge=0, le=23)
    """Hour from which a decision is within office hours; a decision outside is pointed out (AU-6)."""

    office_closes: int = Field(18, ge=1, le=24)
    """Hour until which it is; state offices are open from eight to five (MCA 2-16-117), and people stay longer."""

    readyz_open: bool = False
    """Whether `/readyz` answers anybody. Otherwise: this machine, not through a proxy, and whoever is signed in."""

    heartbeat_seconds: int = Field(600, ge=30)
    """Seconds without a sign of life after which watcher or runner count as down. A round that reads many scans takes
    minutes."""

    unsorted_minutes: int = Field(60, ge=1)
    """Minutes that a stored mail may wait to be sorted until health is refused (reference mail, part 5)."""

    outbox_minutes: int = Field(120, ge=1)
    """Minutes that a mail may be due and not sent until health is refused; the first tries take about one hour."""

    disk_free_mb: int = Field(1000, ge=1)
    """Free megabytes on the disk of `home` below which the doctor warns; below a fifth of it, it says FAIL."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> HealthSettings:
        if self.office_opens >= self.office_closes:
            raise ValueError("OFFICE_OPENS is an hour before OFFICE_CLOSES")
        return self
