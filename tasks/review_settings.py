"""The settings of reconciliation, random samples and recertification. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ReviewSettings(BaseSettings):
    """What is looked at again, how often, and how long an answer may take."""

    reconcile_cycle_days: int = Field(365, ge=1)
    """Days within which every stored scan is read again and held against what is on file (PEER: data not verified)."""

    reconcile_most_files: int = Field(200, ge=1)
    """Scans read again in one night at most; a reading costs seconds. What is left over is due the next night."""

    reconcile_known_accounts: list[str] = Field(default_factory=list)
    """Accounts of the directory that are nobody's of ours (service accounts); not shown as orphans. As JSON."""

    audit_sample_size: int = Field(10, ge=1)
    """Closed cases and accounts in the random sample of a month (ICOTS 26.F)."""

    recertify_month: int = Field(7, ge=1, le=12)
    """Month on whose first day providers are asked who still needs access (CJIS AC-2 j: yearly; state fiscal year)."""

    recertify_reminder_days: list[int] = [5, 10]
    """Business days after which a provider that has not answered is reminded."""

    recertify_escalation_days: int = Field(15, ge=1)
    """Business days after which the contract manager decides for a provider that has not answered."""
