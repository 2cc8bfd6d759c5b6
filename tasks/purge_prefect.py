"""Prefect forgets what it holds of a subject: runs with their parameters, inputs and logs, and artifacts, by its API.

Events cannot be deleted by its API; the server drops them after `PREFECT_EVENTS_RETENTION_PERIOD`, seven days by
default, and retention is counted in years. A local server's database file is rebuilt afterwards.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import Artifact, FlowRun
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort
from prefect.exceptions import ObjectNotFound

from db import retention, scrub
from db.models import PurgeState
from db.session import transaction
from tasks import purge_pieces, purge_scope
from tasks.destroying import Forgotten
from tasks.settings import Settings

PAGE = 200


@dataclass(frozen=True)
class Traces:
    """What tells a run or an artifact that is about a subject: its cases, and words that stand in it."""

    request_ids: frozenset[str]
    numbers: tuple[str, ...]
    words: tuple[str, ...]

    def in_run(self, run: FlowRun) -> bool:
        """Whether a run is of one of the cases, or was given a name or address."""
        if str(run.parameters.get("request_id", "")) in self.request_ids:
            return True
        said = json.dumps([run.name, run.tags, run.parameters, run.state.message if run.state else ""], default=str)
        return self.in_text(said)

    def in_text(self, text: str) -> bool:
        """Whether one of the cases, names or addresses stands in a text."""
        return any(said in text or json.dumps(said)[1:-1] in text for said in (*self.numbers, *self.words))


async def forget(config: Settings, number: int) -> Forgotten:
    """Delete whatever Prefect holds of an ordered destruction. A server that is away is a problem that is told."""
    with transaction(config.database_url) as session:
        proposal = retention.get(session, number, PurgeState.DESTROYING)
        todo = {p.place for p in retention.pieces(session, proposal, undone=True)}
        scope = purge_scope.again(session, config, proposal.person_id, proposal.request_id)
        traces = Traces(frozenset(c.id for c in scope.cases), tuple(c.number for c in scope.cases), tuple(scope.words))
    if purge_pieces.PREFECT not in todo:
        return Forgotten()
    try:
        async with get_client() as client:
            runs, artifacts = await _forget(client, traces)
        if (path := config.home / "prefect" / "prefect.db").is_file():
            scrub.sqlite(str(path))
    except scrub.NotScrubbed:
        return Forgotten(problem="Prefect's database is in use and could not be rewritten.")
    except Exception as why:
        return Forgotten(problem=f"Prefect does not answer ({type(why).__name__}).")
    ids = sorted([*runs, *artifacts])
    return Forgotten(len(runs), len(artifacts), hashlib.sha256("\n".join(ids).encode()).hexdigest())


async def _forget(client: PrefectClient, traces: Traces) -> tuple[list[str], list[str]]:
    """Ids of the runs and of the artifacts that are gone. All are found before the first is deleted: pages stay put."""
    runs = [run async for run in _runs(client) if traces.in_run(run)]
    ours = {run.id for run in runs}
    artifacts = [a async for a in _artifacts(client) if a.flow_run_id in ours or traces.in_text(_said(a))]
    for artifact in artifacts:
        with contextlib.suppress(ObjectNotFound):  # an earlier try deleted it
            await client.delete_artifact(artifact.id)
    for run in runs:
        with contextlib.suppress(ObjectNotFound):
            await client.delete_flow_run(run.id)
    return [str(r.id) for r in runs], [str(a.id) for a in artifacts]


def _said(artifact: Artifact) -> str:
    return json.dumps([artifact.key, artifact.description, artifact.data], default=str, ensure_ascii=False)


async def _runs(client: PrefectClient) -> AsyncIterator[FlowRun]:
    offset = 0
    while found := await client.read_flow_runs(sort=FlowRunSort.START_TIME_ASC, limit=PAGE, offset=offset):
        for run in found:
            yield run
        offset += len(found)


async def _artifacts(client: PrefectClient) -> AsyncIterator[Artifact]:
    offset = 0
    while found := await client.read_artifacts(sort=ArtifactSort.ID_DESC, limit=PAGE, offset=offset):
        for artifact in found:
            yield artifact
        offset += len(found)
