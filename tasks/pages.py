"""The exhibits are put on the run as artifacts, one per title, brought up to date whenever somebody is asked."""

from __future__ import annotations

from uuid import UUID

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.runtime import flow_run

from tasks.approval import show

EXHIBITS = {
    "summary": "The case on one page",
    "fields": "Every field as read, beside the piece of the page it was read from",
    "account": "What happened to the account",
    "signature-staff": "Signature of the staff member",
    "signature-supervisor": "Signature of the supervisor",
}
"""Titles of the exhibits. They have no key: one with a key opens a list of all runs that have that key."""


ELSEWHERE = "All fields as read, the mail and what happened so far are under *Artifacts* of this run."
"""Stands at the end of the text above the run's form."""


@task(cache_policy=NO_CACHE, task_run_name="show the case")
async def show_case(request_id: str) -> str:
    """Bring name, tags and artifacts of the run up to date. Returns the text that stands above the form."""
    pages = veiled(show.fn(request_id))
    run_id = UUID(str(flow_run.id))
    async with get_client() as client:
        await client.update_flow_run(run_id, name=pages["title"], tags=pages["tags"].splitlines())
        there = await client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        )
        known = {a.description: a.id for a in there}
        for name, title in EXHIBITS.items():
            if name in pages:
                await _put(client, run_id, known.get(title), title, pages[name])
    return f"{pages['question']}\n\n{ELSEWHERE}" if "question" in pages else ""


def veiled(pages: dict[str, str]) -> dict[str, str]:
    """What the run shows of a restricted case: that there is one, and where those in charge read it (III.C.5).

    Everybody who signs in can read a run, its artifacts and its events; the gateway's pages know who may see the case.
    """
    if "restricted" not in pages:
        return pages
    words = f"This case is restricted. Those in charge [read and answer it here]({pages['restricted']})."
    shown = {name: words for name in (*EXHIBITS, "question") if name in pages}
    return {"title": pages["title"], "tags": pages["tags"], **shown}


async def _put(client: PrefectClient, run_id: UUID, artifact_id: UUID | None, title: str, markdown: str) -> None:
    if artifact_id is None:
        await client.create_artifact(
            ArtifactCreate(type="markdown", description=title, data=markdown, flow_run_id=run_id)
        )
    else:
        await client.update_artifact(artifact_id, ArtifactUpdate(data=markdown, description=title))
