"""What tells a pen from a typeface, in numbers: how even a mark's lines, heights and widths are, and its toner.

A typeface stands exactly level over its rule, repeats its letters alike, and makes a stroke as thick as its direction
wants it; its toner and edges are those of the print beside it. A hand does none of this for long. Each number leans one
way or the other only a little; `forms.opinion` weighs them together.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from forms.ink import Residue
from forms.picture import Picture, grey
from forms.slots import Slot
from forms.thinning import thinned

Values = npt.NDArray[np.float32]

BINS = 9
"""Directions that strokes are sorted into, 20 degrees each."""

CELLS = (2, 5)
"""Rows and columns of the coarse map of stroke directions."""

GLYPH = 22
"""Pixels at 100 dpi of the window in which repeated letters are looked for."""

MOST_GLYPHS = 14
"""Windows that are compared with the rest of the mark."""

NAMES = (
    "slope", "base_off", "sink", "x_top", "x_base", "band", "width_low", "width_high", "width_by_way", "line_tone",
    "edge_ratio", "tone_ratio", "colour_more", "hue", "ends", "forks", "tremor", "twin_best", "twin_mean", "ways",
    "print_sat", "line_spread",
)  # fmt: skip
"""Names of the single numbers; the shares of the directions, overall and by cell, follow them."""

COUNT = len(NAMES) + BINS + BINS * CELLS[0] * CELLS[1]
"""Length of `traits_of`."""


def traits_of(slot: Slot, residue: Residue) -> Values:
    """The numbers of a mark, all finite and about of size one; zeros where hardly anything is written."""
    mask = residue.mask
    ys, xs = np.nonzero(mask)
    made = np.zeros(COUNT, np.float32)
    if len(ys) < 40:
        return made
    top, left = int(ys.min()), int(xs.min())
    part = np.ascontiguousarray(mask[top : int(ys.max()) + 1, left : int(xs.max()) + 1])
    y, x = int(residue.box[1]) + top, int(residue.box[0]) + left
    seen = slot.leaf.picture[y : y + part.shape[0], x : x + part.shape[1]]
    lines = thinned(part)
    named = _level(part, slot.line - y) | _strokes(part, lines, seen) | _against_print(slot, part, seen) | _twins(part)
    ways, cells = _ways(part)
    named["ways"] = float(-(ways * np.log(ways + 1e-6)).sum())
    values = np.array([named[name] for name in NAMES] + [*ways, *cells], np.float32)
    return np.asarray(np.nan_to_num(np.clip(values, -8, 8)), dtype=np.float32)


def _level(part: Picture, line: float) -> dict[str, float]:
    """How level the mark stands, and how sharply its small letters begin and end. `line`: the rule's row in `part`."""
    dark = part > 0
    tall = len(dark)
    column = np.nonzero(dark.any(axis=0))[0]
    low = tall - 1 - dark[::-1].argmax(axis=0)[column]
    slope, base = 0.0, float(np.median(low))
    if len(column) > 30:
        kept = np.ones(len(column), bool)
        for _ in range(3):  # tails under the line are left out
            slope, at = np.polyfit(column[kept], low[kept], 1)
            off = low - (slope * column + at)
            kept = np.abs(off - np.median(off[kept])) < max(4.0, 1.2 * float(np.std(off[kept])))
            if kept.sum() < 20:
                break
        base = float(np.median(low[kept])) if kept.any() else base
    rows = cv2.GaussianBlur(dark.sum(axis=1).astype(np.float32).reshape(-1, 1), (1, 1), 0, sigmaY=1.2).ravel()
    steps = np.diff(rows) / max(1.0, float(rows.max()))
    rise, fall = int(steps.argmax()) if len(steps) else 0, int(steps.argmin()) if len(steps) else 0
    return {
        "slope": float(np.clip(20 * slope, -6, 6)),
        "base_off": (base - line) / 20,
        "sink": float((np.nonzero(dark)[0] > line + 3).mean()),
        "x_top": 8 * float(steps.max(initial=0.0)),
        "x_base": -8 * float(steps.min(initial=0.0)),
        "band": (fall - rise) / max(1.0, tall),
    }


def _strokes(part: Picture, lines: Picture, seen: Picture) -> dict[str, float]:
    """Widths along the middle lines, how far direction explains them, and the ends, forks and shake of the lines."""
    away = cv2.distanceTransform(part, cv2.DIST_L2, 5)
    on = lines > 0
    width = away[on]
    n = max(1, len(width))
    near = cv2.filter2D(lines, cv2.CV_32F, np.ones((3, 3), np.float32), borderType=cv2.BORDER_CONSTANT)[on] - 1
    middle = max(0.7, float(np.median(width)))
    low, high = (float(np.percentile(width, q)) / middle for q in (10, 92))
    way = _tensor(lines)[on]
    spread = float(width.var()) + 1e-6
    means = [(float(width[way == k].mean()), int((way == k).sum())) for k in range(BINS) if (way == k).sum() > 8]
    explained = sum(c * (m - float(width.mean())) ** 2 for m, c in means) / n / spread
    tone = cv2.GaussianBlur(grey(seen), (0, 0), 0.8).astype(np.float32)[on]
    soft = cv2.GaussianBlur(lines.astype(np.float32), (0, 0), 2.0)
    return {
        "width_low": low,
        "width_high": high,
        "width_by_way": explained,
        "line_spread": float(width.std()) / middle,
        "line_tone": float(tone.std()) / 40,
        "ends": 40 * float((near == 1).sum()) / n,
        "forks": 40 * float((near > 3).sum()) / n,
        "tremor": 10 * float(soft[on].std()),
    }


