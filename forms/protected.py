"""Protected personal information that a form or a mail happens to carry, and how it is hidden.

DOC 1.1.15 III (PPI) and 2-6-1501, MCA: social security, tax, driver's licence, state, tribal and passport numbers, bank
accounts, cards and the codes that open them. A date of birth, a medical record's number and an offender's number are
hidden with them, because no clause needs them. Only the stored original keeps them. What a number is, its shape or its
label says: a bare run of figures without either is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

HIDDEN = "***"
"""What stands in the place of a protected value."""

_D = r"[0-9OoQlI|SB]"
_GAP = r"(?:\s?[-.\u00b7_/]{1,2}\s?|\s{1,2})"
_SSN = re.compile(rf"(?<![\w-])\(?{_D}{{3}}\)?({_GAP}){_D}{{2}}{_GAP}{_D}{{4}}(?![\w-])")
_OLD_OR_TORN = re.compile(rf"(?<!\d){_D}{{3}}\s?-\s?{_D}{{2}}\s?-?\s?{_D}{{4}}(?!\d)")
_BOXED = re.compile(r"(?<!\d)(?<!\d )(?:\d\s(?:-\s?)?){8}\d(?!\s?\d)")
_LICENCE = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2])\d{3}(?:19|20)\d\d41(?:0[1-9]|[12]\d|3[01])(?!\d)")
"""A driver's licence of Montana: month of birth, three figures, year of birth, 41, day of birth."""

