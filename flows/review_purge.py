"""The purge review (ICOTS 23.0, 24.0): records whose retention is over are proposed; people do everything else.

- quarterly, or when somebody starts it: a list of proposals, and what was passed over and why; nothing is destroyed;
- a contract manager notifies the submitting agency, and notes its written answer, a stored mail;
- after the waiting period a second person orders the destruction; a legal hold stops it at any time;
- a destruction that was interrupted is finished by the next run. It is never begun without a person.
"""

from __future__ import annotations

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from tasks import purge_steps

Proposal = Annotated[int, Field(title="Proposal", description="The number after PURGE-.", ge=1)]
Provider = Annotated[str, Field(title="Agency", description="The provider's key, as the proposal shows it.")]
Mail = Annotated[int, Field(title="Mail", description="The number of the stored mail. 0: the answer to our notice.")]
Permits = Annotated[bool, Field(title="It permits the destruction", description="You have read it and it says so.")]
Subject = Annotated[str, Field(title="On what", description="A user ID, a case number, or a provider's key.")]
Reason = Annotated[str, Field(title="Reason", description="Which case, claim or action. Name nobody.", min_length=1)]


@flow(name="review_purge", persist_result=False)
async def review_purge(started_by: str = "") -> None:
    """Finish what was interrupted, propose what is old enough, and show all proposals."""
    for number in purge_steps.interrupted():
        get_run_logger().info(await purge_steps.destroy(number))
    page = purge_steps.propose(started_by or "correquests")
    await acreate_markdown_artifact(page, description="Proposals to destroy records")


@flow(name="notify_agency", persist_result=False)
async def notify_agency(proposal: Proposal, started_by: str = "") -> None:
    """Tell the agency that submitted the records that they are proposed for destruction, and ask for its permission."""
    get_run_logger().info(purge_steps.notify(proposal, started_by))


@flow(name="note_permission", persist_result=False)
async def note_permission(
    proposal: Proposal, agency: Provider, permits: Permits, mail: Mail = 0, started_by: str = ""
) -> None:
    """Note what an agency answered in writing. Without permission nothing is destroyed."""
    get_run_logger().info(purge_steps.permit(proposal, agency, mail, permits, started_by))


@flow(name="destroy_records", persist_result=False)
async def destroy_records(proposal: Proposal, started_by: str = "") -> None:
    """Destroy the records of a permitted proposal. It cannot be undone. Not by the one who noted the permission."""
    ordered, said = purge_steps.order(proposal, started_by)
    get_run_logger().info(said)
    if ordered:
        get_run_logger().info(await purge_steps.destroy(proposal))
        if record := purge_steps.record(proposal):
            await acreate_markdown_artifact(record, description="Record of destruction")


@flow(name="set_legal_hold", persist_result=False)
async def set_legal_hold(on: Subject, reason: Reason, started_by: str = "") -> None:
    """Nothing of it is proposed or destroyed until the hold is lifted."""
    get_run_logger().info(purge_steps.hold(on, reason, False, started_by))


@flow(name="lift_legal_hold", persist_result=False)
async def lift_legal_hold(on: Subject, reason: Reason, started_by: str = "") -> None:
    """The claim, case or action is over."""
    get_run_logger().info(purge_steps.hold(on, reason, True, started_by))
