"""Tickets by REST on their whole road: written with the change, handed in by the drainer, closed by asking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.lifecycle import State
from db.models import Delivery, Kind, Outbox, Ticket, TicketState
from tasks import desk_watch
from tasks.accounts import fulfil
from tasks.mail import release, send_one
from tests.contract.desk_server import TOKEN, DeskServer, Fault, desk_server
from tests.factories import today
from tests.tasks.office import MANAGER, Office, text_of
from tests.tasks.roadwork import go_on, holder, told


@pytest.fixture
def desk(office: Office) -> Iterator[DeskServer]:
    with desk_server() as made:
        office.set(desk="rest", desk_url=made.url, desk_token=TOKEN, desk_timeout_seconds=1, desk_poll_seconds=0)
        yield made


def row_of(office: Office) -> Outbox:
    return office.letters("ticket")[-1]


def hand_in(office: Office) -> str:
    said = send_one.fn(row_of(office).id or 0)
    office.later(86_400)
    return said


def test_handed_in_closed_and_fulfilled(office: Office, desk: DeskServer) -> None:
    request_id = office.with_it()
    assert desk.tickets == []  # nothing leaves before the drainer
    office.drain()
    (ticket,) = desk.tickets
    assert ticket["correlation_id"] == office.ticket().key
    assert ticket["description"].strip() == text_of(row_of(office)).strip()
    assert office.delivered(office.config.desk_address) == []  # and not by mail as well
    (link,) = [link for link in office.links(request_id) if link.action == "ticket.handed_in"]
    assert link.detail["to"] == [desk.url]
    assert desk_watch.poll(office.config) == 0
    assert office.ticket().desk_reference == ticket["number"]
    desk.resolve("6", "Solution provided", "Made it.")
    asking = office.case(request_id).asking
    assert [desk_watch.poll(office.config) for _ in range(2)] == [1, 0]
    closed = office.ticket()
    assert (closed.state, closed.closed_by, closed.desk_reference) == (TicketState.CLOSED, desk.url, "INC0000001")
    assert office.case(request_id).asking > asking  # whoever waits looks again
    fulfil.fn(request_id)
    assert office.case(request_id).state is State.FULFILLED


@pytest.mark.parametrize("takes_files", [True, False])
def test_the_departing_employee_form_goes_with_the_ticket(office: Office, desk: DeskServer, takes_files: bool) -> None:
    desk.takes_files = takes_files
    holder(office)
    request_id = told(office, Kind.DEPARTURE, f"Jane Doe left on {today():%m/%d/%Y}.")
    office.answer(request_id, decision="submit the form")
    assert go_on(office, request_id) is State.WITH_IT
    office.drain()
    number = office.case(request_id).number
    ticket = next(t for t in desk.tickets if t["correlation_id"].startswith(f"{number}-departing"))
    text = ticket["description"]
    assert f"Departing Employee {number}.pdf" in text
    assert f"If it is not attached, sign in and fetch it at {office.config.base_url}/evidence/forms/{number}" in text
    tickets = [row for row in office.rows(Outbox) if row.purpose.partition("-")[0] == "ticket"]
    assert {row.delivery for row in tickets} == {Delivery.SENT}  # a file that was not taken holds nothing up
    if takes_files:
        (form,) = desk.attached
        assert (form.ticket, form.name) == (ticket["sys_id"], f"Departing Employee {number}.pdf")
        assert form.content.startswith(b"%PDF")
    else:
        assert desk.attached == []


@pytest.mark.parametrize("fault", Fault)
def test_one_ticket_whatever_fails(office: Office, desk: DeskServer, fault: Fault) -> None:
    office.with_it()
    desk.faults = [fault]
    assert "not sent, tried again" in hand_in(office)
    assert row_of(office).delivery is Delivery.PENDING
    assert hand_in(office).endswith(": sent")
    assert len(desk.tickets) == 1


@pytest.mark.parametrize("done", [False, True], ids=["before the work", "after the work"])
def test_a_process_that_dies_while_handing_in(office: Office, desk: DeskServer, done: bool) -> None:
    office.with_it()
    row = office.claim(row_of(office))
    if done:
        from tasks.tickets import Counter

        Counter(office.config, row).send(row.raw)
    office.later()
    assert hand_in(office).endswith(": sent")
    assert len(desk.tickets) == 1


def test_retry_after_is_kept(office: Office, desk: DeskServer) -> None:
    office.with_it()
    desk.faults, desk.retry_after = [Fault.THROTTLED], "5400"
    assert send_one.fn(row_of(office).id or 0).endswith("tried again in 1:30:00")


def test_a_desk_that_refuses_is_held_for_a_person_and_released(office: Office, desk: DeskServer) -> None:
    office.set(send_attempts=2, desk_token="wrong-token")
    office.with_it()
    assert "tried again" in hand_in(office)
    assert "held for a person" in hand_in(office)
    assert "401" in row_of(office).error
    assert "wrong-token" not in row_of(office).error
    (alarm,) = office.letters("mail-held")
    assert "401" in text_of(alarm)
    office.set(desk_token=TOKEN)
    release.fn(row_of(office).key, "send again", MANAGER)
    assert hand_in(office).endswith(": sent")
    assert len(desk.tickets) == 1


def test_a_mapping_without_its_values_is_held_too(office: Office, desk: DeskServer) -> None:
    office.set(send_attempts=1, desk_profile="jira")
    office.with_it()
    assert "CORREQUESTS_DESK_VALUES" in hand_in(office)


def test_closed_without_the_work_is_told_once(office: Office, desk: DeskServer) -> None:
    request_id = office.with_it()
    office.drain()
    desk.resolve("8", "", "The name is taken.")
    before = len(office.letters("needs-you"))
    for _ in range(3):
        assert desk_watch.poll(office.config) == 0
    assert "The name is taken" in office.case(request_id).problem
    assert len(office.letters("needs-you")) == before + 1
    desk.resolve("6", "Solution provided")
    assert desk_watch.poll(office.config) == 1


def test_the_desks_own_id(office: Office, desk: DeskServer) -> None:
    office.set(user_id_mode="acquire")
    request_id = office.with_it()
    office.drain()
    desk.resolve("6", "", "Made it.")
    for _ in range(3):
        assert desk_watch.poll(office.config) == 0
    assert "brings no user ID" in office.case(request_id).problem
    assert len([r for r in office.letters("needs-you") if "no user ID" in text_of(r)]) == 1
    desk.resolve("6", "", "User ID: CA54321")
    assert desk_watch.poll(office.config) == 1
    assert office.account().user_name == "CA54321"


def test_a_ticket_that_is_gone_is_told_after_a_while(office: Office, desk: DeskServer) -> None:
    request_id = office.with_it()
    office.drain()
    desk.tickets.clear()
    desk_watch.poll(office.config)
    assert office.case(request_id).problem == ""
    with office.session() as session:
        row = session.get_one(Outbox, row_of(office).id)
        assert row.sent_at is not None
        row.sent_at = row.sent_at.replace(year=row.sent_at.year - 1)
        session.add(row)
    for _ in range(2):
        desk_watch.poll(office.config)
    assert "no longer has the ticket" in office.case(request_id).problem


def test_a_desk_that_is_down_is_left_alone_as_long_as_it_asks(office: Office, desk: DeskServer) -> None:
    office.with_it()
    office.drain()
    desk.find_faults, desk.retry_after = [Fault.BUSY], "600"
    desk.resolve("6")
    asked = len(desk.calls)
    assert [desk_watch.poll(office.config) for _ in range(3)] == [0, 0, 0]
    assert len(desk.calls) == asked + 1


def test_tickets_by_mail_are_not_asked_about(office: Office) -> None:
    office.with_it()
    assert desk_watch.poll(office.config) == 0
    assert [t.state for t in office.rows(Ticket)] == [TicketState.OPEN]
