"""What the stories share: a person's papers, the people who send them, and the time of day in Montana."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from deployments.samples.cast import BY_KEY, Provider, Staff
from deployments.samples.envelopes import PDF, Attachment, SampleMail
from deployments.samples.papers import Consent, Mark, access_request, consent_scan, us_date
from forms.schema import PROVIDERS

MOUNTAIN = ZoneInfo("America/Denver")


@dataclass(frozen=True)
class Case:
    """One person's papers: consent signed and access request dated three days before `day`."""

    day: date
    provider: Provider
    person: Staff
    seed: int
    entitlement: str
    reason: str

    def consent(self, staff: Mark = Mark.INK, supervisor: Mark = Mark.INK, font: str = "Helvetica") -> Consent:
        """The consent with these marks in its two slots."""
        return Consent(self.person, self.provider, self.day - timedelta(3), self.seed, staff, supervisor, font)

    def scan(self, filename: str, consent: Consent, dpi: int = 200, grey: bool = False) -> Attachment:
        """A scanned consent as an attachment."""
        return Attachment(filename, PDF, partial(consent_scan, consent, dpi, grey))

    def request(self, filename: str, flat: bool = False) -> Attachment:
        """The access request as an attachment."""
        return Attachment(filename, PDF, partial(access_request, self.values(), flat))

    def values(self) -> Mapping[str, str]:
        """What is typed into the access request, by field name."""
        person, supervisor = self.person, self.provider.supervisor
        return {
            "action": "new",
            "date": us_date(self.day - timedelta(3)),
            "given_name": person.given_name,
            "family_name": person.family_name,
            "position": person.position,
            "provider": PROVIDERS[self.provider.key][0],
            "email": person.email,
            "telephone": person.telephone,
            "start_date": us_date(self.day - timedelta(14)),
            "entitlement": self.entitlement,
            "justification": self.reason,
            "supervisor_name": supervisor.name,
            "supervisor_email": supervisor.email,
        }


def case(day: date, key: str, family_name: str, seed: int, entitlement: str, reason: str) -> Case:
    """The papers of a member of the cast."""
    provider = BY_KEY[key]
    return Case(day, provider, provider.member(family_name), seed, entitlement, reason)


def mail(
    key: str, sender: tuple[str, str], sent: datetime, subject: str, body: str, *files: Attachment, rich: bool = False
) -> SampleMail:
    """A mail of a story, with a Message-ID of the sender's domain."""
    domain = sender[1].partition("@")[2]
    return SampleMail(f"<{sent:%Y%m%d%H%M%S}.{key}@{domain}>", sender, sent, subject, body, files, rich)


def submitter(key: str, place: int = 0) -> tuple[str, str]:
    """Name and address of a provider's designated submitter."""
    person = BY_KEY[key].submitters[place]
    return person.name, person.email


def at(day: date, hour: int, minute: int) -> datetime:
    """A moment of the day in Montana."""
    return datetime.combine(day, time(hour, minute, 7), MOUNTAIN)
