"""Marks of the samples' pen, for tests that compare signatures."""

from __future__ import annotations

import cv2
import numpy as np

from deployments.samples.handwriting import hand_of, ink, signature_paths
from forms.picture import Picture


def mark(name: str, take: int = 0, *, scale: float = 22.0, pen: float = 3.0, turn: float = 0.0) -> Picture:
    """A signature as a mask (255 is ink): `scale` is pixels per x-height, `turn` in degrees."""
    hand = hand_of(name)
    drawn, _ = ink(signature_paths(name, hand, take), hand, scale, pen)
    alpha = np.pad(np.array(drawn)[..., 3], 80)
    tall, wide = alpha.shape
    move = cv2.getRotationMatrix2D((wide / 2, tall / 2), turn, 1.0)
    return np.where(cv2.warpAffine(alpha, move, (wide, tall)) > 110, 255, 0).astype(np.uint8)
