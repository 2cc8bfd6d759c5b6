"""The audit chain is reviewed each week, and somebody confirms having read it (NIST SP 800-53 AU-6).

- each review goes on where the last one ended: no entry is left out, and none is reviewed twice;
- what is unusual is pointed out: refused answers and sign-ins, decisions outside office hours, undone ones, many
  approvals by one person, attempts to approve for oneself, runs that lock many;
- the whole chain is verified and its head is named.
"""

from __future__ import annotations

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from tasks.review_audit import confirm, make_review

Number = Annotated[int, Field(title="Review", description="Its number as the mail says it. 0: the newest.", ge=0)]
Remark = Annotated[str, Field(title="Remark", description="What you found or will do about it. May be empty.")]


@flow(name="review_audit", persist_result=False)
async def review_audit(started_by: str = "") -> None:  # noqa: ARG001  the gateway writes down who asked
    """Lay what has happened since the last review before the contract managers, by mail and here."""
    page, said = make_review()
    get_run_logger().info(said)
    if page:
        await acreate_markdown_artifact(page, description="Audit review")


@flow(name="confirm_review", persist_result=False)
async def confirm_review(review: Number = 0, remark: Remark = "", started_by: str = "") -> None:
    """Say that you have read an audit review. It is written into the audit chain with your name."""
    get_run_logger().info(confirm(review, remark, started_by))
