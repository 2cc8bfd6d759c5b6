"""Two habits that let Prefect's server live on SQLite under load; PostgreSQL needs neither.

**Write transactions take the lock when they begin.** Prefect begins them deferred: they read first, and when another
connection wrote meanwhile SQLite refuses the first write at once ("database is locked"), whatever the busy timeout.
Reads that Prefect does not wrap in a transaction are not concerned.

**Garbage is collected by a thread of its own.** A failed statement leaves cursors in reference cycles. Finalizing one
waits for its connection, which may be waiting for a lock whose holder can only go on when the event loop does: a
collection that happens to run in the loop's thread then stops the whole server for the busy timeout, 60 seconds.
"""

from __future__ import annotations

import gc
import threading
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

COLLECTOR = "garbage"
"""Name of that thread."""

DEFERRED, IMMEDIATE = "BEGIN DEFERRED", "BEGIN IMMEDIATE"

YOUNG_SECONDS, ALL_EVERY = 0.5, 60
"""Seconds between collections of what is young, and after how many of them everything is looked through."""


def begin() -> None:
    """Form both habits in this process, before its first connection and once Prefect is loaded.

    What is loaded by then is never looked through again: it would stop the server for a quarter of a second each time.
    """
    event.listen(Engine, "before_cursor_execute", _immediate, retval=True)
    gc.collect()
    gc.freeze()
    gc.disable()
    threading.Thread(target=_collect, name=COLLECTOR, daemon=True).start()


def _immediate(*call: Any) -> tuple[str, Any]:
    """Called by SQLAlchemy before every statement: (connection, cursor, statement, values, context, many)."""
    statement, values = call[2], call[3]
    return (IMMEDIATE if statement == DEFERRED else statement), values


def _collect() -> None:
    pause = threading.Event()
    turn = 0
    while not pause.wait(YOUNG_SECONDS):
        turn = (turn + 1) % ALL_EVERY
        gc.collect(1 if turn else 2)
