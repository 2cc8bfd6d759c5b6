"""The settings of the retention schedule and of the purge review. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class RetentionSettings(BaseSettings):
    """How long records are kept, and what must happen before one is destroyed. Schedules are minimums."""

    retention_authorisation_years: int = Field(3, ge=1)
    """Years after the end of work for which forms, mails and the person's record are kept: Montana GS-6 item 4,
    “Employee Network and Application Authorization”, work years + 3, RM5 required (provider staff are taken as
    employees: settled question A22)."""

    retention_ticket_years: int = Field(4, ge=1)
    """Years after its end for which a ticket, or a request that led to no access, is kept: GS-6 item 10, service
    orders, 2 + 2."""

    retention_log_years: int = Field(5, ge=1)
    """Years after its last entry for which the log about a person or case is kept: GS-6 item 7, network audit logs,
    2 + 3; longer than the one year of CJIS AU-11, and the longer of two holds."""

    purge_account_days: int = Field(365, ge=1)
    """Days for which an account must have been disabled or removed before its records are proposed (ICOTS: 12 months;
    IA-4 d: an identifier is not reused for a year; ours never is)."""

    purge_notice_days: int = Field(30, ge=1)
    """Days between the notice to the submitting agency and destruction (ICOTS 24.0 B asks for a notice, not for how
    long; the house's figure)."""

    purge_within_days: int = Field(60, ge=1)
    """Days after the end of retention within which records are to be destroyed, shown with a proposal; a hold stops
    it (Montana's agency schedule RM3)."""
