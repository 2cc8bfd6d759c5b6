"""The forms of flows in the Prefect UI get the labels and hints that stand beside the flows' parameters.

Prefect draws a form from the signature, but leaves out what `Annotated[…, Field(title=…, description=…)]` says of it.
"""

from __future__ import annotations

from typing import Any, get_type_hints

from prefect import Flow
from pydantic.fields import FieldInfo

STAMPED = "started_by"
"""The parameter that the gateway fills in."""


def label(flow: Flow[..., Any]) -> None:
    """Put titles and descriptions into the schema of a flow's parameters, in place. Safe to repeat."""
    shown = flow.parameters.properties
    for name, hint in get_type_hints(flow.fn, include_extras=True).items():
        for note in getattr(hint, "__metadata__", ()):
            if isinstance(note, FieldInfo) and name in shown:
                said = {"title": note.title, "description": note.description}
                shown[name] |= {key: words for key, words in said.items() if words}
    if STAMPED in shown:
        shown[STAMPED] |= {"title": "Started by", "description": "Leave it empty. Your own name is written down."}
