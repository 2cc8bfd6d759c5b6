"""The registry looked through for the person of a request, and for entries of the list of offenders like theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlmodel import Session

from db import identities
from db.models import Person
from tasks.policy.candidates import candidates
from tasks.policy.identity import Identity, Likeness, ranked, telephone
from tasks.policy.spelling import Name

_AT_ONCE = 500
"""Records of people that are loaded at a time."""


def on_record(session: Session, ids: Collection[int]) -> dict[int, Identity]:
    """What the registry knows of people, by id; merged records are left out."""
    found: dict[int, Identity] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _loaded(session, wanted[start : start + _AT_ONCE])
    return found


def _loaded(session: Session, ids: list[int]) -> dict[int, Identity]:
    people = identities.people(session, ids)
    before = defaultdict(list)
    for row in identities.earlier(session, ids):
        before[row.person_id].append(row)
    works = defaultdict(list)
    for work in identities.affiliations(session, ids):
        works[work.person_id].append(work)
    given = defaultdict(set)
    for account in identities.accounts_of(session, ids):
        given[account.person_id].add(account.user_name or "")
    return {
        key: Identity(
            names=tuple(Name(row.given_name, row.family_name) for row in (person, *before[key])),
            emails=tuple(row.email for row in (person, *before[key])),
            telephones=tuple(row.telephone for row in (person, *before[key])),
            providers=frozenset(work.provider_key for work in works[key]),
            positions=frozenset(work.position for work in works[key]),
            user_ids=frozenset(given[key] - {""}),
        )
        for key, person in people.items()
    }


def compared(session: Session, wanted: Identity) -> list[tuple[int, Likeness]]:
    """Everybody on record who may be the wanted person, the likeliest first (III.B.2.a)."""
    if not wanted.name:
        return []
    near = candidates(identities.names_on_record(session), wanted.names)
    digits = {number[6:10] for said in wanted.telephones if (number := telephone(said))}
    near |= identities.reached_by(session, [e.casefold() for e in wanted.emails if e], digits)
    near |= identities.owners(session, [u.upper() for u in wanted.user_ids])
    return ranked(wanted, on_record(session, near).items())


def of_person(session: Session, person: Person) -> Identity:
    """What the registry knows of one person."""
    assert person.id is not None
    return on_record(session, [person.id])[person.id]
