"""What a page looks like, in one digest: pages that no reader could tell apart are read once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from forms.pages import RawPage
from forms.reading import Looks


def look_of(page: RawPage) -> str:
    """SHA-256 (hexadecimal) of all that a reading is made of: the picture and what programs put on the page."""
    about = (page.shown.shape, page.scan, page.words, page.widgets, page.marks, page.layers, page.bitonal)
    digest = hashlib.sha256(repr(about).encode())
    digest.update(page.shown.tobytes())
    return digest.hexdigest()


def begins(looks: Looks, known: Sequence[Looks]) -> bool:
    """Whether a known file begins with these pages."""
    return any(one[: len(looks)] == looks for one in known)
