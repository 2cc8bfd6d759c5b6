"""Whom a case about an existing account is about, and what the registry knows of them, as values for the clauses."""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import col, or_, select

from db import notices, papers, register
from db.lifecycle import OPEN
from db.models import Account, Affiliation, Kind, Person, ReadingRow, Request
from db.papers import Paper
from forms.schema import FORMS, FormKind, Role
from tasks import casefile, whom
from tasks.policy.account_case import AccountCase
from tasks.policy.case import ProviderFacts, RefusedFile
from tasks.policy.names import name_key
from tasks.policy.own_words import own_lines
from tasks.policy.sorting.when import Dates, dates_of
from tasks.sitting import Matter

NAMING = (FormKind.DEPARTING_EMPLOYEE, FormKind.ACCESS_REQUEST)
"""The forms that say whom a case is about, the first one that is there."""

VIEW = re.compile(r"\b(view(ing)?[ -]only|read[ -]only|(only|just) (to )?view|look[ -]?up only)\b", re.IGNORECASE)
ENTER = re.compile(
    r"\b((data )?entry|enter(ing)?( and modify)?|edit(ing)?|full access|write access|modify(ing)?)\b", re.IGNORECASE
)


def words(m: Matter) -> str:
    """The senders' own words, without what they quote."""
    return "\n".join(own_lines(m.request.mail_text))


def dates(m: Matter) -> Dates:
    """The days that the mail names, reckoned from the day it came."""
    return dates_of(words(m), notices.of_case(m.session, m.request).noticed_at.astimezone(m.config.zone).date())


def naming(m: Matter) -> Paper | None:
    """The form that says whom it is about."""
    forms = papers.of_request(m.session, m.request.id)
    return next((forms[kind] for kind in NAMING if kind in forms), None)


def form_name(paper: Paper) -> str:
    """The name on a form, in one."""
    return paper.value("staff_name") or f"{paper.value('given_name')} {paper.value('family_name')}".strip()


def told(m: Matter) -> whom.Told:
    """What forms and mail tell of the person."""
    paper = naming(m)
    named = register.provider_named(m.session, paper.value("provider")) if paper else None
    speaks_for = {d.provider_key for d in register.designations(m.session, m.request.requester_email, m.today)}
    return whom.Told(
        name=(form_name(paper) if paper else "") or m.request.staff_name,
        user_id=paper.value("user_id").strip() if paper else "",
        email=paper.value("email") if paper else "",
        text="" if paper else f"{m.request.subject}\n{words(m)}",
        providers=tuple(sorted(speaks_for | ({named.key} if named else set()))),
    )


def identify(m: Matter) -> whom.Whom:
    """Settle whom the case is about, once; a person's answer stays."""
    request = m.request
    if request.person_id is not None:
        return whom.Whom(whom.candidate(m.session, m.session.get_one(Person, request.person_id), m.today))
    said = told(m)
    result = whom.find(m.session, said, m.config.user_id_pattern, m.today)
    if result.found:
        settle_on(m, result.found)
    elif said.name:
        request.staff_name, request.staff_name_key = said.name, name_key(said.name)
    return result


def settle_on(m: Matter, found: whom.Candidate) -> None:
    """Write down whom the case is about."""
    request = m.request
    request.person_id, request.account_id = found.person.id, found.account.id if found.account else None
    request.staff_name, request.staff_name_key = found.person.name, found.person.name_key
    m.session.add(request)
    m.session.flush()


def account_of(m: Matter) -> Account | None:
    """The account that the case is about."""
    return m.session.get(Account, m.request.account_id) if m.request.account_id else None


def person_of(m: Matter) -> Person | None:
    """The person that the case is about."""
    return m.session.get(Person, m.request.person_id) if m.request.person_id else None


def facilities(m: Matter) -> tuple[str, ...]:
    """Keys of the facilities where the person works today."""
    return whom.facilities(m.session, m.request.person_id, m.today) if m.request.person_id else ()


def last_position(m: Matter) -> str:
    """The person's latest position at the facility of the case, else anywhere, else empty."""
    query = select(Affiliation).where(col(Affiliation.person_id) == m.request.person_id)
    rows = m.session.exec(query.order_by(col(Affiliation.id).desc())).all()
    here = [r for r in rows if r.provider_key == m.request.provider_key]
    return next((r.position for r in (*here, *rows)), "")


