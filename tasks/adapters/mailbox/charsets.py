"""Bytes of hostile mail as text: what the mail declares, then what it probably is. Never fails."""

from __future__ import annotations

import codecs

_WIDER = {
    "iso8859-1": "cp1252",  # the WHATWG Encoding Standard reads both of them, and ASCII, as windows-1252
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_COSTLY = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"}
"""Codecs that are no charset of mail, or take time with the square of the length."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_UNSEEN = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F]),
    ord("\t"): "\t",
    ord("\n"): "\n",
    0x85: "\n",
}
"""Control characters, and those that turn the direction of writing (Trojan Source, CVE-2021-42574)."""


def to_text(data: bytes, declared: str | None) -> str:
    """The ladder: byte order mark, declared charset, UTF-8, Windows-1252, replacement."""
    for mark, charset in _BOMS:
        if data.startswith(mark):
            return data.decode(charset, "replace")
    for charset in (declared or "utf-8", "utf-8", "cp1252"):
        try:
            name = codecs.lookup(charset).name
            if name not in _COSTLY:
                return data.decode(_WIDER.get(name, name))
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def sound(text: str) -> str:
    """The text with plain line ends, without control characters and halves of surrogate pairs, which no store takes."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)
    return plain.encode("utf-8", "replace").decode("utf-8")
