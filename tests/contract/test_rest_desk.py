"""The service desk by REST, with the shipped profiles, on a stand-in that fails before and after the work."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from tasks.adapters.desk import DeskDown, DeskRefused, Paper, Seen, Work
from tasks.adapters.desk.mapping import BadMapping, at, fill, load
from tasks.adapters.desk.rest import Access, RestDesk
from tasks.settings import Settings
from tests.contract.desk_server import PASSWORD, TOKEN, USER, DeskServer, Fault, desk_server
from tests.contract.test_mail_desk import FACTS, KEY

PROFILES = ["servicenow-incident", "servicenow-request", "jira"]
VALUES = {"project": "ITSD", "service_desk": "4", "request_type": "25"}
WORK = Work(KEY, "create_account", 'Create account for Alma "O\'Poe" {given_name} ^ (Nexus)', FACTS)
TEXT = "User ID:   CX10001\nName:      Alma Poe — Größe\n"


@pytest.fixture
def server() -> Iterator[DeskServer]:
    with desk_server() as made:
        yield made


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def desk_at(server: DeskServer, profile: str, **changes: Any) -> RestDesk:
    given: dict[str, Any] = {"user": "", "password": SecretStr(""), "token": SecretStr(TOKEN), "ca_file": None}
    # a busy machine is not a slow desk: little patience only where slowness is what is tried
    slow = Fault.SLOW_AFTER in (*server.faults, *server.attach_faults)
    access = Access(**{"url": server.url, "timeout": 1.0 if slow else 10.0, **given, **changes})
    return RestDesk(access, load(profile), VALUES if profile == "jira" else {})


def test_a_ticket_is_opened_and_found_by_our_key(server: DeskServer, profile: str) -> None:
    desk = desk_at(server, profile)
    assert desk.look(KEY) is None
    desk.open(WORK, TEXT)
    (ticket,) = server.tickets
    fields = ticket.get("fields", ticket)
    assert (fields.get("summary") or fields["short_description"]) == WORK.title  # as it is, braces and quotes too
    assert fields["description"] == TEXT
    seen = desk.look(KEY)
    assert seen is not None
    assert (seen.reference, seen.closed, seen.done) == (ticket.get("number") or ticket["key"], False, False)
    assert desk.look(f"{KEY}-2") is None
    assert desk.look("CR-2026-000124-create") is None


def test_opening_again_opens_nothing(server: DeskServer, profile: str) -> None:
    for _ in range(3):
        desk_at(server, profile).open(WORK, TEXT)
    assert len(server.tickets) == 1


@pytest.mark.parametrize("fault", Fault)
def test_one_ticket_whatever_fails(server: DeskServer, profile: str, fault: Fault) -> None:
    desk = desk_at(server, profile)
    server.faults = [fault, fault]
    for _ in range(5):
        try:
            desk.open(WORK, TEXT)
        except (DeskDown, DeskRefused):
            continue
    assert len(server.tickets) == 1
    assert desk.look(KEY) is not None


def test_nothing_is_opened_while_the_look_fails(server: DeskServer, profile: str) -> None:
    server.find_faults = [Fault.BUSY]
    with pytest.raises(DeskDown, match="503"):
        desk_at(server, profile).open(WORK, TEXT)
    assert server.tickets == []


PAPER = Paper("Departing Employee CR-2026-000123.pdf", "application/pdf", b"%PDF-1.4 the form \x00\xff")


def test_papers_are_attached_once(server: DeskServer, profile: str) -> None:
    for _ in range(3):
        desk_at(server, profile).open(WORK, TEXT, [PAPER])
    (one,) = server.attached
    (ticket,) = server.tickets
    assert one.ticket in (ticket.get("sys_id"), ticket.get("key"))
    assert (one.name, one.media_type, one.content) == (PAPER.name, PAPER.media_type, PAPER.content)


@pytest.mark.parametrize("fault", Fault)
def test_a_paper_that_may_have_been_attached_is_looked_for(server: DeskServer, profile: str, fault: Fault) -> None:
    server.attach_faults = [fault]
    for _ in range(2):
        desk_at(server, profile).open(WORK, TEXT, [PAPER])  # a failure to attach fails nothing
    assert len(server.tickets) == len(server.attached) == 1


def test_a_second_paper_is_added_to_the_first(server: DeskServer, profile: str) -> None:
    more = Paper("Größe^x.pdf", "application/pdf", b"more")
    for papers in ([PAPER], [PAPER, more], [PAPER, more]):
        desk_at(server, profile).open(WORK, TEXT, papers)
    assert [one.content for one in server.attached] == [PAPER.content, b"more"]


def test_a_desk_that_takes_no_files_has_the_ticket(
    server: DeskServer, profile: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.takes_files = False
    desk_at(server, profile).open(WORK, TEXT, [PAPER])
    assert (len(server.tickets), server.attached) == (1, [])
    assert f"{KEY} is open without its papers" in caplog.text


def test_a_mapping_that_attaches_nothing(server: DeskServer) -> None:
    access = Access(server.url, "", SecretStr(""), SecretStr(TOKEN), None, 1.0)
    bare = load("servicenow-incident").model_copy(update={"attaching": None})
    RestDesk(access, bare, {}).open(WORK, TEXT, [PAPER])
    assert (len(server.tickets), server.attached) == (1, [])


CLOSED: list[tuple[str, str, str, str, Seen]] = [
    ("servicenow-incident", "2", "", "", Seen("INC0000001", False, False)),
    (
        "servicenow-incident",
        "6",
        "Solution provided",
        "Made.",
        Seen("INC0000001", True, True, "", "Solution provided. Made"),
    ),
    (
        "servicenow-incident",
        "7",
        "Solved (Permanently)",
        "",
        Seen("INC0000001", True, True, "", "Solved (Permanently)"),
    ),
    (
        "servicenow-incident",
        "6",
        "Not Solved (Too Costly)",
        "",
        Seen("INC0000001", True, False, "", "Not Solved (Too Costly)"),
    ),
    ("servicenow-incident", "6", "Duplicate", "", Seen("INC0000001", True, False, "", "Duplicate")),
    ("servicenow-incident", "8", "", "", Seen("INC0000001", True, False)),
    ("servicenow-incident", "6", "", "User ID: cx54321", Seen("INC0000001", True, True, "CX54321", "User ID: cx54321")),
    ("servicenow-request", "3", "closed_complete", "", Seen("REQ0000001", True, True, "", "closed_complete")),
    ("servicenow-request", "4", "closed_incomplete", "", Seen("REQ0000001", True, False, "", "closed_incomplete")),
    ("servicenow-request", "7", "closed_cancelled", "", Seen("REQ0000001", True, False, "", "closed_cancelled")),
    ("jira", "indeterminate", "", "", Seen("ITSD-1", False, False)),
    ("jira", "done", "Done", "User ID: CX54321", Seen("ITSD-1", True, True, "CX54321", "Done. User ID: CX54321")),
    ("jira", "done", "Won't Do", "", Seen("ITSD-1", True, False, "", "Won't Do")),
    ("jira", "done", "Duplicate", "", Seen("ITSD-1", True, False, "", "Duplicate")),
    ("jira", "done", "", "", Seen("ITSD-1", True, True)),
]


@pytest.mark.parametrize(("profile", "state", "outcome", "note", "expected"), CLOSED)
def test_how_a_ticket_stands(
    server: DeskServer, profile: str, state: str, outcome: str, note: str, expected: Seen
) -> None:
    desk = desk_at(server, profile)
    desk.open(WORK, TEXT)
    server.resolve(state, outcome, note)
    assert desk.look(KEY) == expected


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("999999999", 86_400, 86_400),
        (timedelta(hours=1), 3_000, 3_600),
        (timedelta(hours=-1), 0, 0),
        ("soon", 0, 0),
        ("", 0, 0),
    ],
    ids=["seconds", "far too many", "in an hour", "an hour ago", "a word", "nothing"],
)
@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.BUSY])
def test_retry_after(server: DeskServer, fault: Fault, said: str | timedelta, least: int, most: int) -> None:
    told = said if isinstance(said, str) else format_datetime(datetime.now(UTC) + said)
    server.faults, server.retry_after = [fault], told
    with pytest.raises(DeskDown) as down:
        desk_at(server, "jira").open(WORK, TEXT)
    assert timedelta(seconds=least) <= down.value.wait <= timedelta(seconds=most)


def test_user_and_password(server: DeskServer, profile: str) -> None:
    desk = desk_at(server, profile, user=USER, password=SecretStr(PASSWORD), token=SecretStr(""))
    desk.open(WORK, TEXT)
    assert len(server.tickets) == 1


def test_a_refused_credential_is_not_told(server: DeskServer, profile: str, caplog: pytest.LogCaptureFixture) -> None:
    wrong = SecretStr("a-wrong-and-secret-token")  # the stand-in repeats it in its answer
    with caplog.at_level(logging.DEBUG), pytest.raises(DeskRefused, match="401") as refused:
        desk_at(server, profile, token=wrong).look(KEY)
    assert wrong.get_secret_value() not in f"{refused.value!r} {refused.value.__context__!r} {caplog.text}"


def test_nobody_answers(profile: str) -> None:
    with desk_server() as gone:
        pass
    with pytest.raises(DeskDown, match="does not answer"):
        desk_at(gone, profile).look(KEY)


class TestMapping:
    def test_a_mapping_of_ones_own(self, server: DeskServer, tmp_path: Path) -> None:
        own = json.loads((Path("tasks/adapters/desk/profiles/servicenow-incident.json")).read_text())
        own["create"]["body"] |= {"assignment_group": "{group}", "u_user_id": "{user_id}"}
        path = tmp_path / "own.json"
        path.write_text(json.dumps(own))
        access = Access(server.url, "", SecretStr(""), SecretStr(TOKEN), None, 1.0)
        RestDesk(access, load(str(path)), {"group": "Access"}).open(WORK, TEXT)
        assert (server.tickets[0]["assignment_group"], server.tickets[0]["u_user_id"]) == ("Access", "CX10001")
        with pytest.raises(BadMapping, match=r"'group'.*CORREQUESTS_DESK_VALUES"):
            RestDesk(access, load(str(path)), {}).open(Work("CR-2026-000009-create", "x", "t", FACTS), TEXT)

    def test_jira_says_what_it_needs(self, server: DeskServer) -> None:
        access = Access(server.url, "", SecretStr(""), SecretStr(TOKEN), None, 1.0)
        with pytest.raises(BadMapping, match="'project'"):
            RestDesk(access, load("jira"), {}).look(KEY)

    @pytest.mark.parametrize("content", ["", "{}", '{"surprise": 1}', None])
    def test_a_bad_mapping_is_refused(self, tmp_path: Path, content: str | None) -> None:
        path = tmp_path / "own.json"
        if content is not None:
            path.write_text(content)
        with pytest.raises(BadMapping):
            load(str(path))

    def test_filling_is_done_once(self) -> None:
        assert fill({"a": ["{x}", 1]}, {"x": "{y}", "y": "no"}) == {"a": ["{y}", 1]}

    @pytest.mark.parametrize(
        ("path", "found"), [("a.1.b", 2), ("a.-1.b", 2), ("a.5.b", None), ("a.b", None), ("c", None), ("", None)]
    )
    def test_paths(self, path: str, found: object) -> None:
        assert at(path, {"a": [{"b": 1}, {"b": 2}], "c": None}) == found


REST: dict[str, Any] = {"desk": "rest", "desk_url": "https://desk.example", "desk_token": "t"}


@pytest.mark.parametrize(
    "changes",
    [
        {"desk_url": ""},
        {"desk_token": ""},
        {"desk_user": "u", "desk_password": "p"},
        {"desk_token": "", "desk_user": "u"},
        {"desk_url": "http://desk.example"},
    ],
)
def test_settings_that_cannot_work(tmp_path: Path, changes: dict[str, str]) -> None:
    assert Settings(home=tmp_path, **REST).desk == "rest"
    with pytest.raises(ValidationError):
        Settings(home=tmp_path, **(REST | changes))
