"""former names, merged records, and what people said about likenesses"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import db.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_person_merged_into"), ["merged_into"], unique=False)
        batch_op.create_foreign_key("person_merged_into_fkey", "person", ["merged_into"], ["id"])

    op.create_table(
        "earlier_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("telephone", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("noted_at", db.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("earlier_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_earlier_record_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_earlier_record_email"), ["email"], unique=False)

    op.create_table(
        "identity_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("asked_about", sa.String(), nullable=False),
        sa.Column("said", sa.Enum("SAME", "ANOTHER", name="said", native_enum=False, length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=False),
        sa.Column("decided_at", db.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_verdict_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_verdict_request_id"), ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_table("identity_verdict")
    op.drop_table("earlier_record")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint("person_merged_into_fkey", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_person_merged_into"))
        batch_op.drop_column("merged_into")
