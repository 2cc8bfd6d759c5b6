"""How a REST desk is spoken to: a JSON file that says what is sent where, and where in the answer things stand.

`{…}` stands for the ticket's key, title and text, for each of its facts, and for the values of the settings. A path
such as `fields.comment.comments.-1.body` goes into objects by name and into lists by number.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from tasks.adapters.desk import DeskRefused

_PROFILES = Path(__file__).parent / "profiles"
_FIELD = re.compile(r"\{(\w+)\}")


class BadMapping(DeskRefused):
    """The mapping of the service desk cannot be used. It says where; docs/directories-and-desks.md has its fields."""


class Call(BaseModel):
    """One HTTP request."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["GET", "POST", "PUT"]
    path: str
    query: dict[str, str] = {}
    body: dict[str, Any] | None = None
    headers: dict[str, str] = {}
    file: Literal["", "body", "form"] = ""
    """How a file is sent: not at all, as the body itself, or as the part `file` of a form (RFC 7578)."""


class Attaching(BaseModel):
    """How a file is put onto a ticket. `made` is the path of the ticket's id in the answer of `create`, `id` in one of
    the found ones; `{id}` may stand in paths and queries of both calls. `name` is the file's name in one of `items`.
    """

    model_config = ConfigDict(extra="forbid")

    made: str
    id: str
    find: Call
    items: str
    name: str
    add: Call


class Mapping(BaseModel):
    """The whole mapping. `key`, `reference`, `state`, `outcome` and `note` are paths in one of `items`."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, str] = {}
    create: Call
    find: Call
    items: str
    key: str
    reference: str
    state: str
    closed: list[str]
    done: list[str]
    outcome: str = ""
    not_done: str = ""
    note: str = ""
    attaching: Attaching | None = None
    """Without it files stay with us, and the ticket says where."""


def load(profile: str) -> Mapping:
    """A profile by its name, or the file of that path. Raises `BadMapping`."""
    path = _PROFILES / f"{profile}.json" if re.fullmatch(r"[a-z-]+", profile) else Path(profile)
    try:
        made = Mapping.model_validate_json(path.read_bytes())
        re.compile(made.not_done)
    except OSError as error:
        raise BadMapping(f"the mapping {path} cannot be read: {error.strerror}") from None
    except (ValidationError, re.error) as error:
        raise BadMapping(f"the mapping {path} is not valid: {error}") from None
    return made


def fill(given: Any, values: dict[str, str]) -> Any:
    """`given` with every `{field}` replaced, at any depth. Raises `BadMapping` for a field without a value."""
    if isinstance(given, dict):
        return {name: fill(value, values) for name, value in given.items()}
    if isinstance(given, list):
        return [fill(value, values) for value in given]
    if not isinstance(given, str):
        return given
    try:
        return _FIELD.sub(lambda found: values[found[1]], given)
    except KeyError as error:
        raise BadMapping(f"the mapping asks for {error}: give it in CORREQUESTS_DESK_VALUES") from None


def at(path: str, item: Any) -> Any:
    """What stands at the path, or None."""
    for step in path.split(".") if path else ():
        if isinstance(item, list):
            try:
                item = item[int(step)]
            except (ValueError, IndexError):
                return None
        else:
            item = item.get(step) if isinstance(item, dict) else None
    return item if path else None
