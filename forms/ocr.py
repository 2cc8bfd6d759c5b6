"""Words of a page picture, by tesseract through pytesseract only. The one place where the engine could be changed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
import pytesseract  # type: ignore[import-untyped,unused-ignore]

from forms.errors import ReaderFailed
from forms.picture import Picture, grey
from forms.reading import Source
from forms.words import Word

SPARSE = 11
"""Page segmentation "sparse text": finds the short labels of a form that block analysis merges or drops."""

BLOCK = 6
"""Page segmentation "one block": row after row, however far apart."""

LINE = 7
"""Page segmentation "one line": for a second look at a value in a crop."""

SCALE = 0.75
"""Pages are read at 150 dpi: tesseract brings every row to one height itself, and finds the rows sooner in less."""

NARROWEST = 2.5
"""Pixels at 200 dpi of a letter: tesseract gives some words boxes in which they cannot stand."""

_COMMON = """
    the of and to in is for by with on this that be are as at or not will all any must have has been from form name
    date signature title position agency department supervisor staff employee user access information system page email
    address phone number read understand agree consent policy request reason facility provider printed print
"""

COMMON = frozenset(_COMMON.split())
"""Words that a page read the right way up has many of."""


def read_words(picture: Picture, mode: int = SPARSE, scale: float = SCALE) -> list[Word]:
    """The words of a picture at about 200 dpi, read at `scale` times that.

    One tesseract process; raises `ReaderFailed` when it fails.
    """
    tone = cv2.resize(grey(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    with tempfile.NamedTemporaryFile(prefix="page-", suffix=".pgm") as file:
        _write(file, np.asarray(tone, dtype=np.uint8))
        return [word for _, word in _words(_rows_of(file.name, mode, scale), scale)]


def read_lines(pictures: Sequence[Picture]) -> list[list[Word]]:
    """The words of pictures that hold one line each, by one tesseract process for all: its start is half of the price.

    Some lines make tesseract itself crash. Such a one holds no words; the others are read without it.
    """
    try:
        return _lines(pictures) if pictures else []
    except ReaderFailed:
        half = len(pictures) // 2
        return read_lines(pictures[:half]) + read_lines(pictures[half:]) if half else [[]]


def _lines(pictures: Sequence[Picture]) -> list[list[Word]]:
    found: list[list[Word]] = [[] for _ in pictures]
    with tempfile.TemporaryDirectory(prefix="lines-") as folder:
        names = [Path(folder) / f"{number}.pgm" for number in range(len(pictures))]
        for name, picture in zip(names, pictures, strict=True):
            with name.open("wb") as file:
                _write(file, grey(picture))
        listed = Path(folder) / "all.txt"
        listed.write_text("".join(f"{name}\n" for name in names))
        rows = _rows_of(str(listed), LINE, 1.0)
    for page, word in _words(rows, 1.0):
        if 1 <= page <= len(found):
            found[page - 1].append(word)
    return found


def _write(file: IO[bytes], tone: Picture) -> None:
    """A picture as PGM, which takes no time to write."""
    file.write(b"P5 %d %d 255\n" % (tone.shape[1], tone.shape[0]) + tone.tobytes())
    file.flush()


def _words(rows: Mapping[str, Sequence[Any]], scale: float) -> Iterator[tuple[int, Word]]:
    """The words among tesseract's rows, each with the number of its picture, from 1."""
    names = ("page_num", "text", "conf", "left", "top", "width", "height")
    for page, text, conf, left, top, width, height in zip(*(rows[name] for name in names), strict=True):
        x0, y0, x1, y1 = (float(v) / scale for v in (left, top, left + width, top + height))
        if text.strip() and float(conf) >= 0 and x1 - x0 >= NARROWEST * len(text.strip()):
            yield page, Word(text.strip(), (x0, y0, x1, y1), round(float(conf) / 100, 3), Source.OCR)


def _rows_of(path: str, mode: int, scale: float) -> dict[str, list[Any]]:
    """What tesseract says of the picture at `path`, or of all pictures that a text file there lists.

    Given a path, pytesseract does not spend time on making a PNG.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"  # 7 to 15 times faster than letting its threads fight for two cores
    try:
        found: dict[str, list[Any]] = pytesseract.image_to_data(
            path,
            lang="eng",
            config=f"--psm {mode} --oem 1 --dpi {round(200 * scale)} -c tessedit_do_invert=0",
            output_type=pytesseract.Output.DICT,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise ReaderFailed from error
    except pytesseract.TesseractError as error:
        raise (MemoryError if "alloc" in str(error) else ReaderFailed) from error
    return found


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
