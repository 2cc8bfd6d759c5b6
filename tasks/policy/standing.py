"""A mail from somebody whose own account stands locked, suspended or disabled: a person looks first (III.B.3, III.C).

Such a person may have lost the right to ask for anything, so nothing is done on the word of the mail, and nothing is
answered. A locked person is told by the procedure itself to write (III.C.3): the road that reviews the need takes such
a mail before this rule is asked, by `expected`.
"""

from __future__ import annotations

from collections.abc import Collection

_GOOD = {"REQUESTED", "ACTIVE", "ON_LEAVE"}
_WHY = {
    "SUSPENDED": "is suspended pending a decision (III.C.6)",
    "DISABLED": "is disabled: its owner has left, or needs it no longer (III.B.3)",
    "LOCKED": "is locked after 60 days without use (III.C.3)",
}
"""In the order in which they weigh; the words are for the contract manager and never leave the house."""


def hold(states: Collection[str], *, expected: Collection[str] = ()) -> str:
    """Why a mail from an address is held, as a sentence for the contract manager, or empty.

    `states`: where the accounts of the people with that address stand, by the names of `db.account_life.AccountState`.
    A suspension always counts; the others do not when the address also belongs to an account in good standing, as a
    shared address may. `expected`: states whose owner may send just this mail, such as `LOCKED` for an unlock request.
    """
    good = any(state in _GOOD for state in states)
    for state, why in _WHY.items():
        if state in states and state not in expected and not (good and state != "SUSPENDED"):
            return f"Its sender's own account {why}. Nothing was done, and nothing was answered."
    return ""
