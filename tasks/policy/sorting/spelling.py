"""Slips of the pen in the words that matter most: a misspelled one is read as the word that it is near to."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

_WORDS = """
password passwords account accounts access terminated termination terminate resigned resignation resigning employee
employees employed employment maternity reactivate deactivate deactivated disabled disable transferred transferring
transfer permission permissions credentials violation unauthorized administrative request requested forgotten
inactivity username retired retiring quitting separated promoted promotion unlocked offender facility remove removed
delete deleted suspended supervisor locked
""".split()  # noqa: SIM905
_WORD = re.compile(r"[a-z]{5,16}", re.IGNORECASE)
_KNOWN = frozenset(_WORDS) | frozenset(
    """
assess excess success accesses looked blocked clocked rocked docked linked licked request requests requesting quest
facilities required requires retried retried rewired retires retirement promotes transferable passwords passport
disables enabled disable employees employer employers employs deletes removes remover removal moved offenders
offended offered suspects suspend suspends suspending accessed accessing accounted accounting account discount
amount deposited separates separate reactivated unlock unlocks unlocking permitted commission violations violated
promoting terminates terminating resigns retire locker lock locks locking rolled backed packed picked lacked tested
rested inactivate inactivated inactivates activate activated activity passcode passcodes locket administrating
administration delegated percussion permissive probation promote promotional prompted proportion readied remote
requester requesters requestor requiring resisting restoring retaining retrieving returned returning separately
separator supervise supervised supervises supervision suspected terminals terminator transform transformed
transforming unauthorised unblocked violating violate violates refusing refilled
""".split()  # noqa: SIM905
)
_LONG, _NEAR, _FAR = 8, 1, 2
"""In a word longer than eight letters two slips are mended, in a shorter one one; letters exchanged count as one."""


def mended(text: str) -> str:
    """The text with its slips mended; places of other words change only by the letters that were wrong or missing."""
    return _WORD.sub(lambda match: _mend(match.group()), text)


def _mend(word: str) -> str:
    small = word.lower()
    if small in _KNOWN:
        return word
    allowed = _FAR if len(small) > _LONG else _NEAR
    near = [w for w in _WORDS if w[0] == small[0] and OSA.distance(w, small, score_cutoff=allowed) <= allowed]
    best = sorted(near, key=lambda w: OSA.distance(w, small))
    return best[0] if best and small + "s" != best[0] and small != best[0] + "s" else word
