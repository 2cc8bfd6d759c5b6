"""Pieces of pages with one slot each, kept on disk as pictures, so that what the judge sees of them can change freely."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from forms.leaf import Leaf
from forms.picture import frame_of
from forms.reading import Source
from forms.schema import Role
from forms.slots import Slot
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


def load(folder: Path) -> Iterator[Piece]:
    """All pieces of a folder, in the order of its files' names."""
    for path in sorted(folder.glob("pieces-*.npz")):
        with np.load(path, allow_pickle=False) as stored:
            whole, start = stored["pictures"], 0
            for end, about in zip(stored["ends"].tolist(), stored["about"].tolist(), strict=True):
                kind, group, profile, place, words = json.loads(about)
                picture = np.asarray(cv2.imdecode(whole[start:end], cv2.IMREAD_COLOR), dtype=np.uint8)
                start = end
                seen = [Word(text, tuple(box), sure, Source.OCR) for text, box, sure in words]
                leaf = Leaf(1, picture, frame_of(picture), seen, scan=True, photo=False)
                boxes = tuple(place["box"]), place["line"], "Signature", tuple(place["label_box"])
                yield Piece(kind, group, profile, Slot(Role.STAFF, leaf, *boxes, 0.9))
