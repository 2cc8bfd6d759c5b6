"""The invented cast is put into the registry, so that the sample mails have somebody to be from and go to."""

from __future__ import annotations

import secrets
from datetime import date

from pydantic import SecretStr
from sqlmodel import Session

from db import entries, users
from db.models import Role
from deployments.samples.cast import OFFICERS, PROVIDERS

BY = "sample installation"
SINCE = date(2026, 1, 5)


def seed(session: Session) -> dict[str, SecretStr]:
    """Submitters, managers and users. Every call gives the users fresh passwords, which are returned."""
    given: dict[str, SecretStr] = {}
    for officer in OFFICERS:
        given[officer.user] = SecretStr(secrets.token_urlsafe(12))
        role = Role.VIEWER if officer.role == "viewer" else Role.APPROVER
        users.save(
            session,
            user_name=officer.user,
            name=officer.name,
            email=officer.email,
            role=role,
            password=given[officer.user],
            by=BY,
        )
    session.flush()
    manager = next(o.user for o in OFFICERS if o.role == "approver")
    deputy = next(o.user for o in OFFICERS if o.role == "deputy")
    for provider in PROVIDERS:
        entries.appoint(session, provider.key, manager, BY)
        entries.depute(session, provider.key, deputy, SINCE, BY)
        for submitter in provider.submitters:
            entries.designate(session, provider.key, submitter.name, submitter.email, SINCE, BY)
    return given
