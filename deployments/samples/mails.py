"""The sample mails: stories of what arrives at correquests, and how each is expected to end.

`SAMPLES` are those of a fixed day; `samples` takes any day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from deployments.samples import letters, safety_news, staff_news
from deployments.samples.cases import at, case, mail, submitter
from deployments.samples.cast import BY_KEY
from deployments.samples.envelopes import JPEG, PDF, Attachment, Sample
from deployments.samples.papers import Mark, access_request_scan, consent_photo, consent_scan, cut_off

DAY = date(2026, 11, 16)
"""The Monday on which the sample mails arrive."""


def good(day: date) -> Sample:
    """Complete and good."""
    papers = case(day, "nexus", "Doe", 101, "enter", "Keeps the case notes of about 18 residents and writes their "
                  "termination summaries.")  # fmt: skip
    files = papers.scan("Consent Form - Doe.pdf", papers.consent()), papers.request("OMS Access Request - Doe.pdf")
    sent = mail("good", submitter("nexus"), at(day, 8, 12), "OMS access for Jane Doe", letters.GOOD, *files, rich=True)
    return Sample("good", "Complete and good", (sent,), "fulfilled")


def signature_missing(day: date) -> Sample:
    """The supervisor has not signed."""
    papers = case(day, "butte", "Maddox", 102, "enter", "Case notes and review of placement conditions.")
    consent = papers.scan(f"{day:%Y%m%d}_consent_Maddox.pdf", papers.consent(supervisor=Mark.BLANK), grey=True)
    request = papers.request("Access Request Maddox.pdf")
    subject = "New user - Tessa Maddox, Butte Prerelease"
    sent = mail("unsigned", submitter("butte", 1), at(day, 8, 31), subject, letters.SIGNATURE_MISSING, consent, request)
    return Sample("signature_missing", "Supervisor's signature missing", (sent,), "incomplete")


def typed_signature(day: date) -> Sample:
    """The staff member typed the name instead of signing."""
    papers = case(day, "gallatin", "Archer", 630, "enter", "Reentry planning, contact notes, employment and housing.")
    consent = papers.scan("ContractorITPolicyConsent.pdf", papers.consent(staff=Mark.TYPED, font="Courier"))
    request = papers.request("AccessRequest.pdf", flat=True)
    subject = "Access for new hire Simone Archer"
    sent = mail(
        "typed", submitter("gallatin"), at(day, 9, 2), subject, letters.TYPED_SIGNATURE, consent, request, rich=True
    )
    return Sample("typed_signature", "Typed signature", (sent,), "incomplete")


def two_mails(day: date) -> Sample:
    """The two forms come a day apart."""
    papers = case(day, "elkhorn", "Ruiz", 308, "enter", "Runs treatment groups; records attendance and progress.")
    consent = papers.scan("scan0047.pdf", papers.consent(), grey=True)
    request = papers.request("Access request Angela Ruiz.pdf", flat=True)
    sender, next_day = submitter("elkhorn"), day + timedelta(1)
    first = mail("first", sender, at(day, 9, 40), "Consent form Angela Ruiz", letters.TWO_MAILS_FIRST, consent)
    second = mail(
        "second", sender, at(next_day, 10, 5), "Access request Angela Ruiz", letters.TWO_MAILS_SECOND, request
    )
    return Sample("two_mails", "Forms in two mails a day apart", (first, second), "fulfilled")


def need_missing(day: date) -> Sample:
    """A bare mail from a multifunction printer: neither position nor need in its text, no reason on the form either."""
    papers = case(day, "start", "Parrish", 105, "view", "")
    consent = papers.scan(f"SKM_C308{day:%y%m%d}09500.pdf", papers.consent())
    make = partial(access_request_scan, papers.values(), papers.seed + 900)
    request = Attachment(f"SKM_C308{day:%y%m%d}09510.pdf", PDF, make)
    subject = "Message from MFP-START-01"
    sent = mail("scanner", submitter("start"), at(day, 9, 52), subject, letters.NEED_MISSING, consent, request)
    return Sample("need_missing", "Position and need missing", (sent,), "incomplete")


def unknown_sender(day: date) -> Sample:
    """Good papers from somebody who is not on the provider's list."""
    papers = case(day, "helena", "Lindgren", 312, "enter", "Reads the files of assigned residents; weekly notes.")
    files = papers.scan("consent.pdf", papers.consent()), papers.request("access request.pdf")
    person = BY_KEY["helena"].member("Wolfe")
    subject = "forms for Hannah Lindgren"
    sent = mail("unlisted", (person.name, person.email), at(day, 10, 20), subject, letters.UNKNOWN_SENDER, *files)
    return Sample("unknown_sender", "Sender not on the list", (sent,), "rejected", "sender")


