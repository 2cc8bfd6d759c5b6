"""Bring a page picture into reading position: size, text direction, skew. Upside-down is decided by reading."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from forms.picture import Frame, Matrix, Picture, grey

Points = npt.NDArray[np.float32]

LONG_SIDE = (1900, 2800)
"""Pages are brought to a longest side within these pixels: about 200 dpi for letter, A4 and legal paper."""

AIM = 2250
"""Longest side in pixels of a page that had to be enlarged or reduced."""

SKETCH = 900
"""Longest side in pixels of the small picture from which the direction of the text is told."""

WIDEST_SKEW = 16.0
"""Degrees of skew that are straightened; feeders do not turn a sheet further."""

SMALL_TILT = 1.0
"""Degrees up to which the corners that a turn moves off the sheet are empty margin."""


_QUARTERS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


def sized(picture: Picture, frame: Frame) -> tuple[Picture, Frame]:
    """The picture at about 200 dpi."""
    longest = max(picture.shape[:2])
    if LONG_SIDE[0] <= longest <= LONG_SIDE[1]:
        return picture, frame
    scale = AIM / longest
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    width, height = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    result = np.asarray(cv2.resize(picture, (width, height), interpolation=method), dtype=np.uint8)
    back = np.diag([picture.shape[1] / width, picture.shape[0] / height, 1.0]).astype(np.float64)
    return result, frame.then(back)


def turned(picture: Picture, frame: Frame, quarter: int) -> tuple[Picture, Frame]:
    """The picture turned clockwise by `quarter` times 90 degrees."""
    quarter %= 4
    if quarter == 0:
        return picture, frame
    height, width = picture.shape[:2]
    result = np.asarray(cv2.rotate(picture, _QUARTERS[quarter]), dtype=np.uint8)
    back: Matrix = {
        1: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], dtype=np.float64),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], dtype=np.float64),
        3: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], dtype=np.float64),
    }[quarter]
    return result, frame.then(back)


def straightened(picture: Picture, frame: Frame) -> tuple[Picture, Frame, bool]:
    """The picture with its text rows level. The flag tells whether a quarter turn was needed as well."""
    ys, xs = np.nonzero(_text_marks(picture))
    points = np.stack([xs[::2], ys[::2]]).astype(np.float32)
    level, level_score = _best_angle(points)
    across, across_score = _best_angle(np.stack([points[1], -points[0]]))
    sideways = across_score > 1.15 * level_score
    if sideways:
        picture, frame = turned(picture, frame, 3)
    angle = across if sideways else level
    if abs(angle) < 0.08:
        return picture, frame, sideways
    return *_tilted(picture, frame, angle), sideways


def _tilted(picture: Picture, frame: Frame, angle: float) -> tuple[Picture, Frame]:
    """The picture turned by `angle` degrees counter-clockwise on a sheet large enough for its corners."""
    height, width = picture.shape[:2]
    cos, sin = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
    grown = (
        (width, height)
        if abs(angle) < SMALL_TILT
        else (
            math.ceil(width * cos + height * sin),
            math.ceil(height * cos + width * sin),
        )
    )
    forward = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]]).astype(np.float64)
    forward[0, 2] += (grown[0] - width) / 2
    forward[1, 2] += (grown[1] - height) / 2
    result = cv2.warpAffine(
        picture,
        forward[:2],
        grown,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(result, dtype=np.uint8), frame.then(np.linalg.inv(forward).astype(np.float64))


def _text_marks(picture: Picture) -> Picture:
    """Dark marks of the size of letters, white on black, at a longest side of `SKETCH` pixels."""
    scale = SKETCH / max(picture.shape[:2])
    tone = cv2.resize(grey(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground = cv2.blur(tone, (41, 41))
    dark = np.where(tone.astype(np.int16) < ground.astype(np.int16) - 18, 255, 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    if count < 2:
        return dark
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    short, long = np.minimum(tall, wide), np.maximum(tall, wide)
    keep = (short >= 3) & (short <= 30) & (long <= 90)  # flatter marks are dashes, and a copier's dirt is level
    keep[0] = False
    letters = (keep * np.uint8(255)).astype(np.uint8)[labels]
    return np.asarray(cv2.subtract(cv2.subtract(letters, _thin(dark, (1, 25))), _thin(dark, (25, 1))), dtype=np.uint8)


def _thin(dark: Picture, bridge: tuple[int, int]) -> Picture:
    """Dotted, dashed and drawn lines: they keep the direction of a copier's dirt rather than that of the text."""
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones(bridge, np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, dtype=np.uint8), connectivity=8)
    sides = stats[:count, cv2.CC_STAT_WIDTH], stats[:count, cv2.CC_STAT_HEIGHT]
    long, short = sides if bridge[0] < bridge[1] else sides[::-1]
    thin = (long > 60) & (short <= 4)
    thin[0] = False
    return np.asarray((thin * np.uint8(255)).astype(np.uint8)[labels], dtype=np.uint8)


def _best_angle(points: Points) -> tuple[float, float]:
    """The turn in degrees that makes the rows of marks stand out most, and how much they stand out.

    `points` are the marks' pixels, two rows of x and y.
    """
    xs, ys = points

    def score(angle: float) -> float:
        # a picture turned counter-clockwise by the angle has its points at these heights
        heights = ys * math.cos(math.radians(angle)) - xs * math.sin(math.radians(angle))
        rows = np.bincount((heights - heights.min()).astype(np.int32)) if heights.size else np.zeros(2)
        return float(np.square(np.diff(rows)).sum())

    coarse = max(np.arange(-WIDEST_SKEW, WIDEST_SKEW + 0.1, 1.0).tolist(), key=score)
    fine = max(np.arange(coarse - 0.8, coarse + 0.9, 0.2).tolist(), key=score)
    finest = max(np.arange(fine - 0.15, fine + 0.16, 0.05).tolist(), key=score)
    return finest, score(finest)
