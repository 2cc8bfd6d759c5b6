"""Protected personal information that a form or a mail happens to carry, and how it is hidden.

DOC 1.1.15 and 2-6-1501, MCA: social security, driver's licence and other identity numbers; a date of birth and an
offender's number are hidden with them, because no clause needs them. Only the stored original keeps them.
"""

from __future__ import annotations

import re

HIDDEN = "***"
"""What stands in the place of a protected value."""

_D = r"[0-9OoQlI|SB]"
_GAP = r"(?:\s?[-\u2010-\u2015.\u00b7_/]\s?|\s)"
_SSN = re.compile(rf"(?<![\w-]){_D}{{3}}({_GAP}){_D}{{2}}{_GAP}{_D}{{4}}(?![\w-])")
_OLD_OR_TORN = re.compile(rf"(?<!\d){_D}{{3}}\s?-\s?{_D}{{2}}\s?-?\s?{_D}{{4}}(?!\d)")
_BOXED = re.compile(r"(?<!\d)(?<!\d )(?:\d\s(?:[-\u2013]\s?)?){8}\d(?!\s?\d)")

_LABELS = (
    r"s\.?\s?s\.?\s?n\b\.?|ss\s?(?:#|no\b\.?)|soc(?:ial|\.)\s?sec(?:urity|\.)|social security",
    r"driver'?s?\W{0,2}s?\s?licen[cs]e|drivers?\s?lic\b\.?|\bd\.?l\.?\s?(?:#|no\b\.?|number)|\bdln\b",
    r"tax\s?(?:payer)?\s?id(?:entification)?|\bitin\b|tribal\s?(?:id|enrol+ment)|passport|state\s(?:issued\s)?id\b",
    r"mother'?s maiden name",
)
_NUMBER_WORDS = r"(?:\s?(?:number|num|no|nbr|id|card|#|is|was|:|=|-|last|four|4|digits|of|\(|\))[\s.:#]*)*"
_VALUE = r"(?P<v>[A-Z0-9*][A-Z0-9*.\u2013-]*\d[A-Z0-9*-]*(?:\s(?=[\d-]*\d)[\d-]+){0,3})"
_LABELLED = re.compile(rf"(?<![a-z])(?:{'|'.join(_LABELS)}){_NUMBER_WORDS}[\s:#.=_-]{{0,6}}{_VALUE}", re.IGNORECASE)
_BORN = re.compile(
    r"(?:date of birth|birth\s?date|\bd\.?\s?o\.?\s?b\b\.?|\bborn(?: on)?)[\s:.#_-]{0,6}(?:is\s)?"
    r"(?P<v>[0-9OIl]{1,4}\s?[-/. ]\s?[0-9OIl]{1,2}\s?[-/. ]\s?[0-9OIl]{2,4}|[0-9OIl]{8}"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{2,4}|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? \d{2,4})",
    re.IGNORECASE,
)
_MAIDEN = re.compile(r"mother'?s maiden name[\s:._-]{1,6}(?P<v>[^\W\d_][\w'-]+)", re.IGNORECASE)
_OFFENDER = re.compile(
    r"(?:\bA\.?O\.?\s?(?:#|no\b\.?|number)?|(?:offender|inmate|doc)\s?(?:id\s?)?(?:#|no\b\.?|number|id))[\s:#.]{0,3}(?P<v>\d{4,8})\b",
    re.IGNORECASE,
)
LABEL = re.compile(rf"(?<![a-z])(?:{'|'.join(_LABELS)}|date of birth|birth\s?date|\bd\.?o\.?b\b)", re.IGNORECASE)
"""Words of a label beside which a protected value is written."""


def spans(text: str) -> list[tuple[int, int]]:
    """Where protected values stand in a text: start and end of each, sorted, not overlapping."""
    found = [m.span() for p in (_SSN, _OLD_OR_TORN, _BOXED) for m in p.finditer(text) if _figures(m.group(0))]
    found += [m.span("v") for p in (_LABELLED, _BORN, _MAIDEN, _OFFENDER) for m in p.finditer(text)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def _figures(text: str) -> bool:
    """Whether most of it was read as figures: words of letters that look like figures are words."""
    return sum(c.isdigit() for c in text) >= 6


def masked(text: str) -> str:
    """The text with every protected value shown as `***`."""
    out, at = [], 0
    for start, end in spans(text):
        out += [text[at:start], HIDDEN]
        at = end
    return "".join([*out, text[at:]])
