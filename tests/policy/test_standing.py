"""Whose mail is held because of the sender's own account (III.B.3, III.C.3, III.C.6)."""

from __future__ import annotations

import pytest

from db.account_life import AccountState
from tasks.policy.standing import hold

CASES = [
    ("nobody we know", set(), set(), ""),
    ("in good standing", {"ACTIVE"}, set(), ""),
    ("IT is making it", {"REQUESTED"}, set(), ""),
    ("on leave", {"ON_LEAVE"}, set(), ""),
    ("suspended", {"SUSPENDED"}, set(), "III.C.6"),
    ("locked", {"LOCKED"}, set(), "III.C.3"),
    ("disabled", {"DISABLED"}, set(), "III.B.3"),
    ("a shared address: one has left, one works", {"DISABLED", "ACTIVE"}, set(), ""),
    ("a shared address: one is locked, one is new", {"LOCKED", "REQUESTED"}, set(), ""),
    ("a shared address: one is suspended, one works", {"SUSPENDED", "ACTIVE"}, set(), "III.C.6"),
    ("suspended weighs most", {"LOCKED", "DISABLED", "SUSPENDED"}, set(), "III.C.6"),
    ("a locked person asks to be unlocked", {"LOCKED"}, {"LOCKED"}, ""),
    ("a suspended person asks to be unlocked", {"SUSPENDED"}, {"LOCKED"}, "III.C.6"),
    ("locked and suspended people of one address ask", {"LOCKED", "SUSPENDED"}, {"LOCKED"}, "III.C.6"),
]


@pytest.mark.parametrize(("states", "expected", "clause"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_mail_is_held_for_its_senders_standing(states: set[str], expected: set[str], clause: str) -> None:
    why = hold(states, expected=expected)
    assert bool(why) is bool(clause)
    assert clause in why


@pytest.mark.parametrize("state", list(AccountState))
def test_every_state_of_an_account_is_decided(state: AccountState) -> None:
    """A state that is neither good nor held would let a mail through unseen."""
    good = not hold({state, "LOCKED"})  # only good standing lets the locked half of a shared address pass
    assert good is (state in {AccountState.REQUESTED, AccountState.ACTIVE, AccountState.ON_LEAVE})
    held = {AccountState.SUSPENDED, AccountState.LOCKED, AccountState.DISABLED}
    assert good or state in held or state is AccountState.REMOVED
