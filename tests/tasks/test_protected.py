"""No protected value reaches Prefect: neither from a form, nor from a mail, nor from a person's own correction."""

from __future__ import annotations

import json

from db.models import FieldRow
from deployments.samples import letters
from forms.schema import FormKind
from tests.factories import LAURA, access, consent
from tests.tasks.office import MANAGER, Office

SECRET = "517-22-9134"


def test_pages_and_questions_hide_what_forms_and_mails_say(office: Office) -> None:
    papers = consent(), access(justification=f"My SSN is {SECRET}.", doubtful=["justification"])
    request_id = office.assessed(LAURA, *papers, text=f"{letters.GOOD}\n\nHer SSN is {SECRET}.")
    assert SECRET in office.case(request_id).mail_text, "the control: the value is on its way"
    shown = json.dumps(office.pages(request_id), ensure_ascii=False)
    assert "Her SSN is" in shown
    assert "My SSN is" in shown
    assert SECRET not in shown.replace("\\", "")


def test_a_correction_is_kept_without_it(office: Office) -> None:
    request_id = office.assessed(LAURA, consent(), access(doubtful=["justification"]))
    office.answer(request_id, MANAGER, **{f"{FormKind.ACCESS_REQUEST}_justification": f"Case notes. SSN {SECRET}"})
    (row,) = [r for r in office.rows(FieldRow) if r.corrected_value]
    assert row.value == "Case notes and termination summaries."
    assert row.corrected_value == "Case notes. SSN ***"
