"""What happened since the last digest, for a contract manager: accounts locked and warned, alarms, mail, the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from db import digests, outbox, register
from db.models import Account, Person, Request, User
from db.stand_ins import InCharge
from tasks import mail_balance
from tasks.digesting import Entry, Section, section
from tasks.policy.iii_c_3_lockout import Due
from tasks.settings import Settings
from tasks.vitals import Vitals, feeds, in_words

ALARM = "[correquests] Please look: "
"""How the subject of an alarm begins (`mail_templates/alarm`)."""
MOST_DAYS = 7
"""Days of mail that are accounted for in one digest."""


@dataclass(frozen=True)
class News:
    """The sections about the time since the last digest, and what is said in any case, line by line."""

    sections: tuple[Section, ...]
    facts: tuple[str, ...]
    fault: bool
    """Whether one of the facts is a reason to worry."""


def news(
    session: Session,
    config: Settings,
    user: User,
    charges: dict[str, InCharge],
    since: datetime,
    now: datetime,
    vitals: Vitals,
) -> News:
    """Everything of this person's providers since then; alarms as far as they were sent to him or her."""
    mine = _mine(session, user, charges, now.astimezone(config.zone).date())
    locked, warned = [], []
    for run in digests.runs_done_since(session, since):
        done = [line for line in run.outcome if line.get("done") == "done"]
        locked += [entry for line in done if line["due"] == Due.LOCK and (entry := mine(line))]
        warned += [entry for line in done if line["due"] == Due.WARN and (entry := mine(line))]
    alarms = [
        Entry(mail.subject.removeprefix(ALARM), f"Told by mail on {mail.at.astimezone(config.zone):%A at %H:%M}.")
        for mail in digests.written_since(session, since)
        if mail.subject.startswith(ALARM) and user.email in mail.recipients
    ]
    days, balanced = _mail(session, config, since, now)
    facts, fault = _facts(config, vitals)
    sections = (
        *section("Something is wrong", alarms),
        *section("Locked, because not used", locked),
        *section("Warned, because not used", warned),
        *section("Held mail: start “release held mail”", _held(session)),
    )
    return News(sections, (*days, *facts), fault or not balanced)


def _mine(
    session: Session, user: User, charges: dict[str, InCharge], today: date
) -> Callable[[dict[str, Any]], Entry | None]:
    """From a line of a lockout run to what is said of it; None for an account of others' providers."""
    keys = {key for key, one in charges.items() if user.user_name in {u.user_name for u in one.acting}}

    def entry(line: dict[str, Any]) -> Entry | None:
        account = session.get(Account, line["account"])
        person = session.get(Person, account.person_id) if account else None
        if person is None:
            return None
        at = register.facilities(session, person, today)
        if at and not keys & {provider.key for provider in at}:
            return None
        where = ", ".join(provider.name for provider in at) or "no facility on record"
        said = str(line["reason"])
        return Entry(f"{person.name} · {line['user_id']} · {where}", f"{said[:1].upper()}{said[1:]}")

    return entry


def _held(session: Session) -> Iterable[Entry]:
    """Mails that wait for a person's word; of one about a restricted case only that it exists."""
    for row in outbox.held(session):
        case = session.get(Request, row.request_id) if row.request_id else None
        hidden = case is not None and case.restricted
        yield Entry(
            "A mail of a restricted case" if hidden else row.subject,
            "Not sent. Those in charge of the case were told."
            if hidden
            else f"{row.key}, to {', '.join(row.recipients)}. Say whether it is sent again.",
        )


def _mail(session: Session, config: Settings, since: datetime, now: datetime) -> tuple[list[str], bool]:
    """The account of every day from the last digest's until yesterday, and whether all of it balances."""
    yesterday = now.astimezone(config.zone).date() - timedelta(1)
    first = max(min(since.astimezone(config.zone).date(), yesterday), yesterday - timedelta(MOST_DAYS - 1))
    found = [
        mail_balance.of_day(session, config.zone, first + timedelta(n), now)
        for n in range((yesterday - first).days + 1)
    ]
    return [day.sentence for day in found], not any(day.difference for day in found)


def _facts(config: Settings, found: Vitals) -> tuple[list[str], bool]:
    facts, fault = [], False
    if found.unsorted and found.unsorted > timedelta(minutes=config.unsorted_minutes):
        facts.append(f"A mail has been stored for {in_words(found.unsorted)} and is not sorted: tell the operator.")
        fault = True
    if found.to_sort:
        facts.append(f"Mail for a person to sort: {found.to_sort_count}, the oldest for {in_words(found.to_sort)}.")
    else:
        facts.append("No mail waits for a person to sort it.")
    if found.feed_day is None:
        facts.append("No usage export was ever taken in, so nobody is locked for not using an account.")
        return facts, fault or feeds(config)
    days = found.feed_age or 0
    old = days > config.usage_max_age_days
    facts.append(
        f"The newest usage export speaks of {found.feed_day} ({days} {'day' if days == 1 else 'days'} ago)."
        + (" That is too old: nobody is locked until a newer one comes." if old else "")
    )
    return facts, fault or old
