"""How long decisions took, by kind of request and stage: P50, P90, P95, in words and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from db.decision_time import decided
from db.lifecycle import State
from db.models import Kind
from tasks.exhibits import KIND_WORDS
from tasks.policy.spread import Spread, spread

STAGE_WORDS = {
    State.TO_SORT: "sorting",
    State.ON_HOLD: "sender",
    State.IN_DOUBT: "doubtful scan",
    State.AWAITING_APPROVAL: "approval",
    State.UNDER_SUSPENSION: "suspension",
    State.REINSTATING: "reinstatement",
}
"""What was asked of the contract manager, in words."""

Name = tuple[str, str]
"""Kind and stage, in words."""


def decision_times(session: Session, zone: ZoneInfo, first: date, last: date) -> dict[Name, Spread]:
    """The spread of every kind and stage decided on local days `first` to `last`, by name.

    Elapsed time, nights and weekends included, and only while it was a contract manager's turn.
    """
    since, until = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (first, last + timedelta(1)))
    times: dict[Name, list[timedelta]] = defaultdict(list)
    for one in decided(session, since, until):
        times[named(one.kind, one.state, one.stage)].append(one.took)
    return {name: spread(took) for name, took in sorted(times.items())}


def named(kind: Kind, state: State, stage: int) -> Name:
    """Kind and stage as people call them."""
    words = STAGE_WORDS.get(state, state.replace("_", " ").lower())
    return KIND_WORDS[kind], f"{words} {stage}" if stage > 1 else words


def rounded(took: timedelta) -> str:
    """A duration in its two largest units: `2 d 4 h`, `3 h 5 min`, `40 s`."""
    seconds = int(took.total_seconds())
    parts = [
        (seconds // 86400, "d"),
        (seconds % 86400 // 3600, "h"),
        (seconds % 3600 // 60, "min"),
        (seconds % 60, "s"),
    ]
    first = next((n for n, (count, _) in enumerate(parts) if count), 3)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def sentence(found: Spread) -> str:
    """A spread in plain words."""
    half, most = rounded(found.p50), rounded(found.p90)
    return f"{found.count} decided. Half within {half}, 9 of 10 within {most}, 19 of 20 within {rounded(found.p95)}."


def table(found: Mapping[Name, Spread]) -> str:
    """All of it as a table of plain text, columns in line."""
    rows = [("kind", "stage", "decided", "P50", "P90", "P95")]
    for (kind, stage), one in found.items():
        rows.append((kind, stage, str(one.count), rounded(one.p50), rounded(one.p90), rounded(one.p95)))
    widths = [max(len(row[n]) for row in rows) for n in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
