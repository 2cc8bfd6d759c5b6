"""Values as people write them, brought to one form, each with a factor for its confidence.

A factor of 1 means: as plain as it can be written. Below `ASK` the value was repaired or guessed, and a person looks.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from rapidfuzz import fuzz

from forms.dates import read_date
from forms.protected import masked
from forms.schema import PROVIDERS, FieldType

LONGEST = 2000
"""Characters of a value that are kept."""

REPAIRED = 0.7
"""Factor of a value that was mended where recognition confuses letters; below every product's threshold."""

STRANGE = 0.5
"""Factor of a value that does not look like what the field asks."""

COMMON_WORDS = frozenset(
    [
        "inc",
        "center",
        "centre",
        "program",
        "programme",
        "pre",
        "release",
        "prerelease",
        "treatment",
        "facility",
        "the",
        "of",
        "re",
        "entry",
        "reentry",
        "county",
        "incorporated",
        "prc",
        "and",
        "llc",
        "mt",
        "montana",
    ]
)
"""Words around a provider's own name that tell nothing of which it is."""

_EMAIL = re.compile(r"[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?:(?:tele)?(?:phone|ph|tel|cell|work)[ .:]*)?(?:\+?1[ .-]*)?\(?(\d{3})\)?[ ./-]*(\d{3})[ .-]*(\d{4})\s*"
    r"(?:,?\s*(?:x|#|ext(?:ension)?)[ .:]*(\d{1,6}))?",
    re.IGNORECASE,
)
_FIGURES = str.maketrans("OoQIl|SB", "00011158")
_STROKED = str.maketrans("øØđĐłŁ", "oOdDlL")
_SUFFIX = re.compile(r"(?i)^(jr|sr|ii|iii|iv|md|phd|rn|lcsw|lac|lcpc|msw|mba|esq)\.?$")
_PARTICLES = {"de", "la", "del", "da", "dos", "van", "von", "der", "den", "di", "du", "le", "y", "e", "bin", "al"}
_NAME_PART = re.compile(
    r"^(?:(?:Mc|Mac|De|Di|La|Le|Van|Fitz|[OD]')?[A-Z][a-z]+|[A-Z]\.?|[A-Z]+(?:'[A-Z]+)*|[A-Z]'[a-z]+)$"
)
_SIGNS = re.compile(r"^(?:(?:[xX\u00d7>*]|/?s/|\(?(?:print(?:ed)?|name)\)?:)[ _:]+)+|^/s/\s*", re.IGNORECASE)
_LOOK_ALIKE = ({"O", "0"}, {"I", "1", "L", "|"}, {"S", "5"}, {"B", "8"}, {"Z", "2"}, {"G", "6"})


def normalised(kind: FieldType, written: str, label: str = "") -> tuple[str, float]:
    """The value in the product's form and a factor (0 to 1) for its confidence; what cannot be read stays as written.

    Dates become ISO 8601, telephones `406-555-0100`, e-mail addresses lower case, providers the printed contract name.
    `label` is what the form prints beside the field; it may say in which order dates and names are written.
    """
    text = masked(written.replace("\x00", " ")).strip()[:LONGEST]
    if kind is not FieldType.LONG_TEXT:
        text = " ".join(text.split())
    if not text:
        return "", 0.0
    if kind is FieldType.DATE:
        dated = read_date(text, label)
        return (dated.day.isoformat() if dated.day else text), dated.factor
    if kind is FieldType.NAME:
        return _name(text, label)
    if kind in _READERS:
        return _READERS[kind](text)
    return text.strip(" _|"), 1.0


def fitting_id(pattern: str, written: str, *, recognised: bool = False) -> tuple[str, float]:
    """A user ID as `pattern` (a regular expression, case ignored) wants it, and a factor for its confidence.

    Where recognition may have confused `O` and `0`, `I` and `1`, the reading nearest to what was read is taken, with
    the factor `REPAIRED`; without exactly one such reading the ID stays as written, with the factor `STRANGE`.
    An ID that was `recognised` from a picture and has a twin that fits as well (`CI1234`, `CL1234`) is `REPAIRED` too.
    """
    said = re.sub(r"[\s_-]", "", written).upper()
    if not said or len(said) > 12:
        return said, STRANGE
    fitting = re.fullmatch(pattern, said, re.IGNORECASE) is not None
    if fitting and not recognised:
        return said, 1.0
    choices = [sorted(next((group for group in _LOOK_ALIKE if c in group), {c})) for c in said]
    if sum(len(c) > 1 for c in choices) > 8:
        return said, STRANGE
    fits = [c for c in map("".join, product(*choices)) if "|" not in c and re.fullmatch(pattern, c, re.IGNORECASE)]
    if fitting:
        return said, 1.0 if set(fits) <= {said} else REPAIRED
    changes = {c: sum(a != b for a, b in zip(c, said, strict=True)) for c in fits}
    least = min(changes.values(), default=0)
    nearest = [c for c, n in changes.items() if n == least]
    return (nearest[0], REPAIRED) if len(nearest) == 1 else (said, STRANGE)


