"""Every deployment, once: what it is called, who may start it, and when it starts by itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule

from deployments.form_labels import label
from flows import edit_register, review_purge
from flows.audit_sample import audit_sample
from flows.daily_digest import daily_digest
from flows.evidence_pack import evidence_pack
from flows.explain_account import explain_account
from flows.handle_request import handle_request
from flows.import_usage import import_usage
from flows.lock_out_inactive import lock_out_inactive
from flows.merge_people import merge_people
from flows.recertify import decide_recertification, recertify
from flows.reconcile import reconcile
from flows.release_mail import release_mail
from flows.report_conservation import report_conservation
from flows.report_lateness import report_lateness
from flows.report_trouble import report_trouble
from flows.retry_quarantine import retry_quarantine
from flows.review_audit import confirm_review, review_audit
from flows.suspend_now import suspend_now
from flows.undo_decision import undo_decision
from tasks.runs import DEPLOYMENT
from tasks.settings import settings

Started = Flow[..., Coroutine[Any, Any, Any]]
ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


@dataclass(frozen=True)
class Offer:
    """A flow that the runner works on.

    `by_people`: approvers may start it in the UI; it has a parameter `started_by`, which the gateway fills in.
    `cron`: when it starts by itself, in the product's time zone; then a second run never starts beside the first.
    `urgent`: the runner takes it before everything else. `sealed`: what people give it stays in the registry, and the
    server, whose runs every signed-in person can read, gets a reference in its place.
    """

    flow: Callable[..., Coroutine[Any, Any, Any]]
    name: str
    about: str
    by_people: bool = False
    cron: str = ""
    urgent: bool = False
    sealed: bool = False


OFFERS = (
    Offer(handle_request, DEPLOYMENT.partition("/")[2], "One request, from its papers to fulfilment."),
    Offer(
        retry_quarantine,
        "try all quarantined mail again",
        "Every mail that waits to be sorted is read and sorted once more.",
        by_people=True,
    ),
    Offer(
        suspend_now,
        "suspend now",
        "An account is disabled and IT told at once (III.C.6). Deciding comes afterwards.",
        by_people=True,
        urgent=True,
        sealed=True,
    ),
    Offer(
        merge_people,
        "merge two people",
        "Two records of one person become one, when four fields agree (ICOTS 17.0). Shows a preview first.",
        by_people=True,
    ),
    Offer(release_mail, "release held mail", "Sends mail again that was held for a person's word.", by_people=True),
    Offer(
        report_conservation,
        "account for all mail",
        "Received = opened + joined + filed + quarantined, per day (mail is never lost).",
        by_people=True,
        cron="5 0 * * *",
    ),
    Offer(
        report_lateness,
        "report lateness",
        "Days from event to notice and to disablement, for each provider (PS-7).",
        by_people=True,
        cron="15 0 1 * *",
    ),
    Offer(undo_decision, "undo a decision", "Takes the last decision on a case back, with a reason.", by_people=True),
    Offer(edit_register.designate_submitter, "designate a submitter", "Who may send requests.", by_people=True),
    Offer(edit_register.end_submitter, "end a submitter", "Who may no longer send requests.", by_people=True),
    Offer(edit_register.appoint_manager, "appoint a contract manager", "Who decides.", by_people=True),
    Offer(edit_register.appoint_deputy, "appoint a deputy", "Who stands in, and when.", by_people=True),
    Offer(edit_register.end_deputy, "end a deputy", "Who no longer stands in.", by_people=True),
    Offer(edit_register.mark_away, "mark somebody away", "Questions, mails and rights go to deputies.", by_people=True),
    Offer(edit_register.come_back, "end an absence", "Who decides again, and from when.", by_people=True),
    Offer(
        evidence_pack,
        "pack evidence",
        "All that is on record about a person, an account, a provider or a year, in one file that proves itself.",
        by_people=True,
    ),
    Offer(
        explain_account,
        "explain an account",
        "Why an account is in its state, today or on any day: one line, then every decision and paper.",
        by_people=True,
    ),
    Offer(
        import_usage,
        "take in usage exports",
        "The offender management system's export of who used it last when (III.C.3).",
        by_people=True,
        cron="30 1 * * *",
    ),
    Offer(
        lock_out_inactive,
        "lock unused accounts",
        "Shows which accounts were not used for 60 days; locks them at night, or when you name the preview (III.C.3).",
        by_people=True,
        cron="30 2 * * *",
    ),
    Offer(
        daily_digest,
        "write the daily digest",
        "Each business morning: what waits on whom, what is late, what happened, whether all is well.",
        by_people=True,
        cron="0 7 * * 1-5",
    ),
    Offer(
        review_audit,
        "review the audit chain",
        "Each Monday: what happened, what is unusual, whether the chain holds (AU-6).",
        by_people=True,
        cron="30 7 * * 1",
    ),
    Offer(confirm_review, "confirm an audit review", "Somebody has read a review (AU-6).", by_people=True),
    Offer(report_trouble, "report trouble", "Tells by mail that a run failed, crashed, is late or hangs.", urgent=True),
    Offer(
        recertify,
        "ask who still needs access",
        "Each provider's yearly list to mark or answer, reminders, and the monthly list (III.B.3.a).",
        by_people=True,
        cron="0 7 * * *",
    ),
    Offer(
        decide_recertification,
        "decide a recertification",
        "Answers in the place of a provider that was silent or unclear.",
        by_people=True,
    ),
    Offer(
        reconcile,
        "hold the registry against scans and directory",
        "Every account against the directory, a share of the stored scans read again; both sides of what differs.",
        by_people=True,
        cron="30 3 * * *",
    ),
    Offer(
        audit_sample,
        "draw an audit sample",
        "A random sample of last month's cases and of accounts, its seed bound a day before the draw (ICOTS 26.F).",
        by_people=True,
        cron="15 6 * * *",
    ),
    Offer(
        review_purge.review_purge,
        "review what can be purged",
        "Proposes records whose retention is over; destroys nothing (ICOTS 23.0).",
        by_people=True,
        cron="0 4 1 1,4,7,10 *",
    ),
    Offer(review_purge.notify_agency, "notify the agency of a purge", "Asks for its permission.", by_people=True),
    Offer(review_purge.note_permission, "note the permission to purge", "Its written answer.", by_people=True),
    Offer(review_purge.destroy_records, "destroy records", "Permitted ones, by a second person.", by_people=True),
    Offer(review_purge.set_legal_hold, "set a legal hold", "Nothing of it is destroyed.", by_people=True),
    Offer(review_purge.lift_legal_hold, "lift a legal hold", "The claim or case is over.", by_people=True),
)
BY_NAME = {offer.name: offer for offer in OFFERS}
URGENT = frozenset(offer.flow.name for offer in OFFERS if offer.urgent)  # type: ignore[attr-defined]
"""Names of the flows that overtake all others."""


async def register() -> dict[UUID, Started]:
    """Make the deployments known to the server. Safe to repeat; what waits on one is not touched."""
    known: dict[UUID, Started] = {}
    for offer in OFFERS:
        flow: Started = offer.flow  # type: ignore[assignment]  # the decorator hides that it made a flow of it
        label(flow)
        schedule = CronSchedule(cron=offer.cron, timezone=settings().timezone) if offer.cron else None
        deployment = await flow.ato_deployment(
            offer.name,
            description=offer.about,
            schedules=[schedule] if schedule else None,
            concurrency_limit=ALONE if offer.cron else None,
        )
        known[await deployment.aapply()] = flow
    return known
