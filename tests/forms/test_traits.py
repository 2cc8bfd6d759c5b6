"""What tells a pen from a typeface in numbers, and the trees that weigh the numbers."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from forms.ink import residue_of
from forms.opinion import mixed
from forms.picture import Picture
from forms.reading import Source
from forms.traits import COUNT, NAMES, traits_of
from forms.trees import Trees
from forms.words import Word
from tests.forms import slips


def numbers(sheet: Picture) -> dict[str, float]:
    slot = slips.slot_on(slips.scanned(sheet))
    values = traits_of(slot, residue_of(slot))
    assert len(values) == COUNT
    assert np.isfinite(values).all()
    return dict(zip(NAMES, values.tolist(), strict=False))


def printed(text: str) -> Picture:
    sheet = slips.paper()
    face = cv2.FONT_HERSHEY_SCRIPT_COMPLEX
    cv2.putText(sheet, text, (120, slips.LINE - 12), face, 1.8, (40, 40, 40), 2, cv2.LINE_AA)
    return sheet


def test_an_empty_slot_has_no_traits() -> None:
    assert not any(numbers(slips.paper()).values())


def test_a_typeface_repeats_its_letters_and_stands_level() -> None:
    face = numbers(printed("Hannah Nanna"))
    hand = numbers(slips.with_picture(slips.paper(), slips.signature("Marta Ellis", 31).rotate(7, expand=True)))
    assert face["twin_mean"] > hand["twin_mean"]
    assert abs(face["slope"]) < abs(hand["slope"])


def test_toner_is_that_of_the_label_and_a_pens_colour_is_not() -> None:
    face, hand = numbers(printed("Hannah")), numbers(slips.with_picture(slips.paper(), slips.signature("Jon Pike", 4)))
    assert face["colour_more"] == pytest.approx(0, abs=0.2)
    assert hand["colour_more"] > 0.5
    assert face["tone_ratio"] == pytest.approx(1, abs=0.15)


def test_a_signature_that_was_read_as_words_is_not_wiped() -> None:
    sheet = slips.with_picture(slips.paper(), slips.signature("Marta Ellis", 31))
    slot = slips.slot_on(slips.scanned(sheet))
    whole = residue_of(slot).length
    box = (100.0, slot.box[1] - 40, 420.0, slot.box[1] + 45)
    slot.leaf.words.append(Word("Marta", box, 0.95, Source.OCR))
    low = replace(slot, box=(slot.box[0], slot.box[1] + 8, slot.box[2], slot.box[3]))
    assert residue_of(low).length > 0.8 * whole


@pytest.mark.parametrize(("values", "odds"), [((0.0, 0.0), 1.5), ((2.0, 0.0), -0.75), ((2.0, 9.0), 4.5)])
def test_trees_add_what_their_leaves_say(values: tuple[float, float], odds: float) -> None:
    """One question about the first number, and one about the second where the first is large; then a lone leaf."""
    trees = Trees(
        roots=np.array([0, 5], np.int32),
        asks=np.array([0, 0, 1, 0, 0, 0], np.int32),
        level=np.array([1, 0, 3, 0, 0, 0], np.float32),
        yes=np.array([1, 1, 3, 3, 4, 5], np.int32),
        no=np.array([2, 1, 4, 3, 4, 5], np.int32),
        odds=np.array([0, 1.0, 0, -1.25, 4.0, 0.25], np.float32),
        start=0.25,
        deep=2,
    )
    assert trees.log_odds(np.array(values, np.float32)) == pytest.approx(odds)


def test_both_judges_are_weighed() -> None:
    even = mixed(0.5, 0.0, (1.0, 1.0, 0.0))
    assert even == pytest.approx(0.5)
    assert mixed(0.9, 0.0, (1.0, 1.0, 0.0)) == pytest.approx(0.9)
    assert mixed(0.5, 2.0, (1.0, 1.0, 0.0)) > even > mixed(0.5, 2.0, (1.0, 1.0, -3.0))
