"""What a provider's answer says of each person, and what silence leads to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.policy.recertifying import Step, answers, changes, mark_in, silence

IDS = ("CX10001", "CX10002", "CX10003")
ALL = dict.fromkeys(IDS, "KEEP")

MAILS: list[tuple[str, dict[str, str]]] = [
    (
        "CX10001 keep\nCX10002 remove left in May\ncx10003: changed now a supervisor",
        dict(zip(IDS, ("KEEP", "REMOVE", "CHANGED"), strict=True)),
    ),
    ("All keep", ALL),
    ("Hello,\n\nplease keep all of them.\n\nThanks\nLaura", ALL),
    ("CX10002 remove\nAll keep.", ALL | {"CX10002": "REMOVE"}),
    ("- CX10001 Pat Staff: keep", {"CX10001": "UNSURE"}),
    ("CX10001 keep until she leaves, then remove", {"CX10001": "UNSURE"}),
    ("CX10001 keep? not sure", {"CX10001": "UNSURE"}),
    ("CX10001 keep\nCX10001 remove", {"CX10001": "UNSURE"}),
    ("CX10001 CX10002 remove", {"CX10001": "UNSURE", "CX10002": "UNSURE"}),
    ("CX10001 remove, not with us any more", {"CX10001": "REMOVE"}),
    ("CX99999 remove", {}),
    ("Thank you, we will answer next week.", {}),
    ("All keep it up!", {}),
    ("see below\n\nOn Mon, Jul 6, 2026 at 8:00 AM correquests <c@mt.example> wrote:\n> CX10001 remove\n> All keep", {}),
    ("From: correquests\nSent: Monday\nTo: Laura\nSubject: x\n\nAll keep", {}),
]


@pytest.mark.parametrize(("text", "expected"), MAILS)
def test_what_a_mail_answers(text: str, expected: dict[str, str]) -> None:
    assert {key: a.said for key, a in answers(text, IDS).items()} == expected


def test_the_words_beside_an_answer_are_kept() -> None:
    assert answers("CX10002 remove left in May", IDS)["CX10002"].remark == "left in May"


@pytest.mark.parametrize(
    ("subject", "mark"),
    [("RE: [correquests] RC-2026-NEXUS: Please", "RC-2026-NEXUS"), ("rc-2026-nexus", "RC-2026-NEXUS"), ("RC-26", "")],
)
def test_the_number_in_a_subject(subject: str, mark: str) -> None:
    assert mark_in(subject) == mark


def test_silence_reminds_on_business_days_and_never_removes() -> None:
    opened = date(2026, 7, 1)  # a Wednesday; Friday the third is a holiday, kept for the fourth
    seen: dict[int, Step] = {}
    reminded = 0
    for count in range(40):
        step = silence(opened, reminded, opened + timedelta(count), (5, 10), 15)
        reminded += step is Step.REMIND
        if step is not Step.NOTHING:
            seen.setdefault(count, step)
    assert list(seen.values())[:3] == [Step.REMIND, Step.REMIND, Step.ESCALATE]
    assert {*seen.values()} == {Step.REMIND, Step.ESCALATE}
    assert silence(opened, 0, opened + timedelta(16), (5, 10), 15) is Step.REMIND  # missed nights remind once


def test_what_changed_since_last_month() -> None:
    assert changes({"a": "1", "b": "1"}, {"b": "2", "c": "1"}) == (["c"], ["a"], ["b"])
