"""Scanners, copiers, fax machines and telephones for pieces of pages: cheap; not those of the bench's generator."""

from __future__ import annotations

import random

import cv2
import numpy as np

Grid = tuple[np.ndarray, np.ndarray]
"""A picture, and the matrix (3, 3) from 300-dpi pixels of the drawing to its own."""

FAX_ACROSS = 1728 / 2550
"""Fax dots per 300-dpi pixel, across."""


class Machines:
    """Every way to send a page; `rng` and `np` are the only sources of chance."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.np = np.random.default_rng(seed)
        self.grain = self.np.normal(0, 32, (2400, 2400)).astype(np.int8)

    def sent(self, page: np.ndarray, profile: str) -> Grid:
        """The piece as it arrives, before any reader touched it."""
        rng = self.rng
        page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 0.8))
        page = self._toned(page, rng.randint(0, 30), 255, 1.0)
        if profile in ("dirty", "aug"):
            page = self._worn(page)
        dpi = {"flatbed300": 300, "lowdpi": rng.choice([100, 110, 120, 150, 150]), "bitonal": rng.choice([200, 300])}
        across = dpi.get(profile, 200) / 300
        down = across
        if profile == "fax":
            across, down = FAX_ACROSS, FAX_ACROSS * rng.choice([98, 196, 196]) / 204
        page, matrix = self._laid(page, across, down)
        if profile in ("fax", "bitonal"):
            return self._cut(page, 0.0012 if profile == "fax" else rng.choice([0.0002, 0.001])), matrix
        page = self._paper(page)
        if rng.random() < (0.5 if profile != "flatbed300" else 0.15):
            page = cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        worst = 40 if profile == "lowdpi" else 50
        return stored(page, rng.randint(worst, 92)), matrix

    def _laid(self, page: np.ndarray, across: float, down: float) -> Grid:
        """Put on the glass a little askew, and seen at another resolution."""
        tall, wide = page.shape[:2]
        turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), self.rng.gauss(0, 1.0), 1)
        matrix = np.diag([across, down, 1.0]) @ np.vstack([turn, [0, 0, 1]])
        soft = cv2.GaussianBlur(page, (0, 0), max(0.35, 0.4 / across), sigmaY=max(0.35, 0.4 / down))
        size = max(8, int(wide * across)), max(8, int(tall * down))
        laid = cv2.warpAffine(soft, matrix[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return laid, matrix

    def _toned(self, page: np.ndarray, black: float, white: float, gamma: float) -> np.ndarray:
        curve = black + (white - black) * (np.arange(256) / 255.0) ** gamma
        return np.asarray(cv2.LUT(page, np.clip(curve, 0, 255).astype(np.uint8)))

    def _noise(self, shape: tuple[int, int], force: float, coarse: bool = False) -> np.ndarray:
        """Grain of a sensor, int16, of this standard deviation."""
        if coarse:
            small = self._noise((shape[0] // 2 + 1, shape[1] // 2 + 1), 1.6 * force)
            return np.asarray(cv2.resize(small, shape[::-1], interpolation=cv2.INTER_LINEAR))
        y, x = (self.rng.randrange(max(1, 2400 - n)) for n in shape)
        part = self.grain[y : y + shape[0], x : x + shape[1]]
        if part.shape != shape:
            part = np.resize(part, shape)
        return (part.astype(np.float32) * (force / 32)).astype(np.int16)

    def _paper(self, page: np.ndarray) -> np.ndarray:
        """Colour and grain of paper and sensor, and the machine's own curve."""
        rng = self.rng
        page = self._toned(page, rng.randint(0, 30), rng.randint(228, 255), rng.uniform(0.8, 1.25))
        grain = self._noise(page.shape[:2], rng.uniform(1.0, 6.5), coarse=rng.random() < 0.3)
        tint = np.array([rng.uniform(0.93, 1), rng.uniform(0.96, 1), 1.0]) if rng.random() < 0.6 else np.ones(3)
        made = np.clip(page.astype(np.int16) + grain[..., None], 0, 255) * tint
        page = made.astype(np.uint8)
        if rng.random() < 0.2:  # a scanner that sharpens
            soft = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.8, 1.6))
            page = cv2.addWeighted(page, 1 + (k := rng.uniform(0.3, 1.2)), soft, -k, 0)
        return np.asarray(page)

    def _cut(self, page: np.ndarray, dirt: float) -> np.ndarray:
        """Black and white, by one level or by one that follows the paper."""
        rng = self.rng
        tone = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY).astype(np.int16)
        tone += self._noise((tone.shape[0], tone.shape[1]), rng.uniform(4, 12))
        level: float | np.ndarray = rng.uniform(135, 205)
        if rng.random() < 0.3:
            level = cv2.GaussianBlur(tone.astype(np.float32), (0, 0), 15) - rng.uniform(12, 40)
        made = np.where(tone < level, 0, 255).astype(np.uint8)
        spots = self.np.random(made.shape)
        made[spots < dirt] = 0
        made[spots > 1 - dirt / 2] = 255
        return cv2.cvtColor(made, cv2.COLOR_GRAY2BGR)

    def _worn(self, page: np.ndarray) -> np.ndarray:
        """Copied too often: toner that bleeds or fails in streaks, stains, folds, the back of the sheet."""
        rng, (tall, wide) = self.rng, page.shape[:2]
        way = rng.randrange(5)
        if way == 0:
            page = (
                cv2.erode(page, np.ones((2, 2), np.uint8)) if rng.random() < 0.6 else cv2.dilate(page, np.ones((2, 2)))
            )
        elif way == 1:
            for _ in range(rng.randint(1, 4)):
                y = rng.randrange(tall)
                part = page[y : y + rng.randint(1, 4)].astype(np.float32)
                page[y : y + len(part)] = np.clip(part + rng.choice([-90, 120]), 0, 255).astype(np.uint8)
        elif way == 2:
            field = np.zeros((tall, wide), np.float32)
            middle = (rng.randrange(wide), rng.randrange(tall))
            size = (rng.randint(60, 300), rng.randint(40, 200))
            cv2.ellipse(field, middle, size, rng.uniform(0, 180), 0, 360, 1.0, rng.choice([-1, 14]), cv2.LINE_AA)
            field = cv2.GaussianBlur(field, (0, 0), 9)[..., None] * np.array([0.4, 0.22, 0.13]) * rng.uniform(0.4, 1)
            page = np.clip(page * (1 - field), 0, 255).astype(np.uint8)
        elif way == 3:
            back = cv2.GaussianBlur(page[:, ::-1], (0, 0), 3)
            page = np.minimum(page, (255 - (255 - back.astype(np.int16)) * rng.uniform(0.08, 0.25)).astype(np.uint8))
        else:
            y = rng.randrange(tall)
            dark = 1 - rng.uniform(0.1, 0.3) * np.exp(-(((np.arange(tall) - y) / rng.uniform(4, 10)) ** 2))
            page = (page * dark[:, None, None]).astype(np.uint8)
        return page


def stored(page: np.ndarray, quality: int) -> np.ndarray:
    """As JPEG of this quality shows it."""
    data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
