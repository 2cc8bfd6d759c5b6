"""Readings held against the truth: what became of every slot and every field. Values in, values out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from deployments.truth import Signer, Truth, Written
from forms.reading import FileReading, FormReading, Verdict
from forms.schema import FormKind, Role

MISSING = "not found"
"""Stands for the verdict on a slot that the reading does not have: a person looks."""

TO_A_PERSON = (Verdict.UNCLEAR.value, MISSING)

DATE_FORMS = ("%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%m-%d-%y", "%Y-%m-%d", "%m/%d/%y", "%d %B %Y")
"""How the truth writes dates. Where the order of day and month is open, both count as right."""


class Result(StrEnum):
    """What became of a slot or a field."""

    CORRECT = "correct"
    PERSON = "to a person"
    WRONG = "wrong"


@dataclass(frozen=True)
class SlotScore:
    """One slot: the truth (`kind`, `sub`), the verdict on it, and what that amounts to for acceptance."""

    role: str
    kind: str
    sub: str
    verdict: str
    confidence: float
    evidence: tuple[str, ...]
    result: Result


@dataclass(frozen=True)
class FieldScore:
    """One field: `how` it was filled in, what was `written`, what was read, and whether that `equals` it."""

    name: str
    how: str
    written: str
    value: str
    confidence: float
    equals: bool
    result: Result


@dataclass(frozen=True)
class FormScore:
    """One form. `seconds` are by the clock for the whole file; `accepted`: a form in the file has ink in both slots.

    `aside`: a signature on it was drawn for an earlier form already, so that neither acceptance nor refusal is wrong.
    """

    file: str
    cls: str
    profile: str
    delivery: str
    accept: bool
    accepted: bool
    seconds: float
    refusal: str
    slots: tuple[SlotScore, ...]
    fields: tuple[FieldScore, ...]
    aside: bool = False

    def to_json(self) -> dict[str, object]:
        """A JSON-ready object."""
        return asdict(self)


def score(truth: Truth, reading: FileReading, seconds: float, threshold: float) -> FormScore:
    """The reading of the truth's file, judged. `threshold`: the confidence below which a field goes to a person."""
    form = _form_of(truth, reading)
    return FormScore(
        file=truth.file,
        cls=truth.cls,
        profile=truth.profile,
        delivery=truth.delivery,
        accept=truth.accept,
        accepted=any(_both_ink(one) for one in reading.forms),
        seconds=round(seconds, 3),
        refusal=reading.refusal.code if reading.refusal else "",
        slots=tuple(_slot(role, signer, form) for role, signer in truth.signers.items()),
        fields=tuple(
            _field(f"{role.value}_{what}", written, form, threshold)
            for role, signer in truth.signers.items()
            for what, written in (("name", signer.name), ("date", signer.date))
        ),
        aside=truth.aside,
    )


def _both_ink(form: FormReading) -> bool:
    return {role for role in Role if (s := form.signature(role)) and s.verdict is Verdict.INK} == set(Role)


def _form_of(truth: Truth, reading: FileReading) -> FormReading | None:
    """The form on the truth's page; a consent before anything else."""
    forms = sorted(reading.forms, key=lambda f: (f.kind is not FormKind.CONSENT, truth.page not in f.pages))
    return forms[0] if forms else None


def judged(kind: str, verdict: str) -> Result:
    """What a verdict amounts to. One not-ink kind called by another's name does no harm; ink must be called ink."""
    if verdict in TO_A_PERSON:
        return Result.PERSON
    return Result.CORRECT if (kind == "ink") == (verdict == Verdict.INK.value) else Result.WRONG


def _slot(role: Role, signer: Signer, form: FormReading | None) -> SlotScore:
    found = form.signature(role) if form else None
    verdict = found.verdict.value if found else MISSING
    return SlotScore(
        role.value,
        signer.kind,
        signer.sub,
        verdict,
        found.confidence if found else 0.0,
        found.evidence if found else (),
        judged(signer.kind, verdict),
    )


def _field(name: str, written: Written, form: FormReading | None, threshold: float) -> FieldScore:
    found = next((f for f in form.fields if f.name == name), None) if form else None
    value, confidence = (found.value, found.confidence) if found else ("", 0.0)
    same = equal_date(value, written.text) if name.endswith("_date") else equal_name(value, written.text)
    sure = found is not None and confidence >= threshold
    if not value and written.text:
        sure = False  # an empty required field always goes to a person, however sure the reader is
    if not value and not written.text:
        sure = True  # nothing written, nothing read
    result = Result.PERSON if not sure else Result.CORRECT if same else Result.WRONG
    return FieldScore(name, written.how, written.text, value, confidence, same, result)


def equal_name(value: str, written: str) -> bool:
    """Equal letters in equal order; case, spaces and the dot after an initial aside."""
    return _letters(value) == _letters(written)


def _letters(text: str) -> str:
    return re.sub(r"[\s.,]", "", text).casefold()


def equal_date(value: str, written: str) -> bool:
    """Whether the value (ISO 8601) is a day that the written words can mean; two empty ones are equal."""
    return value == written or value in {day.isoformat() for day in _days(written)}


def _days(written: str) -> Iterable[date]:
    for form in DATE_FORMS:
        try:
            yield datetime.strptime(written, form).date()
        except ValueError:
            continue


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) when nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    share, room = hits / of, z * z / of
    middle = (share + room / 2) / (1 + room)
    half = z / (1 + room) * math.sqrt(share * (1 - share) / of + room / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)
