"""Numbers that are never given twice: case numbers of a year, user IDs of a range."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from db.models.accounts import Sequence


def take(session: Session, series: str, first: int = 1) -> int:
    """The next number of a series, beginning with `first`. Two callers at once get two numbers.

    The row is locked until the caller's transaction ends; a number taken in a transaction that fails is given back,
    because then nobody has seen it.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    connection = session.connection()
    connection.execute(insert(Sequence).values(name=series, next_value=first).on_conflict_do_nothing())
    taken = connection.execute(
        update(Sequence)
        .where(col(Sequence.name) == series)
        .values(next_value=Sequence.next_value + 1)
        .returning(col(Sequence.next_value))
    ).scalar_one()
    return int(taken) - 1
