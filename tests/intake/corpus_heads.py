"""Strange headers: senders, subjects, Message-IDs, dates."""

from __future__ import annotations

from tests.intake.corpus import Nasty, mail

GOOD = "ann.poe@nexus.example"


def _senders() -> list[Nasty]:
    one = {
        "address alone": f"From: {GOOD}",
        "address in angle brackets": f"From: <{GOOD}>",
        "name in quotes": f'From: "Poe, Ann" <{GOOD}>',
        "name in encoded words": f"From: =?utf-8?q?Ann_P=C3=B6?= <{GOOD}>",
        "address in capitals": "From: ANN.POE@NEXUS.EXAMPLE",
        "folded header": f"From: Ann Poe\r\n <{GOOD}>",
        "comment after the address": f"From: {GOOD} (Ann Poe)",
        "header name in capitals": f"FROM: {GOOD}",
        "another Sender and Reply-To": f"From: {GOOD}\r\nSender: x@y.example\r\nReply-To: evil@z.example",
        "a trusted address as the name": f'From: "boss@mt.example" <{GOOD}>',
    }
    nobody = {
        "no From": "From-Not: x",
        "an empty From": "From: ",
        "two From headers": f"From: {GOOD}\r\nFrom: evil@z.example",
        "two addresses in From": f"From: {GOOD}, evil@z.example",
        "a group": f"From: people: {GOOD}, x@y.example;",
        "undisclosed": "From: undisclosed-recipients:;",
        "no domain": "From: ann",
        "a domain alone": "From: @nexus.example",
        "two at signs": "From: ann@poe@nexus.example",
        "spaces in the address": "From: <ann poe@nexus.example>",
        "a newline in an encoded word": "From: =?utf-8?q?a=0Ab?=",
    }
    made = [Nasty(f"sender: {n}", mail(h), {"sender": GOOD}) for n, h in one.items()]
    made += [Nasty(f"nobody: {n}", mail(h), {"sender": ""}) for n, h in nobody.items()]
    made.append(
        Nasty(
            "sender: bidi and control characters in the name are gone",
            mail(f"From: =?utf-8?b?4oCuZXZpbOKArAE=?= <{GOOD}>"),
            {"sender_name": "evil"},
        )
    )
    return made


def _subjects() -> list[Nasty]:
    said = {
        "encoded in base64": ("=?utf-8?b?QWNjZXNzIMO8?=", "Access ü"),
        "in Latin-1 quoted-printable": ("=?iso-8859-1?q?Acc=E8s?=", "Accès"),
        "two encoded words make one": ("=?utf-8?q?Ac?= =?utf-8?q?cess?=", "Access"),
        "a letter split over two words": ("=?utf-8?b?w6Q=?= x", "ä x"),
        "unknown charset": ("=?no-such?q?Access?=", "Access"),
        "broken base64": ("=?utf-8?b?////?=", None),
        "base64 of an impossible length": ("=?utf-8?b?abcde?=", "=?utf-8?b?abcde?="),
        "a costly codec": ("=?punycode?q?access-?=", "access-"),
        "right-to-left override": ("Access =?utf-8?b?4oCu?=fdp", "Access  fdp"),
        "NUL in an encoded word": ("A=?utf-8?q?=00?=B", None),
        "tabs and folds": ("Access\r\n\tfor Ann", "Access for Ann"),
        "empty": ("", ""),
    }
    made = []
    for name, (raw, want) in said.items():
        made.append(Nasty(f"subject: {name}", mail(f"Subject: {raw}"), {} if want is None else {"subject": want}))
    made.append(Nasty("subject: raw UTF-8", mail("Subject: Accès".encode()), {"subject": "Accès"}))
    made.append(Nasty("subject: raw Windows-1252", mail(b"Subject: caf\xe9 \x96 x"), {"subject": "café – x"}))
    made.append(Nasty("subject: raw NUL", mail(b"Subject: a\x00b"), {}))
    made.append(Nasty("subject: the first of two counts", mail("Subject: one", "Subject: two"), {"subject": "one"}))
    return made


def _others() -> list[Nasty]:
    bare = b"From: ann.poe@nexus.example\r\nSubject: Access\r\n\r\nwords"
    return [
        Nasty("no Message-ID", bare, {"message_id": "", "text": "words"}),
        Nasty("a Message-ID without brackets", b"Message-ID: abc@x\r\n" + bare, {"message_id": ""}),
        Nasty("a Message-ID with spaces", b"Message-ID: <a b@x>\r\n" + bare, {"message_id": ""}),
        Nasty(
            "a Message-ID of 2,000 characters", b"Message-ID: <" + b"x" * 2000 + b"@x>\r\n" + bare, {"message_id": ""}
        ),
        Nasty("two Message-IDs", b"Message-ID: <a@x> <b@x>\r\n" + bare, {"message_id": "<a@x>"}),
        Nasty("a date in 2050", mail("Date: Tue, 01 Feb 2050 08:00:00 -0700"), {"automatic": False, "text": "words"}),
        Nasty("a date before mail", mail("Date: Thu, 01 Jan 1800 00:00:00 +0000"), {"text": "words"}),
        Nasty("a date that is none", mail("Date: soon"), {"date": "soon"}),
        Nasty("a date with a zone of 99 hours", mail("Date: Mon, 16 Nov 2026 08:00:00 +9999"), {"text": "words"}),
        Nasty("References of 5,000 ids", mail("References: " + " ".join(f"<{n}@x>" for n in range(5000))), {}),
        Nasty(
            "In-Reply-To comes before References",
            mail("References: <a@x> <b@x>", "In-Reply-To: <c@x>"),
            {"in_reply_to": ("<c@x>", "<a@x>", "<b@x>")},
        ),
        Nasty("a header line without a colon", mail("Subject: Access", "this is no header"), {"subject": "Access"}),
        Nasty("an mbox line at the top", b"From ann Mon Nov 16\r\n" + bare, {"sender": GOOD}),
        Nasty("bare line feeds", bare.replace(b"\r\n", b"\n"), {"subject": "Access", "text": "words"}),
        Nasty("bare carriage returns", bare.replace(b"\r\n", b"\r"), {"subject": "Access"}),
        Nasty("a byte order mark at the top", b"\xef\xbb\xbf" + bare, {}),
        Nasty("nothing at all", b"", {"sender": "", "text": ""}),
        Nasty("headers only", b"From: ann.poe@nexus.example\r\nSubject: x\r\n", {"sender": GOOD, "text": ""}),
        Nasty("no header, only text", b"\r\nwords", {"sender": "", "text": "words"}),
        Nasty("noise", bytes(range(256)) * 64, {"sender": ""}),
        Nasty("UTF-16 throughout", bare.decode().encode("utf-16"), {"sender": ""}),
    ]


MAILS = [*_senders(), *_subjects(), *_others()]
