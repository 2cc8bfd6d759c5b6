"""Which names are one person's."""

from __future__ import annotations

import pytest

from tasks.policy.names import Match, name_key, same_person

S, N, D = Match.SAME, Match.NEAR, Match.DIFFERENT


@pytest.mark.parametrize(
    ("a", "b", "match"),
    [
        ("Jane Doe", "Jane Doe", S),
        ("Jane Doe", "JANE DOE", S),
        ("Jane Doe", "Doe, Jane", S),
        ("Doe Jane", "Jane Doe", S),
        ("Jane A. Doe", "Jane Doe", S),
        ("Jane Ann Doe", "Jane A. Doe", S),
        ("Doe, Jane Ann", "Jane Doe", S),
        ("José Núñez", "Jose Nunez", S),
        ("Mary O'Brien", "MARY OBRIEN", S),
        ("Mary O’Brien", "Mary O Brien", S),
        ("Ann Smith-Jones", "Ann Smith Jones", S),
        ("Juan de la Cruz", "Juan DelaCruz", S),
        ("J0hn Smith", "John Smith", S),
        ("John Srnith", "John Smith", S),
        ("Wi11iam Bel1", "William Bell", S),
        ("Dr. Jane Doe", "Jane Doe", S),
        ("Ms. Jane Doe", "DOE, JANE", S),
        ("Jane Do", "Jane Doe", N),
        ("Jon Smith", "John Smith", N),
        ("Catherine Wu", "Katherine Wu", N),
        ("Bob Miller", "Robert Miller", N),
        ("Chris Young", "Christopher Young", N),
        ("John Doe", "John Doe Jr.", N),
        ("John Doe Sr.", "John Doe, Jr.", N),
        ("Maria Garcia", "Maria Garcia Lopez", N),
        ("J. Doe", "Jane Doe", N),
        ("Jane", "Jane Doe", N),
        ("Jane A. Doe", "Jane B. Doe", N),
        ("Jonathan Alvarez", "Jonathan Alvares", N),
        ("Jane Doe", "John Doe", D),
        ("Jane Doe", "Jane Roe", D),
        ("Jane Doe", "Mark Miller", D),
        ("Ann Lee", "Ann Kim", D),
        ("Jane Doe Jr", "Mark Doe", D),
        ("", "Jane Doe", D),
        ("", "", D),
        ("...", "Jane Doe", D),
    ],
)
def test_same_person(a: str, b: str, match: Match) -> None:
    assert same_person(a, b) is match
    assert same_person(b, a) is match


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Jane Doe", "doe jane"),
        ("DOE, Jane", "doe jane"),
        ("José  Núñez", "jose nunez"),
        ("Mary O'Brien", "mary obrien"),
        ("Ann Smith-Jones", "ann jones smith"),
        ("Dr. Jane Doe", "doe jane"),
        ("Søren Groß", "gross soren"),
        ("", ""),
    ],
)
def test_name_key(name: str, key: str) -> None:
    assert name_key(name) == key
