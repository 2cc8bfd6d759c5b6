"""Values as people write them, brought to one form: dates, e-mail addresses, telephones, providers, names."""

from __future__ import annotations

import re
from datetime import date

from rapidfuzz import fuzz, process

from forms.schema import PROVIDERS, FieldType

SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}([-\u2013. ])\d{2}\1(\d{4})(?!\d)")
"""A social security number; protected by DOC 1.1.15 and by 2-6-1501, MCA."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATE_FORMS = (
    re.compile(r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?P<n>[A-Za-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th)? (?:day of )?(?P<n>[A-Za-z]{3,9})\.?,? (?P<y>\d{4})"),
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LONGEST = 2000


def masked(text: str) -> str:
    """The text with social security numbers shown as `***-**-1234`."""
    return SOCIAL_SECURITY.sub(lambda m: f"***-**-{m.group(2)}", text)


def normalised(kind: FieldType, written: str) -> tuple[str, float]:
    """The value in the product's form and a factor (0 to 1) for its confidence; what cannot be read stays as written.

    Dates become ISO 8601, telephones `406-555-0100`, e-mail addresses lower case, providers the printed contract name.
    """
    text = (
        masked(" ".join(written.replace("\x00", " ").split()))[:_LONGEST]
        if kind is not FieldType.LONG_TEXT
        else (masked(written.replace("\x00", " ").strip())[:_LONGEST])
    )
    if not text:
        return "", 0.0
    if kind is FieldType.DATE:
        found = as_date(text)
        return (found.isoformat(), 1.0) if found else (text, 0.3)
    if kind is FieldType.EMAIL:
        return _email(text)
    if kind is FieldType.TELEPHONE:
        return _telephone(text)
    if kind is FieldType.PROVIDER:
        return _provider(text)
    if kind is FieldType.USER_ID:
        return text.replace(" ", "").upper(), 1.0
    if kind is FieldType.NAME:
        return _name(text)
    return text.strip(" _|"), 1.0


def as_date(text: str) -> date | None:
    """The first date in a text. Figures are month first, as in Montana, unless the first figure is above twelve."""
    tidy = re.sub(r"\s*([-/.])\s*", r"\1", text.strip())
    for form in _DATE_FORMS:
        match = form.search(tidy)
        if not match:
            continue
        parts = match.groupdict()
        named = parts.get("n")
        if named and named[:3].lower() not in MONTHS:
            continue
        month = MONTHS.index(named[:3].lower()) + 1 if named else int(parts["m"])
        year, day = int(parts["y"]), int(parts["d"])
        year += 2000 if year < 100 else 0
        if month > 12 >= day:
            month, day = day, month
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if 1920 <= found.year <= 2100:
            return found
    return None


def _email(text: str) -> tuple[str, float]:
    joined = re.sub(r"\s*([@.])\s*", r"\1", text.replace("(at)", "@").replace("[at]", "@"))
    match = _EMAIL.search(joined)
    return (match.group(0).lower(), 1.0) if match else (text, 0.4)


def _telephone(text: str) -> tuple[str, float]:
    match = re.search(r"(?:\+?1[ .-]*)?\(?(\d{3})\)?[ .-]*(\d{3})[ .-]*(\d{4})(.*)", text)
    if not match:
        return text, 0.5
    rest = re.search(r"(?:x|ext\.?)\s*(\d{1,6})", match.group(4), re.IGNORECASE)
    number = f"{match.group(1)}-{match.group(2)}-{match.group(3)}"
    return (f"{number} ext. {rest.group(1)}" if rest else number), 1.0


def _provider(text: str) -> tuple[str, float]:
    names = {alias: aliases[0] for aliases in PROVIDERS.values() for alias in aliases}
    lowered = {alias.lower(): alias for alias in names}
    best = process.extractOne(text.lower().strip(" .,|_"), list(lowered), scorer=fuzz.WRatio)
    if best is None or best[1] < 84 or (len(best[0]) <= 5 and fuzz.ratio(text.lower().strip(" .,"), best[0]) < 80):
        return text, 0.6
    return names[lowered[best[0]]], min(1.0, best[1] / 100 + 0.05)


def _name(text: str) -> tuple[str, float]:
    name = text.strip(" _|.:;~=-")
    name = re.sub(r"^[xX][ _]+", "", name)
    letters = sum(c.isalpha() for c in name)
    return name, 1.0 if letters >= 0.8 * len(name.replace(" ", "") or "x") else 0.5
