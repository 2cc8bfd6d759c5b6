"""One request on the real product: through a Ctrl-C, a kill of the whole tree and a restart, to its end; then a search
for secrets in everything that we keep.
"""

from __future__ import annotations

import base64
import html
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlmodel import select

from db.models import Credential, Decision, DirectoryEntry, Question, Request
from db.session import transaction
from deployments.demo_people import delivered, text_of
from deployments.samples.mails import DAY, good
from tests.product import ROOT, Product

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]


PROTECTED = "517-22-9134"
"""A social security number that the requester and the contract manager write where they should not (DOC 1.1.15)."""

TELEPHONE = b"406-555-0170"


def alive(home: Path) -> list[int]:
    """Processes of the tree that still run."""
    pids = [int(p.read_text()) for p in (home / "logs").glob("*.pid")]
    return [
        p
        for p in pids
        if Path(f"/proc/{p}/cmdline").exists() and b"deployments" in Path(f"/proc/{p}/cmdline").read_bytes()
    ]


def request(product: Product) -> Request | None:
    with transaction(product.config.database_url) as session:
        return session.exec(select(Request)).first()


def state(product: Product) -> str:
    found = request(product)
    return str(found.state) if found else ""


def suspended_on(product: Product, question: str) -> bool:
    runs = product.manager().suspended()
    return any(r["state"]["state_details"]["pause_key"].startswith(question) for r in runs)


def service_key(product: Product) -> str:
    pid = (product.home / "logs" / "server.pid").read_text()
    words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return next(w.decode().partition("=")[2] for w in words if w.startswith(b"CORREQUESTS_SERVICE_KEY="))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, str, list[str]]]:
    """The product after the story, the password as the staff member saw it, and the service keys of its three lives."""
    keys: list[str] = []
    with Product(tmp_path_factory.mktemp("story") / "home") as product:
        raw = good(DAY).mails[0].build()
        assert TELEPHONE in raw
        product.deliver(raw.replace(TELEPHONE, TELEPHONE + f" her SSN is {PROTECTED}".encode()), "good")
        product.wait_for(lambda: suspended_on(product, "approval"), 90, "the question to the contract manager")
        keys.append(service_key(product))
        product.stop()
        assert not alive(product.home), "Ctrl-C leaves nothing behind"

        product.start()
        keys.append(service_key(product))
        assert suspended_on(product, "approval"), "a restart goes on where it was"
        assert product.process is not None
        product.process.kill()
        product.process.wait()
        until = time.monotonic() + 30
        while alive(product.home) and time.monotonic() < until:
            time.sleep(0.2)
        assert not alive(product.home), "children end when their supervisor is killed"

        product.start()
        keys.append(service_key(product))
        manager = product.manager()
        (run,) = manager.suspended()
        assert run["name"] == f"{number(product)} · new access · Jane Doe · Nexus"
        assert set(run["tags"]) == {"kind:new-access", "provider:nexus", "waiting:contract-manager"}
        manager.resume(
            run["id"], {"decision": "approve", "clearance_on": "2026-11-01", "reason": f"Seen: SSN {PROTECTED}."}
        )

        def done() -> bool:
            product.desk.answer_tickets()
            product.staff.pick_up()
            return bool(product.staff.seen)

        product.wait_for(done, 90, "the password being shown")
        (page,) = product.staff.seen.values()
        product.wait_for(lambda: manager.http.get(f"/api/flow_runs/{run['id']}").json()["state"]["name"] == "Completed")
        product.stop()
        yield product, shown(page), keys


def number(product: Product) -> str:
    found = request(product)
    assert found is not None
    return found.number


def shown(page: str) -> str:
    found = re.search(r'aria-labelledby="pw"[^>]*>([^<]+)<', page)
    assert found, page
    return html.unescape(found.group(1)).strip()


def spellings(secret: str) -> list[bytes]:
    """A secret as it might lie somewhere: plain, wide, in base64 at any offset, URL- or HTML- or JSON-encoded."""
    plain = secret.encode()
    cores = {base64.b64encode(b"\0" * shift + plain)[4 * (shift > 0) :].rstrip(b"=")[:-2] for shift in range(3)}
    return [plain, secret.encode("utf-16-le"), quote(secret).encode(), html.escape(secret).encode(), *cores]


