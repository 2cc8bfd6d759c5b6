"""Who decides on a day: managers, deputies, absences, and nobody. One table, each row a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from db import entries, stand_ins, users
from db.lifecycle import State
from db.models import Decision, Role
from tests.factories import LAURA, consent, today
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office, text_of

D = timedelta(1)
YES = {"decision": "approve", "clearance_on": today().isoformat()}
DAY = date(2026, 12, 22)
THIRD = "bkowalski"
NO_DEPUTY = ("end_deputy", "nexus", DEPUTY, DAY - D)


def _third(session: Session) -> None:
    users.save(
        session, user_name=THIRD, name="Beata Kowalski", email=f"{THIRD}@mt.example", role=Role.APPROVER,
        password=None, by="test",
    )  # fmt: skip
    session.flush()


def enter(session: Session, *commands: tuple[object, ...]) -> None:
    """Each command is the name of an entry, then what it is given; `by` comes after the first day."""
    for name, *given in commands:
        if name == "deactivate":
            users.deactivate(session, str(given[0]), "test")
        elif name == "end_deputy":
            entries.end_deputy(session, given[0], given[1], given[2], "test")  # type: ignore[arg-type]
        elif name == "appoint":
            entries.appoint(session, given[0], given[1], "test")  # type: ignore[arg-type]
        elif name == "depute":
            entries.depute(session, given[0], given[1], given[2], "test", given[3])  # type: ignore[arg-type]
        else:
            entries.mark_away(session, given[0], given[1], "test", given[2])  # type: ignore[arg-type]


CASES: list[tuple[str, list[tuple[object, ...]], str, list[str]]] = [
    ("the manager, and the deputy beside her", [], "Maria Reyes", [MANAGER, DEPUTY]),
    (
        "the deputy for her while she is away",
        [("away", MANAGER, DAY, DAY)],
        "Daniel Okafor for Maria Reyes",
        [DEPUTY],
    ),
    ("away from tomorrow changes nothing today", [("away", MANAGER, DAY + D, None)], "Maria Reyes", [MANAGER, DEPUTY]),
    ("away until yesterday is over", [("away", MANAGER, DAY - D, DAY - D)], "Maria Reyes", [MANAGER, DEPUTY]),
    ("away without an end", [("away", MANAGER, DAY - 40 * D, None)], "Daniel Okafor for Maria Reyes", [DEPUTY]),
    ("a deputy who is away does not stand in", [("away", DEPUTY, DAY, None)], "Maria Reyes", [MANAGER]),
    ("both away: nobody, and nobody at random", [("away", MANAGER, DAY, None), ("away", DEPUTY, DAY, None)], "", []),
    ("away without a deputy: nobody", [NO_DEPUTY, ("away", MANAGER, DAY, None)], "", []),
    ("a deputy whose days are over has no right", [NO_DEPUTY], "Maria Reyes", [MANAGER]),
    ("on the last day he still stands in", [("end_deputy", "nexus", DEPUTY, DAY)], "Maria Reyes", [MANAGER, DEPUTY]),
    (
        "a second deputy, for these days",
        [("away", MANAGER, DAY, None), ("away", DEPUTY, DAY, None), ("depute", "nexus", THIRD, DAY, DAY)],
        "Beata Kowalski for Maria Reyes",
        [THIRD],
    ),
    (
        "a deputy from tomorrow does not help today",
        [("away", MANAGER, DAY, None), ("away", DEPUTY, DAY, None), ("depute", "nexus", THIRD, DAY + D, None)],
        "",
        [],
    ),
    (
        "a deputy of another provider has no right here",
        [NO_DEPUTY, ("depute", "butte", THIRD, DAY, None), ("away", MANAGER, DAY, None)],
        "",
        [],
    ),
    (
        "a manager who signs in no more: the deputy for her",
        [("deactivate", MANAGER)],
        "Daniel Okafor for Maria Reyes",
        [DEPUTY],
    ),
    ("a deputy who signs in no more", [("deactivate", DEPUTY)], "Maria Reyes", [MANAGER]),
    ("a new manager; the deputy stays", [("appoint", "nexus", THIRD)], "Beata Kowalski", [THIRD, DEPUTY]),
    (
        "the former manager has no right left",
        [NO_DEPUTY, ("appoint", "nexus", THIRD), ("away", THIRD, DAY, None)],
        "",
        [],
    ),
    (
        "a deputy who becomes manager decides for himself",
        [("appoint", "nexus", DEPUTY)],
        "Daniel Okafor",
        [DEPUTY],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("commands", "turn", "acting"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_who_decides_for_nexus(
    office: Office, commands: list[tuple[object, ...]], turn: str, acting: list[str]
) -> None:
    with office.session() as session:
        _third(session)
        enter(session, *commands)
        charge = stand_ins.in_charge(session, "nexus", DAY)
        assert (charge.in_words, [u.user_name for u in charge.acting]) == (turn, acting)


def test_without_a_provider_all_managers_come_before_all_deputies(office: Office) -> None:
    with office.session() as session:
        _third(session)
        enter(session, ("appoint", "butte", THIRD))
        charge = stand_ins.in_charge_of_any(session, DAY)
        names = [u.user_name for u in charge.acting]
        assert (set(names[:2]), names[2:]) == ({MANAGER, THIRD}, [DEPUTY])
        assert charge.on_behalf_of(THIRD) == ""
        assert "Maria Reyes" in charge.on_behalf_of(DEPUTY)
        enter(session, ("away", MANAGER, DAY, None), ("away", THIRD, DAY, None), ("away", DEPUTY, DAY, None))
        assert stand_ins.in_charge_of_any(session, DAY).acting == ()
        assert len(stand_ins.told_of_alarms(session, DAY)) == 3  # alarms are still heard


REFUSED: list[tuple[str, str, str]] = [
    ("nobody makes themselves deputy", "depute nexus bkowalski by bkowalski", "own_right"),
    ("nobody makes themselves contract manager", "appoint nexus bkowalski by bkowalski", "own_right"),
    ("a viewer is no deputy", f"depute nexus {VIEWER} by test", "not_an_approver"),
    ("a viewer is no manager", f"appoint nexus {VIEWER} by test", "not_an_approver"),
    ("an unknown user", "depute nexus nobody by test", "unknown_user"),
    ("an unknown provider", "appoint atlantis bkowalski by test", "unknown_provider"),
    ("the manager is not her own deputy", f"depute nexus {MANAGER} by test", "is_manager"),
    ("two entries for the same days", f"depute nexus {DEPUTY} by test", "overlaps"),
]


@pytest.mark.parametrize(("said", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_right_that_is_not_given(office: Office, said: str, code: str) -> None:
    what, provider, user, _, by = said.split()
    with office.session() as session:
        _third(session)
        before = stand_ins.in_charge(session, "nexus", DAY)
        with pytest.raises(entries.NotEntered) as refused:
            _give(session, what, provider, user, by)
        assert stand_ins.in_charge(session, "nexus", DAY) == before
    assert (refused.value.code, str(refused.value)[-1]) == (code, ".")


def _give(session: Session, what: str, provider: str, user: str, by: str) -> None:
    if what == "depute":
        entries.depute(session, provider, user, DAY, by)
    else:
        entries.appoint(session, provider, user, by)


# --- one switch reroutes runs, mails and rights ---


def test_away_hands_open_questions_over_and_the_audit_shows_both_names(office: Office) -> None:
    request_id = office.assessed()
    asked = office.case(request_id).asking
    assert [m.recipients for m in office.letters("needs-you")] == [["maria.reyes@mt.example"]]
    with office.session() as session:
        entries.mark_away(session, MANAGER, today(), "test")
    for _ in range(3):
        office.keep_time()
    case = office.case(request_id)
    assert (case.asking, case.asked_of) == (asked + 1, DEPUTY)
    assert [m.recipients for m in office.letters("needs-you")][1:] == [["daniel.okafor@mt.example"]]
    refused = office.answer(request_id, MANAGER, **YES)
    assert refused.state is State.AWAITING_APPROVAL
    assert "Only the provider's contract manager or deputy" in refused.problem
    assert office.answer(request_id, DEPUTY, **YES).state is State.APPROVED
    (decision,) = office.rows(Decision)
    assert (decision.decided_by, decision.on_behalf_of) == (DEPUTY, "Maria Reyes")
    moved = [link.detail for link in office.links(request_id) if link.action == "request.handed_over"]
    assert moved == [{"from": MANAGER, "to": DEPUTY}]


def test_back_again_and_the_deputy_keeps_what_is_asked_of_him(office: Office) -> None:
    with office.session() as session:
        entries.mark_away(session, MANAGER, today(), "test")
    request_id = office.assessed()
    with office.session() as session:
        entries.come_back(session, MANAGER, today(), "test")
    office.keep_time()
    assert office.case(request_id).asked_of == DEPUTY
    assert office.answer(request_id, MANAGER, decision="reject", reason="no").state is State.REJECTED


def test_nobody_there_is_a_safe_stop_with_one_alarm_a_day_until_a_deputy_is_appointed(office: Office) -> None:
    office.set(alarm_to="duty@mt.example")
    with office.session() as session:
        _third(session)
        for name in (MANAGER, DEPUTY):
            entries.mark_away(session, name, today(), "test")
    request_id = office.assessed()
    for _ in range(3):
        office.keep_time()
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert office.letters("needs-you") == []
    (alarm,) = office.letters("nobody-decides-nexus")
    assert sorted(alarm.recipients)[-1] == "maria.reyes@mt.example"
    assert "duty@mt.example" in alarm.recipients
    assert "nothing is decided" in text_of(alarm)
    with office.session() as session:
        entries.depute(session, "nexus", THIRD, today(), MANAGER)
    office.keep_time()
    (asked,) = office.letters("needs-you")
    assert asked.recipients == [f"{THIRD}@mt.example"]
    assert office.answer(request_id, THIRD, **YES).state is State.APPROVED


def test_an_unknown_sender_waits_for_whoever_stands_in(office: Office) -> None:
    with office.session() as session:
        entries.mark_away(session, MANAGER, today(), "test")
    office.assessed(LAURA, consent())
    assert office.letters("needs-you") == []  # papers are missing: the requester's turn, not the deputy's
    assert len(office.letters("papers-missing")) == 1
