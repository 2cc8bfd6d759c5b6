"""III.C.3: when an account is warned of and locked, as tables of days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.policy.iii_c_3_lockout import Due, Idle, Rule, mass_effect, stale, verdict

RULE = Rule()
DENVER = ZoneInfo("America/Denver")
LOCK, WARN, NOTHING = Due.LOCK, Due.WARN, Due.NOTHING


def day(text: str) -> date:
    return date.fromisoformat(text)


def used(last: str, today: str, since: str = "2025-01-01", warned: str = "", stage: int = 0) -> tuple[Idle, date]:
    return Idle(day(since), day(last) if last else None, day(warned) if warned else None, stage), day(today)


CASES = {
    "day 44: nothing": (used("2026-03-01", "2026-04-14"), NOTHING, 44, 0),
    "day 45: warned": (used("2026-03-01", "2026-04-15"), WARN, 45, 45),
    "day 46: warned yesterday": (used("2026-03-01", "2026-04-16", warned="2026-04-15", stage=45), NOTHING, 46, 0),
    "day 55: warned again": (used("2026-03-01", "2026-04-25", warned="2026-04-15", stage=45), WARN, 55, 55),
    "day 59: nothing": (used("2026-03-01", "2026-04-29", warned="2026-04-25", stage=55), NOTHING, 59, 0),
    "day 60: not locked": (used("2026-03-01", "2026-04-30", warned="2026-04-25", stage=55), NOTHING, 60, 0),
    "day 61: locked": (used("2026-03-01", "2026-05-01", warned="2026-04-25", stage=55), LOCK, 61, 0),
    "over a leap day, day 60": (used("2024-01-01", "2024-03-01", "2023-01-01", "2024-02-25", 55), NOTHING, 60, 0),
    "over a leap day, day 61": (used("2024-01-01", "2024-03-02", "2023-01-01", "2024-02-25", 55), LOCK, 61, 0),
    "over no leap day, day 61": (used("2025-01-01", "2025-03-03", "2024-01-01", "2025-02-25", 55), LOCK, 61, 0),
    "to summer time, day 60": (used("2026-02-01", "2026-04-02", warned="2026-03-28", stage=55), NOTHING, 60, 0),
    "to summer time, day 61": (used("2026-02-01", "2026-04-03", warned="2026-03-28", stage=55), LOCK, 61, 0),
    "to winter time, day 60": (used("2026-10-01", "2026-11-30", warned="2026-11-25", stage=55), NOTHING, 60, 0),
    "to winter time, day 61": (used("2026-10-01", "2026-12-01", warned="2026-11-25", stage=55), LOCK, 61, 0),
    "never used, day 20": (used("", "2026-03-21", "2026-03-01"), NOTHING, 20, 0),
    "never used, day 21: warned": (used("", "2026-03-22", "2026-03-01"), WARN, 21, 21),
    "never used, day 45: warned as well": (used("", "2026-04-15", "2026-03-01", "2026-03-22", 21), WARN, 45, 45),
    "never used, day 60": (used("", "2026-04-30", "2026-03-01", "2026-04-25", 55), NOTHING, 60, 0),
    "never used, day 61: locked": (used("", "2026-05-01", "2026-03-01", "2026-04-25", 55), LOCK, 61, 0),
    "re-issued or unlocked: the count begins again": (used("2025-12-01", "2026-04-30", "2026-03-01"), WARN, 60, 55),
    "re-issued or unlocked, day 61": (used("2025-12-01", "2026-05-01", "2026-03-01"), LOCK, 61, 0),
    "used before it was ours: the issue counts": (used("2026-02-20", "2026-04-14", "2026-03-01"), NOTHING, 44, 0),
    "a warning of an earlier count": (used("2026-03-01", "2026-04-15", warned="2026-02-01", stage=55), WARN, 45, 45),
    "missed for eight days: one warning, the latest": (used("2026-03-01", "2026-04-26"), WARN, 56, 55),
    "missed until after day 61: locked without a warning": (used("2026-03-01", "2026-05-09"), LOCK, 69, 0),
    "used today": (used("2026-03-01", "2026-03-01"), NOTHING, 0, 0),
    "the export knows of tomorrow": (used("2026-03-02", "2026-03-01"), NOTHING, -1, 0),
}  # fmt: skip


@pytest.mark.parametrize(("case", "due", "count", "stage"), CASES.values(), ids=CASES)
def test_what_is_due(case: tuple[Idle, date], due: Due, count: int, stage: int) -> None:
    found = verdict(*case, RULE)
    assert (found.due, found.day, found.stage) == (due, count, stage)
    assert (RULE.last_unlocked(case[1]) >= case[0].day_zero) is (found.due is LOCK)


@pytest.mark.parametrize("change", ["2026-03-08", "2026-11-01"])
def test_days_are_counted_from_midnight_to_midnight_on_both_changes_of_the_clock(change: str) -> None:
    """The day of the change has 23 or 25 hours and is one day all the same."""
    noon = datetime.combine(day(change), datetime.min.time(), DENVER) + timedelta(hours=12)
    since = (noon - timedelta(days=30)).date()
    assert verdict(Idle(since), since + timedelta(60), RULE).due is not LOCK
    assert verdict(Idle(since), since + timedelta(61), RULE).due is LOCK


def test_the_reason_says_why_in_one_line() -> None:
    assert verdict(*used("2026-03-01", "2026-05-01"), RULE).reason == (
        "last used on 2026-03-01, 61 days ago; locked after 60 days (III.C.3)"
    )
    assert verdict(*used("", "2026-05-01", "2026-03-01"), RULE).reason.startswith("never used; active since 2026-03-01")


STALE = {
    "no export at all": ("", 1, True),
    "of today": ("2026-05-01", 1, False),
    "of yesterday": ("2026-04-30", 1, False),
    "late by a day": ("2026-04-29", 1, True),
    "late by a day, two allowed": ("2026-04-29", 2, False),
}


@pytest.mark.parametrize(("as_of", "allowed", "stops"), STALE.values(), ids=STALE)
def test_an_old_export_locks_nobody(as_of: str, allowed: int, stops: bool) -> None:
    assert bool(stale(day(as_of) if as_of else None, day("2026-05-01"), allowed)) is stops


MASS = {
    "a few of many": (25, 1000, False),
    "more than the number": (26, 1000, True),
    "all five of a small house": (5, 5, False),
    "six of sixty": (6, 60, False),
    "seven of sixty": (7, 60, True),
    "none": (0, 0, False),
}


@pytest.mark.parametrize(("count", "active", "stops"), MASS.values(), ids=MASS)
def test_too_many_at_once_need_a_second_person(count: int, active: int, stops: bool) -> None:
    assert bool(mass_effect(count, active, 25, 0.10)) is stops
