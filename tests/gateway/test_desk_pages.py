"""The pages beside the Prefect UI: who sees which case, who may answer it, and what is sent when somebody does."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import update
from starlette.testclient import TestClient

from db import register
from db.columns import utc_now
from db.lifecycle import State
from db.migrate import upgrade
from db.models import Decision, Kind, Request, User
from db.session import engine, transaction
from deployments.desk_case import age
from deployments.gateway import build
from deployments.samples.seed import seed
from forms.reading import Verdict
from forms.schema import PROVIDERS
from tasks.settings import settings
from tests.factories import LAURA, access, consent, today
from tests.gateway.desk_rig import Runs, actions, enter
from tests.gateway.rig import HTML, ORIGIN
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>[click](https://evil.example)![p](//evil.example/p.png)"
CLEARED = {"entitlement": "as requested", "clearance_on": "2026-11-10", "reason": ""}


class Rig:
    """The office, the runs behind the gateway, and somebody at a browser."""

    def __init__(self, office: Office, runs: Runs, client: TestClient) -> None:
        self.office, self.runs, self.client = office, runs, client

    def enter(self, user: str) -> None:
        enter(self.client, self.office, user)

    def name(self, user: str) -> str:
        with self.office.session() as session:
            return session.get_one(User, user).name

    def case(self, *forms: object, **more: object) -> Request:
        """A new case that waits; each case is its own run."""
        request_id = self.office.assessed(*forms, **more)  # type: ignore[arg-type]
        self.change(request_id, flow_run_id=request_id)
        return self.office.case(request_id)

    def change(self, request_id: str, **values: object) -> None:
        with self.office.session() as session:
            session.connection().execute(update(Request).where(Request.id == request_id).values(**values))  # type: ignore[arg-type]

    def get(self, path: str) -> str:
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def hidden(self, number: str) -> dict[str, str]:
        """What the form of a case carries along."""
        return dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', self.get(f"/desk/{number}")))

    def post(self, number: str, **said: str) -> tuple[int, str]:
        """Send a form; the status, and the page that is shown at last."""
        answer = self.client.post(f"/desk/{number}", data=said, headers={**ORIGIN, **HTML})
        if answer.status_code == 303:
            return 303, self.get(answer.headers["location"])
        return answer.status_code, answer.text

    def press(self, case: Request, decision: str, **said: str) -> tuple[int, str]:
        """Open the case, fill in the form, press a button."""
        return self.post(case.number, **self.hidden(case.number), **{**CLEARED, **said}, decision=decision)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the sample cast, to be copied."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    with transaction(url) as session:
        register.seed_providers(session, PROVIDERS)
        seed(session)
    with engine(url).connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine(url).dispose()
    return path


@pytest.fixture
def rig(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    shutil.copy(template, tmp_path / "registry.db")
    office = Office(f"sqlite:///{tmp_path}/registry.db", tmp_path, monkeypatch)
    office.set(base_url="http://testserver")
    monkeypatch.setattr("deployments.desk.SETTLE_SECONDS", 0.05)
    runs = Runs(office)
    with TestClient(build(office.config, runs), follow_redirects=False) as client:
        yield Rig(office, runs, client)
    settings.cache_clear()
    engine(office.url).dispose()


def words(page: str) -> str:
    """What stands on a page, without markup."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)).split())


