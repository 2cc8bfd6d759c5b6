"""Every deployment, once: what it is called, who may start it, and when it starts by itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule

from flows.handle_request import handle_request
from flows.merge_people import merge_people
from flows.release_mail import release_mail
from flows.report_conservation import report_conservation
from flows.retry_quarantine import retry_quarantine
from tasks.runs import DEPLOYMENT
from tasks.settings import settings

Started = Flow[..., Coroutine[Any, Any, Any]]
ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


@dataclass(frozen=True)
class Offer:
    """A flow that the runner works on.

    `by_people`: approvers may start it in the UI; it has a parameter `started_by`, which the gateway fills in.
    `cron`: when it starts by itself, in the product's time zone; then a second run never starts beside the first.
    """

    flow: Callable[..., Coroutine[Any, Any, Any]]
    name: str
    about: str
    by_people: bool = False
    cron: str = ""


OFFERS = (
    Offer(handle_request, DEPLOYMENT.partition("/")[2], "One request, from its papers to fulfilment."),
    Offer(
        retry_quarantine,
        "try all quarantined mail again",
        "Every mail that waits to be sorted is read and sorted once more.",
        by_people=True,
    ),
    Offer(
        merge_people,
        "merge two people",
        "Two records of one person become one, when four fields agree (ICOTS 17.0). Shows a preview first.",
        by_people=True,
    ),
    Offer(release_mail, "release held mail", "Sends mail again that was held for a person's word.", by_people=True),
    Offer(
        report_conservation,
        "account for all mail",
        "Received = opened + joined + filed + quarantined, per day (mail is never lost).",
        by_people=True,
        cron="5 0 * * *",
    ),
)
BY_NAME = {offer.name: offer for offer in OFFERS}


async def register() -> dict[UUID, Started]:
    """Make the deployments known to the server. Safe to repeat; what waits on one is not touched."""
    known: dict[UUID, Started] = {}
    for offer in OFFERS:
        flow: Started = offer.flow  # type: ignore[assignment]  # the decorator hides that it made a flow of it
        schedule = CronSchedule(cron=offer.cron, timezone=settings().timezone) if offer.cron else None
        deployment = await flow.ato_deployment(
            offer.name,
            description=offer.about,
            schedules=[schedule] if schedule else None,
            concurrency_limit=ALONE if offer.cron else None,
        )
        known[await deployment.aapply()] = flow
    return known
