"""III.C.3: once locked out, the need for the access may be reviewed to determine if it remains necessary.

Kept: unlocked, and a new initial password, because the old one has expired too. Not kept: disabled. No answer: locked.
"""

from __future__ import annotations

from tasks.policy.findings import Effect, Finding

CLAUSE = "III.C.3"
_NO_LONGER = {
    "ACTIVE": "The account is not locked any more. Nothing has to be unlocked; ask for a reset instead.",
    "SUSPENDED": "The account is suspended (III.C.6) and is not unlocked. Close this review.",
    "ON_LEAVE": "The person is on leave (III.B.3.a). The return is decided on elsewhere. Close this review.",
    "DISABLED": "The account is disabled (III.B.3) and is not unlocked. Close this review; a new request is the road.",
    "REMOVED": "The account is removed. Close this review; a new request is the road.",
    "REQUESTED": "IT is still making this account. There is nothing to unlock. Close this review.",
}


def review_problems(decision: str, account_state: str, reason: str) -> list[Finding]:
    """Why this answer to “is it still needed?” cannot be taken; empty when it can. `keep`, `remove` or `close`."""
    found = [_reason(decision, reason), _locked(decision, account_state)]
    return [problem for problem in found if problem is not None]


def _reason(decision: str, reason: str) -> Finding | None:
    """Keeping needs the need; removing and closing need the reason."""
    if reason.strip():
        return None
    what = "what the access is still needed for" if decision == "keep" else "why"
    return Finding(CLAUSE, "reason_missing", Effect.BAR, f"Please say {what}. It is kept with the decision.")


def _locked(decision: str, account_state: str) -> Finding | None:
    """Only a locked account is unlocked or removed by a review of its need."""
    if decision == "close" or account_state == "LOCKED":
        return None
    return Finding(CLAUSE, "not_locked", Effect.BAR, _NO_LONGER.get(account_state, "There is no such account."))
