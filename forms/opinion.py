"""The trained judge: how likely the marks in a slot are pen strokes of a signature, and what they are if not.

Small convolutional networks look at the mark, boosted trees at its numbers, and their odds are added. Both are plain
arrays, evaluated with numpy alone. `model/opinion.json` says from what they were trained and how they did on writers
and typefaces they had not seen; `tests/bench/train_ink.py` makes both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forms.ink import Residue
from forms.slots import Slot
from forms.strip import NUMBERS, numbers_of, strip_of
from forms.traits import NAMES, traits_of
from forms.trees import Trees, trees_of

CLASSES = (
    "ink", "blank", "typed", "script", "stamp", "pasted", "date", "na", "tick", "strike", "marks", "rubber", "block",
    "initials",
)  # fmt: skip
"""What the judge tells apart, in the order of its answers."""

BESIDE = len(NUMBERS) + len(NAMES)
"""How many of a mark's numbers the networks are given; the trees are given all."""

OTHERWISE = 0.5
"""Probability of another class from which the networks contradict: the trees' numbers alone make no ink then."""

STAMPED = 0.2
"""The same for a stamp, whose script name is as lively as a hand's: only its small print gives it away."""

MODEL = Path(__file__).parent / "model" / "opinion.npz"

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]


@dataclass(frozen=True)
class Judges:
    """Those who are asked. `mix`: the weights of the networks' and of the trees' odds, and what is added to both."""

    networks: tuple[Weights, ...]
    trees: tuple[Trees, ...]
    mix: tuple[float, float, float]


def opinion(slot: Slot, residue: Residue) -> dict[str, float]:
    """How likely each class is, summing to 1: the mean of judges that learned from different writers and faces."""
    judges = _judges()
    strip, numbers = strip_of(slot, residue), values_of(slot, residue)
    seen = np.mean([_asked(net, strip, numbers[:BESIDE]) for net in judges.networks], axis=0)
    counted = float(np.mean([trees.log_odds(numbers) for trees in judges.trees]))
    ink = mixed(float(seen[0]), counted, judges.mix)
    if float(seen[1:].max()) > OTHERWISE or float(seen[CLASSES.index("stamp")]) > STAMPED:
        ink = min(ink, 0.5)
    rest = seen[1:] * ((1 - ink) / max(1e-9, float(seen[1:].sum())))
    return {name: float(p) for name, p in zip(CLASSES, [ink, *rest], strict=True)}


def mixed(seen: float, counted: float, mix: tuple[float, float, float]) -> float:
    """The probability of ink from what the networks say (a probability) and the trees (the logarithm of the odds)."""
    sure = min(1 - 1e-6, max(1e-6, seen))
    return float(1 / (1 + np.exp(-(mix[0] * np.log(sure / (1 - sure)) + mix[1] * counted + mix[2]))))


def values_of(slot: Slot, residue: Residue) -> Array:
    """All numbers of a mark, in the order that the judges know."""
    return np.concatenate([numbers_of(residue), traits_of(slot, residue)])


@cache
def _judges() -> Judges:
    with np.load(MODEL, allow_pickle=False) as stored:
        parts = sorted({key.split(".")[0] for key in stored.files if "." in key})
        nets = tuple(
            {key.split(".")[1]: stored[key].astype(np.float32) for key in stored.files if key.startswith(f"{part}.")}
            for part in parts
            if part.startswith("net")
        )
        trees = tuple(trees_of(stored, part) for part in parts if part.startswith("trees"))
        mix = tuple(float(v) for v in stored["mix"])
    return Judges(nets, trees, (mix[0], mix[1], mix[2]))


def _asked(net: Weights, strip: Array, numbers: Array) -> Array:
    seen = _folded(strip)
    for layer in range(sum(key.startswith("conv") for key in net)):
        seen = _convolved(seen, net[f"conv{layer}"], net[f"bias{layer}"])
    beside = _dense(net, "beside", np.clip((numbers - net["mean"]) / net["spread"], -4, 4))
    both = np.concatenate([seen.mean((1, 2)), seen.max((1, 2)), np.maximum(beside, 0)])
    answer = _dense(net, "head", np.maximum(_dense(net, "mid", both), 0))
    grown = np.exp(answer - answer.max())
    return np.asarray(grown / grown.sum(), dtype=np.float32)


def _dense(net: Weights, name: str, values: Array) -> Array:
    return np.asarray(net[name] @ values + net[f"{name}_bias"], dtype=np.float32)


def _folded(strip: Array) -> Array:
    """Each 2 x 2 block of pixels as four channels."""
    c, h, w = strip.shape
    return strip.reshape(c, h // 2, 2, w // 2, 2).transpose(0, 2, 4, 1, 3).reshape(4 * c, h // 2, w // 2)


def _convolved(seen: Array, kernel: Array, bias: Array) -> Array:
    """A 3 x 3 convolution with a border of zeros and what follows it; the step is 2 while the picture is tall."""
    step = 2 if seen.shape[1] > LAST_TALL else 1
    room = np.pad(seen, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(room, (3, 3), axis=(1, 2))[:, ::step, ::step]
    c, h, w = windows.shape[:3]
    columns = windows.transpose(0, 3, 4, 1, 2).reshape(c * 9, h * w)
    made = kernel.reshape(len(kernel), -1) @ columns + bias[:, None]
    return np.asarray(np.maximum(made, 0).reshape(len(kernel), h, w), dtype=np.float32)


LAST_TALL = 5
"""Rows of the network's smallest picture; it is not made smaller any more."""
