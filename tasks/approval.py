"""The steps of a request that lead to a decision: assess the papers, show the case, take the answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import papers, requests
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Kind, Provider, Request
from db.session import transaction
from tasks import answers, exhibits, mail_exhibits, notices, questions, stale, turns
from tasks.policy import outcome
from tasks.policy.findings import Effect, Finding
from tasks.questions import Answer
from tasks.roads import ROADS, asked
from tasks.roads import form_of as road_form
from tasks.settings import Settings, settings
from tasks.sitting import matter

EVENT_OF: dict[Effect, Event] = {Effect.HOLD: Event.HOLD, Effect.DOUBT: Event.DOUBT, Effect.DEFECT: Event.LACK}


def today() -> date:
    """The present day in Montana."""
    return utc_now().astimezone(settings().zone).date()


@task(cache_policy=NO_CACHE)
def standing(request_id: str) -> tuple[State, int]:
    """Where the request stands in the registry, and the number of the present asking."""
    with transaction(settings().database_url) as session:
        request = requests.get(session, request_id)
        return request.state, request.asking


@task(cache_policy=NO_CACHE, task_run_name="hold the papers against the clauses")
def assess_papers(request_id: str, flow_run_id: str) -> State:
    """Evaluate every clause on what is on file, move the request, and write the one mail that follows from it."""
    config = settings()
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        if request.state is not State.RECEIVED:
            return request.state
        request.flow_run_id = flow_run_id
        m = matter(session, config, request)
        ROADS[request.kind].refresh(m)
        session.add(request)
        session.flush()
        road = ROADS[request.kind]  # what was learnt may have made it a case of another kind
        findings = road.assess(m)
        effect = outcome(findings)
        clause = next((f.clause for f in findings if f.effect is effect), road.clause)
        event = EVENT_OF.get(effect, Event.COMPLETE) if effect else Event.COMPLETE
        told = [f"{f.clause} {f.code}" for f in findings]
        advance(session, request, event, by="correquests", clause=clause, detail={"findings": told})
        _tell(session, config, request, findings)
        road.assessed(m, findings)
        return request.state


def _tell(session: Session, config: Settings, request: Request, findings: list[Finding]) -> None:
    if request.state is State.INCOMPLETE:
        notices.papers_missing(session, config, request, findings)
        return
    turns.ask(session, config, request, findings)


@task(cache_policy=NO_CACHE, task_run_name="tell the contract manager")
def announce(request_id: str, flow_run_id: str) -> None:
    """Write to the contract manager that a mail waits to be sorted; once for each asking."""
    config = settings()
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        request.flow_run_id = flow_run_id
        session.add(request)
        _tell(session, config, request, mail_exhibits.why(session, request))


@task(cache_policy=NO_CACHE)
def waiting_mails() -> list[str]:
    """Ids of the cases that ask what a mail is."""
    with transaction(settings().database_url) as session:
        return [r.id for r in requests.open_requests(session) if r.state is State.TO_SORT]


@task(cache_policy=NO_CACHE, task_run_name="try again for {started_by}")
def try_again(request_id: str, started_by: str) -> str:
    """Give the answer “try again” to a case that asks what a mail is; what happened, for the run's log."""
    with transaction(settings().database_url) as session:
        request = requests.get(session, request_id)
        if request.state is State.TO_SORT:
            answers.settle(session, settings(), request, {"decision": "try again"}, started_by, today())
        return f"{request.number}: {request.state.lower()} {request.problem}".strip()


@task(cache_policy=NO_CACHE)
def show(request_id: str) -> dict[str, str]:
    """The exhibits of a request as markdown by artifact key, the question's text, the run's name and its tags."""
    config = settings()
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        provider = session.get(Provider, request.provider_key) if request.provider_key else None
        named = {"title": exhibits.title(request, provider), "tags": "\n".join(exhibits.tags(request))}
        if request.restricted:
            named["restricted"] = notices.case_url(config, request)
        if request.kind is Kind.MAIL:
            return named | mail_exhibits.pages(session, config, request)
        m, road = matter(session, config, request), ROADS[request.kind]
        findings = road.assess(m) if request.state in questions.QUESTION_OF else []
        forms = papers.of_request(session, request.id)
        pages = {
            "summary": exhibits.summary(session, request, provider, road.facts(m), findings),
        }
        if forms:  # a case told by mail alone has nothing that was read
            pages["fields"] = exhibits.field_table(forms)
        pages |= road.exhibits(m)
        if request.state in questions.QUESTION_OF:
            pages["question"] = exhibits.question(
                session, request, asked=asked(request), short=road.in_short(m), findings=findings
            )
            pages["question"] += f"\n\n{pages.get('identity', '')}".rstrip()
        return named | pages


class MovedOn(RuntimeError):
    """The case no longer asks what it was to be asked for."""


def form_of(request_id: str, description: str, asking: int | None = None) -> type[Answer]:
    """The form that the UI draws for the present question, with the case described above it.

    Raises `MovedOn` when the present asking is not the one with the number `asking`: to ask under the key of one
    question with the form of another would leave a run that nobody can wake.
    """
    config = settings()
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        if asking is not None and (request.asking != asking or request.state not in questions.QUESTION_OF):
            raise MovedOn(f"{request.number} is {request.state.lower()} (asking {request.asking}, not {asking})")
        model = road_form(matter(session, config, request))
    described: type[Answer] = model.with_initial_data(description=description)
    return described


@task(cache_policy=NO_CACHE, task_run_name="take the answer of {decided_by}")
def take_answer(request_id: str, asking: int, given: dict[str, Any], decided_by: str) -> None:
    """Settle an answer. One that belongs to an older asking is not used: the case changed since it was given."""
    with transaction(settings().database_url) as session:
        request = requests.get(session, request_id)
        if request.asking == asking and request.state in questions.QUESTION_OF:
            answers.settle(session, settings(), request, given, decided_by, today())
        else:
            stale.note(session, settings(), request, asking, given, decided_by)
