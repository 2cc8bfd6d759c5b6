"""What people are told of unused accounts: the owner by mail, the provider by mail, the contract manager by a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from db import lockouts, register
from db.account_life import AccountState
from db.models import Account, LockoutRun, LockoutState, Person, Request
from tasks import notices
from tasks.policy.iii_c_3_lockout import Due
from tasks.settings import Settings

SHOWN = 200
"""Lines of a plan that a page shows; the registry keeps all."""
STEP = 10
"""Days without use that one bar stands for."""
PASSED_OVER = {
    AccountState.ON_LEAVE: "on leave until a day that is on record (III.B.3.a)",
    AccountState.SUSPENDED: "suspended pending a decision (III.C.6)",
    AccountState.LOCKED: "locked already",
    AccountState.DISABLED: "disabled",
    AccountState.REQUESTED: "not yet made by IT",
}
"""Accounts that the clause is not about, and why."""
BAR = 40
"""Characters of the longest bar."""


def warn(session: Session, config: Settings, account: Account, person: Person, day: int, today: date) -> None:
    """Tell the owner that the account will be locked, and on which day. An answer is a mail of its own."""
    context = {
        "staff_name": person.name,
        "user_id": account.user_name,
        "days": day,
        "days_left": config.lockout_days + 1 - day,
        "limit": config.lockout_days,
        "used": account.last_used_on is not None,
    }
    notices.put(
        session, config, None, "idle_warning", [person.email], context,
        about=account.user_name or "", sequence=today.toordinal(),
    )  # fmt: skip


def locked(
    session: Session, config: Settings, review: Request, account: Account, person: Person, reason: str, today: date
) -> None:
    """Tell the owner and the provider's designated submitters that the account is locked, and what to do.

    An answer joins the review of the need.
    """
    providers = register.facilities(session, person, today)
    submitters = register.submitters(session, [p.key for p in providers], today)
    context = {
        "number": review.number,
        "staff_name": person.name,
        "user_id": account.user_name,
        "reason": reason,
        "limit": config.lockout_days,
        "mailbox": config.mailbox_address,
    }
    notices.put(session, config, review, "locked_out", [person.email], context)
    if to := [address for address in submitters if address != person.email]:
        told = context | {"provider_name": ", ".join(p.name for p in providers)}
        notices.put(session, config, review, "locked_out_provider", to, told)


def page(session: Session, config: Settings, run: LockoutRun) -> str:
    """A run as markdown."""
    done = bool(run.outcome)
    titles = {Due.LOCK: "Locked" if done else "To be locked", Due.WARN: "Warned" if done else "To be warned"}
    lines = [_headline(run), "", *_looked_at(run, lockouts.states(session)), "", *_picture(session, config, run.day)]
    for due, title in titles.items():
        lines += _table(title, [line for line in run.outcome or run.plan if line["due"] == due], done=done)
    lines += ["", f"Digest of this plan: `{run.digest}` (in the audit chain under `lockout-{run.id}`)."]
    return "\n".join(lines)


def _headline(run: LockoutRun) -> str:
    again = f"start *lock unused accounts* with run {run.id}"
    match run.state:
        case LockoutState.STALE:
            return f"**Stopped.** {run.stopped}"
        case LockoutState.HELD:
            return f"**Stopped.** {run.stopped} To release it, somebody else than {run.made_by} may {again}."
        case LockoutState.PREVIEW:
            return f"**Preview {run.id}: nothing was done.** To carry out just this, {again}."
        case LockoutState.DONE:
            return f"**Run {run.id} was carried out** by {run.done_by}."


def _looked_at(run: LockoutRun, states: dict[AccountState, int]) -> list[str]:
    counted = Counter(line["due"] for line in run.plan)
    said = f"{run.active} active accounts were looked at: {counted[Due.LOCK]} to lock, {counted[Due.WARN]} to warn."
    feed = f"The usage export of {run.as_of} says when they were used." if run.as_of else "No usage export is on file."
    passed = [f"- {count} {why}" for state, why in PASSED_OVER.items() if (count := states.get(state, 0))]
    return [f"{said} {feed}", *(["", "Passed over:", *passed] if passed else [])]


def _picture(session: Session, config: Settings, today: date) -> list[str]:
    """How long active accounts have not been used, as bars."""
    last = config.lockout_days // STEP + 1
    found: Counter[int] = Counter()
    for day, count in lockouts.days_of_use(session, config.zone).items():
        found[max(0, min((today - day).days // STEP, last))] += count
    if not found:
        return []
    most = max(found.values())
    lines = ["| days without use | accounts | |", "| --- | ---: | --- |"]
    for bucket in range(last + 1):
        name = f"{bucket * STEP} to {bucket * STEP + STEP - 1}" if bucket < last else f"{last * STEP} and more"
        bar = "█" * max(1, round(found[bucket] / most * BAR)) if found[bucket] else ""
        lines.append(f"| {name} | {found[bucket]} | {bar} |")
    return lines


def _table(title: str, lines: Sequence[dict[str, Any]], *, done: bool) -> list[str]:
    if not lines:
        return []
    columns = ["user_id", "day", "reason", *(["done"] if done else [])]
    head = ["account", "day", "why", *(["outcome"] if done else [])]
    rows = [[str(line[column]) for column in columns] for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        rows.append(["…", "", f"{len(lines) - SHOWN} more, in the registry", *([""] if done else [])])
    table = [head, ["---", "---:", "---", *(["---"] if done else [])], *rows]
    return ["", f"**{title}**", "", *("| " + " | ".join(row) + " |" for row in table)]
