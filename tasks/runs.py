"""Every open request has one run in the Prefect UI, and a run that slept through a change is woken.

The registry says what should be; Prefect is brought in line with it, again and again. A run that was lost, crashed or
hangs is replaced or put back: since every step finds its place in the registry, doing that once too often is harmless.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from db import requests
from db.columns import utc_now
from db.models import Provider, Request
from db.session import transaction
from tasks import exhibits
from tasks.questions import QUESTION_OF, key_of, wake_up
from tasks.settings import settings

log = logging.getLogger(__name__)

DEPLOYMENT = "handle_request/requests"
LONGEST_PAUSE = timedelta(hours=1)


JUST_CLOSED = timedelta(minutes=10)
"""How long the run of a closed request is looked after: one that was closed from outside must not sleep for ever."""


async def tend(closed_within: timedelta = JUST_CLOSED) -> None:
    """Look after every open request once: open missing runs, wake sleeping ones, replace dead ones.

    The run of a request that was closed meanwhile, within `closed_within`, is woken to see that it is over.
    """
    with transaction(settings().database_url) as session:
        waiting = [
            (r, session.get(Provider, r.provider_key) if r.provider_key else None)
            for r in requests.open_requests(session)
        ]
        over = requests.closed_since(session, utc_now() - closed_within)
    if not waiting and not over:
        return
    async with get_client() as client:
        for request, provider in waiting:
            await _tend_one(client, request, provider)
        for request in over:
            run = await _run_of(client, request)
            if run and run.state and run.state.type is StateType.PAUSED:
                await _wake_if_stale(client, run, request)


async def _tend_one(client: PrefectClient, request: Request, provider: Provider | None) -> None:
    run = await _run_of(client, request)
    if run is None or run.state is None or run.state.is_final():
        if run is None or _rested(run, request):
            await _open(client, request, provider)
        return
    if run.state.type is StateType.PAUSED:
        await _wake_if_stale(client, run, request)


async def _run_of(client: PrefectClient, request: Request) -> FlowRun | None:
    if request.flow_run_id is None:
        return None
    try:
        return await client.read_flow_run(UUID(request.flow_run_id))
    except ObjectNotFound:
        return None


def _rested(run: FlowRun, request: Request) -> bool:
    """Whether a dead run has been dead long enough to try again: a second at first, an hour at most."""
    if run.state is None:
        return True
    pause = min(timedelta(seconds=2 ** min(request.flow_runs, 12)), LONGEST_PAUSE)
    return utc_now() - run.state.timestamp > pause


async def _open(client: PrefectClient, request: Request, provider: Provider | None) -> None:
    """Create the run and note it. A crash in between is harmless: the same idempotency key gives the same run."""
    deployment = await client.read_deployment_by_name(DEPLOYMENT)
    run = await client.create_flow_run_from_deployment(
        deployment.id,
        parameters={"request_id": request.id},
        name=exhibits.title(request, provider),
        tags=exhibits.tags(request),
        idempotency_key=f"{request.id}-{request.flow_runs}",
    )
    with transaction(settings().database_url) as session:
        fresh = requests.get(session, request.id)
        if fresh.flow_runs == request.flow_runs:
            requests.set_run(session, fresh, str(run.id))
    log.info("%s has a run", request.number)


async def put_back(client: PrefectClient, run: FlowRun) -> None:
    """Put a run whose process is gone back into the queue; it starts at the top and finds its place."""
    await client.set_flow_run_state(run.id, Scheduled(name="AwaitingRetry", message="its process was gone"), force=True)
    log.warning("%s was put back", run.name)


async def put_back_orphans(deployments: set[UUID], besides: set[str]) -> None:
    """Put back every run of ours that is said to be running, except those that the runner knows to be (`besides`)."""
    alive = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])),
        deployment_id=FlowRunFilterDeploymentId(any_=list(deployments)),
    )
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=alive):
            if str(run.id) not in besides:
                await put_back(client, run)


async def _wake_if_stale(client: PrefectClient, run: FlowRun, request: Request) -> None:
    """Resume a run that waits on a question which the registry no longer asks."""
    assert run.state is not None
    asked = run.state.state_details.pause_key or ""
    question = QUESTION_OF.get(request.state)
    if question is not None and asked == key_of(question, request.asking):
        return
    keyset = run.state.state_details.run_input_keyset
    if keyset is None:
        return  # somebody paused it by hand
    form = json.loads(await client.read_flow_run_input(run.id, keyset["schema"]))
    result = await client.resume_flow_run(run.id, run_input=wake_up(form))
    log.info("%s was woken: %s", request.number, result.status)
