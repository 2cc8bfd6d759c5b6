"""The sample mails about people with an account: a change, a departure, a termination, a leave, a return, a move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from deployments.samples.cases import at, case, mail, submitter
from deployments.samples.cast import BY_KEY, Staff
from deployments.samples.envelopes import PDF, Attachment, Sample
from deployments.samples.papers import us_date
from forms.blank.fill import fill
from forms.schema import PROVIDERS, FormKind

CHANGE = """Good morning,

Priya Raman has gone to the front office and no longer enters case notes. From today she only needs to view.
The form is attached.

Laura Brandt
Nexus Treatment Center
"""
DEPARTURE = """Hello,

Erin Maki left us; yesterday was her last day. Her caseload is with Dustin now. Please see the attached form.

Beverly Quist, START
"""
TERMINATION = """Please note that the employment of Wade Tolliver was terminated this morning.
He may not use the system any more. Form attached.

Nora Vandenberg
Gallatin County Reentry Program
"""
LEAVE = """Hi,

Bonnie Teller goes on medical leave today and should be back in about six weeks, see the form.

Thanks,
Theresa Knudsen
"""
RETURN = """Good morning,

Raymond Kessler has been on family leave for the last four weeks, and I should have told you when he went. He is back
at his desk today. The form is attached.

Gloria Stavig
Deputy director, Helena Prerelease
"""
MOVE = """Hello,

Martin Sorensen left Alternatives and works for us now, as a resident advisor. He keeps needing the system to look up
conditions of placement.

Frank Delaney, Butte Prerelease
"""


def _changed(values: Mapping[str, str], name: str) -> Attachment:
    return Attachment(name, PDF, partial(fill, FormKind.ACCESS_REQUEST, {**values, "action": "change"}))


def _notice(key: str, person: Staff, name: str, **values: str) -> Attachment:
    """A provider's copy of the Departing Employee form."""
    said = {"staff_name": person.name, "position": person.position, "provider": PROVIDERS[key][0], **values}
    return Attachment(name, PDF, partial(fill, FormKind.DEPARTING_EMPLOYEE, said))


def change(day: date) -> Sample:
    """Somebody needs less than before."""
    papers = case(day, "nexus", "Raman", 101, "view", "Looks up residents at the front desk.")
    form = _changed({**papers.values(), "user_id": "CX10001"}, "Raman change.pdf")
    sent = mail("raman", submitter("nexus"), at(day, 14, 20), "Priya Raman: view only from now on", CHANGE, form)
    return Sample("change", "Access is changed", (sent,), "fulfilled", on_record=True)


def departure(day: date) -> Sample:
    """Somebody has left."""
    person, last = BY_KEY["start"].member("Maki"), us_date(day - timedelta(1))
    form = _notice(
        "start", person, "Departing Maki.pdf",
        user_id="CX10002", last_day=last, disable_on=last, reason="left", summaries_written="yes",
    )  # fmt: skip
    sent = mail("maki", submitter("start"), at(day, 14, 41), "Erin Maki has left", DEPARTURE, form)
    return Sample("departure", "Somebody has left", (sent,), "fulfilled", on_record=True)


def termination(day: date) -> Sample:
    """Employment was terminated: disabled before anybody answers."""
    person = BY_KEY["gallatin"].member("Tolliver")
    form = _notice(
        "gallatin", person, "Tolliver.pdf",
        user_id="CX10003", last_day=us_date(day), disable_on=us_date(day), reason="terminated", summaries_written="no",
    )  # fmt: skip
    sent = mail("tolliver", submitter("gallatin"), at(day, 15, 2), "URGENT Wade Tolliver", TERMINATION, form)
    return Sample("termination", "Employment was terminated", (sent,), "fulfilled", on_record=True)


def leave(day: date) -> Sample:
    """Somebody is away for six weeks."""
    person, back = BY_KEY["elkhorn"].member("Teller"), us_date(day + timedelta(42))
    form = _notice(
        "elkhorn", person, "leave Teller.pdf",
        user_id="CX10004", last_day=us_date(day), disable_on=us_date(day), reason="leave", return_date=back,
    )  # fmt: skip
    sent = mail("teller", submitter("elkhorn"), at(day, 15, 17), "Leave of Bonnie Teller", LEAVE, form)
    return Sample("leave", "Somebody goes on leave", (sent,), "scheduled", on_record=True)


def comes_back(day: date) -> Sample:
    """A leave of which nobody told, on the day on which it ends: its notice is late, and the return is decided."""
    person, gone = BY_KEY["helena"].supervisor, us_date(day - timedelta(28))
    form = _notice(
        "helena", person, "Kessler leave.pdf",
        user_id="CX10009", last_day=gone, disable_on=gone, reason="leave", return_date=us_date(day),
    )  # fmt: skip
    sent = mail("kessler", submitter("helena"), at(day, 15, 25), "Leave of Raymond Kessler", RETURN, form)
    return Sample("comes_back", "Somebody comes back from leave", (sent,), "fulfilled", on_record=True)


def move(day: date) -> Sample:
    """Somebody changes from one facility to another."""
    papers = case(day, "alternatives", "Sorensen", 101, "view", "Looks up conditions of placement.")
    values = {**papers.values(), "provider": PROVIDERS["butte"][0], "user_id": "CX10005"}
    form = _changed(values, "Sorensen.pdf")
    sent = mail("sorensen", submitter("butte"), at(day, 15, 33), "Martin Sorensen now at Butte", MOVE, form)
    return Sample("move", "Somebody moves to another facility", (sent,), "fulfilled", on_record=True)


STORIES = (change, departure, termination, leave, comes_back, move)
