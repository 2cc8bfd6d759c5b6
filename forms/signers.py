"""Which printed name and which date belong to whose signature.

Forms print the same block for each signer: the label of the name stands in the same direction and distance from the
label of the signature. The direction that fits most signers is taken, so that a name is never credited to the person
above. Whoever signs second is called as the form calls them: a label that names a role wins over its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from forms.anchors import Anchor, is_sentence, plain
from forms.asking import Corner, Label, alike, labels_of
from forms.labels import SIGN_WORDS
from forms.leaf import Leaf
from forms.reading import Box
from forms.roles import role_in
from forms.schema import Role
from forms.slots import Slot
from forms.words import phrases

LEVEL = 22.0
"""Pixels at 200 dpi by which the same label may stand higher or lower in the block of another signer."""

ASIDE = 260.0
"""Pixels by which it may stand further left or right: it follows a rule of another length."""

REACH = 260.0
"""Pixels (33 mm) from a signature's label within which its name and date stand."""

UNCONFIRMED = 0.75
"""Likeness of a label whose owner only one signer or elimination speaks for: what stands there goes to a person."""

SURE_SLOT = 0.6
"""How sure a signature's place must be for the name beside it to be surely that signer's."""


def label_of(role: Role, word: str, leaf: Leaf, slots: Mapping[Role, Slot]) -> Anchor | None:
    """The label beside which this signer's `word` ("name" or "date") stands on this page; None when it is not sure."""
    everybody = labels_of(word, leaf)
    own = [label for label in everybody if label.whose is role]
    if len(own) == 1:
        return own[0].anchor
    open_to = [label for label in everybody if label.whose in (None, role)]
    home = {r: _corner(s.label_box) for r, s in slots.items() if s.leaf is leaf}
    unnamed, others = _other_signatures(leaf, list(home.values()))
    missing = [r for r in Role if r not in home]
    if len(missing) == 1 and len(unnamed) == 1:  # a signature's label of which only that much could be read
        home[missing[0]] = unnamed.pop()
    homes = [(corner, 2.0) for corner in home.values()] + [(corner, 1.0) for corner in (*unnamed, *others)]
    step = _step(homes, [label.corner for label in open_to])
    taken = {r: found for r, corner in home.items() if step and (found := _at(corner, step, open_to))}
    if role in taken:
        slot = slots.get(role)
        sure = len(taken) == len(Role) and slot is not None and slot.sure >= SURE_SLOT
        sure = sure and not _in_the_row_of_another(taken[role], step, homes)
        return taken[role].anchor if sure or taken[role].whose is role else _unconfirmed(taken[role].anchor)
    others_named = sum(label.whose == "other" for label in everybody)
    free = [label for label in everybody if label.whose != "other" and label not in taken.values()]
    if role in home or len(taken) + len(free) != len(Role) or len(unnamed) + len(others) > others_named:
        return None
    guessed = free[0 if taken or role is Role.STAFF else 1]  # two labels and no more: the staff member's comes first
    anchor = guessed.anchor
    if guessed.whose not in (None, role) or not (home or word == "name"):
        return None
    return _unconfirmed(anchor)


def _in_the_row_of_another(label: Label, step: Corner | None, homes: Sequence[tuple[Corner, float]]) -> bool:
    """Whether a label that would stand in another row than its signature shares one with another signature."""
    level = any(abs(label.corner[1] - y) < LEVEL for (_, y), _ in homes)
    return level and step is not None and abs(step[1]) > LEVEL


def _unconfirmed(anchor: Anchor) -> Anchor:
    return replace(anchor, likeness=UNCONFIRMED)


def _at(home: Corner, step: Corner, labels: Sequence[Label]) -> Label | None:
    x, y = home
    found = [(_miss((x + step[0], y + step[1]), label.corner), n) for n, label in enumerate(labels)]
    best = min(found, default=(1.0, 0))
    return labels[best[1]] if best[0] < 1.0 else None


def _corner(box: Box) -> Corner:
    return box[0], (box[1] + box[3]) / 2


def _far(a: Corner, b: Corner) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _other_signatures(leaf: Leaf, known: Sequence[Corner]) -> tuple[list[Corner], list[Corner]]:
    """Labels of signatures beside the `known` ones: of nobody that could be read, and of a witness or officer."""
    unnamed: list[Corner] = []
    others: list[Corner] = []
    for phrase in phrases(leaf.words, gap=1.6):
        signs = any(alike(t, s) for t in plain(phrase.text).split() for s in SIGN_WORDS[:2])
        corner = _corner(phrase.box)
        apart = all(abs(corner[1] - y) > LEVEL or abs(corner[0] - x) > ASIDE for x, y in known)
        if signs and not is_sentence(phrase) and apart:
            (others if role_in(phrase.text) == "other" else unnamed).append(corner)
    return unnamed, others


def _step(homes: Sequence[tuple[Corner, float]], corners: Sequence[Corner]) -> Corner | None:
    """How far, right and down, the labels stand from the signatures they belong to; None when nothing fits.

    `homes` are the places of the signatures' labels, each with a weight: what fits the two signers counts more.
    """
    best, most = None, 0.0
    for home, _ in homes:
        for corner in corners:
            step = corner[0] - home[0], corner[1] - home[1]
            if abs(step[1]) > REACH:
                continue
            misses = [(min(_miss((x + step[0], y + step[1]), c) for c in corners), weight) for (x, y), weight in homes]
            score = sum(weight * max(0.0, 1 - miss) for miss, weight in misses)
            score -= (abs(step[1]) + 0.15 * abs(step[0])) / (1.2 * REACH)
            if best is None or score > most:
                best, most = step, score
    return best


def _miss(expected: Corner, corner: Corner) -> float:
    """0 where a label is expected, 1 and more where it is too far off."""
    return max(abs(corner[1] - expected[1]) / LEVEL, abs(corner[0] - expected[0]) / ASIDE)
