"""Labels that a signature ran over: read in pieces, or not at all and found by what stands around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from forms.labels import signature_labels
from forms.leaf import NEARBY, Leaf
from forms.reading import Source
from forms.schema import Role
from forms.signatures import SURE_PLACE
from forms.slots import find_slots
from forms.words import Word, overlap
from tests.forms import papers
from tests.forms.test_places import (
    STAFF,
    SUPERVISOR,
    Sheet,
    Truth,
    framed_stamps_in_cells,
    label_left_with_x,
    leaves_of,
    share_held,
    two_labels_under_one_rule,
)


@pytest.mark.parametrize("draw", [two_labels_under_one_rule, framed_stamps_in_cells], ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("role", list(Role))
def test_a_place_whose_label_is_lost_is_found_beside_the_labels_around_it(
    draw: Callable[[Sheet], Truth], role: Role
) -> None:
    sheet = Sheet()
    truth = draw(sheet)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    seen = find_slots([leaf])[role].label_box
    leaf.words = [w for w in leaf.words if overlap(w.box, seen) < 0.3]
    leaf.further = []
    slots = find_slots([leaf])
    assert set(slots) == set(Role)
    assert SURE_PLACE < slots[role].sure < 0.8
    assert share_held(truth[role], tuple(v * 72 / 200 for v in slots[role].box)) > 0.6  # type: ignore[arg-type]


def test_a_lost_place_is_not_made_up_where_nothing_was_printed() -> None:
    sheet = Sheet()
    sheet.line(60, 250, 372, 250)
    sheet.text(62, 262, "User Signature")
    for y in (250, 330):
        sheet.line(400, y, 540, y)
        sheet.text(402, y + 12, "Date")
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    leaf.further = []
    assert set(find_slots([leaf])) == {STAFF}


def words_in_a_row(*texts: tuple[str, float, float]) -> list[Word]:
    return [Word(text, (x0, 500.0, x1, 520.0), 0.9, Source.OCR) for text, x0, x1 in texts]


@pytest.mark.parametrize(
    "row",
    [
        (("Supervisor", 100, 200), ("Signa7", 208, 262)),
        (("Manag", 100, 160), ("jer", 164, 190), ("Signature", 214, 300)),
    ],
)
def test_a_label_that_the_pen_crossed_is_still_one(row: tuple[tuple[str, float, float], ...]) -> None:
    assert len(signature_labels(words_in_a_row(*row))) == 1


def test_the_label_of_the_name_before_a_hole_stays_out_of_the_signatures() -> None:
    assert signature_labels(words_in_a_row(("Printed", 100, 160), ("Name", 166, 210), ("Signature", 240, 330))) == []


@pytest.mark.parametrize("read", ["X", "xX", "x.", "×"])
def test_the_printed_cross_is_no_part_of_the_place(read: str) -> None:
    sheet = Sheet()
    label_left_with_x(sheet)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    slots = find_slots([replace_text(leaf, "x", read)])
    cross = min(w.box[2] for w in leaf.words if w.text == read)
    assert slots[STAFF].box[0] > cross


def replace_text(leaf: Leaf, old: str, new: str) -> Leaf:
    leaf.words = [replace(w, text=new) if w.text == old else w for w in leaf.words]
    return leaf


def test_a_label_whose_box_a_stroke_made_taller_keeps_its_place() -> None:
    sheet = Sheet()
    truth = two_labels_under_one_rule(sheet)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    for number, word in enumerate(leaf.words):
        if word.text == "Signature":
            x0, y0, x1, y1 = word.box
            leaf.words[number] = replace(word, box=(x0, y0 - 24, x1, y1))
    slots = find_slots([leaf])
    for role, place in truth.items():
        assert slots[role].sure > SURE_PLACE
        assert share_held(place, tuple(v * 72 / 200 for v in slots[role].box)) > 0.6  # type: ignore[arg-type]


@pytest.mark.parametrize("role", list(Role))
def test_a_doubted_place_is_believed_where_the_other_signer_s_block_agrees(role: Role) -> None:
    sheet = Sheet()
    truth = two_labels_under_one_rule(sheet)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    known = find_slots([leaf])[role].label_box
    leaf.words = [
        replace(w, text="Sgnatuie" if w.text == "Signature" else "vcv") if overlap(w.box, known) > 0.3 else w
        for w in leaf.words
    ]
    leaf.further = []
    slots = find_slots([leaf])
    assert slots[role].sure > SURE_PLACE
    assert share_held(truth[role], tuple(v * 72 / 200 for v in slots[role].box)) > 0.6  # type: ignore[arg-type]


def test_a_doubted_place_elsewhere_gives_way_to_that_of_the_block() -> None:
    sheet = Sheet()
    truth = two_labels_under_one_rule(sheet)
    sheet.text(330, 170, "Sign in")  # as of "Sign in ink", whose last word a fold took
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    known = find_slots([leaf])[SUPERVISOR].label_box
    leaf.words = [replace(w, text="vcv") if overlap(w.box, known) > 0.3 else w for w in leaf.words]
    leaf.further = []
    found = find_slots([leaf])[SUPERVISOR]
    assert found.sure > SURE_PLACE
    assert share_held(truth[SUPERVISOR], tuple(v * 72 / 200 for v in found.box)) > 0.6  # type: ignore[arg-type]


def test_two_signers_never_share_a_place() -> None:
    sheet = Sheet()
    rows = {STAFF: (230, "17. USER (SIGNATURE)"), SUPERVISOR: (280, "20. SUPERVISOR/MANAGER SIGNATURE")}
    for y, signs in rows.values():
        for left, right, label in ((60, 215, signs), (215, 400, "18. PRINTED NAME"), (400, 550, "19. DATE")):
            sheet.box(left, y, right, y + 44)
            sheet.text(left + 3, y + 9, label, 7)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    (whose,) = (w for w in leaf.words if w.text.startswith("SUPERVISOR"))
    x0, y0, x1, y1 = whose.box  # a signature runs over its second half
    leaf.words = [w for w in leaf.words if w is not whose]
    leaf.words.append(replace(whose, text="SUPERVISOR", box=(x0, y0, x0 + 0.4 * (x1 - x0), y1), confidence=0.17))
    leaf.further = []
    slots = find_slots([leaf])
    assert set(slots) == set(Role)
    for role, slot in slots.items():
        y, _ = rows[role]
        assert y - 2 < slot.box[1] * 72 / 200 < slot.box[3] * 72 / 200 < y + 48, role


def test_a_stem_taken_for_the_side_of_a_cell_leaves_the_place_in_doubt() -> None:
    sheet = Sheet()
    for y, who in ((230, "USER"), (280, "SUPERVISOR")):
        for left, right, label in ((60, 400, f"{who} SIGNATURE"), (400, 550, "DATE")):
            sheet.box(left, y, right, y + 44)
            sheet.text(left + 3, y + 9, label, 7)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    sure = find_slots([leaf])[STAFF]
    side = (sure.label_box[2] + 4, 230 * 200 / 72, sure.label_box[2] + 7, 274 * 200 / 72)
    leaf.rules = replace(leaf.rules, down=(*leaf.rules.down, side))
    after = (sure.label_box[2] + 10, sure.label_box[1], sure.label_box[2] + 60, sure.label_box[3])
    assert find_slots([leaf])[STAFF].box[2] < side[2]
    leaf.words.append(Word("(INK)", after, 0.3, Source.OCR))
    found = find_slots([leaf])[STAFF]
    assert found.sure < SURE_PLACE or found.box[2] > side[2]


def test_a_lost_label_in_the_other_order_is_nobody_s() -> None:
    sheet = Sheet()
    for y, who in ((250, "Supervisor"), (330, "Vcv")):
        sheet.line(60, y, 372, y)
        sheet.text(62, y + 12, f"{who} {'Signature' if y == 250 else 'cvvcv'}")
        sheet.line(400, y, 540, y)
        sheet.text(402, y + 12, "Date")
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    leaf.further = []
    assert set(find_slots([leaf])) == {SUPERVISOR}


def test_the_end_of_a_sentence_heads_nothing() -> None:
    sheet = Sheet()
    sheet.text(60, 215, "protection officer.")
    for y in (250, 320):
        sheet.line(60, y, 330, y)
        sheet.text(60, y + 12, "Signature", 9)
    [leaf] = leaves_of(papers.scan_of(papers.picture_of(sheet.done())))
    assert set(find_slots([leaf])) == set(Role)


def test_a_fold_across_the_page_is_no_rule() -> None:
    sheet = Sheet()
    two_labels_under_one_rule(sheet)
    page = papers.picture_of(sheet.done())
    page[600:603] = 90
    [leaf] = leaves_of(papers.scan_of(page))
    assert all(abs(y0 - 601) > 8 for _, y0, _, _ in leaf.rules.across)


def test_a_strip_of_a_page_is_read_again_as_well() -> None:
    """A page may be lower than the pen's strokes reach; a mutated one of the fuzz corpus was."""
    sheet = Sheet()
    two_labels_under_one_rule(sheet)
    page = papers.signed(papers.picture_of(sheet.done()), 560, 690, 3)
    [leaf] = leaves_of(papers.scan_of(page))
    strip = replace(leaf, picture=leaf.picture[640:770], drawn=None, prose=[], words=[])
    assert strip.picture.shape[0] < 2 * NEARBY
    assert strip.read_again()
    assert "Signature" in [word.text for word in strip.words]
