"""Who may call what of the Prefect server: one table of what people may read, one line for what approvers may do.

Whatever is not in the table is refused, so a route that a later Prefect release adds is refused until somebody looks at
it; a test compares the table with the routes of the installed release. Not in the table although they only read:
block documents (their purpose is to hold secrets), the storage setting, the in-browser API pages.
"""

from __future__ import annotations

import re

from db.models import Role

API = "/api"
_ONE = r"[^/]+"
_UUID = r"[0-9a-fA-F-]{36}"

READS: dict[str, tuple[str, ...]] = {
    "GET": (
        "/admin/settings",  # answered by the gateway, see `ui_settings`
        "/admin/version",
        "/artifacts/{id}",
        "/artifacts/{key}/latest",
        "/automations/related-to/{resource_id}",
        "/automations/{id}",
        "/block_capabilities/",
        "/block_schemas/checksum/{checksum}",
        "/block_schemas/{id}",
        "/block_types/slug/{slug}",
        "/block_types/{id}",
        "/collections/views/{view}",
        "/concurrency_limits/tag/{tag}",
        "/concurrency_limits/{id}",
        "/deployments/name/{flow_name}/{deployment_name}",
        "/deployments/{id}",
        "/deployments/{id}/schedules",
        "/deployments/{id}/work_queue_check",
        "/events/filter/next",
        "/flow_run_states/",
        "/flow_run_states/{id}",
        "/flow_runs/{id}",
        "/flow_runs/{id}/graph",
        "/flow_runs/{id}/graph-v2",
        "/flow_runs/{id}/input/{key}",
        "/flow_runs/{id}/logs/download",
        "/flows/name/{name}",
        "/flows/{id}",
        "/health",
        "/hello",
        "/ready",
        "/saved_searches/{id}",
        "/task_run_states/",
        "/task_run_states/{id}",
        "/task_runs/{id}",
        "/ui/task_runs/{id}",
        "/v2/concurrency_limits/{id_or_name}",
        "/variables/name/{name}",
        "/variables/{id}",
        "/version",
        "/work_pools/{name}",
        "/work_pools/{work_pool_name}/queues/{name}",
        "/work_queues/name/{name}",
        "/work_queues/{id}",
        "/work_queues/{id}/status",
    ),
    "POST": (
        "/artifacts/count",
        "/artifacts/filter",
        "/artifacts/latest/count",
        "/artifacts/latest/filter",
        "/automations/count",
        "/automations/filter",
        "/block_documents/count",
        "/block_schemas/filter",
        "/block_types/filter",
        "/concurrency_limits/filter",
        "/deployments/count",
        "/deployments/filter",
        "/deployments/paginate",
        "/events/count-by/{countable}",
        "/events/filter",
        "/flow_runs/count",
        "/flow_runs/filter",
        "/flow_runs/history",
        "/flow_runs/lateness",
        "/flow_runs/paginate",
        "/flow_runs/{id}/input/filter",
        "/flows/count",
        "/flows/filter",
        "/flows/paginate",
        "/logs/filter",
        "/saved_searches/filter",
        "/task_runs/count",
        "/task_runs/filter",
        "/task_runs/history",
        "/task_runs/paginate",
        "/task_workers/filter",
        "/ui/flow_runs/count-task-runs",
        "/ui/flow_runs/history",
        "/ui/flows/count-deployments",
        "/ui/flows/next-runs",
        "/ui/schemas/validate",
        "/ui/task_runs/count",
        "/ui/task_runs/dashboard/counts",
        "/v2/concurrency_limits/filter",
        "/variables/count",
        "/variables/filter",
        "/work_pools/count",
        "/work_pools/filter",
        "/work_pools/{name}/concurrency_status",
        "/work_pools/{work_pool_name}/queues/filter",
        "/work_pools/{work_pool_name}/workers/filter",
        "/work_queues/filter",
        "/work_queues/{id}/concurrency_status",
    ),
}
"""What every signed-in person may call, as Prefect writes its routes; `{…}` is one path segment."""

RESUME = re.compile(rf"{API}/flow_runs/({_UUID})/resume")
"""The one thing that approvers may do: answer a question (III.B.1)."""

INPUT = re.compile(rf"{API}/flow_runs/({_UUID})/input/[^/]+")
"""What was asked and answered on a run; on a restricted case it is for those in charge (III.C.5)."""

START = re.compile(rf"{API}/deployments/({_UUID})/create_flow_run")
"""The other thing that approvers may do: start what the catalogue offers to people."""

SOCKETS = frozenset({f"{API}/events/out", f"{API}/logs/out"})
"""The web sockets that people may open; both only tell. All others belong to the service."""


def _pattern(routes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.sub(r"\{\w+\}", _ONE, route) for route in routes))


_READS = {method: _pattern(routes) for method, routes in READS.items()}


def resumed_run(method: str, path: str) -> str | None:
    """The id of the flow run that a call would resume, or None when the call is another."""
    found = RESUME.fullmatch(path)
    return found[1].lower() if found and method == "POST" else None


def read_input(path: str) -> str | None:
    """The id of the flow run whose questions and answers a call would read, or None when the call is another."""
    found = INPUT.fullmatch(path)
    return found[1].lower() if found else None


def started_deployment(method: str, path: str) -> str | None:
    """The id of the deployment that a call would start, or None when the call is another."""
    found = START.fullmatch(path)
    return found[1].lower() if found and method == "POST" else None


def may_call(role: Role, method: str, path: str) -> bool:
    """Whether a signed-in person may make this call of the API (`path` begins with `/api`)."""
    if resumed_run(method, path) or started_deployment(method, path):
        return role is Role.APPROVER
    allowed = _READS.get("GET" if method == "HEAD" else method)
    return allowed is not None and allowed.fullmatch(path.removeprefix(API)) is not None