class TestTheCase:
    def test_everything_that_is_needed_to_decide_is_on_one_page(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        page = rig.get(f"/desk/{case.number}")
        said = words(page)
        for wanted in ("May this person have access?", "Jane Doe", "III.A.1", "Laura Brandt", "What the mail says"):
            assert wanted in said
        assert len(re.findall(r'src="/evidence/signatures/\d+\.png"', page)) == 2
        assert len(re.findall(r'src="/evidence/fields/\d+\.png"', page)) >= 15
        assert [re.sub("<.*?>", "", b) for b in re.findall(r"<button type=\"submit\" name.*?</button>", page)] == [
            "Approve",
            "Reject",
            "Look again",
        ]
        assert f"/v2/runs/flow-run/{case.id}" in page

    def test_the_page_is_sound(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        for path in ("/desk", f"/desk/{case.number}"):
            page = rig.get(path)
            levels = [int(n) for n in re.findall(r"<h(\d)", page)]
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(after <= before + 1 for before, after in pairwise(levels))
            ids = re.findall(r'\sid="([^"]+)"', page)
            assert len(ids) == len(set(ids))
            pointed = re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', page)
            assert {one for several in pointed for one in several.split()} <= set(ids)

    def test_nothing_is_run_stored_or_framed(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        for path in ("/desk", f"/desk/{case.number}"):
            answer = rig.client.get(path)
            policy = answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
            assert "frame-ancestors 'none'" in policy
            assert "<script" not in answer.text

    def test_hostile_text_stays_text(self, rig: Rig) -> None:
        forms = consent(staff_name=HOSTILE), access(position=HOSTILE, justification=HOSTILE, telephone=HOSTILE)
        case = rig.case("x@evil.example", *forms, text=f"{HOSTILE}\n\n# Big\n\n{HOSTILE}", subject=HOSTILE)
        rig.change(case.id, staff_name=HOSTILE, problem=HOSTILE)
        rig.enter(MANAGER)
        for page in (rig.get("/desk"), rig.get(f"/desk/{case.number}")):
            assert "alert(1)" in page
            assert not re.search(r"<script|<img[^>]+(onerror|evil)|<a[^>]+evil", page)
        status, page = rig.press(case, "accept for this request", reason="x", decision_note=HOSTILE)
        assert status == 303
        assert "<script" not in page

    def test_what_was_typed_stays_text(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", reason=f"</textarea>{HOSTILE}", clearance_on=f'">{HOSTILE}')
        assert status == 422
        assert "<script" not in page
        assert page.count("</textarea>") == 1
        assert f"</textarea>{HOSTILE}" in html.unescape(page)

    def test_a_mail_to_be_sorted_has_its_five_answers(self, rig: Rig) -> None:
        rig.office.receive("", consent(), access(), text="<b>Hello</b>")
        (request,) = rig.office.rows(Request)
        rig.change(request.id, flow_run_id=request.id)
        rig.enter(MANAGER)
        page = rig.get(f"/desk/{request.number}")
        assert re.findall(r'name="decision" value="([^"]+)"', page) == [
            "file it",
            "try again",
            "new access request",
            "belongs to a case",
            "look again",
        ]
        assert page.count("&lt;b&gt;Hello") == 1
        status, page = rig.post(request.number, **rig.hidden(request.number), decision="file it", reason="")
        assert status == 303
        assert "Please give a reason for filing the mail." in words(page)

    def test_a_scan_in_doubt_is_answered_field_by_field(self, rig: Rig) -> None:
        case = rig.case(LAURA, consent(marks=(Verdict.INK, Verdict.UNCLEAR), doubtful=("staff_name",)), access())
        assert case.state is State.IN_DOUBT
        rig.enter(MANAGER)
        page = rig.get(f"/desk/{case.number}")
        assert "Send the answer" in page
        assert re.search(r'type="radio" name="supervisor_signature" value="signed in ink"', page)
        said = {"supervisor_signature": "signed in ink", "consent_staff_name": "Jane Doe"}
        status, page = rig.post(case.number, **rig.hidden(case.number), **said)
        assert status == 303
        assert rig.office.case(case.id).state is State.AWAITING_APPROVAL
        assert "You answered" in words(page)

    @pytest.mark.parametrize("path", ["/desk/CR-2026-999999", "/desk/x%27%3B--", "/desk/%3Cscript%3E"])
    def test_there_is_no_such_case(self, rig: Rig, path: str) -> None:
        rig.enter(MANAGER)
        answer = rig.client.get(path)
        assert answer.status_code == 404
        assert "<script" not in answer.text


class TestAnswering:
    def test_a_manager_approves_and_sees_what_happened(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", decided_by="the-boss", approver="the-boss", on_behalf_of="Governor")
        assert status == 303
        assert "You answered “approve”" in words(page)
        assert rig.runs.resumed == [
            {"decision": "approve", **CLEARED, "decided_by": MANAGER, "decided_name": "Maria Reyes"}
        ]
        assert rig.office.case(case.id).state is State.APPROVED
        (decision,) = rig.office.rows(Decision)
        assert (decision.outcome, decision.decided_by, decision.on_behalf_of) == ("approve", MANAGER, "")
        assert ("answer.given", case.id) in actions(rig.office, MANAGER)

    def test_a_deputy_is_named_with_the_manager(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(DEPUTY)
        assert "You answered “approve” for Maria Reyes" in words(rig.press(case, "approve")[1])
        rig.enter(MANAGER)
        page = words(rig.get(f"/desk/{case.number}?answered={case.asking}"))
        assert f"{rig.name(DEPUTY)} answered “approve” for Maria Reyes" in page

    def test_what_the_flow_finds_wrong_is_shown(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "reject", reason="")
        assert status == 303
        assert "The last answer was not accepted." in words(page)
        assert rig.office.case(case.id).state is State.AWAITING_APPROVAL
        assert rig.office.case(case.id).asking == case.asking + 1

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"clearance_on": "10 Nov"}, "clearance_on"), ({"entitlement": "everything"}, "entitlement")],
    )
    def test_what_does_not_fit_the_form_is_shown_beside_the_field(
        self, rig: Rig, said: dict[str, str], field: str
    ) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", **said, reason="my reasons")
        assert status == 422
        assert f'id="field-{field}-problem"' in page
        assert f'href="#field-{field}"' in page
        assert "my reasons" in page
        assert rig.runs.resumed == []

    @pytest.mark.parametrize("decision", ["", "APPROVE", "grant"])
    def test_only_what_is_offered_is_taken(self, rig: Rig, decision: str) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        assert rig.press(case, decision)[0] == 422
        assert rig.runs.resumed == []

    def test_what_prefect_refuses_is_shown(self, rig: Rig) -> None:
        case = rig.case()
        rig.runs.refuses = "Reason: 'decision' <is> odd"
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", reason="my reasons")
        assert status == 422
        assert "'decision' <is> odd" in words(page)
        assert "my reasons" in page

    def test_pressing_twice_is_the_same_as_once(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        assert rig.post(case.number, **form)[0] == 303
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "You answered “approve”" in words(page)
        assert "Nothing was sent." in words(page)
        assert len(rig.runs.resumed) == 1

    def test_pressing_twice_while_the_flow_is_at_work(self, rig: Rig) -> None:
        case = rig.case()
        rig.runs.settles = False
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        status, page = rig.post(case.number, **form)
        assert status == 303
        assert "correquests is working on this case" in words(page)
        assert 'http-equiv="refresh"' in page
        assert 'name="decision"' not in page
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "You answered this a moment ago." in words(page)
        assert len(rig.runs.resumed) == 1

    def test_somebody_answered_meanwhile(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(DEPUTY)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "reject", "reason": "no"}
        rig.office.answer(case.id, MANAGER, decision="approve", clearance_on="2026-11-10")
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "Maria Reyes answered “approve” (a moment ago" in words(page)
        assert "Nothing was sent." in words(page)
        assert rig.runs.resumed == []
        assert rig.office.case(case.id).state is State.APPROVED

    def test_a_page_of_an_older_asking_sends_nothing(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        rig.office.answer(case.id, MANAGER, decision="reject", reason="")  # refused by the flow, asked again
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "Nothing was sent." in words(page)
        assert 'name="decision"' in page
        assert rig.runs.resumed == []


class TestWhoMay:
    def test_a_viewer_sees_all_and_answers_nothing(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(VIEWER)
        page = rig.get(f"/desk/{case.number}")
        assert "Jane Doe" in page
        assert 'name="decision"' not in page
        assert "<form" not in page
        status, page = rig.post(case.number, **CLEARED, decision="approve", token="x", asking=str(case.asking))
        assert status == 403
        assert "Only an approver can answer this. Nothing was sent." in words(page)
        assert rig.runs.resumed == []
        assert actions(rig.office, VIEWER)[-1] == ("answer.refused", case.number)

    def test_an_approver_who_is_not_in_charge_answers_nothing(self, rig: Rig) -> None:
        case = rig.case()
        with rig.office.session() as session:
            register.appoint(session, "nexus", DEPUTY, DEPUTY, "test")
        rig.enter(MANAGER)
        page = rig.get(f"/desk/{case.number}")
        assert 'name="decision"' not in page
        status, page = rig.post(case.number, **CLEARED, decision="approve", token="x", asking=str(case.asking))
        assert status == 403
        assert rig.runs.resumed == []
        assert actions(rig.office, MANAGER)[-1] == ("answer.refused", case.number)

    @pytest.mark.parametrize(
        "headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    )
    def test_another_site_sends_nothing(self, rig: Rig, headers: dict[str, str]) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        assert rig.client.post(f"/desk/{case.number}", data=form, headers=headers).status_code == 403
        assert rig.runs.resumed == []

    @pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
    def test_a_wrong_token_sends_nothing_and_keeps_the_text(self, rig: Rig, token: str) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), "token": token, **CLEARED, "decision": "approve", "reason": "my reasons"}
        status, page = rig.post(case.number, **form)
        assert status == 403
        assert "my reasons" in page
        assert rig.runs.resumed == []

    def test_a_token_is_for_one_person_one_case_and_one_asking(self, rig: Rig) -> None:
        one, other = rig.case(), rig.case()
        rig.enter(MANAGER)
        mine = rig.hidden(one.number)
        assert rig.post(other.number, **mine, **CLEARED, decision="approve")[0] == 403
        later = {**mine, "asking": str(one.asking + 1)}
        assert rig.post(one.number, **later, **CLEARED, decision="approve")[0] == 403
        rig.enter(DEPUTY)
        assert rig.post(one.number, **mine, **CLEARED, decision="approve")[0] == 403
        assert rig.runs.resumed == []

    def test_a_stranger_signs_in_first_and_comes_back(self, rig: Rig) -> None:
        case = rig.case()
        answer = rig.client.get(f"/desk/{case.number}", headers=HTML)
        assert answer.headers["location"] == f"/signin?next=%2Fdesk%2F{case.number}"
        assert rig.client.post(f"/desk/{case.number}", headers=ORIGIN).status_code == 401

    def test_the_front_door_leads_to_the_list(self, rig: Rig) -> None:
        rig.enter(MANAGER)
        assert rig.client.get("/", headers=HTML).headers["location"] == "/desk"

    def test_too_much_is_refused(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        answer = rig.client.post(f"/desk/{case.number}", data={"reason": "x" * 70_000}, headers=ORIGIN)
        assert answer.status_code == 413

    def test_a_restricted_case_is_for_those_in_charge(self, rig: Rig) -> None:
        case = rig.case()
        rig.change(case.id, restricted=True)
        rig.enter(VIEWER)
        assert case.number not in rig.get("/desk")
        assert rig.client.get(f"/desk/{case.number}").status_code == 404
        assert rig.post(case.number, decision="approve")[0] == 404
        evidence = ("fields/1.png", "signatures/1.png", "documents/1", "mails/1")
        assert [rig.client.get(f"/evidence/{path}").status_code for path in evidence] == [404] * 4
        rig.enter(DEPUTY)
        assert case.number in rig.get("/desk")
        assert 'name="decision"' in rig.get(f"/desk/{case.number}")
        assert [rig.client.get(f"/evidence/{path}").status_code for path in evidence] == [200] * 4
        with rig.office.session() as session:
            register.appoint(session, "nexus", MANAGER, MANAGER, "test")
        assert case.number not in rig.get("/desk")
        assert rig.client.get(f"/desk/{case.number}").status_code == 404


class TestTheList:
    def test_nothing_waits(self, rig: Rig) -> None:
        rig.enter(MANAGER)
        assert "Nothing waits for you." in words(rig.get("/desk"))

    def test_own_cases_first_others_below_and_what_waits_elsewhere_apart(self, rig: Rig) -> None:
        mine, theirs, missing = rig.case(), rig.case(), rig.case()
        rig.change(theirs.id, provider_key="butte")
        rig.change(missing.id, state=State.WITH_IT)
        with rig.office.session() as session:
            register.appoint(session, "butte", DEPUTY, DEPUTY, "test")
        rig.enter(MANAGER)
        page = words(rig.get("/desk"))
        assert "1 for you 1 for other contract managers 1 for somebody else" in page
        parts = ["Your turn (1)", mine.number, "Other contract managers’ turn (1)", theirs.number]
        parts += [rig.name(DEPUTY), "Waiting for somebody else (1)"]
        parts += [missing.number, "IT service desk"]
        places = [page.index(part) for part in parts]
        assert places == sorted(places)

    def test_five_hundred_cases_take_a_page_at_a_time_and_no_more_queries(self, rig: Rig) -> None:
        now = utc_now()
        rig.enter(MANAGER)
        few = _queries(rig, "/desk")
        with rig.office.session() as session:
            for number in range(500):
                session.add(
                    Request(
                        id=f"r{number}",
                        number=f"CR-2025-{number:06d}",
                        kind=Kind.NEW_ACCESS,
                        state=State.AWAITING_APPROVAL if number % 5 else State.INCOMPLETE,
                        provider_key="nexus",
                        requester_email="a@nexus.example",
                        staff_name=f"Person {number}",
                        waiting_since=now - timedelta(hours=number),
                    )
                )
        assert _queries(rig, "/desk") == few
        seen: list[str] = []
        for page in range(1, 11):
            text = rig.get(f"/desk?page={page}")
            found = re.findall(r"/desk/(CR-2025-\d+)", text)
            assert len(found) == 50
            seen += found
        asked = [f"CR-2025-{n:06d}" for n in reversed(range(500)) if n % 5]
        assert seen == asked + [f"CR-2025-{n:06d}" for n in reversed(range(500)) if not n % 5]
        assert "400 for you" in words(text)
        assert "Page 10 of 10" in words(rig.get("/desk?page=11"))

    @pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "9" * 30, "²", ""])
    def test_a_page_that_is_none_is_the_first_or_the_last(self, rig: Rig, page: str) -> None:
        rig.enter(MANAGER)
        assert "Waiting on you" in rig.get(f"/desk?page={page}")


def _queries(rig: Rig, path: str) -> int:
    """How many statements a page takes of the registry."""
    counted: list[str] = []

    def count(*args: object) -> None:
        counted.append(str(args[2]))

    event.listen(engine(rig.office.url), "before_cursor_execute", count)
    try:
        rig.get(path)
    finally:
        event.remove(engine(rig.office.url), "before_cursor_execute", count)
    return len(counted)


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(seconds=-5), "a moment"),
        (timedelta(seconds=59), "a moment"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=59), "2 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_ages_in_words(waited: timedelta, said: str) -> None:
    now = utc_now()
    assert age(now - waited, now) == said


def test_the_cast_has_a_clearance_day_that_is_past() -> None:
    assert CLEARED["clearance_on"] <= today().isoformat()
