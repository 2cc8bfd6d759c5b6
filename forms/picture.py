"""The page picture and its frame: where a spot of the upright picture lies on the page as it was sent.

"The page as stored" is the page as any viewer shows it: with the PDF's /Rotate and the camera's EXIF turn applied, and
nothing else. Boxes in readings are fractions of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.reading import Box

Picture = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

CROP_WIDTH = 1000
"""Widest crop in pixels: enough to judge a signature on a screen, small enough to keep for ever."""


@dataclass(frozen=True)
class Frame:
    """How upright pixels map to the page as stored: `matrix` takes upright pixels to shown pixels of `shown` (w, h)."""

    matrix: Matrix
    shown: tuple[int, int]

    def to_page(self, box: Box) -> Box:
        """A box in upright pixels as fractions of the page as stored (bounding box of the mapped corners)."""
        x0, y0, x1, y1 = box
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], dtype=np.float64) @ self.matrix.T
        xs = corners[:, 0] / corners[:, 2] / self.shown[0]
        ys = corners[:, 1] / corners[:, 2] / self.shown[1]
        low, high = (float(xs.min()), float(ys.min())), (float(xs.max()), float(ys.max()))
        return (_fraction(low[0]), _fraction(low[1]), _fraction(high[0]), _fraction(high[1]))

    def from_page(self, box: Box) -> Box:
        """A box in fractions of the page as stored, in upright pixels (bounding box of the mapped corners)."""
        x0, x1 = box[0] * self.shown[0], box[2] * self.shown[0]
        y0, y1 = box[1] * self.shown[1], box[3] * self.shown[1]
        back = np.linalg.inv(self.matrix)
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], dtype=np.float64) @ back.T
        xs, ys = corners[:, 0] / corners[:, 2], corners[:, 1] / corners[:, 2]
        return (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))

    def then(self, matrix: Matrix) -> Frame:
        """The frame of a picture made from this one, where `matrix` takes new pixels to this one's pixels."""
        return Frame(self.matrix @ matrix, self.shown)


def _fraction(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)


def frame_of(picture: Picture) -> Frame:
    """The frame of a picture that is the page as stored."""
    return Frame(np.eye(3, dtype=np.float64), (picture.shape[1], picture.shape[0]))


def grey(picture: Picture) -> Picture:
    """The picture in shades of grey, height by width."""
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def crop(picture: Picture, box: Box, margin: float = 0.15) -> bytes:
    """PNG of the region with a margin (share of its height), at most `CROP_WIDTH` wide; empty when out of the page."""
    height, width = picture.shape[:2]
    pad = max(6.0, (box[3] - box[1]) * margin)
    x0, y0 = max(0, int(box[0] - pad)), max(0, int(box[1] - pad))
    x1, y1 = min(width, int(box[2] + pad) + 1), min(height, int(box[3] + pad) + 1)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return b""
    part = picture[y0:y1, x0:x1]
    if part.shape[1] > CROP_WIDTH:
        tall = max(1, round(part.shape[0] * CROP_WIDTH / part.shape[1]))
        part = np.asarray(cv2.resize(part, (CROP_WIDTH, tall), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    done, data = cv2.imencode(".png", part, [cv2.IMWRITE_PNG_COMPRESSION, 2])
    return data.tobytes() if done else b""
