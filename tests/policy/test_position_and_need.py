"""III.B.2.c on mails as people write them: which sentence states the position, which the need."""

from __future__ import annotations

import time

import pytest

from tasks.policy.iii_b_2_c import position_and_need

SIGNATURE = "\n\nThanks,\nJane Roe\nProgram Director\nNexus Treatment Center\n(406) 555-0101\n"
DISCLAIMER = (
    "\n\nCONFIDENTIALITY NOTICE: This e-mail is intended only for the recipient who needs to review it to perform "
    "a position as case manager. If you received this in error, delete it.\n"
)

# body, words that the quoted position holds, words that the quoted need holds ("" = must not be found)
BOTH = [
    ("Position: Case Manager\nNeed: enter chronological notes", "Case Manager", "enter chronological notes"),
    ("Position - Night Monitor\nReason for access - checks on residents", "Night Monitor", "checks on residents"),
    ("Name: Al Poe\nJob Title: Counselor\nReason for access: group notes", "Counselor", "group notes"),
    ("Position: Case Manager. Need: to view offender records.", "Case Manager", "view offender records"),
    ("* Role: LAC\n* Purpose: review treatment history", "LAC", "treatment history"),
    ("Position:\nIntake Coordinator\n\nJustification:\nplacement checks", "Intake Coordinator", "placement checks"),
    ("Staff position: Cook\nOMIS need: none of the others can do counts", "Cook", "counts"),
    ("Position\tShift Lead\nNeed\tcount sheets", "Shift Lead", "count sheets"),
    ("Title: Records Clerk\nWhy: she files the reports", "Records Clerk", "files the reports"),
    (
        "She is our new case manager and needs OMIS to enter case notes.",
        "our new case manager",
        "to enter case notes",
    ),
    (
        "Please find attached the forms for Alma Poe. She has been hired as a treatment specialist and will be using "
        "OMIS in order to record assessments.",
        "hired as a treatment specialist",
        "record assessments",
    ),
    (
        "Alma Poe started on Monday as Residential Aide. Her duties include checking release dates in OMIS.",
        "as Residential Aide",
        "checking release dates",
    ),
    (
        "Please add Alma Poe, our intake coordinator. She needs access so she can look up incoming residents.",
        "our intake coordinator",
        "look up incoming residents",
    ),
    (
        "Attached are the papers for our new case manager Alma Poe, signed by her supervisor. Alma will enter notes.",
        "our new case manager",
        "will enter notes",
    ),
    ("Alma Poe (case manager) needs access to view records of her caseload.", "case manager", "view records"),
    ("Alma Poe, LAC, requires OMIS access for treatment because she writes the plans.", "LAC", "writes the plans"),
    ("Alma was promoted to shift supervisor and must be able to update counts.", "shift supervisor", "update counts"),
    ("Her position is Employment Specialist. The need is job placement records.", "Employment", "job placement"),
    ("Alma works for us as a peer mentor. She will be entering group attendance.", "peer mentor", "attendance"),
    ("He joined Butte as night security. OMIS is needed for daily counts.", "night security", "daily counts"),
    ("We hired Al Poe as a Counselor; he'll need to document sessions in OMIS.", "Counselor", "document sessions"),
    ("As a case manager, Alma will be responsible for entering notes.", "case manager", "entering notes"),
    (
        "Hello,\n\nHere is the request for Alma.\nShe is the new weekend\nmonitor and needs the system to\nverify "
        "passes.",
        "weekend monitor",
        "verify passes",
    ),
    (
        "I am the program director at Nexus. Alma Poe is a new case manager and needs to review files.",
        "Alma Poe is a new case manager",
        "review files",
    ),
    ("I am a new case manager at Nexus and I will need OMIS to enter my notes.", "case manager", "enter my notes"),
    (
        "Request for access: Alma Poe. Job: Program Aide. Duties: pass checks and sign-outs.",
        "Program Aide",
        "pass checks",
    ),
    ("Papers for Al Poe (Detention Tech). He has to enter head counts into OMIS.", "Detention Tech", "head counts"),
    ("Al Poe, Case Manager II, sees residents, documents them in OMIS.", "Case Manager II", "documents them"),
    ("Requesting view access for Al Poe - PRC liaison - to verify release dates.", "PRC liaison", "verify release"),
    ("Al Poe | Case Manager | needs to enter chronos", "Case Manager", "enter chronos"),
    ("Al took over as our Office Aide. He will pull the weekly roster from OMIS.", "Office Aide", "weekly roster"),
    ("Title: House Manager\nWhy he needs OMIS: pass approvals", "House Manager", "pass approvals"),
    ("Al is a night monitor and needs to get into OMIS so that he can see passes.", "night monitor", "can see passes"),
    (
        "I am sending the papers for Alma Poe, case manager at Nexus. She needs it to read files.\n\nBob Hill\nMonitor",
        "case manager at Nexus",
        "to read files",
    ),
    ("I'm forwarding the forms of our new LAC. She will review histories in OMIS.", "our new LAC", "review histories"),
    ("Dr. A. Poe is our psychologist. She requires OMIS for assessments.", "psychologist", "for assessments"),
    (
        "Position: Case Manager\nReason for access: notes\n\nOn Mon, Corr wrote:\n> Position: Cook\n> Need: soup",
        "Case Manager",
        "notes",
    ),
]

