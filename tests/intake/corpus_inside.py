"""Files inside files, and mails that are sealed."""

from __future__ import annotations

import base64
import io
import zipfile
from functools import cache

from msoffcrypto.format.ooxml import OOXMLFile

from tests.intake.corpus import PDF, Nasty, attached, mail, multipart, part, text, with_file
from tests.intake.wrappers import cms, compound, locked, outlook_msg, tnef, zipped

INNER = multipart([text("inner"), attached(PDF, "inner.pdf")], boundary="i1")
DOCX = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "word/document.xml": b"<w/>",
}


@cache
def locked_docx() -> bytes:
    """A Word file with a password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(zipped(DOCX, zipfile.ZIP_STORED))).encrypt("secret", out)
    return out.getvalue()


def _inside() -> list[Nasty]:
    winmail = tnef([("consent.pdf", PDF), ("request.pdf", PDF + b"2")], b"Need: notes")
    held = ["winmail.dat/consent.pdf", "winmail.dat/request.pdf"]
    msg = outlook_msg([("consent.pdf", PDF), ("../big.pdf", PDF * 9)])
    two = zipped({"a/consent.pdf": PDF, "../../evil.pdf": PDF, "__MACOSX/._x": b"x", "dir/": b""})
    eml = ["fwd.eml/inner.pdf"]
    return [
        Nasty(
            "TNEF: winmail.dat",
            multipart([text(), attached(winmail, "winmail.dat", "application/ms-tnef")]),
            {"files": held},
        ),
        Nasty(
            "TNEF: by its bytes alone",
            with_file(winmail, "x.bin", "application/octet-stream"),
            {"files": ["x.bin/consent.pdf", "x.bin/request.pdf"]},
        ),
        Nasty(
            "TNEF: its words count when there are no others",
            multipart([text(" "), attached(winmail, "winmail.dat", "application/ms-tnef")]),
            {"text": "Need: notes"},
        ),
        Nasty(
            "TNEF: in a zip in TNEF",
            with_file(tnef([("z.zip", zipped({"w.dat": winmail}))]), "winmail.dat"),
            {"files": ["winmail.dat/z.zip/w.dat/consent.pdf", "winmail.dat/z.zip/w.dat/request.pdf"]},
        ),
        Nasty(
            "TNEF: broken is kept",
            with_file(winmail[:40] + b"\xff" * 90, "winmail.dat", "application/ms-tnef"),
            {"files": ["winmail.dat"], "refusals": ["broken"]},
        ),
        Nasty("TNEF: empty", with_file(tnef([]), "winmail.dat", "application/ms-tnef"), {"files": []}),
        Nasty(
            "msg: files of a mail saved by Outlook",
            with_file(msg, "fwd.msg", "application/vnd.ms-outlook"),
            {"files": ["fwd.msg/consent.pdf", "fwd.msg/big.pdf"]},
        ),
        Nasty(
            "msg: by its bytes alone",
            with_file(msg, "x.dat", "application/octet-stream"),
            {"files": ["x.dat/consent.pdf", "x.dat/big.pdf"]},
        ),
        Nasty("msg: without files", with_file(outlook_msg([]), "fwd.msg"), {"files": []}),
        Nasty(
            "msg: broken is kept",
            with_file(compound({"__properties_version1.0": b"x"}), "fwd.msg"),
            {"files": ["fwd.msg"], "refusals": ["broken"]},
        ),
        Nasty("msg: cut off is kept", with_file(msg[:700], "fwd.msg"), {"files": ["fwd.msg"], "refusals": ["broken"]}),
        Nasty(
            "eml: an attached mail",
            multipart(
                [
                    text("outer"),
                    part(
                        "Content-Type: message/rfc822",
                        'Content-Disposition: attachment; filename="fwd.eml"',
                        body=INNER,
                    ),
                ]
            ),
            {"files": eml, "text": "outer"},
        ),
        Nasty(
            "eml: without a name",
            multipart([text("outer"), part("Content-Type: message/rfc822", body=INNER)]),
            {"files": ["attached mail/inner.pdf"]},
        ),
        Nasty(
            "eml: the outer sender asks",
            multipart([text(), part("Content-Type: message/rfc822", body=INNER.replace(b"ann.poe", b"evil"))]),
            {"sender": "ann.poe@nexus.example"},
        ),
        Nasty(
            "eml: in base64 against the rule",
            multipart([text(), attached(INNER, "fwd.eml", "message/rfc822")]),
            {"files": eml},
        ),
        Nasty(
            "eml: as a nameless kind of file", with_file(INNER, "fwd.eml", "application/octet-stream"), {"files": eml}
        ),
        Nasty("eml: three deep", with_file(with_file(with_file(INNER, "b.eml"), "a.eml"), "fwd.eml"), {}),
        Nasty(
            "zip: two files",
            with_file(two, "forms.zip", "application/zip"),
            {"files": ["forms.zip/consent.pdf", "forms.zip/evil.pdf"]},
        ),
        Nasty(
            "zip: by its bytes alone",
            with_file(two, "forms.pdf"),
            {"files": ["forms.pdf/consent.pdf", "forms.pdf/evil.pdf"]},
        ),
        Nasty(
            "zip: with a password is kept",
            with_file(locked(two), "forms.zip"),
            {"files": ["forms.zip"], "refusals": ["encrypted"]},
        ),
        Nasty(
            "zip: in a zip is kept",
            with_file(zipped({"in.zip": two}), "out.zip"),
            {"files": ["out.zip/in.zip"], "refusals": ["archive_in_archive"]},
        ),
        Nasty(
            "zip: cut off is kept", with_file(two[:-30], "forms.zip"), {"files": ["forms.zip"], "refusals": ["broken"]}
        ),
        Nasty(
            "zip: empty is kept", with_file(zipped({}), "forms.zip"), {"files": ["forms.zip"], "refusals": ["broken"]}
        ),
        Nasty(
            "zip: with a mail inside",
            with_file(zipped({"fwd.eml": INNER}), "x.zip"),
            {"files": ["x.zip/fwd.eml/inner.pdf"]},
        ),
        Nasty(
            "Office: a Word file is no archive",
            with_file(zipped(DOCX), "x.docx"),
            {"files": ["x.docx"], "refusals": [""]},
        ),
        Nasty(
            "Office: with a password is kept",
            lambda: with_file(locked_docx(), "x.docx"),
            {"files": ["x.docx"], "refusals": ["encrypted"]},
        ),
        Nasty(
            "Office: an old file is kept",
            with_file(compound({"WordDocument": b"\xec\xa5" + b"\0" * 900}), "x.doc"),
            {"files": ["x.doc"]},
        ),
    ]


def _sealed() -> list[Nasty]:
    p7 = 'Content-Type: application/pkcs7-mime; name="smime.p7m"; smime-type='
    entity = with_file(PDF)[len(b"Message-ID: <nasty@nexus.example>\r\n") :]
    signed = base64.encodebytes(cms(2, entity))
    sealed = base64.encodebytes(cms(3, None))
    base = "Content-Transfer-Encoding: base64"
    clear = multipart(
        [with_file(PDF).partition(b"\r\n")[2], attached(b"sig", "smime.p7s", "application/pkcs7-signature")],
        'signed; protocol="application/pkcs7-signature"',
        boundary="s1",
    )
    inner = part(p7 + "enveloped-data", "Content-Disposition: attachment", body=cms(3, None), coded=True)
    forwarded = part(
        "Content-Type: message/rfc822",
        body=mail("Content-Type: multipart/mixed; boundary=q", body=b"--q\r\n" + inner + b"\r\n--q--"),
    )
    pgp = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
    return [
        Nasty("S/MIME: clear-signed", clear, {"files": ["consent.pdf"], "text": "words"}),
        Nasty(
            "S/MIME: opaque signed",
            mail(p7 + "signed-data", base, body=signed),
            {"files": ["consent.pdf"], "text": "words"},
        ),
        Nasty(
            "S/MIME: opaque signed, the sender is the mail's",
            mail(p7 + "signed-data", base, body=base64.encodebytes(cms(2, b"From: evil@z.example\r\n\r\nwords"))),
            {"sender": "ann.poe@nexus.example", "text": "words"},
        ),
        Nasty(
            "S/MIME: certificates only",
            mail(p7 + "certs-only", base, body=base64.encodebytes(cms(2, None))),
            {"files": []},
        ),
        Nasty("S/MIME: encrypted", mail(p7 + "enveloped-data", base, body=sealed), {"refused": "encrypted"}),
        Nasty(
            "S/MIME: encrypted and called signed", mail(p7 + "signed-data", base, body=sealed), {"refused": "encrypted"}
        ),
        Nasty("S/MIME: nonsense", mail(p7 + "signed-data", base, body=b"AAAA"), {"refused": "encrypted"}),
        Nasty(
            "S/MIME: an encrypted mail inside a good one",
            multipart([text("see"), forwarded, attached(PDF)]),
            {"files": ["attached mail/smime.p7m", "consent.pdf"], "refusals": ["mail_encrypted", ""]},
        ),
        Nasty(
            "OME: message.rpmsg",
            multipart([text("protected"), attached(b"x", "message.rpmsg", "application/x-microsoft-rpmsg-message")]),
            {"refused": "encrypted"},
        ),
        Nasty(
            "OME: by its bytes alone",
            with_file(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86xx", "m.bin"),
            {"refused": "encrypted"},
        ),
        Nasty(
            "PGP: by the standard",
            multipart(
                [attached(b"Version: 1", "", "application/pgp-encrypted")],
                'encrypted; protocol="application/pgp-encrypted"',
            ),
            {"refused": "encrypted"},
        ),
        Nasty("PGP: in the text", mail(body=pgp), {"refused": "encrypted"}),
        Nasty("PGP: a word about it is no encryption", mail(body="We use -----BEGIN PGP MESSAGE-----"), {"files": []}),
    ]


MAILS = [*_inside(), *_sealed()]
