"""The public format of `correquests read`: one JSON line per file. Described in docs/read-format.md."""

from __future__ import annotations

from pathlib import Path

from forms.reading import FieldReading, FileReading, FormReading, SignatureReading

FORMAT = 1
"""Version of the line. It changes when a key is removed or changes its meaning, not when one is added."""


def to_line(name: str, reading: FileReading) -> dict[str, object]:
    """One file's reading as a JSON-ready object; `name` is the file's name as the caller knows it."""
    line: dict[str, object] = {"format": FORMAT, "file": name, "sha256": reading.sha256}
    if reading.refusal:
        return line | {"refusal": {"code": reading.refusal.code, "sentence": reading.refusal.sentence}}
    return line | {
        "media_type": reading.media_type,
        "pages": reading.pages,
        "engine": reading.engine,
        "forms": [_form(form) for form in reading.forms],
    }


def _form(form: FormReading) -> dict[str, object]:
    return {
        "kind": form.kind.value,
        "confidence": form.confidence,
        "edition": form.edition,
        "pages": list(form.pages),
        "photo": form.photo,
        "missing_pages": list(form.missing_pages),
        "notes": list(form.notes),
        "fields": {field.name: _field(field) for field in form.fields},
        "signatures": {slot.role.value: _signature(slot) for slot in form.signatures},
    }


def _field(field: FieldReading) -> dict[str, object]:
    return {
        "value": field.value,
        "confidence": field.confidence,
        "source": field.source.value,
        "page": field.page,
        "box": list(field.box),
    }


def _signature(slot: SignatureReading) -> dict[str, object]:
    return {
        "verdict": slot.verdict.value,
        "confidence": slot.confidence,
        "evidence": list(slot.evidence),
        "page": slot.page,
        "box": list(slot.box),
    }


def write_crops(reading: FileReading, folder: Path) -> list[Path]:
    """Write every crop as a PNG into `folder`, named by digest, form, and field or role. Returns the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, form in enumerate(reading.forms, start=1):
        named = [(f.name, f.crop) for f in form.fields]
        named += [(f"signature-{s.role.value}", s.crop) for s in form.signatures]
        for name, crop in named:
            if crop:
                path = folder / f"{reading.sha256[:12]}-{number}-{name}.png"
                path.write_bytes(crop)
                written.append(path)
    return written