ONE = [
    ("Attached please find both forms for Alma Poe. She is our new case manager.", "case manager", ""),
    ("Position: Case Manager\nStart date: June 1", "Case Manager", ""),
    ("Position: Case Manager\nNeed: see attached", "Case Manager", ""),
    ("Alma is a case manager. Please let me know if you need anything else to process this request.", "case", ""),
    ("Alma was hired as Counselor. She needs access to OMIS by Monday.", "Counselor", ""),
    ("Alma is our new monitor. She needs to complete training next week.", "monitor", ""),
    ("New case manager forms attached. We need this as soon as possible.", "case manager", ""),
    ("Alma Poe needs OMIS to enter case notes. Forms attached.", "", "enter case notes"),
    ("Need: to enter case notes\nPosition: n/a", "", "enter case notes"),
    ("Alma will be entering notes. Her supervisor signed.", "", "entering notes"),
    ("Dear Contract Manager,\n\nAlma Poe needs to view the records of her residents.", "", "view the records"),
    ("I am the program director. Alma Poe needs OMIS to enter case notes.", "", "enter case notes"),
    ("As the program director, I am requesting access for Alma so that she can enter notes.", "", "enter notes"),
    ("This is Jane Roe, Program Director at Nexus. Alma requires OMIS for her job.", "", "for her job"),
    ("Alma needs OMIS to print reports. Questions to our office manager Bob Hill.", "", "print reports"),
]

NEITHER = [
    "",
    "Please see attached.",
    "Attached are the Consent Form and the Access Request for Alma Poe. Both were signed by staff and supervisor.",
    "Here are the forms for Alma Poe. Please call our Program Director with questions.",
    "Hello contract manager,\n\nforms attached for Alma.",
    "Scan from MFP-3, 2 pages.",
    "Please let me know if you need anything else.",
    "Alma needs access to OMIS.",
    "We need to get Alma set up as soon as possible.",
    "I need to submit the required forms for Alma Poe. Her supervisor's signature is on page 2.",
    "> She is our new case manager and needs OMIS to enter notes.",
    "As discussed, here it is.\n\nOn Mon, 1 Jun 2026 at 9:00, Corr Requests <c@mt.example> wrote:\n\n"
    "Your mail does not say the position. Position: Case Manager\nNeed: to enter notes",
    "See below.\n\nFrom: Corr\nSent: Monday\nTo: Jane\nSubject: Re: access\n\nPosition: Case Manager. Need: notes.",
    "Forms attached.\n\n-----Original Message-----\nShe is our case manager and needs OMIS to enter notes.",
    "What is the start date?",
    "Please process as requested. The staff member will start on June 1.",
]


@pytest.mark.parametrize("tail", ["", SIGNATURE, DISCLAIMER, SIGNATURE + DISCLAIMER], ids=["bare", "sig", "law", "all"])
@pytest.mark.parametrize(("body", "position", "need"), BOTH + ONE)
def test_found(body: str, position: str, need: str, tail: str) -> None:
    got = position_and_need(body + tail)
    assert (bool(got.position), bool(got.need)) == (bool(position), bool(need)), got
    assert position in got.position
    assert need in got.need


@pytest.mark.parametrize("tail", ["", SIGNATURE, DISCLAIMER, SIGNATURE + DISCLAIMER], ids=["bare", "sig", "law", "all"])
@pytest.mark.parametrize("body", NEITHER)
def test_not_found(body: str, tail: str) -> None:
    got = position_and_need(body + tail)
    assert (got.position, got.need) == ("", "")


@pytest.mark.parametrize("body", ["needs " * 40_000, "a" * 200_000, "On x\n" * 40_000, "Position: " * 20_000])
def test_long_text_costs_little(body: str) -> None:
    started = time.monotonic()
    position_and_need(body)
    assert time.monotonic() - started < 5
