"""The sample mails about passwords and violations: a reset, a locked account, a report. None brings a form."""

from __future__ import annotations

from datetime import date

from deployments.samples.cases import at, mail, submitter
from deployments.samples.cast import BY_KEY
from deployments.samples.envelopes import Sample

RESET = """Hello,

Peter Wolfe forgot his password over the long weekend and cannot sign in any more. Could you please
reset it? His user ID is CX10006.

Gloria Stavig
Deputy director, Helena Prerelease
"""

UNLOCK = """Good morning,

I am locked out of the offender management system because I have not signed in for sixty days. Please
unlock my account. I still need it: I read the notes of my unit before every review.

Hugh Mackenzie
Unit manager, START
"""

REPORT = """Maria,

I have to report a security violation. On Tuesday Molly Grant shared her password with another counselor
so that he could look up a resident in the offender management system. Please keep my name out of it.

Valerie Trask
Unit supervisor, Passages
"""


def reset(day: date) -> Sample:
    """A password is forgotten."""
    sent = mail("wolfe", submitter("helena"), at(day, 15, 44), "Password reset for Peter Wolfe", RESET)
    return Sample("reset", "A password is reset", (sent,), "fulfilled")


def unlock(day: date) -> Sample:
    """An account was not used for sixty days; its owner writes from the address on file."""
    person = BY_KEY["start"].supervisor
    sent = mail("mackenzie", (person.name, person.email), at(day, 15, 52), "Locked out of OMS", UNLOCK)
    return Sample("unlock", "A locked account is kept", (sent,), "fulfilled")


def report(day: date) -> Sample:
    """Somebody reports a violation: suspended first, decided on afterwards."""
    person = BY_KEY["passages"].supervisor
    sent = mail("trask", (person.name, person.email), at(day, 16, 5), "confidential - security violation", REPORT)
    return Sample("report", "A violation is reported", (sent,), "under suspension", on_record=True)


STORIES = (reset, unlock, report)

SUSPENSION = Sample(
    "suspension", "An account is suspended by a click", (), "under suspension", on_record=True, suspends="CX10010"
)
"""The contract manager has seen or heard something and does not wait for a mail (III.C.6)."""
