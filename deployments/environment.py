"""The environment in which the server, the runner and the watcher run: Prefect's settings, said once."""

from __future__ import annotations

import json
import os

from pydantic import SecretStr

from tasks.settings import Settings


def of(settings: Settings) -> dict[str, str]:
    """The whole environment of a child process. Secrets travel here and are written nowhere."""
    key = settings.service_key.get_secret_value()
    api = f"http://{settings.host}:{settings.port}/api"
    ours = {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_PROFILES_PATH": str(settings.home / "prefect" / "profiles.toml"),
        "PREFECT_API_URL": api,
        "PREFECT_API_AUTH_STRING": f"svc:{key}",
        "PREFECT_UI_URL": settings.base_url,
        "PREFECT_UI_STATIC_DIRECTORY": str(settings.home / "ui"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS": "300",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "tasks,forms,db",
        "PREFECT_RUNNER_HEARTBEAT_FREQUENCY": "30",
        "DO_NOT_TRACK": "1",
        "OMP_THREAD_LIMIT": "1",
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    said = {k: v for k, v in os.environ.items() if k.startswith("PREFECT_SERVER_DATABASE")}
    return {**inherited, **said, **_settings(settings), **ours}


def _settings(settings: Settings) -> dict[str, str]:
    """Every setting as it is here, so that a child never sees another configuration than its parent."""
    secret = {name: value.get_secret_value() for name, value in settings if isinstance(value, SecretStr)}
    plain = settings.model_dump(mode="json", exclude=set(secret), exclude_none=True)
    said = secret | {name: value if isinstance(value, str) else json.dumps(value) for name, value in plain.items()}
    return {f"CORREQUESTS_{name.upper()}": value for name, value in said.items()}
