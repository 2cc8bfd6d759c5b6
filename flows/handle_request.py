"""The life of one request, from its papers to fulfilment, as a contract manager sees it.

The flow keeps nothing in its head. It asks the registry where the request stands, does the one thing that is due there,
and asks again; killed at any line it starts at the top and finds its place. It sleeps whenever people must act.
"""

from __future__ import annotations

from contextlib import suppress

from prefect import flow, get_run_logger
from prefect.context import FlowRunContext
from prefect.flow_runs import asuspend_flow_run
from prefect.input.run_input import keyset_from_base_key
from prefect.runtime import flow_run

from db.lifecycle import OPEN, State
from db.models.requests import Question
from tasks.accounts import fulfil, provision, ticket_closed
from tasks.approval import MovedOn, announce, assess_papers, form_of, standing, take_answer
from tasks.pages import show_case
from tasks.questions import QUESTION_OF, Answer, asking_of, key_of
from tasks.suspension import follow_suspension


@flow(name="handle_request", persist_result=False)
async def handle_request(request_id: str) -> str:
    """Take one request as far as it goes without a person, ask the person, go on."""
    await note_late_answer(request_id)
    while True:
        state, asking = standing(request_id)
        if state not in OPEN:
            await show_case(request_id)
            return str(state)
        if state is State.RECEIVED:
            assess_papers(request_id, str(flow_run.id))
        elif state is State.APPROVED:
            provision(request_id)
        elif state is State.WITH_IT and ticket_closed(request_id):
            fulfil(request_id)
        else:
            if state is State.TO_SORT:
                announce(request_id, str(flow_run.id))
            elif state is State.UNDER_SUSPENSION:
                follow_suspension(request_id)
            with suppress(MovedOn):
                answer = await ask(request_id, QUESTION_OF[state], asking)
                take_answer(request_id, asking, answer.model_dump(), answer.decided_by)


async def note_late_answer(request_id: str) -> None:
    """An answer that woke this run may be to a question that the case no longer asks: its giver is told.

    Prefect keeps the keys of all questions that were answered; the newest of them is the one that woke the run.
    """
    context = FlowRunContext.get()
    assert context is not None
    assert context.flow_run is not None
    answered = context.flow_run.empirical_policy.pause_keys or set()
    if found := max(((asking_of(key), key) for key in answered), default=None):
        asking, key = found
        if asking < standing(request_id)[1]:
            late = await Answer.aload(keyset_from_base_key(f"suspended-{key}"))
            take_answer(request_id, asking, late.model_dump(), late.decided_by)


async def ask(request_id: str, question: Question, asking: int) -> Answer:
    """Show the case and suspend until somebody answers; on resumption, the answer. Raises `MovedOn` instead of asking.

    The form is saved before the run is suspended: a run killed in between would otherwise wait without a form.
    """
    description = await show_case(request_id)
    form, key = form_of(request_id, description, asking), key_of(question, asking)
    await form.asave(keyset_from_base_key(f"suspended-{key}"))
    get_run_logger().info("asking %s", key)
    return await asuspend_flow_run(wait_for_input=form, key=key, timeout=None)
