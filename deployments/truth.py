"""What a folder of forms truly holds, in the format of the form generator: `truth.json` beside or above the files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forms.schema import Role

COPY = "copy"
"""Kind of a slot meant as a real signature whose very drawing stands on an earlier form of the folder: a generator
draws from few signatures. Nobody signs twice alike, so the reader is right to call it a copy and no ink."""


class NoTruth(ValueError):
    """The truth file cannot be read. It must be JSON with a list `forms`, each with `file` and `signers`."""


@dataclass(frozen=True)
class Written:
    """A field as it was filled in: `how` is typed, hand, or empty (then `text` is empty too)."""

    text: str
    how: str


@dataclass(frozen=True)
class Signer:
    """What stands in one slot: `kind` is ink, blank, typed, electronic, stray or block_capitals, `sub` says which."""

    kind: str
    sub: str
    name: Written
    date: Written
    region: tuple[tuple[float, float], ...] = ()
    drawing: str = ""

    @property
    def title(self) -> str:
        """Kind and sub-kind as one word for tables."""
        return f"{self.kind}/{self.sub}" if self.sub else self.kind


@dataclass(frozen=True)
class Truth:
    """One form of the folder. `page` counts from 1; `accept` says that both people signed in ink."""

    file: str
    cls: str
    profile: str
    delivery: str
    page: int
    signers: dict[Role, Signer]

    @property
    def accept(self) -> bool:
        """Whether a person would accept the form."""
        return all(signer.kind == "ink" for signer in self.signers.values())

    @property
    def aside(self) -> bool:
        """Whether the form bears a copy that nobody meant: neither properly signed nor surely to be sent back."""
        return any(signer.kind == COPY for signer in self.signers.values())


def load(path: Path) -> list[Truth]:
    """Every form that the truth names. Raises `NoTruth`."""
    try:
        raw = json.loads(path.read_bytes())
        return _copies_named([_form(one) for one in (raw["forms"] if isinstance(raw, dict) else raw)])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
        raise NoTruth(f"{path}: {NoTruth.__doc__} ({type(why).__name__}: {why})") from why


def _copies_named(forms: Sequence[Truth]) -> list[Truth]:
    """The forms in their order; a signature whose drawing an earlier form bears is named a copy."""
    seen: set[str] = set()
    told = []
    for form in forms:
        signers = {
            role: replace(one, kind=COPY) if one.kind == "ink" and one.drawing in seen else one
            for role, one in form.signers.items()
        }
        seen |= {one.drawing for one in form.signers.values() if one.drawing}
        told.append(replace(form, signers=signers))
    return told


def _form(raw: dict[str, Any]) -> Truth:
    return Truth(
        file=str(raw["file"]),
        cls=str(raw.get("cls", "")),
        profile=str(raw.get("profile", "")),
        delivery=str(raw.get("delivery", "")),
        page=int(raw.get("sig_page", 0)) + 1,
        signers={Role(role): _signer(one) for role, one in raw["signers"].items()},
    )


def _signer(raw: dict[str, Any]) -> Signer:
    return Signer(
        kind=str(raw["kind"]),
        sub=str(raw.get("sub") or ""),
        name=_written(raw, "name"),
        date=_written(raw, "date"),
        region=tuple((float(x), float(y)) for x, y in raw.get("region") or ()),
        drawing=str(raw.get("sig_file") or ""),
    )


def _written(raw: dict[str, Any], key: str) -> Written:
    filled = bool(raw.get(f"{key}_filled")) and raw.get(key) is not None
    return Written(str(raw[key]), str(raw.get(f"{key}_mode") or "typed")) if filled else Written("", "empty")


def find(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder or in its `forms`, or None. A name never leads out of the folder."""
    places = [folder / name, folder / "forms" / name]
    return next((p for p in places if p.is_file() and p.resolve().is_relative_to(folder.resolve())), None)
