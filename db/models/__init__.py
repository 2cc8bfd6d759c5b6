"""The tables, one file per aggregate. Importing this package registers all of them with SQLModel's metadata."""

from db.account_life import AccountState
from db.models.accounts import Account, Credential, CredentialState, DirectoryEntry, Sequence
from db.models.evidence import Audit, AuditHead
from db.models.identities import EarlierRecord, IdentityVerdict, Said
from db.models.mail import (
    Attempt,
    Delivery,
    Disposition,
    Document,
    MailCase,
    Message,
    Outbox,
    Secret,
    Ticket,
    TicketState,
)
from db.models.notices import Notice
from db.models.orders import SuspensionOrder
from db.models.papers import FieldRow, ReadingRow, SignatureCopy, SignatureRow
from db.models.people import (
    Absence,
    Affiliation,
    Clearance,
    ContractManager,
    Deputy,
    DesignatedSubmitter,
    Person,
    Provider,
    Role,
    SignIn,
    User,
)
from db.models.requests import Decision, Entitlement, Kind, Question, Request
from db.models.retention import LegalHold, PurgePermission, PurgePiece, PurgeProposal, PurgeState
from db.models.reviews import (
    AuditDraw,
    Difference,
    Recertification,
    RecertificationLine,
    Roster,
    ScanCheck,
    Verdict,
)
from db.models.usage import LockoutRun, LockoutState, UsageImport

__all__ = [
    "Absence",
    "Account",
    "AccountState",
    "Affiliation",
    "Attempt",
    "Audit",
    "AuditDraw",
    "AuditHead",
    "Clearance",
    "ContractManager",
    "Credential",
    "CredentialState",
    "Decision",
    "Delivery",
    "Deputy",
    "DesignatedSubmitter",
    "Difference",
    "DirectoryEntry",
    "Disposition",
    "Document",
    "EarlierRecord",
    "Entitlement",
    "FieldRow",
    "IdentityVerdict",
    "Kind",
    "LegalHold",
    "LockoutRun",
    "LockoutState",
    "MailCase",
    "Message",
    "Notice",
    "Outbox",
    "Person",
    "Provider",
    "PurgePermission",
    "PurgePiece",
    "PurgeProposal",
    "PurgeState",
    "Question",
    "ReadingRow",
    "Recertification",
    "RecertificationLine",
    "Request",
    "Role",
    "Roster",
    "Said",
    "ScanCheck",
    "Secret",
    "Sequence",
    "SignIn",
    "SignatureCopy",
    "SignatureRow",
    "SuspensionOrder",
    "Ticket",
    "TicketState",
    "UsageImport",
    "User",
    "Verdict",
]
