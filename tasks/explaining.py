"""Why an account is in its state, on any day: one line, then every link of the audit chain that says so (III.B.1).

The chain is asked and not the row: what a row said last year nobody knows, what the chain said cannot be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from db import audit, papers, register
from db.account_life import AccountState
from db.models import Account, Audit, Decision, Document, Person, Request
from db.register import latest_clearance
from forms.schema import FormKind

NOT_BEFORE = "was not issued yet"
RESTRICTED = frozenset({"III.C.5", "III.C.6"})
"""Clauses whose reasons are told to those in charge of the case only."""
_BEGUN = "account.requested"


class NoSuchAccount(Exception):
    """No account has or had this user ID. User IDs look like CX10001; case does not matter."""


@dataclass(frozen=True)
class Step:
    """One change of the account: when, to what, by whom, resting on which clause, why, in which case."""

    at: datetime
    state: AccountState
    by: str
    clause: str
    reason: str
    case: str
    link: int


@dataclass(frozen=True)
class Explanation:
    """What an account was at the end of a day, and how it came to be that."""

    user_id: str
    name: str
    facilities: tuple[str, ...]
    on: date
    steps: tuple[Step, ...]
    granted: tuple[str, ...]

    @property
    def line(self) -> str:
        """The answer in one line."""
        who = f"{self.user_id} ({', '.join((self.name, *self.facilities))})"
        if not self.steps:
            return f"On {self.on} {who} {NOT_BEFORE}."
        last = self.steps[-1]
        case = f", case {last.case}" if last.case else ""
        return (
            f"On {self.on} {who} was {last.state}, since {last.at:%Y-%m-%d %H:%M}: "
            f"{last.reason} ({last.clause}; by {last.by}{case})."
        )


def explain(session: Session, user_id: str, on: date, zone: ZoneInfo, *, in_charge: bool = False) -> Explanation:
    """Why the account was what it was at the end of day `on` in `zone`. Raises `NoSuchAccount`.

    `in_charge`: whether reasons of restricted cases are told.
    """
    account = session.exec(select(Account).where(Account.user_name == user_id.strip().upper())).first()
    if account is None or account.user_name is None:
        raise NoSuchAccount(NoSuchAccount.__doc__)
    person = session.get_one(Person, account.person_id)
    origin = session.get_one(Request, account.request_id)
    until = datetime.combine(on + timedelta(1), time(), zone).astimezone(UTC)
    steps = tuple(
        _step(link, zone, in_charge)
        for link in _links(session, account, origin)
        if datetime.fromisoformat(link.at) < until
    )
    return Explanation(
        user_id=account.user_name,
        name=person.name,
        facilities=tuple(provider.name for provider in register.facilities(session, person, on)),
        on=on,
        steps=steps,
        granted=tuple(_granted(session, origin, person, until)) if steps else (),
    )


def _links(session: Session, account: Account, origin: Request) -> Sequence[Audit]:
    """The links that made or changed the account, oldest first: some under its ID, the first under its case."""
    names = [account.user_name or "", f"account-{account.id}"]
    query = (
        select(Audit)
        .where(
            or_(
                col(Audit.subject).in_(names) & col(Audit.action).startswith("account."),
                (col(Audit.subject) == origin.number) & (col(Audit.action) == _BEGUN),
            )
        )
        .order_by(col(Audit.seq))
    )
    changes = frozenset(AccountState)  # a change of what the account may do is told under its case
    return [link for link in session.exec(query) if link.detail.get("to") in changes or link.action == _BEGUN]


def _step(link: Audit, zone: ZoneInfo, in_charge: bool) -> Step:
    hidden = link.clause in RESTRICTED and not in_charge
    begun = link.action == _BEGUN
    return Step(
        at=datetime.fromisoformat(link.at).astimezone(zone),
        state=AccountState.REQUESTED if begun else AccountState(link.detail["to"]),
        by=link.actor,
        clause=link.clause,
        reason="the case is restricted" if hidden else str(link.detail.get("reason") or "IT was asked to make it"),
        case="" if hidden else link.subject if begun else str(link.detail.get("case") or ""),
        link=link.seq,
    )


def _granted(session: Session, origin: Request, person: Person, until: datetime) -> list[str]:
    """On what the access rests: who approved it and why, the clearance, and the papers by their digests."""
    found: list[str] = []
    decided = select(Decision).where(Decision.request_id == origin.id, col(Decision.decided_at) < until)
    for decision in session.exec(decided.order_by(col(Decision.id))):
        stands_in = f" for {decision.on_behalf_of}" if decision.on_behalf_of else ""
        why = f": {decision.reason}" if decision.reason else ""
        found.append(
            f"{origin.number}: {decision.outcome} by {decision.decided_by}{stands_in}{why} ({decision.clause})"
        )
    clearance = latest_clearance(session, person.id or 0)
    if clearance and clearance.recorded_at < until:
        found.append(f"Security clearance of {clearance.cleared_on}, recorded by {clearance.recorded_by} (III.A.1)")
    for kind, paper in papers.of_request(session, origin.id).items():
        document = session.get_one(Document, paper.reading.document_id)
        marks = ", ".join(f"{role} {row.final}" for role, row in sorted(paper.signatures.items()))
        signed = f"; signatures: {marks}" if kind == FormKind.CONSENT and marks else ""
        found.append(f"{kind.replace('_', ' ')}: {document.file_name}, SHA-256 `{document.sha256}`{signed} (III.B.2)")
    return found


def pages(said: Explanation) -> str:
    """The explanation as markdown: the line first."""
    lines = [f"**{said.line}**"]
    if said.steps:
        lines += [
            "",
            "| when | what | by | clause | why | case | link |",
            "| --- | --- | --- | --- | --- | --- | ---: |",
        ]
        lines += [
            f"| {s.at:%Y-%m-%d %H:%M} | {s.state} | {s.by} | {s.clause} | {s.reason} | {s.case} | {s.link} |"
            for s in said.steps
        ]
    if said.granted:
        lines += ["", "On what the access rests:", "", *(f"- {line}" for line in said.granted)]
    return "\n".join(lines)


def told(session: Session, user_id: str, on: date, zone: ZoneInfo, by: str) -> Explanation:
    """Explain, and write down who asked about whom (AU-6: looking is an event, too)."""
    said = explain(session, user_id, on, zone)
    audit.record(
        session, actor=by, action="account.explained", subject=said.user_id, clause="III.B.1", detail={"on": str(on)}
    )
    return said
