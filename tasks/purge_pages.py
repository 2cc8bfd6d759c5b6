"""What a purge review shows: proposals and what was passed over, and the record of a destruction, for print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from db.models import PurgePermission, PurgePiece, PurgeProposal, PurgeState
from tasks.policy.retention import SOURCE, Review, Schedule

NEXT = {
    PurgeState.PROPOSED: "notify the agency",
    PurgeState.NOTIFIED: "note the written permission of each agency; then a second person orders the destruction",
    PurgeState.DESTROYING: "nothing: it is finished by the next run",
}
SHOWN = 200


def page(open_ones: Sequence[PurgeProposal], passed: Sequence[tuple[str, Review]]) -> str:
    """Everything that is proposed, and what was old enough and is not, as markdown. It names nobody."""
    lines = ["**Nothing was destroyed.** This is a list of proposals (ICOTS 23.0); each goes its way by people.", ""]
    if open_ones:
        lines += ["| proposal | user IDs and cases | agency | kept until | destroy by | state | next |"]
        lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
        lines += [_line(p) for p in open_ones[:SHOWN]]
    else:
        lines.append("No records are proposed.")
    if passed:
        lines += ["", "**Passed over**", "", "| user IDs and cases | kept until | why not |", "| --- | --- | --- |"]
        for about, seen in passed[:SHOWN]:
            why = " ".join(f"{b.sentence} ({b.clause})" for b in seen.bars)
            lines.append(f"| {about} | {seen.over_on or '–'} | {why} |")
    return "\n".join(lines)


def _line(p: PurgeProposal) -> str:
    kept = max(p.due.values())
    state = f"{p.state.lower()}{f': {p.problem}' if p.problem else ''}"
    cells = [f"PURGE-{p.id}", p.about, ", ".join(p.providers), kept, str(p.latest_on), state, NEXT[p.state]]
    return f"| {' | '.join(cells)} |"


def certificate(
    proposal: PurgeProposal,
    permissions: Sequence[PurgePermission],
    pieces: Sequence[PurgePiece],
    digest: str,
    at: datetime,
) -> str:
    """The record that stays (ICOTS 24.0 C): what, when, by whose permission, and a digest of every piece."""
    lines = [
        f"# Record of destruction PURGE-{proposal.id}",
        "",
        f"Records of {proposal.about} (agency: {', '.join(proposal.providers)}) were destroyed.",
        f"Done at {at:%Y-%m-%d %H:%M %Z}.",
        "User IDs stay reserved.",
        "",
        "| retention | schedule | kept until |",
        "| --- | --- | --- |",
        *(f"| {s.lower()} | {SOURCE[Schedule(s)]} | {day} |" for s, day in sorted(proposal.due.items())),
        "",
        f"- proposed on {proposal.made_at:%Y-%m-%d} by {proposal.made_by}",
        f"- notice to the agency on {proposal.noticed_at:%Y-%m-%d} by {proposal.noticed_by} (ICOTS 24.0 B)",
        *(_permission(p) for p in permissions),
        f"- destruction ordered on {proposal.ordered_at:%Y-%m-%d} by {proposal.ordered_by}, a second person",
        "",
        "## What was destroyed",
        "",
        *(f"- {count} × {place}" for place, count in sorted(Counter(p.place for p in pieces).items())),
        "",
        "## What was not",
        "",
        *([f"- {left}" for left in proposal.left] or ["Nothing was left."]),
        "",
        "Beyond reach of this product: backups, copies in others' mailboxes and on a mail server, what people printed.",
        "",
        "## Every piece, with the SHA-256 of what was destroyed",
        "",
        f"Digest over this list: `{digest}` (also in the audit chain)",
        "",
        "| no. | schedule | place | key | bytes | SHA-256 |",
        "| --- | --- | --- | --- | ---: | --- |",
        *(
            f"| {p.id} | {p.schedule.lower()} | {p.place} | {p.key or '–'} | {p.size} | `{p.sha256 or '–'}` |"
            for p in pieces
        ),
    ]
    return "\n".join(lines) + "\n"


def _permission(p: PurgePermission) -> str:
    return (
        f"- written permission of {p.provider_key}: mail-{p.message_id} of {p.sender}, SHA-256 `{p.sha256}`, noted on "
        f"{p.noted_at:%Y-%m-%d} by {p.noted_by} (ICOTS 24.0 A)"
    )
