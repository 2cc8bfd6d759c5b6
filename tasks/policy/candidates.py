"""Which of very many records are worth comparing: those that share two words of a name, as somebody might write them.

All words are looked at, so that a slip in a first letter is no miss; there are far fewer words than people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from tasks.policy.names import SUFFIXES, parts_of
from tasks.policy.nicknames import forms_of
from tasks.policy.spelling import Name, alike

_CLOSE = 0.65
"""Likeness of two words below which `alike` never says anything: one slip in three letters, or two in seven."""


def candidates(keys: Iterable[tuple[int, str]], wanted: Sequence[Name]) -> set[int]:
    """Ids of the records to compare. `keys` are the ids with the folded names on record, several to an id at will."""
    index: defaultdict[str, set[int]] = defaultdict(set)
    for record, key in keys:
        for word in key.split():
            index[word].add(record)
    vocabulary = list(index)
    found: set[int] = set()
    for name in wanted:
        words = [w for w in parts_of(f"{name.given} {name.family}") if w not in SUFFIXES]
        hits: defaultdict[int, int] = defaultdict(int)
        for near in _near(words, vocabulary):
            for record in set().union(*(index[word] for word in near)):
                hits[record] += 1
        enough = min(2, len(words))
        found |= {record for record, count in hits.items() if count >= enough}
    return found


def _near(words: Sequence[str], vocabulary: Sequence[str]) -> list[Collection[str]]:
    """For each word the words of the vocabulary that may stand for it."""
    if not words or not vocabulary:
        return []
    near: list[Collection[str]] = []
    scores = cdist(words, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=_CLOSE)
    for word, row in zip(words, scores, strict=True):
        found = {vocabulary[at] for at in row.nonzero()[0] if alike(word, vocabulary[at]).share}
        found |= forms_of(word) & set(vocabulary)
        found |= {other for other in vocabulary if _part_of(word, other)}
        near.append(found)
    return near


def _part_of(word: str, other: str) -> bool:
    """An initial, the beginning of a name that is shortened, or one of several family names written together."""
    short, long = sorted((word, other), key=len)
    if len(short) == 2:
        return False
    return long.startswith(short) or (len(short) > 3 and long.endswith(short))
