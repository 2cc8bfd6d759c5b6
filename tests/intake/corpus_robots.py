"""Mail that programs write: auto-replies, receipts, calendar mail, lists, and bounces of many servers."""

from __future__ import annotations

from tests.intake.corpus import PDF, Nasty, attached, mail, multipart, part, text

OURS = "<ticket-1@mt.example>"
DAEMON = "From: MAILER-DAEMON@mx.nexus.example"
HEAD = f"Message-ID: {OURS}\r\nSubject: Ticket"


def report(action: str, kind: str = "delivery-status", returned: str = "message/rfc822") -> bytes:
    """A report by RFC 3462."""
    status = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\n" + action
    parts = [text("It went wrong."), part(f"Content-Type: message/{kind}", body=status)]
    parts.append(part(f"Content-Type: {returned}", body=HEAD + "\r\n\r\nold"))
    return multipart(parts, f"report; report-type={kind}", DAEMON)


def said(words: str, *head: str) -> bytes:
    """A bounce that is plain text."""
    return mail(*(head or (DAEMON,)), "Return-Path: <>", body=words)


QMAIL = "Hi. This is the qmail-send program at mx.\nI'm afraid I wasn't able to deliver your message.\n"
EXIM = "A message that you sent could not be delivered to one or more of its recipients.\n"
EXCHANGE = "Delivery has failed to these recipients or groups:\n\nx@y.example\n\nDiagnostic information:\n"
GMAIL = "Delivery to the following recipient failed permanently:\n\n     x@y.example\n\n----- Original message -----\n"
DELAYED = EXIM + "This is a warning message only. You do not need to resend your message.\n"


def _bounces() -> list[Nasty]:
    yes = {"automatic": True, "bounce": True, "in_reply_to": (OURS,)}
    no = {"automatic": True, "bounce": False}
    person = "From: ann.poe@nexus.example"
    return [
        Nasty("bounce: by the standard", report("Action: failed"), yes),
        Nasty("bounce: with the head of the mail only", report("Action: failed", returned="text/rfc822-headers"), yes),
        Nasty("bounce: in capitals", report("ACTION: FAILED"), yes),
        Nasty("bounce: international", report("Action: failed", returned="message/global-headers"), yes),
        Nasty("no bounce: a delay", report("Action: delayed"), no),
        Nasty("no bounce: a relay", report("Action: relayed"), no),
        Nasty("no bounce: delivered", report("Action: delivered"), no),
        Nasty(
            "no bounce: a read receipt", report("Disposition: manual-action; displayed", "disposition-notification"), no
        ),
        Nasty("no bounce: an abuse report", report("Feedback-Type: abuse", "feedback-report"), no),
        Nasty("bounce: qmail", said(f"{QMAIL}\n--- Below this line is a copy of the message.\n\n{HEAD}\n"), yes),
        Nasty("bounce: Exim", said(f"{EXIM}\n------ This is a copy of the message ------\n{HEAD}\n"), yes),
        Nasty(
            "bounce: Exchange as plain text",
            said(f"{EXCHANGE}\nOriginal message headers:\n\n{HEAD}\n", "From: postmaster@nexus.example"),
            yes,
        ),
        Nasty("bounce: Gmail of old", said(f"{GMAIL}\nMessage-ID: {OURS}\n"), yes),
        Nasty(
            "bounce: by an attached mail",
            multipart(
                [text(EXIM), part("Content-Type: message/rfc822", body=HEAD + "\r\n\r\nx")],
                "mixed",
                DAEMON,
                "Return-Path: <>",
            ),
            yes,
        ),
        Nasty("no bounce: only a warning", said(f"{DELAYED}\n{HEAD}\n"), no),
        Nasty("no bounce: names no mail of anybody", said(QMAIL), no),
        Nasty(
            "no bounce: a person quotes one",
            mail(person, body=f"{EXIM}\n{HEAD}\n"),
            {"automatic": False, "bounce": False},
        ),
        Nasty(
            "no bounce: a person attaches one",
            multipart([text("see"), part("Content-Type: message/rfc822", body=report("Action: failed"))]),
            {"automatic": False, "bounce": False},
        ),
        Nasty(
            "no bounce: a status without a report",
            multipart([text(), part("Content-Type: message/delivery-status", body="\r\nAction: failed\r\n")]),
            {"automatic": False, "bounce": False},
        ),
    ]


def _automatic() -> list[Nasty]:
    heads = {
        "Auto-Submitted": "Auto-Submitted: auto-replied",
        "Auto-Submitted with a parameter": "Auto-Submitted: auto-generated; owner-email=x@y",
        "Precedence": "Precedence: bulk",
        "Precedence in capitals": "PRECEDENCE: LIST",
        "no return path": "Return-Path: <>",
        "a list": "List-Id: <news.example>",
        "autoresponder": "X-Autoreply: yes",
        "Outlook's words": "Subject: Automatic reply: Access",
        "out of office": "Subject: Out of office: back on Monday",
        "postmaster": "From: postmaster@nexus.example",
        "failed recipients": "X-Failed-Recipients: x@y.example",
        "a receipt alone": "Content-Type: message/disposition-notification",
    }
    not_so = {
        "Auto-Submitted: no": "Auto-Submitted: no",
        "asks for no answers": "X-Auto-Response-Suppress: All",
        "asks for a receipt": "Disposition-Notification-To: ann.poe@nexus.example",
        "importance": "Importance: high",
        "words inside the subject": "Subject: Re: your automatic reply",
    }
    made = [Nasty(f"automatic: {n}", mail(h), {"automatic": True}) for n, h in heads.items()]
    made += [Nasty(f"a person: {n}", mail(h), {"automatic": False}) for n, h in not_so.items()]
    return made


def _calendar() -> list[Nasty]:
    def invitation(method: str, *more: bytes) -> bytes:
        event = part(
            f"Content-Type: text/calendar; method={method}; charset=utf-8", body="BEGIN:VCALENDAR\r\nEND:VCALENDAR"
        )
        return multipart([text("When: Monday"), event, *more], "mixed")

    alone = mail("Content-Type: text/calendar; method=REPLY", body="BEGIN:VCALENDAR")
    attached_ics = multipart([text(), attached(b"BEGIN:VCALENDAR", "meeting.ics", "text/calendar")])
    return [
        Nasty("calendar: an invitation", invitation("REQUEST"), {"automatic": True, "files": []}),
        Nasty("calendar: a reply", invitation("REPLY"), {"automatic": True}),
        Nasty("calendar: a cancellation", invitation("CANCEL"), {"automatic": True}),
        Nasty("calendar: alone", alone, {"automatic": True, "files": []}),
        Nasty(
            "calendar: with a form it is a person's",
            invitation("REQUEST", attached(PDF)),
            {"automatic": False, "files": ["consent.pdf"]},
        ),
        Nasty("calendar: attached as a file it is a person's", attached_ics, {"automatic": False}),
    ]


MAILS = [*_bounces(), *_automatic(), *_calendar()]
