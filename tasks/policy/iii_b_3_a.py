"""III.B.3.a: the contract manager is notified as soon as possible of a need that has changed or ended.

That is of staff who have left the facility, whose employment was terminated, or who were placed on leave.
"""

from __future__ import annotations

from datetime import date

from tasks.policy.account_case import AccountCase
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.3.a"
PROMPT_DAYS = 1
"""A notice later than this after the day of the event is pointed out (NIST PS-7: 24 hours; settled question A15)."""


def person_known(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """It is settled whom the case is about; never by a guess."""
    if case.found:
        return None
    whom = f"“{case.staff_name}”" if case.staff_name else "the person that is meant"
    several = f"{len(case.candidates)} people on record may be {whom}" if case.candidates else ""
    sentence = f"{several or f'Nobody on record is {whom} beyond doubt'}. Say whom this is about."
    return Finding(CLAUSE, "person_unclear", Effect.DOUBT, sentence)


def form_legible(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """What the form says was read without doubt."""
    if not case.doubtful:
        return None
    labels = " and ".join(f"“{label}”" for label in case.doubtful)
    return Finding(
        CLAUSE, "form_doubtful", Effect.DOUBT, f"Hard to read on the form: {labels}. Look at it and enter it."
    )


def has_account(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """There is an account to change."""
    if not case.found or case.account_state not in ("", "REMOVED"):
        return None
    sentence = f"{case.staff_name or 'This person'} has no account. A new one begins with a request for new access."
    return Finding(CLAUSE, "no_account", Effect.BAR, sentence)


def account_to_end(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """A departure of somebody without an account ends the work at the facility, and nothing else."""
    if not case.found or case.account_state not in ("", "REMOVED"):
        return None
    sentence = f"{case.staff_name or 'This person'} has no account, so there is nothing for IT to disable."
    return Finding(CLAUSE, "no_account", Effect.FLAG, sentence)


def account_enabled(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """The account is in use; one that is disabled, suspended or locked is not opened by a change or a move."""
    if case.account_state in ("", "ACTIVE", "REMOVED"):
        return None
    words = case.account_state.replace("_", " ").lower()
    sentence = f"The account {case.account} is {words}. Its access must be given back before it can be changed."
    return Finding(CLAUSE, "account_not_active", Effect.BAR, sentence)


def not_ended_before(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """The account was not disabled, suspended or locked before."""
    if case.account_state in ("", "ACTIVE", "REMOVED", "REQUESTED"):
        return None
    words = case.account_state.replace("_", " ").lower()
    return Finding(CLAUSE, "account_not_active", Effect.FLAG, f"The account {case.account} is {words} already.")


def day_of_departure(case: AccountCase, today: date) -> Finding | None:
    """The day is told. Without one nothing is disabled before the contract manager says when."""
    if case.effective_on is None:
        if case.terminated:
            return None
        sentence = "The notice names no day, so access is still enabled. Enter the day on which it ends."
        return Finding(CLAUSE, "day_missing", Effect.FLAG, sentence)
    if case.effective_on > today and case.terminated:
        sentence = f"The notice says terminated, and names {case.effective_on}, which is to come. Access ended at once."
        return Finding(CLAUSE, "day_in_future", Effect.FLAG, sentence)
    return None


def days_of_leave(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """First day and expected return are told, in this order (A16: leave disables until a return date)."""
    missing = [
        words
        for words, day in (("the first day of the leave", case.effective_on), ("the day of return", case.returns_on))
        if day is None
    ]
    if missing:
        sentence = f"Please tell us {' and '.join(missing)}, with month, day and year."
        return Finding(CLAUSE, "leave_days_missing", Effect.DEFECT, sentence)
    assert case.effective_on is not None
    assert case.returns_on is not None
    if case.returns_on <= case.effective_on:
        sentence = (
            f"The leave begins on {case.effective_on} and the return is on {case.returns_on}, which is not later. "
            "Please tell us both days again."
        )
        return Finding(CLAUSE, "return_before_leave", Effect.DEFECT, sentence)
    return None


def notice_prompt(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """The notice came as soon as possible; later than a day is measured and shown, and blocks nothing."""
    if case.days_late <= PROMPT_DAYS:
        return None
    sentence = f"The notice came {case.days_late} days after {case.effective_on}. It is kept in the provider's record."
    return Finding(CLAUSE, "notice_late", Effect.FLAG, sentence)


def works_elsewhere(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """Who leaves one facility and works at another keeps the access for that one (A27)."""
    if not case.elsewhere:
        return None
    others = " and ".join(case.elsewhere)
    sentence = f"The person works at {others} too. Only the work at this facility ends; the account stays for {others}."
    return Finding(CLAUSE, "works_elsewhere", Effect.FLAG, sentence)


def works_there(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """A change is for somebody who works at the facility that asks."""
    if not case.found or case.provider is None or case.provider.key in case.facilities:
        return None
    sentence = f"On record the person does not work at {case.provider.name}. A move has to come first."
    return Finding(CLAUSE, "other_facility", Effect.BAR, sentence)


def facility_new(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """A move leads to a facility where the person does not work yet."""
    if not case.found or case.provider is None or case.provider.key not in case.facilities:
        return None
    sentence = f"On record the person works at {case.provider.name} already."
    return Finding(CLAUSE, "works_there_already", Effect.FLAG, sentence)


def level_told(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """What the access is to become is told."""
    if case.wanted:
        return None
    sentence = "Please tell us what access is needed: to view offender information, or to enter and modify it."
    return Finding(CLAUSE, "level_missing", Effect.DEFECT, sentence)


def level_differs(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """A change changes something."""
    if not case.wanted or case.wanted != case.entitlement:
        return None
    return Finding(CLAUSE, "nothing_changes", Effect.FLAG, f"The account may {case.entitlement} already.")


def consent_on_file(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """More access rests on a signed Consent Form on file; with one, no new one is needed (A13)."""
    if not case.found or case.consent_signed or not case.account:
        return None
    if case.wanted == "view":
        sentence = "No Consent Form with both signatures in ink is on file for this person."
        return Finding("III.B.2.b", "consent_not_on_file", Effect.FLAG, sentence)
    sentence = (
        "No Consent Form with both signatures in ink is on file for this person. Please print it, have it signed by "
        "hand by the staff member and the supervisor, and send us the scan."
    )
    return Finding("III.B.2.b", "consent_not_on_file", Effect.DEFECT, sentence)


def only_case(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """No other case about the same person is open."""
    if not case.other_case:
        return None
    sentence = f"{case.other_case} is about the same person and is open too. Look at both before you decide."
    return Finding(CLAUSE, "other_case_open", Effect.FLAG, sentence)
