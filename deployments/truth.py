"""What a folder of forms truly holds, in the format of the form generator: `truth.json` beside or above the files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms.schema import Role


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


def load(path: Path) -> list[Truth]:
    """Every form that the truth names. Raises `NoTruth`."""
    try:
        raw = json.loads(path.read_bytes())
        return [_form(one) for one in (raw["forms"] if isinstance(raw, dict) else raw)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
        raise NoTruth(f"{path}: {NoTruth.__doc__} ({type(why).__name__}: {why})") from why


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
    )


def _written(raw: dict[str, Any], key: str) -> Written:
    filled = bool(raw.get(f"{key}_filled")) and raw.get(key) is not None
    return Written(str(raw[key]), str(raw.get(f"{key}_mode") or "typed")) if filled else Written("", "empty")


def find(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder or in its `forms`, or None. A name never leads out of the folder."""
    places = [folder / name, folder / "forms" / name]
    return next((p for p in places if p.is_file() and p.resolve().is_relative_to(folder.resolve())), None)
