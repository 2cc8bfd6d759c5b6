"""How a judge does on groups it has not learned from: recall of ink and false ink at several bounds, with intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from deployments.score import wilson
from forms.opinion import CLASSES, mixed

BOUNDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


def figures(data: dict[str, np.ndarray], seen: np.ndarray, counted: np.ndarray, mix: np.ndarray) -> dict[str, Any]:
    """The card of a model: `seen` the networks' answers (n, classes), `counted` the trees' odds (n), out of fold."""
    a, b, c = (float(v) for v in mix)
    sure = np.array([mixed(float(p), float(t), (a, b, c)) for p, t in zip(seen[:, 0], counted, strict=True)])
    ink = data["kind"] == "ink"
    return {
        "pieces": len(ink),
        "groups": len(set(data["group"].tolist())),
        "classes": list(CLASSES),
        "mix": [round(float(v), 4) for v in mix],
        "on groups not learned from": table(data, sure),
        "networks alone": table(data, seen[:, 0]),
        "trees alone": table(data, 1 / (1 + np.exp(-counted))),
    }


def table(data: dict[str, np.ndarray], sure: np.ndarray) -> dict[str, Any]:
    """Per bound: slots called ink, of how many, and the 95 % interval; and those without ink by class."""
    ink = data["kind"] == "ink"
    own = np.char.startswith(data["group"], "own")
    found = {}
    for bound in BOUNDS:
        row: dict[str, Any] = {}
        for name, of in (
            ("ink", ink & ~own),
            ("latin ink", np.char.startswith(data["group"], "cedar")),
            ("not ink", ~ink),
        ):
            hits, all_ = int((sure[of] >= bound).sum()), int(of.sum())
            low, high = wilson(hits, all_)
            row[name] = [hits, all_, round(low, 4), round(high, 4)]
        row["false"] = {k: int(((data["kind"] == k) & (sure >= bound)).sum()) for k in CLASSES if k != "ink"}
        found[str(bound)] = row
    return found
