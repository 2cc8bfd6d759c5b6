"""Read one file. Runs inside the sandbox's child; `forms.sandbox.read_file` is the door for everyone else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from forms import ocr
from forms.classify import Group, group_pages
from forms.errors import Unreadable
from forms.fields import read_fields
from forms.hiding import hide
from forms.leaf import Leaf, leaf_of
from forms.limits import Limits
from forms.looks import begins, look_of
from forms.pages import RawPage, open_file
from forms.protected import masked
from forms.reading import FileReading, FormReading, Looks, Refusal
from forms.roster import is_roster, read_roster
from forms.schema import FORMS
from forms.signatures import judge
from forms.words import as_text

LONGEST_TEXT = 20_000
"""Characters of plain text kept for sorting."""


def read_bytes(data: bytes, limits: Limits, known: Sequence[Looks] = ()) -> FileReading:
    """Everything the file holds, or its refusal. Other errors than `Unreadable` are the sandbox's to turn into one.

    `known` are the looks of files whose readings are at hand: pages that look so are not read, and the reading has
    nothing but the `looks` by which to find the one at hand.
    """
    digest = hashlib.sha256(data).hexdigest()
    leaves: list[Leaf] = []
    looks: Looks = ()
    unread: list[RawPage] = []
    try:
        opened = open_file(data, limits)
        for raw in opened.walk:
            looks += (look_of(raw),)
            unread.append(raw)
            if not begins(looks, known):
                leaves += _leaves(unread)
        if looks in known:
            return FileReading(digest, opened.media_type, opened.pages, looks=looks)
        leaves += _leaves(unread)
    except Unreadable as error:
        return refused(digest, error)
    lists = [leaf for leaf in leaves if is_roster(leaf)]
    leaves = [leaf for leaf in leaves if all(leaf is not one for one in lists)]
    text = masked("\n\f".join(as_text(leaf.words) for leaf in [*lists, *leaves]))[:LONGEST_TEXT]
    forms = tuple(_read_form(group) for group in group_pages(leaves)) if leaves else ()
    if lists:
        forms = (read_roster(lists), *forms)
    engine = ocr.engine() if any(leaf.scan for leaf in [*lists, *leaves]) else "text layer"
    return FileReading(digest, opened.media_type, opened.pages, forms, None, text, engine, looks)


def _leaves(pages: list[RawPage]) -> list[Leaf]:
    """The pages read, and what is protected on them hidden; none is left in the list."""
    leaves = [leaf_of(raw) for raw in pages]
    pages.clear()
    for leaf in leaves:
        hide(leaf)
    return leaves


def refused(digest: str, error: Unreadable) -> FileReading:
    """The reading of a file that was not read."""
    return FileReading(digest, "", 0, refusal=Refusal(error.code, error.sentence))


def _read_form(group: Group) -> FormReading:
    pages = tuple(leaf.number for leaf in group.leaves)
    photo = any(leaf.photo for leaf in group.leaves)
    schema = FORMS.get(group.kind)
    fields = read_fields(schema, group.leaves) if schema else ()
    signatures = judge(schema, group.leaves) if schema else ()
    return FormReading(
        group.kind,
        round(group.confidence, 3),
        group.edition,
        pages,
        photo,
        fields,
        signatures,
        group.missing,
        group.notes,
    )
