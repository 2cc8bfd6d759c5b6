"""III.B.2.a: a User ID is acquired for the staff member; one person has one (PEER, reference 5; IA-4)."""

from __future__ import annotations

from datetime import date

from tasks.policy.case import Case, PersonMatch
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.2.a"


def no_second_account(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The person has no account that is still alive."""
    if not case.live_account:
        return None
    sentence = (
        f"This person already has the account {case.live_account}. "
        "Reject this request and say that a change request is the road; no second account is made."
    )
    return Finding(CLAUSE, "account_exists", Effect.BAR, sentence)


def meant(matches: tuple[PersonMatch, ...]) -> PersonMatch | None:
    """The record that the request belongs to: the one somebody said it is, else the only sure one, else None."""
    said = [m for m in matches if m.said == "same"]
    sure = [m for m in matches if m.sure and not m.said]
    found = said or sure
    return found[0] if len(found) == 1 else None


def to_be_told(matches: tuple[PersonMatch, ...]) -> list[PersonMatch]:
    """The records of which a person says, or has said, whether they are the staff member's."""
    known = meant(matches)
    return [m for m in matches if m.said or not (m.apart or m is known)]


def no_open_likeness(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Of everybody on record who may be the staff member, somebody said whether they are (PEER: duplicate accounts)."""
    asked = [m for m in to_be_told(case.matches) if not m.said]
    if not asked:
        return None
    names = "; ".join(f"{m.name}{f' ({m.account})' if m.account else ''}" for m in asked)
    sentence = (
        f"Already on record and perhaps this person: {names}. "
        "Compare the records, and say of each whether it is the same person or another one, and why."
    )
    return Finding(CLAUSE, "possible_duplicate", Effect.BAR, sentence)


def one_record(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """A person has one record; where somebody finds that two are one, they are merged first (ICOTS 17.0)."""
    same = [m for m in case.matches if m.said == "same"]
    if len(same) < 2:
        return None
    numbers = " and ".join(str(m.person_id) for m in same)
    sentence = f"You said that the records {numbers} are one person. Merge them first (“merge two people”), then go on."
    return Finding(CLAUSE, "several_records", Effect.BAR, sentence)


def form_asks_for_new_access(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The Access Request asks for new access, as its type of request says."""
    if case.access is None or case.access.action in ("", "new") or case.live_account:
        return None
    wanted = {"change": "a change of access", "remove": "removal of access"}.get(case.access.action, case.access.action)
    sentence = f"The form asks for {wanted}, but no account is on record. Make sure that new access is meant."
    return Finding(CLAUSE, "action_not_new", Effect.FLAG, sentence)
