"""What happens at the providers, and what their submitters write about it: half papers, late, twice, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

from deployments.samples.cast import PROVIDERS, Provider
from deployments.samples.papers import us_date
from deployments.simulation import letters
from deployments.simulation.papers import File, Quality
from deployments.simulation.people import Habit, Worker
from deployments.simulation.post import Letter, stable
from deployments.simulation.world import World
from forms.schema import PROVIDERS as NAMES

FLAWS = {
    "": 60.0,
    "no need said": 7.0,
    "consent forgotten": 6.0,
    "request forgotten": 5.0,
    "two mails": 5.0,
    "unlisted sender": 5.0,
    "more than the contract": 3.0,
}
QUALITIES = {
    Quality.CLEAN: 50.0,
    Quality.GREY: 18.0,
    Quality.PHOTO: 10.0,
    Quality.UNSIGNED: 6.0,
    Quality.TYPED: 4.0,
    Quality.FAINT: 5.0,
    Quality.BROKEN: 4.0,
}
LEAVES, LEAVE, CHANGE, MOVE, RESET = 0.35, 0.2, 0.15, 0.08, 0.5
"""How often in a year somebody leaves, goes on leave, changes duties, changes the facility, forgets the password."""
NO_ENTRY = ("alternatives", "passages")
"""Providers whose contract has no clause ACCD 1.7.200."""


def words(one: Worker, sender: str, text: str, **more: str) -> str:
    """A letter's text about somebody."""
    need = letters.NEEDS[len(one.email) % len(letters.NEEDS)]
    return text.format(
        name=one.who.name, given=one.who.given_name, position=one.who.position, need=need, sender=sender, **more
    )


def submitter(w: World, home: Provider, *key: object) -> tuple[str, str]:
    """Who writes for a provider."""
    person = w.chance.pick(home.submitters, "submitter", home.key, *key)
    return person.name, person.email


def ask_for(w: World, one: Worker) -> None:
    """The first mail about somebody new, with whatever is wrong with it."""
    today, key = w.clock.today, one.email
    flaw = w.chance.weighed(FLAWS, "flaw", key, one.hired)
    quality = w.chance.weighed(QUALITIES, "quality", key, one.hired)
    sender = submitter(w, one.home, key)
    if flaw == "unlisted sender":
        sender = (one.home.supervisor.name, one.home.supervisor.email)
    enter = flaw == "more than the contract" or (one.home.key not in NO_ENTRY and one.habit is Habit.DAILY)
    request = access(w, one, "enter" if enter else "view")
    consent = w.papers.consent(one, today, quality)
    text = letters.NEW_BARE if flaw == "no need said" else w.chance.pick(letters.NEW, "voice", key)
    first = Letter(sender, f"OMS access for {one.who.name}", words(one, sender[0], text), "new access request", one)
    first.files = [consent, request]
    if flaw in ("consent forgotten", "two mails"):
        first.files = [request]
    elif flaw == "request forgotten":
        first.files = [consent]
    w.send(first)
    w.counts[f"new access, {flaw or quality}"] += 1
    if flaw == "two mails":
        more = words(one, sender[0], letters.MORE)
        w.after(26, Letter(sender, f"Consent of {one.who.name}", more, "new access request", one, [consent]))
    if w.chance.hits(0.04, "twice", key):
        w.plans.at(w.clock.now + timedelta(hours=3), lambda: w.post.again(first))


def access(w: World, one: Worker, entitlement: str, action: str = "new", home: Provider | None = None) -> File:
    """An Access Request as the provider types it."""
    return w.papers.access(
        one,
        w.clock.today,
        action=action,
        entitlement=entitlement,
        provider=NAMES[(home or one.home).key][0],
        justification=letters.NEEDS[len(one.email) % len(letters.NEEDS)],
    )


def missing(w: World, one: Worker, number: str, message_id: str) -> None:
    """Papers are missing, the product says: most send what is needed, after days; some only later; some never."""
    key = (one.email, stable(message_id))
    if not w.chance.hits(0.8, "answers", *key):
        return
    sender = submitter(w, one.home, one.email)

    def write() -> None:
        again = w.papers.consent(one, w.clock.today, Quality.CLEAN)
        files = [again, access(w, one, "view")]
        subject = f"RE: {number} what was missing"
        text = words(one, sender[0], letters.MORE)
        w.send(Letter(sender, subject, text, "new access request", one, files, message_id))

    w.plans.at(w.clock.now + w.chance.hours(30, "supplement", *key), write)


