"""Mails with labels: what each asks, of whom, and when. The notation stands at the top of `mails/held_out.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from forms.schema import FormKind
from tasks.policy.sorting import Attached, Letter, Matter, Sender, Standing, Writer

MAILS = Path(__file__).parent / "mails"
_SENT = re.compile(r"\b(20\d\d-\d\d-\d\d)\b")
_HEAD = re.compile(r"^(from|name|subject|files):[ ]?(.*)$")
_FORMS = {
    "consent": FormKind.CONSENT,
    "access": FormKind.ACCESS_REQUEST,
    "departing": FormKind.DEPARTING_EMPLOYEE,
}
_BOXES = ("new", "change", "remove", "left", "terminated", "leave", "no_need")
_STANDINGS = {"active": Standing.ACTIVE, "locked": Standing.LOCKED, "disabled": Standing.AWAY}


@dataclass(frozen=True)
class Label:
    """What a mail asks. `mention`: it only says so in passing, and a person is to see it."""

    matter: Matter
    person: str = ""
    terminated: bool = False
    on: date | None = None
    back: date | None = None
    mention: bool = False


@dataclass(frozen=True)
class Labelled:
    """A mail and its labels."""

    letter: Letter
    labels: tuple[Label, ...]
    where: str = field(compare=False)

    @property
    def asked(self) -> set[Matter]:
        """The matters that the mail asks for."""
        return {label.matter for label in self.labels if not label.mention}


def read(path: Path) -> list[Labelled]:
    """All mails of a file."""
    text = path.read_text(encoding="utf-8")
    sent = _SENT.search(text)
    assert sent, f"{path} does not say in its first lines on which day its mails came"
    day = date.fromisoformat(sent.group(1))
    blocks = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    return [_one(block, day, f"{path.stem}:{number}") for number, block in enumerate(blocks, start=1)]


def _one(block: str, day: date, where: str) -> Labelled:
    first, *lines = block.split("\n")
    head: dict[str, str] = {}
    while lines and (match := _HEAD.match(lines[0])):
        head[match[1]] = match[2].strip()
        lines.pop(0)
    who = head.get("from", "submitter")
    writer = Writer(who) if who in Writer.__members__.values() else Writer.STAFF
    sender = Sender(writer, head.get("name", "Laura Brandt"), _STANDINGS.get(who, Standing.NONE))
    files = [f for f in head.get("files", "").split(", ") if f]
    forms = tuple(_form(f) for f in files if f.split()[0] in _FORMS)
    text = "\n".join(lines).strip()
    letter = Letter(head.get("subject", ""), text, day, sender, forms, len(files) - len(forms))
    return Labelled(letter, tuple(_label(part) for part in first.split(" + ")), where)


def _form(words: str) -> Attached:
    kind, _, rest = words.partition(" ")
    box, _, name = rest.partition(" ")
    return Attached(_FORMS[kind], name, box) if box in _BOXES else Attached(_FORMS[kind], rest)


def _label(part: str) -> Label:
    matter, *more = (piece.strip() for piece in part.split(";"))
    mention = matter.startswith("mention ")
    days = {
        key: date.fromisoformat(one[len(key) + 1 :])
        for one in more
        for key in ("on", "back")
        if one.startswith(f"{key} 2")
    }
    names = [one for one in more if one != "terminated" and not one.startswith(("on 2", "back 2"))]
    return Label(
        Matter(matter.removeprefix("mention ").removeprefix("for a person: ")),
        names[0] if names else "",
        "terminated" in more,
        days.get("on"),
        days.get("back"),
        mention,
    )
