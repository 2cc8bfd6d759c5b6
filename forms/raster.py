"""Pictures sent as PNG, JPEG or TIFF, by Pillow only. Sizes are checked before anything is decoded."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from forms.errors import Broken, TooManyPages, TooManyPixels
from forms.limits import Limits
from forms.media import JPEG, PNG, TIFF
from forms.picture import Picture

_FORMATS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF"}

_DECODE_ERRORS = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, OverflowError)


def frames(data: bytes, kind: str, limits: Limits) -> Iterator[Picture]:
    """Every page of a picture file as BGR, turned as EXIF says, with square pixels.

    Raises `Broken`, `TooManyPages` or `TooManyPixels`.
    """
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
            _check(picture, limits)
            for frame in ImageSequence.Iterator(picture):
                yield _plain(frame)
    except _DECODE_ERRORS as error:
        raise Broken from error


def page_count(data: bytes, kind: str) -> int:
    """Pages of a picture file; raises `Broken`."""
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
            return int(getattr(picture, "n_frames", 1)) if kind == TIFF else 1
    except _DECODE_ERRORS as error:
        raise Broken from error


def _check(picture: Image.Image, limits: Limits) -> None:
    count = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
    if count > limits.max_pages:
        raise TooManyPages
    total = 0
    for number in range(count):
        if count > 1:
            picture.seek(number)
        pixels = picture.width * picture.height
        total += pixels
        if pixels > limits.max_pixels or total > limits.max_total_pixels:
            raise TooManyPixels
    if count > 1:
        picture.seek(0)


def _plain(frame: Image.Image) -> Picture:
    """One frame as BGR pixels. Fax pages have twice as many dots across as down; they are stretched to square."""
    dpi = frame.info.get("dpi", (0, 0))
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        upright = Image.alpha_composite(ground, layer)
    elif upright.mode.startswith("I") or upright.mode == "F":
        upright = Image.fromarray(_eight_bits(np.asarray(upright)))
    colour = upright.convert("RGB")
    across, down = (float(dpi[0]), float(dpi[1])) if len(dpi) == 2 else (0.0, 0.0)
    if across > 0 and down > 0 and not 0.8 < across / down < 1.25 and 0.25 < across / down < 4:
        tall = colour.height * across / down
        scale = 1.0 if across > down else down / across
        size = (round(colour.width * scale), round(tall * scale))
        colour = colour.resize(size, Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(colour, dtype=np.uint8)[..., ::-1])


def _eight_bits(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Picture:
    plain = values.astype(np.float64)
    top = 65535.0 if plain.max(initial=0.0) > 255 else 255.0
    return np.clip(plain * (255.0 / top), 0, 255).astype(np.uint8)
