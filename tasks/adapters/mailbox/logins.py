"""A refused login is not repeated at every look: five wrong passwords in a row lock an account in many directories."""

from __future__ import annotations

import time

from tasks.adapters.mailbox import LoginRefused

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3600.0


class Logins:
    """What one process remembers about its logins at one server with one credential."""

    def __init__(self) -> None:
        self._refusals = 0
        self._refusal = ""
        self._closed_until = 0.0

    def check(self) -> None:
        """Raises `LoginRefused`, without asking the server, while the pause after a refusal lasts."""
        left = self._closed_until - time.monotonic()
        if left > 0:
            raise LoginRefused(f"{self._refusal} The login is tried again in {left:.0f} s.")

    def refused(self, sentence: str) -> LoginRefused:
        """Remember a refusal; the pause doubles each time. Returns the error to raise."""
        pause = min(FIRST_PAUSE * 2**self._refusals, LONGEST_PAUSE)
        self._refusals += 1
        self._refusal = sentence
        self._closed_until = time.monotonic() + pause
        return LoginRefused(sentence)

    def accepted(self) -> None:
        """Forget earlier refusals."""
        self._refusals = 0
        self._closed_until = 0.0
