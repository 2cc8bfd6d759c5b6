"""The register is maintained here: every entry checked, audited, and refused with a sentence when it cannot be.

Each function says in one sentence what it changed, or nothing when it was so already, so that the same call serves a
form, a line of a file and its dry run. `by` is who enters it. Nobody gives themselves a right to decide: whoever could
would approve their own requests with one more step (AC-5).
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, select

from db import audit, stand_ins
from db.models.people import Absence, ContractManager, Deputy, DesignatedSubmitter, Provider, Role, User

CLAUSE = "III.B.1"
SUBMITTERS = "III.B.2"


class NotEntered(Exception):
    """The register was not changed. `code` is for programs; the text says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def until(ends_on: date | None) -> str:
    """The end of a period in words."""
    return f"until {ends_on}" if ends_on else "without an end"


def designate(
    session: Session,
    provider_key: str,
    name: str,
    email: str,
    starts_on: date,
    by: str,
    ends_on: date | None = None,
) -> str:
    """Put somebody on a provider's list of designated submitters (III.B.2), or change until when."""
    provider = _provider(session, provider_key)
    _period(starts_on, ends_on)
    email = email.strip().casefold()
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@") or " " in email:
        raise NotEntered("no_address", f"“{email}” is not an e-mail address. Enter the submitter's own address.")
    rows = _designated(session, provider_key, email)
    same = next((row for row in rows if row.starts_on == starts_on), None)
    others = [row for row in rows if row is not same]
    if clash := stand_ins.overlapping(others, starts_on, ends_on):
        raise NotEntered(
            "overlaps",
            f"{email} is designated for {provider_key} from {clash.starts_on} {until(clash.ends_on)} already. "
            "End that entry, or give its first day to change it.",
        )
    if same and (same.name, same.ends_on) == (name, ends_on):
        return ""
    row = same or DesignatedSubmitter(provider_key=provider_key, name=name, email=email, starts_on=starts_on)
    row.name, row.ends_on = name, ends_on
    session.add(row)
    _audit(
        session,
        by,
        "submitter.designated",
        provider_key,
        SUBMITTERS,
        name=name,
        email=email,
        **{"from": starts_on.isoformat()},
        to=_iso(ends_on),
    )
    return f"{name} <{email}> may send requests for {provider.name} from {starts_on} {until(ends_on)}"


def end_designation(session: Session, provider_key: str, email: str, ends_on: date, by: str) -> str:
    """The last day on which somebody is a designated submitter."""
    provider = _provider(session, provider_key)
    email = email.strip().casefold()
    row = _running(_designated(session, provider_key, email), ends_on, f"{email} is no submitter of {provider_key}")
    if row.ends_on == ends_on:
        return ""
    row.ends_on = ends_on
    session.add(row)
    _audit(session, by, "submitter.ended", provider_key, SUBMITTERS, email=email, to=_iso(ends_on))
    return f"{row.name} <{email}> may send requests for {provider.name} until {ends_on}"


def appoint(session: Session, provider_key: str, user_name: str, by: str) -> str:
    """Name a provider's contract manager (III.B.1)."""
    provider = _provider(session, provider_key)
    user = _approver(session, user_name, by)
    row = session.get(ContractManager, provider_key)
    if row and row.user_name == user_name:
        return ""
    before = row.user_name if row else ""
    former = session.get_one(User, before).name if before else ""
    row = row or ContractManager(provider_key=provider_key, user_name="")
    row.user_name = user_name
    session.add(row)
    session.flush()
    _audit(session, by, "manager.appointed", provider_key, CLAUSE, manager=user_name, before=before)
    return f"{user.name} is contract manager of {provider.name}" + (f" instead of {former}" if former else "")


def depute(
    session: Session, provider_key: str, user_name: str, starts_on: date, by: str, ends_on: date | None = None
) -> str:
    """Name a deputy for a provider's contract manager (A26), or change until when."""
    provider = _provider(session, provider_key)
    user = _approver(session, user_name, by)
    _period(starts_on, ends_on)
    manager = session.get(ContractManager, provider_key)
    if manager and manager.user_name == user_name:
        raise NotEntered("is_manager", f"{user_name} is contract manager of {provider_key}; name somebody else.")
    rows = [row for row in stand_ins.deputies(session, provider_key) if row.user_name == user_name]
    same = next((row for row in rows if row.starts_on == starts_on), None)
    if clash := stand_ins.overlapping([row for row in rows if row is not same], starts_on, ends_on):
        raise NotEntered(
            "overlaps",
            f"{user_name} is deputy for {provider_key} from {clash.starts_on} {until(clash.ends_on)} already. "
            "End that entry, or give its first day to change it.",
        )
    if same and same.ends_on == ends_on:
        return ""
    row = same or Deputy(provider_key=provider_key, user_name=user_name, starts_on=starts_on)
    row.ends_on = ends_on
    session.add(row)
    session.flush()
    _audit(
        session,
        by,
        "deputy.appointed",
        provider_key,
        CLAUSE,
        deputy=user_name,
        **{"from": starts_on.isoformat(), "for": manager.user_name if manager else ""},
        to=_iso(ends_on),
    )
    return f"{user.name} is deputy for {provider.name} from {starts_on} {until(ends_on)}"


