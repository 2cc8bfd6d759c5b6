"""What people give to a sealed flow is kept out of Prefect, whose runs and parameters every signed-in person can read.

A start of *suspend now* becomes an order in the registry, and the run gets its number. From that moment the suspension
is carried out, by the run or by the watcher's net, even when the server does not take the start (III.C.6).
"""

from __future__ import annotations

import json

from deployments.stamp import STARTED_BY
from tasks import suspending
from tasks.settings import Settings

LONGEST = 4000
"""Characters of what is typed that are kept."""
KEPT = "kept with the order"


def sealed(settings: Settings, body: bytes) -> bytes:
    """The stamped body of a start with whom and why replaced by a reference. One that lacks either stays as it is:
    the server refuses it and says what is missing.
    """
    given = json.loads(body)["parameters"]
    whom, reason = (str(given.get(name) or "").strip()[:LONGEST] for name in ("whom", "reason"))
    if not whom or not reason:
        return body
    number = suspending.order(settings, whom, reason, given[STARTED_BY])
    told = {"whom": f"order-{number}", "reason": KEPT, STARTED_BY: given[STARTED_BY]}
    return json.dumps({"parameters": told}).encode()
