"""The settings of violations, suspensions and resets. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class SafetySettings(BaseSettings):
    """How soon a report must be looked at, and how often a password may be reset."""

    report_reminder_minutes: int = Field(20, ge=1)
    """Minutes after which the contract manager and the deputy are reminded of a report that nobody has decided on."""

    report_alarm_minutes: int = Field(50, ge=1)
    """Minutes after which every contract manager is told of such a report (IR-6: an incident within one hour)."""

    desk_answers_resets: bool = True
    """Whether the service desk gets a ticket for each reset, and its answer counts like the manager's (III.B.4.b)."""

    resets_per_day: int = Field(3, ge=1)
    """Password resets of one person within a day; a further one is refused until the next (features 72, III.B.4.b)."""
