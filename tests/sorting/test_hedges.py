"""What is denied, only possible, asked about or long past is never acted on by itself; what has happened is."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.policy.sorting import FILED, Letter, Matter, Sender, Suggestion, Writer, sort_letter
from tasks.settings import Settings

THRESHOLD: float = Settings.model_fields["sorting_confidence"].default
THURSDAY = date(2026, 12, 3)


def sorted_(text: str, subject: str = "", writer: Writer = Writer.SUBMITTER) -> list[Suggestion]:
    return sort_letter(Letter(subject, text, THURSDAY, Sender(writer, "Laura Brandt")))


def acted(text: str, subject: str = "", writer: Writer = Writer.SUBMITTER) -> set[Matter]:
    return {one.matter for one in sorted_(text, subject, writer) if one.confidence >= THRESHOLD}


NOT_FACTS = [
    "John Roe did not quit.",
    "John Roe was not fired, only moved to nights.",
    "John Roe has never resigned.",
    "John Roe might quit in the spring.",
    "John Roe is thinking about retiring next year.",
    "There is a rumor that John Roe was fired.",
    "John Roe was terminated in 2019 and nobody minded.",
    "John Roe went on maternity leave three years ago.",
    "Did John Roe resign?",
    "Is Friday John Roe's last day?",
    "Has John Roe's account been disabled since he was fired?",
]


@pytest.mark.parametrize("text", NOT_FACTS)
def test_what_is_not_a_fact_of_now_is_not_acted_on(text: str) -> None:
    assert not acted(text) - FILED - {Matter.QUESTION}
    assert not all(one.matter in FILED and one.confidence >= THRESHOLD for one in sorted_(text))


FACTS = [
    ("John Roe quit.", Matter.DEPARTURE),
    ("John Roe was fired on Monday and did not say a word.", Matter.DEPARTURE),
    ("John Roe is not with us anymore.", Matter.DEPARTURE),
    ("Could you please remove John Roe? He resigned.", Matter.DEPARTURE),
    ("Is there any way to take John Roe off? He resigned.", Matter.DEPARTURE),
    ("I didn't know if anybody told you, John Roe resigned.", Matter.DEPARTURE),
    ("When John Roe left in October he turned in his keys.", Matter.DEPARTURE),
    ("I would like to request access to OMIS for Jane Doe, our new nurse.", Matter.NEW_ACCESS),
]


@pytest.mark.parametrize(("text", "matter"), FACTS)
def test_what_is_a_fact_is_acted_on(text: str, matter: Matter) -> None:
    assert matter in acted(text)


def test_a_mail_that_only_asks_is_not_acted_on_whatever_its_subject_says() -> None:
    text = "Do I have to open a record, or is it enough to log in to keep from being locked out after 60 days?"
    assert Matter.UNLOCK not in acted(text, "60 days")
    assert acted("Could you check if this is the current version of the access request?", "new hire") <= {
        Matter.QUESTION
    }


def test_a_submitter_who_names_nobody_is_asked_whom_the_access_is_for() -> None:
    (first, *_) = sorted_("I need access to OMIS, I am new.")
    assert (first.matter, first.confidence) == (Matter.NEW_ACCESS, 0.6)
    assert Matter.NEW_ACCESS in acted("I need access to OMIS, I am new.", writer=Writer.STAFF)


def test_other_business_with_a_word_for_us_is_not_filed() -> None:
    text = "The staff meeting moved to Friday. Somebody has to look into the OMIS accounts of the night shift."
    assert Matter.OTHER not in acted(text)
    assert Matter.OTHER in acted(text.split(". ")[0])


def test_what_a_mail_takes_back_is_not_acted_on() -> None:
    text = "Correction: John Roe is still here, it is John Poe who left."
    assert acted(text) <= {Matter.WITHDRAWAL}


def test_a_slip_in_a_mail_of_thanks_withdraws_nothing() -> None:
    assert not acted("Oops! Will send it over this afternoon.", "Re: Page 2 of the consent form is missing") - FILED


def test_other_business_that_names_somebody_of_staff_is_not_filed() -> None:
    assert not acted("At lunch John Roe was very loud about everything he knows.")
    assert acted("Lunch is at noon.") == {Matter.OTHER}


def test_each_line_that_begins_with_a_name_is_about_that_person() -> None:
    found = sorted_("Lou Haskett - resigned 12/31\nMina Trevor - retired 11/4", "monthly update")
    assert [(one.matter, one.person, one.effective_on) for one in found] == [
        (Matter.DEPARTURE, "Lou Haskett", date(2026, 12, 31)),
        (Matter.DEPARTURE, "Mina Trevor", date(2026, 11, 4)),
    ]


def test_a_furlough_of_a_resident_is_no_leave() -> None:
    assert Matter.LEAVE not in acted("Resident Alvin Crest, #3012245, requests a furlough.", "Furlough request")
    assert Matter.LEAVE in acted("Resident advisor Alvin Crest is on furlough.")


def test_a_resignation_passed_on_for_the_records_is_read() -> None:
    below = "From: John Roe\nSent: Sunday, November 29, 2026 8:40 PM\nTo: Rena Pool\nSubject: decision\n\n"
    text = f"for your records\n\n{below}I have decided not to come back. My last day was Friday."
    assert Matter.DEPARTURE in {one.matter for one in sorted_(text, "Fwd: decision")}


REPORTS = [
    ("On Tuesday John Roe looked up the record of his neighbor.", date(2026, 12, 1)),
    ("John Roe shared his password with Jim Poe on Friday.", date(2026, 11, 27)),
    ("Monday John Roe let a resident use his computer.", date(2026, 11, 30)),
    ("On 11/30 John Roe printed offender records and took them home.", date(2026, 11, 30)),
]


@pytest.mark.parametrize(("text", "day"), REPORTS)
def test_a_weekday_in_a_report_of_what_happened_is_the_last_one(text: str, day: date) -> None:
    (one,) = [one for one in sorted_(text) if one.matter is Matter.VIOLATION]
    assert one.effective_on == day


def test_a_day_that_a_report_says_is_still_to_come_comes() -> None:
    found = sorted_("John Roe shared his password. The hearing about it is on Tuesday.")
    assert [one.effective_on for one in found if one.matter is Matter.VIOLATION] == [date(2026, 12, 8)]


VIOLATIONS = [
    ("John Roe told a resident's sister his release date over the phone.", True),
    ("John Roe had me use his login because mine was not ready.", True),
    ("She had printed resident records and taken them home.", True),
    ("Resident tested positive, this is one of several violations of his conditions.", False),
    ("He violated his parole on Sunday.", False),
]


@pytest.mark.parametrize(("text", "ours"), VIOLATIONS)
def test_what_staff_did_with_records_is_a_violation_what_residents_did_is_not(text: str, ours: bool) -> None:
    assert (Matter.VIOLATION in {one.matter for one in sorted_(text)}) is ours
