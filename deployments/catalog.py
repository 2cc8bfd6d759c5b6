"""Every deployment, once."""

from __future__ import annotations

from uuid import UUID

from flows.handle_request import handle_request
from tasks.runs import DEPLOYMENT


async def register() -> UUID:
    """Make the deployments known to the server. Safe to repeat; what waits on one is not touched."""
    name = DEPLOYMENT.partition("/")[2]
    deployment = await handle_request.ato_deployment(name, description="One request, from its papers to fulfilment.")
    return await deployment.aapply()
