"""The check digits of a case number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.policy.tokens import bare_numbers, check_digits, numbers_with_check, token

NUMBER = "CR-2026-000123"
numbers = st.builds("CR-{:04d}-{:06d}".format, st.integers(2024, 2099), st.integers(0, 999_999))


def test_they_stand_behind_the_number() -> None:
    assert token(NUMBER) == f"{NUMBER}-{check_digits(NUMBER)}"
    assert numbers_with_check(f"RE: [{token(NUMBER)}] papers") == [NUMBER]
    assert bare_numbers(f"RE: {NUMBER} and {token(NUMBER)}") == [NUMBER, NUMBER]
    assert numbers_with_check(f"RE: {NUMBER}") == []


@given(numbers, st.integers(0, 9), st.integers(1, 9))
def test_a_slip_of_one_figure_is_found(number: str, place: int, slip: int) -> None:
    figures = [i for i, c in enumerate(number) if c.isdigit()]
    at = figures[place]
    wrong = f"{number[:at]}{(int(number[at]) + slip) % 10}{number[at + 1 :]}"
    assert numbers_with_check(f"{wrong}-{check_digits(number)}") == []


@given(numbers, st.integers(0, 8))
def test_two_figures_changed_round_are_found(number: str, place: int) -> None:
    figures = [i for i, c in enumerate(number) if c.isdigit()]
    a, b = figures[place], figures[place + 1]
    turned = list(number)
    turned[a], turned[b] = turned[b], turned[a]
    if turned[a] != turned[b]:
        assert numbers_with_check(f"{''.join(turned)}-{check_digits(number)}") == []
