"""The facilities of the eight contracts, as people name them."""

from __future__ import annotations

import re

from forms.schema import PROVIDERS

_PLACES = sorted(
    {name.split(",")[0].split(" Prerelease")[0].split(" Pre-")[0] for names in PROVIDERS.values() for name in names}
)
PLACE = rf"(?:{'|'.join(re.escape(name) for name in _PLACES)}|gallatin|prerelease)"
"""A facility's name, as people say it for short."""
