"""The weekly review of the audit chain (AU-6): what happened, what is unusual, whether the chain holds.

One review goes on where the last one ended, by the number of a link: no link is reviewed twice and none is left out.
Restricted cases are counted and never named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from db import audit, audit_reviews
from db.models import Audit, Request
from tasks.policy.business_days import is_business_day
from tasks.settings import Settings

CLAUSE = "AU-6"
NAMED = 8
"""Cases that are named for one unusual thing; the chain has all of them."""


@dataclass(frozen=True)
class Unusual:
    """Something to look at: what it is, how often, and by whom or on which cases."""

    what: str
    count: int
    detail: str


@dataclass(frozen=True)
class Review:
    """The links from `first` to `last`, both included. `broken` says what does not hold, or is empty."""

    first: int
    last: int
    head: str
    kinds: tuple[tuple[str, int], ...]
    unusual: tuple[Unusual, ...]
    broken: str


Rule = tuple[str, Callable[[Audit], bool]]


def review(session: Session, config: Settings, first: int) -> Review:
    """Read every link from number `first` to the end of the chain, and walk the whole chain once."""
    head = audit.head_of(session)
    links = audit_reviews.links(session, first, head.seq)
    hidden = set(session.exec(select(Request.number).where(col(Request.restricted).is_(True))).all())
    found = audit.verify(session)
    kinds = Counter(link.action.partition(".")[0] for link in links)
    return Review(
        first=first,
        last=head.seq,
        head=str(head),
        kinds=tuple(sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))),
        unusual=tuple(_unusual(links, config, hidden)),
        broken=f"Link {found.seq} {found.what}." if found else "",
    )


def _rules(config: Settings) -> tuple[Rule, ...]:
    """What is unusual, in the order in which it is told."""
    return (
        ("Refused sign-ins", lambda a: a.action == "sign_in.refused"),
        ("Users locked after wrong passwords", lambda a: a.action == "sign_in.locked"),
        ("Approvals refused because the person is named in the request", _own),
        ("Answers refused", lambda a: a.action in ("answer.refused", "start.refused") and not _own(a)),
        ("Answers that came too late to count", lambda a: a.action == "answer.stale"),
        ("Changes of the register refused", lambda a: a.action == "register.refused"),
        ("Decisions outside office hours", lambda a: a.action.startswith("decision.") and not _in_hours(config, a)),
        ("Decisions undone", lambda a: a.action == "decision.undo"),
        ("Lockout runs held because of their size", lambda a: a.action == "lockout.held"),
        ("Lockout runs that locked many", lambda a: _locked(a) > config.lockout_guard_number),
        ("Users, managers and deputies changed", _rights),
        ("Held mail released or settled by hand", lambda a: a.action in ("mail.released", "mail.settled")),
        ("Evidence packed", lambda a: a.action == "evidence.packed"),
    )


def _unusual(links: list[Audit], config: Settings, hidden: set[str]) -> Iterable[Unusual]:
    for what, applies in _rules(config):
        if found := [link for link in links if applies(link)]:
            yield Unusual(what, len(found), _detail(found, hidden))
    approved = Counter(
        a.actor for a in links if a.action == "decision.approval" and a.detail.get("outcome") == "approve"
    )
    for actor, count in sorted(approved.items()):
        if count >= config.review_many_approvals:
            yield Unusual(f"Many approvals by one person: {actor}", count, "")


def _detail(found: list[Audit], hidden: set[str]) -> str:
    """By whom, and on which cases: `mreyes 3, dokafor 1; CR-2026-000012, a restricted case`."""
    actors = Counter(link.actor for link in found)
    by = ", ".join(f"{actor} {count}" for actor, count in actors.most_common(NAMED))
    cases = dict.fromkeys(link.subject for link in found if link.subject.startswith("CR-"))
    named = [case for case in cases if case not in hidden]
    restricted = len(cases) - len(named)
    shown = named[:NAMED] + ([f"{len(named) - NAMED} more"] if len(named) > NAMED else [])
    shown += [f"{restricted} restricted"] if restricted else []
    return f"{by}; {', '.join(shown)}" if shown else by


def _own(link: Audit) -> bool:
    """Somebody tried to decide on what is their own (AC-5)."""
    problem = str(link.detail.get("problem", ""))
    return link.action in ("answer.refused", "register.refused") and any(
        said in problem for said in ("for themselves", "reinstates themselves", "gives themselves")
    )


def _in_hours(config: Settings, link: Audit) -> bool:
    at = datetime.fromisoformat(link.at).astimezone(config.zone)
    return is_business_day(at.date()) and config.office_opens <= at.hour < config.office_closes


def _locked(link: Audit) -> int:
    counted = link.detail.get("LOCK", 0) if link.action == "lockout.done" else 0
    return int(counted)


def _rights(link: Audit) -> bool:
    return link.action in ("user.saved", "user.deactivated", "manager.appointed", "deputy.appointed", "deputy.ended")


def sentence(done: Review, first_day: date | None, last_day: date) -> str:
    """What was reviewed, in one sentence."""
    since = f"{first_day} to {last_day}" if first_day else f"the beginning to {last_day}"
    count = done.last - done.first + 1
    return f"{count} entries of the audit chain, from {since} (links {done.first} to {done.last})."


def page(number: int, done: Review, said: str) -> str:
    """The review as markdown, for the run's page."""
    lines = [f"**Review {number}.** {said}", "", f"**{chain(done, '`')}**", ""]
    lines += ["| unusual | how often | by whom, where |", "| --- | ---: | --- |"]
    lines += [f"| {u.what} | {u.count} | {u.detail} |" for u in done.unusual] or ["| nothing | 0 | |"]
    lines += ["", "| what happened | how often |", "| --- | ---: |"]
    return "\n".join([*lines, *(f"| {kind} | {count} |" for kind, count in done.kinds)])


def chain(done: Review, quote: str = "") -> str:
    """Whether the chain holds, in words, with its head; on a page it stands in `quote`, so that it breaks there."""
    if done.broken:
        return f"The audit chain does NOT hold. {done.broken} Keep every copy of the registry, and call the auditor."
    return f"The audit chain holds. Its head is {quote}{done.head}{quote}"
