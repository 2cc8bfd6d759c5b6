"""The settings of sorting mail. Part of `tasks.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class SortingSettings(BaseSettings):
    """How sure a mail's sorting must be before the product acts on it."""

    sorting_confidence: float = Field(default=0.75, ge=0.0, le=1.0)
    """Below this confidence a mail goes to the contract manager with what it seems to ask (docs/sorting.md). Two
    independent signs, or one that leaves no doubt, are above it."""
