"""Copies of one picture are told from two genuine signatures of one person, whatever size, turn and pen."""

from __future__ import annotations

import numpy as np
import pytest

from forms.picture import Picture
from forms.reading import Verdict
from forms.twins import COPY_ON_FILE, PERHAPS_SAME, alike, fingerprint_of, is_fingerprint, likeness_of, same_picture
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
    assert likeness_of(fingerprint_of(mark(name)), fingerprint_of(copy)) >= COPY_ON_FILE


@pytest.mark.parametrize("name", NAMES)
def test_two_genuine_signatures_of_one_person_are_no_copies(name: str) -> None:
    first = fingerprint_of(mark(name))
    assert all(likeness_of(first, fingerprint_of(mark(name, take))) < COPY_ON_FILE for take in range(1, 5))


def test_two_people_are_not_even_doubted() -> None:
    prints = [fingerprint_of(mark(name)) for name in NAMES]
    assert all(likeness_of(prints[i], prints[i - 1]) < PERHAPS_SAME for i in range(3))


def test_the_copy_is_found_among_others() -> None:
    others = [fingerprint_of(mark(name, take)) for name in NAMES for take in range(1, 6)]
    others.insert(7, fingerprint_of(mark("Pat Roe", scale=17.0, turn=4.0)))
    (number, likeness), *rest = alike(fingerprint_of(mark("Pat Roe")), others)
    assert number == 7
    assert likeness >= COPY_ON_FILE
    assert all(less < COPY_ON_FILE for _, less in rest)


def test_a_fingerprint_is_small_and_a_mark_without_shape_has_none() -> None:
    assert 100 < len(fingerprint_of(mark("Jane Doe"))) < 4_000
    assert fingerprint_of(np.zeros((60, 300), np.uint8)) == b""
    assert likeness_of(b"", fingerprint_of(mark("Jane Doe"))) == 0.0


@pytest.mark.parametrize(("data", "good"), [(b"", True), (b"\x08\0\x01\0\xff", True), (b"\x08\0\x02\0\xff", False),
                                            (b"\x08", False), (b"\0\0\0\0", False)])  # fmt: skip
def test_only_a_fingerprint_is_taken_for_one(data: bytes, good: bool) -> None:
    assert is_fingerprint(data) is good
    assert likeness_of(data, data) == 0.0


@pytest.mark.parametrize(
    ("likeness", "verdict"), [(0.9, Verdict.ELECTRONIC), (0.55, Verdict.UNCLEAR), (0.45, Verdict.UNCLEAR), (0.37, None)]
)
def test_the_surer_the_likeness_the_firmer_the_verdict(likeness: float, verdict: Verdict | None) -> None:
    judged = same_picture(likeness)
    assert (judged[0] if judged else None) is verdict
