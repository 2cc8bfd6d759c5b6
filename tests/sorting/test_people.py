"""Names in mails, and of whom what is said."""

from __future__ import annotations

import pytest

from tasks.policy.sorting.attribution import parts_of
from tasks.policy.sorting.clauses import Clause
from tasks.policy.sorting.people import people_in
from tasks.policy.sorting.spelling import mended

NAMES = [
    ("Jane Doe's last day is Friday", ["Jane Doe"]),
    ("Please remove Jane Doe and John Roe.", ["Jane Doe", "John Roe"]),
    ("Case Manager Jane Doe at Butte Prerelease", ["Jane Doe"]),
    ("Alma Reyes-Pike, Mary Ann O'Neil", ["Alma Reyes-Pike", "Mary Ann O'Neil"]),
    ("JANE DOE NO LONGER WORKS HERE", ["Jane Doe"]),
    ("jane doe needs a login", ["Jane Doe"]),
    ("Doe, Jane - started Monday", ["Jane Doe"]),
    ("wes harding dont work here no more", ["Wes Harding"]),
    ("Helena Prerelease Center, Access Request, Human Resources", []),
    ("Good Morning, Happy Thanksgiving", []),
    ("we will get back to you", []),
]


@pytest.mark.parametrize(("text", "names"), NAMES, ids=[n[0] for n in NAMES])
def test_names(text: str, names: list[str]) -> None:
    assert [one.name for one in people_in(text) if not one.aside] == names


@pytest.mark.parametrize("text", ["Her supervisor is John Roe.", "Contact John Roe.", "He now reports to John Roe."])
def test_who_is_named_aside(text: str) -> None:
    assert [one.aside for one in people_in(text)] == [True]


def test_a_pronoun_means_who_was_named_last_and_a_list_everybody_in_it() -> None:
    texts = ("Jane Doe quit.", "Please close her account.", "Remove:", "John Roe", "Al Poe")
    said = [Clause(text, 1.0) for text in texts]
    parts = parts_of(said, (), "Laura Brandt")
    assert parts[1].meant(10) == ("Jane Doe",)
    assert parts[2].meant(6) == ("John Roe", "Al Poe")


SLIPS = [
    ("pasword", "password"),
    ("passowrd", "password"),
    ("terminatd", "terminated"),
    ("resigend", "resigned"),
    ("acount", "account"),
    ("assess", "assess"),
    ("looked", "looked"),
    ("returning", "returning"),
    ("probation", "probation"),
    ("suspected", "suspected"),
    ("employees", "employees"),
    ("discount", "discount"),
    ("Brandt", "Brandt"),
]


@pytest.mark.parametrize(("written", "meant"), SLIPS)
def test_slips_of_the_pen(written: str, meant: str) -> None:
    assert mended(f"the {written} today") == f"the {meant} today"
