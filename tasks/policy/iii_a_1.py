"""III.A.1: only staff who have security clearance and authorization of the Department may have access."""

from __future__ import annotations

from datetime import date

from tasks.policy.case import Cleared
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.A.1"


def clearance_recorded(case: Cleared, today: date) -> Finding | None:
    """A clearance of the Department is on record, dated today or earlier."""
    if case.cleared_on is None:
        sentence = "No security clearance is on record for this person. Enter the date of the clearance to approve."
        return Finding(CLAUSE, "clearance_missing", Effect.BAR, sentence)
    if case.cleared_on > today:
        sentence = f"The clearance on record is dated {case.cleared_on}, which is still to come. Correct the date."
        return Finding(CLAUSE, "clearance_in_future", Effect.BAR, sentence)
    return None
