"""Dates as people write them in mails, reckoned from the day of the mail in Montana."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from forms.dates import MONTHS

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = rf"(?P<month>{'|'.join(rf'{m[:3]}(?:{m[3:]}|t)?' if len(m) > 3 else m for m in MONTHS)})\b\.?"
_TH = r"(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?<![\d/])(?P<m>\d{{1,2}})[/-](?P<d>\d{{1,2}})(?:[/-](?P<y>(?:20)?\d{{2}}))?(?![\d/-])"
    rf"|(?<![\d/])(?P<iso>20\d{{2}}-\d{{2}}-\d{{2}})(?!\d)"
    rf"|\b{_MONTH} (?P<day>\d{{1,2}}){_TH}\b(?:,? (?P<year>20\d{{2}}))?"
    rf"|\b(?:the )?(?P<dom>\d{{1,2}}){_TH} (?:of )?{_MONTH.replace('?P<month>', '?P<month2>')}(?:,? (?P<year"
    rf"2>20\d{{2}}))?"
    rf"|\bthe (?P<nth>\d{{1,2}})(?:st|nd|rd|th)\b(?! (?:floor|shift|time|street))"
    rf"|\b(?:(?P<which>next|this|last|past) )?(?P<week>{'|'.join(_DAYS)}|mon|tues?|wed|thurs?|fri)\b"
    r"|\b(?P<word>today|tonight|this morning|this afternoon|immediately|effective now|right now|"
    r"as of now|yesterday|last night|tomorrow"
    r"|end of (?:the|this) month|end of (?:the )?day|eod|eom)\b",
    re.IGNORECASE,
)
_WORDS = {"yesterday": -1, "last night": -1, "tomorrow": 1}
_UNTIL = re.compile(
    r"(?:\b(?:until|till|til|through|thru|to|return(?:s|ed|ing)?|back(?! (?:surgery|pain|injury|"
    r"problems))|expect(?:ed|s)?|resum\w+|"
    r"and)\b[^.?!;]{0,35}|[-–—]\s*)$",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:return(?:s|ed|ing)?|back(?! (?:surgery|pain|injury|problems))|until|till|through|thru|"
    r"resum\w+)\b[^.?!;]{0,40}$",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:left|quit|resigned|was|were|fired|terminated|ended|separated|walked|passed|discharged|stopped|since|"
    r"last(?! (?:\w+ )?(?:day|shift)))\b",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:will|['’]ll|going to|is|are|by|until|till|before|coming|scheduled|due)\b[^.?!;]{0,40}$", re.I
)
"""Words before a day that is still to come, also in a report of what happened."""

_LONG_AGO, _FAR = 120, 300
"""A date without a year is next year's when this year's is longer ago, last year's when it is farther off (days)."""


@dataclass(frozen=True)
class Dates:
    """The day something takes effect and the day of return, where a text names them."""

    on: date | None = None
    back: date | None = None


def dates_of(text: str, sent: date, *, past: bool = False) -> Dates:
    """The dates of a sentence or two. A bare weekday is the next one, or the last where the sentence tells the past.

    `past`: it reports what has happened, as a violation; only what it says of the future is still to come.
    """
    on = back = None
    for found in _DATE.finditer(text):
        before = text[max(0, found.start() - 60) : found.start()]
        happened = past and not _COMING.search(before)
        day = _day(found, sent, past=happened or bool(_PAST.search(before)))
        if day is None:
            continue
        if _UNTIL.search(before) and (on is not None or _BACK.search(before)):
            back = back or day
        else:
            on = on or day
    if on and back and back < on:
        back = _later(back, on)
    return Dates(on, back)


def _later(back: date, on: date) -> date | None:
    try:
        return back.replace(year=back.year + 1) if (back.month, back.day) < (on.month, on.day) else None
    except ValueError:
        return None


def _day(found: re.Match[str], sent: date, *, past: bool) -> date | None:
    part = {key: value.lower() for key, value in found.groupdict().items() if value}
    if "word" in part:
        return _worded(part["word"], sent)
    if "week" in part:
        return _weekday(part["week"], part.get("which", ""), sent, past=past)
    try:
        if "iso" in part:
            return date.fromisoformat(part["iso"])
        if "nth" in part:
            return _of_month(int(part["nth"]), sent, past=past)
        if "m" in part:
            return _year(int(part["m"]), int(part["d"]), part.get("y", ""), sent)
        named = part.get("month") or part["month2"]
        number = next(at for at, month in enumerate(MONTHS, start=1) if month.startswith(named[:3]))
        return _year(number, int(part.get("day") or part["dom"]), part.get("year") or part.get("year2", ""), sent)
    except ValueError:
        return None


def _worded(word: str, sent: date) -> date:
    if word in ("eom",) or word.endswith("month"):
        return (sent.replace(day=1) + timedelta(31)).replace(day=1) - timedelta(1)
    return sent + timedelta(_WORDS.get(word, 0))


def _weekday(named: str, which: str, sent: date, *, past: bool) -> date:
    number = next(at for at, day in enumerate(_DAYS) if day.startswith(named[:3]))
    ahead = (number - sent.weekday()) % 7
    if which in ("last", "past") or (past and which not in ("next", "this")):
        return sent - timedelta((sent.weekday() - number) % 7 or 7)
    if which == "next" and ahead and number > sent.weekday():
        return sent + timedelta(ahead + 7)
    return sent + timedelta(ahead or (7 if which == "next" else 0))


def _of_month(day: int, sent: date, *, past: bool) -> date:
    this = sent.replace(day=day)
    if past or this >= sent:
        return this
    return (sent.replace(day=28) + timedelta(7)).replace(day=day)


def _year(month: int, day: int, written: str, sent: date) -> date:
    """A date without a year is the nearest: this year's, next year's early in winter, last year's in spring."""
    if written:
        year = int(written)
        return date(year + 2000 if year < 100 else year, month, day)
    this = date(sent.year, month, day)
    if (sent - this).days > _LONG_AGO:
        return date(sent.year + 1, month, day)
    return date(sent.year - 1, month, day) if (this - sent).days > _FAR else this
