"""The page of people, and undo on the page of a case, as a browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from db.lifecycle import State
from tests.factories import today
from tests.gateway.desk_rig import Rig, actions, words
from tests.gateway.rig import HTML, ORIGIN
from tests.tasks.office import DEPUTY, MANAGER, VIEWER

PEOPLE = "/desk/people"


def token(rig: Rig, path: str = PEOPLE) -> str:
    return str(re.findall(r'name="token" value="(\w+)"', rig.get(path))[-1])


def send(rig: Rig, form: str, **said: str) -> tuple[int, str]:
    answer = rig.client.post(PEOPLE, data={"form": form, "token": token(rig), **said}, headers={**ORIGIN, **HTML})
    return answer.status_code, words(answer.text)


def test_one_switch_on_the_page_reroutes_at_once(rig: Rig) -> None:
    case = rig.case()
    rig.enter(MANAGER)
    assert "Waiting for: Maria Reyes" in words(rig.get(f"/desk/{case.number}"))
    status, page = send(rig, "away", user=MANAGER, first="", last=(today() + timedelta(7)).isoformat())
    assert (status, "away from" in page, "Daniel Okafor for Maria Reyes" in page) == (200, True, True)
    assert "Only Daniel Okafor can answer this." in words(rig.get(f"/desk/{case.number}"))
    assert "1 for other contract managers" in words(rig.get("/desk"))
    rig.enter(DEPUTY)
    page = words(rig.get("/desk"))
    assert "1 for you" in page
    assert "for Maria Reyes" in page
    assert re.search(r"Reminder \d{4}-\d\d-\d\d", page)
    assert ("manager.away", MANAGER) in actions(rig.office, MANAGER)


REFUSED = [
    ("deputy", {"provider": "nexus", "user": MANAGER, "first": "", "last": ""}, "Nobody gives themselves", MANAGER),
    ("manager", {"provider": "nexus", "user": DEPUTY}, "Nobody gives themselves", DEPUTY),
    ("deputy-end", {"provider": "nexus", "user": DEPUTY, "end": ""}, "Enter the last day", MANAGER),
    ("away", {"user": MANAGER, "first": "tomorrow", "last": ""}, "is not a day", MANAGER),
    ("submitter", {"provider": "nexus", "name": "<b>A</b>", "email": "x", "first": "", "last": ""}, "address", MANAGER),
]


@pytest.mark.parametrize(("form", "said", "why", "who"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_cannot_be_entered_is_said_and_changes_nothing(
    rig: Rig, form: str, said: dict[str, str], why: str, who: str
) -> None:
    rig.enter(who)
    status, page = send(rig, form, **said)
    assert status == 422
    assert "Nothing was changed" in page
    assert why in page
    assert [a for a, _ in actions(rig.office, who) if a.startswith(("manager", "deputy.", "submitter"))] == []


def test_a_viewer_reads_and_changes_nothing(rig: Rig) -> None:
    rig.enter(MANAGER)
    mine = token(rig)
    rig.enter(VIEWER)
    page = rig.get(PEOPLE)
    assert "Laura Brandt" in page
    assert "<form" not in page
    form = {"form": "manager", "token": mine, "provider": "nexus", "user": DEPUTY}
    assert rig.client.post(PEOPLE, data=form, headers={**ORIGIN, **HTML}).status_code == 403
    assert rig.client.post(PEOPLE, data=form, headers=HTML).status_code == 403  # not from a page of ours


def test_a_rejection_is_undone_where_it_is_shown(rig: Rig) -> None:
    case = rig.case()
    rig.enter(MANAGER)
    rig.press(case, "reject", reason="Not needed.")
    page = rig.get(f"/desk/{case.number}")
    assert "“reject” can be undone until" in words(page)
    assert "Undo" not in words(_as(rig, VIEWER, case.number))
    rig.enter(DEPUTY)
    path = f"/desk/{case.number}"
    for reason, status, said in (("", 422, "needs a reason"), ("A mistake.", 200, "was undone")):
        given = {"token": token(rig, path), "reason": reason}
        answer = rig.client.post(f"{path}/undo", data=given, headers={**ORIGIN, **HTML})
        assert (answer.status_code, said in words(answer.text)) == (status, True)
    assert rig.office.case(case.id).state is State.RECEIVED


def _as(rig: Rig, user: str, number: str) -> str:
    rig.enter(user)
    return rig.get(f"/desk/{number}")
