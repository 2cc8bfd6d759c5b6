"""The settings of deadlines and of approval in stages. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

MOST_STAGES = 3


class TimeSettings(BaseSettings):
    """Business days are Montana's (MCA 1-1-216) and count from the day on which somebody's turn began."""

    reminder_days: list[int] = [2, 5]
    """Business days after which whoever's turn it is is reminded, once each (III.B.2; reference 3: prompt action)."""

    escalation_days: int = Field(8, ge=0)
    """Business days after which somebody above is told: the contract manager when a requester or IT is silent, every
    deputy when the contract manager is. 0: never."""

    incomplete_expiry_days: int = Field(20, ge=0)
    """Business days after which a request whose papers did not come ends, with a notice. 0: never."""

    reminder_hour: int = Field(8, ge=0, le=23)
    """Hour of the day from which reminders go out; state offices open at eight (MCA 2-16-117)."""

    alarm_to: str = ""
    """Address that is told besides the approvers when nobody is there to decide. Empty: the approvers alone."""

    approval_stages: dict[str, int] = {}
    """How many people must approve, one after the other: `{"NEW_ACCESS": 1, "NEW_ACCESS/ENTER": 2}` as JSON, from 1 to
    3; kind with entitlement counts before kind alone. Not named: one (III.B.1; NIST SP 800-53 AC-5)."""

    undo_hours: int = Field(24, ge=0)
    """Hours in which a decision can be undone, as far as it can be. 0: never."""

    separate_issuer: bool = True
    """Whether a user ID that a person enters must be entered by somebody else than the one who approved (AC-5)."""

    @field_validator("approval_stages")
    @classmethod
    def _one_to_three(cls, given: dict[str, int]) -> dict[str, int]:
        if any(not 1 <= count <= MOST_STAGES for count in given.values()):
            raise ValueError(f"a decision has one to {MOST_STAGES} stages")
        return {name.strip().upper(): count for name, count in given.items()}

    def stages_of(self, kind: str, entitlement: str) -> int:
        """How many people must approve a request of this kind for this entitlement."""
        kind, entitlement = kind.upper(), entitlement.upper()
        return self.approval_stages.get(f"{kind}/{entitlement}", self.approval_stages.get(kind, 1))
