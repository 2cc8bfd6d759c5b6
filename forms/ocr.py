"""Words of a page picture, by tesseract through pytesseract only. The one place where the engine could be changed."""

from __future__ import annotations

import os
from functools import cache

import pytesseract  # type: ignore[import-untyped,unused-ignore]
from PIL import Image

from forms.errors import ReaderFailed
from forms.picture import Picture, grey
from forms.reading import Source
from forms.words import Word

SPARSE = 11
"""Page segmentation "sparse text": finds the short labels of a form that block analysis merges or drops."""

BLOCK = 6
"""Page segmentation "one block": finds labels beside signatures that the sparse pass takes for part of the picture."""

LINE = 7
"""Page segmentation "one line": for a second look at a value in a crop."""

COMMON = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "for",
        "by",
        "with",
        "on",
        "this",
        "that",
        "be",
        "are",
        "as",
        "at",
        "or",
        "not",
        "will",
        "all",
        "any",
        "must",
        "have",
        "has",
        "been",
        "from",
        "form",
        "name",
        "date",
        "signature",
        "title",
        "position",
        "agency",
        "department",
        "supervisor",
        "staff",
        "employee",
        "user",
        "access",
        "information",
        "system",
        "page",
        "email",
        "address",
        "phone",
        "number",
        "read",
        "understand",
        "agree",
        "consent",
        "policy",
        "request",
        "reason",
        "facility",
        "provider",
        "printed",
        "print",
    ]
)
"""Words that a page read the right way up has many of."""


def read_words(picture: Picture, mode: int = SPARSE) -> list[Word]:
    """The words of a picture at about 200 dpi. One tesseract process; raises `ReaderFailed` when it fails."""
    os.environ["OMP_THREAD_LIMIT"] = "1"  # 7 to 15 times faster than letting its threads fight for two cores
    try:
        rows = pytesseract.image_to_data(
            Image.fromarray(grey(picture)),
            lang="eng",
            config=f"--psm {mode} --oem 1 --dpi 200 -c tessedit_do_invert=0",
            output_type=pytesseract.Output.DICT,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise ReaderFailed from error
    except pytesseract.TesseractError as error:
        raise (MemoryError if "alloc" in str(error) else ReaderFailed) from error
    words = []
    for text, conf, left, top, width, height in zip(
        rows["text"], rows["conf"], rows["left"], rows["top"], rows["width"], rows["height"], strict=True
    ):
        if text.strip() and float(conf) >= 0:
            box = (float(left), float(top), float(left + width), float(top + height))
            words.append(Word(text.strip(), box, round(float(conf) / 100, 3), Source.OCR))
    return words


def sense(words: list[Word]) -> float:
    """How much sense a reading makes: sure words of letters count, common words count more. Above 12 it is upright."""
    score = 0.0
    for word in words:
        letters = word.text.strip(".,:;()'\"").lower()
        if letters in COMMON and len(letters) > 1:
            score += 2.0 * word.confidence
        elif len(letters) >= 4 and letters.isalpha():
            score += word.confidence * (1.0 if word.confidence > 0.7 else 0.2)
    return score


@cache
def engine() -> str:
    """Name and version of the engine, for the provenance of a reading."""
    try:
        return f"tesseract {pytesseract.get_tesseract_version()}"
    except (pytesseract.TesseractNotFoundError, SystemExit):
        return "no engine"
