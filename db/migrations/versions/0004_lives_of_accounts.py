"""lives of accounts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = "2026-11-22 00:00:00"
"""SQLite adds a column with a constant only; what is known better is filled in below."""


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state_since", db.columns.UtcDateTime(timezone=True), nullable=False, server_default=BEFORE)
        )
        batch_op.add_column(sa.Column("state_reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("last_used_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("returns_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("directory_due", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("effective_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("returns_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("terminated", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column("waiting_since", db.columns.UtcDateTime(timezone=True), nullable=False, server_default=BEFORE)
        )
        batch_op.add_column(sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_request_account_id"), ["account_id"], unique=False)

    op.execute("UPDATE request SET waiting_since = opened_at")
    op.execute("UPDATE account SET state_since = issued_at WHERE issued_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_account_id"))
        batch_op.drop_column("reminded")
        batch_op.drop_column("waiting_since")
        batch_op.drop_column("restricted")
        batch_op.drop_column("terminated")
        batch_op.drop_column("returns_on")
        batch_op.drop_column("effective_on")
        batch_op.drop_column("account_id")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("directory_due")
        batch_op.drop_column("returns_on")
        batch_op.drop_column("last_used_on")
        batch_op.drop_column("state_reason")
        batch_op.drop_column("state_since")
