"""Weeks of the bureau's life: every invariant holds at the end, and the seed alone decides what the end is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, col, delete, select, update

from db.account_life import AccountState
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, AuditHead, Clearance, Decision, Delivery, DirectoryEntry, Outbox, Request, SignatureRow
from db.session import engine
from deployments.simulation import invariants
from deployments.simulation.year import Outcome, simulate
from tests.registries import Restore
from tests.tasks.office import Office


def live(home: Path, seed: int, days: int) -> Outcome:
    return simulate(home, seed, days, staff=1, scans=0)


def test_the_same_seed_leads_to_the_same_end_and_another_to_another(tmp_path: Path) -> None:
    first, again, other = (live(tmp_path / name, seed, 4) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert first.broken == again.broken == other.broken == []
    assert first.digest == again.digest != other.digest


def test_weeks_go_by_and_every_invariant_holds(tmp_path: Path) -> None:
    outcome = live(tmp_path / "home", 3, 45)
    assert outcome.broken == []
    assert any("NEW_ACCESS" in line for line in outcome.lines)


def no_consent(session: Session) -> None:
    session.execute(update(SignatureRow).values(verdict="blank"))


def own_approval(session: Session) -> None:
    session.execute(update(Request).values(requester_email="maria.reyes@mt.example"))


def no_approval(session: Session) -> None:
    session.execute(delete(Decision))


def no_clearance(session: Session) -> None:
    session.execute(delete(Clearance))


def enabled_behind_our_back(session: Session) -> None:
    session.execute(update(DirectoryEntry).values(enabled=True))
    session.execute(update(Account).values(state=AccountState.LOCKED))


def no_entry(session: Session) -> None:
    session.execute(update(Account).values(user_name="CX99999", directory_due=True))


def not_sent(session: Session) -> None:
    row = session.exec(select(Outbox).order_by(col(Outbox.id))).first()
    assert row is not None
    row.delivery = Delivery.PENDING
    session.add(row)


def nobodys_turn(session: Session) -> None:
    session.execute(update(Request).values(state=State.APPROVED))


def chain(session: Session) -> None:
    session.execute(update(AuditHead).values(seq=3))


BREAKS: list[tuple[Callable[[Session], None], str]] = [
    (no_consent, "without a Consent Form signed twice in ink"),
    (own_approval, "without the approval of another person"),
    (no_approval, "without the approval of another person"),
    (no_clearance, "without a clearance"),
    (enabled_behind_our_back, "is enabled in the directory, and the registry says"),
    (no_entry, "and the registry does not"),
    (no_entry, "the directory has not followed"),
    (not_sent, "was not sent"),
    (nobodys_turn, "waits for the product itself"),
    (chain, "The audit chain is broken"),
]


def said_of(office: Office, session: Session) -> set[str]:
    session.flush()
    session.expire_all()
    delivered = invariants.canaries(session, office.config) + 2  # the two mails of the case
    return set(invariants.at_the_end(session, office.config, utc_now(), delivered))


def test_a_broken_invariant_is_said(cast_on_sqlite: Restore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is broken in a transaction that is taken back."""
    office = Office(cast_on_sqlite(), tmp_path, monkeypatch)
    office.fulfilled()
    office.drain()
    with Session(engine(office.url)) as session:
        before = said_of(office, session)
        for what, said in BREAKS:
            session.rollback()
            what(session)
            assert any(said in sentence for sentence in said_of(office, session) - before), what.__name__
        session.rollback()
        assert said_of(office, session) == before
