"""Containers made by hand: compound files, TNEF, zip, CMS. No parser is asked about the output of its own writer."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
Tree = Mapping[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """A compound file ([MS-CFB], version 3) with storages (mappings) and streams (bytes)."""
    entries: list[list[object]] = [["Root Entry", 5, NONE, NONE, NONE, b""]]

    def add(children: Tree) -> int:
        """The children as a chain of right siblings: a search tree without balance, which readers accept."""
        first = previous = NONE
        for name in sorted(children, key=lambda n: (len(n), n.upper())):
            child = children[name]
            number = len(entries)
            stream = isinstance(child, bytes)
            entries.append([name, 2 if stream else 1, NONE, NONE, NONE, child if stream else b""])
            if not isinstance(child, bytes):
                entries[number][4] = add(child)
            if previous == NONE:
                first = number
            else:
                entries[previous][3] = number
            previous = number
        return first

    entries[0][4] = add(tree)
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        if not data:
            return END
        start = len(sectors)
        pieces = [data[i : i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(data), SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(start + 1, start + len(pieces)), END])
        return start

    small, minifat, places = b"", [], {}
    for number, entry in enumerate(entries):
        data = entry[5]
        assert isinstance(data, bytes)
        if entry[1] == 2 and len(data) < CUTOFF:
            start = len(small) // MINI
            count = -(-len(data) // MINI)
            small += data.ljust(count * MINI, b"\0")
            minifat += [*range(start + 1, start + count), END] if count else []
            places[number] = (start if count else END, len(data))
        elif entry[1] == 2:
            places[number] = (store(data), len(data))
    places[0] = (store(small), len(small))
    mini_at = store(b"".join(struct.pack("<I", n) for n in minifat))
    rows = b"".join(_entry(entry, *places.get(number, (0, 0))) for number, entry in enumerate(entries))
    directory_at = store(rows + _unused() * (-len(entries) % 4))
    count = 1
    while count * (SECTOR // 4) < len(sectors) + count:
        count += 1
    fat_at = [len(sectors) + n for n in range(count)]
    fat += [0xFFFFFFFD] * count
    table = b"".join(struct.pack("<I", n) for n in fat).ljust(count * SECTOR, b"\xff")
    head = struct.pack("<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
                       0, count, directory_at, 0, CUTOFF, mini_at, -(-len(minifat) * 4 // SECTOR), END, 0,
                       fat_at[0])  # fmt: skip
    head = (head + b"".join(struct.pack("<I", n) for n in fat_at[1:])).ljust(SECTOR, b"\xff")
    return head + b"".join(sectors) + table


def _entry(entry: list[object], start: int, size: int) -> bytes:
    name, kind, left, right, child, _ = entry
    coded = str(name).encode("utf-16-le")
    return struct.pack("<64sHBBIII16sIQQIQ", coded, len(coded) + 2, kind, 1, left, right, child, b"", 0, 0, 0, start,
                       size)  # fmt: skip


def _unused() -> bytes:
    return struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, NONE, NONE, NONE, b"", 0, 0, 0, 0, 0)


def _properties(header: bytes, values: Mapping[int, bytes]) -> bytes:
    """The property stream of [MS-OXMSG] 2.4: fixed part, then one entry per tag; sizes stand for variable values."""
    rows = b""
    for tag, value in values.items():
        kind = tag & 0xFFFF
        size = len(value) + (2 if kind == 0x1F else 0)
        rows += struct.pack("<II", tag, 6) + (value.ljust(8, b"\0") if kind == 3 else struct.pack("<II", size, 0))
    return header + rows


def _storage(header: bytes, values: Mapping[int, bytes]) -> dict[str, bytes | Tree]:
    streams = {f"__substg1.0_{tag:08X}": value for tag, value in values.items() if tag & 0xFFFF != 3}
    return {"__properties_version1.0": _properties(header, values), **streams}


def outlook_msg(files: list[tuple[str, bytes]], body: str = "words") -> bytes:
    """A mail as Outlook saves it to disk ([MS-OXMSG])."""
    counts = struct.pack("<8xIIII8x", 0, len(files), 0, len(files))
    text = {0x001A001F: "IPM.Note", 0x0037001F: "Access", 0x1000001F: body}
    tree = _storage(counts, {tag: said.encode("utf-16-le") for tag, said in text.items()})
    tree["__nameid_version1.0"] = dict.fromkeys(("__substg1.0_00020102", "__substg1.0_00030102"), b"")
    for number, (name, data) in enumerate(files):
        held = {0x37010102: data, 0x3707001F: name.encode("utf-16-le"), 0x37050003: struct.pack("<I", 1)}
        tree[f"__attach_version1.0_#{number:08X}"] = _storage(b"\0" * 8, held)
    return compound(tree)


def tnef(files: list[tuple[str, bytes]], body: bytes = b"") -> bytes:
    """Outlook's winmail.dat ([MS-OXTNEF] 2.1.3)."""

    def attribute(level: int, tag: int, kind: int, data: bytes) -> bytes:
        return struct.pack("<BHHI", level, tag, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    made = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9006, 8, struct.pack("<I", 0x10000))
    made += attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))
    if body:
        made += attribute(1, 0x800C, 2, body)
    for name, data in files:
        made += attribute(2, 0x9002, 6, b"\x01\x00" + b"\xff" * 12)
        made += attribute(2, 0x8010, 1, name.encode("cp1252") + b"\0")
        made += attribute(2, 0x800F, 6, data)
    return made


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive; the date is fixed, so that its bytes are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2026, 11, 16, 8, 0, 0))
            entry.compress_type = method
            archive.writestr(entry, data)
    return out.getvalue()


def locked(archive: bytes) -> bytes:
    """The same archive, its entries marked as encrypted (APPNOTE 4.4.4, bit 0)."""
    made = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def der(tag: int, *parts: bytes) -> bytes:
    """One value of ASN.1 in DER (X.690)."""
    inner = b"".join(parts)
    size = len(inner)
    length = bytes([size]) if size < 128 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + inner


PKCS7 = bytes.fromhex("2a864886f70d0107")


def cms(kind: int, content: bytes | None) -> bytes:
    """A ContentInfo (RFC 5652 3): kind 2 is signed data around `content`, kind 3 enveloped data."""
    if kind == 2:
        inner = der(0x30, der(6, PKCS7 + b"\x01"), *([der(0xA0, der(4, content))] if content is not None else []))
        body = der(0x30, der(2, b"\x01"), der(0x31), inner, der(0x31))
    else:
        body = der(0x30, der(2, b"\x00"), der(0x31), der(0x30, der(6, PKCS7 + b"\x01"), der(0x30, der(6, b"\x2a"))))
    return der(0x30, der(6, PKCS7 + bytes([kind])), der(0xA0, body))
