"""The register from a file: what is said in the dry run is what is done, and one bad line stops all of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from db import audit, register, stand_ins
from db.models import Audit, DesignatedSubmitter
from deployments.register_import import run
from tasks import register_steps
from tasks.register_file import NotAFile, Outcome, bring_in
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office

TODAY = date(2026, 11, 30)
HEAD = "what,provider,user,name,email,from,to\n"
GOOD = (
    HEAD
    + "submitter,nexus,,Dora Flint,Dora.Flint@nexus.example,2026-12-01,2027-06-30\n"
    + "submitter,nexus,,Laura Brandt,laura.brandt@nexus.example,2026-01-05,2026-12-31\n"
    + f"manager,nexus,{MANAGER},,,,\n"
    + f"deputy,butte,{DEPUTY},,,2026-01-05,2027-01-08\n"
    + f"away,,{MANAGER},,,2026-12-21,2027-01-01\n"
)


def held(office: Office, text: str, *, apply: bool = False, by: str = "operator") -> Outcome:
    return bring_in(office.url, text, TODAY, by, apply=apply)


def state(office: Office) -> list[object]:
    with office.session() as session:
        rows = [(s.email, s.starts_on, s.ends_on) for s in session.exec(select(DesignatedSubmitter)).all()]
        deputies = [(d.provider_key, d.user_name, d.ends_on) for d in stand_ins.deputies(session, "butte")]
        return [sorted(map(str, rows)), deputies, stand_ins.absences(session, MANAGER), audit.head_of(session)]


def test_a_dry_run_says_what_an_import_does_and_changes_nothing(office: Office) -> None:
    before = state(office)
    said = held(office, GOOD)
    assert state(office) == before
    assert (said.applied, said.unchanged, said.refused) == (False, 1, [])
    assert said.changes == [
        "line 2: Dora Flint <dora.flint@nexus.example> may send requests for Nexus from 2026-12-01 until 2027-06-30",
        "line 3: Laura Brandt <laura.brandt@nexus.example> may send requests for Nexus from 2026-01-05"
        " until 2026-12-31",
        "line 5: Daniel Okafor is deputy for Butte Prerelease from 2026-01-05 until 2027-01-08",
        "line 6: Maria Reyes is away from 2026-12-21 until 2027-01-01",
    ]
    done = held(office, GOOD, apply=True)
    assert (done.applied, done.changes) == (True, said.changes)
    again = held(office, GOOD, apply=True)
    assert (again.changes, again.unchanged) == ([], 5)
    with office.session() as session:
        assert register.designations(session, "dora.flint@nexus.example", date(2027, 6, 30))
        assert not register.designations(session, "dora.flint@nexus.example", date(2027, 7, 1))
        assert not register.designations(session, "laura.brandt@nexus.example", date(2027, 1, 1))
        assert stand_ins.in_charge(session, "nexus", date(2026, 12, 24)).in_words == "Daniel Okafor for Maria Reyes"
        assert audit.verify(session) is None


BAD = [
    ("boss,nexus,mreyes,,,,", "unknown_sort"),
    (",nexus,mreyes,,,,", "unknown_sort"),
    ("submitter,atlantis,,A B,a@b.example,,", "unknown_provider"),
    ("submitter,nexus,,A B,,,", "cell_missing"),
    ("submitter,nexus,,A B,not an address,,", "no_address"),
    ("submitter,nexus,mreyes,A B,a@b.example,,", "cell_too_much"),
    ("submitter,nexus,,A B,a@b.example,30.11.2026,", "not_a_day"),
    ("submitter,nexus,,A B,a@b.example,2026-12-02,2026-12-01", "ends_before_it_starts"),
    ("submitter,nexus,,Laura Brandt,laura.brandt@nexus.example,2026-06-01,", "overlaps"),
    ("submitter,nexus,,A, B,a@b.example,,", "too_many_cells"),
    ("manager,nexus,nobody,,,,", "unknown_user"),
    (f"manager,nexus,{VIEWER},,,,", "not_an_approver"),
    (f"manager,nexus,{DEPUTY},,,2026-12-01,", "cell_too_much"),
    (f"deputy,nexus,{MANAGER},,,,", "is_manager"),
    (f"deputy,nexus,{DEPUTY},,,2026-12-01,", "overlaps"),
    ("away,,nobody,,,,", "unknown_user"),
]


@pytest.mark.parametrize(("line", "code"), BAD, ids=[b[0] for b in BAD])
def test_one_bad_line_stops_all_of_it_and_says_what_to_do(office: Office, line: str, code: str) -> None:
    before = state(office)
    said = held(office, GOOD + line + "\n", apply=True)
    assert state(office) == before
    ((refused),) = said.refused
    assert (refused.line, refused.code, said.applied, len(said.changes)) == (7, code, False, 4)
    assert refused.sentence.endswith(".")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "provider,user\nnexus,x\n", "what,what\n", 'what,user\n"away\n'])
def test_what_is_no_register_file_is_refused_as_a_whole(office: Office, text: str) -> None:
    with pytest.raises(NotAFile):
        held(office, text)


def test_the_command_says_the_differences(office: Office, tmp_path: Path) -> None:
    file, said = tmp_path / "register.csv", list[str]()
    file.write_text("\ufeff" + GOOD, "utf-8")
    assert run(file, said.append, "operator", apply=False) == 0
    assert said[-2:] == [
        "4 to change, 1 as they are, 0 refused.",
        "Nothing was entered yet: say --apply to enter it.",
    ]
    assert run(file, said.append, "operator", apply=True) == 0
    file.write_text(GOOD + "boss,,,,,,\n")
    assert run(file, said.append, "operator", apply=True) == 1
    file.write_bytes(b"\xff\xfe\x00")
    assert run(file, said.append, "operator", apply=True) == 2


# --- the forms in the UI ---

S = register_steps
FORMS = [
    ("she marks herself away", MANAGER, lambda by: S.mark_away.fn(MANAGER, None, None, by), "away"),
    ("she ends a deputy's days", MANAGER, lambda by: S.end_deputy.fn("nexus", DEPUTY, TODAY, by), "until"),
    ("a deputy gives himself more", DEPUTY, lambda by: S.depute.fn("start", DEPUTY, None, None, by), "themselves"),
    ("a viewer", VIEWER, lambda by: S.appoint.fn("nexus", DEPUTY, by), "Only an approver"),
    ("nobody", "", lambda by: S.appoint.fn("nexus", DEPUTY, by), "Only an approver"),
    ("so already", DEPUTY, lambda by: S.appoint.fn("nexus", MANAGER, by), "so already"),
]


@pytest.mark.parametrize(("by", "form", "said"), [f[1:] for f in FORMS], ids=[f[0] for f in FORMS])
def test_a_form_is_entered_in_the_name_of_whoever_started_it(office: Office, by: str, form: object, said: str) -> None:
    with office.session() as session:
        before = audit.head_of(session).seq
    told = form(by)  # type: ignore[operator]
    assert said in told
    with office.session() as session:
        new = session.exec(select(Audit).where(Audit.seq > before)).all()
    if "Nothing was changed" in told:
        assert [(a.action, a.actor) for a in new] == [("register.refused", by or "unknown")]
    else:
        assert {a.actor for a in new} <= {by}
