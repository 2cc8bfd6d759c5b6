"""The readers we measure against, on a folder of forms: `peers.py TRUTH FOLDER OUT`, in an interpreter of their own.

Peers that return boxes are given the true regions, which flatters them: a slot counts as called ink when a box of
theirs lies on it. Writes `{peer: {file: {"staff": bool, "supervisor": bool, "seconds": float}}}`. Imports nothing of
ours.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import cv2
import numpy as np
import pypdfium2  # type: ignore[import-untyped,unused-ignore]
from PIL import Image, ImageOps

Box = tuple[float, float, float, float]
Picture = np.ndarray[Any, np.dtype[np.uint8]]
cv2.setNumThreads(1)

ON_SLOT = 0.25
"""Share of the true region that a peer's box must cover, or of the box that must lie on the region."""


def page_of(path: Path, number: int, dpi: int = 200) -> Picture:
    """The page as BGR: rendered for a PDF, as stored (and turned as the camera says) for a picture."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return np.ascontiguousarray(pdf[number].render(scale=dpi / 72).to_numpy()[..., :3])
    with Image.open(path) as picture:
        picture.seek(number)
        page = ImageOps.exif_transpose(picture).convert("RGB")
        return np.ascontiguousarray(np.asarray(page)[..., ::-1])


def region_of(signer: dict[str, Any]) -> Box:
    """The upright box around a slot's region, in fractions."""
    xs, ys = [p[0] for p in signer["region"]], [p[1] for p in signer["region"]]
    return min(xs), min(ys), max(xs), max(ys)


def lies_on(box: Box, region: Box) -> bool:
    """Whether a peer's box means this slot."""
    wide = max(0.0, min(box[2], region[2]) - max(box[0], region[0]))
    tall = max(0.0, min(box[3], region[3]) - max(box[1], region[1]))
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, region))
    return wide * tall >= ON_SLOT * max(smaller, 1e-9)


def ink_mask(page: Picture) -> Picture:
    """Dark on light, 255 where there is ink."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 18)
    return np.asarray(dark, dtype=np.uint8)


def densities(page: Picture, regions: dict[str, Box]) -> dict[str, float]:
    """Share of dark pixels in each true region."""
    mask, (tall, wide) = ink_mask(page), page.shape[:2]
    found = {}
    for role, (x0, y0, x1, y1) in regions.items():
        part = mask[int(y0 * tall) : int(y1 * tall) + 1, int(x0 * wide) : int(x1 * wide) + 1]
        found[role] = float(part.mean() / 255) if part.size else 0.0
    return found


def signature_detect(page: Picture, *, binarised: bool) -> list[Box]:
    """signature-detect 0.1.4 with its own defaults; its loader's mask is made here, because that needs ImageMagick."""
    from signature_detect.cropper import Cropper
    from signature_detect.extractor import Extractor
    from signature_detect.judger import Judger

    if binarised:
        mask = np.asarray(255 - ink_mask(page), dtype=np.uint8)
    else:
        bright = cv2.inRange(cv2.cvtColor(page, cv2.COLOR_BGR2HSV), np.array((0, 0, 250)), np.array((255, 255, 255)))
        mask = np.asarray(bright, dtype=np.uint8)
    labelled = Extractor().extract(mask)
    tall, wide = page.shape[:2]
    boxes = []
    for found in Judger().run(Cropper().run(labelled)):
        if found["signed"]:
            x, y, w, h = (float(v) for v in found["box"])
            boxes.append((x / wide, y / tall, (x + w) / wide, (y + h) / tall))
    return boxes


def sigdetect_wet(path: Path, number: int, page: Picture) -> list[Box]:
    """sigdetect 0.5.5 with its own role words; what it calls wet ink. A picture is wrapped into a PDF for it."""
    from sigdetect.api import DetectPdf

    with tempfile.TemporaryDirectory() as folder:
        pdf = path
        if path.suffix != ".pdf":
            pdf = Path(folder) / "page.pdf"
            out = io.BytesIO()
            Image.fromarray(page[..., ::-1]).save(out, "PDF", resolution=200)
            pdf.write_bytes(out.getvalue())
        result = DetectPdf(pdf)
        with pypdfium2.PdfDocument(pdf) as opened:
            wide, tall = opened[min(number, len(opened) - 1)].get_size()
    boxes = []
    for found in result.get("signatures", []):
        box = found.get("bounding_box")
        if box and found.get("render_type") == "wet" and found.get("page") in (number + 1, None):
            x0, y0, x1, y1 = (float(v) for v in box)
            boxes.append((x0 / wide, 1 - y1 / tall, x1 / wide, 1 - y0 / tall))
    return boxes


def called(boxes: Callable[[], list[Box]], regions: dict[str, Box]) -> dict[str, object]:
    """A peer's answer for one form; a peer that fails has called nothing ink."""
    began, failed = time.perf_counter(), ""
    try:
        found = boxes()
    except Exception as why:
        found, failed = [], type(why).__name__
    answer: dict[str, object] = {role: any(lies_on(b, region) for b in found) for role, region in regions.items()}
    return answer | {"seconds": time.perf_counter() - began, "failed": failed}


def main() -> None:
    """Ask every peer about every form that the truth names and the folder holds."""
    truth, folder, out = (Path(word) for word in sys.argv[1:4])
    answers: dict[str, dict[str, Any]] = {
        name: {} for name in ("signature-detect", "signature-detect, binarised first", "sigdetect", "ink density")
    }
    forms = json.loads(truth.read_bytes())["forms"]
    for number, form in enumerate(forms, start=1):
        path = next((p for p in (folder / form["file"], folder / "forms" / form["file"]) if p.is_file()), None)
        if path is None:
            continue
        page, index = page_of(path, form["sig_page"]), form["sig_page"]
        regions = {role: region_of(signer) for role, signer in form["signers"].items()}
        asked: dict[str, Callable[[], list[Box]]] = {
            "signature-detect": partial(signature_detect, page, binarised=False),
            "signature-detect, binarised first": partial(signature_detect, page, binarised=True),
            "sigdetect": partial(sigdetect_wet, path, index, page),
        }
        for name, boxes in asked.items():
            answers[name][form["file"]] = called(boxes, regions)
        began = time.perf_counter()
        answers["ink density"][form["file"]] = densities(page, regions) | {"seconds": time.perf_counter() - began}
        if number % 50 == 0:
            print(f"peers: {number} of {len(forms)}", flush=True)
    out.write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
