"""What a person must look at on the papers of a case: doubtful signatures and fields, and the answer about them."""

from __future__ import annotations

from typing import Any

from db import papers
from db.lifecycle import Event
from db.models import FieldRow, SignatureRow
from db.papers import Paper
from forms.protected import masked
from forms.schema import FORMS, FormKind, Role
from tasks.policy.case import Case
from tasks.questions import LOOK_AGAIN, VERDICTS, Answer, reading_answer
from tasks.sitting import Matter, Sitting

_WHOLE_PAGE: dict[str, Any] = {"page": 1, "x0": 0, "y0": 0, "x1": 1, "y1": 1}
"""Where something is that the reader did not find; parts of the page's size."""


def form(m: Matter, case: Case) -> type[Answer]:
    """The form that asks about whatever is doubtful on the papers for new access."""
    return reading_answer(papers.of_request(m.session, m.request.id), _slots(case), _fields(case))


def _slots(case: Case) -> list[Role]:
    """Signature slots that a person must judge."""
    if case.consent is None:
        return []
    both = {Role.STAFF: case.consent.staff, Role.SUPERVISOR: case.consent.supervisor}
    return [role for role, slot in both.items() if slot is None or slot.verdict == "unclear" or slot.copied]


def _fields(case: Case) -> list[tuple[FormKind, str]]:
    """Fields that a person must check."""
    consent = [(FormKind.CONSENT, n) for n in (case.consent.doubtful_fields if case.consent else ())]
    access = [(FormKind.ACCESS_REQUEST, n) for n in (case.access.doubtful_fields if case.access else ())]
    if case.provider is None:
        form = FormKind.ACCESS_REQUEST if case.access else FormKind.CONSENT
        access.append((form, "provider"))
    return list(dict.fromkeys(consent + access))


def settle(s: Sitting) -> None:
    """Keep what the person says beside what was read, and look at the case again."""
    changed = correct(s)
    s.decide("; ".join(changed) or LOOK_AGAIN, "III.B.2.b")
    s.move(Event.SETTLE, "III.B.2.b")


def correct(s: Sitting) -> list[str]:
    """Keep what the person says of signatures and fields beside what was read; what was said, in words."""
    forms = papers.of_request(s.session, s.request.id)
    changed: list[str] = []
    consent = forms.get(FormKind.CONSENT)
    for role in Role:
        said = s.given.get(f"{role}_signature", LOOK_AGAIN)
        if consent and said in VERDICTS:
            _judge(s, consent, role, VERDICTS[said])
            changed.append(f"{role} signature: {said}")
    for kind, paper in forms.items():
        for spec in FORMS[FormKind(kind)].fields if kind in FORMS else ():
            value = s.given.get(f"{kind}_{spec.name}")
            if isinstance(value, str):
                _correct(s, paper, spec.name, value.strip())
                changed.append(f"{kind} {spec.name}")
    s.session.flush()
    return changed


def _judge(s: Sitting, consent: Paper, role: Role, verdict: str) -> None:
    """Keep a person's verdict beside the reader's; a slot that was not found at all gets a row of its own."""
    assert consent.reading.id is not None
    row = consent.signatures.get(role) or SignatureRow(
        reading_id=consent.reading.id,
        role=role,
        verdict="unclear",
        confidence=0.0,
        evidence=["no place for this signature was found"],
        **_WHOLE_PAGE,
    )
    row.judged_verdict, row.judged_by = verdict, s.by
    s.session.add(row)


def _correct(s: Sitting, paper: Paper, name: str, value: str) -> None:
    """Keep a person's value beside the one that was read; a field that was not found at all gets a row of its own."""
    assert paper.reading.id is not None
    row = paper.fields.get(name) or FieldRow(
        reading_id=paper.reading.id,
        name=name,
        value="",
        confidence=0.0,
        source="person",
        **_WHOLE_PAGE,
    )
    row.corrected_value, row.corrected_by = masked(value), s.by
    s.session.add(row)
