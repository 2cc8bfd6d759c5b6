"""Evidence packs: what is in them, that they prove themselves without the product, and that no change goes unseen."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from db import audit
from db.models import Request
from tasks.evidence_pack import About, NothingFound, make
from tests.factories import JANE
from tests.tasks.office import Office


def pack(office: Office, about: About, which: str, *, in_charge: bool = False) -> Path:
    return make(office.config, about, which, "auditor", office.home, in_charge=in_charge)[0]


def verified(path: Path, *head: str) -> subprocess.CompletedProcess[str]:
    """Verify as an auditor does: another Python without the product, from another folder."""
    command = [sys.executable, "-I", "-S", str(path), *head]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60, check=False)


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as opened:
        return opened.namelist()


@pytest.mark.parametrize(
    ("about", "which"),
    [(About.ACCOUNT, "cx10001"), (About.PERSON, JANE.email), (About.PROVIDER, "Nexus"), (About.YEAR, "")],
)
def test_a_pack_holds_the_case_and_verifies_itself(office: Office, about: About, which: str) -> None:
    request_id = office.fulfilled()
    case = office.case(request_id)
    path = pack(office, about, which or case.number[3:7])
    there = names(path)
    home = f"cases/{case.number}"
    for name in ("case.json", "decisions.json", "readings.json", "tickets.json"):
        assert f"{home}/{name}" in there
    for kind in ("mails/", "papers/", "crops/field-", "crops/signature-", "outgoing/"):
        assert any(name.startswith(f"{home}/{kind}") for name in there), kind
    assert f"accounts/{office.account().user_name}.md" in there
    assert "controls.md" in there
    told = verified(path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "This evidence pack holds." in told.stdout


def test_a_printed_head_is_held_against_the_chain(office: Office) -> None:
    office.fulfilled()
    with office.session() as session:
        head = str(audit.head_of(session))
    path = pack(office, About.PROVIDER, "nexus")
    assert verified(path, head).returncode == 0
    seq, _, digest = head.partition(":")
    forged = f"{seq}:{digest[::-1]}"
    assert "is not the one that was printed" in verified(path, forged).stdout
    assert "was printed" in verified(path, f"{int(seq) + 99}:{digest}").stdout


def test_every_flipped_byte_is_found(office: Office) -> None:
    """Two hundred places drawn at random, every part of the file among them."""
    office.fulfilled()
    path = pack(office, About.ACCOUNT, "CX10001")
    raw = path.read_bytes()
    draw = random.Random(8)
    places = sorted({0, 1, len(raw) - 1, len(raw) - 64, len(raw) - 65, *(draw.randrange(len(raw)) for _ in range(195))})
    from tasks.evidence_files import verifier

    for place in places:
        changed = bytearray(raw)
        changed[place] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        assert verifier.whole(bytes(changed)), place
    assert verified(path).returncode == 1


def test_a_pack_that_was_made_anew_with_other_content_does_not_verify(office: Office) -> None:
    """Somebody who can write zips and digests cannot write the chain."""
    office.fulfilled()
    path = pack(office, About.ACCOUNT, "CX10001")
    from tasks.packing import MARK, _seal

    forged = path.with_name("forged.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "audit/links.jsonl":
                content = content.replace(b'"outcome": "approve"', b'"outcome": "reject!"')
            new.writestr(name, content)
        new.comment = MARK + b"0" * 64
    _seal(forged)
    said = verified(forged).stdout
    assert "audit/links.jsonl is not as it was written" in said
    assert "does not say what it said" in said


def test_what_others_did_is_in_the_chain_without_being_told(office: Office) -> None:
    office.fulfilled()
    with office.session() as session:
        audit.record(
            session, actor="x", action="y", subject="CR-2026-777777", clause="III", detail={"name": "Somebody Else"}
        )
    path = pack(office, About.ACCOUNT, "CX10001")
    with zipfile.ZipFile(path) as opened:
        assert not any(b"Somebody Else" in opened.read(name) for name in opened.namelist())
    assert verified(path).returncode == 0


def test_a_restricted_case_is_left_out(office: Office) -> None:
    request_id = office.fulfilled()
    with office.session() as session:
        case = session.get_one(Request, request_id)
        case.restricted = True
        session.add(case)
        number = case.number
    assert not any(number in name for name in names(pack(office, About.PROVIDER, "nexus")))
    assert any(number in name for name in names(pack(office, About.PROVIDER, "nexus", in_charge=True)))


UNKNOWN = [(About.ACCOUNT, "CX99999"), (About.PERSON, "x@y"), (About.PROVIDER, "?"), (About.YEAR, "26")]


@pytest.mark.parametrize(("about", "which"), UNKNOWN)
def test_nothing_found_is_said_and_leaves_no_file(office: Office, about: About, which: str) -> None:
    with pytest.raises(NothingFound):
        pack(office, about, which)
    assert list(office.home.glob("*.zip")) == []