_LABELS = (
    r"s\.?\s?s\.?\s?n\b\.?|ss\s?(?:#|no\b\.?)|soc(?:ial|\.)\s?sec(?:urity|\.)|social security",
    r"social(?=\s?(?:#|:|is\b|no\b))",
    r"driver'?s?\W{0,2}s?\s?licen[cs]e|drivers?\s?lic\b\.?|\bd\.?l\.?\s?(?:#|no\b\.?|number)|\bdln?\b(?=[\s:]+\w*\d{5})",
    r"tax\s?(?:payer)?\s?id(?:entification)?|\bitin\b|\bf?ein\b|\btin\b|\bip\s?pin\b",
    r"tribal\s?(?:id|enrol+ment|member(?:ship)?)|enrol+ment\s?(?:id|number|no\b)",
    r"passport|green\s?card|alien\s?(?:reg\w*|no\b|number)",
    r"state\s(?:issued\s)?id\b|(?:state\s)?(?:id|identification|identity)\scard|military\s?id\b",
    r"mother'?s maiden name",
    r"bank\s?account|(?:checking|savings)\s?(?:account|acct)|\brouting|\baba\s?(?:#|no\b|number)|\biban\b",
    r"(?:credit|debit)\s?card|card\s?(?:number|no\b)|card(?=\s(?:end(?:ing|s)|#))|\bcv[vc]2?\b|security\s?code|access\s?code|\bpin\b",
    r"medical\s?record|\bmrn\b|medicaid|medicare|health\s?(?:plan|insurance)|patient\s?id",
)
_NUMBER_WORDS = (
    r"\s?(?:(?:(?:number|num|no|nbr|id|card|code|acct|account|is|was|last|four|digits|of|ending|ends|in|with|the|her|his"
    r"|my)(?![a-z])|[#:=()-]|4(?!\d))[\s.:#]{0,4}+){0,8}"
)
_VALUE = r"(?:[A-Z]{2}[\s-])?(?P<v>[A-Z0-9*][A-Z0-9*.-]{0,30}\d[A-Z0-9*-]{0,30}(?:\s(?=[\d-]*\d)[\d-]+){0,4}|\d{3,})"
_LABELLED = re.compile(rf"(?<![a-z])(?:{'|'.join(_LABELS)}){_NUMBER_WORDS}[\s:#.=_-]{{0,6}}{_VALUE}", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?<![a-z])(?:account|acct\.?|checking|savings)\s?(?:number|num\b|no\b\.?|#)?[\s:#.=]{0,4}(?:is\s)?"
    r"(?P<v>\d(?:[ -]?\d){5,19})(?![\w-])",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?\b")
_PASSWORD = re.compile(r"\b(?:pass(?:word|code|phrase)|pwd)\s?(?:is\s?)?[:=]\s?(?P<v>\S+)", re.IGNORECASE)
_BORN = re.compile(
    r"(?:date of birth|birth\s?(?:date|day)|\bd\.?\s?o\.?\s?b\b\.?|\bborn(?: on)?)[\s:.#_=-]{0,6}(?:is\s)?(?:on\s)?"
    r"(?P<v>[0-9OIl]{1,4}\s?[-/. ]\s?[0-9OIl]{1,2}\s?[-/. ]\s?[0-9OIl]{2,4}|[0-9OIl]{8}|[0-9OIl]{6}(?!\d)"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{2,4}|\d{1,2}(?:st|nd|rd|th)?[ -]?[a-z]{3,9}[.,-]{0,2} ?\d{2,4}"
    r"|(?:19|20)\d\d\b)",
    re.IGNORECASE,
)
_MAIDEN = re.compile(r"mother'?s maiden name[\s:._-]{1,6}(?:is\s|was\s)?(?P<v>[^\W\d_][\w'-]+)", re.IGNORECASE)
_OFFENDER = re.compile(
    r"(?:\bA\.?O\.?\s?(?:#|no\b\.?|number)?|(?:offender|inmate|doc)\s?(?:id\s?)?(?:#|no\b\.?|number|id))[\s:#.]{0,3}(?P<v>\d{4,8})\b",
    re.IGNORECASE,
)
LABEL = re.compile(rf"(?<![a-z])(?:{'|'.join(_LABELS)}|date of birth|birth\s?date|\bd\.?o\.?b\b)", re.IGNORECASE)
"""Words of a label beside which a protected value is written."""


def spans(text: str) -> list[tuple[int, int]]:
    """Where protected values stand in a text: start and end of each, sorted, not overlapping."""
    plain, places = _plain(text)
    found = [
        m.span() for p in (_SSN, _OLD_OR_TORN, _BOXED, _LICENCE) for m in p.finditer(plain) if _figures(m.group(0))
    ]
    found += [
        m.span("v") for p in (_LABELLED, _ACCOUNT, _PASSWORD, _BORN, _MAIDEN, _OFFENDER) for m in p.finditer(plain)
    ]
    found += [m.span() for m in _CARD.finditer(plain) if _luhn(m.group(0))]
    found += [m.span() for m in _IBAN.finditer(plain) if _iban(m.group(0))]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return [(places[start], places[end - 1] + 1) for start, end in kept] if places else kept


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with the figures, dashes and spaces of other scripts as ours, and without what cannot be seen.

    With it, for each character, its place in the text; no places when nothing was changed.
    """
    if text.isascii():
        return text, []
    kept, places = [], []
    for place, character in enumerate(text):
        kind = unicodedata.category(character)
        if kind == "Cf":
            continue
        if kind == "Nd":
            character = str(unicodedata.decimal(character))
        elif kind == "Pd" or character == "\u2212":
            character = "-"
        elif kind == "Zs":
            character = " "
        elif "\uff01" <= character <= "\uff5e":
            character = chr(ord(character) - 0xFEE0)
        kept.append("'" if character == "\u2019" else character)
        places.append(place)
    return "".join(kept), places


def _figures(text: str) -> bool:
    """Whether most of it was read as figures: words of letters that look like figures are words."""
    return sum(c.isdigit() for c in text) >= 6


def _luhn(text: str) -> bool:
    """Whether the figures are a card's number: it begins as one, and its check figure is right (ISO/IEC 7812)."""
    figures = [int(c) for c in text if c.isdigit()]
    doubled = [sum(divmod(2 * f, 10)) for f in figures[-2::-2]]
    return figures[0] in (2, 3, 4, 5, 6) and (sum(figures[-1::-2]) + sum(doubled)) % 10 == 0


def _iban(text: str) -> bool:
    """Whether the check figures of an international account number are right (ISO 13616)."""
    code = "".join(text.split())
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1


def masked(text: str) -> str:
    """The text with every protected value shown as `***`."""
    out, at = [], 0
    for start, end in spans(text):
        out += [text[at:start], HIDDEN]
        at = end
    return "".join([*out, text[at:]])


def masked_within(value: Any) -> Any:
    """JSON with every text in it masked; the names of its fields stay."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: masked_within(inner) for name, inner in value.items()}
    return [masked_within(inner) for inner in value] if isinstance(value, list | tuple) else value
