"""The case as values: everything in the registry that the clauses need to know of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from db import copies, papers, register
from db.lifecycle import OPEN
from db.models import Provider, Request
from db.papers import Paper
from forms.reading import Source
from forms.schema import ACCESS_REQUEST, FormKind, Role
from tasks import identity
from tasks.policy.case import (
    AccessFacts,
    Case,
    ConsentFacts,
    ProviderFacts,
    RefusedFile,
    SignatureFacts,
)
from tasks.policy.iii_b_2_a import meant
from tasks.policy.iii_b_2_c import position_and_need
from tasks.policy.names import Match, same_person
from tasks.settings import Settings


def staff_name(forms: dict[str, Paper]) -> str:
    """For whom access is asked, by the Access Request, else by the Consent Form, else empty."""
    request = forms.get(FormKind.ACCESS_REQUEST)
    if request:
        name = f"{request.value('given_name')} {request.value('family_name')}".strip()
        if name:
            return name
    consent = forms.get(FormKind.CONSENT)
    return consent.value("staff_name") if consent else ""


def provider_of(session: Session, request: Request, forms: dict[str, Paper], today: date) -> Provider | None:
    """The provider that the forms name, else the only one the sender is designated for, else None."""
    for kind in (FormKind.ACCESS_REQUEST, FormKind.CONSENT):
        paper = forms.get(kind)
        found = register.provider_named(session, paper.value("provider")) if paper else None
        if found:
            return found
    designated = register.designations(session, request.requester_email, today)
    keys = {d.provider_key for d in designated}
    return session.get(Provider, keys.pop()) if len(keys) == 1 else None


def _signature(session: Session, paper: Paper, role: Role) -> SignatureFacts | None:
    row = paper.signatures.get(role)
    if row is None:
        return None
    earlier = [e.number for e in copies.of_reading(session, paper.reading) if e.signature_id == row.id]
    copy_of = tuple(dict.fromkeys(earlier))
    return SignatureFacts(row.final, tuple(row.evidence), row.judged_verdict is not None, copy_of)


def doubtful(paper: Paper, required: set[str], threshold: float) -> tuple[str, ...]:
    """Names of required fields that were read with less confidence than `threshold` and not corrected by a person.

    A field that seems empty is among them when it is not sure that it is: nobody is asked to fill in what they wrote.
    """
    return tuple(
        name
        for name, row in paper.fields.items()
        if name in required and row.corrected_value is None and row.confidence < threshold
    )


def vouched(consent: ConsentFacts, access: AccessFacts) -> ConsentFacts:
    """The Consent Form without doubt about names that the Access Request, read without doubt, agrees with.

    Two forms filled in apart and read apart do not say the same name by mistake; a name in handwriting needs no person.
    """
    sure = {
        "staff_name": access.staff_name if not {"given_name", "family_name"} & set(access.doubtful_fields) else "",
        "supervisor_name": access.supervisor_name if "supervisor_name" not in access.doubtful_fields else "",
    }
    read = {"staff_name": consent.staff_name, "supervisor_name": consent.supervisor_name}
    agreed = {name for name, said in sure.items() if said and same_person(read[name], said) is Match.SAME}
    return replace(consent, doubtful_fields=tuple(n for n in consent.doubtful_fields if n not in agreed))


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _provider_key(session: Session, paper: Paper) -> str:
    found = register.provider_named(session, paper.value("provider"))
    return found.key if found else ""


def consent_facts(session: Session, paper: Paper, threshold: float) -> ConsentFacts:
    """What the Consent Form says. A printed name that could not be read at all counts as doubtful."""
    names = {"staff_name", "supervisor_name"}
    unsure = doubtful(paper, names, threshold)
    unread = tuple(sorted(n for n in names if not paper.value(n) and n not in unsure))
    return ConsentFacts(
        staff_name=paper.value("staff_name"),
        supervisor_name=paper.value("supervisor_name"),
        staff=_signature(session, paper, Role.STAFF),
        supervisor=_signature(session, paper, Role.SUPERVISOR),
        provider_key=_provider_key(session, paper),
        position=paper.value("position"),
        edition=paper.reading.edition,
        photo=paper.reading.photo,
        staff_signed_on=_date(paper.value("staff_date")),
        doubtful_fields=unsure + unread,
        missing_pages=paper.missing_pages,
        mixed_pages=paper.mixed,
    )


def access_facts(session: Session, paper: Paper, threshold: float) -> AccessFacts:
    """What the Access Request form says."""
    required = {f.name for f in ACCESS_REQUEST.fields if f.required}
    unsure = doubtful(paper, required, threshold)
    scanned = any(row.source == Source.OCR for row in paper.fields.values())
    if scanned:  # what was not found on a scan may still stand there: a person looks before anybody is asked again
        unsure += tuple(f.name for f in ACCESS_REQUEST.fields if f.required and f.name not in paper.fields)
    return AccessFacts(
        staff_name=f"{paper.value('given_name')} {paper.value('family_name')}".strip(),
        email=paper.value("email").casefold(),
        provider_key=_provider_key(session, paper),
        entitlement=paper.value("entitlement"),
        action=paper.value("action"),
        position=paper.value("position"),
        justification=paper.value("justification"),
        supervisor_name=paper.value("supervisor_name"),
        edition=paper.reading.edition,
        doubtful_fields=unsure,
        missing_fields=tuple(
            f.name for f in ACCESS_REQUEST.fields if f.required and not paper.value(f.name) and f.name not in unsure
        ),
        missing_pages=paper.missing_pages,
        mixed_pages=paper.mixed,
    )


def _other_open(session: Session, request: Request) -> str | None:
    if not request.staff_name_key:
        return None
    other = session.exec(
        select(Request).where(
            Request.staff_name_key == request.staff_name_key,
            Request.id != request.id,
            Request.provider_key == request.provider_key,
            col(Request.state).in_(OPEN),
        )
    ).first()
    return other.number if other else None


def build(session: Session, request: Request, settings: Settings, today: date) -> Case:
    """Everything the clauses may know of this request, as plain values."""
    forms = papers.of_request(session, request.id)
    provider = provider_of(session, request, forms, today)
    designated = register.designations(session, request.requester_email, today)
    consent, access = forms.get(FormKind.CONSENT), forms.get(FormKind.ACCESS_REQUEST)
    consented = consent_facts(session, consent, settings.field_confidence) if consent else None
    asked = access_facts(session, access, settings.field_confidence) if access else None
    wanted = identity.asked_for(access, consent, provider.key if provider else None)
    matches = identity.matches(session, request, wanted)
    offenders, list_problem = identity.offenders(session, settings, request, wanted)
    known = meant(matches)
    clearance = register.latest_clearance(session, known.person_id) if known else None
    return Case(
        requester_email=request.requester_email,
        mail=position_and_need(request.mail_text),
        provider=ProviderFacts(provider.key, provider.name, provider.clause_1_7_100, provider.clause_1_7_200)
        if provider
        else None,
        sender_designated=any(provider is None or d.provider_key == provider.key for d in designated),
        sender_accepted=request.sender_accepted_by is not None,
        consent=vouched(consented, asked) if consented and asked else consented,
        access=asked,
        refused_files=tuple(
            RefusedFile(d.file_name, d.refusal, d.refusal_sentence) for d in papers.refused(session, request.id)
        ),
        live_account=(known.account or None) if known else None,
        cleared_on=clearance.cleared_on if clearance else None,
        other_open_request=_other_open(session, request),
        matches=matches,
        offenders=offenders,
        offender_list_problem=list_problem,
    )
