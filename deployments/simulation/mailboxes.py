"""The people outside open their mail: submitters supplement, IT works on tickets, staff pick up passwords."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from starlette.applications import Starlette
from starlette.testclient import TestClient

from deployments.demo_people import CODE, text_of
from deployments.pickup import PickupPages
from deployments.samples.cast import PROVIDERS
from deployments.simulation import letters, providers
from deployments.simulation.people import Worker
from deployments.simulation.post import Letter, bounce, stable
from deployments.simulation.world import World
from tasks import wiring

OURS = re.compile(r"<(CR-\d{4}-\d{6}|correquests|[A-Z]{2}\d+)\.([a-z-]+?)(?:-\d+)?\.(\d+)\.")
SUBMITTERS = {email for home in PROVIDERS for email in (*(one.email for one in home.submitters), home.supervisor.email)}


class Mailboxes:
    """Everybody's mailbox; a mail that was read is put away."""

    def __init__(self, w: World) -> None:
        self.w = w
        pages = PickupPages(w.config, wiring.directory(w.config))
        self.pages = TestClient(Starlette(routes=pages.routes), base_url=w.config.base_url)
        self.tickets: dict[str, int] = {}
        self.replied: set[str] = set()

    def open_all(self) -> int:
        """Read whatever is new; how many mails that were."""
        root = self.w.config.home / "outgoing"
        boxes = sorted(root.iterdir()) if root.is_dir() else []
        new = sorted((path for box in boxes for path in (box / "new").iterdir()), key=lambda p: (p.parent.parent.name,))
        mails = [(path.parent.parent.name, message_from_bytes(path.read_bytes(), policy=default)) for path in new]
        for path in new:
            path.rename(path.parent.parent / "cur" / path.name)
        for address, mail in sorted(mails, key=lambda m: (m[0], stable(str(m[1]["Message-ID"])))):
            assert isinstance(mail, EmailMessage)
            self._open(address, mail)
        return len(new)

    def _open(self, address: str, mail: EmailMessage) -> None:
        message_id = str(mail["Message-ID"])
        found = OURS.match(message_id)
        if found is None:
            self.w.steps.trouble.append(f"A mail to {address} has the unknown Message-ID {message_id}.")
            return
        number, purpose = found[1], found[2]
        self.w.counts[f"letter {purpose}"] += 1
        if address == self.w.config.desk_address:
            self._desk(purpose, mail, message_id)
        elif address in self.w.town.workers:
            self._worker(self.w.town.workers[address], number, purpose, mail)
        elif address in SUBMITTERS:
            self._submitter(address, number, purpose, mail, message_id)

    # --- provider staff ---

    def _submitter(self, address: str, number: str, purpose: str, mail: EmailMessage, message_id: str) -> None:
        w = self.w
        key = (address, stable(message_id))
        one = self._whom(mail)
        if purpose in ("papers-missing", "papers-reminder") and one:
            providers.missing(w, one, number, message_id)
        elif purpose in ("sent-back", "report-question") and one:
            providers.answer(w, one, number, message_id)
        elif one and (code := CODE.search(text_of(mail).replace(number, ""))):
            one.codes[number] = code.group()
            self._try(one, number)
        if w.chance.hits(0.02, "away", *key):
            reply = Letter((address, address), f"Automatic reply: {mail['Subject']}", letters.AWAY, "autoreply")
            reply.in_reply_to, reply.automatic = message_id, True
            w.after(0.01, reply)
        elif w.chance.hits(0.01, "bounce", *key):
            w.post.number += 1
            lost = Letter(("", "mailer-daemon@mx.example"), "", "", "bounce")
            lost.raw, lost.message_id = (
                bounce(address, message_id, w.post.number),
                f"<bounce.{w.post.number}@mx.example>",
            )
            w.after(0.02, lost)

    def _whom(self, mail: EmailMessage) -> Worker | None:
        said = f"{mail['Subject']}\n{text_of(mail)}"
        return next((one for one in self.w.town.workers.values() if one.who.name in said), None)

    # --- staff ---

    def _worker(self, one: Worker, number: str, purpose: str, mail: EmailMessage) -> None:
        w = self.w
        link = re.search(rf"{re.escape(w.config.base_url)}(/credentials/\S+)", text_of(mail))
        if link:
            one.links[number] = link[1]
            self._try(one, number)
        elif purpose == "idle-warning" and w.chance.hits(0.5, "warned", one.email, w.clock.today):
            one.last_use = w.clock.today
        elif purpose == "locked-out" and one.gone is None and w.chance.hits(0.6, "locked", one.email, w.clock.today):
            text = providers.words(one, one.who.name, letters.UNLOCK, id="")
            w.after(30, Letter((one.who.name, one.email), "Locked out of OMS", text, "unlock", one))

    def _try(self, one: Worker, number: str) -> None:
        """Link and code are both there: most pick up within a day or two, some mistype, a few never look."""
        if number not in one.codes or number not in one.links or self.w.chance.hits(0.05, "ignores", number):
            return
        link, code = one.links[number], one.codes[number]
        wait = self.w.chance.hours(9, "picks up", number)
        if self.w.chance.hits(0.1, "mistypes", number):
            self.w.plans.at(self.w.clock.now + wait, lambda: self._visit(one, link, "AAAA-AAAA", right=False))
        self.w.plans.at(
            self.w.clock.now + wait + timedelta(minutes=5), lambda: self._visit(one, link, code, right=True)
        )

    def _visit(self, one: Worker, link: str, code: str, *, right: bool) -> None:
        page = self.pages.post(link, data={"code": code}, headers={"Origin": self.w.config.base_url})
        self.w.counts[f"pick-up page {page.status_code}"] += 1
        if page.is_success and not right:
            self.w.steps.trouble.append("A password was shown for a wrong pick-up code.")
        one.picked_up = one.picked_up or page.is_success

    # --- IT ---

    def _desk(self, purpose: str, mail: EmailMessage, message_id: str) -> None:
        """Done within a day as a rule; some are forgotten until the reminder, some answered oddly first."""
        w = self.w
        if not purpose.startswith(("ticket", "desk-reminder")):
            return
        key = stable(message_id)
        reminded = purpose == "desk-reminder"
        if not reminded and key in self.tickets:
            w.steps.trouble.append(f"The ticket mail {key} came twice.")
        self.tickets[key] = len(self.tickets) + 1
        habit = w.chance.weighed({"done": 82.0, "odd": 8.0, "forgets": 10.0}, "desk", key)
        subject = f"RE: {mail['Subject']}"
        who = ("IT Service Desk", w.config.desk_address)
        n = 100000 + self.tickets[key]
        hours = w.chance.hours(5, "desk", key).total_seconds() / 3600
        if habit == "odd":
            text = w.chance.pick(letters.ODD, "odd", key).format(n=n)
            w.after(hours / 2, Letter(who, subject, text, "desk", in_reply_to=message_id))
        if habit == "done" or reminded or (habit == "odd" and w.chance.hits(0.6, "odd then done", key)):
            text = w.chance.pick(letters.DONE, "done", key).format(n=n)
            w.after(hours, Letter(who, subject, text, "desk", in_reply_to=message_id))
