"""Who is reminded on which day, over weekends, holidays and gaps of the clock itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.policy.patience import Patience, Step, due, plan, upcoming

PAPERS = Patience((2, 5), 8, 20)
PEOPLE = Patience((2, 5), 8)
MONDAY = date(2026, 11, 16)


def steps_until(since: date, patience: Patience, days: int, dark: tuple[int, ...] = ()) -> list[tuple[date, Step]]:
    """What a clock does that looks every day but on the `dark` ones."""
    done, done_on, seen = 0, None, []
    for n in range(days):
        today = since + timedelta(n)
        if n in dark:
            continue
        if found := due(since, today, done, done_on, patience):
            seen.append((today, found.step))
            done, done_on = found.number, today
    return seen


RUNS = [
    (
        "a requester who never answers",
        MONDAY,
        PAPERS,
        (),
        ["2026-11-18 REMIND", "2026-11-23 REMIND", "2026-11-27 ESCALATE", "2026-12-15 EXPIRE"],
    ),
    (
        "a contract manager is never given up, and nothing is granted",
        MONDAY,
        PEOPLE,
        (),
        ["2026-11-18 REMIND", "2026-11-23 REMIND", "2026-11-27 ESCALATE"],
    ),
    (
        "asked on a Friday evening",
        date(2026, 11, 13),
        PEOPLE,
        (),
        ["2026-11-17 REMIND", "2026-11-20 REMIND", "2026-11-25 ESCALATE"],
    ),
    (
        "over election day and Veterans Day",
        date(2026, 10, 30),
        PEOPLE,
        (),
        ["2026-11-04 REMIND", "2026-11-09 REMIND", "2026-11-13 ESCALATE"],
    ),
    (
        "over the year's end",
        date(2026, 12, 23),
        PEOPLE,
        (),
        ["2026-12-28 REMIND", "2026-12-31 REMIND", "2027-01-06 ESCALATE"],
    ),
    (
        "a week without a clock brings one mail",
        MONDAY,
        PAPERS,
        tuple(range(1, 9)),
        ["2026-11-25 REMIND", "2026-11-27 ESCALATE", "2026-12-15 EXPIRE"],
    ),
    (
        "two weeks without a clock bring the escalation alone",
        MONDAY,
        PAPERS,
        tuple(range(1, 15)),
        ["2026-12-01 ESCALATE", "2026-12-17 EXPIRE"],
    ),
    (
        "after two months without a clock nobody is given up unwarned",
        MONDAY,
        PAPERS,
        tuple(range(1, 60)),
        ["2027-01-15 ESCALATE", "2027-02-03 EXPIRE"],
    ),
    (
        "the clock comes back on a Sunday and waits for Monday",
        MONDAY,
        PEOPLE,
        tuple(range(1, 6)),
        ["2026-11-23 REMIND", "2026-11-27 ESCALATE"],
    ),
    ("without reminders", MONDAY, Patience((), 0, 3), (), ["2026-11-19 EXPIRE"]),
    ("nothing is set", MONDAY, Patience((), 0), (), []),
]


@pytest.mark.parametrize(("since", "patience", "dark", "expected"), [r[1:] for r in RUNS], ids=[r[0] for r in RUNS])
def test_what_happens_while_somebody_is_silent(
    since: date, patience: Patience, dark: tuple[int, ...], expected: list[str]
) -> None:
    assert [f"{day} {step}" for day, step in steps_until(since, patience, 90, dark)] == expected


@pytest.mark.parametrize("dark", [(), tuple(range(1, 15)), tuple(range(1, 60))], ids=["always", "a gap", "a long gap"])
def test_what_is_announced_is_what_happens(dark: tuple[int, ...]) -> None:
    done, done_on = 0, None
    for n in range(90):
        today = MONDAY + timedelta(n)
        announced = upcoming(MONDAY, done, done_on, PAPERS)
        found = None if n in dark else due(MONDAY, today, done, done_on, PAPERS)
        if found and not dark:
            assert announced == found
            assert found.on == today
        if found:
            assert announced is not None
            assert announced.on <= today
            done, done_on = found.number, today
    assert upcoming(MONDAY, done, done_on, PAPERS) is None
    assert done == len(plan(MONDAY, PAPERS))
