"""What is shown beside a failed test besides the test itself: whoever has something to say is asked at that moment."""

from __future__ import annotations

from collections.abc import Callable

WITNESSES: list[Callable[[], str]] = []
"""Each tells what it has seen until now, such as the last lines of its logs."""
