"""What else comes into an open mailbox: advertising, autoreplies, questions, impostors, and bytes that are no mail."""

from __future__ import annotations

from datetime import date

from deployments.samples.cast import BY_KEY
from deployments.simulation import letters, providers
from deployments.simulation.managers import Managers
from deployments.simulation.papers import File
from deployments.simulation.people import Worker
from deployments.simulation.post import Letter
from deployments.simulation.world import World

HOSTILE = (
    b"From: \xff\xfe <>\r\nSubject: =?utf-8?q?=ZZ?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n",
    b"Content-Type: text/html\r\nFrom: a@b.example, c@d.example\r\n\r\n<script>alert(1)</script>access request",
    b"\x00\x01\x02" * 50,
    b"From: x@example.example\r\nContent-Type: message/rfc822\r\n\r\n" * 60,
)


def day(w: World, managers: Managers, today: date) -> None:
    """One day of it, in this order."""
    key = ("mischief", today)
    if w.chance.hits(0.3, "spam", *key):
        w.send(Letter(("Summit", "news@summitprint.example"), "Fall savings", letters.SPAM, "spam", genuine=False))
    if w.chance.hits(0.06, "impostor", *key):
        home = w.chance.pick(sorted(BY_KEY), "home", *key)
        sender = ("Director", f"director@{home}-example.example")
        letter = Letter(sender, "urgent access", letters.HOSTILE, "impostor", genuine=False)
        letter.files = [File("consent.pdf.exe", "application/pdf", b"MZ" + bytes(2000))]
        w.send(letter)
    if w.chance.hits(0.05, "bytes", *key):
        raw = w.chance.pick(HOSTILE, "which", *key) + f"\r\n{today}".encode()
        w.send(Letter(("", ""), "", "", "bytes that are no mail", raw=raw, genuine=False))
    here = [one for one in w.town.workers.values() if one.gone is None and one.picked_up]
    if here and w.chance.hits(0.08, "question", *key):
        one = w.chance.pick(here, "asks", *key)
        sender = providers.submitter(w, one.home, *key)
        w.send(Letter(sender, "the copier", letters.QUESTION.format(sender=sender[0]), "question"))
    if here and w.chance.hits(0.012, "report", *key):
        _report(w, w.chance.pick(here, "whom", *key))
    if here and w.chance.hits(0.008, "click", *key):
        managers.suspend(w.chance.pick(here, "clicked", *key).who.name, today)


def _report(w: World, one: Worker) -> None:
    person = one.home.supervisor
    text = letters.REPORT.format(name=one.who.name, sender=person.name)
    w.send(Letter((person.name, person.email), "confidential - security violation", text, "violation report", one))
