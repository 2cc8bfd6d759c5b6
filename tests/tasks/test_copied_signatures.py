"""A signature taken from an earlier form goes to a person, with both pictures and the number of the earlier case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db import audit
from db.lifecycle import State
from db.models import Document, SignatureCopy
from forms.reading import FormReading, Verdict
from forms.twins import fingerprint_of
from tests.factories import LAURA, NEXUS, access, consent
from tests.pen import mark
from tests.tasks.office import Office

OTHER = NEXUS.staff[1]


def with_marks(form: FormReading, *prints: bytes) -> FormReading:
    slots = zip(form.signatures, prints, strict=True)
    return replace(form, signatures=tuple(replace(slot, fingerprint=fingerprint) for slot, fingerprint in slots))


def papers_of(supervisor: bytes, *, marks: tuple[Verdict, Verdict] = (Verdict.INK, Verdict.INK)) -> list[FormReading]:
    form = with_marks(consent(OTHER, marks=marks), fingerprint_of(mark(OTHER.name)), supervisor)
    return [form, access(OTHER)]


def first_case(office: Office) -> str:
    form = with_marks(consent(), fingerprint_of(mark("Jane Doe")), fingerprint_of(mark("Pat Roe")))
    return office.assessed(LAURA, form, access())


def test_a_copied_signature_goes_to_a_person_who_sees_both(office: Office) -> None:
    earlier = first_case(office)
    number = office.case(earlier).number
    copied = fingerprint_of(mark("Pat Roe", scale=16.0, turn=4.0))
    later = office.assessed(LAURA, *papers_of(copied), subject="Access for a colleague")
    assert later != earlier
    assert office.case(later).state is State.IN_DOUBT
    pages = office.pages(later)
    (found,) = office.rows(SignatureCopy)
    for words in ("same strokes", number, f"/evidence/signatures/{found.earlier_id}.png"):
        assert words.replace("-", r"\-") in pages["question"] or words in pages["question"]
    assert "III.B.2.b supervisor_copied" in office.links(later)[-1].detail["findings"]
    with office.session() as session:
        (document,) = [d for d in office.rows(Document) if d.id == office.papers(later)["consent"].document.id]
        links = audit.of_subject(session, f"mail-{document.message_id}")
    assert [link.detail["earlier"] for link in links if link.action == "signature.copied"] == [found.earlier_id]
    office.answer(later, supervisor_signature="signed in ink")
    assert office.assess(later) is State.AWAITING_APPROVAL


def test_another_genuine_signature_of_the_same_supervisor_is_no_copy(office: Office) -> None:
    first_case(office)
    later = office.assessed(LAURA, *papers_of(fingerprint_of(mark("Pat Roe", take=2))), subject="A colleague")
    assert office.case(later).state is State.AWAITING_APPROVAL
    assert office.rows(SignatureCopy) == []


def test_the_same_paper_scanned_again_for_the_same_case_is_no_copy(office: Office) -> None:
    form = with_marks(consent(), fingerprint_of(mark("Jane Doe")), fingerprint_of(mark("Pat Roe")))
    case = office.assessed(LAURA, form)
    office.receive(LAURA, with_marks(consent(), *(s.fingerprint for s in form.signatures)), access())
    assert len(office.rows(SignatureCopy)) == 2, "the strokes are the same"
    assert office.assess(case) in (State.INCOMPLETE, State.AWAITING_APPROVAL)
    assert "same strokes" not in office.pages(case)["summary"]


@pytest.mark.parametrize("verdict", [Verdict.BLANK, Verdict.TYPED, Verdict.ELECTRONIC])
def test_what_cannot_be_ink_is_not_compared(office: Office, verdict: Verdict) -> None:
    first_case(office)
    copied = fingerprint_of(mark("Pat Roe"))
    office.open(LAURA, *papers_of(copied, marks=(Verdict.INK, verdict)), subject="A colleague")
    assert office.rows(SignatureCopy) == []
