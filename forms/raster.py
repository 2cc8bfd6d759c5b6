"""Pictures sent as PNG, JPEG, TIFF, WebP, HEIC or BMP, by Pillow only. Sizes are checked before anything is decoded."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from forms.errors import Broken, TooManyPages, TooManyPixels
from forms.limits import Limits
from forms.media import BMP, HEIC, JPEG, PNG, TIFF, WEBP
from forms.picture import Picture

_FORMATS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", WEBP: "WEBP", HEIC: "HEIF", BMP: "BMP"}

_DECODE_ERRORS = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    struct.error,
    TypeError,
    OverflowError,
)


def frames(data: bytes, kind: str) -> Iterator[Picture]:
    """Every page as BGR, turned as EXIF says, with square pixels. Call `check` first; raises `Broken`."""
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
            for frame in ImageSequence.Iterator(picture):
                yield _plain(frame)
                if kind != TIFF:  # the further pictures of an animated PNG or a camera's JPEG are not pages
                    return
    except _DECODE_ERRORS as error:
        raise Broken from error


def check(data: bytes, kind: str, limits: Limits) -> int:
    """The number of pages of a picture file, from its headers. Raises `Broken`, `TooManyPages` or `TooManyPixels`."""
    Image.MAX_IMAGE_PIXELS = None  # our own limits below; Pillow's would end in a warning or an untyped error
    warnings.simplefilter("ignore")
    if kind == HEIC:
        _teach_heic()
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
            return _checked(picture, limits)
    except _DECODE_ERRORS as error:
        raise Broken from error


def _teach_heic() -> None:
    """Let Pillow open what telephones send. Loaded only for such a file: it costs a tenth of a second."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


def _checked(picture: Image.Image, limits: Limits) -> int:
    count = _count(picture, limits.max_pages)
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
    return count


def _count(picture: Image.Image, most: int) -> int:
    """Pages, counted no further than one past `most`: a TIFF's directory may be a loop or very long."""
    if picture.format != "TIFF":
        return 1
    count = 1
    while count <= most:
        try:
            picture.seek(count)
        except EOFError:
            break
        count += 1
    picture.seek(0)
    return count


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
