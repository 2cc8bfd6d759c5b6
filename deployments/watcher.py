"""The watcher: sits at the mailbox, drains the outbox, tends the runs. The UI shows a run only where there was work."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time
from datetime import timedelta

from deployments import log_masking
from flows.send_outbox import send_outbox
from flows.watch_mailbox import watch_mailbox
from tasks import at_once, desk_watch, heartbeats, runs
from tasks.clockwork import keep_time
from tasks.directory_sync import follow
from tasks.intake import unsorted
from tasks.mail import due
from tasks.settings import Settings, settings
from tasks.wiring import mailbox

log = logging.getLogger(__name__)

NET_SECONDS = 5.0
"""How often is looked, at the latest, for what must happen at once."""

AWAY = timedelta(days=30)
"""How far back a new watcher looks for runs of requests that were closed while none was there."""


async def look(config: Settings) -> None:
    """One round. Each part stands alone: a mailbox that is down does not stop the outbox."""
    for part in (_directory, _intake, _desk, _tend, _outbox, _clock):
        try:
            await part(config)
        except Exception:
            log.exception("%s failed and is tried again in the next round", part.__name__.strip("_"))


async def _intake(config: Settings) -> None:
    if mailbox(config).waiting(1) or unsorted.fn():
        await watch_mailbox()


async def _tend(config: Settings) -> None:  # noqa: ARG001
    await runs.tend()


async def _outbox(config: Settings) -> None:  # noqa: ARG001
    if due.fn():
        await send_outbox()


async def _directory(config: Settings) -> None:
    follow(config)


async def _desk(config: Settings) -> None:
    desk_watch.poll(config)
    desk_watch.verify(config)


async def _clock(config: Settings) -> None:
    keep_time(config)


def hold_the_net(config: Settings, stop: threading.Event) -> None:
    """Every few seconds, beside the rounds: a round that reads a hundred scans does not hold up a suspension (III.C.6).

    In a thread of its own, because the steps of a round block the loop while they work.
    """
    while not stop.wait(min(config.poll_seconds, NET_SECONDS)):
        try:
            at_once.net(config)
        except Exception:
            log.exception("the net behind suspensions failed and is held again")


async def watch() -> None:
    """Round after round until terminated. A round begins when mail arrives, and at the latest after `poll_seconds`."""
    os.umask(0o077)
    config = settings()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    net_stop = threading.Event()
    threading.Thread(target=hold_the_net, args=(config, net_stop), name="net", daemon=True).start()
    with contextlib.suppress(Exception):  # the server may still be busy with its start; the rounds go on anyway
        await runs.tend(AWAY)
    while not stop.is_set():
        began = time.monotonic()
        await look(config)
        heartbeats.beat(config.home, "watcher")
        left = config.poll_seconds - (time.monotonic() - began)
        if left > 0:
            await asyncio.to_thread(mailbox(config).wait, left)
    net_stop.set()


if __name__ == "__main__":
    log_masking.begin()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(watch())
