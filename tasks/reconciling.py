"""What a reconciliation compares: a stored scan with the registry, field by field, and the directory with it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from db import accounts, reviews, stand_ins
from db.columns import utc_now
from db.models import Account, Difference, Document, FieldRow, ReadingRow, Request, SignatureRow
from forms.reading import FileReading, FormReading, Verdict
from forms.values import fitting_id
from tasks import notices
from tasks.adapters.directory import Entry
from tasks.policy.reconciling import CLAUSE, OnRecord, Unlike, against_directory
from tasks.settings import Settings


@dataclass
class Looked:
    """What one night looked at, did and passed over, in numbers and sentences."""

    accounts: int = 0
    under_way: int = 0
    files: int = 0
    fields: int = 0
    of_files: int = 0
    gone: int = 0
    skipped: tuple[str, ...] = ()


def directory(session: Session, config: Settings, entries: Sequence[Entry], today: date, looked: Looked) -> None:
    """Hold every account against the directory; one that is enabled behind our back is disabled again."""
    rows = reviews.accounts(session)
    under_way = {a.user_name or "" for a, _, _ in rows if a.directory_due}
    on_record = {a.user_name or "": OnRecord(str(a.state), ready) for a, ready, _ in rows}
    providers = {a.user_name or "": key for a, _, key in rows}
    ids = {a.user_name or "": a.id or 0 for a, _, _ in rows}
    looked.accounts, looked.under_way = len(rows), len(under_way)
    ignored = under_way | set(config.reconcile_known_accounts)
    found = against_directory(on_record, [(e.user_name, e.enabled) for e in entries], ignored)
    keys = set()
    for unlike in found:
        keys.add(tell(session, config, "directory", unlike, providers.get(unlike.subject), today))
        if unlike.code == "enabled":
            accounts.tell_again(session, ids[unlike.subject])
    # what changes just now was not looked at, so nothing about it is settled
    keys |= {f"directory:{name}:{code}" for name in under_way for code in ("enabled", "disabled", "missing")}
    looked.gone += reviews.settle(session, "directory", "directory:", keys, today, CLAUSE)


def tell(
    session: Session,
    config: Settings,
    source: str,
    unlike: Unlike,
    provider_key: str | None,
    today: date,
    where: str = "",
) -> str:
    """Write a difference down and tell the contract manager once, with both sides; its key."""
    row = Difference(
        key=f"{source}:{where or unlike.subject}:{unlike.code}",
        source=source,
        code=unlike.code,
        subject=unlike.subject,
        provider_key=provider_key,
        registry_side=unlike.registry_side,
        other_side=unlike.other_side,
        sentence=unlike.sentence,
        first_seen=today,
        last_seen=today,
    )
    key = row.key
    if reviews.note(session, row, CLAUSE):
        acting = stand_ins.of_provider(session, provider_key, today).acting if provider_key else ()
        other = "the scan" if source == "scan" else "the directory"
        what = (
            f"{unlike.sentence} The registry says: {unlike.registry_side or '(nothing)'}. "
            f"{other.capitalize()} says: {unlike.other_side or '(nothing)'}."
        )
        number = int(hashlib.sha256(f"{key}{today}".encode()).hexdigest()[:7], 16)
        to = list(acting) or stand_ins.told_of_alarms(session, today)
        notices.alarm(session, config, to, "difference", CLAUSE, what, utc_now(), sequence=number)
    return key


def scan(session: Session, config: Settings, document: Document, reading: FileReading, today: date) -> int:
    """Hold a file that was read again against what is on file; how many fields were held.

    A field is held where both readings are sure, or a person said what stands there. A value that a person corrected is
    not held against the reader, which may err again in the same way.
    """
    rows = reviews.readings(session, document.id or 0)
    case = session.get(Request, rows[0].request_id) if rows else None
    found: list[Unlike] = []
    held = 0
    if hashlib.sha256(document.content).hexdigest() != document.sha256:
        sentence = "The stored file is not the one that came: its digest has changed. Restore it from a backup."
        found.append(Unlike("file", _subject(case), document.sha256[:16], reading.sha256[:16], sentence))
    for row in rows:
        form = next((f for f in reading.forms if f.kind == row.kind and list(f.pages) == row.pages), None)
        if form is None:
            sentence = f"No {row.kind.replace('_', ' ')} is found in the stored file any more. Look at the scan."
            other = reading.refusal.code if reading.refusal else "no such form"
            found.append(Unlike(f"{row.kind}", _subject(case), row.kind, other, sentence))
            continue
        count, unlike = _form(session, config, row, form, _subject(case))
        held, found = held + count, found + unlike
    where = f"doc-{document.id}"
    provider = case.provider_key if case else None
    keys = {tell(session, config, "scan", unlike, provider, today, where) for unlike in found}
    reviews.settle(session, "scan", f"scan:{where}:", keys, today, CLAUSE)
    reviews.checked(session, document, today, held, len(found))
    return held


def _subject(case: Request | None) -> str:
    return case.number if case else "no case"


def _form(
    session: Session, config: Settings, row: ReadingRow, form: FormReading, subject: str
) -> tuple[int, list[Unlike]]:
    again = {f.name: f for f in form.fields}
    held, found = 0, []
    sure = config.field_confidence
    for field in session.exec(select(FieldRow).where(FieldRow.reading_id == row.id)).all():
        new = again.get(field.name)
        if field.corrected_value is not None or new is None or min(field.confidence, new.confidence) < sure:
            continue
        held += 1
        value = new.value
        if field.name == "user_id" and value:
            value, _ = fitting_id(config.user_id_pattern, value, recognised=new.source == "ocr")
        if value != field.value:
            found.append(_unlike(row, field.name, subject, field.value, value))
    for slot in session.exec(select(SignatureRow).where(SignatureRow.reading_id == row.id)).all():
        seen = next((s for s in form.signatures if s.role == slot.role), None)
        held += 1
        if slot.verdict == Verdict.INK and (seen is None or seen.verdict not in (Verdict.INK, Verdict.UNCLEAR)):
            other = str(seen.verdict) if seen else "no such place"
            found.append(_unlike(row, f"{slot.role}_signature", subject, slot.verdict, other))
    count, unlike = _grant(session, row, {f.name: f.value for f in form.fields}, subject)
    return held + count, found + unlike


def _unlike(row: ReadingRow, name: str, subject: str, ours: str, theirs: str) -> Unlike:
    words = f"{row.kind} {name}".replace("_", " ")
    sentence = f"{subject}: what is on file for “{words}” does not stand on the scan. Look at both, and correct one."
    return Unlike(f"{row.kind}.{name}", subject, ours, theirs, sentence)


def _grant(session: Session, row: ReadingRow, read: dict[str, str], subject: str) -> tuple[int, list[Unlike]]:
    """What the account may do against the form that it was granted on, while no later case has changed it."""
    account = session.exec(select(Account).where(Account.request_id == row.request_id)).first()
    corrected = session.exec(
        select(FieldRow.corrected_value).where(
            FieldRow.reading_id == row.id, FieldRow.name == "entitlement", col(FieldRow.corrected_value).is_not(None)
        )
    ).first()
    wanted = corrected or read.get("entitlement", "")
    if account is None or not wanted:
        return 0, []
    case = session.get(Request, row.request_id)
    later = session.exec(
        select(Request.id).where(
            Request.account_id == account.id, Request.id != row.request_id, col(Request.entitlement).is_not(None)
        )
    ).first()
    granted = str(account.entitlement).lower()
    approved = str(case.entitlement).lower() if case and case.entitlement else wanted
    if later or (granted == approved and not (granted == "enter" and wanted == "view")):
        return 1, []
    sentence = (
        f"{subject}: account {account.user_name} may {granted} offender information; the form asks to {wanted}, "
        f"{approved} was approved, and no later case has changed it. Find out who did."
    )
    return 1, [Unlike("access_request.granted", subject, granted, wanted, sentence)]
