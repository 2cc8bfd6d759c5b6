"""The values a clause is given. No session, no clock, no settings: everything a rule may know stands here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class SignatureFacts:
    """A slot of the Consent Form: final verdict (`ink`, `blank`, `typed`, `electronic`, `stray`, `unclear`) and why.

    `copy_of` names the earlier cases on whose forms the same strokes stand.
    """

    verdict: str
    evidence: tuple[str, ...] = ()
    judged_by_person: bool = False
    copy_of: tuple[str, ...] = ()

    @property
    def copied(self) -> bool:
        """Whether it may be a picture taken from an earlier form, and no person has said what it is."""
        return bool(self.copy_of) and not self.judged_by_person and self.verdict in ("ink", "unclear")


@dataclass(frozen=True)
class ConsentFacts:
    """The Consent Form on file. A slot that was not found is None."""

    staff_name: str
    supervisor_name: str
    staff: SignatureFacts | None
    supervisor: SignatureFacts | None
    provider_key: str = ""
    position: str = ""
    edition: str = ""
    photo: bool = False
    same_hand: bool = False
    staff_signed_on: date | None = None
    doubtful_fields: tuple[str, ...] = ()
    missing_pages: tuple[int, ...] = ()
    mixed_pages: bool = False


@dataclass(frozen=True)
class AccessFacts:
    """The Access Request form on file. `entitlement` is `view`, `enter` or empty; `action` as on the form."""

    staff_name: str
    email: str
    provider_key: str
    entitlement: str
    action: str = "new"
    position: str = ""
    justification: str = ""
    supervisor_name: str = ""
    edition: str = ""
    doubtful_fields: tuple[str, ...] = ()
    missing_fields: tuple[str, ...] = ()
    missing_pages: tuple[int, ...] = ()
    mixed_pages: bool = False


@dataclass(frozen=True)
class ProviderFacts:
    """A contract: may its staff have access (1.7.100), may they enter data (1.7.200)."""

    key: str
    name: str
    access: bool
    entry: bool


@dataclass(frozen=True)
class MailFacts:
    """What the request's mails say: position and need as quoted from the text, empty when not found (III.B.2.c)."""

    position: str
    need: str


@dataclass(frozen=True)
class RefusedFile:
    """An attachment that could not be read: its name and the sentence of the refusal."""

    name: str
    code: str
    sentence: str


class Sent(Protocol):
    """What every case has: a sender, a provider, and the files that could not be read."""

    @property
    def requester_email(self) -> str:
        """Who writes."""

    @property
    def provider(self) -> ProviderFacts | None:
        """Whose staff it is about."""

    @property
    def sender_designated(self) -> bool:
        """Whether the provider has named the sender (III.B.2)."""

    @property
    def sender_accepted(self) -> bool:
        """Whether the contract manager has accepted the sender."""

    @property
    def refused_files(self) -> tuple[RefusedFile, ...]:
        """Attachments that could not be read."""


class Cleared(Protocol):
    """Somebody whose security clearance may be on record (III.A.1)."""

    @property
    def cleared_on(self) -> date | None:
        """The day of the clearance."""


@dataclass(frozen=True)
class PersonMatch:
    """Somebody on record who may be the staff member: the score and what speaks for it (`tasks.policy.identity`).

    `said` is `same`, `another` or empty: what a person answered on this request. `sure`: four fields agree. `apart`:
    an earlier request settled that this is another person than the one who is surely meant.
    """

    person_id: int
    name: str
    account: str
    score: int
    reasons: tuple[str, ...]
    said: str = ""
    sure: bool = False
    apart: bool = False


@dataclass(frozen=True)
class OffenderMatch:
    """An entry of the list of offenders with a name like the staff member's. `said`: `another` or empty."""

    entry: str
    name: str
    score: int
    reasons: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True)
class Case:
    """Everything known of a request for new access at the moment it is assessed."""

    requester_email: str
    mail: MailFacts
    provider: ProviderFacts | None
    sender_designated: bool
    sender_accepted: bool = False
    consent: ConsentFacts | None = None
    access: AccessFacts | None = None
    refused_files: tuple[RefusedFile, ...] = ()
    live_account: str | None = None
    cleared_on: date | None = None
    other_open_request: str | None = None
    matches: tuple[PersonMatch, ...] = ()
    offenders: tuple[OffenderMatch, ...] = ()
    offender_list_problem: str = ""
    extra: dict[str, str] = field(default_factory=dict)
