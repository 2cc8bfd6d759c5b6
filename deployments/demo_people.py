"""The people of the demonstration: a contract manager at the UI's API, IT at its mail, staff at their link."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from deployments.samples.envelopes import Sample
from tasks.adapters.mailbox.maildir import drop
from tasks.settings import Settings

SETTLED: dict[str, tuple[dict[str, Any], ...]] = {
    "change": ({"decision": "approve"},),
    "departure": ({"decision": "submit the form"},),
    "termination": ({"decision": "submit the form", "remarks": "Caseload goes to the program manager."},),
    "leave": ({"decision": "confirm"},),
    "comes_back": ({"decision": "confirm"}, {"decision": "returns: enable the account"}),
    "move": ({"decision": "approve", "leaves": "Alternatives, Inc."},),
    "reset": ({"decision": "reset"},),
    "unlock": ({"decision": "keep", "reason": "He signs off the notes of his unit."},),
    "report": ({"decision": "suspend", "account": "CX10008", "reason": "Seen by her supervisor."},),
}
"""What the contract manager answers about people who have an account, by story: the first time, the second time."""

CODE = re.compile(r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b")


class RefusedToSignIn(Exception):
    """The gateway did not accept the sign-in of the demonstration's contract manager."""


class ContractManager:
    """Somebody who signs in and answers what waits, through the API that the Prefect UI uses."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.answered: set[str] = set()

    @classmethod
    def signed_in(cls, config: Settings, user: str, password: SecretStr) -> ContractManager:
        """Sign in by the form; the session cookie stays in the client."""
        http = httpx.Client(base_url=config.base_url, headers={"Origin": config.base_url}, timeout=120)
        form = {"user_name": user, "password": password.get_secret_value(), "next": "/"}
        if http.post("/signin", data=form).status_code >= 400 or not http.cookies:
            raise RefusedToSignIn(RefusedToSignIn.__doc__)
        return cls(http)

    def answer_what_waits(self, stories: dict[str, Sample]) -> None:
        """Answer every suspended run once per asking."""
        for run in self.suspended():
            key = run["state"]["state_details"]["pause_key"]
            story = stories.get(run["id"])
            if story is None or f"{run['id']} {key}" in self.answered:
                continue
            answer = self._answer(story, key, run["id"])
            if answer is not None and self.resume(run["id"], answer):
                self.answered.add(f"{run['id']} {key}")

    def suspended(self) -> list[dict[str, Any]]:
        """What the UI lists under Suspended."""
        wanted = {"flow_runs": {"state": {"name": {"any_": ["Suspended"]}}}}
        found: list[dict[str, Any]] = self.http.post("/api/flow_runs/filter", json=wanted).raise_for_status().json()
        return found

    def resume(self, run_id: str, answer: dict[str, Any]) -> bool:
        """Press the button. True when Prefect accepted the answer."""
        got = self.http.post(f"/api/flow_runs/{run_id}/resume", json={"run_input": answer})
        return got.is_success and got.json().get("status") == "ACCEPT"

    def suspend(self, whom: str, why: str) -> None:
        """Press the button of the page *Suspend an account*; raises `httpx.HTTPStatusError` when it is refused."""
        got = self.http.post("/desk/suspend", data={"whom": whom, "reason": why})
        if not got.has_redirect_location:
            got.raise_for_status()

    def start(self, offer: str, **parameters: Any) -> str:
        """Start what the catalogue offers to people; the id of its run."""
        found = self.http.post("/api/deployments/filter", json={"deployments": {"name": {"any_": [offer]}}}).json()
        run = self.http.post(f"/api/deployments/{found[0]['id']}/create_flow_run", json={"parameters": parameters})
        return str(run.raise_for_status().json()["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        """A run as the UI sees it."""
        seen: dict[str, Any] = self.http.get(f"/api/flow_runs/{run_id}").json()
        return seen

    def artifacts(self, run_id: str) -> list[str]:
        """What a run shows, as markdown."""
        wanted = {"artifacts": {"flow_run_id": {"any_": [run_id]}}}
        return [str(a["data"]) for a in self.http.post("/api/artifacts/filter", json=wanted).json()]

    def _answer(self, story: Sample, key: str, run_id: str) -> dict[str, Any] | None:
        question = key.partition("-")[0]
        if question == "sender":
            return {"decision": "refuse", "reason": "Not on the provider's list; the provider was asked by telephone."}
        if question == "reading":
            return self._look_at_scan(story, self.schema(run_id, key))
        if question == "approval" and story.key in SETTLED:
            before = sum(done.startswith(f"{run_id} {question}") for done in self.answered)
            return SETTLED[story.key][min(before, len(SETTLED[story.key]) - 1)]
        if question == "approval":
            if story.expected == "rejected":
                reason = "Entry of data is not in this provider's contract. Please ask for view access."
                return {"decision": "reject", "reason": reason}
            cleared = datetime.now(UTC).date().replace(day=1).isoformat()
            return {"decision": "approve", "clearance_on": cleared}
        return None  # papers and completion wait for the requester and for IT

    def _look_at_scan(self, story: Sample, schema: dict[str, Any]) -> dict[str, Any]:
        """What a person sees on the scan of this story."""
        seen: dict[str, Any] = {}
        for name in schema["properties"]:
            if name == "staff_signature":
                seen[name] = "not in ink" if story.key == "typed_signature" else "signed in ink"
            elif name == "supervisor_signature":
                seen[name] = "not signed" if story.key == "signature_missing" else "signed in ink"
        return seen

    def schema(self, run_id: str, key: str) -> dict[str, Any]:
        """The form that the UI would draw."""
        got = self.http.get(f"/api/flow_runs/{run_id}/input/suspended-{key}-schema").raise_for_status()
        found: dict[str, Any] = json.loads(got.json()) if isinstance(got.json(), str) else got.json()
        return found


def delivered(config: Settings, address: str) -> Iterator[EmailMessage]:
    """The mails that an address has got, as its owner would see them."""
    box = config.home / "outgoing" / address
    for path in sorted(p for sub in ("new", "cur") for p in (box / sub).glob("*")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        yield mail


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


class ItDesk:
    """Answers each ticket mail once, as a technician does: by reply, with DONE."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.answered: set[str] = set()

    def answer_tickets(self) -> None:
        """Reply to what came since."""
        assert self.config.maildir is not None
        for mail in delivered(self.config, self.config.desk_address):
            ticket = str(mail["Message-ID"])
            if ticket in self.answered:
                continue
            self.answered.add(ticket)
            drop(self.config.maildir, self._reply(mail, ticket), f"it-reply-{len(self.answered)}")

    def _reply(self, mail: EmailMessage, ticket: str) -> bytes:
        quoted = "\n".join(f"> {line}" for line in text_of(mail).splitlines())
        reply = EmailMessage(policy=policy.SMTP)
        reply["From"] = f"IT Service Desk <{self.config.desk_address}>"
        reply["To"] = self.config.mailbox_address
        reply["Subject"] = f"RE: {mail['Subject']}"
        reply["Date"] = format_datetime(datetime.now(UTC))
        reply["Message-ID"] = make_msgid(domain="mt.example")
        reply["In-Reply-To"] = ticket
        reply.set_content(f"DONE\n\nINC{100000 + len(self.answered):07d}, Sam at the service desk\n\n{quoted}\n")
        return reply.as_bytes()


