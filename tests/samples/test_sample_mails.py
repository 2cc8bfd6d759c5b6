"""The sample mails parse, carry what they say they carry, and are the same bytes every time."""

from __future__ import annotations

import io
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cache

import pikepdf
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
import pytest
from PIL import Image

from deployments.samples.cast import MAILBOX, OFFICERS, PROVIDERS
from deployments.samples.envelopes import SampleMail
from deployments.samples.mails import SAMPLES, samples
from deployments.samples.papers import consent_photo, consent_scan
from forms import schema

EXPECTED = {
    "good": "fulfilled",
    "signature_missing": "incomplete",
    "typed_signature": "incomplete",
    "two_mails": "fulfilled",
    "need_missing": "incomplete",
    "unknown_sender": "rejected",
    "not_a_request": "filed",
    "photo": "fulfilled",
    "doubtful_signature": "fulfilled",
    "entry_not_in_contract": "rejected",
    "broken_file": "incomplete",
    "change": "fulfilled",
    "departure": "fulfilled",
    "termination": "fulfilled",
    "leave": "scheduled",
    "comes_back": "fulfilled",
    "move": "fulfilled",
    "reset": "fulfilled",
    "unlock": "fulfilled",
    "report": "under suspension",
}
MAILS = [mail for sample in SAMPLES for mail in sample.mails]
BY_KEY = {sample.key: sample for sample in SAMPLES}


@cache
def parsed(mail: SampleMail) -> EmailMessage:
    """The mail as a receiver parses it."""
    return message_from_bytes(mail.build(), policy=policy.default)


def attached(mail: SampleMail) -> dict[str, bytes]:
    """The attachments by file name."""
    return {str(part.get_filename()): part.get_content() for part in parsed(mail).iter_attachments()}


def test_stories_and_their_ends() -> None:
    assert {sample.key: sample.expected for sample in SAMPLES} == EXPECTED


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.message_id)
def test_mail_parses_with_its_headers_and_files(mail: SampleMail) -> None:
    message = parsed(mail)
    assert MAILBOX in str(message["To"])
    assert str(message["From"]).endswith(".example>")
    assert str(message["Message-ID"]) == mail.message_id
    assert parsedate_to_datetime(str(message["Date"])) == mail.sent.replace(microsecond=0)
    assert not message.defects
    assert set(attached(mail)) == {file.filename for file in mail.attachments}
    assert len(mail.build()) < 1_000_000


@pytest.mark.parametrize("key", ["good", "need_missing", "photo"])
def test_mail_is_the_same_every_time(key: str) -> None:
    (mail,) = BY_KEY[key].mails
    first = mail.build()
    consent_scan.cache_clear()
    consent_photo.cache_clear()
    assert mail.build() == first


def test_message_ids_are_unique() -> None:
    assert len({mail.message_id for mail in MAILS}) == len(MAILS)


def test_two_mails_are_a_day_apart() -> None:
    first, second = BY_KEY["two_mails"].mails
    assert timedelta(hours=20) < second.sent - first.sent < timedelta(hours=30)


def test_scans_have_no_text_and_requests_carry_values() -> None:
    files = attached(BY_KEY["good"].mails[0])
    with pypdfium2.PdfDocument(files["Consent Form - Doe.pdf"]) as scan:
        assert not scan[0].get_textpage().get_text_range().strip()
    with pikepdf.open(io.BytesIO(files["OMS Access Request - Doe.pdf"])) as pdf:
        values = {str(field.T): str(field.get("/V", "")) for field in pdf.Root.AcroForm.Fields.as_list()}
    assert values["family_name"] == "Doe"
    assert values["action"] == "/new"
    assert set(values) == {spec.name for spec in schema.ACCESS_REQUEST.fields}


def test_photo_is_a_jpeg_and_the_broken_file_cannot_be_opened() -> None:
    picture = attached(BY_KEY["photo"].mails[0])["IMG_4127.jpg"]
    assert Image.open(io.BytesIO(picture)).format == "JPEG"
    broken = attached(BY_KEY["broken_file"].mails[0])["Lahti consent.pdf"]
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(broken)


def test_another_day_moves_dates_only() -> None:
    moved = samples(date(2027, 3, 1))
    assert [sample.key for sample in moved] == [sample.key for sample in SAMPLES]
    assert all(sample.mails[0].sent.date() == date(2027, 3, 1) for sample in moved)


def test_cast_is_the_eight_providers_and_nobody_real() -> None:
    assert [one.key for one in PROVIDERS] == list(schema.PROVIDERS)
    people = [(one.domain, who.email) for one in PROVIDERS for who in one.submitters]
    people += [(one.domain, who.email) for one in PROVIDERS for who in (one.supervisor, *one.staff)]
    assert all(email.endswith(f"@{domain}") and domain.endswith(".example") for domain, email in people)
    assert len({email for _, email in people}) == len(people)
    assert [officer.user for officer in OFFICERS] == ["mreyes", "dokafor", "vlindqvist"]
