"""Mails that want memory, time or depth, and trees of parts that are broken."""

from __future__ import annotations

import zipfile

from tests.intake.corpus import FROM, PDF, Nasty, attached, mail, multipart, part, text, with_file
from tests.intake.wrappers import tnef, zipped

MANY = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
NULLS = bytes(1024 * 1024)


def nested(depth: int) -> bytes:
    """A multipart in a multipart, and so on."""
    made = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return f"{FROM}\r\n{made}\r\nx".encode()


def mails_inside(depth: int) -> bytes:
    """A mail in a mail, and so on."""
    return FROM.encode() + b"\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"x"


def zip_bomb() -> bytes:
    """A hundred megabytes of nothing in a hundred kilobytes."""
    return with_file(zipped({f"{n}.bin": NULLS * 20 for n in range(5)}), "bomb.zip")


def _depths() -> list[Nasty]:
    return [
        Nasty("bomb: 15 nested multiparts are read", nested(15), {"text": "x"}),
        Nasty("bomb: 40 nested multiparts", nested(40), {"refused": "too_deep"}),
        Nasty("bomb: 1,000 nested multiparts", nested(1000), {"refused": "too_deep"}),
        Nasty("bomb: 5,000 nested multiparts", lambda: nested(5000), {"refused": "too_deep"}),
        Nasty("bomb: 3 mails inside each other are read", mails_inside(3), {"sender": "ann.poe@nexus.example"}),
        Nasty("bomb: 5 mails inside each other", mails_inside(5), {"refused": "too_deep"}),
        Nasty("bomb: 1,500 mails inside each other", mails_inside(1500), {"refused": "too_deep"}),
        Nasty(
            "bomb: TNEF in TNEF in TNEF in TNEF",
            with_file(tnef([("a", tnef([("b", tnef([("c", tnef([("d", PDF)]))]))]))])),
            {},
        ),
        Nasty("bomb: the same boundary inside itself", multipart([multipart([text()]), text()]), {}),
    ]


def _counts() -> list[Nasty]:
    return [
        Nasty("bomb: 499 parts are read", multipart([text("x")] * 499), {"automatic": False}),
        Nasty("bomb: 501 parts", multipart([text("x")] * 501), {"refused": "too_many_parts"}),
        Nasty("bomb: 100,000 parts", lambda: MANY + b"--b\r\n\r\nx\r\n" * 100_000, {"refused": "too_many_parts"}),
        Nasty(
            "bomb: 600 files in an archive",
            with_file(zipped({f"{n}": b"x" for n in range(600)}), "x.zip"),
            {"files": ["x.zip"], "refusals": ["archive_too_large"]},
        ),
        Nasty(
            "bomb: 600 files in a winmail.dat",
            lambda: with_file(tnef([(f"{n}", b"x") for n in range(600)])),
            {"refused": "too_many_parts"},
        ),
        Nasty(
            "bomb: 60 files that are none of ours, each of which once cost a reader's start",
            multipart(
                [text(), *[attached(b"\xff" * 90 + b"%d" % n, f"{n}.bin", "application/x-x") for n in range(60)]]
            ),
            {"files": [f"{n}.bin" for n in range(60)]},
        ),
        Nasty("bomb: 1,000 uuencoded files", mail(body="begin 644 x\n!>```\n`\nend\n" * 1000), {}),
        Nasty(
            "bomb: 100,000 header lines",
            lambda: b"X: y\r\n" * 100_000 + FROM.encode() + b"\r\n\r\nx",
            {"sender": "ann.poe@nexus.example"},
        ),
        Nasty("bomb: 100,000 From headers", lambda: b"From: a@x.example\r\n" * 100_000 + b"\r\nx", {"sender": ""}),
    ]


