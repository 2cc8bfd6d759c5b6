"""The tables, one file per aggregate. Importing this package registers all of them with SQLModel's metadata."""

from db.account_life import AccountState
from db.models.accounts import Account, Credential, CredentialState, DirectoryEntry, Sequence
from db.models.evidence import Audit, AuditHead
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

__all__ = [
    "Absence",
    "Account",
    "AccountState",
    "Affiliation",
    "Attempt",
    "Audit",
    "AuditHead",
    "Clearance",
    "ContractManager",
    "Credential",
    "CredentialState",
    "Decision",
    "Delivery",
    "Deputy",
    "DesignatedSubmitter",
    "DirectoryEntry",
    "Disposition",
    "Document",
    "Entitlement",
    "FieldRow",
    "Kind",
    "MailCase",
    "Message",
    "Notice",
    "Outbox",
    "Person",
    "Provider",
    "Question",
    "ReadingRow",
    "Request",
    "Role",
    "Secret",
    "Sequence",
    "SignIn",
    "SignatureCopy",
    "SignatureRow",
    "SuspensionOrder",
    "Ticket",
    "TicketState",
    "User",
]