def places(product: Product, secret: str) -> list[str]:
    """The files that hold a secret in any spelling."""
    wanted = spellings(secret)
    found: list[str] = []
    for path in (p for p in product.home.rglob("*") if p.is_file()):
        data = path.read_bytes()
        unfolded = data.replace(b"=\r\n", b"").replace(b"=\n", b"")  # quoted-printable breaks long lines
        if any(w in data or w in unfolded for w in wanted):
            found.append(str(path.relative_to(product.home)))
    return found


def test_the_search_finds_what_is_there(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    assert any(p.startswith("registry.db") for p in places(product, "CX10001"))
    assert any(p.startswith("prefect/") for p in places(product, "Jane Doe"))


def test_the_password_is_nowhere(told: tuple[Product, str, list[str]]) -> None:
    product, password, _ = told
    assert len(password) >= 12
    assert places(product, password) == []
    with transaction(product.config.database_url) as session:
        entry = session.get_one(DirectoryEntry, "CX10001")
    assert entry.password_hash.startswith("$argon2id$")
    assert entry.must_change
    assert entry.enabled


def test_protected_information_is_only_in_the_mail_as_it_came(told: tuple[Product, str, list[str]]) -> None:
    """In the mailbox and in the registry's copy of the raw mail; Prefect, the logs and what was sent do not have it."""
    product, _, _ = told
    found = places(product, PROTECTED)
    assert {p.split("/")[0].partition("-")[0] for p in found} == {"mailbox", "registry.db"}, found
    with transaction(product.config.database_url) as session:
        (decision,) = session.exec(select(Decision).where(Decision.question == Question.APPROVAL)).all()
    assert decision.reason == "Seen: SSN ***."


def test_link_and_code_are_only_in_the_mails_of_those_who_got_them(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    token = next(iter(product.staff.seen)).rpartition("/")[2]
    assert [p.split("/")[:2] for p in places(product, token)] == [["outgoing", "jane.doe@nexus.example"]]
    (code,) = product.staff._codes().values()
    assert {p.split("/")[0] for p in places(product, code)} == {"outgoing"}
    assert not [p for p in places(product, code) if "jane.doe" in p], "the staff member's mail holds no code"


def test_the_service_keys_are_nowhere(told: tuple[Product, str, list[str]]) -> None:
    product, _, keys = told
    assert len(set(keys)) == 3
    for key in keys:
        assert places(product, key) == []
        assert places(product, base64.b64encode(f"svc:{key}".encode()).decode()) == []


def test_the_sign_in_passwords_are_nowhere(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    for password in product.passwords.values():
        assert places(product, password.get_secret_value()) == []


def test_what_is_kept_is_for_its_owner_only(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    ours = [p for p in product.home.rglob("*") if p.is_file() and p.name != "up.log"]
    open_to_others = [p for p in ours if p.stat().st_mode & 0o077]
    assert [p for p in open_to_others if "mailbox" not in p.parts and "registry" not in p.name] == []


def test_the_submitter_was_told_and_never_got_the_password_or_the_link(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    found = request(product)
    assert found is not None
    mails = [text_of(m) for m in delivered(product.config, found.requester_email)]
    assert any("for Jane Doe is in place" in m for m in mails), mails
    assert not any("/credentials/" in m for m in mails)


def test_the_audit_chain_holds_and_the_command_says_so(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    ran = subprocess.run(
        [sys.executable, "-m", "deployments", "verify"], env=product.env, cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "The audit chain holds. Head: " in ran.stdout


def test_the_link_works_once(told: tuple[Product, str, list[str]]) -> None:
    product, _, _ = told
    with transaction(product.config.database_url) as session:
        (credential,) = session.exec(select(Credential)).all()
    assert str(credential.state) == "VIEWED"
    product.start()
    try:
        link = next(iter(product.staff.seen))
        (code,) = product.staff._codes().values()
        again = httpx.post(link, data={"code": code}, headers={"Origin": product.config.base_url})
        assert again.status_code != 200
        assert "CX10001" not in again.text
    finally:
        product.stop()
