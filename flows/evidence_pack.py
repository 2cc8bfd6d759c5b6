"""Everything on record about a person, an account, a provider or a year, in one file that proves itself."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from tasks.evidence_pack import pack_evidence

What = Annotated[Literal["person", "account", "provider", "year"], Field(title="About")]
Which = Annotated[
    str, Field(title="Which", description="A person's address, a user ID, a provider's key or name, or a year.")
]


@flow(name="evidence_pack", persist_result=False)
async def evidence_pack(about: What, which: Which, started_by: str = "") -> State[str]:
    """Mails, scans, crops, decisions with their clauses, and the audit chain with its proof. Restricted cases are left
    out; whoever is in charge of one packs it at the console.
    """
    name, digest = pack_evidence(about, which, started_by or "correquests")
    if not digest:
        return Failed(message=name)
    page = (
        f"[{name}](/evidence/packs/{name})\n\nSHA-256 `{digest}` (also in the audit chain)\n\n"
        f"To verify it anywhere with Python 3: `python3 {name}`"
    )
    await acreate_markdown_artifact(page, description="Evidence pack")
    return Completed(message=name)
