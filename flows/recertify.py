"""Once a year each provider says who still needs access; each month it is sent the list without a question."""

from __future__ import annotations

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from tasks.recertify import ask_and_remind, decide, recertification_page

Provider = Annotated[str, Field(title="Provider", description="Its key or name.")]
Said = Annotated[
    str, Field(title="Answer", description="A line for each: CX10001 keep, CX10002 remove left in May. Or: All keep.")
]
Reason = Annotated[str, Field(title="How you know", description="Whom you spoke to, and when.", min_length=1)]


@flow(name="recertify", persist_result=False)
async def recertify(started_by: str = "") -> None:
    """Ask, remind, hand over to the contract manager, send the month's lists; nobody is ever removed by silence."""
    done = ask_and_remind(started_by or "correquests")
    await acreate_markdown_artifact(recertification_page(done), description="Who still needs access")


@flow(name="decide_recertification", persist_result=False)
async def decide_recertification(provider: Provider, answer: Said, reason: Reason, started_by: str = "") -> None:
    """Answer in a provider's place, for people about whom it did not say anything clear."""
    said = decide(provider, answer, reason, started_by)
    get_run_logger().info(said)
    await acreate_markdown_artifact(recertification_page([said]), description="Who still needs access")
