"""What the roads about an existing account have in common: whose account it is, who asks, what is known of it."""

from __future__ import annotations

from sqlmodel import Session, col, select

from db import audit, papers, register, requests
from db.lifecycle import Event, advance
from db.models import Account, Kind, Person, Request
from forms.schema import FormKind
from tasks import exhibits, suspending, whom
from tasks.policy.findings import Finding
from tasks.policy.holders import meant
from tasks.policy.iii_b_4_b import Asked
from tasks.policy.names import name_key
from tasks.resets import today_of
from tasks.sitting import Matter, Sitting


def recognise(m: Matter) -> None:
    """Note whose account the case is about, when it is certain: by what the mail says, else by its own address."""
    if m.request.account_id is not None:
        return
    found = _told(m).found or _own(m)
    if found is not None and found.account is not None:
        take(m.session, m.request, found.account)
    m.request.provider_key = m.request.provider_key or next(iter(_speaks_for(m)), None)


def _speaks_for(m: Matter) -> tuple[str, ...]:
    rows = register.designations(m.session, m.request.requester_email, m.today)
    return tuple(dict.fromkeys(row.provider_key for row in rows))


def _told(m: Matter) -> whom.Whom:
    text = f"{m.request.subject}\n{m.request.mail_text}"
    told = whom.Told(name=m.request.staff_name, text=text, providers=_speaks_for(m))
    return whom.find(m.session, told, m.config.user_id_pattern, m.today)


def _own(m: Matter) -> whom.Candidate | None:
    """The sender, when the mail names nobody else and comes from the address on file of one person (A25)."""
    others = [c for c in _told(m).candidates if c.person.email != m.request.requester_email]
    if others or not m.request.requester_email:
        return None
    query = select(Person).where(col(Person.email) == m.request.requester_email)
    people = m.session.exec(query.where(col(Person.merged_into).is_(None))).all()
    found = [whom.candidate(m.session, person, m.today) for person in people]
    return found[0] if len(found) == 1 else None


def take(session: Session, request: Request, account: Account) -> None:
    """The case is about this account and its holder; the provider's contract manager decides."""
    person = session.get_one(Person, account.person_id)
    request.account_id, request.person_id = account.id, account.person_id
    request.staff_name, request.staff_name_key = person.name, name_key(person.name)
    request.provider_key = requests.get(session, account.request_id).provider_key
    session.add(request)
    session.flush()


def named(s: Sitting) -> str:
    """Take the account that the answer names onto the case; what is wrong with it, or empty."""
    said = str(s.given.get("account", "")).strip()
    if not said:
        return ""
    found = meant(said, suspending.holders(s.session))
    if found.holder is None:
        fitting = "; ".join(h.told for h in found.candidates)
        return f"More than one account could be meant: {fitting}." if fitting else f"There is no account “{said}”."
    account = s.session.get_one(Account, found.holder.account_id)
    if account.id != s.request.account_id:
        take(s.session, s.request, account)
    return ""


def asked(m: Matter) -> Asked:
    """The case as the values that the clause knows."""
    request, account = m.request, account_of(m)
    designated = set(_speaks_for(m))
    person = m.session.get(Person, account.person_id) if account else None
    where = set(whom.facilities(m.session, person.id, m.today)) if person and person.id else set()
    known = designated & (where | {request.provider_key}) if account else designated
    return Asked(
        sender=request.requester_email,
        account=(account.user_name or "ID not given yet") if account else None,
        account_state=account.state if account else "",
        candidates=tuple(c.words for c in _told(m).candidates) if account is None else (),
        designated=bool(known),
        own_address=person is not None and person.email == request.requester_email,
        accepted=request.sender_accepted_by is not None,
        resets_today=today_of(m.session, m.config, account.id, m.today) if account and account.id else 0,
        resets_allowed=m.config.resets_per_day,
    )


def account_of(m: Matter) -> Account | None:
    """The account that the case is about, as far as it is known."""
    return m.session.get(Account, m.request.account_id) if m.request.account_id else None


def facts(m: Matter) -> list[tuple[str, str]]:
    """What is known of the account: state and why, last use, why access was granted, the papers of that time."""
    account = account_of(m)
    if account is None:
        return []
    state = account.state.replace("_", " ").lower()
    rows = [
        (
            "Account",
            f"{state} since {account.state_since:%Y-%m-%d}: {exhibits.plain(account.state_reason or 'as made')}",
        ),
        ("Last use", f"{account.last_used_on:%Y-%m-%d}" if account.last_used_on else "not known, or never"),
        ("Issued", f"{account.issued_at:%Y-%m-%d}" if account.issued_at else "never handed out"),
    ]
    origin = papers.of_request(m.session, account.request_id)
    if access := origin.get(FormKind.ACCESS_REQUEST):
        rows.append(("Why it was granted", exhibits.plain(access.value("justification")) or "not said on the form"))
    for paper in origin.values():
        link = f"[{exhibits.plain(paper.document.file_name)}](/evidence/documents/{paper.document.id})"
        rows.append((f"Sent then: {paper.reading.kind.replace('_', ' ')}", link))
    return rows


def history(m: Matter) -> str:
    """What happened to the account so far, from the audit chain, as markdown."""
    account = account_of(m)
    if account is None or not account.user_name:
        return ""
    links = [a for a in audit.of_subject(m.session, account.user_name) if a.action.startswith("account.")]
    told = [(a.at[:16].replace("T", " "), a.action.removeprefix("account."), exhibits.plain(a.actor)) for a in links]
    lines = [f"- {at} UTC: {what} by {who}" for at, what, who in told]
    return "\n".join(["### The account so far", "", *lines]) if lines else ""


def stop(m: Matter, why: str, clause: str) -> None:
    """Between the decision and its effect the account was suspended, locked or disabled: nothing is granted."""
    advance(m.session, m.request, Event.VOID, by="correquests", clause=clause, detail={"why": why})
    m.request.problem = why
    m.session.add(m.request)
    m.session.flush()


def sentences(problems: list[Finding]) -> str:
    """Problems as one text for whoever answered."""
    return " ".join(f"{p.sentence} ({p.clause})" for p in problems)


def open_case_about(session: Session, account: Account, kind: Kind) -> Request | None:
    """An open case of that kind about the account, so that none is opened twice."""
    query = select(Request).where(
        Request.account_id == account.id, Request.kind == kind, col(Request.closed_at).is_(None)
    )
    return session.exec(query).first()
