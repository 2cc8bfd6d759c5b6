"""An account is suspended at once, at any hour, whatever else is under way (III.C.6)."""

from __future__ import annotations

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from tasks.suspension import suspend_at_once

Whom = Annotated[str, Field(title="Whose account", description="User ID, or the holder's address or full name.")]
Why = Annotated[str, Field(title="Why", description="A few words. Only those in charge of the case see them.")]


@flow(name="suspend_now", persist_result=False)
async def suspend_now(whom: Whom, reason: Why, started_by: str = "") -> State[str]:
    """Suspend first, decide afterwards: what was given is kept out of Prefect, and the case is restricted."""
    suspended, sentence = suspend_at_once(whom, reason, started_by)
    get_run_logger().info(sentence)
    return Completed(message=sentence) if suspended else Failed(message=sentence)
