"""Pieces of pages with one slot each, kept as pictures, so that what the judge sees of them can change freely."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from forms.ink import residue_of
from forms.leaf import Leaf
from forms.opinion import values_of
from forms.picture import frame_of
from forms.reading import Source
from forms.schema import Role
from forms.slots import Slot
from forms.strip import strip_of
from forms.words import Word


@dataclass(frozen=True)
class Piece:
    """A slot on a piece of a page, and what stands in it.

    `kind` is a class of `forms.opinion`. `group` names what must not stand on both sides of a split: a writer, a
    typeface, a hand. `profile` is how the page was sent.
    """

    kind: str
    group: str
    profile: str
    slot: Slot


def options(count: int) -> argparse.ArgumentParser:
    """What every maker of slots is told; `count` is how many it makes when nothing is said."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--shared", type=Path, required=True, help="folder of the form generator and its signatures")
    wanted.add_argument("--fonts", type=Path, required=True, help="folder of script faces")
    wanted.add_argument("--out", type=Path, required=True)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--count", type=int, default=count, help="slots or forms")
    return wanted


def save(path: Path, pieces: Sequence[Piece]) -> None:
    """Store pieces in one file: their pictures as PNG one after the other, and the rest as JSON."""
    pictures, about = [], []
    for piece in pieces:
        leaf, slot = piece.slot.leaf, piece.slot
        picture = leaf.picture if np.ptp(leaf.picture, axis=2).any() else leaf.picture[..., 0]
        pictures.append(cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].ravel())
        words = [(w.text, w.box, w.confidence) for w in leaf.words]
        place = {"box": slot.box, "line": slot.line, "label_box": slot.label_box}
        about.append(json.dumps([piece.kind, piece.group, piece.profile, place, words]))
    ends = np.cumsum([len(p) for p in pictures])
    np.savez(path, pictures=np.concatenate(pictures), ends=ends, about=np.array(about))


def load(path: Path) -> Iterator[Piece]:
    """All pieces of a file."""
    with np.load(path, allow_pickle=False) as stored:
        whole, start = stored["pictures"], 0
        for end, about in zip(stored["ends"].tolist(), stored["about"].tolist(), strict=True):
            kind, group, profile, place, words = json.loads(about)
            picture = np.asarray(cv2.imdecode(whole[start:end], cv2.IMREAD_COLOR), dtype=np.uint8)
            start = end
            read = [Word(text, tuple(box), sure, Source.OCR) for text, box, sure in words]
            leaf = Leaf(1, picture, frame_of(picture), read, scan=True, photo=False)
            box, label = tuple(place["box"]), tuple(place["label_box"])
            yield Piece(kind, group, profile, Slot(Role.STAFF, leaf, box, place["line"], "Signature", label, 0.9))


Row = tuple[np.ndarray, np.ndarray, str, str, str]
"""What the judge sees of a slot, a strip and its numbers; and its class, group and profile."""


def seen(path: Path) -> dict[str, np.ndarray]:
    """What the judge sees of the pieces in one file, as `table` gives it."""
    return table([(*seen_of(piece.slot), piece.kind, piece.group, piece.profile) for piece in load(path)])


def seen_of(slot: Slot) -> tuple[np.ndarray, np.ndarray]:
    """The strip of a slot, 200 at the dark end of its mark, and its numbers."""
    residue = residue_of(slot)
    return np.clip(strip_of(slot, residue) * 200, 0, 255).astype(np.uint8), values_of(slot, residue)


def table(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Rows as columns: strips, values, and their classes, groups and profiles."""
    names = ("strip", "values", "kind", "group", "profile")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
