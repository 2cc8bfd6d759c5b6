"""Whom a case is about: the person and the account on record, by user ID, or by name with address or facility.

Never a guess: what fits nobody, or more than one, is a question to the contract manager with the candidates listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from db import register
from db.models import Account, Affiliation, Person
from tasks.policy.names import Match, name_key, same_person


@dataclass(frozen=True)
class Told:
    """What mail and forms tell of a person; empty where they tell nothing. `text`: the words of the mails.

    `providers`: keys of the facilities that the sender speaks for, or that the forms name.
    """

    name: str = ""
    user_id: str = ""
    email: str = ""
    text: str = ""
    providers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A person on record with his or her account, if any, and the facilities where he or she works."""

    person: Person
    account: Account | None
    providers: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How the candidate is offered to a person; begins with a number that finds it again."""
        account = f"{self.account.user_name or 'no user ID yet'}, {self.account.state.lower()}" if self.account else ""
        parts = [f"P{self.person.id}", self.person.name, ", ".join(self.providers), account or "no account"]
        return " · ".join(p for p in parts if p)


@dataclass(frozen=True)
class Whom:
    """The one that fits, or None and everybody who may be meant."""

    found: Candidate | None
    candidates: tuple[Candidate, ...] = ()


def find(session: Session, told: Told, id_pattern: str, today: date) -> Whom:
    """Whom `told` means. A user ID decides; else the name and, with it, the address or a facility."""
    ids = {told.user_id.upper()} if told.user_id else _ids(told.text, id_pattern)
    by_id = [c for c in (by_user_id(session, one, today) for one in sorted(ids)) if c]
    named = _named(session, told, today)
    if ids:
        agreed = [c for c in by_id if not told.name or same_person(c.person.name, told.name) is not Match.DIFFERENT]
        sure = agreed if len(ids) == 1 else []
    else:
        sure = [c for c in named if _vouched(c, told)]
    return Whom(sure[0]) if len(sure) == 1 else Whom(None, _once((*by_id, *named)))


def chosen(session: Session, words: str, today: date) -> Candidate | None:
    """The candidate that was offered in these words; None when they are no candidate's."""
    number = re.match(r"P(\d{1,9}) · ", words)
    person = session.get(Person, int(number.group(1))) if number else None
    return candidate(session, person, today) if person and person.merged_into is None else None


def candidate(session: Session, person: Person, today: date) -> Candidate:
    """A person with account and present facilities."""
    assert person.id is not None
    return Candidate(person, register.live_account(session, person.id), facilities(session, person.id, today))


def facilities(session: Session, person_id: int, on: date) -> tuple[str, ...]:
    """Keys of the facilities where somebody works on a day, in their order."""
    rows = session.exec(
        select(Affiliation.provider_key)
        .where(
            col(Affiliation.person_id) == person_id,
            or_(col(Affiliation.ends_on).is_(None), col(Affiliation.ends_on) >= on),
        )
        .distinct()
    ).all()
    return tuple(sorted(rows))


def _ids(text: str, pattern: str) -> set[str]:
    """Everything in a text that looks like one of the state's user IDs."""
    return {found.upper() for found in re.findall(rf"\b{pattern.strip('^$')}\b", text, re.IGNORECASE)}


def by_user_id(session: Session, user_id: str, today: date) -> Candidate | None:
    """Whose account has this user ID, ignoring case."""
    account = session.exec(select(Account).where(Account.user_name == user_id.upper())).first()
    if account is None:
        return None
    person = session.get_one(Person, account.person_id)
    return Candidate(person, account, facilities(session, account.person_id, today))


def _named(session: Session, told: Told, today: date) -> tuple[Candidate, ...]:
    """Everybody with that name or that address, or, when no name is told, whose name stands in the text."""
    if told.name or told.email:
        people = register.people_named(session, name_key(told.name), told.email)
        near = _of_providers(session, told.providers) if told.name else []
        people += [p for p in near if same_person(p.name, told.name) is not Match.DIFFERENT]
    else:
        people = [p for p in _of_providers(session, told.providers) if _stands_in(p, told.text)]
    return _once(tuple(candidate(session, p, today) for p in people))


def _of_providers(session: Session, keys: tuple[str, ...]) -> list[Person]:
    query = select(Person).join(Affiliation, col(Affiliation.person_id) == col(Person.id))
    query = query.where(col(Affiliation.provider_key).in_(keys), col(Person.merged_into).is_(None))
    return list(session.exec(query.distinct()).all())


def _stands_in(person: Person, text: str) -> bool:
    """Given and family name stand side by side in the text, in either order."""
    given, family = (re.escape(part) for part in (person.given_name, person.family_name))
    return bool(re.search(rf"\b({given}\s+(\w\.?\s+)?{family}|{family}\s*,\s*{given})\b", text, re.IGNORECASE))


def _vouched(found: Candidate, told: Told) -> bool:
    """The name agrees beyond doubt, and with it the address or a facility; neither alone is enough (ICOTS 17.0)."""
    if told.name and same_person(found.person.name, told.name) is not Match.SAME:
        return False
    if told.email and found.person.email == told.email.casefold():
        return bool(told.name)
    return bool(set(found.providers) & set(told.providers))


def _once(found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple({c.person.id: c for c in found}.values())
