"""III.B.2.d · the initial password: random, within the state's rules, readable aloud.

Sources: state directory rules (12 or more characters, four classes, not containing user ID or name; reference 2.2);
NIST SP 800-63B 5.1.1.2 and CJIS IA-5(1): a chosen-by-system secret comes from an approved random bit generator.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from pydantic import SecretStr

MINIMUM = 12
"""Characters the state asks for at least."""

LOWER = "abcdefghijkmnopqrstuvwxyz"
UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"
SPECIAL = "!#$%&*+-=?@"
CLASSES = {"lower-case letter": LOWER, "upper-case letter": UPPER, "digit": DIGITS, "special character": SPECIAL}
"""The four classes without the characters that look alike on paper (l, I, O, 0, 1, |)."""

_ALPHABET = LOWER + UPPER + DIGITS + SPECIAL
_SHORTEST_PART = 3


def _parts(forbidden: Sequence[str]) -> set[str]:
    """The user ID and names, whole and word by word, folded; parts shorter than three letters do not count."""
    whole = [text.casefold().strip() for text in forbidden]
    words = ["".join(c if c.isalnum() else " " for c in text).split() for text in whole]
    return {part for part in [*whole, *(w for several in words for w in several)] if len(part) >= _SHORTEST_PART}


def _has(password: str, kind: str) -> bool:
    tests = {"lower-case letter": str.islower, "upper-case letter": str.isupper, "digit": str.isdigit}
    test = tests.get(kind, lambda c: not c.isalnum() and not c.isspace())
    return any(test(character) for character in password)


def weaknesses(password: SecretStr, forbidden: Sequence[str]) -> list[str]:
    """What the state's rules have against a password, as sentences that do not repeat it; empty when it is good."""
    value = password.get_secret_value()
    found = [f"It needs {MINIMUM} characters or more."] if len(value) < MINIMUM else []
    found += [f"It needs at least one {kind}." for kind in CLASSES if not _has(value, kind)]
    if any(part in value.casefold() for part in _parts(forbidden)):
        found.append("It must not contain the user ID or a part of the name.")
    return found


def new_password(length: int, forbidden: Sequence[str]) -> SecretStr:
    """A random password of `length` characters with all four classes and without user ID or name parts.

    Drawn as a whole until it fits, so that every password within the rules is equally likely. Raises `ValueError` when
    `length` is below the state's minimum.
    """
    if length < MINIMUM:
        raise ValueError(f"an initial password needs {MINIMUM} characters or more, not {length}")
    while True:
        drawn = SecretStr("".join(secrets.choice(_ALPHABET) for _ in range(length)))
        if not weaknesses(drawn, forbidden):
            return drawn
