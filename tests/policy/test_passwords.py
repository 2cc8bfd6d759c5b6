from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tasks.policy.passwords import CLASSES, MINIMUM, new_password, weaknesses

FORBIDDEN = ["CX10001", "Jane", "Doe-Abernathy"]


@given(st.integers(min_value=MINIMUM, max_value=64))
def test_every_new_password_is_within_the_rules(length: int) -> None:
    made = new_password(length, FORBIDDEN)
    value = made.get_secret_value()
    assert len(value) == length
    assert weaknesses(made, FORBIDDEN) == []
    assert all(any(c in letters for c in value) for letters in CLASSES.values())
    assert not set(value) & set("lIO01|o" if "o" not in CLASSES["lower-case letter"] else "lIO01|")


def test_no_two_are_alike() -> None:
    assert len({new_password(16, []).get_secret_value() for _ in range(200)}) == 200


def test_it_is_not_shown_by_accident() -> None:
    assert "*" in str(new_password(16, []))


def test_a_short_one_is_not_made() -> None:
    with pytest.raises(ValueError, match="12"):
        new_password(11, [])


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Aa2!Aa2!Aa2", ["It needs 12 characters or more."]),
        ("aaaaaaaaaa2!", ["It needs at least one upper-case letter."]),
        ("AAAAAAAAAA2!", ["It needs at least one lower-case letter."]),
        ("Aaaaaaaaaaa!", ["It needs at least one digit."]),
        ("Aaaaaaaaaaa2", ["It needs at least one special character."]),
        ("xx-cx10001-X", ["It must not contain the user ID or a part of the name."]),
        ("JANE!jane234", ["It must not contain the user ID or a part of the name."]),
        ("xX2!abernathy", ["It must not contain the user ID or a part of the name."]),
        ("Aa2!Aa2!Aa2!", []),
    ],
)
def test_each_rule_speaks_for_itself(password: str, said: list[str]) -> None:
    assert weaknesses(SecretStr(password), FORBIDDEN) == said


def test_names_of_two_letters_do_not_count() -> None:
    assert weaknesses(SecretStr("Aa2!Li2!Aa2!"), ["Li"]) == []
