"""A mail as values: what is text, what is a file, what is refused, and what it may cost."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tasks.adapters.mailbox.mime import MailRefused, parse
from tasks.adapters.mailbox.mime_limits import LIMITS

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8


def mail(text: str = "Hello\n", **headers: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    given = {"From": "Jane Roe <Jane.Roe@Nexus.example>", "Message-ID": "<1@nexus.example>", "Subject": "Access"}
    for name, value in (given | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message


def with_file(name: str = "consent.pdf", data: bytes = PDF, **headers: str) -> EmailMessage:
    message = mail(**headers)
    message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message


def test_a_plain_request() -> None:
    message = with_file(In_Reply_To="<a@x>", References="<b@x> <a@x>", Date="Mon, 01 Jun 2026 10:00:00 -0600")
    got = parse(message.as_bytes())
    assert (got.sender, got.sender_name, got.subject) == ("jane.roe@nexus.example", "Jane Roe", "Access")
    assert (got.message_id, got.in_reply_to) == ("<1@nexus.example>", ("<a@x>", "<b@x>"))
    assert (got.text, got.quoted, got.automatic) == ("Hello", "", False)
    assert got.date.startswith("Mon, 01 Jun 2026")
    (file,) = got.attachments
    assert (file.file_name, file.media_type, file.inline) == ("consent.pdf", "application/pdf", False)
    assert file.content == PDF


def test_the_digest_survives_another_boundary_and_header_order_but_not_another_content(tmp_path: Path) -> None:
    first, second = with_file(), with_file()
    second.set_boundary("another")
    second["X-Edge"] = "added"
    path = tmp_path / "raw"
    path.write_bytes(second.as_bytes())
    assert parse(first.as_bytes()).digest == parse(path).digest
    assert parse(first.as_bytes()).digest != parse(with_file(data=PDF + b"x").as_bytes()).digest
    assert parse(first.as_bytes()).digest != parse(with_file(Message_ID="<2@x>").as_bytes()).digest


@pytest.mark.parametrize(
    ("claimed", "safe"),
    [
        ("..\\..\\evil.pdf", "evil.pdf"),
        ("../../etc/passwd", "passwd"),
        (".htaccess", "htaccess"),
        ("Einverständnis – Müller.pdf", "Einverständnis – Müller.pdf"),
        ("a\x00b\n.pdf", "a b .pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("///", "part-2.pdf"),
    ],
)
def test_file_names_are_made_safe(claimed: str, safe: str) -> None:
    coded = base64.b64encode(claimed.encode()).decode()
    raw = with_file("NAME").as_bytes().replace(b'filename="NAME"', f'filename="=?utf-8?b?{coded}?="'.encode())
    assert [f.file_name for f in parse(raw).attachments] == [safe]


def test_text_comes_from_html_when_there_is_no_plain_text() -> None:
    message = mail()
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>Position: Case&nbsp;Manager</p>"
        "<table><tr><td>Need</td><td>case notes</td></tr></table>"
        "<blockquote>old words</blockquote></body></html>",
        subtype="html",
    )
    got = parse(message.as_bytes())
    assert got.text == "Position: Case Manager\n\nNeed\tcase notes"
    assert got.quoted == "> old words"


def test_plain_text_wins_over_html() -> None:
    message = mail("plain")
    message.add_alternative("<p>other</p>", subtype="html")
    assert parse(message.as_bytes()).text == "plain"


QUOTED = [
    ("Done.\n\nOn Mon, 1 Jun 2026 at 10:00, Corr <c@mt.example> wrote:\n> Reply with DONE\n", "Done."),
    ("Done.\n\nOn Mon, 1 Jun 2026 at 10:00, Corr Requests\n<c@mt.example> wrote:\n\n> DONE\n", "Done."),
    ("Done.\n\n-----Original Message-----\nFrom: C\nSent: x\nTo: y\nSubject: z\n\nDONE\n", "Done."),
    ("Done.\n\n________________________________\nFrom: C\nSent: x\nTo: y\nSubject: z\n\nDONE\n", "Done."),
    ("Done.\n\nFrom: C <c@x>\nSent: Monday\nTo: y\nSubject: z\n\nold\n", "Done."),
    ("> old\n\nbelow\n", "below"),
    ("On Mon, Corr wrote:\n> old\n> old\n\nanswer below\n", "answer below"),
    ("From: the start of June she works here.\nThanks", "From: the start of June she works here.\nThanks"),
    ("____________________\nJane Roe", "____________________\nJane Roe"),
]


@pytest.mark.parametrize(("text", "new"), QUOTED)
def test_earlier_mails_are_kept_apart(text: str, new: str) -> None:
    assert parse(mail(text).as_bytes()).text == new


def test_a_forwarded_mail_is_what_its_sender_sends() -> None:
    inner = "---------- Forwarded message ---------\nFrom: A <a@x>\nDate: x\nSubject: y\nTo: z\n\nNeed: x\n"
    text = f"Please process.\n\n{inner}"
    assert parse(mail(text, Subject="Fwd: access").as_bytes()).text.split() == ["Please", "process.", "Need:", "x"]
    assert parse(mail(text, Subject="Re: access").as_bytes()).text == "Please process."


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"Auto_Submitted": "no"}, False),
        ({"X_Auto_Response_Suppress": "All"}, False),
        ({"Auto_Submitted": "auto-replied; x=y"}, True),
        ({"Precedence": "bulk"}, True),
        ({"Return_Path": "<>"}, True),
        ({"List_Id": "<l.x>"}, True),
        ({"Subject": "Automatic reply: Access"}, True),
        ({"From": "MAILER-DAEMON@mt.example"}, True),
    ],
)
def test_automatic_mail(headers: dict[str, str], automatic: bool) -> None:
    assert parse(mail(**headers).as_bytes()).automatic is automatic


def test_a_bounce_is_automatic() -> None:
    raw = b"From: x@y\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b--\r\n"
    assert parse(raw).automatic


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@x.example, b@x.example\r\n\r\n",
        b"From: a@x.example\r\nFrom: b@x.example\r\n\r\n",
        b"Subject: none\r\n\r\n",
        b'From: "a@good.example" <>\r\n\r\n',
        b"",
    ],
)
def test_a_sender_that_is_not_exactly_one_is_nobody(raw: bytes) -> None:
    assert parse(raw).sender == ""


def test_an_address_in_the_display_name_is_not_the_sender() -> None:
    assert parse(b'From: "good@nexus.example" <evil@x.example>\r\n\r\n').sender == "evil@x.example"


def test_small_pictures_of_the_layout_are_marked() -> None:
    message = with_file()
    message.add_attachment(b"\x89PNG" * 10, maintype="image", subtype="png", disposition="inline", filename="logo.png")
    assert [f.inline for f in parse(message.as_bytes()).attachments] == [False, True]


def test_a_lone_picture_is_never_layout() -> None:
    message = mail()
    message.add_attachment(b"\x89PNG" * 10, maintype="image", subtype="png", disposition="inline", filename="scan.png")
    assert [f.inline for f in parse(message.as_bytes()).attachments] == [False]


def test_an_attached_mail_brings_its_files_but_not_its_words() -> None:
    message = mail("outer")
    message.add_attachment(with_file())
    got = parse(message.as_bytes())
    assert got.text == "outer"
    assert [f.file_name for f in got.attachments] == ["attached mail/consent.pdf"]


def test_a_signed_mail_is_read_as_any_other() -> None:
    message = with_file()
    message.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert [f.file_name for f in parse(message.as_bytes()).attachments] == ["consent.pdf"]


def _nested(depth: int) -> bytes:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return b"From: a@x.example\r\n" + parts.encode() + b"\r\nx"


BOMBS: list[tuple[str, bytes, str]] = [
    ("deep", _nested(40), "too_deep"),
    ("very deep", _nested(1500), "too_deep"),
    ("attached mails", b"Content-Type: message/rfc822\r\n\r\n" * 30 + b"x", "too_deep"),
    ("parts", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000, "too_many_parts"),
    ("encrypted", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx", "encrypted"),
    ("pgp", b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--", "encrypted"),
    ("rights", b'Content-Type: application/x; name="message.rpmsg"\r\n\r\nx', "encrypted"),
]


@pytest.mark.parametrize(("raw", "code"), [b[1:] for b in BOMBS], ids=[b[0] for b in BOMBS])
def test_hostile_mail_is_refused_with_a_code_and_a_sentence(raw: bytes, code: str) -> None:
    with pytest.raises(MailRefused) as refused:
        parse(raw)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?utf-8?q?x?= " * 25_000 + b"\r\n\r\nbody",
        b"To: " + b"a@x.example, " * 60_000 + b"\r\nFrom: a@x.example\r\n\r\nbody",
        b"From: " + b"(" * 20_000 + b"\r\n\r\nbody",
        b"Content-Type: text/plain; charset=no-such-charset\r\n\r\n\xff\xfe body",
        b"Content-Type: multipart/mixed\r\n\r\nbody",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64 body",
        b"Subject: =?utf-8?b?////?= caf\xe9\r\n\r\nbody",
        b"Content-Type: application/pdf; name*0*=utf-8''%ff; name*2=x\r\n\r\nbody",
    ],
    ids=["subject", "to", "from", "charset", "boundary", "base64", "8bit", "rfc2231"],
)
def test_odd_mail_is_read(raw: bytes) -> None:
    assert parse(raw).digest


@pytest.mark.parametrize(
    "raw",
    [
        b"Message-ID: <caf\xe9@x>\r\nFrom: caf\xe9 <caf\xe9@x.example>\r\nSubject: caf\xe9\r\n\r\n\x00body\xff",
        b"Content-Type: text/plain; charset*=utf-8''x\r\nSubject: \xe2\x82\xac\r\n\r\nbody \xff",
        b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA-",
        b"Content-Type: text/plain; charset=raw_unicode_escape\r\n\r\n\\ud800",
        b'Content-Type: application/pdf; name="\xff\x00.pdf"\r\n\r\nx',
    ],
)
def test_every_text_can_be_stored(raw: bytes) -> None:
    got = parse(raw)
    names = [file.file_name for file in got.attachments]
    for text in (got.message_id, got.sender, got.sender_name, got.subject, got.text, got.quoted, *names):
        assert text.encode().decode() == text
        assert "\x00" not in text


def test_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(MailRefused, match="too_large"):
        parse(b"x" * 101, replace(LIMITS, max_bytes=100))


def test_too_little_memory_is_refused() -> None:
    with pytest.raises(MailRefused):
        parse(with_file(data=b"x" * 8_000_000).as_bytes(), replace(LIMITS, memory_bytes=40 * 1024 * 1024))


def test_too_slow_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")  # whoever opens it for reading waits for ever
    with pytest.raises(MailRefused, match="took_too_long"):
        parse(tmp_path / "never", replace(LIMITS, wall_seconds=0.2))


def test_the_largest_allowed_mail_fits_the_memory() -> None:
    raw = with_file(data=b"\x01\x02\x03" * 9_200_000).as_bytes()
    assert 35_000_000 < len(raw) < LIMITS.max_bytes
    assert len(parse(raw).attachments[0].content) == 27_600_000