def not_a_request(day: date) -> Sample:
    """A vendor's newsletter."""
    sender = ("Summit Print Supply", "news@summitprint.example")
    sent = mail("fall", sender, at(day, 10, 44), "Fall savings for your office", letters.NOT_A_REQUEST, rich=True)
    return Sample("not_a_request", "Not a request", (sent,), "filed")


def photo(day: date) -> Sample:
    """The consent was photographed, not scanned."""
    papers = case(day, "alternatives", "Brightwater", 308, "view", "Conditions, sentence dates and earlier chronos.")
    picture = Attachment("IMG_4127.jpg", JPEG, partial(consent_photo, papers.consent()))
    request = papers.request("brightwater access request.pdf")
    subject = "Kayla Brightwater access"
    sent = mail("phone", submitter("alternatives"), at(day, 11, 8), subject, letters.PHOTO, picture, request)
    return Sample("photo", "A photo instead of a scan", (sent,), "fulfilled")


def doubtful_signature(day: date) -> Sample:
    """The supervisor left a faint mark that only a person can judge."""
    papers = case(day, "nexus", "Whitfield", 317, "enter", "Documents groups; checks placement conditions.")
    consent = papers.scan("Whitfield consent signed.pdf", papers.consent(supervisor=Mark.DOUBTFUL))
    request = papers.request("Whitfield access request.pdf")
    subject = "Marcus Whitfield - OMS"
    letter = letters.DOUBTFUL_SIGNATURE
    sent = mail("whitfield", submitter("nexus", 1), at(day, 11, 35), subject, letter, consent, request, rich=True)
    return Sample("doubtful_signature", "A doubtful signature", (sent,), "fulfilled", "signature")


def entry_not_in_contract(day: date) -> Sample:
    """Entry of data is asked for at a facility whose contract has no clause ACCD 1.7.200."""
    papers = case(day, "passages", "Castillo", 312, "enter", "Enters case notes and program participation.")
    consent = papers.scan("R Castillo Consent.pdf", papers.consent(), grey=True)
    request = papers.request("R Castillo Access Request.pdf")
    subject = "Access Request: Renee Castillo (Passages)"
    letter = letters.ENTRY_NOT_IN_CONTRACT
    sent = mail("castillo", submitter("passages"), at(day, 13, 15), subject, letter, consent, request, rich=True)
    return Sample("entry_not_in_contract", "Entry of data not in the contract", (sent,), "rejected")


def broken_file(day: date) -> Sample:
    """The consent's file is cut off."""
    papers = case(day, "butte", "Lahti", 110, "view", "Control desk: who may leave, with whom, until when.")
    whole = papers.consent()
    consent = Attachment("Lahti consent.pdf", PDF, lambda: cut_off(consent_scan(whole)))
    request = papers.request("Lahti access.pdf")
    sent = mail("lahti", submitter("butte"), at(day, 14, 1), "Curtis Lahti", letters.BROKEN_FILE, consent, request)
    return Sample("broken_file", "A broken file", (sent,), "incomplete")


STORIES = (
    good,
    signature_missing,
    typed_signature,
    two_mails,
    need_missing,
    unknown_sender,
    not_a_request,
    photo,
    doubtful_signature,
    entry_not_in_contract,
    broken_file,
    *staff_news.STORIES,
    *safety_news.STORIES,
)


def samples(day: date) -> tuple[Sample, ...]:
    """All stories, their mails sent on `day` and the one late mail on the day after."""
    return tuple(story(day) for story in STORIES)


SAMPLES: tuple[Sample, ...] = samples(DAY)
