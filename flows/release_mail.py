"""Held mail goes out again, or is noted as delivered another way, when a contract manager says so."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow, get_run_logger
from pydantic import Field

from tasks.mail import release

Which = Annotated[str, Field(title="Mail", description="Its key as the alarm names it. Empty: all held mail.")]
How = Annotated[Literal["send again", "delivered otherwise"], Field(title="What to do")]


@flow(name="release_mail", persist_result=False)
async def release_mail(mail: Which = "", how: How = "send again", started_by: str = "") -> None:
    """Held is what could not be sent after the last try, or what may have been sent and must not go out twice."""
    get_run_logger().info(release(mail.strip(), how, started_by))
