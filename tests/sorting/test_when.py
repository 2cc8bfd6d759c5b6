"""Dates in words, from the day of the mail. 2026-11-18 is a Wednesday."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.policy.sorting.when import dates_of

SENT = date(2026, 11, 18)
CASES = [
    ("Her last day is Friday", "2026-11-20", ""),
    ("He left on Friday", "2026-11-13", ""),
    ("effective 12/1", "2026-12-01", ""),
    ("effective 12/1/26", "2026-12-01", ""),
    ("effective 2026-12-01", "2026-12-01", ""),
    ("starting Monday until Jan 5", "2026-11-23", "2027-01-05"),
    ("from Nov 30 to Jan 11", "2026-11-30", "2027-01-11"),
    ("December 7 through December 28", "2026-12-07", "2026-12-28"),
    ("from the 20th of December, back on January 4th, 2027", "2026-12-20", "2027-01-04"),
    ("out 11/23 and back 2/15", "2026-11-23", "2027-02-15"),
    ("terminated today", "2026-11-18", ""),
    ("fired yesterday", "2026-11-17", ""),
    ("effective immediately", "2026-11-18", ""),
    ("tomorrow", "2026-11-19", ""),
    ("at the end of the month", "2026-11-30", ""),
    ("gone since October 2", "2026-10-02", ""),
    ("on the 30th", "2026-11-30", ""),
    ("on the 2nd", "2026-12-02", ""),
    ("next Friday", "2026-11-27", ""),
    ("next Monday", "2026-11-23", ""),
    ("last Friday", "2026-11-13", ""),
    ("this Wednesday", "2026-11-18", ""),
    ("until March 1", "", "2027-03-01"),
    ("two weeks", "", ""),
    ("13/45", "", ""),
    ("Feb 30", "", ""),
    ("call 406-555-0170", "", ""),
    ("CX10023", "", ""),
    ("may sit at the desk", "", ""),
]


@pytest.mark.parametrize(("text", "on", "back"), CASES, ids=[c[0] for c in CASES])
def test_the_day_and_the_return(text: str, on: str, back: str) -> None:
    found = dates_of(text, SENT)
    assert (str(found.on or ""), str(found.back or "")) == (on, back)


@pytest.mark.parametrize("sent", [date(2026, 12, 31), date(2027, 1, 31), date(2028, 2, 29)])
def test_the_ends_of_months_and_years(sent: date) -> None:
    for text in ("on the 31st", "1/1", "12/31", "Feb 29", "end of the month", "next Monday", "tomorrow"):
        found = dates_of(text, sent)
        assert found.on is None or abs((found.on - sent).days) <= 366
