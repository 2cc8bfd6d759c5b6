"""What a kind of request must say of itself. Everything else, the shared machinery does for every kind alike:

the hold of an unknown sender, missing papers, the sorting of mail, tickets and their closing, days that are waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from db.lifecycle import State
from tasks.policy.findings import Finding
from tasks.questions import Answer
from tasks.settings import Settings
from tasks.sitting import Matter, Sitting


class Road(Protocol):
    """One kind's way through the lifecycle. Every method but `fulfil` works in the caller's transaction."""

    clause: str
    """The clause that this kind rests on."""

    asked: Mapping[State, str]
    """The question put in a state, in words, where it is not the one that every kind has (`exhibits.ASKED`)."""

    def refresh(self, m: Matter) -> None:
        """Write onto the request what has become known or was corrected: name, provider, account, days."""

    def assess(self, m: Matter) -> list[Finding]:
        """Hold the case against the clauses. The strongest finding decides where the request goes.

        A fresh request is assessed once for each look; the page of the case asks again, so nothing is changed here.
        """

    def assessed(self, m: Matter, findings: list[Finding]) -> None:
        """What is done at once when a fresh request has been assessed and moved, whoever must still answer."""

    def form(self, m: Matter) -> type[Answer]:
        """The form of the question in `IN_DOUBT` and in `AWAITING_APPROVAL`.

        Its defaults and `{"decision": "look again"}`, where it has a decision, must be an answer that decides nothing.
        """

    def settle(self, s: Sitting) -> None:
        """Settle the answer to that form: decide and move, or refuse and say why."""

    def provision(self, m: Matter) -> None:
        """Do what was approved: `SUBMIT` with a ticket, `SCHEDULE` with a day, or `CONFIRM` when nothing is left."""

    def fulfil(self, config: Settings, request_id: str) -> None:
        """IT has closed the ticket: finish and tell everybody. In transactions of its own: a directory may be asked."""

    def come_due(self, m: Matter) -> None:
        """The day that the request waited for has come: `DUE` to go on, or `REVIEW` for a person to decide."""

    def facts(self, m: Matter) -> list[tuple[str, str]]:
        """Rows of the summary, label and markdown, beside provider and requester."""

    def in_short(self, m: Matter) -> str:
        """One sentence above the form, as markdown: who asks what for whom."""

    def exhibits(self, m: Matter) -> dict[str, str]:
        """Further exhibits as markdown, by a key of `pages.EXHIBITS`."""
