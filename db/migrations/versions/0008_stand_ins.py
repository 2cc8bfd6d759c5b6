"""dated deputies, and absences"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SINCE = "2020-01-23"
"""A deputy who was named without a date is one since the procedure took effect."""


def upgrade() -> None:
    for name, extra in (("deputy", [sa.Column("provider_key", sa.String(), nullable=False)]), ("absence", [])):
        keys = [sa.ForeignKeyConstraint(["provider_key"], ["provider.key"])] if extra else []
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), nullable=False),
            *extra,
            sa.Column("user_name", sa.String(), nullable=False),
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("ends_on", sa.Date(), nullable=True),
            sa.ForeignKeyConstraint(["user_name"], ["app_user.user_name"]),
            *keys,
            sa.PrimaryKeyConstraint("id"),
            sa.UniqueConstraint(*(c.name for c in extra), "user_name", "starts_on"),
        )
    op.create_index(op.f("ix_deputy_provider_key"), "deputy", ["provider_key"], unique=False)
    op.create_index(op.f("ix_absence_user_name"), "absence", ["user_name"], unique=False)
    op.execute(  # a deputy who was named without a date is one since the procedure took effect
        "INSERT INTO deputy (provider_key, user_name, starts_on) "
        "SELECT provider_key, deputy_user_name, DATE('2020-01-23') FROM contract_manager "
        "WHERE deputy_user_name <> user_name"
    )
    with op.batch_alter_table("contract_manager", schema=None) as batch_op:
        batch_op.drop_column("deputy_user_name")


def downgrade() -> None:
    with op.batch_alter_table("contract_manager", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deputy_user_name", sa.String(), nullable=True))
    op.execute(
        "UPDATE contract_manager SET deputy_user_name = COALESCE((SELECT MIN(user_name) FROM deputy "
        "WHERE deputy.provider_key = contract_manager.provider_key AND deputy.ends_on IS NULL), user_name)"
    )
    with op.batch_alter_table("contract_manager", schema=None) as batch_op:
        batch_op.alter_column("deputy_user_name", nullable=False)
        batch_op.create_foreign_key("fk_deputy_user_name", "app_user", ["deputy_user_name"], ["user_name"])
    op.drop_table("absence")
    op.drop_table("deputy")
