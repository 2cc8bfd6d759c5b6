"""The papers of a simulated year, and the readings that need not be made twice.

Access Requests and notices are real PDFs, read by the real reader in this process instead of in a child of its own.
Consent Forms are real scans, rendered for the very person and read by OCR in the sandbox, as long as `scans` lasts.
After that a Consent Form is a stand-in: a page whose reading is that of one real scan of the same quality, with the
names and days of the person put in the place of those that were read, and without the strokes of the signatures.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from reportlab.pdfgen.canvas import Canvas

from deployments.samples.cases import case
from deployments.samples.cast import BY_KEY
from deployments.samples.papers import (
    PAGE,
    Consent,
    Mark,
    access_request,
    consent_photo,
    consent_scan,
    cut_off,
    us_date,
)
from deployments.simulation.people import Worker
from forms.blank.fill import fill
from forms.limits import Limits
from forms.reader import read_bytes
from forms.reading import FileReading, FormReading
from forms.sandbox import keep_ready, read_file
from forms.schema import PROVIDERS, FormKind

SEED = 101


class Quality(StrEnum):
    """How a Consent Form arrives."""

    CLEAN = "clean scan"
    GREY = "grey scan"
    PHOTO = "photo"
    UNSIGNED = "supervisor has not signed"
    TYPED = "name typed instead of signed"
    FAINT = "faint mark"
    BROKEN = "cut off file"


MARKS = {
    Quality.UNSIGNED: {"supervisor_mark": Mark.BLANK},
    Quality.TYPED: {"staff_mark": Mark.TYPED},
    Quality.FAINT: {"supervisor_mark": Mark.DOUBTFUL},
}


@dataclass(frozen=True)
class File:
    """An attachment."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Digest of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Papers:
    """Makes papers. `scans`: how many Consent Forms may still be rendered and read for real."""

    scans: int
    readings: dict[str, FileReading] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    _models: dict[Quality, FileReading] = field(default_factory=dict)

    def consent(self, one: Worker, on: date, quality: Quality) -> File:
        """A Consent Form signed three days before `on`."""
        paper = Consent(one.who, one.home, on - timedelta(3), SEED + len(self.made), **MARKS.get(quality, {}))
        if quality is Quality.BROKEN:
            return self._count("broken", File("consent.pdf", "application/pdf", cut_off(_stand_in(paper))))
        if self.scans > 0:
            self.scans -= 1
            return self._count("scans rendered and read by OCR", _rendered(paper, quality))
        content = _stand_in(paper)
        file = File("scan.pdf", "application/pdf", content)
        self.readings[file.sha256] = _as_if(self._model(quality), paper, file.sha256)
        return self._count("stand-ins for scans", file)

    def access(self, one: Worker, on: date, **values: str) -> File:
        """An Access Request; every third one printed to PDF."""
        said = case(on, one.home.key, one.home.staff[0].family_name, 0, "view", "").values()
        own = {
            "given_name": one.who.given_name,
            "family_name": one.who.family_name,
            "position": one.who.position,
            "email": one.email,
            "telephone": one.who.telephone,
        }
        content = access_request({**said, **own, **values}, flat=len(self.readings) % 3 == 0)
        return self._read(File("access request.pdf", "application/pdf", content))

    def notice(self, one: Worker, **values: str) -> File:
        """A provider's copy of the Departing Employee form; days as `us_date`."""
        said = {
            "staff_name": one.who.name,
            "position": one.who.position,
            "provider": PROVIDERS[one.home.key][0],
            **values,
        }
        return self._read(File("notice.pdf", "application/pdf", fill(FormKind.DEPARTING_EMPLOYEE, said)))

    def lay_out(self, files: Mapping[str, File] | list[File]) -> None:
        """Before a mail is taken in: what was read already lies where the reader finds it."""
        for file in files.values() if isinstance(files, Mapping) else files:
            if known := self.readings.get(file.sha256):
                keep_ready(known)

    def _read(self, file: File) -> File:
        if file.sha256 not in self.readings:
            self.readings[file.sha256] = _read_once(file.content)
        return self._count("born-digital forms", file)

    def _model(self, quality: Quality) -> FileReading:
        if quality not in self._models:
            home = BY_KEY["nexus"]
            paper = Consent(home.staff[0], home, date(2026, 1, 2), SEED, **MARKS.get(quality, {}))
            self._models[quality] = read_file(_rendered(paper, quality).content)
            self._count("scans read once as models", None)
        return self._models[quality]

    def _count(self, what: str, file: File | None) -> File:
        self.made[what] = self.made.get(what, 0) + 1
        return file or File("", "", b"")


@lru_cache(maxsize=1024)
def _read_once(content: bytes) -> FileReading:
    """What the reader's child would answer, without starting one."""
    return read_bytes(content, Limits())


def _rendered(paper: Consent, quality: Quality) -> File:
    if quality is Quality.PHOTO:
        return File("IMG_2031.jpg", "image/jpeg", consent_photo(paper))
    dpi, grey = (150, True) if quality is Quality.GREY else (200, False)
    return File("consent.pdf", "application/pdf", consent_scan(paper, dpi, grey))


def _stand_in(paper: Consent) -> bytes:
    """One page that says what it stands for."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, invariant=1)
    canvas.drawString(72, 700, f"Stands for the scanned Consent Form of {paper.person.name}")
    canvas.drawString(72, 680, f"{paper.provider.key}, signed {us_date(paper.signed)}, {paper.seed}")
    canvas.save()
    return out.getvalue()


def _as_if(model: FileReading, paper: Consent, sha256: str) -> FileReading:
    """The reading of a real scan with other names and days, where it had read any."""
    said = {
        "staff_name": paper.person.name,
        "position": paper.person.position,
        "provider": PROVIDERS[paper.provider.key][0],
        "supervisor_name": paper.provider.supervisor.name,
        "staff_date": paper.signed.isoformat(),
        "supervisor_date": paper.signed.isoformat(),
    }
    return replace(model, sha256=sha256, forms=tuple(_other(form, said) for form in model.forms))


def _other(form: FormReading, said: Mapping[str, str]) -> FormReading:
    fields = tuple(replace(f, value=said.get(f.name, f.value) if f.value else "") for f in form.fields)
    return replace(form, fields=fields, signatures=tuple(replace(s, fingerprint=b"") for s in form.signatures))
