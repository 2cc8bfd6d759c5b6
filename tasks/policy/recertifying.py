"""What a provider answers about its people's access, and what is due while it does not (NIST AC-2 j; III.B.3.a)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.policy.business_days import business_days
from tasks.policy.own_words import own_lines

CLAUSE = "III.B.3.a"

_ALL = re.compile(
    r"^\W*(please\s+)?(all\s+keep|keep\s+all(\s+of\s+them)?|all\s+(of\s+them\s+)?(stay|unchanged))\W*$", re.IGNORECASE
)
_WORDS = {
    "keep": "KEEP",
    "keeps": "KEEP",
    "remove": "REMOVE",
    "removed": "REMOVE",
    "change": "CHANGED",
    "changed": "CHANGED",
}
_MARK = re.compile(r"\bRC-20\d\d-[A-Z]+\b", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """What is said of one person: `KEEP`, `REMOVE`, `CHANGED` or `UNSURE`, and the words beside it."""

    said: str
    remark: str = ""


def answers(text: str, user_ids: Collection[str]) -> dict[str, Answered]:
    """What a mail answers, by user ID.

    A line is `CX10001 keep`, `CX10001 remove left in May` or `CX10001: changed now a supervisor`. `All keep` on a line
    of its own answers for whoever has no line. A line that names somebody and says anything else, or two things
    about one person, is unsure.
    """
    found: dict[str, Answered] = {}
    everybody = False
    ids = {user_id.upper() for user_id in user_ids}
    for line in own_lines(text):
        everybody = everybody or bool(_ALL.match(line))
        words = re.findall(r"[\w'-]+", line)
        named = [word.upper() for word in words if word.upper() in ids]
        for user_id in dict.fromkeys(named):
            said = _said(line, words, user_id, alone=len(set(named)) == 1)
            before = found.get(user_id)
            found[user_id] = said if before is None or before.said == said.said else Answered("UNSURE", line.strip())
    if everybody:
        found |= {user_id: Answered("KEEP") for user_id in ids if user_id not in found}
    return found


def _said(line: str, words: Sequence[str], user_id: str, *, alone: bool) -> Answered:
    after = words[[word.upper() for word in words].index(user_id) + 1 :]
    said = _WORDS.get(after[0].casefold()) if after and alone else None
    others = {_WORDS[w.casefold()] for w in after[1:] if w.casefold() in _WORDS}
    others |= {"not"} & {w.casefold() for w in after}
    if said is None or (said == "KEEP" and others):
        return Answered("UNSURE", line.strip())
    return Answered(said, " ".join(after[1:]))


def mark_in(subject: str) -> str:
    """The number of the list that a subject names, or the empty string."""
    found = _MARK.search(subject)
    return found[0].upper() if found else ""


class Step(StrEnum):
    """What silence leads to."""

    NOTHING = "NOTHING"
    REMIND = "REMIND"
    ESCALATE = "ESCALATE"


def silence(opened_on: date, reminded: int, today: date, remind: Sequence[int], escalate: int) -> Step:
    """What is due today; after missed days once, and never a removal: access ends by an answer alone."""
    waited = business_days(opened_on, today)
    if waited >= escalate:
        return Step.ESCALATE
    due = sum(waited >= day for day in remind)
    return Step.REMIND if due > reminded else Step.NOTHING


def changes(before: dict[str, str], now: dict[str, str]) -> tuple[list[str], list[str], list[str]]:
    """User IDs that came, that went, and whose line reads otherwise; both sides are user ID to what is shown."""
    came, went = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    return came, went, sorted(key for key in now.keys() & before.keys() if now[key] != before[key])
