"""whose turn it is, when they were reminded, and the stages of a decision"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_of", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("stage", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("stages", sa.Integer(), nullable=False, server_default="1"))
    op.execute(  # whoever decided before the migration was asked; nobody is written to again because of it
        "UPDATE request SET asked_of = COALESCE("
        "(SELECT user_name FROM contract_manager WHERE contract_manager.provider_key = request.provider_key), "
        "(SELECT MIN(user_name) FROM contract_manager), '')"
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("stage")
    with op.batch_alter_table("request", schema=None) as batch_op:
        for name in ("stages", "stage", "reminded_on", "asked_of"):
            batch_op.drop_column(name)
