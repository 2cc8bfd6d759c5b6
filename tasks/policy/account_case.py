"""What the rules about an account that is there already are given: whom it is about, who writes, what was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tasks.policy.case import ProviderFacts, RefusedFile


@dataclass(frozen=True)
class AccountCase:
    """A case about somebody who may have an account. Days are local; an empty string or None was not told.

    `candidates`: who may be meant, when nobody could be settled on. `account_state` as in `AccountState`.
    `facilities`: where the person works; `elsewhere`: those of them that the case does not end. `consent_signed`: a
    consent with both signatures in ink is on file. `entitlement` is held, `wanted` asked for.
    """

    requester_email: str
    provider: ProviderFacts | None
    sender_designated: bool
    sender_accepted: bool = False
    refused_files: tuple[RefusedFile, ...] = ()
    staff_name: str = ""
    candidates: tuple[str, ...] = ()
    found: bool = False
    account: str = ""
    account_state: str = ""
    facilities: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    consent_signed: bool = False
    cleared_on: date | None = None
    entitlement: str = ""
    wanted: str = ""
    effective_on: date | None = None
    returns_on: date | None = None
    noticed_on: date | None = None
    terminated: bool = False
    doubtful: tuple[str, ...] = ()
    other_case: str = ""

    @property
    def days_late(self) -> int:
        """Whole days between the day of the event and the notice; 0 for a notice before or on that day."""
        if self.effective_on is None or self.noticed_on is None:
            return 0
        return max(0, (self.noticed_on - self.effective_on).days)
