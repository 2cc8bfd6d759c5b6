"""Access ends: at once or on its day, whoever is late; what is pending for the person ends with it; time is measured.

Clause III.B.3.a. The registry says so first; directory and IT follow it.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlmodel import Session, col, select

from db import credentials, notices
from db.account_life import ACCOUNT_MOVES, AccountEvent, AccountState, change
from db.columns import utc_now
from db.lifecycle import MOVES, OPEN, Event, State, advance
from db.models import Account, Credential, CredentialState, Kind, Request
from tasks import access_notices
from tasks.roads import subject
from tasks.sitting import Matter

CLAUSE = "III.B.3.a"
PROMPT = timedelta(hours=24)
"""After this long since the end of the day of the event it is amber (NIST PS-7; settled question A15)."""

VOIDED = (Kind.NEW_ACCESS, Kind.CHANGE, Kind.MOVE, Kind.LEAVE, Kind.RESET, Kind.UNLOCK)
"""What is asked for somebody who has departed is asked no longer; a violation is still looked into."""

COUNTS = (State.INCOMPLETE, State.AWAITING_APPROVAL, State.APPROVED, State.SCHEDULED)
"""A notice in these states comes from somebody who may give it, about somebody who is known."""


def is_due(m: Matter) -> bool:
    """Whether the notice ends access now: a termination at once, everything else on its day."""
    day = m.request.effective_on
    return (m.request.kind is Kind.DEPARTURE and m.request.terminated) or (day is not None and day <= m.today)


def act(m: Matter, event: AccountEvent, why: str, *, by: str = "correquests") -> bool:
    """End the access of the case in the registry, once. True when this call did it.

    An account that is disabled already is left as it is, and counts as ended since then.
    """
    notice, account = notices.of_case(m.session, m.request), subject.account_of(m)
    if notice.acted_at is not None:
        return False
    notice.acted_at = utc_now()
    m.session.add(notice)
    m.session.flush()
    if account is None:
        return True
    if (account.state, event) in ACCOUNT_MOVES:
        change(m.session, account, event, by=by, clause=CLAUSE, reason=why, case=m.request.number)
        if event is AccountEvent.LEAVE:
            account.returns_on = m.request.returns_on
            m.session.add(account)
    else:
        notices.ended(m.session, m.request, account.state_since, hours(m, account.state_since))
    _void(m, account, why, pending=event is AccountEvent.DISABLE)
    return True


def _void(m: Matter, account: Account, why: str, *, pending: bool) -> None:
    """Links to an initial password, and after a departure every open request for the person."""
    issued = select(Credential).where(
        Credential.account_id == account.id, col(Credential.state) == CredentialState.ISSUED
    )
    for credential in m.session.exec(issued).all():
        credentials.void(m.session, credential, why)
    if not pending:
        return
    asked = select(Request).where(
        col(Request.person_id) == account.person_id,
        col(Request.id) != m.request.id,
        col(Request.kind).in_(VOIDED),
        col(Request.state).in_(OPEN),
    )
    for request in m.session.exec(asked).all():
        if (request.state, Event.VOID) in MOVES:
            advance(
                m.session, request, Event.VOID, by="correquests", clause=CLAUSE, detail={"because": m.request.number}
            )


def hours(m: Matter, at: datetime) -> float | None:
    """Hours from the end of the day of the event to `at`, 0 when it was before; None while no day is known."""
    notice = notices.known(m.session, m.request)
    day = (notice.event_on if notice else None) or m.request.effective_on
    if day is None:
        return None
    ends = datetime.combine(day + timedelta(1), time(), m.config.zone)
    return round(max(0.0, (at - ends).total_seconds() / 3600), 1)


def measured(m: Matter) -> list[tuple[str, str]]:
    """From the event to the notice and to the disablement, as rows of the summary; amber over 24 hours."""
    notice = notices.known(m.session, m.request)
    if notice is None:
        return []
    rows = [("Day of the event", (notice.event_on or m.request.effective_on or "not told"))]
    for label, at in (("Notice came", notice.noticed_at), ("Access ended", notice.disabled_at)):
        if at is None:
            rows.append((label, "the directory follows" if notice.acted_at else "not yet"))
            continue
        late = hours(m, at)
        when = f"{at.astimezone(m.config.zone):%Y-%m-%d %H:%M}"
        rows.append((label, when if late is None else f"{when}, {_lag(late)}"))
    return [(label, str(said)) for label, said in rows]


def _lag(late: float) -> str:
    if late == 0:
        return "in time"
    amber = " (**amber**: over 24 hours)" if timedelta(hours=late) > PROMPT else ""
    return f"{late / 24:.1f} days after it{amber}"


def confirm(session: Session, m: Matter, at: datetime) -> None:
    """Directory or IT has ended the access: keep when."""
    notices.ended(session, m.request, at, hours(m, at))


def restore(m: Matter, by: str, why: str) -> bool:
    """Give back what this case ended, because the notice was wrong; False when another case has changed it since."""
    account = subject.account_of(m)
    if account is None or account.state_case != m.request.number or account.state is not AccountState.DISABLED:
        return False
    change(m.session, account, AccountEvent.RESTORE, by=by, clause=CLAUSE, reason=why, case=m.request.number)
    return True


def tell_noted(m: Matter, kept: str = "") -> None:
    """Tell whoever gave notice that it has come, and when access ends, has ended, or why it stays."""
    notice = notices.of_case(m.session, m.request)
    access_notices.notice_received(m.session, m.config, m.request, notice, kept=kept)
