"""What a contract manager is shown to tell people apart: the request and each record side by side, in markdown."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from db import identities, papers, register
from db.models import Account, Provider, Request
from forms.schema import FormKind
from tasks import identity
from tasks.exhibits import plain
from tasks.policy.case import Case, OffenderMatch, PersonMatch
from tasks.policy.identity import Identity
from tasks.policy.iii_b_2_a import to_be_told

_SAID = {"same": "the same person", "another": "another person", "": "nobody has said yet"}


def side_by_side(session: Session, request: Request, case: Case) -> str:
    """Every likeness that must be, or was, settled by a person; empty when there is none."""
    forms = papers.of_request(session, request.id)
    wanted = identity.asked_for(forms.get(FormKind.ACCESS_REQUEST), forms.get(FormKind.CONSENT), request.provider_key)
    asked = to_be_told(case.matches)
    known = identity.on_record(session, [match.person_id for match in asked])
    lines: list[str] = []
    if asked:
        lines += ["### Perhaps already on record", ""]
    for match in asked:
        lines += [*_beside(session, wanted, known[match.person_id], match), ""]
    if case.offenders:
        lines += ["### Names on the list of offenders (III.A.5)", "", *map(_entry, case.offenders), ""]
    return "\n".join(lines)


def _beside(session: Session, wanted: Identity, record: Identity, match: PersonMatch) -> list[str]:
    clearance = register.latest_clearance(session, match.person_id)
    accounts = identities.accounts_of(session, [match.person_id])
    rows = [
        ("Name", wanted.name, record.name),
        ("Formerly", "", _listed(f"{n.given} {n.family}" for n in record.names[1:])),
        ("E-mail", _listed(wanted.emails), _listed(dict.fromkeys(record.emails))),
        ("Telephone", _listed(wanted.telephones), _listed(dict.fromkeys(record.telephones))),
        ("Facility", _providers(session, wanted), _providers(session, record)),
        ("Position", _listed(wanted.positions), _listed(sorted(record.positions))),
        ("User ID", _listed(wanted.user_ids), _listed(map(_account, accounts))),
        ("Security clearance", "", clearance.cleared_on.isoformat() if clearance else ""),
    ]
    return [
        f"**Record {match.person_id}**: {plain(', '.join(match.reasons))} ({match.score} of 100 points);"
        f" {_SAID[match.said]}.",
        "",
        f"| | this request | record {match.person_id} |",
        "| --- | --- | --- |",
        *(f"| {label} | {plain(ours) or '–'} | {plain(theirs) or '–'} |" for label, ours, theirs in rows),
    ]


def _listed(values: Iterable[str]) -> str:
    return ", ".join(value for value in values if value)


def _providers(session: Session, of: Identity) -> str:
    return _listed(session.get_one(Provider, key).name for key in sorted(of.providers))


def _account(account: Account) -> str:
    return f"{account.user_name or 'not given yet'} ({account.state.replace('_', ' ').lower()})"


def _entry(match: OffenderMatch) -> str:
    """As little as tells people apart: the name, and how it is like the staff member's."""
    answered = "not this person" if match.said else "nobody has said yet"
    return f"- {plain(match.name)}: {plain(', '.join(match.reasons))}; {answered}"
