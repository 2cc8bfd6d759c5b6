"""The retention schedule as a table: years, leap days, work without an end, holds, and who may order a destruction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tasks.policy.retention import Life, Readiness, Schedule, anniversary, kept_until, order_problems, review

YEARS = {Schedule.AUTHORISATION: 3, Schedule.TICKET: 4, Schedule.LOG: 5}
LEFT = date(2020, 6, 30)
GONE = Life(
    account_states=("DISABLED",),
    accounts_ended_on=LEFT,
    work_ends=(LEFT,),
    cases_closed_on=LEFT,
    tickets_closed_on=LEFT,
    last_logged_on=LEFT,
    providers=("nexus",),
)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2020, 6, 30), 3, date(2023, 6, 30)),
        (date(2024, 2, 29), 3, date(2027, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 3, 1)),
    ],
)
def test_an_anniversary_is_never_a_day_too_early(day: date, years: int, expected: date) -> None:
    assert anniversary(day, years) == expected


@pytest.mark.parametrize(
    ("schedule", "change", "expected"),
    [
        (Schedule.AUTHORISATION, {}, date(2023, 6, 30)),
        (Schedule.AUTHORISATION, {"work_ends": (LEFT, date(2021, 1, 31))}, date(2024, 1, 31)),
        (Schedule.AUTHORISATION, {"cases_closed_on": date(2022, 1, 1)}, date(2025, 1, 1)),
        (Schedule.AUTHORISATION, {"work_ends": (LEFT, None)}, None),
        (Schedule.AUTHORISATION, {"person": False}, None),
        (Schedule.TICKET, {}, date(2024, 6, 30)),
        (Schedule.TICKET, {"tickets_closed_on": None}, None),
        (Schedule.TICKET, {"tickets_closed_on": None, "person": False}, date(2024, 6, 30)),
        (Schedule.LOG, {}, date(2025, 6, 30)),
        (Schedule.LOG, {"last_logged_on": date(2024, 2, 29)}, date(2029, 3, 1)),
    ],
)
def test_how_long_each_series_is_kept(schedule: Schedule, change: dict[str, Any], expected: date | None) -> None:
    assert kept_until(replace(GONE, **change), schedule, YEARS) == expected


@pytest.mark.parametrize(
    ("change", "today", "bars", "proposed"),
    [
        ({}, date(2025, 6, 30), set(), False),
        ({}, date(2025, 7, 1), set(), True),
        ({"last_logged_on": date(2024, 2, 29)}, date(2029, 3, 1), set(), False),
        ({"last_logged_on": date(2024, 2, 29)}, date(2029, 3, 2), set(), True),
        ({"work_ends": (None,)}, date(2099, 1, 1), {"work_without_end"}, False),
        ({"account_states": ("LOCKED",)}, date(2099, 1, 1), {"account_live"}, False),
        ({"account_states": ("DISABLED", "SUSPENDED")}, date(2099, 1, 1), {"account_live"}, False),
        ({"account_states": ("REMOVED",)}, date(2025, 7, 1), set(), True),
        ({"accounts_ended_on": date(2025, 6, 1)}, date(2025, 7, 1), {"ended_recently"}, False),
        ({"open_cases": ("CR-2020-000001",)}, date(2099, 1, 1), {"case_open"}, False),
        ({"open_tickets": 1}, date(2099, 1, 1), {"ticket_open"}, False),
        ({"holds": ("nexus since 2021",)}, date(2099, 1, 1), {"held"}, False),
        ({"holds": ("x",), "work_ends": (None,)}, date(2099, 1, 1), {"held", "work_without_end"}, False),
        ({"providers": ()}, date(2099, 1, 1), {"no_agency"}, False),
        ({"proposed": True}, date(2099, 1, 1), {"proposed"}, False),
        ({"destroyed": True, "account_states": ("LOCKED",)}, date(2099, 1, 1), set(), False),
    ],
)
def test_what_may_be_proposed_and_why_not(change: dict[str, Any], today: date, bars: set[str], proposed: bool) -> None:
    seen = review(replace(GONE, **change), YEARS, 365, today)
    assert {b.code for b in seen.bars} == bars
    assert bool(seen.due) is proposed


NOTICED = date(2026, 1, 1)
READY = Readiness(NOTICED, (), ("mreyes",), "dokafor", ())


@pytest.mark.parametrize(
    ("change", "after", "problems"),
    [
        ({}, 30, set()),
        ({}, 29, {"too_early"}),
        ({"noticed_on": None}, 30, {"no_notice"}),
        ({"missing": ("nexus",), "noted_by": ()}, 30, {"no_permission"}),
        ({"ordered_by": "mreyes"}, 30, {"same_person"}),
        ({"holds": ("CX10001",)}, 30, {"held"}),
        ({"missing": ("butte",), "ordered_by": "mreyes", "holds": ("x",)}, 1,
         {"held", "too_early", "no_permission", "same_person"}),
    ],
)  # fmt: skip
def test_when_a_destruction_may_be_ordered(change: dict[str, Any], after: int, problems: set[str]) -> None:
    found = order_problems(replace(READY, **change), 30, NOTICED + timedelta(after))
    assert {f.code for f in found} == problems
