"""What reading a page costs beside one bare `tesseract` of the same page: in this process, single-threaded.

Each file is read once, after another file has warmed the libraries up, so that no cache can help. Seconds by the
clock and of the processor (children included): on a busy machine only the second figure means something.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
from PIL import Image

from forms.limits import Limits
from forms.reader import read_bytes

cv2.setNumThreads(1)


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processor."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Compared:
    """One file: its pages, our cost, that of one bare tesseract of each page, and of ocrmypdf when it was asked."""

    name: str
    pages: int
    ours: Cost
    bare: Cost
    ocrmypdf: Cost | None = None


def cost(work: Callable[[], object]) -> Cost:
    """What a piece of work costs."""

    def used() -> float:
        own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime

    began, before = time.perf_counter(), used()
    work()
    return Cost(time.perf_counter() - began, used() - before)


def pages_at_300(path: Path, folder: Path) -> list[Path]:
    """Every page as a grey picture of 300 dpi, as it would be handed to tesseract."""
    made = []
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            for number in range(len(pdf)):
                made.append(folder / f"{path.stem}-{number}.png")
                pdf[number].render(scale=300 / 72, grayscale=True).to_pil().save(made[-1], dpi=(300, 300))
        return made
    with Image.open(path) as picture:
        made.append(folder / f"{path.stem}.png")
        page = picture.convert("L")
        scale = 3300 / max(page.size)
        page.resize((round(page.width * scale), round(page.height * scale))).save(made[-1], dpi=(300, 300))
    return made


def bare_tesseract(pictures: Sequence[Path]) -> None:
    """Tesseract as it comes, once per page."""
    for picture in pictures:
        subprocess.run(["tesseract", str(picture), "-"], capture_output=True, check=True)


def compare(paths: Sequence[Path], warm: bytes, ocrmypdf: Path | None = None) -> list[Compared]:
    """Every file read once by us and once by bare tesseract; PDFs by `ocrmypdf --rotate-pages --deskew` when given."""
    read_bytes(warm, Limits())
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in paths:
            data = path.read_bytes()
            pictures = pages_at_300(path, folder)
            ours = cost(partial(read_bytes, data, Limits()))
            bare = cost(partial(bare_tesseract, pictures))
            theirs = cost(partial(_ocrmypdf, ocrmypdf, path, folder)) if ocrmypdf else None
            found.append(Compared(path.name, len(pictures), ours, bare, theirs))
    return found


def _ocrmypdf(program: Path, path: Path, folder: Path) -> None:
    options = ["--rotate-pages", "--deskew", "--force-ocr", "--jobs", "1", "--output-type", "pdf", "--image-dpi", "200"]
    words = [str(program), *options, "--quiet", str(path), str(folder / "out.pdf")]
    subprocess.run(words, capture_output=True, check=True)


def rows(name: str, compared: Sequence[Compared]) -> list[tuple[str, ...]]:
    """One row per reader, in seconds per page; the ratio is ours to bare tesseract, the median over the files."""
    if not compared:
        return []
    mean = statistics.mean
    ratio = statistics.median(c.ours.processor / c.bare.processor for c in compared)
    worst = max(c.ours.processor / c.bare.processor for c in compared)

    def row(who: str, costs: Sequence[tuple[Cost, int]], said: str) -> tuple[str, ...]:
        clock = mean(taken.clock / pages for taken, pages in costs)
        processor = mean(taken.processor / pages for taken, pages in costs)
        return (f"{name}: {who}", str(len(costs)), f"{clock:.2f}", f"{processor:.2f}", said)

    made = [
        row("ours", [(c.ours, c.pages) for c in compared], f"{ratio:.2f} (worst {worst:.2f})"),
        row("bare tesseract, 300 dpi", [(c.bare, c.pages) for c in compared], "1"),
    ]
    theirs = [(c.ocrmypdf, c.pages) for c in compared if c.ocrmypdf]
    if theirs:
        beside = statistics.median(c.ocrmypdf.processor / c.bare.processor for c in compared if c.ocrmypdf)
        made.append(row("ocrmypdf --rotate-pages --deskew", theirs, f"{beside:.2f}"))
    return made
