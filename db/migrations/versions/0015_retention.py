"""legal holds, proposals to destroy records, permissions and destroyed pieces"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns
from db.migrations.chain import let_be_emptied

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN = sa.text("state NOT IN ('DROPPED', 'DESTROYED')")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, db.columns.UtcDateTime(timezone=True), nullable=nullable)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_text("subject", "reason", "set_by", "lifted_by", "lift_reason"),
        _instant("set_at"),
        _instant("lifted_at", nullable=True),
    )
    op.create_index("ix_legal_hold_subject", "legal_hold", ["subject"])
    op.create_table(
        "purge_proposal",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_text("subject", "about", "made_by", "noticed_by", "ordered_by", "problem", "certificate"),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("request_id", sa.String(), sa.ForeignKey("request.id"), nullable=True),
        sa.Column("providers", sa.JSON(), nullable=False),
        sa.Column("due", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        _instant("made_at"),
        _instant("noticed_at", nullable=True),
        _instant("ordered_at", nullable=True),
        _instant("destroyed_at", nullable=True),
    )
    op.create_index("ix_purge_proposal_subject", "purge_proposal", ["subject"])
    op.create_index(
        "one_open_proposal", "purge_proposal", ["subject"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "purge_permission",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("proposal_id", sa.Integer(), sa.ForeignKey("purge_proposal.id"), nullable=False),
        sa.Column("provider_key", sa.String(), sa.ForeignKey("provider.key"), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("message.id"), nullable=False),
        *_text("sha256", "sender", "noted_by"),
        _instant("noted_at"),
        sa.UniqueConstraint("proposal_id", "provider_key"),
    )
    op.create_index("ix_purge_permission_proposal_id", "purge_permission", ["proposal_id"])
    op.create_index("ix_purge_permission_message_id", "purge_permission", ["message_id"])
    op.create_table(
        "purge_piece",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("proposal_id", sa.Integer(), sa.ForeignKey("purge_proposal.id"), nullable=False),
        *_text("schedule", "place", "key", "sha256"),
        sa.Column("size", sa.Integer(), nullable=False),
        _instant("done_at", nullable=True),
    )
    op.create_index("ix_purge_piece_proposal_id", "purge_piece", ["proposal_id"])
    op.create_index("ix_purge_piece_place", "purge_piece", ["place"])
    let_be_emptied(allowed=True)


def downgrade() -> None:
    let_be_emptied(allowed=False)
    for table in ("purge_piece", "purge_permission", "purge_proposal", "legal_hold"):
        op.drop_table(table)
