"""What Prefect's UI is told about its server, answered by the gateway in the server's place.

The server's own answers hold addresses with passwords in them (message broker, custom headers), turn on reports to an
analytics company, and offer a switch to the old UI, which shows secret fields in clear.
"""

from __future__ import annotations

from typing import Any

from deployments.access import API

INSTEAD: dict[str, dict[str, Any]] = {
    f"{API}/admin/settings": {"server": {"analytics_enabled": False, "ui": {"show_promotional_content": False}}},
    "/ui-settings": {
        "api_url": API,
        "csrf_enabled": False,
        "auth": None,
        "flags": [],
        "default_ui": "v2",
        "available_uis": ["v2"],
        "v1_base_url": None,
        "v2_base_url": "/v2",
    },
}
"""Path to answer. The API is named without a host, so the UI works under every name that leads here."""
