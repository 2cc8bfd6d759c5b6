"""Who each thing in a mail is said of: by the names in a clause, by pronouns, and by lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.policy.sorting.clauses import Clause
from tasks.policy.sorting.people import Named, people_in, same, single_names

_AND = re.compile(r"^(?:,? ?(?:and|&|/|,|y)?,? ?)(?:(?:mr|mrs|ms)\.? )?$", re.IGNORECASE)
_LIST = re.compile(r"\b(?:following|these|below|list(?:ed)?|people|both|all of|each)\b|:\s*$", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:I|I['’]m|i['’]?m|i|my|me|mine|myself|I['’]ve|I['’]ll)\b")

_SELF = re.compile(
    r"\b(?:I|i|I['’]?m|im|i['’]m|I['’]ve|I['’]ll|myself)\b|\bmy (?:last|own|omis|oms|access|account|"
    r"log-?in|user|password|leave|supervisor|id|name|e-?mail|title"
    r"|position|job|resignation|doctor|boss)\b|\b(?:let|lets) me\b",
)
_OTHERS = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their)\b|\bmy (?:people|staff|employees?|case managers?|team)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """A clause with the groups of people named in it; of a group the same is said. `carried`: who was named before."""

    clause: Clause
    groups: tuple[tuple[Named, ...], ...]
    carried: tuple[str, ...]

    def meant(self, end: int) -> tuple[str, ...]:
        """Of whom words that end here are said: the nearest named before, else behind, else before the clause."""
        if not self.groups:
            return self.carried
        before = [group for group in self.groups if group[0].start < end]
        group = before[-1] if before else self.groups[0]
        return tuple(one.name for one in group)


def parts_of(clauses: Sequence[Clause], known: Sequence[str], sender: str) -> list[Part]:
    """The clauses with their people."""
    named = [_named(clause.text, known, sender) for clause in clauses]
    everybody = [one.name for found in named for one in found]
    found: list[Part] = []
    carried: tuple[str, ...] = ()
    for at, clause in enumerate(clauses):
        people = named[at] or _short(clause.text, everybody, sender)
        groups = _groups(clause.text, people)
        if not groups and _LIST.search(clause.text) and (listed := _listed(named[at + 1 :])):
            carried = listed
        elif groups:
            carried = tuple(one.name for one in groups[0])
        elif _FIRST.search(clause.text) and not re.search(
            r"\b(?:he|she|they|him|her|his|them)\b", clause.text, re.IGNORECASE
        ):
            found.append(Part(clause, groups, ()))
            continue
        found.append(Part(clause, groups, carried))
    return found


def speaks_of_self(text: str) -> bool:
    """Whether the writer speaks of himself or herself, not of `my staff` or of him or her."""
    return bool(_SELF.search(text)) and not _OTHERS.search(text)


def _named(text: str, known: Sequence[str], sender: str) -> list[Named]:
    found = people_in(text, known)
    own = [one for one in found if sender and same(one.name, sender)]
    aside = {one.start for group in _groups(text, found) if group[0].aside for one in group}
    return [one for one in found if one not in own and one.start not in aside]


def _short(text: str, everybody: Sequence[str], sender: str) -> list[Named]:
    """Given names alone; in full where the mail names that person in full."""
    found = []
    for one in single_names(text, everybody):
        if one.aside or (sender and same(one.name, sender)):
            continue
        whole = next((name for name in everybody if same(name, one.name)), one.name)
        found.append(Named(whole, one.start, one.end))
    return found


def _groups(text: str, people: Sequence[Named]) -> tuple[tuple[Named, ...], ...]:
    groups: list[list[Named]] = []
    for one in people:
        if groups and _AND.match(text[groups[-1][-1].end : one.start]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(tuple(group) for group in groups)


def _listed(later: Sequence[list[Named]]) -> tuple[str, ...]:
    """The people of a list below: of each line the first, as long as lines begin with a name."""
    found: list[str] = []
    for people in later:
        if not people or people[0].start > 4:
            break
        found += [one.name for one in people]
    return tuple(found)
