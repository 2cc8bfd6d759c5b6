"""User IDs: never twice, whoever asks at the same time; one live account per person."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from db import accounts, requests
from db.columns import utc_now
from db.models import Account, AccountState, Entitlement, Kind, Person
from db.session import transaction

FORM = "CX{number:05d}"


def request_with_person(url: str, family: str = "Doe") -> tuple[str, int]:
    with transaction(url) as session:
        case = requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email="a@b.example", requester_name="", at=utc_now()
        )
        person = Person(given_name="Jane", family_name=family, name_key=family.lower(), email=f"{family}@b.example")
        session.add(person)
        session.flush()
        assert person.id is not None
        return case.id, person.id


def test_fifty_at_once_get_fifty_ids(registry: str) -> None:
    cases = [request_with_person(registry, f"Doe{n}") for n in range(50)]
    given: list[str] = []

    def issue(request_id: str, person_id: int) -> None:
        with transaction(registry) as session:
            case = requests.get(session, request_id)
            user_name = accounts.allocate(session, FORM, 10001, 99999)
            accounts.request(
                session, case=case, person_id=person_id, entitlement=Entitlement.VIEW, user_name=user_name, by="x"
            )
        given.append(user_name)

    threads = [threading.Thread(target=issue, args=case) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"CX{n}" for n in range(10001, 10051)]


def test_the_end_of_the_range_is_a_refusal_that_says_what_to_do(registry: str) -> None:
    with transaction(registry) as session:
        assert accounts.allocate(session, FORM, 1, 2) == "CX00001"
        assert accounts.allocate(session, FORM, 1, 2) == "CX00002"
        with pytest.raises(accounts.RangeExhausted, match="another range"):
            accounts.allocate(session, FORM, 1, 2)


def test_an_id_that_it_brought_earlier_is_skipped(registry: str) -> None:
    request_id, person_id = request_with_person(registry)
    with transaction(registry) as session:
        case = requests.get(session, request_id)
        accounts.request(
            session, case=case, person_id=person_id, entitlement=Entitlement.VIEW, user_name="cx10001", by="x"
        )
        assert accounts.allocate(session, FORM, 10001, 99999) == "CX10002"


@pytest.mark.parametrize(
    ("user_name", "why"),
    [("", "brings no user ID"), ("12345", "does not look like"), ("CX10001 ", "does not look like"),
     ("cx10001", "was given before"), ("CX10009", "")],
)  # fmt: skip
def test_ids_that_it_brings(registry: str, user_name: str, why: str) -> None:
    request_id, person_id = request_with_person(registry)
    with transaction(registry) as session:
        case = requests.get(session, request_id)
        accounts.request(
            session, case=case, person_id=person_id, entitlement=Entitlement.VIEW, user_name="CX10001", by="x"
        )
        said = accounts.refusal(session, user_name, r"^C[A-Z]\d{3,6}$")
        assert (why in said) if why else said == ""


def test_a_second_live_account_is_impossible_and_a_removed_one_no_obstacle(registry: str) -> None:
    first, person_id = request_with_person(registry)
    second, _ = request_with_person(registry, "Other")
    third, _ = request_with_person(registry, "Third")

    def account(request_id: str) -> None:
        with transaction(registry) as session:
            case = requests.get(session, request_id)
            accounts.request(
                session, case=case, person_id=person_id, entitlement=Entitlement.VIEW, user_name=None, by="x"
            )

    account(first)
    with pytest.raises(IntegrityError):
        account(second)
    with transaction(registry) as session:
        row = accounts.of_request(session, first)
        assert isinstance(row, Account)
        row.state = AccountState.REMOVED
        session.add(row)
    account(third)
