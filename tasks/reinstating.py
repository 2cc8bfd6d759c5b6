"""The end of a suspension (III.C.6): two people give the account back, or one disables it."""

from __future__ import annotations

from db import messages, requests
from db.account_life import AccountEvent, AccountState, change
from db.models import Account, Person
from db.models.requests import Question
from tasks import safety_notices
from tasks.directory_settings import DirectoryKind
from tasks.policy.findings import Finding
from tasks.policy.iii_c_6 import CLAUSE, Judge, Violation, reinstatement_problems
from tasks.resets import holder_of_code, open_granted
from tasks.sitting import Sitting

OVER = frozenset({AccountState.DISABLED, AccountState.REMOVED})


def problems_of(s: Sitting, account: Account) -> list[Finding]:
    """Why this person's word does not give the account back, as the first or the second of two."""
    user = s.who.user
    return reinstatement_problems(facts(s, account), Judge(user.user_name, user.name, user.email), s.reason)


def facts(s: Sitting, account: Account) -> Violation:
    """What the clause must know. A reporter is who reported by mail; whoever suspends by a click accuses nobody."""
    person = s.session.get_one(Person, account.person_id)
    reported = bool(messages.of_request(s.session, s.request.id))
    first = [d for d in requests.decisions(s.session, s.request.id) if d.question is Question.SUSPENSION]
    proposed = first[-1].decided_by if first and first[-1].outcome == "give back" else ""
    return Violation(
        subject_name=person.name,
        subject_email=person.email,
        reporter_name=s.request.requester_name if reported else "",
        reporter_email=s.request.requester_email if reported else "",
        account_state=account.state,
        issued=account.issued_at is not None,
        proposed_by=proposed,
    )


def give_back(s: Sitting, account: Account) -> None:
    """Active again; it opens in the directory when the new initial password is picked up. A reset case carries that."""
    change(
        s.session,
        account,
        AccountEvent.REINSTATE,
        by=s.by,
        clause=CLAUSE,
        reason="given back by two people after a suspension",
        case=s.request.number,
    )
    account.directory_due = s.config.directory is DirectoryKind.NONE
    s.session.add(account)
    s.session.flush()
    open_granted(s, account, "The contract manager's office resets this password.")


def disable(s: Sitting, account: Account) -> None:
    """Disabled, and those whom it concerns are told that access has ended; nothing when it was disabled meanwhile."""
    if account.state in OVER:
        return
    change(
        s.session,
        account,
        AccountEvent.DISABLE,
        by=s.by,
        clause=CLAUSE,
        reason="disabled by decision of the contract manager",
        case=s.request.number,
    )
    origin = requests.get(s.session, account.request_id)
    person = s.session.get_one(Person, account.person_id)
    _, address = holder_of_code(s.session, origin, person, s.today)
    safety_notices.access_removed(s.session, s.config, origin, [address], person)
