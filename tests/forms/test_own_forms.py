"""Our own blanks, filled and signed by the invented cast: by keyboard, by pen and scanner, by telephone."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from forms.blank.draw import path
from forms.limits import Limits
from forms.reader import read_bytes
from forms.reading import FormReading, Source, Verdict
from forms.schema import FormKind, Role

papers = pytest.importorskip(
    "deployments.samples.papers", reason="the sample papers of deployments/samples are missing"
)
cast = pytest.importorskip("deployments.samples.cast", reason="the invented cast of deployments/samples is missing")

NEXUS = next(one for one in cast.PROVIDERS if one.key == "nexus")
PERSON = NEXUS.staff[0]
VALUES = {
    "action": "new", "given_name": "Jane", "family_name": "Doe", "position": "Case manager", "provider": "Nexus",
    "email": "jane.doe@nexus.example", "telephone": "406-555-0112", "entitlement": "view",
    "justification": "Case notes of residents. SSN 517-22-1234.", "supervisor_name": "Pat Roe", "date": "11/06/2026",
}  # fmt: skip


def only(data: bytes) -> FormReading:
    reading = read_bytes(data, Limits())
    assert reading.refusal is None
    assert len(reading.forms) == 1
    return reading.forms[0]


def consent(staff: str, supervisor: str, seed: int = 4) -> object:
    return papers.Consent(PERSON, NEXUS, date(2026, 11, 6), seed, papers.Mark(staff), papers.Mark(supervisor))


@pytest.mark.parametrize("kind", [FormKind.CONSENT, FormKind.ACCESS_REQUEST, FormKind.DEPARTING_EMPLOYEE])
def test_an_empty_blank_is_known_and_empty(kind: FormKind) -> None:
    form = only(path(kind).read_bytes())
    assert form.kind is kind
    assert form.edition.endswith("ed. 2026-04")
    assert {field.value for field in form.fields} == {""}
    assert all(slot.verdict is Verdict.BLANK for slot in form.signatures)


@pytest.mark.parametrize(("flat", "source"), [(False, Source.ACROFORM), (True, Source.TEXT)])
def test_typed_access_request(flat: bool, source: Source) -> None:
    form = only(papers.access_request(VALUES, flat=flat))
    assert form.kind is FormKind.ACCESS_REQUEST
    expected = VALUES | {"date": "2026-11-06", "justification": "Case notes of residents. SSN ***."}
    assert {name: form.value(name) for name in expected} == expected
    assert {field.source for field in form.fields if field.value} == {source}
    assert all(field.crop for field in form.fields)


def test_printed_and_scanned_access_request() -> None:
    form = only(papers.access_request_scan(VALUES, 3))
    for name in ("action", "family_name", "provider", "email", "entitlement", "supervisor_name"):
        assert form.value(name) == VALUES[name], name


def test_scanned_consent_with_ink_and_without() -> None:
    form = only(papers.consent_scan(consent("ink", "blank")))
    assert (form.kind, form.photo) == (FormKind.CONSENT, False)
    assert form.edition == "CR-CONSENT ed. 2026-04"
    assert form.value("staff_name") == PERSON.name
    assert form.value("supervisor_name") == NEXUS.supervisor.name
    assert form.value("provider") == "Nexus"
    assert [slot.verdict for slot in form.signatures] == [Verdict.INK, Verdict.BLANK]


def test_typed_names_printed_and_scanned_are_not_ink() -> None:
    verdicts = {slot.verdict for slot in only(papers.consent_scan(consent("typed", "typed"))).signatures}
    assert verdicts <= {Verdict.TYPED, Verdict.ELECTRONIC, Verdict.UNCLEAR}


def test_photograph_is_flagged_and_read() -> None:
    form = only(papers.consent_photo(consent("ink", "doubtful")))
    assert form.photo
    assert form.value("staff_name") == PERSON.name
    staff, supervisor = form.signature(Role.STAFF), form.signature(Role.SUPERVISOR)
    assert staff is not None
    assert supervisor is not None
    assert staff.verdict is Verdict.INK
    assert supervisor.verdict is Verdict.UNCLEAR


def test_two_forms_in_one_file_are_two_forms() -> None:
    with pikepdf.new() as whole:
        for data in (papers.printed_consent(consent("typed", "typed")), papers.access_request(VALUES, flat=True)):
            with pikepdf.open(io.BytesIO(data)) as part:
                whole.pages.extend(part.pages)
        out = io.BytesIO()
        whole.save(out)
    reading = read_bytes(out.getvalue(), Limits())
    assert [(form.kind, form.pages) for form in reading.forms] == [
        (FormKind.CONSENT, (1,)),
        (FormKind.ACCESS_REQUEST, (2,)),
    ]
