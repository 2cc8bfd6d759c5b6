"""Dates in all usual ways of writing. Figures are month first, as in Montana, unless label or figures say else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

USUAL = range(1990, 2050)
"""Years that stand on a form of an employee; another one is more likely a misread figure."""

READ_AS = str.maketrans("OoDQlIi|!SsBZzG", "000011111558226")
"""Letters that recognition makes of figures, and the figures."""

CERTAIN, FOREIGN_ORDER, GUESSED, FAR_OFF, UNREAD = 1.0, 0.95, 0.7, 0.5, 0.3
"""Factors: as written; day first beyond doubt; after a repair or a choice; an unusual year; no date at all."""

_SEP = r"[-/.\\|\u2013]"
_YEAR = r"(?P<y>(?:19|20)\d{2})"
_SHORT_YEAR = r"['\u2019]?(?P<y>(?:19|20)\d{2}|\d{2})(?!\d)"
_NAME = r"(?P<n>[a-z]{3,11})\.?"
_TH = r"(?:\s?(?:st|nd|rd|th))?"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w){_YEAR}{_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}})(?!\d)",
        rf"(?<!\w)(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}}){_SEP}{_SHORT_YEAR}",
        rf"(?<!\w){_YEAR}(?P<m>\d{{2}})(?P<d>\d{{2}})(?!\d)",
        rf"(?<!\w)(?P<m>\d{{2}})(?P<d>\d{{2}}){_YEAR}(?!\d)",
        rf"(?<![a-z]){_NAME}[ .,-]*(?P<d>\d{{1,2}}){_TH}[ .,-]+{_SHORT_YEAR}",
        rf"(?<!\w)(?P<d>\d{{1,2}}){_TH}[ .,-]*(?:day of )?{_NAME}[ .,-]*{_SHORT_YEAR}",
        rf"(?<!\w){_YEAR}[ ,-]+{_NAME}[ .,-]*(?P<d>\d{{1,2}}){_TH}(?!\d)",
        r"(?<![\w/.-])(?P<m>\d{2})(?P<d>\d{2})(?P<y>\d{2})(?![\w/.-])",
    )
)
"""The last has figures with nothing between and a short year: a guess."""

_CLOCK = re.compile(
    r"(?<=\d)(?:T| at |[ ,]+)\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?(?: [MC][SD]?T)?$", re.IGNORECASE
)
"""The time of day that a form may ask for beside the day."""

_DAY_FIRST = re.compile(r"\bDD?\s?[-/. ]?\s?MM", re.IGNORECASE)


@dataclass(frozen=True)
class Dated:
    """A date as read and a factor (0 to 1) for its confidence; `day` is None when the text holds no date."""

    day: date | None
    factor: float


def read_date(text: str, label: str = "") -> Dated:
    """The date in a text. `label` is what the form prints beside the field, e.g. `Date (DD/MM/YYYY)`."""
    tidy = _tidy(text)
    day_first = bool(_DAY_FIRST.search(label))
    found = _first(tidy, day_first)
    if found.day is None:
        mended = " ".join(_mended(part) for part in tidy.split(" "))
        repaired = _first(_tidy(mended), day_first) if mended != tidy else found
        return Dated(repaired.day, repaired.factor * GUESSED) if repaired.day else Dated(None, UNREAD)
    return found


def _tidy(text: str) -> str:
    joined = " ".join(re.sub(r"\.{2,}|_+", " ", text).split()).strip(" |:;,.")
    joined = re.sub(rf"\s*({_SEP})\s*", r"\1", _CLOCK.sub("", joined))
    close = joined.replace(" ", "")
    if re.fullmatch(rf"\d{{1,2}}{_SEP}\d{{1,2}}{_SEP}(?:19|20)?\d{{2}}", close):
        return close
    if re.fullmatch(r"(?:\d ?){8}", joined):
        return joined.replace(" ", "")  # one figure to a box
    return re.sub(r"(?<!\d)(\d{1,2}) (\d{1,2}) ((?:19|20)\d{2})(?!\d)", r"\1/\2/\3", joined)


def _mended(part: str) -> str:
    """A stretch that is figures but for letters that look like them, in figures."""
    figures = part.translate(READ_AS)
    core = re.sub(r"[-/.,\u2013']", "", figures)
    lookalikes = sum(c.isdigit() for c in core) - sum(c.isdigit() for c in part)
    return figures if core.isdigit() and len(core) - lookalikes >= lookalikes else part


def _first(text: str, day_first: bool) -> Dated:
    for form in _FORMS:
        for match in form.finditer(text):
            read = _of(match, day_first)
            if read.day is None:
                continue
            rest = re.sub(r"\W", "", text[: match.start()] + text[match.end() :])
            rest = re.sub(r"(?i)^(the|this|dated?|(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?)$", "", rest)
            return read if not rest else Dated(read.day, min(read.factor, FAR_OFF if len(rest) > 5 else GUESSED))
    return Dated(None, UNREAD)


def _of(match: re.Match[str], day_first: bool) -> Dated:
    parts = match.groupdict()
    factor = CERTAIN
    first = int(parts["d"])
    if parts.get("n"):
        named, sure = _month(parts["n"])
        if not named:
            return Dated(None, UNREAD)
        month, factor = named, sure
    else:
        month, factor, first = _ordered(int(parts["m"]), first, day_first, match.re is _FORMS[1])
        factor = GUESSED if match.re is _FORMS[-1] else factor
    year = int(parts["y"])
    year += 2000 if year < 100 else 0
    try:
        return Dated(date(year, month, first), factor if year in USUAL else min(factor, FAR_OFF))
    except ValueError:
        return Dated(None, UNREAD)


def _ordered(month: int, day: int, day_first: bool, free: bool) -> tuple[int, float, int]:
    """Month, factor and day of two figures. Only figures between strokes may stand in another order."""
    if not free or month == day:
        return month, CERTAIN, day
    if month > 12 >= day:
        return day, FOREIGN_ORDER, month
    if day_first and day <= 12:
        return day, GUESSED, month  # people here write the month first whatever is printed: someone looks
    return month, CERTAIN, day


def _month(named: str) -> tuple[int, float]:
    """The number of a month's name and a factor; 0 when it is none. Misread names count when only one is near."""
    word = named.lower()
    for number, month in enumerate(MONTHS, start=1):
        if month.startswith(word) or word == "sept":
            return (9 if word == "sept" else number), CERTAIN
    near = process.extract(word, MONTHS, scorer=fuzz.ratio, limit=2) if len(word) > 3 else []
    if near and near[0][1] >= 75 and near[0][1] - near[1][1] > 10:
        return MONTHS.index(near[0][0]) + 1, GUESSED
    return 0, UNREAD
