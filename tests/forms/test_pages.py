"""Several forms in a file, forms over several pages, and pages that are missing or mixed up."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from forms import ocr, sandbox
from forms.classify import page_number
from forms.leaf import Leaf, leaf_of
from forms.limits import Limits
from forms.lines import to_line
from forms.pages import open_file
from forms.picture import frame_of
from forms.reader import read_bytes
from forms.reading import FormReading
from forms.rows import find_rows, lean, print_mask, prose
from forms.rules import find_rules
from forms.sandbox import read_file
from forms.schema import FormKind, Role
from forms.sheet import find_sheet
from forms.shelf import Shelf
from forms.upright import straightened
from forms.wire import pack, unpack
from tests.forms import papers

HEAD = "USER CONSENT AND ACKNOWLEDGEMENT"


def forms(*pages: tuple[str, str]) -> tuple[FormReading, ...]:
    return read_bytes(papers.numbered(*pages), Limits()).forms


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["Page 1 of 2"], (1, 2)),
        (["PAGE 2 OF 3", "x"], (2, 3)),
        (["Form 12-A Pg. 1/2"], (1, 2)),
        (["page 3 of 2"], (0, 0)),
        (["see page 12 of the manual"], (0, 0)),
        (["Page 1 of 900"], (0, 0)),
        ([], (0, 0)),
    ],
)
def test_what_a_page_says_of_its_number(rows: list[str], said: tuple[int, int]) -> None:
    assert page_number(rows) == said


def test_whole_form_lacks_nothing() -> None:
    (form,) = forms((HEAD, "Page 1 of 2"), ("", "Page 2 of 2"))
    assert form.pages == (1, 2)
    assert form.missing_pages == ()
    assert form.notes == ()


def test_missing_second_page_is_said() -> None:
    (form,) = forms((HEAD, "Page 1 of 2"))
    assert form.missing_pages == (2,)
    assert "Page 2 of 2 is missing" in form.notes[0]


def test_second_page_in_a_file_of_its_own_is_the_rest_of_a_consent() -> None:
    (form,) = forms(("", "Page 2 of 2"))
    assert form.kind is FormKind.CONSENT
    assert form.missing_pages == (1,)
    assert all(form.signature(role) and form.signature(role).crop for role in Role)  # type: ignore[union-attr]


def test_pages_of_two_people_between_each_other_are_said() -> None:
    found = forms((HEAD, "Page 1 of 2"), (HEAD, "Page 1 of 2"), ("", "Page 2 of 2"), ("", "Page 2 of 2"))
    assert sorted(form.pages for form in found) == [(1, 4), (2, 3)]
    assert all(form.missing_pages == () for form in found)
    assert all("different people" in form.notes[0] for form in found)


def test_forms_of_two_people_one_after_the_other_are_two() -> None:
    found = forms((HEAD, "Page 1 of 2"), ("", "Page 2 of 2"), (HEAD, "Page 1 of 2"), ("", "Page 2 of 2"))
    assert [form.pages for form in found] == [(1, 2), (3, 4)]
    assert all(form.notes == () for form in found)


def test_what_is_missing_survives_the_wire_and_is_printed() -> None:
    reading = read_bytes(papers.numbered((HEAD, "Page 1 of 2")), Limits())
    assert unpack(pack(reading)) == reading
    assert '"missing_pages": [2]' in json.dumps(to_line("a.pdf", reading))


def test_a_file_that_comes_again_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    data = papers.foreign_consent("Twice Sent")
    first = read_file(data)

    def never(*_: object) -> bytes:
        raise AssertionError("the file was read again")

    monkeypatch.setattr(sandbox, "_answer", never)
    assert read_file(data) is first
    with pytest.raises(AssertionError, match="read again"):
        read_file(data, replace(Limits(), max_pages=3))


def test_shelf_lets_go_of_the_oldest() -> None:
    shelf, limits = Shelf(most=2), Limits()
    readings = {name: read_bytes(b"", limits) for name in "abc"}
    for name in "ab":
        shelf.put((name, limits), readings[name])
    assert shelf.get(("a", limits)) is readings["a"]
    shelf.put(("c", limits), readings["c"])
    assert shelf.get(("b", limits)) is None
    assert shelf.get(("a", limits)) is readings["a"]


def scan_leaf(data: bytes) -> Leaf:
    (leaf,) = (leaf_of(raw) for raw in open_file(data, Limits()).walk)
    return leaf


def test_running_text_is_left_out_and_read_when_asked_for() -> None:
    leaf = scan_leaf(papers.scan_of(papers.picture_of(papers.foreign_consent())))
    assert len(leaf.prose) == 4  # five rows of one block: the first is read
    before = sum(word.text == "comply" for word in leaf.words)
    assert before == 1
    leaf.read_prose()
    assert sum(word.text == "comply" for word in leaf.words) == 5
    assert leaf.prose == []


def test_a_row_with_a_blank_to_fill_is_not_running_text() -> None:
    page = papers.picture_of(papers.foreign_consent())
    middle = round((792 - 680 + 32) * 200 / 72)
    page[middle + 3 : middle + 6, 300:700] = 0
    drawn = find_rules(page)
    rows = find_rows(print_mask(drawn))
    assert len(prose(rows, drawn)) == 3


@pytest.mark.parametrize("dpi", [100, 200])
def test_letters_tell_which_way_is_up(dpi: int) -> None:
    page = papers.picture_of(papers.foreign_consent(), dpi)
    if dpi < 200:
        page = np.repeat(np.repeat(page, 2, axis=0), 2, axis=1)
    for picture, upright in ((page, True), (np.ascontiguousarray(page[::-1, ::-1]), False)):
        mask = print_mask(find_rules(picture))
        assert (lean(mask, find_rows(mask)) > 1) is upright


def test_upside_down_page_costs_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    page = papers.picture_of(papers.foreign_consent())
    calls: list[int] = []
    read = ocr.read_words
    monkeypatch.setattr(ocr, "read_words", lambda *a: calls.append(1) or read(*a))  # type: ignore[func-returns-value]
    leaf = scan_leaf(papers.scan_of(np.ascontiguousarray(page[::-1, ::-1])))
    assert any(word.text == "Employee" for word in leaf.words)
    assert len(calls) == 1


@pytest.mark.parametrize("degrees", [-14.0, -3.0, 0.6, 8.0, 15.0])
def test_skew_is_straightened_and_nothing_is_cut_off(degrees: float) -> None:
    page = Image.fromarray(papers.picture_of(papers.foreign_consent()))
    tilted = np.asarray(page.rotate(degrees, fillcolor=(255, 255, 255), expand=True, resample=Image.Resampling.BICUBIC))
    level, frame, sideways = straightened(np.ascontiguousarray(tilted), frame_of(tilted))
    assert not sideways
    rules = [r for r in find_rules(level).across if r[2] - r[0] > 500]
    assert len(rules) == 2
    assert all(r[3] - r[1] < 12 for r in rules)
    assert frame.shown == (tilted.shape[1], tilted.shape[0])


def test_dashes_of_a_dirty_copier_do_not_set_the_direction() -> None:
    page = Image.fromarray(papers.picture_of(papers.foreign_consent()))
    tilted = np.array(page.rotate(2.0, fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC))
    for y in range(100, 2100, 130):
        for x in range(0, 1650, 24):
            tilted[y : y + 3, x : x + 12] = 0
    level, _, _ = straightened(tilted, frame_of(tilted))
    under_first = [r for r in find_rules(level).across if 300 < r[2] - r[0] < 700]
    assert any(r[3] - r[1] < 10 for r in under_first)


def test_a_shadow_is_not_the_edge_of_the_sheet() -> None:
    desk = np.full((1400, 1100, 3), 60, np.uint8)
    desk[100:1300, 120:980] = 235
    shade = np.clip(1.2 - np.arange(1100) / 900, 0.55, 1.0)
    photo = (desk * shade[None, :, None]).astype(np.uint8)
    corners = find_sheet(photo)
    assert corners is not None
    expected = [(120, 100), (980, 100), (980, 1300), (120, 1300)]
    assert np.abs(corners - np.array(expected)).max() < 25


def test_picture_and_word_limits_hold_for_every_page() -> None:
    out = io.BytesIO()
    frames = [Image.new("L", (1000, 1000), 255) for _ in range(3)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    limits = replace(Limits(), max_total_pixels=2_500_000)
    refusal = read_bytes(out.getvalue(), limits).refusal
    assert refusal is not None
    assert refusal.code == "too_many_pixels"
