"""III.B.3.a, PS-7: how late notices come and access ends, measured in Montana days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db import notices
from db.columns import utc_now
from db.models import Kind, Request
from tasks.lateness import Late, measure, report
from tests.factories import today
from tests.tasks.office import Office
from tests.tasks.roadwork import holder, told

DENVER = ZoneInfo("America/Denver")


def at(day: int, hour: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=DENVER)


CASES: dict[str, tuple[date | None, datetime, datetime | None, Late]] = {
    "told and done before the day is over": (date(2026, 6, 5), at(4), at(5, 20), Late(0, 0, False)),
    "told two days late, done in six hours": (date(2026, 6, 5), at(8), at(8, 6), Late(2, 0.25, True)),
    "told in time, done a day and a half late": (date(2026, 6, 5), at(3), at(7, 12), Late(0, 1.5, True)),
    "done after just 24 hours": (date(2026, 6, 5), at(6), at(7), Late(0, 1, False)),
    "not done yet": (date(2026, 6, 5), at(7), None, Late(1, None, False)),
    "no day known": (None, at(7), at(8), Late(None, 1, False)),
    "over the night when the clocks go back": (
        date(2026, 10, 31), at(2, month=11), at(2, 12, month=11), Late(1, 0.5, True),
    ),
}  # fmt: skip
"""Day of the event, when the notice came, when access ended; what is measured."""


@pytest.mark.parametrize("name", CASES)
def test_one_notice_is_measured(name: str) -> None:
    event_on, noticed, disabled, expected = CASES[name]
    found = measure(event_on, noticed, disabled, DENVER)
    assert found.amber is expected.amber
    for one, other in ((found.to_notice, expected.to_notice), (found.to_disablement, expected.to_disablement)):
        assert one == (None if other is None else pytest.approx(other))


@pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
def test_the_report_has_a_row_for_each_provider(office: Office) -> None:
    assert "No departure" in report.fn()
    holder(office)
    request_id = told(office, Kind.DEPARTURE, f"Jane Doe left on {today() - timedelta(4):%m/%d/%Y}.")
    assert "| Nexus | 1 |" in report.fn()
    assert report.fn().endswith("| 0 | 1 |")
    with office.session() as session:
        notices.ended(session, session.get_one(Request, request_id), utc_now(), 72.0)
    assert report.fn().endswith("| **1** | 0 |")
