"""The README's pictures, taken from the running product: `python -m tests.browser.screenshots docs`."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Browser, Locator
from sqlmodel import col, func, select

from db.models import Disposition, Message, Request
from db.session import transaction
from deployments.demo_people import delivered, text_of
from deployments.samples.cast import BY_KEY
from deployments.samples.mails import SAMPLES
from tests.browser import gallery
from tests.browser.album import SETTLE_SECONDS, Album
from tests.browser.desk import CASES, PHONE, WAITING, Desk, chromium, pictures_load
from tests.product import Product

JANE = re.compile("Jane Doe")
LONG, LETTER, WIDE = (1400, 1240), (760, 400), (1280, 1150)

HEADERS = """lines => {
    const head = document.createElement('div')
    head.style = 'font: 14px/1.5 sans-serif; padding: 12px 16px; background: #fff; border-bottom: 1px solid #ccc'
    for (const words of lines) head.append(words, document.createElement('br'))
    document.body.prepend(head)
}"""


def _settled(desk: Desk, window: tuple[int, int]) -> None:
    desk.page.set_viewport_size({"width": window[0], "height": window[1]})
    time.sleep(SETTLE_SECONDS)


def _exhibit(desk: Desk, key: str, height: int) -> tuple[Locator, bytes]:
    shown = desk.open_exhibit(key)
    if key != "summary":  # the only exhibit without a picture
        pictures_load(shown)
    desk.page.evaluate("window.scrollTo(0, 0)")
    _settled(desk, (1400, height))
    return shown, desk.page.screenshot()


def the_desk(browser: Browser, product: Product, album: Album) -> None:
    """What waits, and the case with its buttons; the same on a telephone."""
    desk = Desk(browser, product, WIDE)
    desk.sign_in("mreyes", CASES)
    desk.page.get_by_role("link", name=JANE).wait_for()
    album.add("waiting", desk.page.screenshot())
    desk.page.get_by_role("link", name=JANE).click()
    desk.page.get_by_label("Security clearance").fill("2026-11-10")
    pictures_load(desk.page.get_by_role("main"))
    desk.page.evaluate("window.scrollTo(0, 0)")
    album.add("decide", desk.page.screenshot())
    desk.context.close()
    phone = Desk(browser, product, PHONE)
    phone.sign_in("mreyes", CASES)
    phone.page.get_by_role("link", name=JANE).click()
    pictures_load(phone.page.get_by_role("main"))
    phone.page.evaluate("window.scrollTo(0, 0)")
    top = phone.page.screenshot()
    phone.page.get_by_role("link", name="Go to your answer").last.click()
    album.beside("decide-phone", top, phone.page.screenshot())
    phone.context.close()


def the_case(desk: Desk, album: Album) -> None:
    """Runs page, a suspended run, its exhibits, the form."""
    desk.page.get_by_role("link", name=JANE).wait_for()
    _settled(desk, LONG)
    album.add("runs", desk.page.screenshot())
    desk.open_run(JANE)
    desk.page.get_by_role("tab", name="Artifacts").click()
    desk.page.get_by_text("The case on one page").wait_for()
    _settled(desk, (1400, 1020))
    album.add("run", desk.page.screenshot())
    album.add("case", _exhibit(desk, "summary", 1240)[1])
    desk.back_to_run()
    album.add("fields", _exhibit(desk, "fields", 1240)[1])
    signatures = []
    for key in ("signature-staff", "signature-supervisor"):
        desk.back_to_run()
        shown, _ = _exhibit(desk, key, 900)
        signatures.append(shown.screenshot())
    album.add("signatures", *signatures)
    desk.back_to_run()
    form = desk.open_form()
    _settled(desk, (1400, 1900))
    pictures_load(form)
    form.get_by_label("Security clearance").fill("2026-11-10")
    form.get_by_role("button", name="Select Decision").click()
    desk.page.get_by_role("option", name="approve", exact=True).click()
    time.sleep(SETTLE_SECONDS)
    album.add("resume", form.screenshot())
    form.get_by_role("button", name="Resume").click()


def the_pick_up(browser: Browser, product: Product, album: Album) -> None:
    """What a staff member sees on a telephone after following the link in the mail."""
    address = BY_KEY["nexus"].member("Doe").email
    pattern = re.compile(rf"{re.escape(product.config.base_url)}(/credentials/\S+)")

    def link() -> str:
        product.desk.answer_tickets()
        found = [pattern.search(text_of(mail)) for mail in delivered(product.config, address)]
        return next((f[1] for f in found if f), "")

    product.wait_for(link, 120, "the link is with the staff member")
    phone = Desk(browser, product, PHONE)
    phone.open(link())
    album.add("pick-up", phone.page.screenshot(full_page=True))


def a_mail(browser: Browser, product: Product, mail: EmailMessage) -> bytes:
    """A mail as a mail program shows it."""
    body = mail.get_body(("html",))
    assert body is not None
    desk = Desk(browser, product, LETTER)
    desk.page.set_content(body.get_content())
    desk.page.evaluate(HEADERS, [f"{name}: {mail[name]}" for name in ("From", "To", "Subject")])
    return desk.page.screenshot(full_page=True)


def first_mail(product: Product, address: str, says: Callable[[EmailMessage], bool]) -> EmailMessage:
    """The first mail that an address got and that is the wanted one."""
    product.wait_for(lambda: any(says(m) for m in delivered(product.config, address)), 120, f"a mail to {address}")
    return next(m for m in delivered(product.config, address) if says(m))


def _read(product: Product) -> bool:
    """Every sample mail is sorted, and every request stands where a person is needed."""
    with transaction(product.config.database_url) as session:
        sorted_ = select(func.count(col(Message.id))).where(Message.disposition != Disposition.STORED)
        working = session.exec(select(Request.id).where(Request.state == "RECEIVED")).first()
        return session.exec(sorted_).one() >= sum(len(s.mails) for s in SAMPLES) and working is None


@contextmanager
def _product(place: Path) -> Iterator[Product]:
    """The running product with people who have accounts, before the first mail arrives."""
    exports = place / "exports"
    with Product(place / "home", CORREQUESTS_USAGE_FOLDER=str(exports)) as product:
        gallery.prepare(product, exports)
        yield product


def take(folder: Path) -> None:
    """Start the product, play the people, take every picture."""
    album = Album(folder)
    with tempfile.TemporaryDirectory() as place, chromium() as browser, _product(Path(place)) as product:
        for sample in SAMPLES:
            for number, mail in enumerate(sample.mails, 1):
                product.deliver(mail.build(), f"sample-{sample.key}-{number}")
        product.wait_for(lambda: _read(product), 300, "all sample mails are read")
        desk = Desk(browser, product)
        desk.open(WAITING)
        desk.page.get_by_label("User name").fill("mreyes")
        album.add("sign-in", desk.page.screenshot())
        desk.sign_in("mreyes")
        the_desk(browser, product, album)
        the_case(desk, album)
        gallery.the_kinds(browser, product, album)  # before IT's desk answers: it resets passwords too
        the_pick_up(browser, product, album)
        submitter = BY_KEY["butte"].submitters[1].email
        missing = first_mail(product, submitter, lambda m: "signed" in text_of(m))
        album.add("mail-missing", a_mail(browser, product, missing))
        ticket = first_mail(product, product.config.desk_address, lambda m: "Doe" in text_of(m))
        album.add("mail-ticket", a_mail(browser, product, ticket))
        gallery.the_pages(browser, product, album)
        gallery.the_suspension(browser, product, album)
        gallery.the_flows(browser, product, album)


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