def end_deputy(session: Session, provider_key: str, user_name: str, ends_on: date, by: str) -> str:
    """The last day on which a deputy stands in; the day before the first takes the entry back."""
    provider = _provider(session, provider_key)
    rows = [row for row in stand_ins.deputies(session, provider_key) if row.user_name == user_name]
    row = _running(rows, ends_on, f"{user_name} is no deputy for {provider_key}")
    if row.ends_on == ends_on:
        return ""
    row.ends_on = ends_on
    session.add(row)
    session.flush()
    _audit(session, by, "deputy.ended", provider_key, CLAUSE, deputy=user_name, to=_iso(ends_on))
    return f"{_called(session, user_name)} is deputy for {provider.name} until {ends_on}"


def mark_away(session: Session, user_name: str, starts_on: date, by: str, ends_on: date | None = None) -> str:
    """Mark somebody away: questions, mails and rights go to the deputies. Says for which providers there is none."""
    user = _user(session, user_name)
    _period(starts_on, ends_on)
    rows = stand_ins.absences(session, user_name)
    same = next((row for row in rows if row.starts_on == starts_on), None)
    if clash := stand_ins.overlapping([row for row in rows if row is not same], starts_on, ends_on):
        raise NotEntered(
            "overlaps",
            f"{user_name} is marked away from {clash.starts_on} {until(clash.ends_on)} already. "
            "Give that first day to change it.",
        )
    if same and same.ends_on == ends_on:
        return ""
    row = same or Absence(user_name=user_name, starts_on=starts_on)
    row.ends_on = ends_on
    session.add(row)
    session.flush()
    _audit(
        session,
        by,
        "manager.away",
        user_name,
        CLAUSE,
        **{"from": starts_on.isoformat()},
        to=_iso(ends_on),
    )
    alone = stand_ins.without_a_stand_in(session, user_name, starts_on)
    warning = f". NOBODY stands in for {', '.join(alone)} on {starts_on}: appoint a deputy" if alone else ""
    return f"{user.name} is away from {starts_on} {until(ends_on)}{warning}"


def come_back(session: Session, user_name: str, back_on: date, by: str) -> str:
    """The first day on which somebody decides again; an absence that had not begun is taken back."""
    user = _user(session, user_name)
    last = back_on - timedelta(1)
    rows = [a for a in stand_ins.absences(session, user_name) if a.ends_on is None or a.ends_on > last]
    if not rows:
        raise NotEntered("not_away", f"{user_name} is not marked away on {back_on} or later. Nothing has to be ended.")
    row = rows[0]
    if row.starts_on > last:
        session.delete(row)
    else:
        row.ends_on = last
        session.add(row)
    session.flush()
    _audit(session, by, "manager.back", user_name, CLAUSE, on=back_on.isoformat())
    return f"{user.name} is back on {back_on}"


# --- what is checked ---


def _provider(session: Session, key: str) -> Provider:
    found = session.get(Provider, key)
    if found is None:
        known = ", ".join(sorted(session.exec(select(Provider.key)).all()))
        raise NotEntered("unknown_provider", f"There is no provider “{key}”. Known are: {known}.")
    return found


def _user(session: Session, user_name: str) -> User:
    user = session.get(User, user_name)
    if user is None or not user.active:
        raise NotEntered("unknown_user", f"Nobody signs in as “{user_name}”. First: correquests users add.")
    return user


def _called(session: Session, user_name: str) -> str:
    """The name of somebody who may no longer sign in."""
    user = session.get(User, user_name)
    return user.name if user else user_name


def _approver(session: Session, user_name: str, by: str) -> User:
    user = _user(session, user_name)
    if user.role is not Role.APPROVER:
        raise NotEntered("not_an_approver", f"{user_name} is a viewer. Make them an approver first.")
    if by == user_name:
        raise NotEntered(
            "own_right", "Nobody gives themselves a right to decide. Ask another approver to enter it (III.B.1)."
        )
    return user


def _period(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise NotEntered("ends_before_it_starts", f"{ends_on} is before {starts_on}. Enter the last day, or none.")


def _designated(session: Session, provider_key: str, email: str) -> list[DesignatedSubmitter]:
    query = select(DesignatedSubmitter).where(
        col(DesignatedSubmitter.provider_key) == provider_key, col(DesignatedSubmitter.email) == email
    )
    return list(session.exec(query.order_by(col(DesignatedSubmitter.starts_on))).all())


def _running(rows: list[stand_ins.Dated], on: date, otherwise: str) -> stand_ins.Dated:
    """The entry that holds on that day or begins on the day after it, so that it can be ended there."""
    day_after = on + timedelta(1)
    for row in rows:
        if row.starts_on <= day_after and (row.ends_on is None or row.ends_on >= on):
            return row
    raise NotEntered("not_there", f"{otherwise} on {on}. Look the entry up, and give a day on which it holds.")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _audit(session: Session, by: str, action: str, subject: str, clause: str, **detail: str) -> None:
    audit.record(session, actor=by, action=action, subject=subject, clause=clause, detail=detail)
