"""III.B.2 and clause VI: what the forms that came with a mail ask for, by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from forms.schema import FORMS, FormKind
from tasks.policy.names import Match, same_person
from tasks.policy.sorting.values import Attached, Matter, Suggestion

SURE, LIKELY = 0.97, 0.85
"""A form that says what it asks; one that leaves it open."""

_BY_BOX = {
    (FormKind.ACCESS_REQUEST, "new"): Matter.NEW_ACCESS,
    (FormKind.ACCESS_REQUEST, "change"): Matter.CHANGE,
    (FormKind.ACCESS_REQUEST, "remove"): Matter.DEPARTURE,
    (FormKind.DEPARTING_EMPLOYEE, "leave"): Matter.LEAVE,
}
_BY_FORM = {
    FormKind.CONSENT: Matter.NEW_ACCESS,
    FormKind.ACCESS_REQUEST: Matter.NEW_ACCESS,
    FormKind.DEPARTING_EMPLOYEE: Matter.DEPARTURE,
}


def by_forms(forms: Sequence[Attached]) -> list[Suggestion]:
    """One suggestion for each person that the forms name; forms of one person count together.

    A Consent Form goes with any other form of the same person, which says what is asked; two different wishes for one
    person are both kept, and doubted.
    """
    found: list[Suggestion] = []
    for form in sorted(forms, key=lambda f: f.kind is FormKind.CONSENT):
        if form.kind not in _BY_FORM:
            continue
        here = _suggested(form)
        mine = [at for at, one in enumerate(found) if _one(one.person, form.person)]
        if form.kind is FormKind.CONSENT and len(found) == 1 and len(forms) == 2:
            mine = [0]  # two halves; a name misread on one of them is for the clauses to point out
        if any(found[at].matter is here.matter or form.kind is FormKind.CONSENT for at in mine):
            at = mine[0]
            found[at] = _joined(found[at], here)
        else:
            found.append(here)
    return found


def _one(a: str, b: str) -> bool:
    return not a or not b or same_person(a, b) is not Match.DIFFERENT


def _suggested(form: Attached) -> Suggestion:
    matter = _BY_BOX.get((form.kind, form.choice), _BY_FORM[form.kind])
    title = FORMS[form.kind].title
    said = next((s.choices[form.choice] for s in FORMS[form.kind].fields if form.choice in s.choices), "")
    return Suggestion(
        matter,
        SURE if said or form.kind is not FormKind.ACCESS_REQUEST else LIKELY,
        person=form.person,
        user_id=form.user_id,
        terminated=form.choice == "terminated",
        effective_on=form.effective_on,
        returns_on=form.returns_on,
        reasons=(f"It carries the form “{title}”{f', marked “{said}”' if said else ''}.",),
    )


def _joined(one: Suggestion, other: Suggestion) -> Suggestion:
    return Suggestion(
        one.matter,
        max(one.confidence, other.confidence),
        one.person or other.person,
        one.user_id or other.user_id,
        terminated=one.terminated or other.terminated,
        effective_on=one.effective_on or other.effective_on,
        returns_on=one.returns_on or other.returns_on,
        reasons=one.reasons + other.reasons,
    )
