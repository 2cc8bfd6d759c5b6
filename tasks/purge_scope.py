"""Whose records a purge is about: the rows of one person, or of a case without one, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from db import retention
from db.lifecycle import OPEN
from db.models import Account, Affiliation, Audit, EarlierRecord, Person, PurgeState, Request, Ticket, TicketState
from tasks.policy.retention import Life, Schedule
from tasks.settings import Settings


@dataclass(frozen=True)
class Scope:
    """A subject of the purge review. `person` and those merged into it, accounts and cases; or one case alone."""

    session: Session
    config: Settings
    people: list[Person] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    cases: list[Request] = field(default_factory=list)

    @property
    def subject(self) -> str:
        """What proposals about it are filed under."""
        return f"person-{self.people[0].id}" if self.people else self.cases[0].number

    @property
    def about(self) -> str:
        """User IDs and case numbers: names nobody."""
        return ", ".join([*self.user_ids, *(c.number for c in self.cases)]) or self.subject

    @property
    def user_ids(self) -> list[str]:
        """The IDs, which stay reserved."""
        return [a.user_name for a in self.accounts if a.user_name]

    @cached_property
    def providers(self) -> list[str]:
        """The agencies that submitted something of it, or that the person worked for."""
        keys = {c.provider_key for c in self.cases} | {a.provider_key for a in self.affiliations}
        return sorted(key for key in keys if key)

    @cached_property
    def affiliations(self) -> list[Affiliation]:
        """Work at facilities."""
        mine = col(Affiliation.person_id).in_([p.id for p in self.people])
        return list(self.session.exec(select(Affiliation).where(mine)).all())

    @cached_property
    def tickets(self) -> list[Ticket]:
        """Work orders of its cases."""
        mine = col(Ticket.request_id).in_([c.id for c in self.cases])
        return list(self.session.exec(select(Ticket).where(mine)).all())

    @cached_property
    def audited(self) -> set[str]:
        """The subjects under which the audit chain speaks of it."""
        people = {f"person-{p.id}" for p in self.people}
        accounts = {f"account-{a.id}" for a in self.accounts}
        return {c.number for c in self.cases} | set(self.user_ids) | people | accounts

    @cached_property
    def words(self) -> list[str]:
        """Names, addresses and telephones of the person, as they may stand in a text; longest first."""
        earlier = self.session.exec(
            select(EarlierRecord).where(col(EarlierRecord.person_id).in_([p.id for p in self.people]))
        ).all()
        said: set[str] = {c.staff_name for c in self.cases}
        rows: list[Person | EarlierRecord] = [*self.people, *earlier]
        for row in rows:
            name = f"{row.given_name} {row.family_name}"
            said |= {name, row.email, row.telephone, f"{row.family_name}, {row.given_name}"}
        return sorted((w for w in said if len(w) > 4), key=len, reverse=True)

    def hold_subjects(self) -> list[str]:
        """Everything on which a hold would stop a destruction."""
        return [*self.user_ids, *(c.number for c in self.cases), *self.providers]

    def holds(self) -> tuple[str, ...]:
        """The holds that stand, in words."""
        found = retention.holds(self.session, self.hold_subjects())
        return tuple(f"{h.subject} since {h.set_at:%Y-%m-%d}, by {h.set_by}" for h in found)

    def day(self, instant: datetime | None) -> date | None:
        """The day in Montana."""
        return instant.astimezone(self.config.zone).date() if instant else None

    def life(self) -> Life:
        """What the retention schedule needs to know."""
        ended = [d for a in self.accounts if (d := self.day(a.state_since))]
        told = col(Audit.subject).in_(self.audited), ~col(Audit.action).startswith("hold.")  # a hold renews nothing
        last = self.session.exec(select(func.max(Audit.at)).where(*told)).one()
        proposals = retention.of_subject(self.session, self.subject)
        return Life(
            person=bool(self.people),
            account_states=tuple(str(a.state) for a in self.accounts),
            accounts_ended_on=max(ended, default=None),
            work_ends=tuple(a.ends_on for a in self.affiliations),
            cases_closed_on=max((d for c in self.cases if (d := self.day(c.closed_at))), default=None),
            open_cases=tuple(c.number for c in self.cases if c.state in OPEN),
            tickets_closed_on=max((d for t in self.tickets if (d := self.day(t.closed_at))), default=None),
            open_tickets=sum(t.state is TicketState.OPEN for t in self.tickets),
            last_logged_on=self.day(datetime.fromisoformat(last)) if last else None,
            holds=self.holds(),
            providers=tuple(self.providers),
            destroyed=any(p.state is PurgeState.DESTROYED for p in proposals),
            proposed=any(p.state in retention.OPEN for p in proposals),
        )


def of_person(session: Session, config: Settings, person: Person) -> Scope:
    """A person with all records that were merged into that one."""
    merged = session.exec(select(Person).where(Person.merged_into == person.id).order_by(col(Person.id))).all()
    people = [person, *merged]
    ids = [p.id for p in people]
    accounts = session.exec(select(Account).where(col(Account.person_id).in_(ids)).order_by(col(Account.id))).all()
    about = or_(
        col(Request.person_id).in_(ids),
        col(Request.account_id).in_([a.id for a in accounts]),
        col(Request.id).in_([a.request_id for a in accounts]),
    )
    cases = session.exec(select(Request).where(about).order_by(col(Request.number))).all()
    return Scope(session, config, people, list(accounts), list(cases))


def of_case(session: Session, config: Settings, case: Request) -> Scope:
    """A case that never had a person."""
    return Scope(session, config, cases=[case])


def every(session: Session, config: Settings, before: datetime) -> Iterator[Scope]:
    """Every person, and every case without one, of whom something may be old enough: from before that instant."""
    people = select(Person).where(col(Person.merged_into).is_(None), col(Person.created_at) < before)
    for person in session.exec(people.order_by(col(Person.id))).all():
        yield of_person(session, config, person)
    alone = select(Request).where(
        col(Request.person_id).is_(None), col(Request.account_id).is_(None), col(Request.closed_at) < before,
        col(Request.id).not_in(select(Account.request_id)),
    )  # fmt: skip
    for case in session.exec(alone.order_by(col(Request.number))).all():
        yield of_case(session, config, case)


def again(session: Session, config: Settings, person_id: int | None, request_id: str | None) -> Scope:
    """The scope of a proposal, as it is by now."""
    if person_id is not None:
        return of_person(session, config, session.get_one(Person, person_id))
    return of_case(session, config, session.get_one(Request, request_id))


def years(config: Settings) -> dict[Schedule, int]:
    """The retention schedule."""
    return {
        Schedule.AUTHORISATION: config.retention_authorisation_years,
        Schedule.TICKET: config.retention_ticket_years,
        Schedule.LOG: config.retention_log_years,
    }


def in_words(schedules: Iterable[str]) -> str:
    """Schedules for people."""
    told = {
        Schedule.AUTHORISATION: "forms, mails and the person's record",
        Schedule.TICKET: "tickets",
        Schedule.LOG: "logs",
    }
    return ", ".join(told[Schedule(s)] for s in schedules)
