"""the shape of each signature, and which are copies of earlier ones"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("x''" if op.get_bind().dialect.name == "sqlite" else "''")
    with op.batch_alter_table("signature_finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fingerprint", sa.LargeBinary(), nullable=False, server_default=empty))
    # the default was for the rows that there are: their marks are not known
    with op.batch_alter_table("signature_finding", schema=None) as batch_op:
        batch_op.alter_column("fingerprint", server_default=None)

    op.create_table(
        "signature_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["earlier_id"], ["signature_finding.id"]),
        sa.ForeignKeyConstraint(["signature_id"], ["signature_finding.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("signature_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_copy_signature_id"), ["signature_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signature_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_copy_signature_id"))

    op.drop_table("signature_copy")
    with op.batch_alter_table("signature_finding", schema=None) as batch_op:
        batch_op.drop_column("fingerprint")
