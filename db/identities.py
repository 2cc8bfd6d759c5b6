"""Who is on record, for whoever looks for duplicates; what was said of two records; records that become one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, SQLModel, col, or_, select, update

from db import audit
from db.models.accounts import Account
from db.models.evidence import AuditHead
from db.models.identities import EarlierRecord, IdentityVerdict, Said
from db.models.people import Affiliation, Person
from db.models.requests import Request

CLAUSE = "III.B.2.a"


def names_on_record(session: Session) -> list[tuple[int, str]]:
    """The id and a folded name of everybody on record, former names as well."""
    people = select(Person.id, Person.name_key).where(col(Person.merged_into).is_(None))
    former = select(EarlierRecord.person_id, EarlierRecord.name_key)
    connection = session.connection()
    return [(row[0], row[1]) for query in (people, former) for row in connection.execute(query)]


def reached_by(session: Session, emails: Collection[str], last_digits: Collection[str]) -> set[int]:
    """Ids of people with one of these addresses, or a telephone that ends in these digits, now or formerly."""
    found: set[int] = set()
    for table, key in ((Person, Person.id), (EarlierRecord, EarlierRecord.person_id)):
        same = [col(table.email).in_(emails), *(col(table.telephone).endswith(digits) for digits in last_digits)]
        found |= {person for person in session.exec(select(key).where(or_(*same))).all() if person is not None}
    return found


def owners(session: Session, user_ids: Collection[str]) -> set[int]:
    """Ids of the people to whom these user IDs were given."""
    return set(session.exec(select(Account.person_id).where(col(Account.user_name).in_(user_ids))).all())


def people(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """People by id, without those whose record was merged into another."""
    rows = session.exec(select(Person).where(col(Person.id).in_(ids), col(Person.merged_into).is_(None))).all()
    return {row.id: row for row in rows if row.id is not None}


def earlier(session: Session, ids: Collection[int]) -> list[EarlierRecord]:
    """What these people were on record as before, oldest first."""
    query = select(EarlierRecord).where(col(EarlierRecord.person_id).in_(ids)).order_by(col(EarlierRecord.id))
    return list(session.exec(query).all())


def affiliations(session: Session, ids: Collection[int]) -> list[Affiliation]:
    """Where these people work or worked."""
    query = select(Affiliation).where(col(Affiliation.person_id).in_(ids)).order_by(col(Affiliation.starts_on))
    return list(session.exec(query).all())


def accounts_of(session: Session, ids: Collection[int]) -> list[Account]:
    """Every account of these people, removed ones as well: an ID is never given twice."""
    return list(session.exec(select(Account).where(col(Account.person_id).in_(ids)).order_by(col(Account.id))).all())


def verdicts(session: Session, request_id: str) -> list[IdentityVerdict]:
    """What was said about the person of a request, oldest first."""
    query = select(IdentityVerdict).where(col(IdentityVerdict.request_id) == request_id)
    return list(session.exec(query.order_by(col(IdentityVerdict.id))).all())


def told_apart(session: Session, person_id: int) -> set[int]:
    """Ids of the people of whom somebody said on an earlier request that they are another person than this one."""
    said = select(IdentityVerdict, Request.person_id).join(Request, col(Request.id) == col(IdentityVerdict.request_id))
    rows = session.exec(
        said.where(
            col(IdentityVerdict.said) == Said.ANOTHER,
            or_(col(Request.person_id) == person_id, col(IdentityVerdict.person_id) == person_id),
        )
    ).all()
    both = {other for verdict, whose in rows for other in (verdict.person_id, whose)}
    return {other for other in both if other is not None} - {person_id}


def wait_for_others(session: Session) -> None:
    """Let nobody else write down a person until this transaction ends: two who ask at once would miss each other."""
    session.exec(select(AuditHead).where(AuditHead.id == 1).with_for_update()).first()


def say(session: Session, case: Request, verdict: IdentityVerdict, clause: str) -> None:
    """Keep an answer about a likeness, audited. Of the list of offenders the chain learns nothing but that it was."""
    session.add(verdict)
    session.flush()
    about = {"person": verdict.person_id} if verdict.person_id else {"entry": verdict.entry}
    audit.record(
        session,
        actor=verdict.decided_by,
        action=f"identity.{verdict.said.lower()}",
        subject=case.number,
        clause=clause,
        detail={
            **about,
            "reason": verdict.reason,
            "score": verdict.score,
            "evidence": verdict.evidence,
            "for": verdict.on_behalf_of,
        },
    )


def keep_as_earlier(session: Session, person: Person, owner: int, source: str) -> None:
    """Note what a person is on record as, before it changes or goes over to another record."""
    session.add(
        EarlierRecord(
            person_id=owner,
            given_name=person.given_name,
            family_name=person.family_name,
            name_key=person.name_key,
            email=person.email,
            telephone=person.telephone,
            source=source,
        )
    )
    session.flush()


def points_at_people() -> Sequence[tuple[str, str]]:
    """Every column of the registry that names a person, by table, whoever added it."""
    return [
        (table.name, key.parent.name)
        for table in SQLModel.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda k: k.parent.name)
        if key.column.table.name == Person.__tablename__
    ]


def merge(session: Session, keep: Person, drop: Person, *, by: str, reason: str, agreeing: Sequence[str]) -> int:
    """Everything of `drop` becomes `keep`'s, in the caller's transaction, audited; how many rows went over.

    The dropped record stays, and says into which it went. Accounts keep their user IDs. Whether the two may be merged,
    the caller has checked; two accounts that are not removed stop it at the registry (`one_live_account_per_person`).
    """
    assert keep.id is not None
    assert drop.id is not None
    twice = _same_work(session, keep.id, drop.id)
    for row in twice:
        session.delete(row)
    session.flush()
    moved: dict[str, int] = {}
    for table, column in points_at_people():
        target = SQLModel.metadata.tables[table].c[column]
        done = session.connection().execute(
            update(SQLModel.metadata.tables[table]).where(target == drop.id).values({column: keep.id})
        )
        moved[f"{table}.{column}"] = done.rowcount
    session.expire_all()
    keep_as_earlier(session, drop, keep.id, f"person {drop.id}, merged")
    drop.merged_into = keep.id
    session.add(drop)
    session.flush()
    audit.record(
        session,
        actor=by,
        action="person.merged",
        subject=f"person-{keep.id}",
        clause=CLAUSE,
        detail={
            "merged": drop.id,
            "agreeing": list(agreeing),
            "reason": reason,
            "moved": {name: count for name, count in moved.items() if count},
            "same work noted twice": [f"{r.provider_key} {r.starts_on} {r.position}" for r in twice],
        },
    )
    return sum(moved.values())


def _same_work(session: Session, keep: int, drop: int) -> list[Affiliation]:
    """Work that both records note with the same first day: one entry stays, the other is named in the audit."""
    kept = {(a.provider_key, a.starts_on) for a in affiliations(session, [keep])}
    return [a for a in affiliations(session, [drop]) if (a.provider_key, a.starts_on) in kept]
