"""A destruction is carried out piece by piece, and its record is written (ICOTS 24.0 A to C).

What will be destroyed was written down with its digests when it was ordered. Every piece is noted when it is gone, so a
run that was killed anywhere is finished by the next one; a hold that is set meanwhile stops what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from db import audit, retention, scrub
from db.columns import utc_now
from db.models import PurgePiece, PurgeProposal, PurgeState, User
from db.session import transaction
from tasks import purge_files, purge_pieces, purge_scope
from tasks.purge_pages import certificate
from tasks.settings import Settings

BY_ITSELF = "correquests"


@dataclass(frozen=True)
class Forgotten:
    """What Prefect held of a subject and no longer does. `problem`: why it could not be asked to forget it."""

    runs: int = 0
    artifacts: int = 0
    digest: str = ""
    problem: str = ""


class Stopped(Exception):
    """The destruction is not finished. The message says why; the next run goes on with it."""


def carry_out(config: Settings, number: int, prefect: Forgotten) -> str:
    """Destroy what is left of an ordered destruction and write its record; what was done, or why it is not finished."""
    try:
        with transaction(config.database_url) as session:
            proposal = retention.get(session, number, PurgeState.DESTROYING)
            words = _scope(session, config, proposal).words
            todo = retention.pieces(session, proposal, undone=True)
        for piece in todo:
            _destroy(config, piece, words, prefect)
        how = scrub.scrub(config.database_url, [*purge_pieces.EMPTIED, "audit", "purge_piece"])
        return _finish(config, number, how)
    except (Stopped, scrub.NotScrubbed) as why:
        with transaction(config.database_url) as session:
            proposal = retention.get(session, number, PurgeState.DESTROYING)
            proposal.problem = str(why)
            session.add(proposal)
        return f"PURGE-{number} is not finished: {why}"


def _scope(session: Session, config: Settings, proposal: PurgeProposal) -> purge_scope.Scope:
    return purge_scope.again(session, config, proposal.person_id, proposal.request_id)


def _destroy(config: Settings, piece: PurgePiece, words: Sequence[str], prefect: Forgotten) -> None:
    """Destroy one piece and note it. Raises `Stopped`."""
    assert piece.id is not None
    if piece.place == purge_pieces.DATABASE:  # the last one, noted with the record
        return
    with transaction(config.database_url) as session:
        proposal = retention.get(session, piece.proposal_id, PurgeState.DESTROYING)
        if holds := _scope(session, config, proposal).holds():
            raise Stopped(f"A legal hold stands: {'; '.join(holds)}.")
        if piece.place in purge_pieces.EMPTIED and retention.mark(session, piece.id):
            purge_pieces.empty(session, piece)
        if piece.place == purge_pieces.AUDIT:
            _empty_links(session, proposal, words)
    if piece.place == purge_pieces.FILE:
        purge_files.destroy(Path(piece.key), config.home)
        _mark(config, piece.id, key="")
    elif piece.place == purge_pieces.LOGS:
        count = purge_files.mask_logs(config, words)
        _mark(config, piece.id, key=f"{count} places masked")
    elif piece.place == purge_pieces.PREFECT:
        if prefect.problem:
            raise Stopped(prefect.problem)
        _mark(config, piece.id, key=f"{prefect.runs} runs, {prefect.artifacts} artifacts", sha256=prefect.digest)


def _mark(config: Settings, piece_id: int, *, key: str, sha256: str | None = None) -> None:
    with transaction(config.database_url) as session:
        retention.mark(session, piece_id, key=key, sha256=sha256)


def _empty_links(session: Session, proposal: PurgeProposal, words: Sequence[str]) -> None:
    """All links that are left, and the link that says which, in one transaction: the chain holds at every instant."""
    ours = frozenset(session.exec(select(User.user_name)).all()) | {BY_ITSELF, "correquests"}
    left = [p for p in retention.pieces(session, proposal, undone=True) if p.place == purge_pieces.AUDIT]
    emptied = [int(p.key) for p in left if purge_pieces.empty_link(session, int(p.key), words, ours)]
    for piece in left:
        assert piece.id is not None
        retention.mark(session, piece.id)
    if emptied:
        audit.record(
            session, actor=BY_ITSELF, action=audit.EMPTIED, subject=retention.name_of(proposal),
            clause=retention.DESTRUCTION, detail={"links": emptied},
        )  # fmt: skip


def _finish(config: Settings, number: int, how: str) -> str:
    """Everything is gone: write the record that stays."""
    with transaction(config.database_url) as session:
        proposal = retention.get(session, number, PurgeState.DESTROYING)
        for piece in retention.pieces(session, proposal, undone=True):
            assert piece.id is not None
            retention.mark(session, piece.id, key=how)
        session.expire_all()
        pieces = retention.pieces(session, proposal)
        lines = "\n".join(f"{p.id} {p.place} {p.key} {p.sha256}" for p in pieces)
        digest = purge_pieces.digest(lines.encode())
        given = retention.permissions(session, proposal)
        text = certificate(proposal, given, pieces, digest, utc_now().astimezone(config.zone))
        retention.finished(session, proposal, text, digest)
    return f"PURGE-{number}: {len(pieces)} pieces are destroyed. The record is on the run's page and in the registry."