def answer(w: World, one: Worker, number: str, message_id: str) -> None:
    """The contract manager asked something back."""
    sender = submitter(w, one.home, one.email)
    text = words(one, sender[0], letters.ANSWER)
    hours = w.chance.hours(20, "answer", stable(message_id)).total_seconds() / 3600
    w.after(hours, Letter(sender, f"RE: {number}", text, "new access request", one, [], message_id))


def depart(w: World, one: Worker, *, terminated: bool) -> None:
    """Somebody leaves; the notice comes the same day, days later, or never."""
    one.gone = w.clock.today
    late = 0.0 if terminated else w.chance.pick((0, 0, 24, 72, 240), "late", one.email)
    if w.chance.hits(0.06, "no notice", one.email):
        w.counts["left, and nobody told us"] += 1
        return
    day = us_date(one.gone)
    reason = "terminated" if terminated else "left"
    sender = submitter(w, one.home, one.email, "departure")
    form = w.papers.notice(one, last_day=day, disable_on=day, reason=reason, summaries_written="yes")
    text = words(one, sender[0], letters.TERMINATION if terminated else letters.DEPARTURE, day=day)
    subject = f"{'URGENT ' if terminated else ''}{one.who.name} has left"
    means = "termination" if terminated else "departure"
    letter = Letter(sender, subject, text, means, one, [form], terminated=terminated)

    def tell() -> None:
        one.noticed = True
        w.send(letter)

    w.plans.at(w.clock.now + timedelta(hours=late), tell)


def go_away(w: World, one: Worker) -> None:
    """Somebody goes on leave for some weeks."""
    back = w.clock.today + timedelta(w.chance.pick((21, 42, 90), "leave", one.email, w.clock.today))
    one.away_until = back
    day, until = us_date(w.clock.today), us_date(back)
    sender = submitter(w, one.home, one.email, "leave")
    form = w.papers.notice(one, last_day=day, disable_on=day, reason="leave", return_date=until)
    text = words(one, sender[0], letters.LEAVE, day=day, back=until)
    w.send(Letter(sender, f"Leave of {one.who.name}", text, "leave", one, [form]))


def change(w: World, one: Worker) -> None:
    """Somebody needs more, or less, than before."""
    entitlement = w.chance.pick(("view", "enter"), "change", one.email, w.clock.today)
    sender = submitter(w, one.home, one.email, "change")
    text = words(one, sender[0], letters.CHANGE)
    form = access(w, one, entitlement, "change")
    w.send(Letter(sender, f"{one.who.name}: other duties", text, "change of access", one, [form]))


def move(w: World, one: Worker) -> None:
    """Somebody goes to another facility, whose submitter writes."""
    others = [home for home in PROVIDERS if home is not one.home]
    new = w.chance.pick(others, "move", one.email, w.clock.today)
    sender = submitter(w, new, one.email, "move")
    form = access(w, one, "view", "change", new)
    text = words(one, sender[0], letters.MOVE)
    w.send(Letter(sender, f"{one.who.name} now with us", text, "move to another facility", one, [form]))
    one.home = new


def day_at(w: World, today: date, staff_each: int) -> None:
    """What happens on a working day: founding in the first weeks, then people come, go, move, forget."""
    for home in PROVIDERS:
        here = w.town.at(home)
        target = min(staff_each, 1 + (w.clock.today - _first(w)).days // 4)
        if len(here) < target and w.chance.hits(0.35, "hire", home.key, today):
            ask_for(w, w.town.hire(home, today))
    for one in list(w.town.workers.values()):
        if one.gone is None and one.picked_up:
            _one(w, one, today)


def _first(w: World) -> date:
    return min((one.hired for one in w.town.workers.values()), default=w.clock.today)


def _one(w: World, one: Worker, today: date) -> None:
    if one.away_until and one.away_until > today:
        return
    key, days = (one.email, today), 250
    if w.chance.hits(LEAVES / days, "goes", *key):
        depart(w, one, terminated=w.chance.hits(0.25, "terminated", *key))
    elif w.chance.hits(LEAVE / days, "leave", *key):
        go_away(w, one)
    elif w.chance.hits(CHANGE / days, "changes", *key):
        change(w, one)
    elif w.chance.hits(MOVE / days, "moves", *key):
        move(w, one)
    elif w.chance.hits(RESET / days, "forgets", *key):
        sender = submitter(w, one.home, one.email, "reset")
        text = words(one, sender[0], letters.RESET, id="")
        w.send(Letter(sender, f"Password reset for {one.who.name}", text, "password reset", one))
