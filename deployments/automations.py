"""What the Prefect server does by itself when a run comes to harm: it starts `report_trouble`, which writes the alarm.

Put in place at each start, by name. Nothing here moves a run: one whose process is gone is put back by the runner, and
a request's run that ended is opened again by the watcher; people only learn of it. A run that waits for a person gives
no sign of life and is not in trouble: every state in which that is so is among what is expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.client.orchestration import PrefectClient, get_client
from prefect.events.actions import RunDeployment

from tasks.trouble import FLOW, Trouble

LATE = timedelta(minutes=5)
"""How long a run that is due may wait for the runner."""
SILENT = timedelta(minutes=5)
"""How long a run that works may give no sign of life; it gives one every 30 seconds (see `environment`)."""

_EVENT = "prefect.flow-run."
_RUN = {"prefect.resource.id": f"{_EVENT}*"}
_ENDED = ("Completed", "Failed", "Crashed", "Cancelled", "Cancelling")
_WAITING = ("Suspended", "Paused", "Resuming", "Scheduled", "AwaitingRetry", "AwaitingConcurrencySlot", "Retrying")
_WORKING = ("Pending", "Running", "heartbeat")


def _events(*names: str) -> set[str]:
    return {f"{_EVENT}{name}" for name in names}


def _triggers(flows: list[str]) -> dict[Trouble, EventTrigger]:
    """What is trouble, for runs of these flows."""
    ours = {"prefect.resource.role": "flow", "prefect.resource.name": flows}

    def at_once(event: str) -> EventTrigger:
        return EventTrigger(match=_RUN, match_related=ours, expect=_events(event), posture=Posture.Reactive)

    def not_within(after: str, within: timedelta, *expected: str) -> EventTrigger:
        return EventTrigger(
            match=_RUN,
            match_related=ours,
            after=_events(after),
            expect=_events(*expected),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=within,
        )

    return {
        Trouble.FAILED: at_once("Failed"),
        Trouble.CRASHED: at_once("Crashed"),
        Trouble.LATE: not_within("Late", LATE, *_WORKING, *_ENDED, *_WAITING),
        Trouble.SILENT: not_within("heartbeat", SILENT, *_WORKING, *_ENDED, *_WAITING),
    }


async def register(deployments: Mapping[str, UUID]) -> None:
    """Make the automations what they are here; `deployments` by the name of their flow. Safe to repeat.

    `report_trouble` itself is not watched: a report that fails would report itself for ever.
    """
    report = deployments[FLOW]
    flows = sorted(name for name in deployments if name != FLOW)
    async with get_client() as client:
        for trouble, trigger in _triggers(flows).items():
            action = RunDeployment(
                source="selected",
                deployment_id=report,
                parameters={"run_id": "{{ event.resource.id }}", "trouble": trouble.value},
            )
            await _put(
                client,
                AutomationCore(
                    name=f"correquests: a run {trouble.value}",
                    description="Tells the contract managers by mail. Made at each start; changes here do not last.",
                    trigger=trigger,
                    actions=[action],
                ),
            )


async def _put(client: PrefectClient, wanted: AutomationCore) -> None:
    known = await client.read_automations_by_name(wanted.name)
    if not known:
        await client.create_automation(wanted)
        return
    for one in known:
        await client.update_automation(one.id, wanted)
