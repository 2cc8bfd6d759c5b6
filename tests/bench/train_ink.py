"""Train the judge of `forms.opinion` on composed slots and such of whole pages, and write its file and its card.

`python -m tests.bench.train_ink --pieces FOLDER --model forms/model/opinion.npz`

The pieces come from `tests.bench.ink_samples` and `tests.bench.ink_whole`; those of whole pages are learned twice as
often. Writers, typefaces and hands are split into folds: no group is on both sides. Every fold's network and trees are
measured on the groups they have not seen; the shipped judge is the mean of the folds'. Needs torch and scikit-learn,
which the product does not.
"""

from __future__ import annotations

import argparse
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from forms.opinion import BESIDE, CLASSES
from tests.bench import ink_boosting, ink_network, ink_pieces
from tests.bench.ink_figures import figures

Data = dict[str, np.ndarray]


def load(folder: Path) -> Data:
    """What the judge sees of all pieces of a folder; kept beside them, because it takes long to measure."""
    for path in sorted(folder.glob("pieces-*.npz")):
        seen = path.with_name(path.name.replace("pieces-", "seen-"))
        if not seen.is_file():
            np.savez_compressed(seen, **ink_pieces.seen(path))  # type: ignore[arg-type]
            print(seen.name, flush=True)
    parts = []
    for path in sorted(folder.glob("seen-*.npz")):
        with np.load(path) as stored:
            part = {key: stored[key] for key in stored.files}
        parts.append(part | {"whole": np.full(len(part["kind"]), path.name.startswith("seen-whole-"))})
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def fold_of(group: str, folds: int) -> int:
    """The fold of a group, the same in every run."""
    return zlib.crc32(group.encode()) % folds


def mix_of(nets: np.ndarray, trees: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """The weights of both odds, and what is added, that fit best where neither had learned the group."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found,unused-ignore]

    sure = np.clip(nets, 1e-6, 1 - 1e-6)
    both = np.stack([np.log(sure / (1 - sure)), trees], axis=1)
    fitted = LogisticRegression(C=10.0).fit(both, ink)
    return np.asarray([*fitted.coef_[0], fitted.intercept_[0]], dtype=np.float64)


def main() -> None:
    """Train, measure, write."""
    options = argparse.ArgumentParser()
    options.add_argument("--pieces", type=Path, required=True)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--folds", type=int, default=3)
    options.add_argument("--epochs", type=int, default=12)
    options.add_argument("--only", type=int, help="train this fold's network and no more; a later run takes it over")
    given = options.parse_args()
    data = load(given.pieces)
    where = np.array([fold_of(g, given.folds) for g in data["group"]])
    ink = data["kind"] == "ink"
    seen = np.zeros((len(where), len(CLASSES)), np.float32)
    counted = np.zeros(len(where), np.float64)
    weights: dict[str, Any] = {}
    for fold in range(given.folds):
        if given.only not in (None, fold):
            continue
        learn, measure = np.nonzero(where != fold)[0], np.nonzero(where == fold)[0]
        learn = np.concatenate([learn, learn[data["whole"][learn]]])
        print(f"fold {fold}: {len(learn)} to learn, {len(measure)} to measure", flush=True)
        kept = given.pieces / f"net-{fold}.npz"
        if not kept.is_file():
            made, answers = ink_network.trained(data, learn, measure, given.epochs, fold)
            np.savez(kept, answers=answers, **made)  # type: ignore[arg-type]
        with np.load(kept) as net:
            seen[measure] = net["answers"]
            weights |= {f"net{fold}.{key}": net[key] for key in net.files if key != "answers"}
        told = learn[data["kind"][learn] != "pasted"]  # a pasted picture of a signature has a signature's numbers
        forest = ink_boosting.trained(data["values"][told], ink[told], fold)
        counted[measure] = ink_boosting.log_odds(forest, data["values"][measure])
        weights |= {f"trees{fold}.{key}": value for key, value in ink_boosting.arrays(forest).items()}
    if given.only is not None:
        return
    told = (data["kind"] != "pasted") & (data["whole"] if data["whole"].any() else True)  # as a reader meets them
    mix = mix_of(seen[told, 0], counted[told], ink[told])
    print("mix", mix, "size", BESIDE, data["values"].shape, flush=True)
    given.model.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(given.model, mix=mix, **weights)
    card: dict[str, Any] = {}
    for name, rows in (("composed slots", ~data["whole"]), ("slots of whole pages", data["whole"])):
        if rows.any():
            some = {key: values[rows] for key, values in data.items()}
            card[name] = figures(some, seen[rows], counted[rows], mix)
    card |= {"made": datetime.now(UTC).date().isoformat(), "folds": given.folds, "epochs": given.epochs,
             "data": "tests/bench/ink_samples.py and ink_whole.py over the bench's signatures and fonts"}  # fmt: skip
    given.model.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
