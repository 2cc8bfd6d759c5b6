"""every kind of request: days that are waited for, mails about several cases, notices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("place", db.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_request_due_on"), ["due_on"], unique=False)
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state_case", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("state_case", server_default=None)

    op.create_table(
        "mail_case",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("message_id", "request_id"),
    )
    with op.batch_alter_table("mail_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_case_request_id"), ["request_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("leaves", sa.String(), nullable=True),
        sa.Column("noticed_at", db.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("acted_at", db.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", db.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("summaries", sa.String(), nullable=False),
        sa.Column("form_values", sa.JSON(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["leaves"], ["provider.key"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("request_id"),
    )


def downgrade() -> None:
    op.drop_table("notice")
    with op.batch_alter_table("mail_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_case_request_id"))
    op.drop_table("mail_case")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("state_case")
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_due_on"))
        batch_op.drop_column("place")
        batch_op.drop_column("due_on")
