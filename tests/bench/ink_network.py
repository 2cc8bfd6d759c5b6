"""The network of `forms.opinion`, trained with torch and written as the plain arrays that numpy evaluates."""

from __future__ import annotations

import importlib
from typing import Any

import cv2
import numpy as np

from forms.opinion import BESIDE, CLASSES
from forms.strip import TALL, WIDE

torch: Any = importlib.import_module("torch")

LAYERS = ((8, 20, 2), (20, 36, 2), (36, 56, 2), (56, 64, 1))
"""Channels in, channels out and step of the 3 x 3 convolutions, after 2 x 2 pixels were folded into channels."""

DENSE, HEAD, BATCH = 24, 56, 48


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
            self.beside = nn.Linear(BESIDE, DENSE)
            self.mid = nn.Linear(2 * LAYERS[-1][1] + DENSE, HEAD)
            self.head = nn.Linear(HEAD, len(CLASSES))
            self.drop = nn.Dropout(0.3)

        def forward(self, strip: Any, numbers: Any) -> Any:
            seen = self.eye(strip)
            both = [seen.mean((2, 3)), seen.amax((2, 3)), torch.relu(self.beside(numbers))]
            return self.head(self.drop(torch.relu(self.mid(self.drop(torch.cat(both, 1))))))

    return Judge()


def varied(strip: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """A strip (2, h, w) moved, scaled and toned a little. Hardly turned: a typeface stands level, a hand does not."""
    turn, lean = chance.normal(0, 0.012), chance.normal(0, 0.10)
    sx, sy = 1 + chance.normal(0, 0.09), 1 + chance.normal(0, 0.09)
    matrix = np.array([[sx, lean, 0], [turn, sy, 0]], np.float64)
    middle = np.array([WIDE / 2, TALL / 2])
    matrix[:, 2] = middle - matrix[:, :2] @ middle + chance.normal(0, (8, 3))
    moved = cv2.warpAffine(strip.transpose(1, 2, 0), matrix, (WIDE, TALL), flags=cv2.INTER_LINEAR)
    tone = np.maximum(moved.astype(np.float32) / 200, 0) ** chance.uniform(0.7, 1.4) * chance.uniform(0.7, 1.3)
    grain = chance.random((TALL // 2, WIDE // 2), dtype=np.float32) - 0.5
    noise = cv2.resize(grain, (WIDE, TALL), interpolation=cv2.INTER_NEAREST) * chance.uniform(0, 0.12)
    return np.asarray((tone + noise[..., None]).transpose(2, 0, 1), dtype=np.float32)


def trained(
    data: dict[str, np.ndarray], learn: np.ndarray, measure: np.ndarray, epochs: int, seed: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The arrays of a network trained on the rows `learn`, and its answers (n, classes) for the rows `measure`."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    values = data["values"][:, :BESIDE].astype(np.float32)
    mean, spread = values[learn].mean(0), values[learn].std(0) + 1e-3
    numbers = torch.tensor(np.clip((values - mean) / spread, -4, 4))
    target = torch.tensor([CLASSES.index(k) for k in data["kind"]])
    net = network()
    best = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.03)
    pace = torch.optim.lr_scheduler.OneCycleLR(best, 5e-3, total_steps=epochs * (len(learn) // BATCH) + 1)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.02)
    for epoch in range(epochs):
        net.train()
        shuffled, total = chance.permutation(learn), 0.0
        for at in range(0, len(learn) - BATCH + 1, BATCH):
            some = shuffled[at : at + BATCH]
            strip = torch.tensor(np.stack([varied(data["strip"][n], chance) for n in some]))
            beside = numbers[some] + 0.1 * torch.randn(len(some), BESIDE)
            beside = beside * (torch.rand(len(some), 1) > 0.25)  # strokes must tell without the numbers, too
            loss = loss_of(net(strip, beside), target[some])
            best.zero_grad()
            loss.backward()
            best.step()
            pace.step()
            total += float(loss.detach())
        print(f"  epoch {epoch + 1}: loss {total / max(1, len(learn) // BATCH):.3f}", flush=True)
    net.eval()
    warmth = _temperature(answers(net, data, measure, numbers), data["kind"][measure])
    with torch.no_grad():
        net.head.weight /= warmth
        net.head.bias /= warmth
    return _arrays(net, mean, spread), answers(net, data, measure, numbers)


def answers(net: Any, data: dict[str, np.ndarray], rows: np.ndarray, numbers: Any) -> np.ndarray:
    """Class probabilities (n, classes)."""
    found = []
    with torch.no_grad():
        for at in range(0, len(rows), 256):
            some = rows[at : at + 256]
            strip = torch.tensor(data["strip"][some], dtype=torch.float32) / 200
            found.append(torch.softmax(net(strip, numbers[some]), 1).numpy())
    return np.concatenate(found)


def _temperature(seen: np.ndarray, kinds: np.ndarray) -> float:
    """What the answers must be divided by for probabilities that hold on groups not learned from (Guo et al., 2017)."""
    log = np.log(seen + 1e-9)
    target = [CLASSES.index(kind) for kind in kinds]

    def surprise(warmth: float) -> float:
        scaled = log / warmth
        scaled -= np.log(np.exp(scaled).sum(1, keepdims=True))
        return float(-scaled[np.arange(len(target)), target].mean())

    return float(min(np.arange(0.3, 2.5, 0.05), key=surprise))


def _arrays(net: Any, mean: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
    """The weights as the product reads them: batch norms folded into the convolutions, half precision."""
    made: dict[str, np.ndarray] = {}
    parts = list(net.eye)[1:]
    for number in range(len(LAYERS)):
        conv, norm = parts[3 * number], parts[3 * number + 1]
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        made[f"conv{number}"] = (conv.weight * gain[:, None, None, None]).detach().numpy()
        made[f"bias{number}"] = (norm.bias - norm.running_mean * gain).detach().numpy()
    for name in ("beside", "mid", "head"):
        layer = getattr(net, name)
        made[name], made[f"{name}_bias"] = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    half = {key: value.astype(np.float16) for key, value in made.items()}
    return half | {"mean": mean.astype(np.float32), "spread": spread.astype(np.float32)}
