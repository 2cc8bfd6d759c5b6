"""A pen that hardly wrote is a pen: its strokes are followed below the threshold that parts ink from paper."""

from __future__ import annotations

import numpy as np
import pytest

from forms.picture import Picture
from forms.reading import Verdict
from forms.schema import Role
from tests.forms.test_neighbours import slot, table, written

SIGNED = [("Lena Voss", 30), ("Marta Ellis", 30), ("Emil Carver", 34)]


def faded(page: Picture, ground: Picture, strength: float) -> Picture:
    """The page with what is not on the ground in only a part of its darkness."""
    return np.asarray(ground + strength * (page.astype(np.float32) - ground), dtype=np.float32).round().astype(np.uint8)


@pytest.mark.parametrize("strength", [1.0, 0.45, 0.3])
@pytest.mark.parametrize(("name", "size"), SIGNED)
def test_a_faint_signature_is_a_signature(name: str, size: float, strength: float) -> None:
    ground = table()
    page = faded(written(ground, name, 0, size), ground, strength)
    assert slot(page, Role.STAFF).verdict is Verdict.INK


def test_nothing_is_made_of_a_speck_and_a_shadow() -> None:
    page = table()
    shade = page.astype(np.int16)
    shade[760:800, 300:900] -= 12
    shade[780:784, 620:624] -= 90
    assert slot(np.clip(shade, 0, 255).astype(np.uint8), Role.STAFF).verdict in (Verdict.BLANK, Verdict.UNCLEAR)


@pytest.mark.parametrize("seed", range(4))
def test_smudges_are_no_faint_signature(seed: int) -> None:
    chance = np.random.default_rng(seed)
    page = table()
    for x, y in ((640, 800), (790, 826), (905, 790), (1040, 820), (1110, 800)):
        across, down = (np.rint(chance.normal(at, 11, 420)).astype(int) for at in (x, y))
        page[down, across] = np.minimum(page[down, across], chance.integers(120, 200, (420, 1)).astype(np.uint8))
    assert slot(page, Role.STAFF).verdict is not Verdict.INK
