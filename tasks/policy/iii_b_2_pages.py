"""III.B.2: the forms are submitted whole, page by page of one person."""

from __future__ import annotations

from datetime import date

from tasks.policy.case import AccessFacts, Case, ConsentFacts
from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.2"


def pages_complete(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Every page that a form says it has was sent, in one file or in several."""
    lacking = [
        f"page {_listed(form.missing_pages)} of the {title}" for title, form in _forms(case) if form.missing_pages
    ]
    if not lacking:
        return None
    sentence = f"Not all pages came. Missing: {' and '.join(lacking)}. Please send the whole form, best in one file."
    return Finding(CLAUSE, "pages_missing", Effect.DEFECT, sentence)


def pages_of_one_person(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The pages of a form were not scanned between those of another."""
    mixed = [title for title, form in _forms(case) if form.mixed_pages]
    if not mixed:
        return None
    sentence = (
        f"Pages of several forms lie between each other in the scan of the {' and the '.join(mixed)}. Make sure that "
        "all pages are of the same person."
    )
    return Finding(CLAUSE, "pages_mixed", Effect.FLAG, sentence)


def _forms(case: Case) -> list[tuple[str, ConsentFacts | AccessFacts]]:
    named = (("Consent Form", case.consent), ("Access Request", case.access))
    return [(title, form) for title, form in named if form is not None]


def _listed(pages: tuple[int, ...]) -> str:
    said = [str(page) for page in pages]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]