def _user_id(text: str) -> tuple[str, float]:
    said = re.sub(r"[\s_|]", "", text).upper()
    return said, 1.0 if re.fullmatch(r"[A-Z0-9-]+", said) else STRANGE


def _email(text: str) -> tuple[str, float]:
    joined = re.sub(r"\s*([@.])\s*", r"\1", text.replace("(at)", "@").replace("[at]", "@").strip(" _|.,;"))
    match = _EMAIL.fullmatch(joined)
    if match:
        return match.group(0).lower(), 1.0
    mended = joined if "@" in joined else re.sub(r"\s*[\u00a9\u00ae]\s*|\(@", "@", joined, count=1)
    mended = re.sub(r"[,;](?=[a-z])", ".", re.sub(r"\s*,\s*", ",", mended))
    match = _EMAIL.fullmatch(mended)
    if match:
        return match.group(0).lower(), REPAIRED
    match = _EMAIL.search(mended)
    return (match.group(0).lower() if match else text), STRANGE


def _telephone(text: str) -> tuple[str, float]:
    for said, factor in ((text, 1.0), (text.translate(_FIGURES), REPAIRED)):
        match = _PHONE.fullmatch(said.strip(" _|.,;"))
        if match:
            number = "-".join(match.group(1, 2, 3))
            return (f"{number} ext. {match.group(4)}" if match.group(4) else number), factor
    return text, STRANGE


def _provider(text: str) -> tuple[str, float]:
    """The one of the eight contracts that the words name; the words as written when it is none or more than one."""
    said = _plain(text)
    for aliases in PROVIDERS.values():
        if any(said == _plain(alias) for alias in aliases):
            return aliases[0], 1.0
    close = {names[0]: max(fuzz.ratio(said, _plain(a)) for a in names) for names in PROVIDERS.values()}
    named = [
        (word, names[0], score)
        for word in said.split()
        for names in PROVIDERS.values()
        if (score := _own(word, names)) > 0
    ]
    providers = {name for _, name, _ in named} | {name for name, score in close.items() if score >= 88}
    if len(providers) != 1:
        return text, STRANGE
    (name,) = providers
    own = {word for word, _, _ in named}
    others = [w for w in said.split() if w not in own and not any(fuzz.ratio(w, known) >= 80 for known in COMMON_WORDS)]
    if close[name] >= 90:
        return name, 0.95
    place_only = " " in _plain(name) and own == set(said.split())  # a town has more houses than this one
    exact = all(score == 100 for _, _, score in named)
    return name, REPAIRED if others or place_only else 1.0 if exact else 0.85


def _own(word: str, names: tuple[str, ...]) -> float:
    """How alike a word is to the word that is the provider's own (100 at most); 0 when it is not it."""
    own = _plain(names[0]).split()[0]
    score = fuzz.ratio(word, own)
    return score if score >= (80 if len(own) > 5 else 99) else 0.0


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", text.lower()).split())


def _name(text: str, label: str) -> tuple[str, float]:
    text = re.sub(r"\.{2,}|_+", " ", text)
    name = re.sub(r"[\u2018\u2019`\u00b4]", "'", text)
    name = _SIGNS.sub("", name.strip(' _|.:;~=-*"')).strip(' _|:;~=-*"')
    family, comma, given = (part.strip(" .") for part in name.partition(","))
    if comma and not _SUFFIX.match(given.split(" ")[0] if given else "jr"):
        name = f"{given} {family}"
    elif not comma and re.search(r"last\W+first", label, re.IGNORECASE) and " " in name:
        return name, 0.9  # written without a comma, the order is anyone's guess; the request's name decides
    parts = [part for part in re.split(r"[\s-]+", name.replace(",", " ")) if part]
    factor = min((_part(part) for part in parts), default=STRANGE)
    return name, min(factor, 0.9 if len(parts) == 1 else 1.0)


def _part(part: str) -> float:
    """How much one part of a name looks like one: no figures, no capitals in strange places."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", part).translate(_STROKED) if not unicodedata.combining(c))
    if any(c.isdigit() or not (c.isalpha() or c in ".'") for c in part):
        return STRANGE
    return 1.0 if bare.lower() in _PARTICLES or _SUFFIX.match(bare) or _NAME_PART.match(bare) else REPAIRED


_READERS = {
    FieldType.EMAIL: _email,
    FieldType.TELEPHONE: _telephone,
    FieldType.PROVIDER: _provider,
    FieldType.USER_ID: _user_id,
}
