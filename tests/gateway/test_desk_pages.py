"""The page of a case beside the Prefect UI: what stands on it, who sees it, and who may answer."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pytest

from db import register
from db.lifecycle import State
from db.models import Kind, Request
from forms.reading import Verdict
from tasks.questions import SORTS
from tests.factories import LAURA, access, consent
from tests.gateway.desk_rig import CLEARED, Rig, actions, words
from tests.gateway.rig import HTML, ORIGIN
from tests.tasks.office import DEPUTY, MANAGER, VIEWER

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>[click](https://evil.example)![p](//evil.example/p.png)"


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
            "Approve, and ask for a second approval",
            "Reject",
            "Send back",
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

    def test_a_mail_to_be_sorted_offers_every_kind(self, rig: Rig) -> None:
        rig.office.receive("", consent(), access(), text="<b>Hello</b>")
        (request,) = rig.office.rows(Request)
        rig.change(request.id, flow_run_id=request.id)
        rig.enter(MANAGER)
        page = rig.get(f"/desk/{request.number}")
        assert re.findall(r'name="decision" value="([^"]+)"', page) == [
            "file it",
            "try again",
            *SORTS,
            "belongs to a case",
            "look again",
        ]
        assert {kind for kind, _ in SORTS.values()} == set(Kind) - {Kind.MAIL}
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
