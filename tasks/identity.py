"""The registry looked through for the person of a request, and for entries of the list of offenders like theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from sqlmodel import Session

from db import identities, register
from db.columns import utc_now
from db.lifecycle import OPEN
from db.models import EarlierRecord, Kind, Person, Request
from db.papers import Paper
from tasks import wiring
from tasks.adapters.offenders import ListUnusable
from tasks.policy.candidates import candidates
from tasks.policy.case import OffenderMatch, PersonMatch
from tasks.policy.identity import LIKELY, Identity, Likeness, ranked, telephone
from tasks.policy.iii_b_2_a import meant
from tasks.policy.spelling import Name, compare, folded
from tasks.settings import Settings

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
    before: defaultdict[int, list[EarlierRecord]] = defaultdict(list)
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
            names=(_name(person), *map(_name, before[key])),
            emails=(person.email, *(row.email for row in before[key])),
            telephones=(person.telephone, *(row.telephone for row in before[key])),
            providers=frozenset(work.provider_key for work in works[key]),
            positions=frozenset(work.position for work in works[key]),
            user_ids=frozenset(given[key] - {""}),
        )
        for key, person in people.items()
    }


def _name(row: Person | EarlierRecord) -> Name:
    return Name(row.given_name, row.family_name)


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


def asked_for(access: Paper | None, consent: Paper | None, provider_key: str | None) -> Identity:
    """What the papers of a request say of the person it is for."""
    if access is None:
        given, _, family = (consent.value("staff_name") if consent else "").rpartition(" ")
        return Identity((Name(given, family),))
    middle = access.value("middle_name")
    given = " ".join(part for part in (access.value("given_name"), middle) if part)
    return Identity(
        names=(Name(given, access.value("family_name")),),
        emails=(access.value("email").casefold(),),
        telephones=(access.value("telephone"),),
        providers=frozenset({provider_key} if provider_key else ()),
        positions=frozenset({access.value("position")}),
        user_ids=frozenset({access.value("user_id").upper()} - {""}),
    )


def about(wanted: Identity) -> str:
    """For whom an answer about a likeness holds: the name and the address that were compared."""
    return f"{folded(wanted.name)} <{min(wanted.emails, default='')}>"


def matches(session: Session, request: Request, wanted: Identity) -> tuple[PersonMatch, ...]:
    """Everybody on record who may be the person of a request, with what was said of them on it (III.B.2.a)."""
    if request.kind is not Kind.NEW_ACCESS or request.state not in OPEN:
        return ()
    said = _said(session, request, wanted)
    found = []
    for person_id, likeness in compared(session, wanted):
        person, account = session.get_one(Person, person_id), register.live_account(session, person_id)
        if account and account.request_id == request.id:
            continue  # the request's own: it was approved
        name = (account.user_name or "an account that IT is making") if account else ""
        answer = said.get(person_id, "")
        match = PersonMatch(person_id, person.name, name, likeness.score, likeness.reasons, answer, sure=likeness.sure)
        found.append(match)
    known = meant(tuple(found))
    apart = identities.told_apart(session, known.person_id) if known else set()
    return tuple(replace(match, apart=match.person_id in apart) for match in found)


def _said(session: Session, request: Request, wanted: Identity) -> dict[int | str, str]:
    """The latest answers on this request, by person or entry, as far as they were about this person."""
    rows = identities.verdicts(session, request.id)
    return {row.person_id or row.entry: row.said.lower() for row in rows if row.asked_about == about(wanted)}


def offenders(
    session: Session, config: Settings, request: Request, wanted: Identity
) -> tuple[tuple[OffenderMatch, ...], str]:
    """Entries of the list of offenders with a name like the person's, and why the list cannot be used (III.A.5)."""
    book = wiring.offenders(config)
    if book is None or request.kind is not Kind.NEW_ACCESS or request.state not in OPEN or not wanted.name:
        return (), ""
    try:
        listed = book.listed(utc_now())
    except ListUnusable as why:
        return (), str(why)
    said = _said(session, request, wanted)
    found = []
    for at in candidates(listed.keys, wanted.names):
        entry = listed.entries[at]
        best = max((compare(a, b) for a in wanted.names for b in entry.names), key=lambda e: e.points)
        if best.points >= LIKELY:
            name = f"{entry.names[0].given} {entry.names[0].family}"
            found.append(OffenderMatch(entry.key, name, best.points, (best.reason,), said.get(entry.key, "")))
    return tuple(sorted(found, key=lambda match: (-match.score, match.entry))), ""
