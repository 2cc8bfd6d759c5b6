"""The verdict on what stands in a slot, from pixels alone, with the repository's own pen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.ink import residue_of
from forms.opinion import CLASSES, opinion
from forms.picture import Picture
from forms.reading import Verdict
from forms.reasons import LOOKS_LIKE, SAID, VERDICT_OF, weighed
from forms.signatures import verdict_of
from forms.spotless import spotless
from tests.forms import papers, slips

BESIDE = [parent / "shared" / "data" / "sig" for parent in Path(__file__).resolve().parents]
SHARED = next((path for path in BESIDE if path.is_dir()), BESIDE[3])
NAMES = ("Marta Ellis", "Jon Pike", "Sofia Brandt", "Ray Okafor", "Lena Voss", "Emil Carver")


def likely(**given: float) -> Mapping[str, float]:
    rest = (1 - sum(given.values())) / (len(CLASSES) - len(given))
    return {name: given.get(name, rest) for name in CLASSES}


def verdict(sheet: Picture) -> tuple[Verdict, tuple[str, ...]]:
    slot = slips.slot_on(slips.scanned(sheet))
    found, _, evidence = verdict_of(slot, [slot.leaf], residue_of(slot))
    return found, evidence


@pytest.mark.parametrize(
    ("given", "expected", "word"),
    [
        ({"ink": 0.97}, Verdict.INK, "Pen"),
        ({"ink": 0.65, "script": 0.3}, Verdict.UNCLEAR, "typeface"),
        ({"script": 0.97}, Verdict.UNCLEAR, "as even as those of a typeface"),
        ({"script": 0.7, "ink": 0.2}, Verdict.UNCLEAR, "may be a typeface"),
        ({"stamp": 0.97}, Verdict.ELECTRONIC, "stamp"),
        ({"stamp": 0.5, "script": 0.48}, Verdict.UNCLEAR, "may be a signing service"),
        ({"date": 0.96}, Verdict.STRAY, "date"),
        ({"tick": 0.5, "strike": 0.47}, Verdict.STRAY, "tick"),
        ({"block": 0.97}, Verdict.UNCLEAR, "capitals"),
        ({"initials": 0.97}, Verdict.STRAY, "initials"),
        ({"initials": 0.6, "na": 0.37}, Verdict.UNCLEAR, "may be initials"),
        ({"pasted": 0.97}, Verdict.UNCLEAR, "background"),
        ({"typed": 0.97}, Verdict.TYPED, "printed"),
        ({"blank": 0.97}, Verdict.BLANK, "dirt"),
    ],
)
def test_probabilities_come_to_a_verdict_with_a_reason(given: dict[str, float], expected: Verdict, word: str) -> None:
    found, confidence, evidence = weighed(likely(**given))
    assert found is expected
    assert word in " ".join(evidence)
    assert 0 < confidence <= 1


def test_what_stands_in_a_doubtful_place_is_a_persons_question() -> None:
    slot = slips.slot_on(slips.scanned(slips.with_picture(slips.paper(), slips.signature(NAMES[2], 31))))
    unsure = replace(slot, sure=0.4)
    assert verdict_of(slot, [slot.leaf], residue_of(slot))[0] is Verdict.INK
    found, _, evidence = verdict_of(unsure, [slot.leaf], residue_of(unsure))
    assert found is Verdict.UNCLEAR
    assert "right place" in evidence[-1]


def test_every_class_has_its_verdict_and_its_words() -> None:
    assert set(VERDICT_OF) == set(SAID) == set(LOOKS_LIKE) == set(CLASSES) - {"ink"}
    assert Verdict.INK not in VERDICT_OF.values()


def test_probabilities_sum_to_one_and_do_not_change() -> None:
    slot = slips.slot_on(slips.scanned(slips.with_picture(slips.paper(), slips.signature(NAMES[0], 5))))
    first, again = opinion(slot, residue_of(slot)), opinion(slot, residue_of(slot))
    assert first == again
    assert sum(first.values()) == pytest.approx(1, abs=1e-4)


def test_most_signatures_are_ink_and_none_is_sent_back() -> None:
    found = [verdict(slips.with_picture(slips.paper(), slips.signature(name, 31)))[0] for name in NAMES]
    assert set(found) <= {Verdict.INK, Verdict.UNCLEAR}
    assert found.count(Verdict.INK) >= 5


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared signatures are not at {SHARED}")
def test_real_signatures_are_ink_or_a_persons_question() -> None:
    found = [
        verdict(slips.with_picture(slips.paper(), slips.matte(path)))[0]
        for path in sorted(SHARED.glob("cedar*/01.png"))
    ]
    assert len(found) > 10
    assert set(found) <= {Verdict.INK, Verdict.UNCLEAR}
    assert found.count(Verdict.INK) >= 0.8 * len(found)


def test_an_empty_slot_is_blank() -> None:
    assert verdict(slips.paper()) == (Verdict.BLANK, ("Nothing is written in the slot.",))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("text", ["11/6/2026", "12.3.2025"])
def test_a_date_is_no_signature(text: str, seed: int) -> None:
    found, _ = verdict(slips.with_picture(slips.paper(), slips.written(text, seed)))
    assert found in (Verdict.STRAY, Verdict.UNCLEAR)


@pytest.mark.parametrize("way", ["level", "rising", "cross", "tick"])
def test_strokes_are_no_signature(way: str) -> None:
    ways = {
        "level": [[(90, 150), (720, 148)]],
        "rising": [[(100, 180), (700, 110)]],
        "cross": [[(100, 110), (690, 180)], [(100, 180), (690, 110)]],
        "tick": [[(300, 150), (320, 180), (370, 100)]],
    }
    sheet = slips.paper()
    for line in ways[way]:
        cv2.polylines(sheet, [np.array(line, np.int32)], False, (110, 50, 30), 3, cv2.LINE_AA)
    found, _ = verdict(sheet)
    # a level line cannot be told from a rule of the form: nothing is written in the slot, then
    assert found in (
        (Verdict.BLANK, Verdict.STRAY, Verdict.UNCLEAR) if way == "level" else (Verdict.STRAY, Verdict.UNCLEAR)
    )


def dashes(seed: int) -> Picture:
    """What a worn copier leaves: short strokes that do not touch each other."""
    chance, sheet = np.random.default_rng(seed), slips.paper()
    for at in range(120, 700, 45):
        x, y = at + chance.uniform(-8, 8), chance.uniform(100, 175)
        end = (int(x + chance.uniform(12, 26)), int(y - chance.uniform(4, 20)))
        cv2.line(sheet, (int(x), int(y)), end, (110, 50, 30), 3, cv2.LINE_AA)
    return sheet


@pytest.mark.parametrize("seed", range(3))
def test_bits_that_do_not_hang_together_are_no_ink_whatever_the_judge_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forms.signatures.opinion", lambda slot, residue: likely(ink=0.97))
    found, evidence = verdict(dashes(seed))
    assert found is Verdict.UNCLEAR
    assert "do not hang together" in evidence[0]
    whole = slips.with_picture(slips.paper(), slips.signature(NAMES[0], 31))
    assert verdict(whole)[0] is Verdict.INK


def test_printed_letters_are_no_signature() -> None:
    sheet = slips.paper()
    cv2.putText(sheet, "Jane A. Doe", (140, 178), cv2.FONT_HERSHEY_COMPLEX, 1.2, (20, 20, 20), 2, cv2.LINE_AA)
    assert verdict(sheet)[0] in (Verdict.TYPED, Verdict.UNCLEAR, Verdict.ELECTRONIC)


def drawn_page() -> Picture:
    return papers.picture_of(papers.foreign_consent())


def jpeg(page: Picture, quality: int = 70) -> Picture:
    stored = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), dtype=np.uint8)


def black_and_white(page: Picture) -> Picture:
    return np.where(page < 150, 0, 255).astype(np.uint8)


def fed_askew(page: Picture, degrees: float) -> Picture:
    turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, turn, page.shape[1::-1], borderValue=(255, 255, 255)), dtype=np.uint8)


@pytest.mark.parametrize("stored", [lambda p: p, jpeg, black_and_white], ids=["as drawn", "JPEG", "black and white"])
def test_a_drawn_page_is_known_however_it_is_stored(stored: Callable[[Picture], Picture]) -> None:
    assert spotless(stored(drawn_page()))


def test_an_honest_scan_is_not_taken_for_a_drawn_page() -> None:
    askew = fed_askew(drawn_page(), 0.6)
    assert not spotless(black_and_white(askew))
    assert not spotless(askew)  # a scanner that clips its paper to pure white
    noisy = np.clip(drawn_page() * 0.96 + np.random.default_rng(3).normal(0, 3, drawn_page().shape), 0, 255)
    assert not spotless(noisy.astype(np.uint8))


def shaded(sheet: Picture, turn: float) -> Picture:
    """The sheet with the soft shadow of a fold that runs through the slot from edge to edge."""
    tall, wide = sheet.shape[:2]
    rows, columns = np.mgrid[0:tall, 0:wide]
    away = rows - (slips.LINE - 45) - turn * (columns - wide / 2)
    darker = sheet * (1 - 0.13 * np.exp(-((away / 5.0) ** 2)))[..., None]
    return np.asarray(np.clip(darker, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("turn", [0.0, 0.01])
def test_the_shadow_of_a_fold_is_no_faint_writing(turn: float) -> None:
    assert verdict(shaded(slips.paper(), turn)) == (Verdict.BLANK, ("Nothing is written in the slot.",))


@pytest.mark.parametrize(("paler", "found"), [(5, Verdict.INK), (12, Verdict.UNCLEAR)])
def test_a_pen_that_hardly_wrote_is_no_empty_slot(paler: int, found: Verdict) -> None:
    faint = slips.signature(NAMES[1], 31)
    faint.putalpha(faint.getchannel("A").point(lambda v: v // paler))
    assert verdict(slips.with_picture(slips.paper(), faint))[0] is found