def consent_on_file(m: Matter) -> bool:
    """Whether a Consent Form with both signatures in ink is on file, with this case or an earlier one of the person."""
    account = account_of(m)
    ids = {m.request.id, account.request_id if account else m.request.id}
    query = select(Request.id).where(col(Request.person_id) == m.request.person_id)
    ids |= set(m.session.exec(query).all()) if m.request.person_id else set()
    rows = m.session.exec(
        select(ReadingRow.request_id)
        .where(col(ReadingRow.request_id).in_(sorted(ids)), ReadingRow.kind == FormKind.CONSENT)
        .distinct()
    ).all()
    for request_id in rows:
        consent = papers.of_request(m.session, str(request_id)).get(FormKind.CONSENT)
        slots = consent.signatures if consent else {}
        if all(role in slots and slots[role].final == "ink" for role in Role):
            return True
    return False


def doubtful(m: Matter) -> list[tuple[FormKind, str]]:
    """Required fields of the form that names the person which were read in doubt."""
    paper = naming(m)
    if paper is None:
        return []
    kind = FormKind(paper.reading.kind)
    needed = {f.name for f in FORMS[kind].fields if f.required} - {"contract_manager", "date", "justification"}
    return [(kind, name) for name in casefile.doubtful(paper, needed, m.config.field_confidence)]


def other_case(m: Matter) -> str:
    """The number of another open case about the same person, or the empty string."""
    request = m.request
    same = [col(Request.person_id) == request.person_id] if request.person_id else []
    if request.staff_name_key:
        same.append(
            (col(Request.staff_name_key) == request.staff_name_key)
            & (col(Request.provider_key) == request.provider_key)
        )
    if not same:
        return ""
    query = select(Request.number).where(
        or_(*same), col(Request.id) != request.id, col(Request.state).in_(OPEN), col(Request.kind) != Kind.MAIL
    )
    return m.session.exec(query.where(col(Request.restricted).is_(False)).order_by(col(Request.number))).first() or ""


def facts(m: Matter, *, wanted: str = "", elsewhere: tuple[str, ...] = ()) -> AccountCase:
    """Everything the clauses may know of a case about an account on record."""
    request, provider, account = m.request, m.provider, account_of(m)
    designated = register.designations(m.session, request.requester_email, m.today)
    clearance = register.latest_clearance(m.session, request.person_id) if request.person_id else None
    candidates = (
        () if request.person_id else whom.find(m.session, told(m), m.config.user_id_pattern, m.today).candidates
    )
    notice = notices.known(m.session, request)
    return AccountCase(
        requester_email=request.requester_email,
        provider=ProviderFacts(provider.key, provider.name, provider.clause_1_7_100, provider.clause_1_7_200)
        if provider
        else None,
        sender_designated=any(provider is None or d.provider_key == provider.key for d in designated),
        sender_accepted=request.sender_accepted_by is not None,
        refused_files=tuple(
            RefusedFile(d.file_name, d.refusal, d.refusal_sentence) for d in papers.refused(m.session, request.id)
        ),
        staff_name=request.staff_name,
        candidates=tuple(c.words for c in candidates),
        found=request.person_id is not None,
        account=(account.user_name or "") if account else "",
        account_state=str(account.state) if account else "",
        facilities=facilities(m),
        elsewhere=elsewhere,
        consent_signed=consent_on_file(m),
        cleared_on=clearance.cleared_on if clearance else None,
        entitlement=str(account.entitlement).lower() if account else "",
        wanted=wanted,
        effective_on=request.effective_on,
        returns_on=request.returns_on,
        noticed_on=_day(m, notice.noticed_at.astimezone(m.config.zone).date()) if notice else None,
        terminated=request.terminated,
        doubtful=tuple(FORMS[kind].field(name).label for kind, name in doubtful(m)),
        other_case=other_case(m),
    )


def _day(m: Matter, day: date) -> date:
    return min(day, m.today)


def wanted(m: Matter) -> str:
    """The level of access that is asked for: by the form, else by the mail's words when they say one of the two."""
    paper = papers.of_request(m.session, m.request.id).get(FormKind.ACCESS_REQUEST)
    if paper and paper.value("entitlement"):
        return paper.value("entitlement")
    text = words(m)
    if VIEW.search(text):
        return "view"
    return "enter" if ENTER.search(text) else ""
