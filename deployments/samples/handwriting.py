"""Handwriting by a kinematic model: strokes with lognormal speed that overlap in time (Plamondon's sigma-lognormal).

A hand aims at target points; each aim is a stroke whose speed rises and falls as a lognormal of time, and a new stroke
starts before the last one has ended. The pen slows where strokes meet, and a slow pen leaves a wider and darker line.
Everything is drawn from a seed, so that the same person signs the same way twice only when asked to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deployments.samples.pen_letters import strokes

Path = NDArray[np.float64]
"""A pen path, array (n, 3): x and y in x-heights, y up, and speed relative to the path's mean."""

BLUE: Final = (28, 46, 134)
BLACK: Final = (26, 26, 32)
TICK: Final = 0.006
"""Seconds between two points of a path."""
OVERSAMPLE: Final = 3


@dataclass(frozen=True)
class Hand:
    """How a person writes. Lengths are in x-heights, angles in radians, `care` from 0 (a wave) to 1 (every letter)."""

    seed: int
    slant: float
    care: float
    width: float
    rise: float
    flourish: bool
    color: tuple[int, int, int]


def hand_of(name: str, seed: int = 2026) -> Hand:
    """The hand of a person, the same for the same name and seed."""
    own = np.random.default_rng([seed, *name.encode()])
    return Hand(
        seed=int(own.integers(1 << 31)),
        slant=float(own.uniform(0.05, 0.45)),
        care=float(own.uniform(0.35, 0.85)),
        width=float(own.uniform(0.9, 1.25)),
        rise=float(own.uniform(-0.01, 0.07)),
        flourish=bool(own.random() < 0.6),
        color=BLUE if own.random() < 0.6 else BLACK,
    )


def glide(points: NDArray[np.float64], rng: np.random.Generator, pace: float = 0.105) -> Path:
    """The path of a pen that aims at `points` (n, 2) in turn, a new aim about every `pace` seconds."""
    aims = np.diff(points, axis=0)
    reach = np.hypot(aims[:, 0], aims[:, 1]) + 1e-6
    angle = np.unwrap(np.arctan2(aims[:, 1], aims[:, 0]))
    turn = np.clip(np.gradient(angle) if len(angle) > 1 else np.zeros(1), -1.5, 1.5) * 0.75
    waits = pace * np.clip(reach, 0.3, 2.5)[:-1] ** 0.35 * rng.uniform(0.9, 1.1, len(reach) - 1)
    start = np.concatenate([[0.0], np.cumsum(waits)])
    mu = rng.normal(-1.62, 0.03, len(reach))
    sigma = rng.uniform(0.22, 0.28, len(reach))
    time = np.arange(0.0, start[-1] + 0.5, TICK)
    since = np.maximum(time[:, None] - start[None, :], 1e-9)
    z = (np.log(since) - mu) / sigma
    speed = np.exp(-0.5 * z**2) / (since * sigma * np.sqrt(2 * np.pi))
    done = np.cumsum(speed, axis=0) * TICK
    heading = angle - turn / 2 + turn * np.minimum(done, 1.0)
    length = reach / np.sinc(turn / (2 * np.pi))
    velocity = np.stack([(speed * length * np.cos(heading)).sum(1), (speed * length * np.sin(heading)).sum(1)], axis=1)
    way = points[0] + np.cumsum(velocity, axis=0) * TICK
    pace_now = np.hypot(velocity[:, 0], velocity[:, 1])
    moving = (done[:, 0] > 0.01) & (done[:, -1] < 0.995)
    mean = float(pace_now[moving].mean()) + 1e-6
    return np.column_stack([way, pace_now / mean])[moving]


def word_targets(word: str, hand: Hand, rng: np.random.Generator, x: float) -> tuple[NDArray[np.float64], float]:
    """Target points (n, 2) of a word written in one go from `x`; later letters are ever less careful."""
    points: list[NDArray[np.float64]] = []
    for place, letter in enumerate(word):
        shape = strokes(letter)[0].copy()
        capital = letter.isupper()
        care = 1.0 if capital else float(np.clip(hand.care + 0.35 - 0.11 * place, 0.18, 1.0))
        if not capital and care < 0.5:
            shape = shape[:: 2 if len(shape) > 4 else 1]
        shape[:, 1] = shape[:, 1] * (0.35 + 0.65 * care) + (1 - care) * 0.15
        shape *= rng.uniform(0.88, 1.12, 2) * ((1.25, 1.3) if capital else (hand.width * (0.55 + 0.45 * care), 1.0))
        shape += rng.normal(0, 0.035, shape.shape)
        shape[:, 0] += x
        points.append(shape)
        x = float(max(shape[-1, 0], shape[:, 0].max() - 0.35)) + 0.08
    return np.concatenate(points), x


