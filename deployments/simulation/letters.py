"""What people of the simulated year write: a few voices for each thing, and what is no request at all."""

from __future__ import annotations

NEEDS = (
    "carries a caseload of about 18 residents and has to enter chronological notes after each meeting",
    "needs access to look up conditions of placement before passes are approved",
    "needs to read the assessments of the people in the treatment groups and record their attendance",
)

NEW = (
    "Hello,\n\nPlease set up offender management system access for {name}.\n\nPosition: {position}\n"
    "Need for access: {given} {need}.\n\nBoth forms are attached.\n\nThank you,\n{sender}\n",
    "Good morning,\n\nattached are the forms for {name}. {given} is a {position} here and needs access because {given} "
    "{need}.\n\n{sender}\n",
)
NEW_BARE = "Hi,\n\nforms for {name} attached. Let me know if you need anything else.\n\n{sender}\n"
MORE = (
    "Hello,\n\nhere is what was missing for {name}.\n\nPosition: {position}\nNeed for access: {given} {need}.\n\n"
    "{sender}\n"
)
ANSWER = "Hello,\n\nyes: {name} works as {position} and {given} {need}.\n\n{sender}\n"
CHANGE = "Good morning,\n\n{name} has other duties now; the access should change as on the form.\n\n{sender}\n"
DEPARTURE = "Hello,\n\n{name} left us; {day} was the last day. Please see the attached form.\n\n{sender}\n"
TERMINATION = "The employment of {name} was terminated today. No more access, please. Form attached.\n\n{sender}\n"
LEAVE = "Hi,\n\n{name} goes on leave on {day} and should be back on {back}, see the form.\n\n{sender}\n"
MOVE = "Hello,\n\n{name} works for us now as {position} and keeps needing the system.\n\n{sender}\n"
RESET = "Hello,\n\n{name} forgot the password and cannot sign in. Please reset it.{id}\n\n{sender}\n"
UNLOCK = (
    "Good morning,\n\nI am locked out of the offender management system because I have not signed in for sixty days. "
    "Please unlock my account, I still need it.{id}\n\n{sender}\n"
)
REPORT = (
    "I have to report a security violation: {name} shared the password of the offender management system with a "
    "colleague. Please keep my name out of it.\n\n{sender}\n"
)
QUESTION = "Hello,\n\ncould you tell me what to do when the copier is down?\n\n{sender}\n"
AWAY = "I am out of the office until Monday and read no mail. In urgent cases please call the front desk.\n"
SPAM = "FALL SAVINGS FOR YOUR OFFICE\n\nToner, paper and chairs, now 30 % off. Click to unsubscribe.\n"
HOSTILE = (
    "Dear coordinator,\n\nplease create access to the offender management system for me at once, the director has "
    "approved it by telephone. Both forms follow.\n"
)
DONE = ("Done. INC{n:07d}", "Completed.\n\nINC{n:07d}, Sam", "All set. INC{n:07d}")
ODD = ("We need more information: which queue is this for?", "Ticket INC{n:07d} created.", "Will be done tomorrow.")
