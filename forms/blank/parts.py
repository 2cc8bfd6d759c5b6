"""What each blank consists of, in printed order: bands, paragraphs, rows of cells and signature rules.

All lengths are points (1/72 inch).
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.blank import wording
from forms.schema import FormKind, Role


@dataclass(frozen=True)
class Band:
    """The tinted heading of a section."""

    title: str


@dataclass(frozen=True)
class Prose:
    """Numbered or plain paragraphs. `clauses` stand at the right edge, one per paragraph, where they are given."""

    paragraphs: tuple[str, ...]
    size: float = 9.0
    numbered: bool = False
    clauses: tuple[str, ...] = ()
    pad: float = 4.0


@dataclass(frozen=True)
class Cells:
    """One row of boxed fields: field name and share of the width."""

    fields: tuple[tuple[str, float], ...]
    height: float = 33.0


@dataclass(frozen=True)
class Sign:
    """A signature rule and a date rule, labels below the rules."""

    role: Role
    date: str
    height: float = 64.0


@dataclass(frozen=True)
class Gap:
    """Empty space between sections."""

    height: float = 7.0


Part = Band | Prose | Cells | Sign | Gap


def rules() -> Prose:
    """The rules of the consent as numbered paragraphs with their clauses."""
    given = wording.CONSENT_RULES
    return Prose(
        tuple(f"<b>{r.heading}</b> {r.text}" for r in given),
        numbered=True,
        clauses=tuple(r.clause for r in given),
    )


PLANS: dict[FormKind, tuple[Part, ...]] = {
    FormKind.CONSENT: (
        Band("How to complete and return this form"),
        Prose(wording.HOW_TO[FormKind.CONSENT], numbered=True),
        Gap(6),
        Band("What I agree to"),
        Prose((wording.CONSENT_OPENING,), pad=3),
        rules(),
        Gap(6),
        Band("Staff member"),
        Cells((("staff_name", 0.36), ("position", 0.30), ("provider", 0.34)), 31),
        Prose((wording.STAFF_STATEMENT,), pad=3),
        Sign(Role.STAFF, "staff_date"),
        Gap(6),
        Band("Supervisor"),
        Cells((("supervisor_name", 1.0),), 31),
        Prose((wording.SUPERVISOR_STATEMENT,), pad=3),
        Sign(Role.SUPERVISOR, "supervisor_date"),
    ),
    FormKind.ACCESS_REQUEST: (
        Band("How to complete and return this form"),
        Prose(wording.HOW_TO[FormKind.ACCESS_REQUEST], numbered=True),
        Gap(10),
        Band("Request"),
        Cells((("action", 0.74), ("date", 0.26)), 40),
        Gap(10),
        Band("Staff member for whom access is requested"),
        Cells((("given_name", 0.36), ("middle_name", 0.24), ("family_name", 0.40)), 36),
        Cells((("position", 0.5), ("provider", 0.5)), 36),
        Cells((("email", 0.6), ("telephone", 0.4)), 36),
        Cells((("start_date", 0.5), ("user_id", 0.5)), 36),
        Gap(10),
        Band("Access"),
        Cells((("entitlement", 1.0),), 40),
        Cells((("justification", 1.0),), 84),
        Gap(10),
        Band("Supervisor"),
        Cells((("supervisor_name", 0.5), ("supervisor_email", 0.5)), 36),
        Gap(10),
        Band("Please note"),
        Prose(wording.ACCESS_NOTES),
    ),
    FormKind.DEPARTING_EMPLOYEE: (
        Band("How to complete and submit this form"),
        Prose(wording.HOW_TO[FormKind.DEPARTING_EMPLOYEE], numbered=True),
        Gap(12),
        Band("Departing employee"),
        Cells((("staff_name", 0.64), ("user_id", 0.36)), 38),
        Cells((("position", 0.5), ("provider", 0.5)), 38),
        Gap(12),
        Band("Departure"),
        Cells((("reason", 1.0),), 42),
        Cells((("last_day", 0.34), ("disable_on", 0.33), ("return_date", 0.33)), 38),
        Cells((("summaries_written", 1.0),), 42),
        Cells((("remarks", 1.0),), 110),
        Gap(12),
        Band("Completed by"),
        Cells((("contract_manager", 0.68), ("date", 0.32)), 38),
        Gap(12),
        Band("Please note"),
        Prose(wording.DEPART_NOTES),
    ),
}
