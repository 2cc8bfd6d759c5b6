"""Answers to the yearly question who still needs access: read from a mail or a marked list, written down, acted on.

An answer to remove opens a case of departure, one that something changed a case of change; each goes its own road.
"""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import Session

from db import messages, papers, recertifications, register, requests, stand_ins
from db.columns import utc_now
from db.models import (
    Account,
    Disposition,
    Kind,
    Message,
    Person,
    Recertification,
    RecertificationLine,
    Request,
    Verdict,
)
from db.papers import Paper
from forms.blank.roster import ROWS, pages_of
from forms.schema import FormKind
from tasks import notices
from tasks.policy.recertifying import CLAUSE, Answered, answers, mark_in
from tasks.settings import Settings

CASES = {Verdict.REMOVE: Kind.DEPARTURE, Verdict.CHANGED: Kind.CHANGE}
UNSURE = "UNSURE"


def answered(session: Session, config: Settings, message: Message) -> str | None:
    """Take a mail for the answer to a list, in the caller's transaction.

    None: it is none. The empty string: it was taken, and is filed. Otherwise: why a person must look at it.
    """
    lists = [p for p in papers.of_message(session, message.id or 0) if p.reading.kind == FormKind.ROSTER]
    mark = next((p.value("mark") for p in lists), "") or mark_in(message.subject)
    asked = recertifications.by_mark(session, mark)
    if asked is None:
        return "It carries a list of people with access whose number is not ours." if lists else None
    today = utc_now().astimezone(config.zone).date()
    if asked.provider_key not in {d.provider_key for d in register.designations(session, message.sender, today)}:
        return f"It answers {mark}, but its sender is no designated submitter of that provider."
    if asked.closed_on is not None:
        return f"It answers {mark}, which was closed on {asked.closed_on}."
    rows = recertifications.lines(session, asked)
    found = answers(message.text, [row.user_name for row in rows])
    source = f"mail-{message.id}"
    for paper in lists:
        found = {**marked(paper, rows, config.field_confidence), **found}  # what is written counts before a tick
        source = f"scan-{paper.document.id}"
    if not found:
        return f"It answers {mark}, but says nothing that could be read about anybody on the list."
    counts = take(session, config, asked, found, message.sender, message.sender_name, source, today)
    messages.dispose(session, message, Disposition.FILED, f"answers {mark}: {counts}")
    return ""


def marked(paper: Paper, rows: list[RecertificationLine], sure: float) -> dict[str, Answered]:
    """What a marked list says, by user ID; a page without a signature, a doubtful box or another ID is unsure."""
    found: dict[str, Answered] = {}
    for place, row in enumerate(rows):
        name = f"{place // ROWS + 1}-{place % ROWS:02d}"
        box = paper.fields.get(f"row-{name}")
        if box is None:
            continue  # a page that was not sent
        beside = re.sub(r"\D", "", paper.value(f"id-{name}"))
        signed = paper.value(f"signed-{place // ROWS + 1}") == "yes"
        ok = signed and box.confidence >= sure and box.value and beside == re.sub(r"\D", "", row.user_name)
        why = "" if signed else "the page is not signed"
        found[row.user_name] = Answered(box.value.upper()) if ok else Answered(UNSURE, why or "the boxes are not clear")
    whole = {paper.value(f"signed-{n}") for n in range(1, pages_of(len(rows)) + 1)}
    return found if whole else {}


def take(
    session: Session,
    config: Settings,
    asked: Recertification,
    found: dict[str, Answered],
    by: str,
    by_name: str,
    source: str,
    today: date,
) -> str:
    """Write answers down, open the cases that follow, tell the contract manager what is unsure; in words."""
    unsure = []
    counts: dict[str, int] = {}
    for row in recertifications.lines(session, asked):
        said = found.get(row.user_name)
        if said is None or row.case_number:
            continue
        row.said, row.remark = Verdict(said.said), said.remark[:300]
        row.answered_on, row.answered_by, row.source = today, by, source
        if row.said is Verdict.UNSURE:
            unsure.append(f"{row.user_name} {row.name} ({row.remark or 'not clear'})")
        elif row.said in CASES:
            row.case_number = _open_case(session, config, asked, row, by, by_name).number
        session.add(row)
        counts[row.said.lower()] = counts.get(row.said.lower(), 0) + 1
    session.flush()
    said_of = {row.user_name: str(row.said) for row in recertifications.lines(session, asked) if row.user_name in found}
    recertifications.note(session, asked, "answered", by, source=source, said=said_of)
    if unsure:
        what = f"An answer to {asked.mark} is not clear about {'; '.join(unsure)}. Please decide ({source})."
        tell_manager(session, config, asked, "recertification-unsure", what, today)
    recertifications.close_when_answered(session, asked, by, today)
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing new"


def _open_case(
    session: Session, config: Settings, asked: Recertification, row: RecertificationLine, by: str, by_name: str
) -> Request:
    account = session.get_one(Account, row.account_id)
    person = session.get_one(Person, account.person_id)
    now = utc_now().astimezone(config.zone)
    case = requests.open_new(session, kind=CASES[row.said], requester_email=by, requester_name=by_name, at=now)
    case.account_id, case.person_id, case.provider_key = account.id, person.id, asked.provider_key
    case.staff_name, case.staff_name_key = person.name, person.name_key
    what = "access is no longer needed" if row.said is Verdict.REMOVE else "something has changed"
    case.mail_text = f"{row.user_name} {row.name}: {what}. {row.remark}".strip() + f"\n\n(Answer to {asked.mark}.)"
    if row.said is Verdict.REMOVE:
        case.effective_on = now.date()
    session.add(case)
    session.flush()
    return case


def tell_manager(
    session: Session, config: Settings, asked: Recertification, purpose: str, what: str, today: date
) -> None:
    """Write to whoever decides for the provider, once a day for each purpose and provider."""
    to = list(stand_ins.of_provider(session, asked.provider_key, today).acting)
    to = to or stand_ins.told_of_alarms(session, today)
    notices.alarm(session, config, to, f"{purpose}-{asked.provider_key}", CLAUSE, what, utc_now())
