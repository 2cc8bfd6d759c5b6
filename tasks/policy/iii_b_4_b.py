"""III.B.4.b: a password reset is asked for at correquests; the contract manager or the IT service desk responds.

Asked by a designated submitter or by the staff member from the address on file (settled question A25); for an account
that is locked, suspended, on leave or disabled nothing is reset, it becomes a review. At most a few a day per person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.4.b"

_STANDING = {
    "REQUESTED": "IT is still making this account; its first initial password is on its way.",
    "LOCKED": "The account is locked (III.C.3). Whether it is still needed is reviewed first.",
    "SUSPENDED": "The account is suspended (III.C.6). Nothing is reset before the violation is decided on.",
    "ON_LEAVE": "The person is on leave (III.B.3.a). Access is given back when the return is decided on.",
    "DISABLED": "The account is disabled (III.B.3). Nothing is reset; a new request is the road.",
    "REMOVED": "The account is removed. Nothing is reset; a new request is the road.",
}


@dataclass(frozen=True)
class Asked:
    """A request about an account that exists, at the moment it is assessed.

    `own_address`: it came from the address on file of the person whose account it is. `resets_today`: those that were
    granted today. `account`: None when nobody's account is meant for certain; then `candidates` says which it could be.
    """

    sender: str
    account: str | None
    account_state: str = ""
    candidates: Sequence[str] = ()
    designated: bool = False
    own_address: bool = False
    accepted: bool = False
    resets_today: int = 0
    resets_allowed: int = 3


def assess(asked: Asked) -> list[Finding]:
    """Everything the clause has to say about a reset, in its order."""
    rules = (sender_known, account_meant, account_in_use, not_too_often)
    return [found for rule in rules if (found := rule(asked)) is not None]


def sender_known(asked: Asked) -> Finding | None:
    """The sender is a designated submitter, the person itself from the address on file, or accepted (A25)."""
    if asked.designated or asked.own_address or asked.accepted:
        return None
    sentence = (
        f"{asked.sender} is neither designated staff nor the address on file of the person. Nothing was answered. "
        "Call the person or the provider, then say whether the sender is accepted."
    )
    return Finding(CLAUSE, "sender_unknown", Effect.HOLD, sentence)


def account_meant(asked: Asked) -> Finding | None:
    """It is certain whose account is meant."""
    if asked.account is not None:
        return None
    if asked.candidates:
        sentence = f"Whose account is meant is not certain: {'; '.join(asked.candidates)}. Enter the user ID."
    else:
        sentence = "No account of that name or user ID is on record. Enter the user ID, or reject the request."
    return Finding(CLAUSE, "account_unknown", Effect.BAR, sentence)


def account_in_use(asked: Asked) -> Finding | None:
    """Only an active account gets a new password; every other one is reviewed (C.3, C.6, B.3)."""
    sentence = _STANDING.get(asked.account_state)
    return Finding(CLAUSE, "account_not_active", Effect.BAR, sentence) if sentence else None


def not_too_often(asked: Asked) -> Finding | None:
    """No more than so many resets a day for one person: what happens so often is not forgetting."""
    if asked.resets_today < asked.resets_allowed:
        return None
    sentence = (
        f"The password of this account was reset {asked.resets_today} times today, and {asked.resets_allowed} is the "
        "limit for a day. Find out what is going on before another one; tomorrow it can be granted again."
    )
    return Finding(CLAUSE, "too_many_resets", Effect.BAR, sentence)
