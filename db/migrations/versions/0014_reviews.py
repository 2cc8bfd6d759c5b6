"""reconciliation, random samples, recertification, rosters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scan_check",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("fields", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_index("ix_scan_check_checked_on", "scan_check", ["checked_on"], unique=False)
    op.create_table(
        "difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("provider_key", sa.String(), nullable=True),
        sa.Column("registry_side", sa.String(), nullable=False),
        sa.Column("other_side", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["provider_key"], ["provider.key"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_difference_source", "difference", ["source"], unique=False)
    op.create_table(
        "audit_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("draw_on", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("population", sa.JSON(), nullable=False),
        sa.Column("population_digest", sa.String(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("drawn_at", db.columns.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("period"),
    )
    op.create_table(
        "recertification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("provider_key", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["provider_key"], ["provider.key"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
        sa.UniqueConstraint("provider_key", "period"),
    )
    op.create_table(
        "recertification_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recertification_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("entitlement", sa.String(), nullable=False),
        sa.Column("said", sa.String(length=32), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["recertification_id"], ["recertification.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recertification_id", "account_id"),
    )
    op.create_index(
        "ix_recertification_line_recertification_id", "recertification_line", ["recertification_id"], unique=False
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_key", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("made_at", db.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_key"], ["provider.key"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("provider_key", "period"),
    )


def downgrade() -> None:
    for table in ("roster", "recertification_line", "recertification", "audit_draw", "difference", "scan_check"):
        op.drop_table(table)