class StaffMember:
    """Opens the link, types the code that the submitter handed over, and sees the password once."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.seen: dict[str, str] = {}
        self.http = httpx.Client(timeout=120)

    def pick_up(self) -> None:
        """Visit every link that has arrived and whose code has arrived too."""
        codes = self._codes()
        for address in self._addresses():
            for mail in delivered(self.config, address):
                link = re.search(rf"{re.escape(self.config.base_url)}/credentials/\S+", text_of(mail))
                number = re.search(r"CR-\d{4}-\d{6}", str(mail["Subject"]))
                if link and number and link.group() not in self.seen and number.group() in codes:
                    self._visit(link.group(), codes[number.group()])

    def _visit(self, link: str, code: str) -> None:
        origin = {"Origin": self.config.base_url}
        page = self.http.post(link, data={"code": code}, headers=origin)
        if page.is_success:
            self.seen[link] = page.text

    def _addresses(self) -> list[str]:
        box: Path = self.config.home / "outgoing"
        return sorted(p.name for p in box.iterdir()) if box.is_dir() else []

    def _codes(self) -> dict[str, str]:
        """The pick-up codes that submitters were given, by case number."""
        found: dict[str, str] = {}
        for address in self._addresses():
            for mail in delivered(self.config, address):
                number = re.search(r"CR-\d{4}-\d{6}", str(mail["Subject"]))
                code = CODE.search(text_of(mail).replace(number.group(), "") if number else "")
                if number and code and "pick-up code" in text_of(mail).lower():
                    found[number.group()] = code.group()
        return found
