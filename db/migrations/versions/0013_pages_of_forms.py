"""which pages a form lacks, and what else is to be said of its pages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = ("missing_pages", "notes")


def upgrade() -> None:
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    # the default was for the rows that there are: nothing is known of their pages
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("reading", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
