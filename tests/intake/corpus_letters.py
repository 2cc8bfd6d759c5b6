"""Strange texts: charsets, encodings, HTML, quoting, format=flowed."""

from __future__ import annotations

import base64

from tests.intake.corpus import PDF, Nasty, attached, mail, multipart, part, text

WORDS = "Zürich – café"
CP = "\u201cneeded\u201d"


def _charsets() -> list[Nasty]:
    cases = {
        "utf-8": ("utf-8", WORDS.encode(), WORDS),
        "quoted name": ('"UTF-8"', WORDS.encode(), WORDS),
        "windows-1252": ("windows-1252", WORDS.encode("cp1252"), WORDS),
        "Latin-1 that is Windows-1252": ("iso-8859-1", CP.encode("cp1252"), CP),
        "ASCII that is UTF-8": ("us-ascii", WORDS.encode(), WORDS),
        "ASCII that is Windows-1252": ("us-ascii", WORDS.encode("cp1252"), WORDS),
        "utf-8 that is Windows-1252": ("utf-8", WORDS.encode("cp1252"), WORDS),
        "utf-16 with its mark": ("utf-16", base64.b64encode(WORDS.encode("utf-16")), WORDS),
        "utf-7": ("utf-7", b"Z+APw-rich", "Zürich"),
        "koi8-r": ("koi8-r", "Анна".encode("koi8-r"), "Анна"),
        "shift_jis": ("shift_jis", "日本".encode("shift_jis"), "日本"),
        "iso-2022-jp": ("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本"),
        "gb2312 with letters of gb18030": ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        "euc-kr": ("euc-kr", "한국".encode("euc-kr"), "한국"),
        "unknown": ("x-unknown", WORDS.encode(), WORDS),
        "empty": ('""', WORDS.encode(), WORDS),
        "a codec that is no charset": ("zlib_codec", b"words", "words"),
        "a codec that is slow": ("punycode", b"words-" + b"a" * 20_000, None),
        "an escaping codec": ("unicode_escape", b"\\ud800", "\\ud800"),
        "with a path": ("../../etc/passwd", b"words", "words"),
    }
    made = []
    for name, (charset, data, want) in cases.items():
        coding = "base64" if name.startswith("utf-16") else "8bit"
        raw = mail(f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {coding}", body=data)
        made.append(Nasty(f"charset: {name}", raw, {} if want is None else {"text": want}))
    return made


def _codings() -> list[Nasty]:
    def coded(coding: str, body: bytes) -> bytes:
        return mail("Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {coding}", body=body)

    return [
        Nasty("coding: quoted-printable", coded("quoted-printable", b"a=20b=\r\nc=C3=BC"), {"text": "a bcü"}),
        Nasty("coding: broken quoted-printable", coded("quoted-printable", b"a=ZZb="), {}),
        Nasty("coding: base64", coded("base64", b"d29yZHM="), {"text": "words"}),
        Nasty("coding: base64 without padding", coded("base64", b"d29yZHM"), {"text": "words"}),
        Nasty("coding: base64 with noise", coded("base64", b"d2 9y\r\n!!ZHM="), {"text": "words"}),
        Nasty("coding: unknown", coded("x-secret", b"words"), {"text": "words"}),
        Nasty("coding: binary", coded("binary", b"words\x00\x01"), {"text": "words"}),
        Nasty("coding: uuencode", coded("x-uuencode", b"begin 644 x\r\n%=V]R9',\r\n`\r\nend"), {"text": "words"}),
    ]


def _html() -> list[Nasty]:
    def page(html: str) -> bytes:
        return mail("Content-Type: text/html; charset=utf-8", body=html)

    return [
        Nasty("HTML only", page("<p>Need: <b>notes</b></p><p>Ann</p>"), {"text": "Need: notes\n\nAnn"}),
        Nasty("HTML never closed", page("<p>Need<p>notes<div><span"), {"text": "Need\nnotes"}),
        Nasty(
            "HTML: scripts and styles are not words",
            page("<style>x{}</style><script>y()</script>Need"),
            {"text": "Need"},
        ),
        Nasty("HTML: comments of Outlook", page("<!--[if mso]><xml>junk</xml><![endif]-->Need"), {"text": "Need"}),
        Nasty("HTML: entities", page("Ann&nbsp;&amp;&#32;Jo &#x110000; &#xD800; &bogus;"), {}),
        Nasty("HTML: 2 MB", page("<p>Need</p>" + "<td>x</td>" * 200_000), {}),
        Nasty("HTML: 100,000 unclosed comments", page("Need " + "<!--" * 100_000), {}),
        Nasty("HTML: 100,000 open tags", page("Need " + "<a b=" * 100_000), {}),
        Nasty("HTML: 100,000 quotes inside each other", page("Need " + "<blockquote>" * 80_000 + "deep"), {}),
        Nasty("HTML: marked sections", page("Need " + "<![CDATA[" * 50_000), {}),
        Nasty("HTML: lone brackets", page("Need " + "<" * 300_000), {}),
        Nasty("HTML: ampersands", page("Need " + "&" * 300_000), {}),
        Nasty(
            "HTML beside an empty plain text",
            multipart([text(" \r\n"), text("<p>Need</p>", "html")], "alternative"),
            {"text": "Need"},
        ),
        Nasty(
            "plain text wins over HTML",
            multipart([text("plain"), text("<p>html</p>", "html")], "alternative"),
            {"text": "plain"},
        ),
        Nasty(
            "words below a file belong to the text",
            multipart([text("above"), attached(PDF), text("below")]),
            {"text": "above\nbelow", "files": ["consent.pdf"]},
        ),
    ]


def _plain() -> list[Nasty]:
    def flowed(words: str, more: str = "") -> bytes:
        return mail(f"Content-Type: text/plain; charset=utf-8; format=flowed{more}", body=words)

    return [
        Nasty(
            "flowed: soft breaks are joined",
            flowed("Position: case \r\nmanager\r\nNeed"),
            {"text": "Position: case manager\nNeed"},
        ),
        Nasty("flowed: DelSp", flowed("case \r\nmanager", "; delsp=yes"), {"text": "casemanager"}),
        Nasty("flowed: stuffed lines", flowed(" From: here\r\n  two"), {"text": "From: here\n two"}),
        Nasty(
            "flowed: quotes stay quotes", flowed("new\r\n> old \r\n> words"), {"text": "new", "quoted": "> old words"}
        ),
        Nasty("flowed: a signature is no soft break", flowed("words\r\n-- \r\nAnn"), {"text": "words\n-- \nAnn"}),
        Nasty(
            "text: control and bidi characters are gone",
            mail(body="a\x00b\x07c\x1bd\u202ee\u2066f"),
            {"text": "abcdef"},
        ),
        Nasty("text: one line of 500,000", mail(body="x" * 500_000), {}),
        Nasty("text: 200,000 empty lines", mail(body="\r\n" * 200_000 + "words"), {}),
        Nasty("text: 50,000 rules", mail(body="____________\n" * 50_000), {}),
        Nasty("text: 50,000 lines that look like a quote's head", mail(body="On a wrote\n" * 50_000), {}),
        Nasty("text: 50,000 From lines", mail(body="From: x\n" * 50_000), {}),
        Nasty("text: 200,000 quote marks", mail(body=">" * 200_000), {}),
        Nasty(
            "text: a uuencoded file",
            mail(body="here\nbegin 644 note.pdf\n-)5!$1BTQ+C<@>'AX>```\n`\nend\nbye"),
            {"text": "here\nbye", "files": ["note.pdf"], "kinds": ["application/pdf"]},
        ),
        Nasty(
            "text: a uuencoded path",
            mail(body="begin 644 ../../note.pdf\n-)5!$1BTQ+C<@>'AX>```\n`\nend"),
            {"files": ["note.pdf"]},
        ),
        Nasty(
            "text: begin without an end stays text",
            mail(body="begin 644 x\nof June"),
            {"text": "begin 644 x\nof June", "files": []},
        ),
        Nasty("text: 10,000 begins without an end", mail(body="begin 644 x\n" * 10_000), {"files": []}),
        Nasty("text: yEnc stays text", mail(body="=ybegin line=128 size=3 name=x\nabc\n=yend size=3"), {"files": []}),
        Nasty(
            "text: a named text part is a file",
            multipart([text(), attached(b"hi", "note.txt", "text/plain")]),
            {"text": "words", "files": ["note.txt"]},
        ),
        Nasty(
            "text: alternatives inside mixed inside mixed",
            multipart(
                [multipart([multipart([text("in")], "alternative", boundary="b3")], boundary="b2"), attached(PDF)]
            ),
            {"text": "in", "files": ["consent.pdf"]},
        ),
        Nasty("text: a part without a header", multipart([b"\r\nbare"]), {"text": "bare"}),
        Nasty("text: a part of an unknown type", multipart([text(), part("Content-Type: nonsense", body="odd")]), {}),
    ]


MAILS = [*_charsets(), *_codings(), *_html(), *_plain()]
