"""A review of need is taken back (III.C.3): the account stands again as it stood before the decision, locked.

A removal taken back opens the review again. An unlocking that was carried out is followed by a new review, so that the
question is asked once more; until somebody answers, the account stays locked.
"""

from __future__ import annotations

from sqlmodel import Session

from db import credentials
from db.account_life import AccountEvent, AccountState, change
from db.columns import montana_day
from db.lifecycle import State
from db.models import Account, Kind, Person, Request
from tasks import decision_notices
from tasks.policy.iii_c_3 import CLAUSE
from tasks.resets import holder_of_code
from tasks.roads.unlock import open_review
from tasks.settings import Settings

VOIDED = "the unlocking was taken back by the contract manager"
"""Why an unseen initial password is void, in the words that its submitter is told."""


def account_of(session: Session, request: Request) -> Account | None:
    """The account of a review of need, when the decision on this very case is what it stands by; else None.

    Somebody may have suspended, locked or disabled it since: then there is nothing to restore.
    """
    if request.kind is not Kind.UNLOCK or request.account_id is None:
        return None
    account = session.get(Account, request.account_id, populate_existing=True)
    return account if account is not None and account.state_case == request.number else None


def can_lock_again(session: Session, request: Request) -> bool:
    """Whether an unlocking that was carried out can be taken back."""
    account = account_of(session, request)
    return request.state is State.FULFILLED and account is not None and account.state is AccountState.ACTIVE


def overtaken(session: Session, request: Request, outcome: str) -> bool:
    """Whether a removal cannot be taken back because the account is no longer as that decision left it."""
    if request.kind is not Kind.UNLOCK or outcome != "remove":
        return False
    account = account_of(session, request)
    return account is None or account.state is not AccountState.DISABLED


def lock_again(session: Session, config: Settings, request: Request, by: str, reason: str) -> str:
    """Lock an account that was kept, end an unseen password, and ask once more; what was done, as a sentence."""
    account = account_of(session, request)
    assert account is not None
    assert account.id is not None
    credentials.void_all(session, account.id, VOIDED)
    why = f"the review of need was taken back: {reason}"
    change(session, account, AccountEvent.LOCK, by=by, clause=CLAUSE, reason=why, case=request.number)
    review = open_review(session, config, account, f"The decision of {request.number} was taken back.")
    return (
        f"“keep” was undone. The account is locked again, the directory or IT follows, and {review.number} asks "
        "whether the access is needed."
    )


def restore(session: Session, config: Settings, request: Request, outcome: str, by: str, reason: str) -> None:
    """Before a review is opened again: an account that it removed is locked as before, and who was told is told."""
    if request.kind is not Kind.UNLOCK or outcome != "remove":
        return
    account = account_of(session, request)
    assert account is not None
    why = f"the removal was taken back: {reason}"
    change(session, account, AccountEvent.RELOCK, by=by, clause=CLAUSE, reason=why, case=request.number)
    person = session.get_one(Person, account.person_id)
    _, address = holder_of_code(session, request, person, montana_day())
    decision_notices.undone(session, config, request, outcome, reopened=True, to=[address, person.email])
