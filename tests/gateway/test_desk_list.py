"""The list of what waits: own cases first, a page at a time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from db import register
from db.columns import utc_now
from db.lifecycle import State
from db.models import Kind, Request
from db.session import engine
from deployments.desk_case import age
from tests.gateway.desk_rig import Rig, words
from tests.tasks.office import DEPUTY, MANAGER


class TestTheList:
    def test_nothing_waits(self, rig: Rig) -> None:
        rig.enter(MANAGER)
        assert "Nothing waits for you." in words(rig.get("/desk"))

    def test_own_cases_first_others_below_and_what_waits_elsewhere_apart(self, rig: Rig) -> None:
        mine, theirs, missing = rig.case(), rig.case(), rig.case()
        rig.change(theirs.id, provider_key="butte")
        rig.change(missing.id, state=State.WITH_IT)
        with rig.office.session() as session:
            register.appoint(session, "butte", DEPUTY, DEPUTY, "test")
        rig.enter(MANAGER)
        page = words(rig.get("/desk"))
        assert "1 for you 1 for other contract managers 1 for somebody else" in page
        parts = ["Your turn (1)", mine.number, "Other contract managers’ turn (1)", theirs.number]
        parts += [rig.name(DEPUTY), "Waiting for somebody else (1)"]
        parts += [missing.number, "IT service desk"]
        places = [page.index(part) for part in parts]
        assert places == sorted(places)

    def test_five_hundred_cases_take_a_page_at_a_time_and_no_more_queries(self, rig: Rig) -> None:
        now = utc_now()
        rig.enter(MANAGER)
        few = _queries(rig, "/desk")
        with rig.office.session() as session:
            for number in range(500):
                session.add(
                    Request(
                        id=f"r{number}",
                        number=f"CR-2025-{number:06d}",
                        kind=Kind.NEW_ACCESS,
                        state=State.AWAITING_APPROVAL if number % 5 else State.INCOMPLETE,
                        provider_key="nexus",
                        requester_email="a@nexus.example",
                        staff_name=f"Person {number}",
                        waiting_since=now - timedelta(hours=number),
                    )
                )
        assert _queries(rig, "/desk") == few
        seen: list[str] = []
        for page in range(1, 11):
            text = rig.get(f"/desk?page={page}")
            found = re.findall(r"/desk/(CR-2025-\d+)", text)
            assert len(found) == 50
            seen += found
        asked = [f"CR-2025-{n:06d}" for n in reversed(range(500)) if n % 5]
        assert seen == asked + [f"CR-2025-{n:06d}" for n in reversed(range(500)) if not n % 5]
        assert "400 for you" in words(text)
        assert "Page 10 of 10" in words(rig.get("/desk?page=11"))

    @pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "9" * 30, "²", ""])
    def test_a_page_that_is_none_is_the_first_or_the_last(self, rig: Rig, page: str) -> None:
        rig.enter(MANAGER)
        assert "Waiting on you" in rig.get(f"/desk?page={page}")


def _queries(rig: Rig, path: str) -> int:
    """How many statements a page takes of the registry."""
    counted: list[str] = []

    def count(*args: object) -> None:
        counted.append(str(args[2]))

    event.listen(engine(rig.office.url), "before_cursor_execute", count)
    try:
        rig.get(path)
    finally:
        event.remove(engine(rig.office.url), "before_cursor_execute", count)
    return len(counted)


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(seconds=-5), "a moment"),
        (timedelta(seconds=59), "a moment"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=59), "2 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_ages_in_words(waited: timedelta, said: str) -> None:
    now = utc_now()
    assert age(now - waited, now) == said
