"""What differs between registry and directory, what is read again when, and samples that anybody can redo."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest

from tasks.policy.reconciling import OnRecord, against_directory, due_for_reading
from tasks.policy.sampling import digest, population_digest, sample

TODAY = date(2026, 7, 1)

SIDES: list[tuple[str, dict[str, OnRecord], list[tuple[str, bool]], list[tuple[str, str]]]] = [
    ("alike", {"CX1": OnRecord("ACTIVE")}, [("cx1", True)], []),
    ("orphan", {}, [("CX9", False)], [("orphan", "CX9")]),
    ("a service account", {}, [("SVC", True)], []),
    ("active, deleted there", {"CX1": OnRecord("ACTIVE")}, [], [("missing", "CX1")]),
    ("disabled here, deleted there", {"CX1": OnRecord("DISABLED")}, [], []),
    ("removed here, disabled there", {"CX1": OnRecord("REMOVED")}, [("CX1", False)], []),
    ("active, disabled there", {"CX1": OnRecord("ACTIVE")}, [("CX1", False)], [("disabled", "CX1")]),
    ("active, password not picked up", {"CX1": OnRecord("ACTIVE", has_password=False)}, [("CX1", False)], []),
    *(
        (f"{state}, enabled there", {"CX1": OnRecord(state)}, [("CX1", True)], [("enabled", "CX1")])
        for state in ("ON_LEAVE", "LOCKED", "SUSPENDED", "DISABLED", "REMOVED")
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), [s[1:] for s in SIDES], ids=[s[0] for s in SIDES])
def test_registry_against_directory(
    ours: dict[str, OnRecord], theirs: list[tuple[str, bool]], expected: list[tuple[str, str]]
) -> None:
    assert [(u.code, u.subject) for u in against_directory(ours, theirs, {"svc"})] == expected


@pytest.mark.parametrize(("files", "missed"), [(400, ()), (400, range(100, 108)), (10, ()), (40, range(5, 60))])
def test_every_file_is_read_within_a_cycle_and_the_nights_missed(files: int, missed: range) -> None:
    last = dict.fromkeys(range(files), (TODAY, False))
    longest = timedelta(0)
    for night in range(1, 760):
        if night in missed:
            continue
        today = TODAY + timedelta(night)
        due = due_for_reading([(n, *seen) for n, seen in last.items()], today, 365, 200)
        for number in due:
            longest = max(longest, today - last[number][0])
            last[number] = (today, True)
    assert all(again for _, again in last.values())
    assert longest <= timedelta(365 + len(missed))


def test_no_file_is_read_twice_on_a_day_and_the_order_does_not_matter() -> None:
    files = [(n, TODAY - timedelta(n % 7), True) for n in range(50)]
    assert due_for_reading(files, TODAY, 9, 9) == due_for_reading(files[::-1], TODAY, 9, 9)
    assert due_for_reading([(1, TODAY, True)], TODAY, 1, 9) == []


def test_a_sample_is_redone_with_nothing_of_ours() -> None:
    items = [f"CR-2026-{n:06d}" for n in range(200)]
    ranks = {i: hashlib.sha256(b"a seed|" + i.encode()).hexdigest() for i in items}
    assert sample("a seed", reversed(items), 7) == sorted(items, key=ranks.__getitem__)[:7]
    assert sample("another", items, 7) != sample("a seed", items, 7)
    assert sorted(sample("a seed", items[:3], 7)) == items[:3]
    assert digest("a seed") == hashlib.sha256(b"a seed").hexdigest()
    assert population_digest(["b", "a"]) == hashlib.sha256(b"a\nb").hexdigest()


def test_every_item_is_as_likely_as_any_other() -> None:
    items = [f"i{n}" for n in range(20)]
    counts = dict.fromkeys(items, 0)
    for seed in range(2000):
        for item in sample(str(seed), items, 5):
            counts[item] += 1
    assert min(counts.values()) > 400
    assert max(counts.values()) < 600
