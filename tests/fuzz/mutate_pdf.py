"""Mutants of PDFs that are still PDFs: objects changed, crossed and bent into rings, then written again."""

from __future__ import annotations

import io
import random
import re

import pikepdf

NUMBERS = (0, 1, -1, 2, 90, 91, 180, 612, 14_400, 14_401, 10**6, 10**9, -(10**9), 2**31, 2**63 - 1, 0.00001, 10**30)
NAMES = (
    "Page", "Pages", "Catalog", "Annot", "Widget", "Sig", "Tx", "Btn", "Ink", "Stamp", "FreeText", "XObject",
    "Image", "Form", "Font", "Type0", "Type3", "Indexed", "ICCBased",
)  # fmt: skip
FILTERS = (
    "FlateDecode", "DCTDecode", "CCITTFaxDecode", "LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "JPXDecode",
    "JBIG2Decode", "RunLengthDecode", "Crypt",
)  # fmt: skip
KEYS = (
    "Kids", "Count", "Parent", "Contents", "Resources", "MediaBox", "CropBox", "Rotate", "Annots", "AcroForm",
    "Fields", "V", "FT", "T", "Rect", "AP", "AS", "Width", "Height", "Filter", "DecodeParms", "Length",
    "BitsPerComponent", "ColorSpace", "SMask", "InkList", "UserUnit", "Matrix", "BBox",
)  # fmt: skip

TOKEN = re.compile(rb"(?<![\w.])-?\d+\.?\d*(?![\w.])|/[A-Za-z]\w*")


def mutant(data: bytes, rng: random.Random) -> bytes:
    """The PDF after one to four changes to its objects or its tokens. Raises `ValueError` when it cannot be opened."""
    if rng.random() < 0.3:
        return _tokens(data, rng)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for _ in range(rng.choice((1, 1, 2, 4))):
                _change(pdf, rng)
            out = io.BytesIO()
            pdf.save(
                out,
                static_id=True,
                compress_streams=rng.random() < 0.7,
                object_stream_mode=rng.choice((pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate)),
            )
            return out.getvalue()
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _tokens(data: bytes, rng: random.Random) -> bytes:
    """Numbers and names changed where they stand, the offsets of the file left wrong."""
    places = list(TOKEN.finditer(data))
    if not places:
        raise ValueError("no tokens")
    changed, moved = bytearray(data), 0
    for match in sorted(rng.sample(places, min(len(places), rng.choice((1, 2, 5)))), key=lambda m: m.start()):
        name = match.group().startswith(b"/")
        new = b"/" + rng.choice(NAMES + FILTERS + KEYS).encode() if name else f"{rng.choice(NUMBERS):.10g}".encode()
        changed[match.start() + moved : match.end() + moved] = new
        moved += len(new) - len(match.group())
    return bytes(changed)


def _value(pdf: pikepdf.Pdf, rng: random.Random) -> object:
    deed = rng.randrange(6)
    if deed == 0:
        return rng.choice(NUMBERS[:-2])
    if deed == 1:
        return pikepdf.Name("/" + rng.choice(NAMES + FILTERS))
    if deed == 2:
        return pikepdf.Array([rng.choice(NUMBERS[:-2]) for _ in range(rng.choice((0, 1, 4, 6)))])
    if deed == 3:
        return pikepdf.String(rng.choice(("", "Jane Doe", "x" * 5000, "\x00\ud7ff", "(((")))
    if deed == 4:
        return rng.choice([*pdf.objects])  # a reference to anything: rings and crossed types
    return pikepdf.Dictionary(Type=pikepdf.Name("/" + rng.choice(NAMES)))


def _change(pdf: pikepdf.Pdf, rng: random.Random) -> None:
    deed = rng.randrange(10)
    if deed == 0:
        pdf.pages.append(rng.choice(list(pdf.pages)))
        return
    victim = rng.choice([o for o in pdf.objects if isinstance(o, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array))])
    if isinstance(victim, pikepdf.Array):
        if len(victim):
            victim[rng.randrange(len(victim))] = _value(pdf, rng)
        return
    if isinstance(victim, pikepdf.Stream) and deed < 6:
        _bend_stream(victim, rng)
        return
    keys = [key for key in victim.keys() if key != "/Length"]  # noqa: SIM118  a pikepdf object, not a mapping
    key = rng.choice(keys) if keys and rng.random() < 0.7 else "/" + rng.choice(KEYS)
    if deed == 9 and key in victim:
        del victim[key]
    elif key != "/Length":
        victim[key] = _value(pdf, rng)


def _bend_stream(victim: pikepdf.Stream, rng: random.Random) -> None:
    """Other bytes under the same filter, or the same bytes under another."""
    if rng.random() < 0.3:
        victim.write(victim.read_raw_bytes(), filter=pikepdf.Name("/" + rng.choice(FILTERS)))
        return
    body = bytearray(victim.read_bytes() if rng.random() < 0.7 else victim.read_raw_bytes())
    for _ in range(rng.choice((1, 3, 20))):
        if body:
            at = rng.randrange(len(body))
            body[at : at + rng.choice((0, 1, 9))] = rng.choice(
                (b"\xff", b" q ", b" Q ", b" 1e9 ", b" Do ", b" BT ", b" 0 0 0 0 0 0 cm ", rng.randbytes(3))
            )
    victim.write(bytes(body))
