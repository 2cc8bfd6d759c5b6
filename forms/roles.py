"""Whose signature a label asks for. The second signer is seldom called supervisor; a third is nobody of ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from forms.anchors import plain
from forms.schema import FORMS, FormKind, Role

Named = Role | Literal["other"]
"""Whom a label names: one of the two roles, or somebody whose signature we do not ask for."""

STAFF_WORDS = (
    "user", "employee", "staff", "applicant", "requestor", "requester", "member", "worker", "trainee", "volunteer",
    "intern", "contractor", "consultant", "participant", "personnel", "associate", "candidate", "individual",
    "undersigned", "holder", "person", "signatory", "operator", "new hire", "account holder", "contractor employee",
)  # fmt: skip
SUPERVISOR_WORDS = (
    "supervisor", "manager", "director", "approving", "approver", "approved", "approval", "authorized",
    "authorised", "authorizing", "authorising", "authorizer", "lead", "leader", "superior", "chief", "head",
    "administrator", "superintendent", "warden", "foreman", "sponsor", "principal", "executive", "coordinator",
    "supervising", "official", "representative", "reviewer", "line manager",
    "contractor representative", "ceo", "endorsed", "countersigned", "reviewed",
)  # fmt: skip
OTHER_WORDS = (
    "witness", "hr", "security", "notary", "human", "privacy", "auditor", "parent", "guardian", "union", "it",
    "ciso", "registrar", "records", "custodian", "owner", "officer", "data protection",
)  # fmt: skip

_WEAK = frozenset({"representative", "official", "owner", "officer", "administrator", "person", "individual", "it"})
"""Words that say little: beside a clearer word they do not count ("security officer", "user representative")."""


TORN = 8
"""Letters from which a word is looked for in two pieces, too: a pen's stroke through it tears it."""

_FALSE_FRIENDS = frozenset({"office", "offices", "employer", "employment", "approve", "directory", "managed"})
"""Words a letter or two away from a term, with another meaning."""


@lru_cache(maxsize=2048)
def role_in(text: str) -> Named | None:
    """The role a label or heading names, None when it names nobody: words of nobody of ours first, then exact labels,
    then the words of each role.

    Who is named together with a supervisor is only whose supervisor it is ("employee's manager").
    """
    words = plain(text)
    other, over, own = (_mentions(words, terms) for terms in (OTHER_WORDS, SUPERVISOR_WORDS, STAFF_WORDS))
    if other - _WEAK:  # "HR Manager Signature" is a letter or two from the label of a manager
        return "other"
    for slot in FORMS[FormKind.CONSENT].slots:
        if any(fuzz.ratio(words, plain(label)) >= 90 for label in (slot.label, *slot.synonyms)):
            return slot.role
    if over:
        return Role.SUPERVISOR
    if own:
        return Role.STAFF
    return "other" if other - {"it"} else None


def _mentions(text: str, terms: Sequence[str]) -> frozenset[str]:
    """Which of the terms a text holds, read fuzzily; short words must be exact."""
    words = [word.removesuffix("'s").strip("'") for word in text.replace("/", " ").split()]
    found = set()
    for term in terms:
        size = term.count(" ") + 1
        pieces = [" ".join(words[n : n + size]) for n in range(len(words) - size + 1)]
        if size == 1 and len(term) >= TORN:
            pieces += [words[n] + words[n + 1] for n in range(len(words) - 1)]
        if any(_alike(piece, term) for piece in pieces):
            found.add(term)
    return frozenset(found)


def _alike(piece: str, term: str) -> bool:
    if piece in _FALSE_FRIENDS:
        return False
    if len(term) <= 4:
        return piece in (term, f"{term}s")
    return fuzz.ratio(piece, term) >= 84 or fuzz.ratio(piece.removesuffix("s"), term) >= 84
