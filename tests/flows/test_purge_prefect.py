"""What Prefect holds of a destroyed person is deleted through its API; what is about others stays."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator

import pytest
from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from tasks.purge_prefect import PAGE, Traces, _forget

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

CASE, OTHER = str(uuid.uuid4()), str(uuid.uuid4())
TRACES = Traces(frozenset({CASE}), ("CR-2020-000123",), ("Jane Doe", "jane.doe@nexus.example"))


@pytest.fixture
def server() -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=300):
        yield


@flow(name="handle_request", persist_result=False)
async def case(request_id: str, page: str) -> None:
    await acreate_markdown_artifact(page, description="The case")


async def _story() -> None:
    await case(CASE, "no name on it")
    await case(OTHER, "asked for by jane.doe@nexus.example")  # another run whose parameters and artifact name her
    await case(OTHER, "Alma Poe")
    async with get_client() as client:
        runs, artifacts = await _forget(client, TRACES)
        assert (len(runs), len(artifacts)) == (2, 2)
        left = await client.read_flow_runs(limit=PAGE)
        assert [r.parameters["page"] for r in left] == ["Alma Poe"]
        (artifact,) = await client.read_artifacts()
        assert artifact.data == "Alma Poe"
        assert await _forget(client, TRACES) == ([], []), "done again, nothing is left to do"


def test_runs_and_artifacts_of_the_person_go_and_those_of_others_stay(server: None) -> None:
    assert "PREFECT_API_URL" not in os.environ
    asyncio.run(_story())
