"""The audit table refuses to be changed, on both databases; its chain begins with the head of nothing."""

from __future__ import annotations

from alembic import op

GENESIS = "0" * 64

SQLITE = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit chain is append-only'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)


def protect() -> None:
    """Forbid updates and deletions, and write the head from which the chain starts."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{GENESIS}')")  # noqa: S608  a constant


def unprotect() -> None:
    """Allow the table to be dropped; only a downgrade to nothing does."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute("DROP TRIGGER audit_no_delete")
    else:
        op.execute("DROP TRIGGER audit_no_change ON audit")
        op.execute("DROP FUNCTION audit_append_only()")


_SAME = " AND ".join(
    f"NEW.{c} = OLD.{c}" for c in ("seq", "at", "action", "clause", "revision", "body", "previous", "hash")
)
_ORDERED = (
    "EXISTS (SELECT 1 FROM purge_piece p JOIN purge_proposal o ON o.id = p.proposal_id WHERE o.state = 'DESTROYING' "
    "AND p.place = 'audit' AND p.done_at IS NULL AND p.key = CAST(OLD.seq AS VARCHAR))"
)
_ONLY_EMPTIED = (
    f"{_SAME} AND OLD.body <> '' AND OLD.salt <> '' AND NEW.salt = '' AND CAST(NEW.detail AS VARCHAR) = '{{}}' "
    f"AND {_ORDERED}"
)
"""The one change that a link may see: an ordered destruction takes its words and leaves its digests (ICOTS 24.0)."""

OPENED = {
    "sqlite": (
        "DROP TRIGGER audit_no_update",
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({_ONLY_EMPTIED}) "
        "BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END",
    ),
    "postgresql": (
        "DROP TRIGGER audit_no_change ON audit",
        "CREATE TRIGGER audit_no_change BEFORE DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
        "CREATE FUNCTION audit_only_emptied() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT ({_ONLY_EMPTIED}) THEN RAISE EXCEPTION 'the audit chain is append-only'; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_emptied()",
    ),
}
CLOSED = {
    "sqlite": ("DROP TRIGGER audit_no_update", SQLITE[0]),
    "postgresql": (
        "DROP TRIGGER audit_no_update ON audit",
        "DROP FUNCTION audit_only_emptied()",
        "DROP TRIGGER audit_no_change ON audit",
        POSTGRESQL[1],
    ),
}


def let_be_emptied(*, allowed: bool) -> None:
    """Let an ordered destruction empty links, or nobody."""
    for statement in (OPENED if allowed else CLOSED)[op.get_bind().dialect.name]:
        op.execute(statement)