def _sizes() -> list[Nasty]:
    return [
        Nasty("bomb: a subject of 100,000 encoded words", lambda: mail("Subject: " + "=?utf-8?q?x?= " * 100_000), {}),
        Nasty("bomb: a subject of 5 MB", lambda: mail("Subject: " + "x" * 5_000_000), {}),
        Nasty("bomb: 100,000 addresses", lambda: mail("To: " + "a@x.example, " * 100_000), {"text": "words"}),
        Nasty("bomb: 100,000 addresses in From", lambda: mail("From: " + "a@x.example, " * 100_000), {"sender": ""}),
        Nasty("bomb: 20,000 brackets in From", mail("From: " + "(" * 20_000), {"sender": ""}),
        Nasty("bomb: 20,000 quotes in From", mail('From: "' + '\\"' * 20_000), {"sender": ""}),
        Nasty("bomb: 20,000 parameters", mail("Content-Type: text/plain" + "; a=b" * 20_000), {}),
        Nasty(
            "bomb: 20,000 pieces of a name",
            lambda: mail("Content-Type: application/pdf" + "".join(f"; name*{n}=x" for n in range(20_000))),
            {},
        ),
        Nasty(
            "bomb: a boundary of 1 MB", lambda: mail(f'Content-Type: multipart/mixed; boundary="{"b" * 1_000_000}"'), {}
        ),
        Nasty(
            "bomb: an archive that unfolds to 100 MB",
            zip_bomb,
            {"files": ["bomb.zip"], "refusals": ["archive_too_large"]},
        ),
        Nasty(
            "bomb: an archive of 9 MB of nothing",
            lambda: with_file(zipped({"x": NULLS * 9}), "x.zip"),
            {"files": ["x.zip"], "refusals": ["archive_too_large"]},
        ),
        Nasty(
            "bomb: an archive in bzip2",
            lambda: with_file(zipped({"x": NULLS * 30}, zipfile.ZIP_BZIP2), "x.zip"),
            {"refusals": ["archive_too_large"]},
        ),
        Nasty(
            "bomb: quoted-printable of 10 MB",
            lambda: mail("Content-Transfer-Encoding: quoted-printable", body=b"=41" * 3_300_000),
            {},
        ),
    ]


def _broken() -> list[Nasty]:
    return [
        Nasty(
            "tree: a multipart without a boundary",
            mail("Content-Type: multipart/mixed", body="words"),
            {"text": "words"},
        ),
        Nasty("tree: a boundary that never comes", mail("Content-Type: multipart/mixed; boundary=b", body="words"), {}),
        Nasty("tree: an empty boundary", mail('Content-Type: multipart/mixed; boundary=""', body="--\r\n\r\nx"), {}),
        Nasty("tree: a boundary of pattern letters", multipart([text("x")], boundary="(.*)+[a-"), {"text": "x"}),
        Nasty("tree: no parts", multipart([]), {"files": []}),
        Nasty(
            "tree: a multipart in base64",
            mail(
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Transfer-Encoding: base64",
                body="--b\r\n\r\nx\r\n--b--",
            ),
            {},
        ),
        Nasty(
            "tree: words before and after the parts",
            mail("Content-Type: multipart/mixed; boundary=b", body="before\r\n--b\r\n\r\nin\r\n--b--\r\nafter"),
            {"text": "in"},
        ),
        Nasty(
            "tree: two Content-Types", mail("Content-Type: text/html", "Content-Type: text/plain", body="<b>x</b>"), {}
        ),
        Nasty("tree: a Content-Type of slashes", mail("Content-Type: ////;;;===", body="x"), {}),
        Nasty(
            "tree: one piece of a mail in pieces",
            mail('Content-Type: message/partial; id="x"; number=1; total=3'),
            {"refused": "in_pieces"},
        ),
        Nasty(
            "tree: a body that is elsewhere",
            multipart(
                [
                    text(),
                    part(
                        'Content-Type: message/external-body; access-type=URL; URL="http://evil.example/"',
                        body="Content-Type: application/pdf\r\n\r\n",
                    ),
                ]
            ),
            {"files": []},
        ),
        Nasty(
            "tree: a file in multipart/related",
            multipart([text("<p>x</p>", "html"), attached(PDF)], "related"),
            {"files": ["consent.pdf"]},
        ),
        Nasty(
            "tree: a file in multipart/alternative",
            multipart([text(), attached(PDF)], "alternative"),
            {"files": ["consent.pdf"]},
        ),
        Nasty("tree: a digest of mails", multipart([b"\r\n" + mail("Subject: one")], "digest"), {}),
    ]


MAILS = [*_depths(), *_counts(), *_sizes(), *_broken()]
