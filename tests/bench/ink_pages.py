"""From a drawn piece of a page to what the reader sees of it: fax, copier, telephone, and back to 200 dpi."""

from __future__ import annotations

import cv2
import numpy as np

from tests.bench.ink_fillings import Fillings
from tests.bench.ink_machines import Machines, stored

SMALL = 200 / 300
"""From the drawing's scale to the reader's."""


class Pages(Fillings):
    """Degrades pieces of pages."""

    last_shape: tuple[int, int] = (0, 0)
    machines: Machines

    def own_machines(self, share: float, seed: int) -> None:
        """Send this share of the pieces by `ink_machines` instead of the bench's generator."""
        self.machines, self.share = Machines(seed), share

    def degraded(self, page: np.ndarray, profile: str) -> tuple[np.ndarray, np.ndarray]:
        """The piece as the reader sees it at 200 dpi, upright, and the matrix from 300-dpi pixels to it."""
        rng, matrix = self.rng, np.eye(3)
        if profile != "photo" and rng.random() < self.share:
            page, matrix = self.machines.sent(page, profile)
        elif profile == "fax":
            page = self.gen.degrade(page, "none", rng, rng.randrange(10**9))[0]
            fine = rng.choice([98, 196, 196])
            page = cv2.GaussianBlur(page, (0, 0), 1.0)
            turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), rng.gauss(0, 0.9), 1)
            page = cv2.warpAffine(page, turn, page.shape[1::-1], borderValue=(250, 250, 250))
            sx, sy = 1728 / 2550, 1728 / 2550 * fine / 204
            page = cv2.resize(page, None, fx=sx, fy=sy, interpolation=cv2.INTER_AREA)
            matrix = np.diag([sx, sy, 1.0]) @ np.vstack([turn, [0, 0, 1]])
            page = self.cut_tones(page, rng.uniform(150, 200), 0.0012)
        elif profile == "photo":
            page, matrix = self.photographed(page)
        else:
            try:
                page, matrix, meta = self.gen.degrade(page, profile, rng, rng.randrange(10**9))
            except Exception:  # stains and folds need a page; on a narrow piece some do not fit
                page, matrix, meta = self.gen.degrade(page, "office200", rng, rng.randrange(10**9))
            if meta.get("q"):
                page = stored(page, meta["q"])
        return self.upright(page, matrix)

    def cut_tones(self, page: np.ndarray, level: float, dirt: float) -> np.ndarray:
        """Black and white."""
        tone = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) + self.np.normal(0, 10, page.shape[:2])
        made = np.where(tone < level, 0, 255).astype(np.uint8)
        spots = self.np.random(made.shape)
        made[spots < dirt] = 0
        made[spots > 1 - dirt / 2] = 255
        return cv2.cvtColor(made, cv2.COLOR_GRAY2BGR)

    def photographed(self, page: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Taken by a phone: laid askew, unevenly lit, soft, noisy."""
        rng = self.rng
        page = self.gen.degrade(page, "none", rng, rng.randrange(10**9))[0]
        tall, wide = page.shape[:2]
        s = rng.uniform(1450, 2100) / 2550

        def far() -> float:
            return float(rng.uniform(-0.025, 0.025) * wide)

        source = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
        target = (
            np.array([[far(), far() / 3], [wide + far(), far() / 3], [wide + far(), tall + far() / 3], [far(), tall]])
            * s
        )
        matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
        size = (int(wide * s), int(tall * s))
        page = cv2.warpPerspective(page, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        yy, xx = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
        turn = rng.uniform(0, 6.28)
        light = 0.8 + rng.uniform(0, 0.35) * ((xx / size[0] - 0.5) * np.cos(turn) + (yy / size[1] - 0.5) * np.sin(turn))
        if rng.random() < 0.5:
            edge = rng.uniform(0.1, 0.9) * size[0]
            light *= 1 - rng.uniform(0.2, 0.45) / (1 + np.exp(-(xx - edge + 0.5 * yy) / rng.uniform(8, 60)))
        seen = page * light[..., None] * np.array([rng.uniform(0.85, 1), 1, rng.uniform(0.92, 1.05)])
        seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.4, 1.3)) + self.np.normal(
            0, rng.uniform(2, 7), (*seen.shape[:2], 1)
        )
        seen = np.clip(seen, 0, 255).astype(np.uint8)
        return stored(seen, rng.randint(45, 85)), matrix

    def upright(self, page: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Back to 200 dpi and level, with the small errors a reader makes."""
        s = SMALL * self.rng.uniform(0.97, 1.04)
        turn, lean = np.radians(self.rng.gauss(0, 0.15)), self.rng.gauss(0, 0.002)
        tall, wide = (int(v * s) for v in self.last_shape)
        ideal = np.array(
            [[s * np.cos(turn), -s * np.sin(turn) + lean, 0], [s * np.sin(turn), s * np.cos(turn), 0], [0, 0, 1]]
        )
        whole = ideal @ np.linalg.inv(matrix)
        local = float(np.sqrt(abs(np.linalg.det(whole[:2, :2]))))
        if local < 0.8:  # made smaller first, as the reader does
            page = cv2.resize(page, None, fx=local, fy=local, interpolation=cv2.INTER_AREA)
            whole = whole @ np.diag([1 / local, 1 / local, 1])
        way = cv2.INTER_CUBIC if local > 1.1 else cv2.INTER_LINEAR
        done = cv2.warpPerspective(page, whole, (wide, tall), flags=way, borderMode=cv2.BORDER_REPLICATE)
        return done, ideal
