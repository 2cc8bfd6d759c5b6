"""Every deployment, once."""

from __future__ import annotations

from prefect.runner import Runner

from flows.handle_request import handle_request
from tasks.runs import DEPLOYMENT
from tasks.settings import Settings

POLL_SECONDS = 2
"""How often the runner asks for runs: a resumed request starts within this time."""


async def runner(settings: Settings) -> Runner:
    """A runner that serves every deployment of the product. It never pauses them when it stops."""
    made = Runner(name="correquests", query_seconds=POLL_SECONDS, limit=settings.runner_limit, pause_on_shutdown=False)
    name = DEPLOYMENT.partition("/")[2]
    await made.aadd_flow(handle_request, name=name, description="One request, from its papers to fulfilment.")
    return made
