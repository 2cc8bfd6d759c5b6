"""suspensions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suspension_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=False),
        sa.Column("ordered_at", db.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", db.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("suspension_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_order_settled_at"), ["settled_at"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("urgent")

    with op.batch_alter_table("suspension_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_order_settled_at"))

    op.drop_table("suspension_order")
