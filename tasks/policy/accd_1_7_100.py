"""ACCD 1.7.100: the contract of the provider grants its staff access to the offender management system."""

from __future__ import annotations

from datetime import date

from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding

CLAUSE = "ACCD 1.7.100"


def provider_has_access(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The provider is one of the contracts that grant access.

    While nobody has vouched for the sender an unknown provider holds the request; afterwards somebody must find the
    provider on the forms, and a contract without access cannot be approved.
    """
    vouched = case.sender_accepted or case.sender_designated
    if case.provider is None:
        if not vouched:
            sentence = "The request names no provider we have a contract with. Say whether it is to be accepted."
            return Finding(CLAUSE, "provider_unknown", Effect.HOLD, sentence)
        if case.access is None and case.consent is None:
            return None
        sentence = "The facility on the forms could not be matched to a contract. Look at the scan and enter it."
        return Finding(CLAUSE, "provider_unread", Effect.DOUBT, sentence)
    if case.provider.access:
        return None
    sentence = f"The contract with {case.provider.name} does not grant access to the offender management system."
    if case.sender_accepted:
        return Finding(CLAUSE, "provider_without_access", Effect.BAR, f"{sentence} Reject the request.")
    return Finding(CLAUSE, "provider_without_access", Effect.HOLD, f"{sentence} Say whether to go on.")
