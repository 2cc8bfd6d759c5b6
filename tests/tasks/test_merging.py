"""Two records of one person: a preview, a merge when four fields agree, and nothing lost (ICOTS 17.0)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from db import accounts, identities, register, requests
from db.account_life import AccountEvent, AccountState, change
from db.columns import utc_now
from db.models import Account, Affiliation, Audit, Clearance, EarlierRecord, Entitlement, Kind, Person, Request
from tasks.merging import merge_records
from tasks.policy.names import name_key
from tests.factories import today
from tests.tasks.office import MANAGER, VIEWER, Office

JANE = ("Jane", "Doe", "jane.doe@nexus.example", "406-555-0173", "nexus", "Case manager")
ROE = ("Jane", "Roe", "jane.doe@nexus.example", "406-555-0173", "nexus", "Clerk")


def record(office: Office, row: tuple[str, str, str, str, str, str], *, back: int = 0) -> int:
    given, family, email, telephone, provider, position = row
    with office.session() as session:
        person = Person(given_name=given, family_name=family, name_key=name_key(f"{given} {family}"), email=email,
                        telephone=telephone)  # fmt: skip
        session.add(person)
        session.flush()
        register.affiliate(session, person, provider, position, today() - timedelta(back))
        assert person.id is not None
        session.add(Clearance(person_id=person.id, cleared_on=today(), recorded_by=MANAGER))
        return person.id


def account(office: Office, person_id: int, *events: AccountEvent) -> str:
    with office.session() as session:
        case = requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email="a@b.example", requester_name="", at=utc_now()
        )
        case.person_id = person_id
        user_name = accounts.allocate(session, "CX{number:05d}", 10001, 99999)
        row = accounts.request(session, case=case, person_id=person_id, entitlement=Entitlement.VIEW,
                               user_name=user_name, by="test")  # fmt: skip
        for event in events:
            change(session, row, event, by="test", clause="III.B.3", reason="test")
        return user_name


def merged(office: Office, keep: object, drop: object, reason: str = "Her HR file.", by: str = MANAGER) -> str:
    return merge_records.fn(str(keep), str(drop), reason, False, by)


def test_a_merge_keeps_both_histories(office: Office) -> None:
    keep, drop = record(office, JANE), record(office, ROE, back=30)
    kept_id = account(office, keep)
    old_id = account(office, drop, AccountEvent.DISABLE, AccountEvent.REMOVE)
    said = merged(office, kept_id, drop)
    assert f"Record {drop} was merged into record {keep}" in said
    assert {a.person_id for a in office.rows(Account)} == {keep}
    assert {(a.user_name, a.state) for a in office.rows(Account)} == {
        (kept_id, AccountState.REQUESTED), (old_id, AccountState.REMOVED)
    }  # fmt: skip
    assert {r.person_id for r in office.rows(Request)} == {keep}
    assert [(a.person_id, a.position) for a in office.rows(Affiliation)] == [(keep, "Case manager"), (keep, "Clerk")]
    assert {c.person_id for c in office.rows(Clearance)} == {keep}
    (former,) = office.rows(EarlierRecord)
    assert (former.person_id, former.family_name, former.source) == (keep, "Roe", f"person {drop}, merged")
    assert [p.merged_into for p in sorted(office.rows(Person), key=lambda p: p.id or 0)] == [None, keep]
    (link,) = [a for a in office.rows(Audit) if a.action == "person.merged"]
    assert (link.actor, link.subject, link.clause) == (MANAGER, f"person-{keep}", "III.B.2.a")
    assert link.detail["merged"] == drop
    assert link.detail["reason"] == "Her HR file."
    assert link.detail["agreeing"] == ["given name", "e-mail", "telephone", "provider"]
    with office.session() as session:  # the ID of the merged record stays taken, and the record is asked for no more
        assert accounts.taken(session, old_id)
        assert [p.id for p in register.people_named(session, "jane roe", "")] == []
        assert {person for person, _ in identities.names_on_record(session)} == {keep}


def test_a_preview_changes_nothing(office: Office) -> None:
    keep, drop = record(office, JANE), record(office, ROE)
    links = len(office.rows(Audit))
    said = merge_records.fn(str(keep), f"record {drop}", "Her HR file.", True, MANAGER)
    assert "Preview: nothing was merged" in said
    assert "Jane Doe" in said
    assert "Jane Roe" in said
    assert "agree in given name, e-mail, telephone, provider" in said
    assert (len(office.rows(Audit)), office.rows(EarlierRecord)) == (links, [])


def test_the_same_work_noted_twice_is_noted_once_and_audited(office: Office) -> None:
    keep, drop = record(office, JANE), record(office, ROE)
    merged(office, keep, drop)
    assert [(a.person_id, a.position) for a in office.rows(Affiliation)] == [(keep, "Case manager")]
    (link,) = [a for a in office.rows(Audit) if a.action == "person.merged"]
    assert link.detail["same work noted twice"] == [f"nexus {today()} Clerk"]


THREE = ("Jane", "Doe", "other@butte.example", "406-555-0173", "butte", "Clerk")
NOTHING = ("Mark", "Poe", "m@butte.example", "406-555-0999", "butte", "Clerk")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (THREE, "agree only in given name, family name, telephone, and 4 fields must agree (ICOTS 17.0)"),
        (NOTHING, "agree in nothing, and 4 fields must agree"),
    ],
)
def test_fewer_than_four_fields_are_refused(office: Office, other: tuple[str, ...], why: str) -> None:
    keep, drop = record(office, JANE), record(office, other)  # type: ignore[arg-type]
    assert why in merged(office, keep, drop)
    assert office.rows(EarlierRecord) == []


def test_refusals_say_what_to_do(office: Office) -> None:
    keep, drop = record(office, JANE), record(office, ROE)
    assert "Give two" in merged(office, keep, keep)
    assert "There is no record or user ID “CX99999”" in merged(office, keep, "CX99999")
    assert "There is no record" in merged(office, keep, "")
    assert "give the reason" in merged(office, keep, drop, reason="  ")
    assert "Only a contract manager" in merged(office, keep, drop, by=VIEWER)
    first, second = account(office, keep), account(office, drop)
    said = merged(office, keep, drop)
    assert f"Both have an account that is not removed: {first} and {second}" in said
    assert office.rows(EarlierRecord) == []


def test_a_merged_record_is_not_merged_again(office: Office) -> None:
    keep, drop = record(office, JANE), record(office, ROE)
    merged(office, keep, drop)
    assert f"Record {drop} was merged into record {keep} before" in merged(office, keep, drop)


def test_every_table_that_names_a_person_is_followed(office: Office) -> None:
    """A table that is added later is followed by itself; the registry refuses what would be left behind."""
    found = identities.points_at_people()
    assert set(found) >= {
        ("account", "person_id"), ("affiliation", "person_id"), ("clearance", "person_id"), ("request", "person_id"),
        ("earlier_record", "person_id"), ("identity_verdict", "person_id"), ("person", "merged_into"),
    }  # fmt: skip
    keep, drop = record(office, JANE), record(office, ROE)
    account(office, keep)
    account(office, drop)
    with office.session() as session:
        one, two = session.get_one(Person, keep), session.get_one(Person, drop)
        with pytest.raises(IntegrityError):
            identities.merge(session, one, two, by="x", reason="", agreeing=[])
        session.rollback()
