"""What the blanks say besides their fields: how to complete them, and the rules that are consented to, in plain words.

Each rule names the clause of FPB 6.1.205 (revised 04/24/2026) that it restates; it adds nothing to that clause.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.schema import FormKind

PROCEDURE = "FPB 6.1.205, Offender Management System Provider Access and Use"
REVISED = "04/24/2026"
MAILBOX = "correquests@mt.gov"

STATE = "STATE OF MONTANA"
DEPARTMENT = "Department of Corrections"
BUREAU = "Community Corrections Facilities and Programs Bureau"
DRAWN_BY = "Edition drawn by correquests for FPB 6.1.205."


@dataclass(frozen=True)
class Rule:
    """One rule of the consent: a short heading, the rule in the first person, and the clause it restates."""

    heading: str
    text: str
    clause: str


CONSENT_OPENING = (
    f"I have read and understand the rules below. They come from procedure {PROCEDURE} (revised {REVISED}). "
    "I agree to comply with them whenever I use the offender management system."
)

CONSENT_RULES = (
    Rule(
        "Training.",
        "My employer trains me in information security and good practices, and I follow that training.",
        "III.A.3",
    ),
    Rule(
        "No privacy.",
        "There is no right of privacy in the use of the system. Everything I do in it may be monitored.",
        "III.A.4",
    ),
    Rule(
        "User ID and password.",
        "I keep my user ID and password confidential. I do not share them, and I do not "
        "write them down where others can find them.",
        "III.B.4.a",
    ),
    Rule(
        "Accuracy.",
        "I am responsible and accountable for the accuracy, completeness and timeliness of the data that "
        "I enter, change or provide through the system.",
        "III.C.1",
    ),
    Rule(
        "Leaving the computer.",
        "I do not stay signed in when I am away from the computer for longer than 15 "
        "minutes. I power it off when I leave at the end of the workday.",
        "III.C.2",
    ),
    Rule(
        "60 days.",
        "If I do not use the system for 60 days I am locked out automatically and must write to "
        f"{MAILBOX}. My need for access may then be reviewed.",
        "III.C.3",
    ),
    Rule(
        "Prohibited uses.",
        "I do not (a) access data, information or networks outside my normal job duties or "
        "without proper authorization; (b) share or use any username or password with other staff, authorized or not; "
        "(c) disclose information or printed output to anyone without a need to know; (d) use the system for private "
        "or commercial profit, product advertisement or political lobbying; (e) download information to any removable "
        "storage media; (f) share, give or sell information to anyone outside of the facility.",
        "III.C.4",
    ),
    Rule(
        "Reporting.",
        "I report unlawful use of the system and other security violations to the Contract Manager.",
        "III.C.5",
    ),
    Rule(
        "Suspension.",
        "My access is suspended immediately if I violate the procedure or the Department policies "
        "named in the Access Request form.",
        "III.C.6",
    ),
)

STAFF_STATEMENT = "I have read and understand this form and agree to comply with it."
SUPERVISOR_STATEMENT = (
    "I supervise the staff member named above, and I have gone through these rules with the staff member."
)

HOW_TO: dict[FormKind, tuple[str, ...]] = {
    FormKind.CONSENT: (
        "<b>Print</b> this page. Staff member and supervisor <b>sign it by hand, in ink</b>. "
        "<b>Electronic signatures are not accepted</b> (III.B.2.b).",
        f"<b>Scan</b> the signed page and <b>e-mail</b> it, with the Access Request form, to <b>{MAILBOX}</b>. "
        "Say in the e-mail what the staff member's position is and why access is needed (III.B.2.c).",
    ),
    FormKind.ACCESS_REQUEST: (
        "Completed by designated provider staff. Type into the form, save it, and e-mail it together with the signed "
        f"and scanned Contractor IT Policy Consent Form to <b>{MAILBOX}</b> (III.B.2). Fields marked * must be filled.",
        "<b>In the text of the e-mail</b>, say what the staff member's position is and why access is needed "
        "(III.B.2.c).",
    ),
    FormKind.DEPARTING_EMPLOYEE: (
        "Completed by the Contract Manager when a staff member's access is no longer required (III.B.3.b). "
        "Fields marked * must be filled.",
        "Providers: give notice as soon as possible when staff leave, are terminated or are placed on leave "
        f"(III.B.3.a). A copy of this form sent to <b>{MAILBOX}</b> is accepted as notice.",
    ),
}

ACCESS_NOTES = (
    "Only staff with security clearance and authorization by the Department may access the system (III.A.1). Entering "
    "and modifying information is open to facilities whose contract carries ACCD 1.7.200, OMIS Entry.",
    "Policies that apply to the person named above: FPB 6.1.205; DOC 1.7.3 Data Quality; DOC 1.7.7 Computer Security. "
    "Access is suspended immediately when they are violated (III.C.6).",
    "The Department acquires a user ID after this form is submitted (III.B.2.a). The requester is notified when access "
    "has been implemented; the staff member is notified and given the user ID and an initial password (III.B.2.d).",
)

DEPART_NOTES = (
    "Access of a person whose employment was terminated is disabled at once. Access of a person on leave is disabled "
    "until the expected return and is not deleted.",
    "A user ID is never given to another person. Submit the completed form to the Department's IT Service Desk.",
)
