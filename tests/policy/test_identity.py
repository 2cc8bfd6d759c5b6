"""Who may be whom: one line, one way in which two records are, or are not, of one person."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tasks.policy.candidates import candidates
from tasks.policy.identity import Identity, likeness, ranked, telephone
from tasks.policy.names import name_key
from tasks.policy.spelling import Name


def who(
    name: str, email: str = "", phone: str = "", *, at: str = "", as_: str = "", ids: str = "", was: str = ""
) -> Identity:
    """`Given|Family`; `was` is a former name."""
    names = tuple(Name(*n.split("|")) for n in (name, was) if n)
    return Identity(names, (email,), (phone,), frozenset(at.split()), frozenset({as_} - {""}), frozenset(ids.split()))


@dataclass(frozen=True)
class Pair:
    what: str
    one: Identity
    other: Identity
    asked: bool
    because: str = ""


JANE = who("Jane|Doe")
PAIRS = (
    Pair("the same name", JANE, JANE, True, "same name"),
    Pair("the same name in capitals, with a title", who("DR. JANE|DOE"), JANE, True, "same name"),
    Pair("accents left out", who("José|Núñez"), who("Jose|Nunez"), True, "same name"),
    Pair("letters that English does not have", who("Søren|Groß"), who("Soren|Gross"), True, "same name"),
    Pair("given and family name swapped", who("Doe|Jane"), JANE, True, "swapped"),
    Pair("swapped, both of them given names", who("Owen|Martin"), who("Martin|Owen"), True, "swapped"),
    Pair("swapped and shortened", who("Garcia|Bob"), who("Robert|Garcia"), True, "forms of one name"),
    Pair("a short form", who("Bill|Miller"), who("William|Miller"), True, "Bill and William are forms of one name"),
    Pair("a short form that shares no letter", who("Peggy|Olson"), who("Margaret|Olson"), True, "forms of one name"),
    Pair("two short forms of one name", who("Bill|Miller"), who("Will|Miller"), True, "forms of one name"),
    Pair("a given name cut off", who("Chris|Young"), who("Christophe|Young"), True),
    Pair("two letters changed places", who("Marcus|Whitfeild"), who("Marcus|Whitfield"), True, "one slip"),
    Pair("two letters changed places in a short name", who("Jane|Deo"), JANE, True, "one slip"),
    Pair("a slip in the first letter", who("Hannah|Pindgren"), who("Hannah|Lindgren"), True, "one slip"),
    Pair("misread by the reader of scans", who("J0hn|Srnith"), who("John|Smith"), True, "look alike"),
    Pair("a hyphenated name, half of it", who("Ann|Smith-Jones"), who("Ann|Smith"), True, "one of two family names"),
    Pair("the other half of it", who("Ann|Smith-Jones"), who("Ann|Jones"), True, "one of two family names"),
    Pair("hyphen or no hyphen", who("Ann|Smith-Jones"), who("Ann|Smith Jones"), True, "same name"),
    Pair("the first of two family names", who("Maria|Garcia Lopez"), who("Maria|Garcia"), True),
    Pair("a family name written together", who("Juan|de la Cruz"), who("Juan|DelaCruz"), True, "same name"),
    Pair("known by the middle name", who("Mary Ann|Lee"), who("Ann|Lee"), True, "middle name"),
    Pair("Jr. on one of them only", who("John|Doe Jr."), who("John|Doe"), True, "one is Jr., the other without"),
    Pair("father and son", who("John|Doe Jr"), who("John|Doe III"), True, "one is Jr., the other III"),
    Pair("under the former name", who("Jane|Roe", was="Jane|Doe"), JANE, True, "former name"),
    Pair("a former name on record", JANE, who("Jane|Roe", was="Jane|Doe"), True, "former name"),
    Pair("married: another name, the same telephone and work",
         who("Jane|Roe", phone="406-555-0173", at="nexus", as_="Case manager"),
         who("Jane|Doe", phone="(406) 555-0173", at="nexus", as_="case manager"), True, "same telephone"),
    Pair("nothing but the address in common", who("Jane|Roe", "x@n.example"), who("Mark|Poe", "X@N.example"), True,
         "same e-mail address"),
    Pair("an initial and the same telephone", who("J.|Doe", phone="1 406 555 0173"),
         who("Jane|Doe", phone="4065550173"), True, "initial"),
    Pair("a user ID of somebody else on the form", who("Ted|Poe", ids="CX10001"), who("Al|Kim", ids="cx10001"), True,
         "same user ID CX10001"),
    Pair("a facility that changed its mail domain", who("J.|Doe", "jane.doe@old.example"),
         who("Jane|Doe", "janedoe@new.example"), True, "begin alike"),
    Pair("another given name", who("John|Doe"), JANE, False),
    Pair("another family name", who("Jane|Roe"), JANE, False),
    Pair("an initial alone", who("J.|Doe"), JANE, False),
    Pair("siblings at one switchboard",
         who("Mark|Doe", phone="406-555-0170", at="nexus", as_="Case manager"),
         who("Jane|Doe", phone="406-555-0170", at="nexus", as_="Case manager"), False),
    Pair("extensions of one switchboard tell people apart",
         who("Jane|Roe", phone="406-555-0170 ext. 12", at="nexus", as_="Case manager"),
         who("Jane|Doe", phone="406-555-0170 x14", at="nexus", as_="Case manager"), False),
    Pair("the office's address at two facilities", who("Jo|Poe", "office@a.example"), who("Al|Kim", "office@b.example"),
         False),
    Pair("short names that differ in one letter of three", who("Ann|Lee"), who("Ann|Kim"), False),
    Pair("nothing in common", who("Mark|Miller"), JANE, False),
    Pair("no name at all", who("|"), JANE, False),
)  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.what)
def test_pairs(pair: Pair) -> None:
    found = likeness(pair.one, pair.other)
    back = likeness(pair.other, pair.one)
    assert found.likely is pair.asked, found
    assert found.score == back.score
    assert pair.because in "; ".join(found.reasons)
    key = " ".join(name_key(f"{n.given} {n.family}") for n in pair.other.names)
    by_name = pair.asked and not any(word in r for r in found.reasons for word in ("e-mail", "telephone", "user ID"))
    if by_name:
        assert candidates([(1, key), (2, "quite different")], pair.one.names) == {1}


FULL = who("Jane|Doe", "jane@nexus.example", "406-555-0173", at="nexus", as_="Case manager", ids="CX10001")


@pytest.mark.parametrize(
    ("other", "agreeing", "sure"),
    [
        (FULL, ("given name", "family name", "e-mail", "telephone", "provider", "position", "user ID"), True),
        (who("Jane|Doe", "jane@nexus.example"), ("given name", "family name", "e-mail"), False),
        (who("Jane|Doe", "jane@nexus.example", at="nexus"), ("given name", "family name", "e-mail", "provider"), True),
        (who("Jane|Doe", "j@x.example", "406-555-0173", at="nexus"),
         ("given name", "family name", "telephone", "provider"), False),
        (who("Jane|Roe", "j@x.example", was="Jane|Doe"), ("given name", "family name"), False),
        (who("Janie|Doe", "jane@nexus.example"), ("family name", "e-mail"), False),
    ],
    ids=["everything", "three fields", "four fields", "four without the address", "a former name", "a short form"],
)  # fmt: skip
def test_four_fields_make_one_record_and_nothing_less(other: Identity, agreeing: tuple[str, ...], sure: bool) -> None:
    found = likeness(FULL, other)
    assert (found.agreeing, found.sure) == (agreeing, sure)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("406-555-0173", "4065550173"),
        ("+1 (406) 555 0173", "4065550173"),
        ("406.555.0173 ext 12", "4065550173x12"),
        ("406-555-0173x12", "4065550173x12"),
        ("555-0173", ""),
        ("", ""),
    ],
)
def test_telephone(said: str, number: str) -> None:
    assert telephone(said) == number


def test_the_likeliest_comes_first_and_the_unlikely_not_at_all() -> None:
    known = {1: who("Mark|Miller"), 2: who("Janie|Doe"), 3: FULL, 4: JANE}
    assert [record for record, _ in ranked(FULL, known.items())] == [3, 4, 2]


def test_an_empty_register_and_a_single_word() -> None:
    assert candidates([], [Name("Jane", "Doe")]) == set()
    assert candidates([(1, "doe jane")], [Name("", "Doe")]) == {1}
