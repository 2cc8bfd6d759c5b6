"""The audit chain: it holds, and every way of breaking it is named at the right link."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from db import audit
from db.audit import Head
from db.session import engine, transaction


@pytest.fixture
def chain(own_registry: str) -> str:
    with transaction(own_registry) as session:
        for n in range(1, 8):
            audit.record(
                session, actor=f"person {n}", action="thing.done", subject="CR-2026-000001", clause="III.B.1",
                detail={"n": n, "é": "ü"},
            )  # fmt: skip
    return own_registry


def tamper(url: str, *statements: str) -> None:
    """As somebody with the database's own powers would: the triggers are taken off first."""
    with engine(url).begin() as connection:
        if engine(url).dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            connection.execute(text("DROP TRIGGER audit_no_change ON audit"))
            connection.execute(text("DROP TRIGGER audit_no_update ON audit"))
        for statement in statements:
            connection.execute(text(statement))


def broken(url: str, printed: Head | None = None) -> tuple[int, str] | None:
    with transaction(url) as session:
        found = audit.verify(session, printed)
    return (found.seq, found.what) if found else None


def head(url: str) -> Head:
    with transaction(url) as session:
        return audit.head_of(session)


def test_an_untouched_chain_holds(chain: str) -> None:
    assert broken(chain) is None
    assert broken(chain, head(chain)) is None


EMPTY = "UPDATE audit SET salt = '', detail = '{}', actor = '' WHERE seq = 3"


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'x' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3", EMPTY]
)
def test_the_database_itself_refuses_changes(chain: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), engine(chain).begin() as connection:
        connection.execute(text(statement))
    assert broken(chain) is None


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "clause", "revision"])
def test_an_edit_is_named(chain: str, column: str) -> None:
    tamper(chain, f"UPDATE audit SET {column} = 'changed' WHERE seq = 4")
    assert broken(chain) == (4, "was changed after it was written")


def test_an_edit_of_the_detail_is_named(chain: str) -> None:
    tamper(chain, f"UPDATE audit SET detail = '{json.dumps({'n': 99})}' WHERE seq = 5")
    assert broken(chain) == (5, "was changed after it was written")


def test_an_emptied_link_that_no_later_link_accounts_for_is_named(chain: str) -> None:
    tamper(chain, EMPTY)
    assert broken(chain) == (3, "was emptied, and no later link says that it was destroyed")
    with transaction(chain) as session:
        audit.record(session, actor="x", action=audit.EMPTIED, subject="PURGE-1", clause="c", detail={"links": [3]})
    assert broken(chain) is None


def test_a_deletion_is_named(chain: str) -> None:
    tamper(chain, "DELETE FROM audit WHERE seq = 4")
    assert broken(chain) == (4, "link 4 is missing; the next one is 5")


def test_a_change_of_order_is_named(chain: str) -> None:
    tamper(
        chain,
        "UPDATE audit SET seq = -1 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = -1",
    )
    assert broken(chain) == (3, "does not follow from the link before it")


def test_a_plain_truncation_contradicts_the_head(chain: str) -> None:
    tamper(chain, "DELETE FROM audit WHERE seq > 5")
    assert broken(chain) == (6, "the chain ends at 5, but its head says 7")


def test_a_truncation_with_a_forged_head_contradicts_the_printed_one(chain: str) -> None:
    printed = head(chain)
    tamper(
        chain,
        "DELETE FROM audit WHERE seq > 5",
        "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)",
    )
    assert broken(chain) is None, "without an outside witness this cannot be seen"
    assert broken(chain, printed) == (6, "the chain ends at 5, but link 7 was printed")


def test_a_chain_written_anew_contradicts_the_printed_head(chain: str) -> None:
    printed = head(chain)
    tamper(chain, "DELETE FROM audit", f"UPDATE audit_head SET seq = 0, hash = '{audit.GENESIS}'")
    with transaction(chain) as session:
        for n in range(1, 9):
            audit.record(session, actor="forger", action="thing.done", subject="s", clause="c", detail={"n": n})
    assert broken(chain) is None
    assert broken(chain, printed) == (7, "is not the link that was printed")


def test_times_are_utc_to_the_microsecond(chain: str) -> None:
    with transaction(chain) as session:
        for row in audit.of_subject(session, "CR-2026-000001"):
            assert row.at.endswith("+00:00")
            assert len(row.at.partition(".")[2]) == len("123456+00:00")
