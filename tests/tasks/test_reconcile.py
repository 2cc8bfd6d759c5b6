"""Scans and directory against the registry: what is found, told once, and gone again; samples announced and drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from pydantic import SecretStr
from sqlmodel import col, update

from db import audit
from db.account_life import AccountEvent, change
from db.columns import clock
from db.models import Account, Audit, AuditDraw, Difference, Document, FieldRow, ScanCheck
from deployments.samples.cases import case
from deployments.samples.papers import access_request
from tasks import reconcile, wiring
from tasks.intake import sort_waiting, store_waiting
from tasks.policy.sampling import digest, sample
from tasks.reconciling import Looked
from tasks.sampling import draw_what_is_due
from tests.factories import LAURA, today
from tests.tasks.office import Office, text_of

DAY = timedelta(1)


def night(office: Office, after: int = 0, *, scans: bool = True) -> Looked:
    looked = Looked()
    with clock(lambda: datetime.now(UTC) + after * DAY):
        reconcile.compare_directory.fn(looked)
        if scans:
            reconcile.compare_scans.fn(looked)
    return looked


def standing(office: Office) -> list[str]:
    return sorted(row.key for row in office.rows(Difference) if row.gone_on is None)


def test_what_happens_behind_our_back_is_told_once_and_undone(office: Office) -> None:
    office.fulfilled()
    name = office.account().user_name or ""
    directory = wiring.directory(office.config)
    assert directory is not None
    directory.set_initial_password(name, SecretStr("Kestrel-49-harbor"))
    with office.session() as session:
        account = session.get_one(Account, office.account().id)
        change(session, account, AccountEvent.DISABLE, by="test", clause="III.B.3", reason="left")
        account.directory_due = False
    directory.create("CZ777")
    assert night(office, scans=False).accounts == 1
    assert standing(office) == [f"directory:{name}:enabled", "directory:CZ777:orphan"]
    assert office.account().directory_due
    night(office, 1, scans=False)
    assert len(office.letters("difference")) == 2
    directory.disable(name)
    with office.session() as session:
        session.get_one(Account, office.account().id).directory_due = False
    assert night(office, 2, scans=False).gone == 1
    assert standing(office) == ["directory:CZ777:orphan"]
    page = reconcile.differences_page.fn(Looked())
    assert "CZ777" in page
    assert "no such account" in page
    with office.session() as session:
        assert audit.count(session, "reconciliation.difference") == 2
        assert audit.count(session, "reconciliation.settled") == 1


def real_form(office: Office) -> None:
    """A filled form comes by mail and is read by the reader itself."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = LAURA.email, "correquests@mt.example", "Access for Jane Doe"
    mail["Message-ID"] = "<1@nexus.example>"
    mail.set_content("Please find the access request attached.")
    filled = access_request(case(today(), "nexus", "Doe", 1, "enter", "Case notes.").values())
    mail.add_attachment(filled, maintype="application", subtype="pdf", filename="request.pdf")
    for folder in ("new", "cur", "tmp"):
        (office.home / "mailbox" / folder).mkdir(parents=True, exist_ok=True)
    (office.home / "mailbox" / "new" / "1.eml").write_bytes(mail.as_bytes())
    store_waiting.fn()
    sort_waiting.fn()


def test_a_stored_scan_is_read_again_and_held_against_what_is_on_file(office: Office) -> None:
    real_form(office)
    assert night(office).files == 0  # it was read today
    looked = night(office, 1)
    assert (looked.files, looked.of_files, standing(office)) == (1, 1, [])
    assert looked.fields > 10
    with office.session() as session:
        session.exec(update(FieldRow).where(col(FieldRow.name) == "family_name").values(value="Smith"))
        session.exec(update(FieldRow).where(col(FieldRow.name) == "email").values(corrected_value="by a person"))
    night(office, 2)
    (document,) = office.rows(Document)
    assert standing(office) == [f"scan:doc-{document.id}:access_request.family_name"]
    (told,) = office.letters("difference")
    assert "The registry says: Smith. The scan says: Doe." in text_of(told)
    with office.session() as session:
        session.exec(update(FieldRow).where(col(FieldRow.name) == "family_name").values(value="Doe"))
        session.exec(update(Document).values(content=b"%PDF-1.4 something else"))
    night(office, 3)
    assert standing(office) == [f"scan:doc-{document.id}:{code}" for code in ("access_request", "file")]
    (checked,) = office.rows(ScanCheck)
    assert (checked.checked_on, checked.differences) == (today() + 3 * DAY, 2)


def test_a_sample_is_bound_before_it_is_drawn_and_can_be_redone(office: Office) -> None:
    office.set(audit_sample_size=3, audit_head_to="auditor@mt.example")
    for n in range(7):
        office.assessed(subject=f"case {n}")
    office.fulfilled()
    later = datetime(2027, 3, 5, 18, tzinfo=UTC)  # a Friday
    with clock(lambda: later):
        page = draw_what_is_due.fn("correquests")
        assert draw_what_is_due.fn("correquests") == page
    (row,) = office.rows(AuditDraw)
    assert row.commitment in page
    assert row.seed not in page
    (bound,) = office.letters("audit-sample-2027-02")
    assert row.commitment in text_of(bound)
    assert row.seed not in text_of(bound)
    assert "auditor@mt.example" in bound.recipients
    with clock(lambda: later + 9 * DAY):
        page = draw_what_is_due.fn("correquests")
    (row,) = office.rows(AuditDraw)
    assert digest(row.seed) == row.commitment
    assert row.sample == sample(row.seed, row.population, 3)
    assert row.seed in page
    links = [link for link in office.rows(Audit) if link.action.startswith("audit_sample.")]
    assert [link.action for link in links] == ["audit_sample.announced", "audit_sample.drawn"]
    assert row.seed not in str(links[0].detail)
    with clock(lambda: later + 30 * DAY):
        draw_what_is_due.fn("correquests")
    assert [r.period for r in office.rows(AuditDraw)] == ["2027-02", "2027-03"]
