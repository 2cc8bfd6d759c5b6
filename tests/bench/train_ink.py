"""Train the judge of `forms.opinion` on composed slots and write its file and its card.

`python -m tests.bench.train_ink --samples FOLDER --model forms/model/opinion.npz`

The samples come from `tests.bench.ink_samples` and `tests.bench.quick_strips`. Writers, fonts and seeds are split into
folds: no group is on both sides.
Every fold's network is measured on the groups it has not seen; the shipped judge is the mean of the folds' networks.
Needs torch, which the product does not.
"""

from __future__ import annotations

import argparse
import importlib
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from forms.opinion import CLASSES
from forms.strip import NUMBERS, TALL, WIDE

torch: Any = importlib.import_module("torch")

LAYERS = ((8, 20, 2), (20, 36, 2), (36, 56, 2), (56, 64, 1))
"""Channels in, channels out and step of the 3 x 3 convolutions, after 2 x 2 pixels were folded into channels."""

BESIDE, HEAD = 24, 56


def network() -> Any:
    """Convolutions over the strip, a dense layer over the numbers, and a head over both."""
    nn = torch.nn
    layers: list[Any] = [nn.PixelUnshuffle(2)]
    for into, out, step in LAYERS:
        layers += [nn.Conv2d(into, out, 3, step, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]

    class Judge(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.eye = nn.Sequential(*layers)
            self.beside = nn.Linear(len(NUMBERS), BESIDE)
            self.mid = nn.Linear(2 * LAYERS[-1][1] + BESIDE, HEAD)
            self.head = nn.Linear(HEAD, len(CLASSES))
            self.drop = nn.Dropout(0.25)

        def forward(self, strip: Any, numbers: Any) -> Any:
            seen = self.eye(strip)
            both = [seen.mean((2, 3)), seen.amax((2, 3)), torch.relu(self.beside(numbers))]
            return self.head(self.drop(torch.relu(self.mid(self.drop(torch.cat(both, 1))))))

    return Judge()


def varied(strip: Any) -> Any:
    """Strips (n, 2, h, w) turned, moved, scaled and toned a little, each in its own way."""
    n = len(strip)
    turn, lean = torch.randn(n) * 0.04, torch.randn(n) * 0.12
    sx, sy = 1 + torch.randn(n) * 0.08, 1 + torch.randn(n) * 0.08
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = sx, lean * TALL / WIDE
    theta[:, 1, 0], theta[:, 1, 1] = turn * WIDE / TALL, sy
    theta[:, 0, 2], theta[:, 1, 2] = torch.randn(n) * 0.06, torch.randn(n) * 0.06
    grid = torch.nn.functional.affine_grid(theta, list(strip.shape), align_corners=False)
    moved = torch.nn.functional.grid_sample(strip, grid, align_corners=False)
    tone = (0.7 + 0.6 * torch.rand(n, 1, 1, 1)) * moved.clamp_min(0) ** (0.7 + 0.7 * torch.rand(n, 1, 1, 1))
    return tone + 0.03 * torch.rand(n, 1, 1, 1) * torch.randn(tone.shape)


def load(folder: Path) -> dict[str, np.ndarray]:
    """All samples of a folder."""
    files = [np.load(path) for path in sorted(folder.glob("samples-*.npz"))]
    return {key: np.concatenate([f[key] for f in files]) for key in ("strip", "numbers", "kind", "group", "profile")}


def trained(
    data: dict[str, np.ndarray], rows: np.ndarray, epochs: int, seed: int
) -> tuple[Any, np.ndarray, np.ndarray]:
    """A network trained on these rows, and the mean and spread of their numbers."""
    torch.manual_seed(seed)
    mean, spread = np.nanmean(data["numbers"][rows], 0), np.nanstd(data["numbers"][rows], 0) + 1e-3
    # a strip without numbers has the mean of each; the network must also do without them now and then, see below
    numbers = torch.tensor(np.nan_to_num(np.clip((data["numbers"] - mean) / spread, -4, 4)), dtype=torch.float32)
    target = torch.tensor([CLASSES.index(k) for k in data["kind"]])
    net = network()
    # pages are dearer than quick strips and nearer to the truth: they count more
    weight = torch.tensor(np.where(data["profile"] == "quick", 1.0, 2.0), dtype=torch.float32)
    steps = epochs * (len(rows) // 64)
    best = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.02)
    pace = torch.optim.lr_scheduler.OneCycleLR(best, 4e-3, total_steps=steps + 1)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.02, reduction="none")
    order = np.random.default_rng(seed)
    for epoch in range(epochs):
        net.train()
        shuffled, total = order.permutation(rows), 0.0
        for at in range(0, len(rows) - 63, 64):
            some = shuffled[at : at + 64]
            strip = varied(torch.tensor(data["strip"][some], dtype=torch.float32) / 200)
            beside = numbers[some] + 0.1 * torch.randn(len(some), len(NUMBERS))
            beside = beside * (torch.rand(len(some), 1) > 0.15)  # strokes must tell without the numbers, too
            loss = (loss_of(net(strip, beside), target[some]) * weight[some]).mean()
            best.zero_grad()
            loss.backward()
            best.step()
            pace.step()
            total += float(loss.detach())
        print(f"  epoch {epoch + 1}: loss {total / max(1, len(rows) // 64):.3f}", flush=True)
    return net.eval(), mean, spread


def probabilities(
    net: Any, data: dict[str, np.ndarray], rows: np.ndarray, mean: np.ndarray, spread: np.ndarray
) -> np.ndarray:
    """Class probabilities (n, classes)."""
    numbers = np.nan_to_num(np.clip((data["numbers"] - mean) / spread, -4, 4))
    found = []
    with torch.no_grad():
        for at in range(0, len(rows), 256):
            some = rows[at : at + 256]
            strip = torch.tensor(data["strip"][some], dtype=torch.float32) / 200
            found.append(torch.softmax(net(strip, torch.tensor(numbers[some], dtype=torch.float32)), 1).numpy())
    return np.concatenate(found)


def temperature(seen: np.ndarray, data: dict[str, np.ndarray], rows: np.ndarray) -> float:
    """What the answers must be divided by for probabilities that hold on groups not learned from (Guo et al., 2017)."""
    paper = data["profile"][rows] != "quick"
    answers = np.log(seen[paper] + 1e-9)
    target = [CLASSES.index(kind) for kind in data["kind"][rows][paper]]

    def surprise(warmth: float) -> float:
        scaled = answers / warmth
        scaled -= np.log(np.exp(scaled).sum(1, keepdims=True))
        return float(-scaled[np.arange(len(target)), target].mean())

    return float(min(np.arange(0.3, 2.0, 0.05), key=surprise))


def arrays(net: Any, mean: np.ndarray, spread: np.ndarray, fold: int) -> dict[str, np.ndarray]:
    """The weights as the product reads them: batch norms folded into the convolutions, half precision."""
    made: dict[str, np.ndarray] = {f"{fold}.mean": mean, f"{fold}.spread": spread}
    parts = list(net.eye)[1:]
    for number in range(len(LAYERS)):
        conv, norm = parts[3 * number], parts[3 * number + 1]
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        made[f"{fold}.conv{number}"] = (conv.weight * gain[:, None, None, None]).detach().numpy()
        made[f"{fold}.bias{number}"] = (norm.bias - norm.running_mean * gain).detach().numpy()
    for name in ("beside", "mid", "head"):
        layer = getattr(net, name)
        made[f"{fold}.{name}"], made[f"{fold}.{name}_bias"] = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return {key: value.astype(np.float32 if "." in key and key.split(".")[1] in ("mean", "spread") else np.float16)
            for key, value in made.items()}  # fmt: skip


def fold_of(group: str, folds: int) -> int:
    """The fold of a group, the same in every run."""
    return zlib.crc32(group.encode()) % folds


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, hits / of
    middle, half = p + z * z / (2 * of), z * float(np.sqrt(p * (1 - p) / of + z * z / (4 * of * of)))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def main() -> None:
    """Train, measure, write."""
    options = argparse.ArgumentParser()
    options.add_argument("--samples", type=Path, required=True)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--folds", type=int, default=3)
    options.add_argument("--epochs", type=int, default=10)
    given = options.parse_args()
    torch.set_num_threads(1)
    data = load(given.samples)
    where = np.array([fold_of(g, given.folds) for g in data["group"]])
    seen = np.zeros((len(where), len(CLASSES)), np.float32)
    weights: dict[str, Any] = {}
    for fold in range(given.folds):
        print(
            f"fold {fold}: {int((where != fold).sum())} to learn, {int((where == fold).sum())} to measure", flush=True
        )
        net, mean, spread = trained(data, np.nonzero(where != fold)[0], given.epochs, fold)
        rows = np.nonzero(where == fold)[0]
        warmth = temperature(probabilities(net, data, rows, mean, spread), data, rows)
        print(f"  temperature {warmth:.2f}", flush=True)
        with torch.no_grad():
            net.head.weight /= warmth
            net.head.bias /= warmth
        seen[rows] = probabilities(net, data, rows, mean, spread)
        weights |= arrays(net, mean, spread, fold)
        given.model.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(given.model, **weights)
    np.savez_compressed(given.samples / "out-of-fold.npz", seen=seen)
    card = figures(data, seen)
    card |= {"made": datetime.now(UTC).date().isoformat(), "classes": CLASSES, "numbers": NUMBERS, "folds": given.folds,
             "data": "composed slots: tests/bench/ink_samples.py over the bench's signatures and fonts"}  # fmt: skip
    given.model.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
    print(json.dumps(card["cross_validated"], indent=1))


def figures(data: dict[str, np.ndarray], seen: np.ndarray) -> dict[str, Any]:
    """Out-of-fold recall of ink and false accepts at several bounds, with 95 % intervals."""
    paper = data["profile"] != "quick"  # quick strips are for learning; what counts is measured on degraded pages
    data, seen = {key: value[paper] for key, value in data.items()}, seen[paper]
    ink, sure = data["kind"] == "ink", seen[:, 0]
    table = {}
    for bound in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98):
        row: dict[str, Any] = {}
        for name, of in (("ink", ink), ("not ink", ~ink), ("latin ink", np.char.startswith(data["group"], "cedar"))):
            hits, all_ = int((sure[of] >= bound).sum()), int(of.sum())
            row[name] = {"called ink": hits, "of": all_, "interval": [round(v, 4) for v in interval(hits, all_)]}
        row["by class"] = {k: int(((data["kind"] == k) & (sure >= bound)).sum()) for k in CLASSES}
        table[str(bound)] = row
    return {"samples": len(ink), "groups": len(set(data["group"])), "cross_validated": table}


if __name__ == "__main__":
    main()
