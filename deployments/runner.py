"""The runner: works on requests and on whatever else is due, each leg a task in this one process.

A leg only asks the registry and Prefect's server; whatever opens a file or parses a mail has a child process of its
own. So a leg needs no process either, and costs a tenth of a second instead of the two that importing Prefect takes.
When the runner dies, what it was working on is put back by the next one and finds its place in the registry.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from functools import partial
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow

from db.columns import utc_now
from deployments import automations, catalog, log_masking
from tasks import heartbeats
from tasks.runs import put_back_orphans
from tasks.settings import settings

POLL_SECONDS = 0.5
"""How often the server is asked for runs that are due: a resumed request goes on within this time."""
ORPHANS_EVERY = 30
"""After how many polls runs are looked for that are said to be running, but not by us."""

log = logging.getLogger(__name__)


class Runner:
    """Works on at most `limit` runs at a time."""

    def __init__(self, limit: int, home: Path) -> None:
        self.limit, self.home = limit, home
        self.legs: dict[str, asyncio.Task[None]] = {}
        self.stopping = asyncio.Event()

    async def serve(self) -> None:
        """Work until told to stop; then finish the legs that are under way."""
        offered: dict[UUID, catalog.Started] = {}
        polls = 0
        while not self.stopping.is_set():
            try:
                offered = offered or await self._register()
                if polls % ORPHANS_EVERY == 0:
                    await put_back_orphans(set(offered), besides=set(self.legs))
                await self._take_due(offered)
            except Exception:
                log.exception("the server did not answer; tried again")
                await asyncio.sleep(POLL_SECONDS)
                continue
            polls += 1
            heartbeats.beat(self.home, "runner")
            await asyncio.sleep(POLL_SECONDS)
        await asyncio.gather(*self.legs.values(), return_exceptions=True)

    async def _register(self) -> dict[UUID, catalog.Started]:
        """Tell the server what is offered, and what it is to do when a run comes to harm."""
        offered = await catalog.register()
        await automations.register({flow.name: one for one, flow in offered.items()})
        return offered

    async def _take_due(self, offered: dict[UUID, catalog.Started]) -> None:
        """What is urgent first, however many legs there are (III.C.6); then as many others as there is room for."""
        urgent = [one for one, flow in offered.items() if flow.name in catalog.URGENT]
        others = [one for one in offered if one not in urgent]
        async with get_client() as client:
            for run in await self._due(client, urgent, self.limit):
                self._begin(offered, run)
            if (free := self.limit - len(self.legs)) > 0:
                for run in await self._due(client, others, free + len(self.legs)):
                    if len(self.legs) < self.limit:
                        self._begin(offered, run)

    async def _due(self, client: PrefectClient, deployments: list[UUID], limit: int) -> list[FlowRun]:
        return await client.get_scheduled_flow_runs_for_deployments(
            deployments, scheduled_before=utc_now(), limit=limit
        )

    def _begin(self, offered: dict[UUID, catalog.Started], run: FlowRun) -> None:
        flow = offered.get(run.deployment_id) if run.deployment_id else None
        if flow and str(run.id) not in self.legs:
            task = asyncio.create_task(self._leg(flow, run), name=run.name)
            self.legs[str(run.id)] = task
            task.add_done_callback(partial(self._done, str(run.id)))

    def _done(self, run_id: str, _: asyncio.Task[None]) -> None:
        self.legs.pop(run_id, None)

    async def _leg(self, flow: catalog.Started, run: FlowRun) -> None:
        """From where the run stands to its end, or to where it must wait again."""
        try:
            leg = run_flow(flow, flow_run=run, parameters=run.parameters, return_type="state")
            await leg  # type: ignore[misc]
        except Pause:
            log.info("%s waits for somebody", run.name)
        except Abort as why:
            log.info("%s was taken out of our hands: %s", run.name, why)
        except Exception:
            log.exception("%s stopped", run.name)


async def main() -> None:
    """Run until terminated."""
    os.umask(0o077)
    log_masking.begin()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    runner = Runner(settings().runner_limit, settings().home)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runner.stopping.set)
    await runner.serve()


if __name__ == "__main__":
    asyncio.run(main())
