"""III.C.6: access is suspended immediately for staff who violate the procedure; on suspicion, decided on afterwards.

Who may suspend, and the two who must agree before a suspended account is given back (settled question A19, AC-5). Any
approver may suspend, whoever's provider it is: a suspension that waits for the right person is no immediate one.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.policy.findings import Effect, Finding
from tasks.policy.names import Match, same_person

CLAUSE = "III.C.6"
_NOT_SUSPENDED = {
    "DISABLED": "This account is disabled already; nobody can use it. Nothing was changed.",
    "REMOVED": "This account is removed; nobody can use it. Nothing was changed.",
}


@dataclass(frozen=True)
class Judge:
    """Somebody who signed in. `approver`: may decide on requests at all."""

    user_name: str
    name: str
    email: str
    approver: bool = True


@dataclass(frozen=True)
class Violation:
    """What a decision on a violation may know. `proposed_by`: who was first to want the account given back."""

    subject_name: str = ""
    subject_email: str = ""
    reporter_name: str = ""
    reporter_email: str = ""
    account_state: str = ""
    issued: bool = True
    proposed_by: str = ""


def suspension_problems(judge: Judge | None, reason: str, account_state: str) -> list[Finding]:
    """Why this account is not suspended; empty when it can be."""
    found = [may_suspend(judge), reason_given(reason), not_over(account_state)]
    return [problem for problem in found if problem is not None]


def may_suspend(judge: Judge | None) -> Finding | None:
    """Only an approver suspends."""
    if judge is not None and judge.approver:
        return None
    return _bar("may_not_suspend", "Only an approver can suspend an account. Tell a contract manager at once.")


def reason_given(reason: str) -> Finding | None:
    """A suspension says why; one word will do, the rest can follow on the case."""
    if reason.strip():
        return None
    return _bar("reason_missing", "Please say in a few words why. Details can follow on the case.")


def not_over(account_state: str) -> Finding | None:
    """An account that nobody can use is not suspended, and one that is suspended stays as it is."""
    if account_state == "SUSPENDED":
        return _bar("suspended_already", "This account is suspended already. Nothing was changed.")
    sentence = _NOT_SUSPENDED.get(account_state)
    return _bar("nobody_uses_it", sentence) if sentence else None


def reinstatement_problems(violation: Violation, judge: Judge, reason: str) -> list[Finding]:
    """Why this person's word does not give the account back; empty when it does, as the first or the second of two."""
    found = [
        not_the_subject(violation, judge),
        not_the_reporter(violation, judge),
        another_person(violation, judge),
        still_suspended(violation),
        was_issued(violation),
        None if reason.strip() else _bar("reason_missing", "Please say why. It is kept with the case."),
    ]
    return [problem for problem in found if problem is not None]


def not_the_subject(violation: Violation, judge: Judge) -> Finding | None:
    """Nobody reinstates themselves (AC-5)."""
    if not _is(judge, violation.subject_name, violation.subject_email):
        return None
    return _bar("subject", "The account is your own, and nobody reinstates themselves. Two others must do it.")


def not_the_reporter(violation: Violation, judge: Judge) -> Finding | None:
    """Whoever reported the violation is not one of the two who take it back (AC-5)."""
    if not _is(judge, violation.reporter_name, violation.reporter_email):
        return None
    sentence = (
        "You reported this violation, so two others must agree to give the account back. If there are no two, name "
        "another deputy for the provider. Disabling the account needs one person only."
    )
    return _bar("reporter", sentence)


def another_person(violation: Violation, judge: Judge) -> Finding | None:
    """The second of the two is not the first."""
    if not violation.proposed_by or violation.proposed_by != judge.user_name:
        return None
    return _bar("same_person", "You were the first to agree. Giving the account back needs a second person.")


def still_suspended(violation: Violation) -> Finding | None:
    """Only a suspended account is given back."""
    if violation.account_state in ("", "SUSPENDED"):
        return None
    sentence = f"The account is no longer suspended but {violation.account_state.replace('_', ' ').lower()}."
    return _bar("not_suspended", f"{sentence} Choose to leave it as it is.")


def was_issued(violation: Violation) -> Finding | None:
    """An account that IT was still making when it was suspended cannot be given back: it never was anybody's."""
    if violation.issued:
        return None
    sentence = (
        "The account was never handed out, so there is nothing to give back. Disable it; a new request can follow."
    )
    return _bar("never_issued", sentence)


def _is(judge: Judge, name: str, email: str) -> bool:
    same_address = bool(email.strip()) and email.strip().casefold() == judge.email.strip().casefold()
    return same_address or (bool(name.strip()) and same_person(judge.name, name) is Match.SAME)


def _bar(code: str, sentence: str) -> Finding:
    return Finding(CLAUSE, code, Effect.BAR, sentence)
