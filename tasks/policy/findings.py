"""What a clause says about a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.procedure import REVISION


class Effect(StrEnum):
    """What a finding does to a request, strongest first."""

    HOLD = "HOLD"  # the contract manager must say whether the sender is accepted; nothing is answered
    DOUBT = "DOUBT"  # a person must look at the scan
    DEFECT = "DEFECT"  # the requester must send something
    BAR = "BAR"  # the contract manager cannot approve as long as it stands
    FLAG = "FLAG"  # the contract manager should know


@dataclass(frozen=True)
class Finding:
    """One clause that has something to say. `sentence` tells the person concerned what to do next."""

    clause: str
    code: str
    effect: Effect
    sentence: str
    revision: str = REVISION


def once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings as people read them, each said once, in their order: two rules may come to the same sentence."""
    said: dict[tuple[str, Effect, str], Finding] = {}
    for finding in findings:
        said.setdefault((finding.clause, finding.effect, finding.sentence), finding)
    return list(said.values())
