"""From a seed to a mutant, by the bytes and by the structure. The same random source gives the same mutant."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

from PIL import Image

from tests.fuzz import mutate_pdf

TELLING = (0, 1, 2, 4, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Numbers at which counts, sizes and offsets go wrong."""

LARGEST = 400_000
"""Bytes a mutant may grow to; larger files only slow the campaign down."""

Change = Callable[[bytearray, random.Random], None]


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 4, 16, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _number(data: bytearray, rng: random.Random) -> None:
    at, size = rng.randrange(len(data)), rng.choice((1, 2, 4))
    value = rng.choice(TELLING) & (256**size - 1)
    data[at : at + size] = value.to_bytes(size, rng.choice(("big", "little")))


def _cut(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice((1, 2, 7, 64, 1024, len(data)))]


def _repeat(data: bytearray, rng: random.Random) -> None:
    at, size = rng.randrange(len(data)), rng.choice((1, 4, 32, 512))
    data[at:at] = bytes(data[at : at + size]) * rng.choice((1, 3, 50, 400))


def _noise(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    part = rng.randbytes(rng.choice((1, 4, 16, 200)))
    data[at : at + rng.choice((0, len(part)))] = part


def _move(data: bytearray, rng: random.Random) -> None:
    at, size = rng.randrange(len(data)), rng.choice((4, 40, 400))
    part = bytes(data[at : at + size])
    del data[at : at + size]
    to = rng.randrange(len(data) + 1)
    data[to:to] = part


BYTES: Sequence[Change] = (_flip, _flip, _number, _number, _cut, _repeat, _noise, _move)


def by_bytes(data: bytes, rng: random.Random) -> bytes:
    """A few random changes to the bytes."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        if changed:
            rng.choice(BYTES)(changed, rng)
    return bytes(changed[:LARGEST])


def png(data: bytes, rng: random.Random) -> bytes:
    """Chunks changed, dropped, doubled and invented, with right checksums, so that the decoder goes on."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    for _ in range(rng.choice((1, 1, 2, 4))):
        n = rng.randrange(len(chunks))
        kind, body = chunks[n]
        deed = rng.randrange(5)
        if deed == 0 and kind == b"IHDR" and len(body) == 13:
            wide, tall = (rng.choice((1, 3, 17, 600, 5000, 100_000, *TELLING)) & 0xFFFFFFFF for _ in range(2))
            depth, colour = rng.choice((1, 2, 4, 8, 16, 3)), rng.choice((0, 2, 3, 4, 6))
            body = struct.pack(">IIBBBBB", wide, tall, depth, colour, 0, 0, rng.randrange(3))
        elif deed == 1 and kind == b"IDAT":
            body = zlib.compress(by_bytes(zlib.decompress(body), rng)) if rng.random() < 0.7 else by_bytes(body, rng)
        elif deed == 2:
            kind = rng.choice((b"iCCP", b"zTXt", b"eXIf", b"tRNS", b"PLTE", b"pHYs", b"acTL", b"fcTL", b"sRGB"))
            body = rng.choice((body, rng.randbytes(9), b"x\0\0" + zlib.compress(bytes(200_000))))
        elif body:
            body = by_bytes(body, rng)
        chunks.insert(n, (kind, body)) if deed == 2 else chunks.__setitem__(n, (kind, body))
    packed = (struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in chunks)
    return data[:8] + b"".join(packed)


def jpeg(data: bytes, rng: random.Random) -> bytes:
    """Header segments changed one by one: sizes, tables, the camera's notes."""
    changed, at, places = bytearray(data), 2, []
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        places.append((at, int.from_bytes(data[at + 2 : at + 4], "big")))
        at += 2 + places[-1][1]
    for _ in range(rng.choice((1, 2, 3))):
        start, size = rng.choice(places or [(2, 20)])
        if rng.random() < 0.2:
            changed[start + 1] = rng.choice((0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xDB, 0xC4, 0xDD, 0xE1, 0xE2, 0xEE, 0xFE))
        else:
            spot = min(len(changed) - 3, start + 4 + rng.randrange(max(1, size - 2)))
            value = rng.choice((*TELLING, rng.randrange(65536))) & 0xFFFF
            changed[spot : spot + 2] = value.to_bytes(2, "big")
    return bytes(changed)


def tiff(data: bytes, rng: random.Random) -> bytes:
    """Directory entries changed: tags, types, counts, values, the way to the next page."""
    changed = bytearray(data)
    order = "<" if data[:2] == b"II" else ">"
    at = struct.unpack(order + "I", data[4:8])[0]
    if not 8 <= at < len(data) - 2:
        return by_bytes(data, rng)
    entries = struct.unpack(order + "H", data[at : at + 2])[0]
    for _ in range(rng.choice((1, 1, 2, 4))):
        entry = at + 2 + 12 * rng.randrange(max(1, min(entries, 40)))
        spot, size = rng.choice(((0, 2), (2, 2), (4, 4), (8, 4), (8, 2), (12, 4)))
        value = rng.choice((*TELLING, 254, 257, 259, 262, 273, 277, 279, 317, 322, 34675, at, len(data))) % 256**size
        end = entry + spot + size
        if end <= len(changed):
            changed[entry + spot : end] = value.to_bytes(size, "little" if order == "<" else "big")
    return bytes(changed)


def archive(data: bytes, rng: random.Random) -> bytes:
    """A Word file whose parts are changed and packed again with right checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        victim = rng.choice(names)
        for name in names:
            part = source.read(name)
            if name == victim:
                entity = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 900 + b'">]>'
                part = rng.choice((by_bytes(part, rng), part.replace(b"?>", b"?>" + entity, 1), part * 40, b""))
            packed = rng.choice((name, name, "../" + name)) if name == victim else name
            # without the time of day in it, the same number gives the same file whenever it is asked
            target.writestr(zipfile.ZipInfo(packed), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def picture(data: bytes, rng: random.Random) -> bytes:
    """A page picture cut, turned, squeezed or brought to another mode, written in another format: always decodes."""
    with Image.open(io.BytesIO(data)) as opened:
        page = opened.convert("L")
    wide, tall = page.size
    deed = rng.randrange(4)
    if deed == 0:
        page = page.rotate(rng.choice((90, 180, 270, 7, 33)), expand=True, fillcolor=rng.choice((0, 250)))
    elif deed == 1:
        page = page.resize((rng.choice((1, 3, wide // 9, wide, 2 * wide)), rng.choice((1, 5, tall // 4, tall, 3000))))
    elif deed == 2:
        page = page.crop((rng.randrange(wide // 2), rng.randrange(tall // 2), wide, tall))
    else:
        page = page.point(lambda v: min(255, v * 3 // 2) if v > 90 else 255 - v)
    made = page.convert(rng.choice(("1", "L", "RGB", "CMYK", "I", "LA", "P")))
    kind = {"LA": "PNG", "I": "PNG", "CMYK": "JPEG"}.get(made.mode, rng.choice(("PNG", "TIFF", "PDF")))
    out = io.BytesIO()
    made.save(out, kind, dpi=rng.choice(((72, 72), (204, 98), (1, 5000))))
    return out.getvalue()


BY_KIND: Sequence[tuple[bytes, Callable[[bytes, random.Random], bytes]]] = (
    (b"%PDF", mutate_pdf.mutant),
    (b"\x89PNG", png),
    (b"\xff\xd8\xff", jpeg),
    (b"II*\0", tiff),
    (b"MM\0*", tiff),
    (b"PK\x03\x04", archive),
)


def mutant(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """One mutated file: half by structure where the kind is known, and one in eight by both."""
    data = rng.choice(seeds)
    by_structure = next((change for start, change in BY_KIND if data.startswith(start)), None)
    draw = rng.random()
    if by_structure is None or draw < 0.4:
        if draw < 0.03:
            other = rng.choice(seeds)
            data = data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]
        return by_bytes(data, rng)
    if draw > 0.97 and not data.startswith((b"%PDF", b"PK")):
        try:
            return picture(data, rng)
        except (OSError, ValueError, Image.DecompressionBombError):
            return by_bytes(data, rng)
    try:
        changed = by_structure(data, rng)
    except (zlib.error, struct.error, ValueError, IndexError):
        return by_bytes(data, rng)
    return by_bytes(changed, rng) if draw > 0.88 else changed[:LARGEST]
