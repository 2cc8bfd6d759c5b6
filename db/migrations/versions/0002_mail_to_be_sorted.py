"""mail to be sorted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_attempt",
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("began_at", db.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("handle"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("readable", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_column("subject")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("readable")

    op.drop_table("intake_attempt")
