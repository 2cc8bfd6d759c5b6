"""What each form of clause VI asks, said once: the blanks are drawn from it and the reader reads by it.

The same definitions serve three uses: `forms.blank.draw` prints them, `forms.fields` finds them on a page by their
labels, and `tasks.policy` names them in findings. A label in `synonyms` was seen on a real form of another agency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FormKind(StrEnum):
    """The three forms of clause VI, our list of people with access, and everything else."""

    CONSENT = "consent"
    ACCESS_REQUEST = "access_request"
    DEPARTING_EMPLOYEE = "departing_employee"
    ROSTER = "roster"  # our list of people with access, marked (`forms.roster`); asks nothing by a schema
    OTHER = "other"


class FieldType(StrEnum):
    """How a value is read and checked."""

    NAME = "name"
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    EMAIL = "email"
    TELEPHONE = "telephone"
    PROVIDER = "provider"
    USER_ID = "user_id"
    CHOICE = "choice"


class Role(StrEnum):
    """Who signs: the staff member for whom access is asked, or the supervisor (III.B.2.b)."""

    STAFF = "staff"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class FieldSpec:
    """One thing a form asks. `choices` maps the stored value to the printed label of its box."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SlotSpec:
    """One place for a handwritten signature, with the date written beside it."""

    role: Role
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormSchema:
    """A form: its title, our edition of it, its fields in printed order and its signature slots."""

    kind: FormKind
    title: str
    edition: str
    number: str
    cues: tuple[str, ...]
    fields: tuple[FieldSpec, ...]
    slots: tuple[SlotSpec, ...] = ()
    fillable: bool = False

    def field(self, name: str) -> FieldSpec:
        """The field of that name; `KeyError` when the form does not ask it."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)

    @property
    def edition_mark(self) -> str:
        """What our own blanks print in the footer, e.g. `CR-CONSENT ed. 2026-04`."""
        return f"{self.number} ed. {self.edition}"


EDITION = "2026-04"
"""Month of the revision of FPB 6.1.205 that these editions were drawn for (04/24/2026)."""

CONSENT = FormSchema(
    kind=FormKind.CONSENT,
    title="Contractor IT Policy Consent Form",
    edition=EDITION,
    number="CR-CONSENT",
    cues=(
        "contractor it policy consent",
        "consent form",
        "i have read and understand",
        "agree to comply",
        "no right of privacy",
    ),
    fields=(
        FieldSpec(
            "staff_name",
            "Staff member (printed name)",
            FieldType.NAME,
            True,
            ("Printed Name", "Employee Name (Print)", "Employee name (printed)", "User's Name", "Full Legal Name"),
        ),
        FieldSpec("position", "Position", FieldType.TEXT, True, ("Title", "Job Title")),
        FieldSpec(
            "provider",
            "Facility / provider",
            FieldType.PROVIDER,
            True,
            ("Company", "Employing Agency", "Organization", "Provider", "Facility", "Agency Name"),
        ),
        FieldSpec("staff_date", "Date", FieldType.DATE, False, ("Date signed",)),
        FieldSpec(
            "supervisor_name",
            "Supervisor (printed name)",
            FieldType.NAME,
            True,
            ("Supervisor's Name", "Manager's Name", "Supervisor Name"),
        ),
        FieldSpec("supervisor_date", "Date", FieldType.DATE, False, ("Date signed",)),
    ),
    slots=(
        SlotSpec(
            Role.STAFF,
            "Signature of staff member",
            (
                "User Signature",
                "User's Signature",
                "Employee Signature",
                "Staff Signature",
                "Printed Name/Signature of Contractor Employee",
            ),
        ),
        SlotSpec(
            Role.SUPERVISOR,
            "Signature of supervisor",
            (
                "Supervisor's Signature",
                "Supervisor Signature",
                "Manager Signature",
                "Authorized By",
                "Executive Director Signature",
                "Printed Name/Signature of Contractor Representative",
            ),
        ),
    ),
)

ACCESS_REQUEST = FormSchema(
    kind=FormKind.ACCESS_REQUEST,
    title="Offender Management System Access Request",
    edition=EDITION,
    number="CR-ACCESS",
    cues=("offender management system access request", "access request", "type of request", "level of access"),
    fields=(
        FieldSpec(
            "action",
            "Type of request",
            FieldType.CHOICE,
            True,
            ("Action Requested", "This request is for"),
            {"new": "New access", "change": "Change of access", "remove": "Removal of access"},
        ),
        FieldSpec("given_name", "First name", FieldType.NAME, True, ("First Name", "Legal First Name")),
        FieldSpec("middle_name", "Middle name", FieldType.NAME, False, ("MI", "Middle initial")),
        FieldSpec("family_name", "Last name", FieldType.NAME, True, ("Last Name", "Legal Last Name")),
        FieldSpec("position", "Position", FieldType.TEXT, True, ("Title", "Job Title")),
        FieldSpec(
            "provider",
            "Facility / provider",
            FieldType.PROVIDER,
            True,
            ("Company", "Employing Agency", "Organization", "Agency Name"),
        ),
        FieldSpec(
            "email", "Work e-mail", FieldType.EMAIL, True, ("Work Email", "Email Address", "User's Agency E-Mail")
        ),
        FieldSpec(
            "telephone", "Work telephone", FieldType.TELEPHONE, False, ("Telephone", "Work Phone Number", "Phone")
        ),
        FieldSpec("start_date", "Start date", FieldType.DATE, False, ("Date of hire",)),
        FieldSpec(
            "user_id",
            "Current user ID (if any)",
            FieldType.USER_ID,
            False,
            ("User ID", "Login ID", "C#", "System Login User ID"),
        ),
        FieldSpec(
            "entitlement",
            "Level of access",
            FieldType.CHOICE,
            True,
            ("Type of Access/Role", "Security Role"),
            {"view": "View offender information", "enter": "Enter and modify offender information"},
        ),
        FieldSpec(
            "justification",
            "Reason for access",
            FieldType.LONG_TEXT,
            True,
            ("Justification for Access", "Comments, Special Instructions and/or Justification"),
        ),
        FieldSpec("supervisor_name", "Supervisor", FieldType.NAME, True, ("Supervisor's Name", "Manager's Name")),
        FieldSpec("supervisor_email", "Supervisor e-mail", FieldType.EMAIL, False, ("Supervisor's Email Address",)),
        FieldSpec("date", "Date of request", FieldType.DATE, True, ("Today's Date",)),
    ),
    fillable=True,
)

DEPARTING_EMPLOYEE = FormSchema(
    kind=FormKind.DEPARTING_EMPLOYEE,
    title="Departing Employee Form",
    edition=EDITION,
    number="CR-DEPART",
    cues=("departing employee", "last day worked", "reason for departure", "separation"),
    fields=(
        FieldSpec(
            "staff_name",
            "Name of departing employee",
            FieldType.NAME,
            True,
            ("Employee Name", "Full name of departing user"),
        ),
        FieldSpec("user_id", "User ID", FieldType.USER_ID, True, ("Login ID", "C#", "Network user ID")),
        FieldSpec("position", "Position", FieldType.TEXT, False, ("Title", "Job Title")),
        FieldSpec("provider", "Facility / provider", FieldType.PROVIDER, True, ("Company", "Employing Agency")),
        FieldSpec(
            "last_day",
            "Last day worked",
            FieldType.DATE,
            True,
            ("Separation Date", "Last day of work", "Date of Separation/Termination", "Departure Date"),
        ),
        FieldSpec(
            "reason",
            "Reason",
            FieldType.CHOICE,
            True,
            ("Departure type",),
            {
                "left": "Left the facility",
                "terminated": "Employment terminated",
                "leave": "Placed on leave",
                "no_need": "Access no longer needed",
            },
        ),
        FieldSpec("return_date", "Expected return (leave only)", FieldType.DATE, False, ("Expected return date",)),
        FieldSpec("disable_on", "Disable access on", FieldType.DATE, True, ("Deactivate account on (date and time)",)),
        FieldSpec(
            "summaries_written",
            "Case notes and termination summaries",
            FieldType.CHOICE,
            False,
            (),
            {"yes": "Written", "no": "Outstanding", "na": "No caseload"},
        ),
        FieldSpec("remarks", "Remarks", FieldType.LONG_TEXT, False, ("Comments",)),
        FieldSpec("contract_manager", "Contract manager", FieldType.NAME, True, ("Completed by",)),
        FieldSpec("date", "Date", FieldType.DATE, True, ("Today's Date",)),
    ),
    fillable=True,
)

FORMS: dict[FormKind, FormSchema] = {f.kind: f for f in (CONSENT, ACCESS_REQUEST, DEPARTING_EMPLOYEE)}

PROVIDERS: dict[str, tuple[str, ...]] = {
    "alternatives": ("Alternatives, Inc.", "Alternatives Inc", "Alternatives"),
    "butte": ("Butte Prerelease", "Butte Prerelease Center", "Butte Pre-Release", "BPRC"),
    "gallatin": ("Gallatin County Reentry Program", "Gallatin County Reentry", "GCRP"),
    "helena": ("Helena Prerelease", "Helena Prerelease Center", "Helena Pre-Release"),
    "passages": ("Passages",),
    "elkhorn": ("Elkhorn", "Elkhorn Treatment Center"),
    "nexus": ("Nexus", "Nexus Treatment Center"),
    "start": ("START", "Sanction, Treatment, Assessment, Revocation and Transition"),
}
"""The eight contracts of the procedure's header: key, then printed name, then aliases accepted on forms."""
