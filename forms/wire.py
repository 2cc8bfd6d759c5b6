"""How a reading crosses the process border: JSON with crops in base64, checked on arrival. Never pickle."""

from __future__ import annotations

import base64
import json
from typing import Any

from forms.reading import Box, FieldReading, FileReading, FormReading, Refusal, SignatureReading, Source, Verdict
from forms.schema import FormKind, Role
from forms.twins import is_fingerprint

PNG_START = b"\x89PNG\r\n\x1a\n"


class Garbled(ValueError):
    """The child's answer is not a reading."""


def pack(reading: FileReading) -> bytes:
    """The reading as JSON bytes."""
    return json.dumps(
        {
            "sha256": reading.sha256,
            "media_type": reading.media_type,
            "pages": reading.pages,
            "text": reading.text,
            "engine": reading.engine,
            "looks": reading.looks,
            "refusal": {"code": reading.refusal.code, "sentence": reading.refusal.sentence}
            if reading.refusal
            else None,
            "forms": [_pack_form(form) for form in reading.forms],
        }
    ).encode()


def _pack_form(form: FormReading) -> dict[str, object]:
    return {
        "kind": form.kind.value,
        "confidence": form.confidence,
        "edition": form.edition,
        "pages": list(form.pages),
        "photo": form.photo,
        "missing_pages": list(form.missing_pages),
        "notes": list(form.notes),
        "fields": [
            [f.name, f.value, f.confidence, f.source.value, f.page, list(f.box), _text(f.crop)] for f in form.fields
        ],
        "signatures": [[*_pack_slot(s), _text(s.crop), _text(s.fingerprint)] for s in form.signatures],
    }


def _pack_slot(s: SignatureReading) -> list[object]:
    return [s.role.value, s.verdict.value, s.confidence, list(s.evidence), s.page, list(s.box)]


def _text(crop: bytes) -> str:
    return base64.b64encode(crop).decode()


def unpack(data: bytes) -> FileReading:
    """The reading in JSON bytes. The child is not trusted: every value is checked. Raises `Garbled`."""
    try:
        raw = json.loads(data)
        refusal = raw["refusal"]
        return FileReading(
            sha256=_string(raw["sha256"]),
            media_type=_string(raw["media_type"]),
            pages=_whole(raw["pages"]),
            forms=tuple(_form(item) for item in raw["forms"]),
            refusal=Refusal(_string(refusal["code"]), _string(refusal["sentence"])) if refusal else None,
            text=_string(raw["text"]),
            engine=_string(raw["engine"]),
            looks=tuple(_string(look) for look in raw["looks"]),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise Garbled(str(error)) from error


def _form(raw: Any) -> FormReading:
    return FormReading(
        FormKind(raw["kind"]),
        _share(raw["confidence"]),
        _string(raw["edition"]),
        tuple(_whole(page) for page in raw["pages"]),
        bool(raw["photo"]),
        tuple(
            FieldReading(_string(n), _string(v), _share(c), Source(s), _whole(p), _box(b), _crop(x))
            for n, v, c, s, p, b, x in raw["fields"]
        ),
        tuple(_slot(*slot) for slot in raw["signatures"]),
        tuple(_whole(page) for page in raw["missing_pages"]),
        tuple(_string(note) for note in raw["notes"]),
    )


def _slot(r: Any, v: Any, c: Any, e: Any, p: Any, b: Any, crop: Any, mark: Any) -> SignatureReading:
    said = tuple(_string(sentence) for sentence in e)
    return SignatureReading(Role(r), Verdict(v), _share(c), said, _whole(p), _box(b), _crop(crop), _fingerprint(mark))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise Garbled("text expected")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Garbled("whole number expected")
    return value


def _share(value: object) -> float:
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise Garbled("number from 0 to 1 expected")
    return float(value)


def _box(value: Any) -> Box:
    x0, y0, x1, y1 = (_share(v) for v in value)
    return (x0, y0, x1, y1)


def _fingerprint(value: object) -> bytes:
    data = base64.b64decode(_string(value), validate=True)
    if not is_fingerprint(data):
        raise Garbled("fingerprint expected")
    return data


def _crop(value: object) -> bytes:
    data = base64.b64decode(_string(value), validate=True)
    if data and not data.startswith(PNG_START):
        raise Garbled("PNG expected")
    return data
