"""Copies of one picture are told from two genuine signatures of one person, whatever size, turn and pen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.laying import NOTHING, Likeness
from forms.picture import Picture
from forms.reading import Verdict
from forms.twins import (
    COPY,
    ONE_HAND,
    PERHAPS_COPY,
    alike,
    fingerprint_of,
    is_fingerprint,
    likeness_of,
    likeness_on_page,
    same_picture,
)
from tests.pen import mark

NAMES = ("Jane Doe", "Pat Roe", "Owen Bright")


def rough(mask: Picture, seed: int) -> Picture:
    """The mask with ragged edges and specks missing, as bad copying leaves it."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(mask.shape) < 0.04, 0, mask).astype(np.uint8)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("scale", "pen", "turn"), [(18.0, 2.8, 0.0), (34.0, 4.0, 6.0), (22.0, 4.5, -7.0)])
def test_a_copy_is_known(name: str, scale: float, pen: float, turn: float) -> None:
    copy = rough(mark(name, scale=scale, pen=pen, turn=turn), 3)
    assert likeness_of(fingerprint_of(mark(name)), fingerprint_of(copy)).common >= COPY


@pytest.mark.parametrize("name", NAMES)
def test_two_genuine_signatures_of_one_person_are_no_copies(name: str) -> None:
    first = fingerprint_of(mark(name))
    assert all(likeness_of(first, fingerprint_of(mark(name, take))).common < COPY for take in range(1, 5))


def test_two_people_are_not_even_doubted() -> None:
    prints = [fingerprint_of(mark(name)) for name in NAMES]
    found = [likeness_of(prints[i], prints[i - 1]) for i in range(3)]
    assert all(likeness.common < PERHAPS_COPY and likeness.whole < ONE_HAND for likeness in found)


def test_the_copy_is_found_among_others() -> None:
    others = [fingerprint_of(mark(name, take)) for name in NAMES for take in range(1, 6)]
    others.insert(7, fingerprint_of(mark("Pat Roe", scale=17.0, turn=4.0)))
    (number, likeness), *rest = alike(fingerprint_of(mark("Pat Roe")), others)
    assert number == 7
    assert likeness >= COPY
    assert all(less < COPY for _, less in rest)


def test_a_fingerprint_is_small_and_a_mark_without_shape_has_none() -> None:
    assert 100 < len(fingerprint_of(mark("Jane Doe"))) < 4_000
    assert fingerprint_of(np.zeros((60, 300), np.uint8)) == b""
    assert likeness_of(b"", fingerprint_of(mark("Jane Doe"))) == NOTHING


@pytest.mark.parametrize(("data", "good"), [(b"", True), (b"\x08\0\x01\0\xff", True), (b"\x08\0\x02\0\xff", False),
                                            (b"\x08", False), (b"\0\0\0\0", False)])  # fmt: skip
def test_only_a_fingerprint_is_taken_for_one(data: bytes, good: bool) -> None:
    assert is_fingerprint(data) is good
    assert likeness_of(data, data) == NOTHING


@pytest.mark.parametrize(
    ("common", "whole", "verdict"),
    [(0.9, 0.9, Verdict.ELECTRONIC), (0.8, 0.3, Verdict.ELECTRONIC), (0.6, 0.3, Verdict.UNCLEAR),
     (0.45, 0.45, Verdict.UNCLEAR), (0.45, 0.37, None)],
)  # fmt: skip
def test_the_surer_the_likeness_the_firmer_the_verdict(common: float, whole: float, verdict: Verdict | None) -> None:
    judged = same_picture(Likeness(common, whole))
    assert (judged[0] if judged else None) is verdict


def cut(mask: Picture, side: str) -> Picture:
    """The mark without the part that a label or the next cell took."""
    ys, xs = np.nonzero(mask)
    kept = mask.copy()
    if side == "right":
        kept[:, int(np.percentile(xs, 65)) :] = 0
    elif side == "foot":
        kept[int(np.percentile(ys, 70)) :] = 0
    else:
        kept[:, int(np.percentile(xs, 45)) : int(np.percentile(xs, 60))] = 0
    return kept


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", ["right", "foot", "middle"])
def test_a_copy_that_lost_a_part_is_at_least_doubted(name: str, side: str) -> None:
    copy = rough(cut(mark(name, scale=22.0, turn=3.0), side), 4)
    assert likeness_of(fingerprint_of(mark(name)), fingerprint_of(copy)).common >= PERHAPS_COPY


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_beside_a_strange_stroke_is_at_least_doubted(name: str) -> None:
    copy = mark(name, turn=-3.0)
    ys, xs = np.nonzero(copy)
    cv2.ellipse(copy, (int(xs.max()) - 40, int(ys.max()) - 15), (45, 14), 20, 0, 300, 255, 4)
    assert likeness_of(fingerprint_of(mark(name)), fingerprint_of(copy)).common >= PERHAPS_COPY


@pytest.mark.parametrize("side", ["right", "foot", "middle"])
def test_a_part_of_a_signature_is_no_copy_of_another_ones(side: str) -> None:
    parts = [fingerprint_of(cut(mark(name), side)) for name in NAMES]
    whole = [fingerprint_of(mark(name)) for name in NAMES]
    pairs = [(part, other) for n, part in enumerate(parts) for m, other in enumerate(whole) if n != m]
    assert all(likeness_of(part, other).common < PERHAPS_COPY for part, other in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_a_far_stroke_on_the_same_page_hides_no_copy(name: str) -> None:
    copy = mark(name, turn=-3.0)
    wider = np.pad(copy, ((0, 40), (0, copy.shape[1] // 2)))
    cv2.ellipse(wider, (wider.shape[1] - 60, wider.shape[0] - 50), (50, 40), 20, 0, 300, 255, 4)
    masks = [mark(name), wider]
    assert likeness_on_page(masks, [fingerprint_of(mask) for mask in masks]).common >= PERHAPS_COPY
