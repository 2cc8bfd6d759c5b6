"""Strange files: names, types, layout pictures, and files inside files."""

from __future__ import annotations

import base64
import struct
import zlib

from tests.intake.corpus import PDF, Nasty, attached, mail, multipart, part, text, with_file


def png(width: int, height: int, size: int = 200) -> bytes:
    """A picture of that many pixels, filled up to `size` bytes behind its end."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    made = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return made.ljust(size, b"\0")


def _names() -> list[Nasty]:
    given = {
        "a plain name": ('filename="consent.pdf"', "consent.pdf"),
        "without quotes": ("filename=consent.pdf", "consent.pdf"),
        "a path of Windows": ('filename="C:\\\\Users\\\\ann\\\\consent.pdf"', "consent.pdf"),
        "climbing on Windows": ('filename="..\\\\..\\\\evil.pdf"', "evil.pdf"),
        "climbing on Unix": ('filename="../../../etc/cron.d/evil"', "evil"),
        "absolute": ('filename="/etc/passwd"', "passwd"),
        "only dots": ('filename="..."', "part-2.pdf"),
        "hidden": ('filename=".bashrc"', "bashrc"),
        "encoded word": ('filename="=?utf-8?q?Einverst=C3=A4ndnis.pdf?="', "Einverständnis.pdf"),
        "encoded word that climbs": ('filename="=?utf-8?q?=2E=2E=2Fevil=2Epdf?="', "evil.pdf"),
        "RFC 2231": ("filename*=utf-8''Einverst%C3%A4ndnis.pdf", "Einverständnis.pdf"),
        "RFC 2231 that climbs": ("filename*=utf-8''..%2F..%2Fevil.pdf", "evil.pdf"),
        "RFC 2231 in pieces": ('filename*0="con"; filename*1="sent.pdf"', "consent.pdf"),
        "RFC 2231 in coded pieces": ("filename*0*=utf-8''con%2F; filename*1*=sent.pdf", "sent.pdf"),
        "RFC 2231 with an unknown charset": ("filename*=no-such''consent.pdf", "consent.pdf"),
        "RFC 2231 cut off": ("filename*0*=utf-8''%ff; filename*2=x", None),
        "right-to-left override": ("filename*=utf-8''evil%E2%80%AEfdp.exe", "evil fdp.exe"),
        "NUL": ("filename*=utf-8''evil.exe%00.pdf", "evil.exe .pdf"),
        "newline": ("filename*=utf-8''a%0D%0AX-Evil%3A%20yes.pdf", None),
        "quotes and brackets": ("filename*=utf-8''%22%3Cb%3E%22.pdf", "b.pdf"),
        "device of Windows": ('filename="CON:"', "CON"),
        "4,000 characters": (f'filename="{"x" * 4000}.pdf"', "x" * 116 + ".pdf"),
        "none": ("", "part-2.pdf"),
        "slash only": ('filename="///"', "part-2.pdf"),
    }
    made = []
    for name, (said, want) in given.items():
        disposition = f"Content-Disposition: attachment; {said}".rstrip("; ")
        raw = multipart([text(), part("Content-Type: application/pdf", disposition, body=PDF, coded=True)])
        made.append(Nasty(f"name: {name}", raw, {} if want is None else {"files": [want]}))
    by_type = multipart([text(), part('Content-Type: application/pdf; name="consent.pdf"', body=PDF, coded=True)])
    twice = multipart([text(), attached(PDF), attached(PDF + b"2")])
    made.append(Nasty("name: of the Content-Type", by_type, {"files": ["consent.pdf"]}))
    made.append(Nasty("name: the same twice", twice, {"files": ["consent.pdf", "consent.pdf"]}))
    return made


def _types() -> list[Nasty]:
    def claimed(data: bytes, name: str, kind: str, real: str) -> Nasty:
        return Nasty(
            f"type: {real} that is called {name} and {kind}",
            with_file(data, name, kind),
            {"kinds": [real], "files": [name]},
        )

    return [
        claimed(PDF, "photo.jpg", "image/jpeg", "application/pdf"),
        claimed(png(2000, 2000), "consent.pdf", "application/pdf", "image/png"),
        claimed(b"\xff\xd8\xff\xe0" + b"x" * 99, "x.bin", "application/octet-stream", "image/jpeg"),
        claimed(b"II*\x00" + b"x" * 99, "x.txt", "text/plain", "image/tiff"),
        Nasty(
            "type: none at all",
            multipart([text(), part('Content-Disposition: attachment; filename="x"', body=PDF, coded=True)]),
            {"kinds": ["application/pdf"]},
        ),
        Nasty(
            "type: a mail that is only a file",
            mail("Content-Type: application/pdf", "Content-Transfer-Encoding: base64", body=base64.encodebytes(PDF)),
            {"kinds": ["application/pdf"], "text": ""},
        ),
        Nasty("type: an empty file", with_file(b""), {"files": ["consent.pdf"]}),
        Nasty("type: a file cut off in its base64", with_file(PDF)[:-700], {"kinds": ["application/pdf"]}),
        Nasty(
            "type: a file without its closing boundary",
            with_file(PDF).replace(b"--b1--", b""),
            {"files": ["consent.pdf"]},
        ),
    ]


def _layout() -> list[Nasty]:
    def shown(data: bytes, *head: str, html: str = "<p>x</p>") -> bytes:
        picture = part("Content-Type: image/png", *head, body=data, coded=True)
        return multipart([text(html, "html"), picture, attached(PDF)])

    inline = 'Content-Disposition: inline; filename="image001.png"'
    return [
        Nasty("layout: a logo", shown(png(120, 40), inline), {"inline": [True, False]}),
        Nasty(
            "layout: a logo that only the HTML names",
            shown(png(120, 40), "Content-ID: <logo@x>", html='<img src="cid:logo@x">'),
            {"inline": [True, False]},
        ),
        Nasty("layout: a wide banner of 90 KB", shown(png(900, 120, 90_000), inline), {"inline": [True, False]}),
        Nasty(
            "no layout: a large picture shown inline",
            shown(png(1700, 2200, 90_000), inline),
            {"inline": [False, False]},
        ),
        Nasty(
            "no layout: a faxed page of 30 KB shown inline",
            shown(png(1728, 2200, 30_000), inline),
            {"inline": [False, False]},
        ),
        Nasty(
            "no layout: a small picture attached",
            shown(png(120, 40), 'Content-Disposition: attachment; filename="s.png"'),
            {"inline": [False, False]},
        ),
        Nasty(
            "no layout: the only file",
            multipart([text(), part("Content-Type: image/png", inline, body=png(120, 40), coded=True)]),
            {"inline": [False]},
        ),
        Nasty("no layout: a PDF that calls itself a picture", shown(PDF, inline), {"inline": [False, False]}),
    ]


MAILS = [*_names(), *_types(), *_layout()]