def _tensor(lines: Picture) -> npt.NDArray[np.int64]:
    """The direction of the line through each pixel, as a bin."""
    soft = cv2.GaussianBlur(lines.astype(np.float32), (0, 0), 1.5)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(v, (0, 0), 2.0) for v in (gx * gx, gy * gy, gx * gy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) % np.pi
    return np.asarray((angle / np.pi * BINS).astype(np.int64) % BINS)


def _against_print(slot: Slot, part: Picture, seen: Picture) -> dict[str, float]:
    """Edges, tone and colour of the mark beside those of the printed label: the same toner has the same."""
    height, width = slot.leaf.rules.dark.shape
    x0, y0, x1, y1 = (int(v) for v in slot.label_box)
    area = slice(max(0, y0 - 2), min(height, y1 + 3)), slice(max(0, x0 - 2), min(width, x1 + 3))
    own = _toner(seen, part)
    label = _toner(slot.leaf.picture[area], slot.leaf.rules.dark[area])
    if label is None or own is None:
        return {"edge_ratio": 1.0, "tone_ratio": 1.0, "colour_more": 0.0, "hue": 0.0, "print_sat": 0.0}
    return {
        "edge_ratio": own[0] / max(0.05, label[0]),
        "tone_ratio": own[1] / max(10.0, label[1]),
        "colour_more": (own[2] - label[2]) / 30,
        "hue": (own[3] - label[3]) / 30,
        "print_sat": label[2] / 30,
    }


def _toner(seen: Picture, mask: Picture) -> tuple[float, float, float, float] | None:
    """Steepness of the edges against the depth of the tone, depth, colour, and blue over red; None without a mark."""
    if mask.size < 30:
        return None
    inked, rim = mask > 0, cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    if inked.sum() < 30 or not rim.any():
        return None
    tone = grey(seen).astype(np.float32)
    depth = max(5.0, float(np.percentile(tone, 92) - np.percentile(tone[inked], 15)))
    gradient = np.hypot(cv2.Sobel(tone, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(tone, cv2.CV_32F, 0, 1, scale=0.25))
    steep = float(np.percentile(gradient[rim], 75)) / depth
    core = seen[inked & (tone <= float(np.median(tone[inked])))].astype(np.float32)
    colour = float(np.median(core.max(axis=1) - core.min(axis=1)))
    return steep, depth, colour, float(np.median(core[:, 0] - core[:, 2]))


def _twins(part: Picture) -> dict[str, float]:
    """How alike the most alike parts of the mark are: a typeface draws the same letter twice the same."""
    half = cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    tall, wide = half.shape
    if tall < GLYPH or wide < 4 * GLYPH:
        half = np.pad(half, ((0, max(0, GLYPH - tall)), (0, max(0, 4 * GLYPH - wide))))
        tall, wide = half.shape
    soft = cv2.GaussianBlur(half, (0, 0), 0.8)
    rows = half.sum(axis=1, dtype=np.float64)
    middle = int(np.clip((rows @ np.arange(tall)) / max(1.0, rows.sum()), GLYPH / 2, tall - GLYPH / 2))
    top = middle - GLYPH // 2
    step = max(GLYPH // 2, (wide - GLYPH) // MOST_GLYPHS)
    best = []
    for x in range(0, wide - GLYPH, step):
        window = soft[top : top + GLYPH, x : x + GLYPH]
        if (window > 60).mean() < 0.08:
            continue
        room = soft[max(0, top - 3) : top + GLYPH + 3]
        score = cv2.matchTemplate(room, window, cv2.TM_CCOEFF_NORMED)
        score[:, max(0, x - GLYPH * 2 // 3) : x + GLYPH * 2 // 3] = 0
        best.append(float(score.max()))
    best = sorted(best)[-4:] or [0.0]
    return {"twin_best": 2 * best[-1], "twin_mean": 2 * float(np.mean(best))}


def _ways(part: Picture) -> tuple[Values, Values]:
    """Shares of the directions of the edges, over the whole mark and in each cell of a coarse map."""
    soft = cv2.GaussianBlur(part, (0, 0), 1.2).astype(np.float32)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    weight = np.hypot(gx, gy)
    bins = ((np.arctan2(gy, gx) % np.pi) / np.pi * BINS).astype(np.int64) % BINS
    tall, wide = part.shape
    row = np.arange(tall) * CELLS[0] // tall
    column = np.arange(wide) * CELLS[1] // wide
    cell = row[:, None] * CELLS[1] + column[None, :]
    count = np.bincount((cell * BINS + bins).ravel(), weight.ravel(), BINS * CELLS[0] * CELLS[1])
    total = max(1e-6, float(count.sum()))
    share = (count / total).astype(np.float32)
    return np.asarray(4 * share.reshape(-1, BINS).sum(axis=0), dtype=np.float32), np.asarray(20 * share, np.float32)
