"""Business days, held against the list of MCA 1-1-216 as it stands in the statute, not against the library's word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.policy.business_days import business_day, business_days, is_business_day, legal_holidays

YEARS = range(2024, 2041)


def nth(year: int, month: int, weekday: int, n: int) -> date:
    """The nth weekday of a month (Monday is 0); -1 is the last."""
    if n < 0:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
        return last - timedelta((last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))


def statute(year: int) -> set[date]:
    """1-1-216 (1)(b) to (l), with (2)(a) Sunday to Monday and (2)(b) Saturday to the Friday before."""
    days = [
        date(year, 1, 1),
        nth(year, 1, 0, 3),  # Martin Luther King Jr.
        nth(year, 2, 0, 3),  # Presidents'
        nth(year, 5, 0, -1),  # Memorial
        date(year, 7, 4),
        nth(year, 9, 0, 1),  # Labor
        nth(year, 10, 0, 2),  # Indigenous Peoples' and Columbus
        date(year, 11, 11),
        nth(year, 11, 3, 4),  # Thanksgiving
        date(year, 12, 25),
    ]
    if year % 2 == 0:  # state general election: the first Tuesday after the first Monday (MCA 13-1-104)
        days.append(nth(year, 11, 0, 1) + timedelta(1))
    moved = {5: timedelta(-1), 6: timedelta(1)}
    return {day + moved.get(day.weekday(), timedelta(0)) for day in days}


@pytest.mark.parametrize("year", YEARS)
def test_offices_are_closed_on_the_days_of_the_statute_and_on_no_other_weekday(year: int) -> None:
    by_law = {day for y in (year - 1, year, year + 1) for day in statute(y) if day.year == year}
    assert {day for day in legal_holidays(year) if day.weekday() < 5} == by_law
    every = [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    assert [d for d in every if is_business_day(d)] == [d for d in every if d.weekday() < 5 and d not in by_law]


COUNTED = [
    ("over a weekend", date(2026, 11, 20), 2, date(2026, 11, 24)),
    ("over Thanksgiving", date(2026, 11, 25), 2, date(2026, 11, 30)),
    ("asked on a Saturday", date(2026, 11, 21), 1, date(2026, 11, 23)),
    ("asked on a holiday", date(2026, 11, 26), 1, date(2026, 11, 27)),
    ("over election day and Veterans Day", date(2026, 11, 2), 6, date(2026, 11, 12)),
    ("no election in an odd year", date(2027, 11, 1), 1, date(2027, 11, 2)),
    ("Independence Day on a Saturday is kept on Friday", date(2026, 7, 2), 1, date(2026, 7, 6)),
    ("Independence Day on a Sunday is kept on Monday", date(2027, 7, 2), 1, date(2027, 7, 6)),
    ("New Year's Day on a Saturday is kept in the old year", date(2027, 12, 30), 1, date(2028, 1, 3)),
    ("the day after Thanksgiving is a business day", date(2026, 11, 25), 1, date(2026, 11, 27)),
    ("19 June is a business day", date(2026, 6, 18), 1, date(2026, 6, 19)),
    ("leap day", date(2028, 2, 28), 1, date(2028, 2, 29)),
    ("day 0 is the day itself", date(2026, 11, 26), 0, date(2026, 11, 26)),
]


@pytest.mark.parametrize(("start", "number", "day"), [c[1:] for c in COUNTED], ids=[c[0] for c in COUNTED])
def test_counting_leaves_out_the_first_day(start: date, number: int, day: date) -> None:
    assert business_day(start, number) == day
    assert business_days(start, day) == number
    assert business_days(day, start) == 0
