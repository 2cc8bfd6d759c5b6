"""Who may be whom: records of people compared, with the evidence for it (III.B.2.a; PEER: duplicate user accounts).

A score says how much speaks for one person, in points from 0 to 100; from `LIKELY` on a person is asked. Nothing is
merged or linked on a score: that takes four fields that agree (ICOTS 17.0), or somebody's word. No date of birth and no
number of the state is compared, because none is kept (DOC 1.1.15).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.policy.spelling import Evidence, Name, compare, folded

LIKELY = 40
"""From this score on a person is asked: the same name alone reaches it, or the same address alone."""

ENOUGH_FIELDS = 4
"""How many fields must agree before two records are taken for one (ICOTS 17.0 B)."""

_SAME_EMAIL, _SAME_MAILBOX, _SAME_TELEPHONE, _SAME_USER_ID, _SAME_WORK = 40, 15, 20, 60, 5
_SHARED = re.compile(
    r"^(?:admin|billing|contact|desk|front|hello|help|hr|info|intake|mail|office|reception|records|staff|team)"
)


@dataclass(frozen=True)
class Identity:
    """What is on record of one person, or what a request says. The first name, address and telephone are present ones.

    `providers` are keys of contracts, `user_ids` every ID that was ever theirs or that their forms name.
    """

    names: tuple[Name, ...]
    emails: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    providers: frozenset[str] = frozenset()
    positions: frozenset[str] = frozenset()
    user_ids: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The present name, as people write it."""
        return f"{self.names[0].given} {self.names[0].family}".strip() if self.names else ""


@dataclass(frozen=True)
class Likeness:
    """How alike two records are: points, what speaks for it in words, and the fields that agree."""

    score: int
    reasons: tuple[str, ...]
    agreeing: tuple[str, ...]

    @property
    def likely(self) -> bool:
        """Whether a person must be asked."""
        return self.score >= LIKELY

    @property
    def sure(self) -> bool:
        """Whether a request belongs to the record without asking: four fields agree, the address among them."""
        return len(self.agreeing) >= ENOUGH_FIELDS and "e-mail" in self.agreeing


def likeness(one: Identity, other: Identity) -> Likeness:
    """Compare two records by everything that both have."""
    named = _names(one, other)
    found = [named, *_contact(one, other), *_work(one, other)]
    reasons = tuple(evidence.reason for evidence in found if evidence.points)
    return Likeness(min(100, sum(evidence.points for evidence in found)), reasons, agreeing(one, other))


def agreeing(one: Identity, other: Identity) -> tuple[str, ...]:
    """The fields in which two records agree, former names, addresses and telephones included (ICOTS 17.0 B)."""
    both = {
        "given name": _folded(n.given for n in one.names) & _folded(n.given for n in other.names),
        "family name": _folded(n.family for n in one.names) & _folded(n.family for n in other.names),
        "e-mail": _addresses(one) & _addresses(other),
        "telephone": _numbers(one) & _numbers(other),
        "provider": one.providers & other.providers,
        "position": _folded(one.positions) & _folded(other.positions),
        "user ID": _folded(one.user_ids) & _folded(other.user_ids),
    }
    return tuple(field for field, values in both.items() if values)


def ranked(wanted: Identity, known: Iterable[tuple[int, Identity]]) -> list[tuple[int, Likeness]]:
    """The records that a person must be asked about, the likeliest first."""
    compared = [(record, likeness(wanted, identity)) for record, identity in known]
    return sorted((found for found in compared if found[1].likely), key=lambda found: (-found[1].score, found[0]))


def _names(one: Identity, other: Identity) -> Evidence:
    best = Evidence(0, "")
    for at, a in enumerate(one.names):
        for also, b in enumerate(other.names):
            evidence = compare(a, b)
            if evidence.points > best.points:
                former = ", under a former name" if at or also else ""
                best = Evidence(evidence.points, evidence.reason + former)
    return best


def _contact(one: Identity, other: Identity) -> list[Evidence]:
    found = []
    if _addresses(one) & _addresses(other):
        found.append(Evidence(_SAME_EMAIL, "same e-mail address"))
    elif shared := _mailboxes(one) & _mailboxes(other):
        found.append(Evidence(_SAME_MAILBOX, f"e-mail addresses that begin alike ({min(shared)}@…)"))
    if _numbers(one) & _numbers(other):
        found.append(Evidence(_SAME_TELEPHONE, "same telephone"))
    return found


def _work(one: Identity, other: Identity) -> list[Evidence]:
    found = []
    if one.providers & other.providers:
        found.append(Evidence(_SAME_WORK, "same facility"))
    if _folded(one.positions) & _folded(other.positions):
        found.append(Evidence(_SAME_WORK, "same position"))
    if ids := _folded(one.user_ids) & _folded(other.user_ids):
        found.append(Evidence(_SAME_USER_ID, f"same user ID {min(ids).upper()}"))
    return found


def _folded(values: Iterable[str]) -> set[str]:
    return {folded(value) for value in values} - {""}


def _addresses(identity: Identity) -> set[str]:
    return {email.strip().casefold() for email in identity.emails} - {""}


def _mailboxes(identity: Identity) -> set[str]:
    """What stands before the @ of addresses that are somebody's own; dots and what follows a plus do not count."""
    local = {re.sub(r"\+.*|[._-]", "", a.partition("@")[0]) for a in _addresses(identity) if "@" in a}
    return {mailbox for mailbox in local if len(mailbox) >= 5 and not _SHARED.match(mailbox)}


def _numbers(identity: Identity) -> set[str]:
    """Telephone numbers as ten digits, the extension after them, so that a switchboard's extensions stay apart."""
    return {number for said in identity.telephones if (number := telephone(said))}


def telephone(said: str) -> str:
    """A number of the United States as ten digits and, after `x`, the extension; empty when it is none."""
    number, _, extension = re.sub(r"(?i)\s*(?:extension|ext\.?|x|#)\s*(?=\d+\s*$)", "x", said).partition("x")
    digits = re.sub(r"\D", "", number)
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if len(digits) != 10:
        return ""
    return f"{digits}x{extension.strip()}" if extension.strip() else digits
