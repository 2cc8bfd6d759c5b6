"""The yearly question who still needs access, its reminders, and the monthly list; all from the registry's state.

A run that was missed catches up: it asks late, reminds once, and sends the list of this month only.
"""

from __future__ import annotations

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from db import recertifications, register, stand_ins
from db.account_life import AccountState
from db.columns import utc_now
from db.models import Account, Provider, Recertification, Roster, Verdict
from db.recertifications import Holder
from db.session import transaction
from forms.blank.roster import Listed, draw
from tasks import notices, recertifying
from tasks.exhibits import plain
from tasks.policy.business_days import business_day
from tasks.policy.recertifying import Step, answers, changes, silence
from tasks.settings import Settings, settings
from tasks.sitting import decider

ASK, REMIND = "Please say who still needs access", "Reminder: please say who still needs access"


@task(cache_policy=NO_CACHE)
def ask_and_remind(by: str) -> list[str]:
    """Put this year's question where it is due, remind, escalate, send the month's lists; what was done, in words."""
    config = settings()
    today = utc_now().astimezone(config.zone).date()
    with transaction(config.database_url) as session:
        keys = list(session.exec(select(Provider.key).order_by(col(Provider.key))).all())
    done: list[str] = []
    for key in keys:
        with transaction(config.database_url) as session:  # one each: killed at any provider, the others are done
            provider = session.get_one(Provider, key)
            people = recertifications.holders(session, key, today)
            done += _ask(session, config, provider, people, today)
            done += _roster(session, config, provider, people, today, by)
    with transaction(config.database_url) as session:
        for asked in recertifications.under_way(session):
            done += _follow(session, config, asked, today)
    return done


def _ask(session: Session, config: Settings, provider: Provider, people: list[Holder], today: date) -> list[str]:
    period = str(today.year)
    if today.month < config.recertify_month or recertifications.of_period(session, provider.key, period):
        return []
    if not people:
        return [f"{provider.name}: nobody has access, nothing was asked"]
    asked = recertifications.open_one(session, provider.key, period, people, today)
    _mail(session, config, asked, provider, ASK, 1, today)
    return [f"{provider.name}: asked about {_people(len(people))} ({asked.mark})"]


def _follow(session: Session, config: Settings, asked: Recertification, today: date) -> list[str]:
    """Take note of who has lost access meanwhile, remind, and at last hand over to the contract manager."""
    for line in recertifications.lines(session, asked):
        state = session.get_one(Account, line.account_id).state
        if line.said in recertifications.OPEN and state in (AccountState.DISABLED, AccountState.REMOVED):
            line.said, line.source, line.answered_on = Verdict.REMOVE, "ended meanwhile", today
            session.add(line)
            session.flush()
    if recertifications.close_when_answered(session, asked, "correquests", today):
        return [f"{asked.mark}: closed, all answered"]
    step = silence(
        asked.opened_on, asked.reminded, today, config.recertify_reminder_days, config.recertify_escalation_days
    )
    open_lines = [line for line in recertifications.lines(session, asked) if line.said in recertifications.OPEN]
    if step is Step.REMIND:
        asked.reminded = sum(business_day(asked.opened_on, n) <= today for n in config.recertify_reminder_days)
        session.add(asked)
        recertifications.note(session, asked, "reminded", "correquests", open=len(open_lines))
        provider = session.get_one(Provider, asked.provider_key)
        _mail(session, config, asked, provider, REMIND, 1 + asked.reminded, today)
        return [f"{asked.mark}: reminded, {_people(len(open_lines))} open"]
    if step is Step.ESCALATE and asked.escalated_on is None:
        asked.escalated_on = today
        session.add(asked)
        recertifications.note(session, asked, "escalated", "correquests", open=len(open_lines))
        names = ", ".join(f"{line.user_name} {line.name}" for line in open_lines)
        what = (
            f"{asked.mark} is not answered for {names}. Please call the provider, then start “decide a "
            "recertification”. Nobody loses access before you do."
        )
        recertifying.tell_manager(session, config, asked, "recertification-silent", what, today)
        return [f"{asked.mark}: handed over to the contract manager, {_people(len(open_lines))} open"]
    return []


def _mail(
    session: Session, config: Settings, asked: Recertification, provider: Provider, what: str, turn: int, today: date
) -> None:
    lines = [line for line in recertifications.lines(session, asked) if line.said in recertifications.OPEN]
    everybody = recertifications.lines(session, asked)
    listed = [Listed(r.user_name, r.name, r.position, r.entitlement) for r in everybody]
    paper = draw(asked.mark, provider.name, asked.opened_on.isoformat(), listed)
    to = register.submitters(session, [provider.key], today)
    if not to:
        said = f"{provider.name} has no designated submitter who could say who still needs access. Designate one."
        recertifying.tell_manager(session, config, asked, "recertification-nobody", said, today)
        return
    context = {
        "mark": asked.mark,
        "what": what,
        "provider_name": provider.name,
        "lines": [f"{r.user_name}  {r.name}  {r.position or 'position not on record'}  {r.entitlement}" for r in lines],
        "by": business_day(asked.opened_on, config.recertify_escalation_days).isoformat(),
    }
    notices.put(
        session, config, None, "recertification", to, context, about=asked.mark, sequence=turn,
        attachments=[(f"{asked.mark}.pdf", "application/pdf", paper)],
    )  # fmt: skip


