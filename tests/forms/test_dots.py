"""Dotted rules: found whole under a signature, and not made up of anything else that has dots."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.dots import dotted_rules
from forms.picture import Picture
from forms.rules import SHORTEST_ACROSS, find_rules

Y = 100


def blank() -> Picture:
    return np.zeros((200, 1000), np.uint8)


def leader(page: Picture, left: int, right: int, step: float, y: int = Y, lean: float = 0.0) -> Picture:
    for n in range(int((right - left) / step) + 1):
        x, at = round(left + n * step), round(y + lean * n * step)
        page[at - 1 : at + 2, x - 1 : x + 2] = 255
    return page


def signed(page: Picture, left: int, right: int) -> Picture:
    """A pen's loops over the rule from `left` to `right`."""
    x = np.arange(left, right)
    path = np.stack([x + 18 * np.sin(x / 9), Y - 16 + 30 * np.sin(x / 14)], axis=1).astype(np.int32)
    cv2.polylines(page, [path], isClosed=False, color=255, thickness=4)
    return page


def found(page: Picture) -> list[tuple[int, int]]:
    return sorted((round(x0), round(x1)) for x0, _, x1, _ in dotted_rules(page, SHORTEST_ACROSS))


@pytest.mark.parametrize("step", [6.0, 8.33, 12.5, 18.0])
@pytest.mark.parametrize("lean", [0.0, 0.005])
def test_a_dotted_rule_is_one_line(step: float, lean: float) -> None:
    ((left, right),) = found(leader(blank(), 100, 800, step, lean=lean))
    assert abs(left - 100) < 4
    assert abs(right - 800) < step + 4


@pytest.mark.parametrize(("left", "right"), [(150, 350), (300, 620), (520, 760)])
def test_it_is_whole_under_a_signature(left: int, right: int) -> None:
    page = signed(leader(blank(), 100, 800, 8.33), left, right)
    ((west, east),) = found(page)
    assert abs(west - 100) < 4
    assert abs(east - 800) < 12
    assert [(round(x0), round(x1)) for x0, y0, x1, _ in find_rules(255 - page).across if abs(y0 - Y) < 5] == [
        (west, east)
    ]


def test_two_rules_with_a_label_between_stay_two() -> None:
    page = leader(leader(blank(), 60, 400, 8.33), 523, 800, 8.33)
    cv2.putText(page, "Date:", (430, Y + 2), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
    assert len(found(page)) == 2


def test_a_copier_that_lost_every_other_dot_joins_no_two_rules() -> None:
    page = leader(leader(blank(), 60, 400, 8.33), 523, 800, 8.33)
    page[:, 184:269] = 0
    leader(page, 193, 260, 16.66)
    cv2.putText(page, "Date:", (430, Y + 2), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
    assert all(right < 410 or left > 510 for left, right in found(page))


def test_two_rules_with_nothing_between_stay_two() -> None:
    assert len(found(leader(leader(blank(), 60, 400, 8.0), 520, 800, 8.0))) == 2


def test_a_few_points_and_print_are_no_rule() -> None:
    page = leader(blank(), 100, 130, 10)
    cv2.putText(page, "i.e. see No. 3 ... and so on.", (200, Y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
    assert found(page) == []


def test_dirt_is_no_rule() -> None:
    spots = np.random.default_rng(4).integers((0, 2), (198, 998), size=(400, 2))
    page = blank()
    for y, x in spots:
        page[y : y + 2, x : x + 2] = 255
    assert found(page) == []
