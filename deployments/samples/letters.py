"""What people write: the bodies of the sample mails, each in its sender's own way."""

from __future__ import annotations

GOOD = """Hello,

Please set up offender management system access for our new case manager, Jane Doe, who started here
two weeks ago.

Position: Case manager, Nexus Treatment Center
Need for access: Jane carries a caseload of about 18 residents. She has to read their chronological
history and conditions, enter chronological notes after each meeting, and write the termination
summary when a resident leaves us.

The signed Consent Form (scanned) and the Access Request are attached. Her supervisor is Samuel
Ostrander.

Thank you,
Laura Brandt
Office administrator, Nexus
406-555-0170
"""

SIGNATURE_MISSING = """Good morning Maria,

attached are the two forms for Tessa Maddox. Tessa is a case manager on our second floor and needs
to get into the offender management system so that she can keep the case notes of her residents up
to date and see their conditions of placement before she approves passes.

Pat is out until Thursday, but I think we have everything together now.

Irene Novak
Records, Butte Prerelease
"""

TYPED_SIGNATURE = """Hi,

We hired Simone Archer as a reentry case manager. She will be working with people coming to Bozeman
from the prisons and will need access to view and update offender records: reentry plans,
employment, housing and contact notes.

Both forms are attached. Let me know if you need anything else!

Nora

Nora Vandenberg | Program Manager
Gallatin County Reentry Program | 406-555-0130
"""

TWO_MAILS_FIRST = """Hello,

here is the signed IT consent for Angela Ruiz. She joined Elkhorn as a licensed addiction counselor.
Angela needs access because she runs the treatment groups: she must look up the assessments and
treatment history of the women in her groups and record attendance and progress in the system.

I will send the access request form tomorrow, our fillable PDF was acting up.

Theresa Knudsen
Administrative assistant, Elkhorn
"""

TWO_MAILS_SECOND = """Hello again,

as promised yesterday, the Access Request for Angela Ruiz (addiction counselor at Elkhorn). The
consent form was in my first e-mail.

Theresa Knudsen
"""

NEED_MISSING = """Please open the attached documents.
They were scanned and sent to you from a multifunction printer.

Attachment File Type: pdf, Multi-Page
Multifunction Printer Location: START front office
Device Name: MFP-START-01
"""

UNKNOWN_SENDER = """To whom it may concern,

I am sending the access paperwork for Hannah Lindgren, case manager at Helena Prerelease. She needs
the offender management system to read the files of the residents assigned to her and to enter her
weekly notes. Gloria is on vacation so I am sending this for her.

Peter Wolfe
Resident monitor
"""

NOT_A_REQUEST = """FALL SAVINGS FOR YOUR OFFICE

Toner and copy paper at 20 % off until the end of the month. Free delivery in Montana on orders of $150 or
more.

  * Compatible toner cartridges from $39
  * Copy paper, 10 reams, $44
  * Document scanners, refurbished, from $189

Call 406-555-0199 or reply to this e-mail for a quote.

Summit Print Supply, 14 Depot Street, Missoula
You receive this e-mail because you asked for our price list. To unsubscribe, reply with the word
STOP.
"""

PHOTO = """Hi there

our scanner is down, so I took a picture of the consent form with my phone, hope that is ok. It is
for Kayla Brightwater, she is a case manager here at Alternatives. She needs to look up offenders'
conditions, sentence dates and earlier chronos for the people she supervises. View only is fine.

Access request is the pdf.

thanks
Colleen Ostby
"""

DOUBTFUL_SIGNATURE = """Maria,

Please add Marcus Whitfield to the offender management system.

Position: treatment specialist.
Why he needs it: Marcus leads the relapse prevention groups and has to document attendance and
progress for each participant and check placement conditions before he clears anybody for outside
meetings.

Forms attached, signed by Marcus and Sam.

Owen Gallagher
Program director, Nexus
"""

ENTRY_NOT_IN_CONTRACT = """Good afternoon,

Renee Castillo has been promoted to case manager at Passages effective this month. In that position
she needs to enter case notes and update program participation in the offender management system
herself instead of handing them to the parole office.

Please find her Access Request and the signed Consent Form attached.

Best regards,
Joyce Amundson
Program coordinator, Passages
"""

BROKEN_FILE = """Hello,

attached please find the forms for Curtis Lahti, security staff at Butte Prerelease. Curtis works
the control desk at night and needs to view offender information: who may leave, with whom, and
until when.

Frank Delaney
Administrator
"""
