"""III.A.5: under no circumstances will an offender be allowed to access the offender management system.

What the list of offenders holds is between it and the contract manager: nothing of it is written to a requester, and
no mail confirms that somebody is on it or is not (ICOTS 19.0 B, 20.0 B, 21.0 B).
"""

from __future__ import annotations

import re
from datetime import date

from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.A.5"

_TELLS = re.compile(
    r"\b(?:offenders?|inmates?|felons?|convict(?:s|ed|ions?)?|parolees?|on (?:parole|probation)|probationers?"
    r"|criminal (?:record|history)|incarcerat\w+|prison(?:ers?)?)\b(?! management system)",
    re.IGNORECASE,
)


def list_usable(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Where a list of offenders is to be held against requests, it can be read and is not too old."""
    if not case.offender_list_problem:
        return None
    sentence = f"{case.offender_list_problem} Nothing is approved until then."
    return Finding(CLAUSE, "offender_list_unusable", Effect.BAR, sentence)


def not_an_offender(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Nobody on the list of offenders has a name like the staff member's, unless somebody said that it is not them."""
    if not any(not match.said for match in case.offenders):
        return None
    sentence = (
        "The list of offenders holds a name like this one. "
        "Say why it is not this person, or reject the request without naming the list."
    )
    return Finding(CLAUSE, "offender_likeness", Effect.BAR, sentence)


def discreet(case: Case, reason: str) -> Finding | None:
    """A rejection of somebody whose name is like one on the list does not tell the requester of it."""
    if not case.offenders or not _TELLS.search(reason):
        return None
    sentence = "The requester is sent this reason, and it must not tell who is on the list of offenders. Reword it."
    return Finding(CLAUSE, "reason_tells", Effect.BAR, sentence)
