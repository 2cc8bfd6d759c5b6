"""What starts by itself: the server writes down the coming runs of every offer that has a time."""

from __future__ import annotations

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.testing.utilities import prefect_test_harness

from deployments import catalog

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]


@pytest.mark.anyio
async def test_every_offer_with_a_time_gets_its_coming_runs() -> None:
    with prefect_test_harness(server_startup_timeout=300):
        known = await catalog.register()
        timed = {offer.flow.name for offer in catalog.OFFERS if offer.cron}  # type: ignore[attr-defined]
        async with get_client() as client:
            for key, flow in known.items():
                wanted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[key]))
                await client._client.post(f"/deployments/{key}/schedule", json={"min_runs": 2})
                coming = await client.read_flow_runs(flow_run_filter=wanted)
                assert bool(coming) is (flow.name in timed), flow.name
