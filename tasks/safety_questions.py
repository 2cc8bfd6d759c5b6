"""What people are asked about resets, reviews of need, violation reports and suspensions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.questions import Answer


class ResetAnswer(Answer):
    """May this person get a new initial password? (III.B.4.b)"""

    decision: Literal["reset", "reject", "send back", "look again"] = Field(
        title="Decision",
        description="Reset sends a link to the person and a pick-up code to the submitter; older ones stop working. "
        "Send back asks the requester what you write as the reason.",
    )
    account: str = Field(
        default="", title="Account", description="User ID or full name, when it is not certain whose account is meant."
    )
    reason: str = Field(
        default="", title="Reason", description="Needed when you reject or send back; it is sent to the requester."
    )


class ReviewAnswer(Answer):
    """Is this access still needed? (III.C.3)"""

    decision: Literal["keep", "remove", "close", "send back", "look again"] = Field(
        title="Decision",
        description="Keep unlocks the account and sends a new initial password. Remove disables it. Close changes "
        "nothing: a locked account stays locked. Send back asks the requester what you write as the reason.",
    )
    account: str = Field(
        default="", title="Account", description="User ID or full name, when it is not certain whose account is meant."
    )
    reason: str = Field(
        default="",
        title="Reason",
        description="What it is still needed for, or why not, kept with the decision; or what you ask.",
    )


class ReportAnswer(Answer):
    """A violation was reported. What follows? (III.C.5, III.C.6)"""

    decision: Literal["suspend", "no violation", "ask", "look again"] = Field(
        title="Decision",
        description="Suspend disables the account at once; what follows is decided afterwards. Ask sends your words "
        "to the reporter.",
    )
    account: str = Field(default="", title="Account", description="Needed when you suspend: user ID or full name.")
    reason: str = Field(default="", title="Reason", description="Why, or what the reporter is asked.")


class SuspensionAnswer(Answer):
    """An account is suspended. Is it given back, or disabled? Giving it back takes two people. (III.C.6)"""

    decision: Literal["give back", "disable", "look again"] = Field(
        title="Decision",
        description="Give back asks a second person; then the account is active again with a new initial password.",
    )
    reason: str = Field(default="", title="Reason", description="Needed. Kept with the case.")


class ReinstatementAnswer(Answer):
    """Somebody wants a suspended account given back. Do you agree? It takes two people. (III.C.6)"""

    decision: Literal["give back", "keep suspended", "disable", "look again"] = Field(
        title="Decision", description="You must not be the first of the two, nor the reporter, nor the person."
    )
    reason: str = Field(default="", title="Reason", description="Needed. Kept with the case.")
