"""ACCD 1.7.200: the contract of the provider lets its staff enter data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tasks.policy.account_case import AccountCase
from tasks.policy.case import Case
from tasks.policy.findings import Effect, Finding

CLAUSE = "ACCD 1.7.200"


def goes_along(held: str, here: bool, kept: Collection[bool]) -> str:
    """The level that somebody who moves keeps: entry of data only while a contract of one of the facilities has it.

    `held`: `view` or `enter`. `here`: whether the new facility's contract has the clause; `kept`: the same of every
    other facility where the work goes on.
    """
    return held if held != "enter" or here or any(kept) else "view"


def lowered_by_move(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """Says to the contract manager that the access becomes less with the move."""
    if case.wanted != "view" or case.entitlement != "enter" or case.provider is None or case.provider.entry:
        return None
    sentence = (
        f"The contract with {case.provider.name} does not include entry of data. "
        "With the move the access is lowered to view only, by the same ticket."
    )
    return Finding(CLAUSE, "entry_lowered", Effect.FLAG, sentence)


def change_in_contract(case: AccountCase, today: date) -> Finding | None:  # noqa: ARG001
    """A change or a move gives entry of data only where the contract of the facility has the clause."""
    if case.wanted != "enter" or case.provider is None or case.provider.entry:
        return None
    sentence = (
        f"Entry of data is asked, but the contract with {case.provider.name} does not include it. "
        "Choose view only, or reject the request."
    )
    return Finding(CLAUSE, "entry_not_in_contract", Effect.BAR, sentence)


def entry_in_contract(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """Entry of data is asked only where the contract has the clause. The contract manager may approve view only."""
    if case.access is None or case.access.entitlement != "enter":
        return None
    if case.provider is None or case.provider.entry or not case.provider.access:
        return None
    sentence = (
        f"Entry of data is asked, but the contract with {case.provider.name} does not include it. "
        "Approve access to view only, or reject the request."
    )
    return Finding(CLAUSE, "entry_not_in_contract", Effect.BAR, sentence)
