"""The case number in a subject with two check digits, so that a slip of the pen never joins another case."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\b(CR-\d{4}-\d{6})-(\d{2})\b")
_BARE = re.compile(r"\bCR-\d{4}-\d{6}\b")


def check_digits(number: str) -> str:
    """Two check digits over the figures of a case number (ISO 7064, MOD 97-10): every slip of one figure is found."""
    figures = "".join(c for c in number if c.isdigit())
    return f"{98 - int(figures) * 100 % 97:02d}"


def token(number: str) -> str:
    """The case number as it stands in subjects, e.g. `CR-2026-000123-42`."""
    return f"{number}-{check_digits(number)}"


def numbers_with_check(text: str) -> list[str]:
    """Case numbers in a text whose check digits are right."""
    return [number for number, digits in _TOKEN.findall(text) if check_digits(number) == digits]


def bare_numbers(text: str) -> list[str]:
    """Whatever looks like a case number, checked or not."""
    return _BARE.findall(text)
