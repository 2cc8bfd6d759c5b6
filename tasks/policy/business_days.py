"""Montana business days, by which people's deadlines are counted (MCA 1-1-216, 1-1-306, 2-16-117).

State offices are closed on Saturdays and Sundays (2-16-117) and on the legal holidays of 1-1-216. The lockout after 60
days is no act of a person and counts calendar days (III.C.3); nothing of this file applies to it.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

CLAUSE = "MCA 1-1-216"

NOT_IN_MONTANA = "Juneteenth"
"""The library lists every federal holiday for every state; 1-1-216 does not have this one."""

_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def legal_holidays(year: int) -> frozenset[date]:
    """The days of `year` on which state offices are closed by 1-1-216, those observed on a Friday or Monday included.

    Sundays are legal holidays, too; they are not listed.
    """
    named = holidays.country_holidays("US", subdiv="MT", years=(year, year + 1))
    return frozenset(day for day, name in named.items() if day.year == year and NOT_IN_MONTANA not in name)


def is_business_day(day: date) -> bool:
    """Whether state offices are open on that day."""
    return day.weekday() < 5 and day not in legal_holidays(day.year)


def business_day(start: date, number: int) -> date:
    """Business day `number` (from 1) after `start`; the first day is not counted (1-1-306). 0 is `start` itself."""
    day = start
    for _ in range(number):
        day += _DAY
        while not is_business_day(day):
            day += _DAY
    return day


def business_days(start: date, end: date) -> int:
    """How many business days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    return sum(is_business_day(start + _DAY * n) for n in range(1, (end - start).days + 1))
