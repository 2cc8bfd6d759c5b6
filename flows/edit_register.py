"""The register of people is maintained: submitters, contract managers, deputies, absences. One small form each.

Every entry is checked and audited with the name of whoever started the run; what was refused stands in its log.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from tasks import register_steps

Provider = Annotated[
    str, Field(title="Provider", description="Its key: alternatives, butte, gallatin, helena, passages, elkhorn, …")
]
Name = Annotated[str, Field(title="Name", description="As it stands in the provider's letter.", min_length=1)]
Email = Annotated[str, Field(title="E-mail address", min_length=3)]
User = Annotated[str, Field(title="User name", description="As it is typed at sign-in.", min_length=1)]
First = Annotated[date | None, Field(title="First day", description="Empty: today.")]
Last = Annotated[date | None, Field(title="Last day", description="Empty: without an end.")]
End = Annotated[date, Field(title="Last day")]


@flow(name="designate_submitter", persist_result=False)
async def designate_submitter(
    provider: Provider, name: Name, email: Email, first: First = None, last: Last = None, started_by: str = ""
) -> None:
    """Put somebody on a provider's list of designated submitters (III.B.2), or change until when."""
    get_run_logger().info(register_steps.designate(provider, name, email, first, last, started_by))


@flow(name="end_submitter", persist_result=False)
async def end_submitter(provider: Provider, email: Email, last: End, started_by: str = "") -> None:
    """The last day on which somebody is a designated submitter (III.B.2)."""
    get_run_logger().info(register_steps.end_designation(provider, email, last, started_by))


@flow(name="appoint_manager", persist_result=False)
async def appoint_manager(provider: Provider, user: User, started_by: str = "") -> None:
    """Name a provider's contract manager (III.B.1). Nobody appoints themselves."""
    get_run_logger().info(register_steps.appoint(provider, user, started_by))


@flow(name="appoint_deputy", persist_result=False)
async def appoint_deputy(
    provider: Provider, user: User, first: First = None, last: Last = None, started_by: str = ""
) -> None:
    """Name a deputy for a provider's contract manager, with days. Nobody appoints themselves."""
    get_run_logger().info(register_steps.depute(provider, user, first, last, started_by))


@flow(name="end_deputy", persist_result=False)
async def end_deputy(provider: Provider, user: User, last: End, started_by: str = "") -> None:
    """The last day on which a deputy stands in."""
    get_run_logger().info(register_steps.end_deputy(provider, user, last, started_by))


@flow(name="mark_away", persist_result=False)
async def mark_away(user: User, first: First = None, last: Last = None, started_by: str = "") -> None:
    """Mark somebody away: questions, mails and rights go to the deputies, now and on every day until the last."""
    get_run_logger().info(register_steps.mark_away(user, first, last, started_by))


@flow(name="come_back", persist_result=False)
async def come_back(user: User, first: First = None, started_by: str = "") -> None:
    """The first day on which somebody decides again."""
    get_run_logger().info(register_steps.come_back(user, first, started_by))