def _roster(
    session: Session, config: Settings, provider: Provider, people: list[Holder], today: date, by: str
) -> list[str]:
    """The list of this month, to submitters and contract manager, with what changed since the last one."""
    period = f"{today:%Y-%m}"
    rows = session.exec(
        select(Roster).where(Roster.provider_key == provider.key).order_by(col(Roster.period).desc()).limit(1)
    ).all()
    last = rows[0] if rows else None
    if (last and last.period == period) or not (people or (last and last.people)):
        return []
    now = [{"user_id": p.user_id, "line": p.line} for p in people]
    session.add(Roster(provider_key=provider.key, period=period, people=now))
    session.flush()
    before = {p["user_id"]: p["line"] for p in last.people} if last else {}
    news = _news(before, {p.user_id: p.line for p in people}, last.period if last else "")
    managers = stand_ins.of_provider(session, provider.key, today).acting
    to = list(dict.fromkeys([*register.submitters(session, [provider.key], today), *(m.email for m in managers)]))
    listed = [Listed(p.user_id, p.name, p.position, p.level) for p in people]
    paper = draw(f"RM-{period}-{provider.key.upper()}", provider.name, today.isoformat(), listed, asks=False)
    context = {
        "provider_name": provider.name,
        "day": today.isoformat(),
        "lines": [p.line for p in people] or ["nobody"],
        "news": news,
        "mailbox": config.mailbox_address,
    }
    if to:
        notices.put(
            session, config, None, "roster", to, context, about=f"roster-{provider.key}", purpose=f"roster-{period}",
            attachments=[(f"people-{provider.key}-{period}.pdf", "application/pdf", paper)],
        )  # fmt: skip
    return [f"{provider.name}: list of {period} sent to {_people(len(to))}; {' '.join(news)} (started by {by})"]


def _news(before: dict[str, str], now: dict[str, str], since: str) -> list[str]:
    if not since:
        return ["This is the first list."]
    came, went, other = changes(before, now)
    said = [f"New: {now[key]}." for key in came] + [f"Gone: {before[key]}." for key in went]
    said += [f"Changed: {before[key]} is now {now[key]}." for key in other]
    return said or [f"Nothing has changed since {since}."]


@task(cache_policy=NO_CACHE)
def decide(provider_key: str, said: str, reason: str, by: str) -> str:
    """The contract manager answers in a provider's place, line by line or for all; what was done, in words."""
    config = settings()
    today = utc_now().astimezone(config.zone).date()
    with transaction(config.database_url) as session:
        provider = register.provider_named(session, provider_key)
        if provider is None:
            return f"There is no provider “{provider_key}”."
        who = decider(session, by, provider.key)
        if who is None:
            return f"{by or 'Nobody'} does not decide for {provider.name} (III.B.1)."
        if not reason.strip():
            return "Please say how you know: whom you spoke to, and when."
        asked = [a for a in recertifications.under_way(session) if a.provider_key == provider.key]
        if not asked:
            return f"Nothing is open for {provider.name}."
        open_ids = {r.user_name for r in recertifications.lines(session, asked[0]) if r.said in recertifications.OPEN}
        found = {key: a for key, a in answers(said, open_ids).items() if a.said != recertifying.UNSURE}
        if not found:
            return "Nothing was understood. Write a line for each, like “CX10001 keep”, or “All keep”."
        source = f"decided by {by}: {reason.strip()}"[:300]
        counts = recertifying.take(session, config, asked[0], found, who.user.email, who.user.name, source, today)
        return f"{asked[0].mark}: {counts}"


@task(cache_policy=NO_CACHE)
def recertification_page(done: list[str]) -> str:
    """What was done today, and how every open question stands, as markdown."""
    with transaction(settings().database_url) as session:
        year = list(session.exec(select(Recertification).order_by(col(Recertification.mark).desc()).limit(16)).all())
        lines = ["**Done in this run**", "", *(f"- {plain(one)}" for one in done or ["nothing was due"])]
        lines += ["", "| list | asked | people | keep | remove | changed | open | reminded | stands |"]
        lines += ["| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
        details: list[str] = []
        for asked in year:
            rows = recertifications.lines(session, asked)
            count = {v: sum(r.said is v for r in rows) for v in Verdict}
            stands = f"closed {asked.closed_on}" if asked.closed_on else "with the provider"
            stands = "with the contract manager" if asked.escalated_on and not asked.closed_on else stands
            numbers = [len(rows), count[Verdict.KEEP], count[Verdict.REMOVE], count[Verdict.CHANGED]]
            numbers += [count[Verdict.OPEN] + count[Verdict.UNSURE], asked.reminded]
            lines.append(f"| {asked.mark} | {asked.opened_on} | {' | '.join(map(str, numbers))} | {stands} |")
            details += [
                f"| {asked.mark} | {plain(r.user_name)} | {plain(r.name)} | {r.said.lower()} | {plain(r.remark)} "
                f"| {plain(r.answered_by)} | {plain(r.source)} | {r.case_number} |"
                for r in rows
                if r.said is not Verdict.KEEP
            ]
        head = ["", "**Everything but keep**", "", "| list | account | name | said | remark | by | how | case |"]
        return "\n".join([*lines, *head, "| --- | --- | --- | --- | --- | --- | --- | --- |", *details])


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"
