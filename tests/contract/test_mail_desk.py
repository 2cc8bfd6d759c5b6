"""The service desk by mail: what its answers mean, and what it is sent."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from tasks.adapters import desk
from tasks.adapters.desk import Desk, Work
from tasks.adapters.desk.mail import MailDesk

KEY = "CR-2026-000123-create"
OUR_ID = "<CR-2026-000123.ticket.1.ab12cd34@mt.example>"
SUBJECT = f"Re: [CR-2026-000123] Create offender management system account for Alma Poe (Nexus) ({KEY})"
QUOTE = "\n\nOn Mon, 1 Jun 2026 at 10:00, <correquests@mt.example> wrote:\n> When it is done, reply with\n>     DONE\n"
OUTLOOK = (
    "\n\n________________________________\nFrom: correquests@mt.example\nSent: Monday\nTo: IT\nSubject: x\n\n"
    "When it is done, reply with DONE. User ID: CX99999\n"
)
DESK: Desk = MailDesk("it-desk@mt.example")

# the desk's own words, done, user ID, IT's number
ANSWERS = [
    ("DONE", True, "", ""),
    ("Done.", True, "", ""),
    ("done - thanks!\nBob, Service Desk", True, "", ""),
    ("DONE\nUser ID: CX12345", True, "CX12345", ""),
    ("DONE\nuser id = cx12345", True, "CX12345", ""),
    ("Done, the login is CA1234. INC0012345", True, "CA1234", "INC0012345"),
    ("Your ticket INC0012345 has been closed.", True, "", "INC0012345"),
    ("Resolved: account created, UserID CX12345", True, "CX12345", ""),
    ("RITM0098765 was resolved by B. Hill.\n\n-- \nIT desk. Could not reach us? Call.", True, "", "RITM0098765"),
    ("The account is set up.", True, "", ""),
    ("Completed", True, "", ""),
    ("not done yet", False, "", ""),
    ("This is not closed.", False, "", ""),
    ("Cannot be done: the name is taken.", False, "", ""),
    ("Who is her supervisor?", False, "", ""),
    ("Is this done?", False, "", ""),
    ("Done? I do not see the account.", False, "", ""),
    ("Will be done tomorrow.", False, "", ""),
    ("We will close this once it has been completed.", False, "", ""),
    ("Your request was received as INC0012345.", False, "", "INC0012345"),
    ("INC0012345 is in progress. It will be resolved soon.", False, "", "INC0012345"),
    ("The account could not be created.", False, "", ""),
    ("User ID CX12345 already exists, please advise.", False, "CX12345", ""),
    ("The request is incomplete.", False, "", ""),
    ("Closed as duplicate.", False, "", ""),
    ("hasn't been created", False, "", ""),
    ("", False, "", ""),
    ("Thank you", False, "", ""),
]


@pytest.mark.parametrize("below", ["", QUOTE, OUTLOOK], ids=["bare", "quote", "outlook"])
@pytest.mark.parametrize(("words", "done", "user_id", "number"), ANSWERS)
def test_answers(words: str, done: bool, user_id: str, number: str, below: str) -> None:
    reply = DESK.read_reply(SUBJECT, words + below, [OUR_ID])
    assert reply is not None
    assert (reply.key, reply.done, reply.user_name, reply.reference) == (KEY, done, user_id, number)
    assert "CX99999" not in reply.note


@pytest.mark.parametrize(
    ("subject", "text", "in_reply_to", "key"),
    [
        ("Re: something", "DONE", [OUR_ID], KEY),
        ("Re: something", "DONE", ["<CR-2026-000123-create.ticket.2.ab12cd34@mt.example>"], KEY),
        ("Re: something", "DONE", ["<x@y>", OUR_ID], KEY),
        (SUBJECT, "DONE", [], KEY),
        ("INC0012345 closed", f"DONE for {KEY}", [], KEY),
        ("[CR-2026-000123] closed", "DONE", [], KEY),
        ("INC0012345 closed", "Your request CR-2026-000123 is done", [], KEY),
        ("INC0012345 closed", "DONE", ["<x@y>"], None),
        ("Newsletter", "Maintenance is done.", [], None),
        ("INC1", f"DONE\n\nOn Mon, C wrote:\n> {KEY}", [], None),
        ("Re: x", "DONE", ["<CR-2026-000123.papers-missing.1.ab@mt.example>"], None),
    ],
)
def test_which_ticket_is_answered(subject: str, text: str, in_reply_to: list[str], key: str | None) -> None:
    reply = DESK.read_reply(subject, text, in_reply_to)
    assert (reply.key if reply else None) == key


@pytest.mark.parametrize(
    ("sender", "known"),
    [("it-desk@mt.example", True), ("IT-Desk@MT.example ", True), ("it-desk@mt.example.evil", False), ("", False)],
)
def test_who_the_desk_is(sender: str, known: bool) -> None:
    assert DESK.understands(sender) is known
    assert not MailDesk("").understands("")


FACTS = {
    "key": KEY,
    "case": "CR-2026-000123",
    "action": "create_account",
    "user_id": "CX10001",
    "given_name": "Alma",
    "family_name": "Poe",
    "email": "alma@nexus.example",
    "provider": "Nexus",
    "entitlement": "enter",
}


def schema() -> jsonschema.Draft202012Validator:
    path = Path(desk.__file__).parent / "ticket.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text()))
    return jsonschema.Draft202012Validator(json.loads(path.read_text()))


@pytest.mark.parametrize("user_id", ["CX10001", None])
def test_the_ticket_is_valid_by_its_schema(user_id: str | None) -> None:
    work = Work(KEY, "create_account", "Create account", FACTS | {"user_id": user_id})
    title, content = MailDesk("x@y").ticket(work)
    assert title == "Create account"
    schema().validate(json.loads(content))
    assert MailDesk("x@y").ticket(work)[1] == content


@pytest.mark.parametrize("change", [{"entitlement": "admin"}, {"password": "x"}, {"key": ""}, {"given_name": ""}])
def test_the_schema_refuses_what_is_not_a_ticket(change: dict[str, str]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        schema().validate(FACTS | {"title": "t"} | change)
