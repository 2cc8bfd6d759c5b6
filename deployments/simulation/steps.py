"""The product's own steps in the order in which watcher, runner and flows take them, without Prefect's server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from db import requests
from db.columns import utc_now
from db.lifecycle import State
from db.models import LockoutRun, LockoutState, Request
from db.session import transaction
from tasks import at_once, desk_watch
from tasks.accounts import fulfil, provision, ticket_closed
from tasks.approval import announce, assess_papers, show, standing
from tasks.clockwork import keep_time
from tasks.directory_sync import follow
from tasks.intake import sort_message, store_waiting, unsorted
from tasks.lockout import carry_out, make_plan, shown
from tasks.mail import due, send_one
from tasks.settings import Settings
from tasks.suspension import follow_suspension
from tasks.usage import import_waiting, newest_day, table
from tasks.usage_intake import Taken

RUN = "00000000-0000-0000-0000-000000000000"
"""Stands for the flow run of every request: there is no Prefect server."""
CIRCLES = 25


@dataclass
class Steps:
    """The simulated house at work. `trouble`: what must never happen and did, in words."""

    config: Settings
    trouble: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    shown: dict[str, int] = field(default_factory=dict)

    def take_in(self) -> None:
        """Whatever waits in the inbox is stored, read and sorted."""
        store_waiting.fn()
        for message_id in unsorted.fn():
            sort_message.fn(message_id)

    def look(self) -> None:
        """One round of the watcher, with the legs of all open requests."""
        follow(self.config)
        self.take_in()
        desk_watch.poll(self.config)
        desk_watch.verify(self.config)
        self.work()
        at_once.net(self.config)
        self.drain()
        keep_time(self.config)
        self.work()
        self.drain()
        follow(self.config)

    def work(self) -> None:
        """Every open request goes as far as it can without a person, as `handle_request` does."""
        with transaction(self.config.database_url) as session:
            waiting = sorted(requests.open_requests(session), key=lambda r: r.number)
        for request in waiting:
            self._leg(request)

    def _leg(self, request: Request) -> None:
        for _ in range(CIRCLES):
            state, asking = standing.fn(request.id)
            if state is State.RECEIVED:
                assess_papers.fn(request.id, RUN)
            elif state is State.APPROVED:
                provision.fn(request.id)
            elif state is State.WITH_IT and ticket_closed.fn(request.id):
                fulfil.fn(request.id)
                if standing.fn(request.id)[0] is State.WITH_IT:  # the directory does not agree
                    return
            else:
                self._ask(request.id, state, asking)
                return
        self.trouble.append(f"{request.number} goes in circles: it was {CIRCLES} times the product's turn.")

    def _ask(self, request_id: str, state: State, asking: int) -> None:
        if self.shown.get(request_id) == asking:
            return
        self.shown[request_id] = asking
        if state is State.TO_SORT:
            announce.fn(request_id, RUN)
        elif state is State.UNDER_SUSPENSION:
            follow_suspension.fn(request_id)
        show.fn(request_id)

    def drain(self) -> None:
        """Whatever is due goes out."""
        for row_id in due.fn():
            self.sent[send_one.fn(row_id).partition(": ")[2] or "in other hands"] += 1

    def morning_feed(self) -> list[Taken]:
        """The night's import of usage exports."""
        taken = import_waiting.fn("correquests")
        table(taken, newest_day.fn())
        return taken

    def lock_out(self) -> LockoutRun:
        """The night's run: planned, carried out and shown."""
        run_id = make_plan.fn("correquests")
        carry_out.fn(run_id, "correquests")
        shown.fn(run_id)
        with transaction(self.config.database_url) as session:
            return session.get_one(LockoutRun, run_id)

    def release(self, run_id: int, by: str) -> LockoutState:
        """A person looks at a held run and releases it."""
        carry_out.fn(run_id, by)
        with transaction(self.config.database_url) as session:
            return session.get_one(LockoutRun, run_id).state

    @property
    def now(self) -> str:
        """The present instant for a log."""
        return f"{utc_now():%Y-%m-%d %H:%M}"
