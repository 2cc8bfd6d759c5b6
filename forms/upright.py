"""Bring a page picture into reading position: size, text direction, skew. Upside-down is decided by reading."""

from __future__ import annotations

import cv2
import numpy as np

from forms.picture import Frame, Matrix, Picture, grey

LONG_SIDE = (1900, 2800)
"""Pages are brought to a longest side within these pixels: about 200 dpi for letter, A4 and legal paper."""

AIM = 2250
"""Longest side in pixels of a page that had to be enlarged or reduced."""

WIDEST_SKEW = 15.0
"""Degrees of skew that are straightened; feeders do not turn a sheet further."""


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
    result = np.ascontiguousarray(np.rot90(picture, -quarter))
    back: Matrix = {
        1: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], dtype=np.float64),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], dtype=np.float64),
        3: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], dtype=np.float64),
    }[quarter]
    return result, frame.then(back)


def straightened(picture: Picture, frame: Frame) -> tuple[Picture, Frame, bool]:
    """The picture with its text rows level. The flag tells whether a quarter turn was needed as well."""
    marks = _text_marks(picture)
    level, level_score = _best_angle(marks)
    across, across_score = _best_angle(np.ascontiguousarray(np.rot90(marks)))
    sideways = across_score > 1.15 * level_score
    if sideways:
        # np.rot90 above turned the marks counter-clockwise: three quarters clockwise.
        picture, frame = turned(picture, frame, 3)
    angle = across if sideways else level
    if abs(angle) < 0.08:
        return picture, frame, sideways
    height, width = picture.shape[:2]
    forward = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]]).astype(np.float64)
    result = cv2.warpAffine(
        picture,
        forward[:2],
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(result, dtype=np.uint8), frame.then(np.linalg.inv(forward).astype(np.float64)), sideways


def _text_marks(picture: Picture) -> Picture:
    """Dark marks of the size of letters, white on black, at a longest side of 900 pixels."""
    scale = 900 / max(picture.shape[:2])
    tone = cv2.resize(grey(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground = cv2.GaussianBlur(tone, (0, 0), 15)
    dark = np.where(tone.astype(np.int16) < ground.astype(np.int16) - 18, 255, 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    if count < 2:
        return dark
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    keep = (tall <= 30) & (wide <= 90) | (wide <= 30) & (tall <= 90)
    keep[0] = False
    return np.where(keep[labels], 255, 0).astype(np.uint8)


def _best_angle(marks: Picture) -> tuple[float, float]:
    """The turn in degrees that makes the rows of marks stand out most, and how much they stand out."""
    side = max(marks.shape)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - marks.shape[0]) // 2, (side - marks.shape[1]) // 2
    square[top : top + marks.shape[0], left : left + marks.shape[1]] = marks

    def score(angle: float) -> float:
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
        rows = cv2.warpAffine(square, matrix, (side, side), flags=cv2.INTER_NEAREST).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    coarse = max(np.arange(-WIDEST_SKEW, WIDEST_SKEW + 0.1, 1.0), key=score)
    fine = max(np.arange(coarse - 0.8, coarse + 0.9, 0.2), key=score)
    finest = max(np.arange(fine - 0.15, fine + 0.16, 0.05), key=score)
    return float(finest), score(float(finest))
