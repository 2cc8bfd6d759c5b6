"""The trained judge: how likely the marks in a slot are pen strokes of a signature, and what they are if not.

A small convolutional network, kept as plain arrays and evaluated with numpy alone. `model/opinion.json` says from what
it was trained and how it did on writers and typefaces it had not seen; `tests/bench/train_ink.py` makes both.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forms.ink import Residue
from forms.slots import Slot
from forms.strip import numbers_of, strip_of

CLASSES = (
    "ink", "blank", "typed", "script", "stamp", "pasted", "date", "na", "tick", "strike", "marks", "rubber", "block",
    "initials",
)  # fmt: skip
"""What the judge tells apart, in the order of its answers."""

MODEL = Path(__file__).parent / "model" / "opinion.npz"

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]


def opinion(slot: Slot, residue: Residue) -> dict[str, float]:
    """How likely each class is, summing to 1: the mean of networks that learned from different writers and faces."""
    strip, numbers = strip_of(slot, residue), numbers_of(residue)
    mean = np.mean([_asked(net, strip, numbers) for net in _networks()], axis=0)
    return {name: float(p) for name, p in zip(CLASSES, mean, strict=True)}


@cache
def _networks() -> tuple[Weights, ...]:
    with np.load(MODEL, allow_pickle=False) as stored:
        parts = {key.split(".")[0] for key in stored.files}
        return tuple(
            {key.split(".")[1]: stored[key].astype(np.float32) for key in stored.files if key.startswith(f"{part}.")}
            for part in sorted(parts)
        )


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
