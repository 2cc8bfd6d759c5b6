"""III.C.3: a wrong usage export locks nobody. What is refused, and with which code."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.adapters.usage import UsageRefused
from tasks.adapters.usage.csv_export import read
from tasks.policy.usage import Bounds, Earlier, refusal

TODAY = date(2026, 5, 1)
ZONE = ZoneInfo("America/Denver")
BOUNDS = Bounds(0.95, 0.05, 0.01)
KNOWN = {f"CX{n:05d}": TODAY - timedelta(n % 50) for n in range(200)}
FULL = [(user, day) for user, day in KNOWN.items() if day is not None]
EARLIER = Earlier(TODAY - timedelta(1), 200)
YEAR = timedelta(365)
Uses = list[tuple[str, date | None]]


def moved(by: timedelta) -> Uses:
    return [(user, day + by) for user, day in FULL]


EXPORTS: dict[str, tuple[Uses, date, Earlier | None, str]] = {
    "as it should be": ([*FULL], TODAY, EARLIER, ""),
    "the first one": ([*FULL], TODAY, None, ""),
    "with accounts of other agencies": ([*FULL, ("CA1", None)], TODAY, EARLIER, ""),
    "one account fewer": ([*FULL[:-1]], TODAY, EARLIER, ""),
    "empty": ([], TODAY, EARLIER, "empty"),
    "half": ([*FULL[:100]], TODAY, EARLIER, "shrinking"),
    "half, and the first one": ([*FULL[:100]], TODAY, None, "partial"),
    "doubled": ([*FULL, *FULL], TODAY, EARLIER, "doubled"),
    "one line twice": ([*FULL, FULL[0]], TODAY, EARLIER, "doubled"),
    "shifted a year back": (moved(-YEAR), TODAY, EARLIER, "going_back"),
    "shifted a day back": (moved(-timedelta(1)), TODAY, EARLIER, "going_back"),
    "shifted a year on": (moved(YEAR), TODAY, EARLIER, "future"),
    "of tomorrow": ([*FULL], TODAY + timedelta(1), EARLIER, "future"),
    "a use after its own day": ([*FULL], TODAY - timedelta(1), Earlier(TODAY - timedelta(2), 200), "future"),
    "the same day again": ([*moved(-timedelta(1))], TODAY - timedelta(1), EARLIER, "not_newer"),
    "older than the last": ([*moved(-timedelta(9))], TODAY - timedelta(9), EARLIER, "not_newer"),
    "everybody never used": ([(user, None) for user, _ in FULL], TODAY, EARLIER, "going_back"),
}


@pytest.mark.parametrize(("uses", "as_of", "earlier", "code"), EXPORTS.values(), ids=EXPORTS)
def test_which_export_is_believed(uses: Uses, as_of: date, earlier: Earlier | None, code: str) -> None:
    found = refusal(uses, as_of, known=KNOWN, earlier=earlier, bounds=BOUNDS, today=TODAY)
    assert (found.code if found else "") == code, found


FILES: dict[str, tuple[str, bytes, str]] = {
    "plain": ("usage-2026-05-01.csv", b"user_id,last_access\r\nCX1,2026-04-30\r\ncx2,\r\n", ""),
    "semicolons, a mark at the start, American days": (
        "u20260501.csv", b"\xef\xbb\xbfUSER_ID;Last_Access\nCX1;04/30/2026 17:22\nCX2;never\n", ""),
    "moments in another zone": ("2026-05-01.csv", b"user_id,last_access\nCX1,2026-05-01T03:00:00+00:00\nCX2,\n", ""),
    "a column for the day": ("x.csv", b"user_id,last_access,as_of\nCX1,2026-04-30,2026-05-01\nCX2,,2026-05-01\n", ""),
    "as the system with the wide letters writes": (
        "2026-05-01.csv", "user_id,last_access\nCX1,2026-04-30\nCX2,\n".encode("utf-16"), ""),
    "no day anywhere": ("usage.csv", b"user_id,last_access\nCX1,2026-04-30\n", "no_day"),
    "two days": ("x.csv", b"user_id,last_access,as_of\nC1,,2026-05-01\nC2,,2026-05-02\n", "several_days"),
    "nothing": ("2026-05-01.csv", b"", "empty"),
    "blanks": ("2026-05-01.csv", b"\r\n \r\n", "empty"),
    "another file": ("2026-05-01.csv", b"name,phone\nJane,1\n", "columns"),
    "a bad day": ("2026-05-01.csv", b"user_id,last_access\nCX1,31st of May\n", "bad_lines"),
    "no user": ("2026-05-01.csv", b"user_id,last_access\n,2026-04-30\n", "bad_lines"),
    "cut off in a line": ("2026-05-01.csv", b"user_id,last_access\nCX1,2026-04-30\nCX2", "bad_lines"),
    "an open quote": ("2026-05-01.csv", b'user_id,last_access\n"CX1,2026-04-30\n', "not_csv"),
    "a picture": ("2026-05-01.csv", b"\x89PNG\r\n\x1a\n\xff\xd8\xff", "encoding"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), FILES.values(), ids=FILES)
def test_which_file_is_an_export(name: str, content: bytes, code: str) -> None:
    if code:
        with pytest.raises(UsageRefused) as refused:
            read(content, name, {}, ZONE)
        assert refused.value.code == code
        assert refused.value.sentence.endswith(".")
        return
    export = read(content, name, {}, ZONE)
    assert export.as_of == TODAY
    assert [(u.user_id, u.last_used_on) for u in export.uses] == [("CX1", date(2026, 4, 30)), ("CX2", None)]


def test_the_columns_may_have_other_names() -> None:
    content = b"Login,LAST SIGN-ON\nCX1,2026-04-30\n"
    export = read(content, "2026-05-01.csv", {"user_id": "login", "last_access": "last sign-on"}, ZONE)
    assert export.uses[0].user_id == "CX1"


def test_a_caller_may_know_the_day() -> None:
    assert read(b"user_id,last_access\nCX1,\n", "usage.csv", {}, ZONE, TODAY).as_of == TODAY
