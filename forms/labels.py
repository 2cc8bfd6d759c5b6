"""Labels of signatures among the phrases of a page, as OCR reads them: torn, misspelt, and crossed by the pen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from forms.anchors import is_sentence, plain
from forms.reading import Box
from forms.roles import Named, role_in
from forms.words import Phrase, Word, around, phrases

HEADING_REACH = 260.0
"""Pixels at 200 dpi (33 mm): a heading names the signer of a label at most this far under it."""

_NOT_A_LABEL = re.compile(
    r"\b(digitally|docusigned|electronically|e) ?sign|signatures? (is|are|not|must|will)|not accepted|required",
    re.IGNORECASE,
)
_SIGNED_BY = re.compile(r"signed by\b", re.IGNORECASE)
_BY = re.compile(
    r"^(authori[sz]ed|approved|requested|accepted|acknowledged|agreed|endorsed|certified|countersigned|reviewed) by\b"
)
SIGN_WORDS = ("signature", "signatures")
"""What a label of a signature says, near enough."""

_DIGITS = "0123456789/'"
"""What recognition makes of strokes that cross the end of a word."""

STROKES, TALLER = 0.4, 1.6
"""Confidence up to which a word beside print may be a pen's strokes, and times as tall as print from which it may."""

_SIGNED = ("sign", "signed", "countersigned", "autograph")
OTHER_LABELS = ("name", "printed", "print", "date", "title", "position", "phone", "telephone", "time")
"""Words of other labels of the same row."""

_ENDS = ("date", "title", "phone", "telephone", "time")
"""Words that begin the next label of a row: one rule may carry "User Signature   Date"."""


@dataclass(frozen=True)
class Label:
    """A label that asks for a signature. `box` is around its own words, pixels; `plainly`: it says "signature"."""

    phrase: Phrase
    words: tuple[Word, ...]
    plainly: bool = True

    @property
    def box(self) -> Box:
        """The smallest box around the label's words."""
        return around(w.box for w in self.words)

    @property
    def text(self) -> str:
        """The label as read."""
        return " ".join(w.text for w in self.words)


def signature_labels(words: Sequence[Word]) -> list[Label]:
    """Every label of a signature on a page, from top to bottom."""
    found = []
    for phrase in phrases(words, gap=1.6):
        part = _signature_words(phrase)
        if part:
            found.append(Label(phrase, part))
    return found


def other_labels(words: Sequence[Word]) -> list[Label]:
    """Labels that may ask for a signature without saying so: "Approved by", or a bare "Supervisor" beside a date."""
    found = []
    rows = phrases(words, gap=1.6)
    dates = [p.box for p in rows if plain(p.text).startswith("date")]
    for phrase in rows:
        text = plain(phrase.text)
        part = _label_part(phrase)
        dated = any(_level(part.box, date) and date[0] > part.box[2] + 60 for date in dates)
        if len(part.words) <= 4 and (_BY.match(text) or (dated and role_in(part.text) and "name" not in text)):
            found.append(Label(phrase, _printed(part.words), plainly=False))
    return found


def _printed(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without the pen's strokes among them, which make the label taller than it is."""
    size = min(w.height for w in words)
    return tuple(w for w in words if w.confidence > STROKES or w.height < TALLER * size)


def _level(a: Box, b: Box) -> bool:
    return min(a[3], b[3]) > max(a[1], b[1])


def _signature_words(phrase: Phrase) -> tuple[Word, ...]:
    """The words of a signature label within a phrase, or nothing when the phrase is not one."""
    phrase = _label_part(phrase)
    texts = [plain(w.text) for w in phrase.words]
    hits = [n for n, text in enumerate(texts) if _says_signature(text, texts[n + 1 : n + 2])]
    if not hits or is_sentence(phrase) or any(fuzz.ratio(t, "date") >= 99 for t in texts[: hits[0]]):
        return ()
    if _NOT_A_LABEL.search(phrase.text) or (_SIGNED_BY.search(phrase.text) and role_in(phrase.text) is None):
        return ()
    end = next((n for n, t in enumerate(texts) if n > hits[0] and t in _ENDS), len(texts))
    return _legible(phrase.words[:end], hits[0])


def _says_signature(text: str, following: Sequence[str]) -> bool:
    """Whether a word is "signature", "signed" and the like, also when the pen crossed its end or it was torn in two."""
    pieces = [*text.split("/"), text + "".join(following)]
    if any(abs(len(piece) - 9) <= 3 and fuzz.ratio(piece, "signature") >= 80 for piece in pieces):
        return True
    begun = text.rstrip(_DIGITS)
    return text in _SIGNED or (len(begun) >= 5 and "signature".startswith(begun))


def _legible(words: Sequence[Word], sign: int) -> tuple[Word, ...]:
    """The label without what the pen added: after the word "signature", print of another size was never printed."""
    size = sorted(w.height for w in words[: sign + 1])[sign // 2]
    end = sign + 1
    while end < len(words) and words[end].height < TALLER * size and words[end].confidence > STROKES:
        end += 1
    return tuple(words[:end])


def _label_part(phrase: Phrase) -> Phrase:
    """The phrase up to its colon, or up to a hole: what follows is what somebody wrote."""
    words = phrase.words
    for number, word in enumerate(words[:-1]):
        hole = words[number + 1].box[0] - word.box[2] > 1.0 * max(14.0, word.height)
        if word.text.endswith(":") or (hole and number > 0 and not _goes_on(words, number + 1)):
            return Phrase(words[: number + 1])
    return phrase


def _goes_on(words: Sequence[Word], after: int) -> bool:
    """Whether the label goes on with "signature" after a hole that a pen's stroke left in it."""
    before = [plain(w.text) for w in words[:after]]
    follows = _says_signature(plain(words[after].text), ())
    return follows and not any(t in OTHER_LABELS or _says_signature(t, ()) for t in before)


def role_of(label: Label, words: Sequence[Word]) -> tuple[Named | None, float]:
    """Whose signature a label asks for (a role, "other", or None when it does not say), and how sure that is.

    The label itself says it, or the line right under it, or the nearest heading over it, or the words left of it.
    """
    for text in (_label_part(label.phrase).text, label.text, label.phrase.text):
        if named := role_in(text):
            return named, 1.0
    x0, y0, x1, y1 = label.box
    rows = [p for p in phrases(words, gap=1.6) if not is_sentence(p) and not _signature_words(p)]
    under = [p for p in rows if -2 <= p.box[1] - y1 < 0.6 * (y1 - y0) and min(p.box[2], x1) > max(p.box[0], x0)]
    over = [p for p in rows if p.box[3] <= y0 + 2 and y0 - p.box[3] < HEADING_REACH and _over(p.box, label.box)]
    above = [p for p in over if not _ends_a_sentence(p)]
    above.sort(key=lambda p: (y0 - p.box[3]) + 0.3 * abs(p.box[0] - x0))
    beside = [p for p in rows if _level(p.box, label.box) and 0 < x0 - p.box[2] < 500]
    for near, sure in ((under, 0.9), (beside, 0.9), (above, 0.85)):
        for phrase in near:
            if len(phrase.words) <= 8 and (named := role_in(phrase.text)):
                return named, sure
    return None, 0.7


def _ends_a_sentence(phrase: Phrase) -> bool:
    """Whether a phrase is the last row of a paragraph ("protection officer."), not a heading."""
    return phrase.text[:1].islower() and phrase.text.endswith(".")


def _over(heading: Box, label: Box) -> bool:
    return min(heading[2], label[2] + 200) >= max(heading[0], label[0] - 200)
