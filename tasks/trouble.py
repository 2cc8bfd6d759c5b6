"""A run came to harm: whoever operates or decides learns of it by mail, with a link, once a day for each kind."""

from __future__ import annotations

import logging
from enum import StrEnum
from uuid import UUID

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound

from db import stand_ins
from db.columns import utc_now
from db.session import transaction
from tasks import notices
from tasks.settings import Settings, settings

FLOW = "report_trouble"
CLAUSE = "III.B.1"
BY_EXCEPTION = "Flow run encountered an exception"
"""How Prefect begins to say that a flow broke. A flow that ends as failed in its own words has answered somebody who
started it, in the window where they look; that is no trouble."""

log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """What can happen to a run, in the words of the mail."""

    FAILED = "failed"
    CRASHED = "crashed"
    LATE = "is late"
    SILENT = "gives no sign of life"


NEXT = {
    Trouble.FAILED: "A request's run is opened again by itself and goes on where it stood; any other one is started "
    "again by you or at its next time.",
    Trouble.CRASHED: "A request's run is opened again by itself; any other one is started again at its next time.",
    Trouble.LATE: "The runner is busy or down: `correquests doctor` says which.",
    Trouble.SILENT: "It hangs, or its process is gone. Restart correquests; the run then goes on where it stood.",
}
"""What happens by itself, and what does not."""


@task(cache_policy=NO_CACHE, task_run_name="report that a run {trouble}")
async def report(run_id: str, trouble: str) -> str:
    """Write the alarm, unless the run has recovered or only answered somebody; what was done, as a sentence.

    `run_id` may be as events name it, `prefect.flow-run.` and the id. The mail has the run's name and link, and nothing
    of what went wrong: that may hold what people wrote.
    """
    config, what = settings(), Trouble(trouble)
    try:
        async with get_client() as client:
            run = await client.read_flow_run(UUID(run_id.removeprefix("prefect.flow-run.")))
            flow = (await client.read_flow(run.flow_id)).name
    except ObjectNotFound:
        return f"The run {run_id} is gone; nothing to report."
    if not_in_trouble(run, what):
        return f"{run.name}: nothing to report."
    _alarm(config, run, flow, what)
    return f"{run.name} {what}: reported."


def not_in_trouble(run: FlowRun, trouble: Trouble) -> bool:
    """Whether the run has gone on meanwhile, or its failure was an answer."""
    if run.state is None:
        return False
    if trouble is Trouble.FAILED:
        return run.state.type is not StateType.FAILED or not (run.state.message or "").startswith(BY_EXCEPTION)
    if trouble is Trouble.CRASHED:
        return run.state.type is not StateType.CRASHED
    if trouble is Trouble.LATE:
        return run.state.type is not StateType.SCHEDULED
    return run.state.type is not StateType.RUNNING


def _alarm(config: Settings, run: FlowRun, flow: str, trouble: Trouble) -> None:
    link = f"{config.base_url}/v2/runs/flow-run/{run.id}"
    what = f"The run “{run.name}” ({flow}) {trouble}. Look at it: {link} . {NEXT[trouble]}"
    purpose = f"run-{trouble.name.lower()}-{flow.replace('_', '-')}"
    log.warning("ALARM: the run %s of %s %s", run.id, flow, trouble)
    with transaction(config.database_url) as session:
        to = [user.email for user in stand_ins.told_of_alarms(session)]
        to += [config.alarm_to] if config.alarm_to and config.alarm_to not in to else []
        notices.alarm_to(session, config, to, purpose, CLAUSE, what, utc_now())
