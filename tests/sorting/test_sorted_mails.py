"""The labelled mails as they are sorted: a floor under what `make bench` measures, and what must never happen."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest

from tasks.policy.sorting import FILED, Letter, Matter, Sender, Standing, Suggestion, Writer, sort_letter
from tasks.settings import Settings
from tests.bench.sorting import PERSON, by_subject, judge
from tests.sorting.labelled import MAILS, Labelled, read

THRESHOLD: float = Settings.model_fields["sorting_confidence"].default
VOICES = sorted(path.stem for path in MAILS.glob("*.txt"))
EVERY = [mail for voice in VOICES for mail in read(MAILS / f"{voice}.txt")]
GRAVE = [m for m in EVERY if any(label.matter in (Matter.VIOLATION, Matter.DEPARTURE) for label in m.labels)]
FLOORS = {"held_out": (0.03, 0.20), "eighth": (0.03, 0.35), "seventh": (0.01, 0.36)}
"""Shares of mails that may be acted on wrongly, and that may go to a person: nothing was tuned to the first two, little
to the third."""

TUNED = (0.01, 0.30)


@pytest.mark.parametrize("voice", VOICES)
def test_few_are_acted_on_wrongly_or_asked_about(voice: str) -> None:
    mails = read(MAILS / f"{voice}.txt")
    judged = [judge(mail, sort_letter, THRESHOLD) for mail in mails]
    wrong, asked = FLOORS.get(voice, TUNED)
    assert sum(j.wrong for j in judged) <= wrong * len(mails)
    assert sum(j.predicted == PERSON for j in judged) <= asked * len(mails)


def test_there_are_enough_and_of_every_kind() -> None:
    assert len(EVERY) >= 240
    assert {label.matter for mail in EVERY for label in mail.labels} == set(Matter)
    texts = [mail.letter.text for mail in EVERY if len(mail.letter.text) > 40]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("mail", GRAVE, ids=lambda m: m.where)
def test_no_violation_and_no_departure_is_filed_or_missed(mail: Labelled) -> None:
    assert not judge(mail, sort_letter, THRESHOLD).lost


def test_the_judge_sees_what_is_lost() -> None:
    """The keyword peer files what it does not know: the same measure must find that."""
    judged = [judge(mail, by_subject, THRESHOLD) for mail in GRAVE]
    assert sum(j.lost for j in judged) > len(GRAVE) / 5
    assert sum(j.wrong for j in judged) >= sum(j.lost for j in judged)


def sorted_(text: str, subject: str = "", writer: Writer = Writer.SUBMITTER, **more: object) -> list[Suggestion]:
    sender = Sender(writer, "Laura Brandt", Standing(str(more.pop("standing", "none"))))
    return sort_letter(Letter(subject, text, date(2026, 11, 18), sender, **more))  # type: ignore[arg-type]


NEVER_FILED = [
    "Thanks! By the way, John Roe was fired.",
    "Thank you. John Roe gave his password to a resident.",
    "Great, appreciate it. John Roe quit.",
    "I am out of the office. I am no longer employed at Nexus.",
    "Lunch on Friday? It is John Roe's last day.",
]


@pytest.mark.parametrize("text", NEVER_FILED)
def test_thanks_do_not_hide_what_else_is_said(text: str) -> None:
    found = sorted_(text)
    assert not all(one.matter in FILED and one.confidence >= THRESHOLD for one in found)
    assert any(one.matter in (Matter.DEPARTURE, Matter.VIOLATION) for one in found)


STANDINGS = [
    ("none", "I am locked out.", Matter.UNLOCK),
    ("locked", "I cannot log in.", Matter.UNLOCK),
    ("active", "I cannot log in.", Matter.PASSWORD_RESET),
    ("away", "I cannot log in.", Matter.RETURN),
]


@pytest.mark.parametrize(("standing", "text", "matter"), STANDINGS)
def test_what_is_on_record_of_the_sender_explains_the_words(standing: str, text: str, matter: Matter) -> None:
    first = sorted_(text, standing=standing)[0]
    assert (first.matter, first.person, first.oneself) == (matter, "Laura Brandt", True)


WORK = [
    ("I am locked out. I still need it: I read the notes of my unit before every review.", Matter.UNLOCK),
    ("Tom Hale read the notes of his ex.", Matter.VIOLATION),
    ("Tom Hale looked at the records of a neighbor.", Matter.VIOLATION),
]


@pytest.mark.parametrize(("text", "matter"), WORK)
def test_reading_for_work_is_no_violation(text: str, matter: Matter) -> None:
    assert [one.matter for one in sorted_(text, standing="locked")] == [matter]


def test_what_a_stranger_asks_is_never_done_by_itself() -> None:
    for text in ("Jane Doe was terminated today, disable her access.", "Please reset my OMIS password."):
        (first, *_) = sorted_(text, writer=Writer.OUTSIDER)
        assert first.confidence < THRESHOLD
        assert first.matter not in FILED


def test_names_on_record_are_found_in_any_letters_and_ids_by_their_pattern() -> None:
    (one,) = sorted_("pls deactivate ngozi abara cx10023, she quit", known=("Ngozi Abara",))
    assert (one.matter, one.person, one.user_id) == (Matter.DEPARTURE, "Ngozi Abara", "CX10023")
    other = sorted_("Jane Doe quit. Her ID is 4711-B.", user_id=re.compile(r"\b\d{4}-[A-Z]\b"))
    assert other[0].user_id == "4711-B"


@pytest.mark.parametrize(
    "text",
    [
        *("", ">", "---", "\n" * 5000, "reset " * 4000, "please remove the account of him " * 700),
        *("John Roe left. " * 1300, "gave " * 4000, "a, and " * 3000, "x" * 20_000, "(" * 5000, "\x00￿" * 50),
    ],
    ids=range(12),
)
def test_no_text_is_too_strange_or_takes_long(text: str) -> None:
    began = time.process_time()
    assert sorted_(text, subject=text[:2000])
    assert time.process_time() - began < 5