def flourish(x: float, hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """Target points (n, 2) of the flourish that ends a signature at `x`; each hand has one of three."""
    back = x - rng.uniform(3.0, 6.0)
    kind = hand.seed % 3
    if kind == 0:
        tail = [[x + 1.2, 0.5], [x + 0.4, -0.55], [back, -0.75], [back + 0.5, -0.35], [x + rng.uniform(1, 2.4), -0.45]]
    elif kind == 1:
        tail = [[x + 0.6, 0.1], [x + 1.6, 0.7], [x + rng.uniform(2.6, 4.0), 0.2]]
    else:
        tail = [[x + 0.9, 1.1], [x + 1.2, -0.9], [back + 1, -0.5], [back - 1, -0.62]]
    return np.array(tail)


def signature_paths(name: str, hand: Hand, take: int = 0) -> list[Path]:
    """The pen paths of a signature. `take` varies it as a person's signatures vary."""
    rng = np.random.default_rng([hand.seed, take])
    paths: list[Path] = []
    x = 0.0
    words = name.split()
    for place, word in enumerate(words):
        short = word if place == len(words) - 1 or hand.care > 0.5 else word[:1]
        targets, x = word_targets(short, hand, rng, x)
        if place == len(words) - 1 and hand.flourish:
            targets = np.concatenate([targets, flourish(x, hand, rng)])
        paths.append(glide(targets, rng))
        paths.extend(glide(bar, rng) for bar in bars_and_dots(short, targets, rng))
        x += 0.35
    return [slanted(path, hand) for path in paths]


def bars_and_dots(word: str, targets: NDArray[np.float64], rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Target points of the one bar or dot that a hurried hand adds after a word, if it has a t or an i."""
    at = next((place for place, letter in enumerate(word) if letter in "it"), None)
    if at is None:
        return []
    x, y = targets[min(len(targets) - 1, 5 * at + 2)]
    if word[at] == "t":
        return [np.array([[x - 0.7, 1.35], [x + 0.1, 1.5], [x + 1.2, 1.45]])]
    dot = np.array([x + rng.uniform(0.2, 0.9), max(y, 0.6) + 0.9])
    return [dot + np.array([[0.0, 0.0], [0.1, -0.06], [0.14, -0.12]])]


def slanted(path: Path, hand: Hand) -> Path:
    """A path leant over by the hand's slant and rising along the line."""
    out = path.copy()
    out[:, 0] += path[:, 1] * hand.slant
    out[:, 1] += path[:, 0] * hand.rise
    return out


def written_paths(text: str, hand: Hand, take: int = 0) -> list[Path]:
    """The pen paths of separately written signs, for dates: each digit on its own, on a slightly uneven line."""
    rng = np.random.default_rng([hand.seed, take, 1])
    paths: list[Path] = []
    x = 0.0
    for sign in text:
        size = rng.uniform(0.92, 1.1)
        drop = rng.normal(0, 0.05)
        for part in strokes(sign):
            paths.append(glide(part * size + [x, drop] + rng.normal(0, 0.02, part.shape), rng, pace=0.16))
        x += (0.9 if sign in "1/" else 1.12) * size
    return [slanted(path, hand) for path in paths]


def scribble_paths(hand: Hand) -> list[Path]:
    """A tiny hurried mark that may be initials or nothing."""
    rng = np.random.default_rng([hand.seed, 7])
    aims = np.column_stack([np.cumsum(rng.uniform(0.15, 0.5, 8)), np.tile([0.1, 1.0], 4) + rng.uniform(-0.2, 0.3, 8)])
    return [slanted(glide(aims, rng), hand)]


def ink(
    paths: list[Path], hand: Hand, scale: float, pen: float, strength: float = 0.93
) -> tuple[Image.Image, tuple[float, float]]:
    """Draw paths as RGBA ink. `scale` is pixels per x-height, `pen` the line's width in pixels, `strength` its ink.

    Returns the picture and where in it the start of the base line is, in pixels from its top left corner.
    """
    rng = np.random.default_rng([hand.seed, 11])
    every = np.concatenate(paths)
    pad = 2 * pen + 2
    left, top = every[:, 0].min() * scale - pad, -every[:, 1].max() * scale - pad
    wide = int(every[:, 0].max() * scale + pad - left) + 1
    tall = int(-every[:, 1].min() * scale + pad - top) + 1
    sheet = np.zeros((tall * OVERSAMPLE, wide * OVERSAMPLE), np.uint8)
    for path in paths:
        press = pressure(path, rng)
        spots = np.column_stack([path[:, 0] * scale - left, -path[:, 1] * scale - top]) * OVERSAMPLE
        for (x0, y0), (x1, y1), force in zip(spots[:-1], spots[1:], press[1:], strict=True):
            thick = max(1, round(pen * OVERSAMPLE * (0.45 + 0.65 * force)))
            dark = int(255 * min(1.0, 0.62 + 0.4 * force))
            cv2.line(sheet, (round(x0), round(y0)), (round(x1), round(y1)), dark, thick)
    cover = cv2.resize(sheet, (wide, tall), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    grain = cv2.GaussianBlur(rng.normal(0, 1, cover.shape).astype(np.float32), (0, 0), 1.1) * 0.22
    alpha = np.clip(cover * (strength + grain), 0, 1)
    flat = np.empty((tall, wide, 4), np.uint8)
    flat[..., :3] = hand.color
    flat[..., 3] = (alpha * 255).astype(np.uint8)
    return Image.fromarray(flat, "RGBA"), (-left, -top)


def pressure(path: Path, rng: np.random.Generator) -> NDArray[np.float64]:
    """Pressure along a path (n,), 0 to about 1.2: high where the pen is slow, fading where it lands and lifts."""
    n = len(path)
    wander = np.interp(np.arange(n), np.linspace(0, n, 9), rng.uniform(-0.12, 0.12, 9))
    ends = np.minimum(np.arange(n), np.arange(n)[::-1]) * TICK
    return (1.12 - 0.34 * np.minimum(path[:, 2], 2.4) + wander) * np.clip(0.35 + ends / 0.06, 0, 1)
