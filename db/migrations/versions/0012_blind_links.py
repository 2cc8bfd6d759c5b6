"""links of the audit chain that can be shown without what they say"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch: the table is append-only and is not to be copied
    op.add_column("audit", sa.Column("salt", sa.String(), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("body", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("audit", "body")
    op.drop_column("audit", "salt")
