"""The table of an account's life, and its one door."""

from __future__ import annotations

import itertools

import pytest
from sqlmodel import select

from db import accounts, audit, requests
from db.account_life import ACCOUNT_MOVES, AccountEvent, AccountState, IllegalChange, StaleAccount, change
from db.columns import utc_now
from db.models import Account, Entitlement, Kind, Person
from db.session import transaction


def make(url: str, state: AccountState) -> int:
    with transaction(url) as session:
        case = requests.open_new(session, kind=Kind.NEW_ACCESS, requester_email="a@b", requester_name="", at=utc_now())
        person = Person(given_name="Alma", family_name="Poe", name_key="alma poe", email="alma@nexus.example")
        session.add(person)
        session.flush()
        assert person.id is not None
        account = accounts.request(
            session, case=case, person_id=person.id, entitlement=Entitlement.VIEW, user_name="CX10001", by="x"
        )
        account.state = state
        session.add(account)
        session.flush()
        assert account.id is not None
        return account.id


@pytest.mark.parametrize(("state", "event"), list(itertools.product(AccountState, AccountEvent)))
def test_every_pair_of_state_and_event(registry: str, state: AccountState, event: AccountEvent) -> None:
    account_id = make(registry, state)
    after = ACCOUNT_MOVES.get((state, event))
    with transaction(registry) as session:
        account = session.get_one(Account, account_id)
        before = len(audit.of_subject(session, "CX10001"))
        if after is None:
            with pytest.raises(IllegalChange):
                change(session, account, event, by="maria", clause="III.C.3", reason="because")
            assert (account.state, account.directory_due) == (state, False)
            return
        assert change(session, account, event, by="maria", clause="III.C.3", reason="because", case="CR-1") is after
        assert (account.state, account.state_reason, account.directory_due) == (after, "because", True)
        links = audit.of_subject(session, "CX10001")
        assert len(links) == before + 1
        assert links[-1].action == f"account.{event.lower()}"
        assert links[-1].detail == {"from": state, "to": after, "reason": "because", "case": "CR-1"}
        assert audit.verify(session) is None


def test_every_state_but_the_last_has_a_way_on_and_can_be_disabled() -> None:
    for state in AccountState:
        ways = {event for (before, event) in ACCOUNT_MOVES if before is state}
        assert bool(ways) is (state is not AccountState.REMOVED)
        can_be = state not in (AccountState.DISABLED, AccountState.REMOVED)
        assert (AccountEvent.DISABLE in ways) is can_be


def test_only_one_of_two_changes_counts(registry: str) -> None:
    account_id = make(registry, AccountState.ACTIVE)
    with transaction(registry) as session:
        seen = session.get_one(Account, account_id)
        session.expunge(seen)
    with transaction(registry) as session:
        change(session, session.get_one(Account, account_id), AccountEvent.SUSPEND, by="a", clause="c", reason="r")
    with transaction(registry) as session, pytest.raises(StaleAccount):
        change(session, seen, AccountEvent.LOCK, by="b", clause="c", reason="r")
    with transaction(registry) as session:
        assert session.exec(select(Account.state)).one() is AccountState.SUSPENDED


def test_the_directory_has_done_only_what_is_still_so(registry: str) -> None:
    account_id = make(registry, AccountState.ACTIVE)
    with transaction(registry) as session:
        change(session, session.get_one(Account, account_id), AccountEvent.LOCK, by="a", clause="c", reason="r")
        assert [a.id for a in accounts.directory_due(session)] == [account_id]
        assert not accounts.directory_done(session, account_id, AccountState.ACTIVE)
        assert accounts.directory_done(session, account_id, AccountState.LOCKED)
        assert not accounts.directory_done(session, account_id, AccountState.LOCKED)
        session.expire_all()
        assert accounts.directory_due(session) == []
