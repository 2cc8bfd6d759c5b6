"""What waits and for whom, on each database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.columns import utc_now
from db.lifecycle import OPEN, State
from db.models import Kind, Request
from db.session import transaction
from db.waiting import Charge, Turn, counts, page

NEXUS = Charge(["nexus"])
EVERYBODY = Charge(["nexus", "butte"], unknown_provider=True)
VIEWER = Charge()
CASES = {  # case: state, provider, restricted, days waiting
    "a": (State.AWAITING_APPROVAL, "nexus", False, 1),
    "b": (State.ON_HOLD, "nexus", False, 9),
    "c": (State.AWAITING_APPROVAL, "butte", False, 5),
    "d": (State.TO_SORT, None, False, 7),
    "e": (State.WITH_IT, "nexus", False, 8),
    "f": (State.REJECTED, "nexus", False, 20),
    "g": (State.AWAITING_APPROVAL, "butte", True, 30),
    "h": (State.INCOMPLETE, "butte", False, 2),
}


@pytest.fixture
def url(registry: str) -> str:
    with transaction(registry) as session:
        for name, (state, provider, restricted, days) in CASES.items():
            row = Request(id=name, number=name, kind=Kind.NEW_ACCESS, state=state, requester_email="a@nexus.example")
            row.provider_key, row.restricted = provider, restricted
            row.waiting_since = utc_now() - timedelta(days=days)
            session.add(row)
    return registry


@pytest.mark.parametrize(
    ("charge", "mine", "others", "elsewhere"),
    [(NEXUS, "ba", "dc", "eh"), (EVERYBODY, "gbdca", "", "eh"), (VIEWER, "", "bdca", "eh")],
    ids=["one provider", "everything", "viewer"],
)
def test_own_cases_first_and_the_oldest_first(url: str, charge: Charge, mine: str, others: str, elsewhere: str) -> None:
    with transaction(url) as session:
        rows = page(session, charge, 1)
        assert [(row.request.id, row.turn) for row in rows] == [
            *((name, Turn.MINE) for name in mine),
            *((name, Turn.OTHERS) for name in others),
            *((name, Turn.ELSEWHERE) for name in elsewhere),
        ]
        assert counts(session, charge) == {
            Turn.MINE: len(mine),
            Turn.OTHERS: len(others),
            Turn.ELSEWHERE: len(elsewhere),
        }
        assert all(row.request.state in OPEN for row in rows)


def test_pages_follow_each_other(url: str) -> None:
    with transaction(url) as session:
        pages = ["".join(row.request.id for row in page(session, EVERYBODY, n, size=3)) for n in (1, 2, 3, 4)]
    assert pages == ["gbd", "cae", "h", ""]
