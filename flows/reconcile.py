"""Each night the registry is held against the directory and against a share of the scans that it rests on."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact

from tasks.reconcile import compare_directory, compare_scans, differences_page
from tasks.reconciling import Looked


@flow(name="reconcile", persist_result=False)
async def reconcile(started_by: str = "") -> None:  # noqa: ARG001  the gateway writes down who asked
    """Compare, tell the contract managers what is new, and show both sides of everything that differs."""
    looked = Looked()
    compare_directory(looked)
    compare_scans(looked)
    await acreate_markdown_artifact(differences_page(looked), description="Registry, scans and directory")
