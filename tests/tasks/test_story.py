"""A whole request for new access, and what the audit chain says of it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from db import audit, credentials
from db.columns import utc_now
from db.models import Audit, Credential, Delivery, Secret
from db.procedure import REVISION
from forms.reading import Verdict
from tasks.accounts import fulfil, provision
from tests.factories import DESK, PETER, access, consent, today
from tests.tasks.office import DEPUTY, MANAGER, Office

US, STAFF = "correquests", "staff member"

STORY: list[tuple[str, str, str]] = [
    ("mail.received", PETER.email, "III.B.2"),
    ("mail.understood", US, "III.B.2"),
    ("request.opened", PETER.email, "III.B.2"),
    ("mail.opened", US, "III.B.2"),
    ("request.hold", US, "III.B.2"),
    ("mail.sent", US, "III.B.1"),
    ("decision.sender", MANAGER, "III.B.2"),
    ("request.release", MANAGER, "III.B.2"),
    ("request.doubt", US, "III.B.2.b"),
    ("mail.sent", US, "III.B.1"),
    ("decision.reading", DEPUTY, "III.B.2.b"),
    ("request.settle", DEPUTY, "III.B.2.b"),
    ("request.lack", US, "III.B.2"),
    ("mail.sent", US, "III.B.2"),
    ("mail.received", PETER.email, "III.B.2"),
    ("mail.understood", US, "III.B.2"),
    ("mail.joined", US, "III.B.2"),
    ("request.supplement", PETER.email, "III.B.2"),
    ("request.complete", US, "III.A.1"),
    ("mail.sent", US, "III.B.1"),
    ("answer.refused", "vlindqvist", "III.B.1"),
    ("clearance.recorded", MANAGER, "III.A.1"),
    ("decision.approval", MANAGER, "III.B.1"),
    ("request.approve", MANAGER, "III.B.1"),
    ("account.requested", US, "III.B.2.a"),
    ("ticket.opened", US, "III.B.2.d"),
    ("request.submit", US, "III.B.2.d"),
    ("mail.sent", US, "III.B.2.d"),
    ("mail.received", DESK.email, "III.B.2"),
    ("account.acquired", DESK.email, "III.B.2.a"),
    ("ticket.closed", DESK.email, "III.B.2.d"),
    ("mail.joined", US, "III.B.2"),
    ("account.activate", US, "III.B.2.a"),
    ("credential.issued", US, "III.B.2.d"),
    ("request.confirm", US, "III.B.2.d"),
    ("credential.armed", US, "III.B.2.d"),
    ("mail.sent", US, "III.B.2.d"),
    ("credential.armed", US, "III.B.2.d"),
    ("mail.sent", US, "III.B.2.d"),
    ("credential.armed", US, "III.B.2.d"),
    ("credential.armed", US, "III.B.2.d"),
    ("credential.refused", STAFF, "III.B.2.d"),
    ("credential.viewed", STAFF, "III.B.2.d"),
]
"""What happened, who did it, what it rests on."""


def live(office: Office) -> str:
    """Unlisted sender, doubtful signature, a form that comes late, a viewer's attempt, an ID from IT, a wrong code."""
    office.set(user_id_mode="acquire")
    request_id = office.open(PETER, consent(marks=(Verdict.INK, Verdict.UNCLEAR)))
    steps = [
        (MANAGER, {"decision": "accept for this request"}),
        (DEPUTY, {"supervisor_signature": "signed in ink"}),
    ]
    for by, given in steps:
        office.assess(request_id)
        office.drain()
        office.answer(request_id, by, **given)
    office.assess(request_id)
    office.drain()
    missing = office.letters("papers-missing")[0].message_id
    office.receive(PETER, access(), in_reply_to=[missing])
    office.assess(request_id)
    office.drain()
    approve = {"decision": "approve", "clearance_on": today().isoformat()}
    for by in ("vlindqvist", MANAGER):
        office.answer(request_id, by, **approve)
    provision.fn(request_id)
    office.drain()
    office.desk_says("Done. User ID: CA54321")
    fulfil.fn(request_id)
    office.drain()
    pick_up(office)
    return request_id


def pick_up(office: Office) -> None:
    """The staff member, with a link and a code sent anew, mistypes the code and then gets it right."""
    (credential,) = office.rows(Credential)
    assert credential.id is not None
    with office.session() as session:
        link = credentials.arm(session, credential.id, Secret.LINK)
        code = credentials.arm(session, credential.id, Secret.CODE)
    for given in (SecretStr("2222-2222"), code):
        with office.session() as session:
            credentials.claim(session, link, given, utc_now(), 5)


def test_everything_leaves_a_link(office: Office) -> None:
    with office.session() as session:
        before = audit.head_of(session).seq
    began = utc_now()
    request_id = live(office)
    with office.session() as session:
        assert audit.verify(session) is None
    chain = sorted((row for row in office.rows(Audit) if row.seq > before), key=lambda r: r.seq)
    assert [(row.action, row.actor, row.clause) for row in chain] == STORY
    number = office.case(request_id).number
    for row in chain:
        when = datetime.fromisoformat(row.at)
        assert when.utcoffset() == timedelta(0)
        assert began - timedelta(seconds=1) <= when <= datetime.now(UTC)
        assert row.revision == REVISION
        assert row.subject in (number, "CA54321") or row.subject.startswith("mail-")
        assert row.detail


def test_states_decisions_and_mails_agree_with_the_chain(office: Office) -> None:
    request_id = live(office)
    links = office.links(request_id)
    moves = [(row.detail["from"], row.detail["to"]) for row in links if "from" in row.detail]
    assert [a for a, _ in moves[1:]] == [b for _, b in moves[:-1]]  # no move is missing
    assert (moves[0][0], moves[-1][1]) == ("RECEIVED", office.case(request_id).state)
    sent = [row.detail["message_id"] for row in links if row.action == "mail.sent"]
    assert sorted(sent) == sorted(row.message_id for row in office.letters())
    assert {row.delivery for row in office.letters()} == {Delivery.SENT}
    granted = next(row for row in links if row.action == "decision.approval")
    assert granted.detail["outcome"] == "approve"
    assert "III.A.1 clearance_missing" in granted.detail["findings"]
