"""Boosted trees over the numbers of a mark, by scikit-learn, and as the plain arrays of `forms.trees`."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np


def trained(values: np.ndarray, ink: np.ndarray, seed: int) -> Any:
    """Trees that tell ink from the rest."""
    ensemble: Any = importlib.import_module("sklearn.ensemble")
    made = ensemble.HistGradientBoostingClassifier(
        max_iter=350, learning_rate=0.05, max_leaf_nodes=12, min_samples_leaf=15, l2_regularization=3.0,
        max_features=0.35, random_state=seed,
    )  # fmt: skip
    return made.fit(values, ink)


def log_odds(forest: Any, values: np.ndarray) -> np.ndarray:
    """The logarithm of the odds of ink (n)."""
    return np.asarray(forest.decision_function(values), dtype=np.float64)


def arrays(forest: Any) -> dict[str, np.ndarray]:
    """The trees as `forms.trees` reads them. A threshold is rounded down to half a float: one and the same for all."""
    parts: dict[str, list[np.ndarray]] = {key: [] for key in ("asks", "level", "yes", "no", "odds")}
    roots, start, deep = [], 0, 0
    for (tree,) in forest._predictors:
        nodes = tree.nodes
        own = np.arange(len(nodes)) + start
        leaf = nodes["is_leaf"].astype(bool)
        roots.append(start)
        parts["asks"].append(np.where(leaf, 0, nodes["feature_idx"]).astype(np.int16))
        parts["level"].append(np.where(leaf, 0, nodes["num_threshold"]).astype(np.float32))
        parts["yes"].append(np.where(leaf, own, nodes["left"] + start).astype(np.int32))
        parts["no"].append(np.where(leaf, own, nodes["right"] + start).astype(np.int32))
        parts["odds"].append(np.where(leaf, nodes["value"], 0).astype(np.float32))
        start, deep = start + len(nodes), max(deep, int(nodes["depth"].max()))
    whole = {key: np.concatenate(value) for key, value in parts.items()}
    whole["roots"], whole["deep"] = np.array(roots, np.int32), np.array(deep, np.int32)
    whole["start"] = np.asarray(forest._baseline_prediction, dtype=np.float64).reshape(-1)[0:1].reshape(())
    return whole
