"""How well mails are sorted: a table of kind by prediction for each voice of the labelled mails, beside a trivial peer.

`python -m tests.bench.sorting [FILE …]` prints it for other files in the notation of `tests/sorting/mails`, and with
`--show` every mail that was judged wrong or went to a person.
"""

from __future__ import annotations

import argparse
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.policy.sorting import FILED, Letter, Matter, Suggestion, sort_letter
from tasks.settings import Settings
from tests.sorting.labelled import MAILS, Label, Labelled, read

PERSON = "to a person"
VOICES = [
    MAILS / f"{voice}.txt" for voice in ("tuned", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "held_out")
]
"""Nothing was tuned to the last two."""

Sorter = Callable[[Letter], Sequence[Suggestion]]

_PEER = (
    ("new access|new (user|hire|employee|staff)|onboarding|access request", Matter.NEW_ACCESS),
    ("change|upgrade|promotion", Matter.CHANGE),
    ("terminat|resign|separation|departing|last day|leaving|remove|quit|fired", Matter.DEPARTURE),
    ("leave|fmla|maternity", Matter.LEAVE),
    ("back|return|re-?enable", Matter.RETURN),
    ("transfer|move", Matter.MOVE),
    ("password|reset|log ?in", Matter.PASSWORD_RESET),
    ("lock", Matter.UNLOCK),
    ("violation|breach|report", Matter.VIOLATION),
    ("cancel|withdraw|disregard|never ?mind", Matter.WITHDRAWAL),
    ("automatic|out of office|undeliverable", Matter.AUTOREPLY),
    ("thank", Matter.THANKS),
    (r"question|\?|how to|status", Matter.QUESTION),
)


def by_subject(letter: Letter) -> list[Suggestion]:
    """The peer: the first keyword in the subject, in the order of the table; without one the mail is filed."""
    for words, matter in _PEER:
        if re.search(words, letter.subject, re.IGNORECASE):
            return [Suggestion(matter, 1.0)]
    return [Suggestion(Matter.OTHER, 1.0)]


@dataclass(frozen=True)
class Judged:
    """One mail as sorted. `wrong`: something was done unasked, or left undone, without asking a person."""

    mail: Labelled
    found: tuple[Suggestion, ...]
    predicted: str
    wrong: bool
    lost: bool


def judge(mail: Labelled, sorter: Sorter, threshold: float) -> Judged:
    """What becomes of a mail: whatever is below the threshold goes to a person, who sees every suggestion."""
    found = tuple(sorter(mail.letter))
    acted = {one.matter for one in found if one.confidence >= threshold}
    asks_person = any(one.confidence < threshold for one in found) or not found
    mentions = {label.matter for label in mail.labels if label.mention}
    unasked = acted - mail.asked - mentions
    missed = (mail.asked | mentions) - acted
    grave = {Matter.VIOLATION} | ({Matter.DEPARTURE} if any(_grave(label) for label in mail.labels) else set())
    told = grave & (mail.asked | mentions)
    lost = not asks_person and (bool(told - {one.matter for one in found}) or (bool(told) and acted <= FILED))
    wrong = bool(unasked) or bool(missed and not asks_person)
    first = next((one.matter for one in found if one.confidence >= threshold), None)
    predicted = PERSON if asks_person and not (acted & mail.asked) else str(first or PERSON)
    return Judged(mail, found, PERSON if asks_person else predicted, wrong, lost)


def _grave(label: Label) -> bool:
    return label.matter is Matter.DEPARTURE


def wilson(count: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    rate, room = count / of, z * z / of
    middle = (rate + room / 2) / (1 + room)
    half = z * math.sqrt(rate * (1 - rate) / of + room / (4 * of)) / (1 + room)
    return max(0.0, middle - half), min(1.0, middle + half)


def table(judged: Sequence[Judged]) -> list[str]:
    """Kind by prediction, with those that went to a person."""
    kinds = [m for m in Matter if any(j.mail.labels[0].matter is m for j in judged)]
    columns = [str(m) for m in Matter if any(j.predicted == m for j in judged)] + [PERSON]
    counts = Counter((j.mail.labels[0].matter, j.predicted) for j in judged)
    lines = [f"{'asked':16}" + "".join(f"{_short(c):>9}" for c in columns)]
    for kind in kinds:
        lines.append(f"{kind:16}" + "".join(f"{counts[kind, c] or '·':>9}" for c in columns))
    return lines


def _short(words: str) -> str:
    return words if len(words) < 9 else words[:7] + "."


def summary(judged: Sequence[Judged]) -> str:
    """The figures that count, with their intervals."""
    of = len(judged)
    wrong, asked = sum(j.wrong for j in judged), sum(j.predicted == PERSON for j in judged)
    low, high = wilson(wrong, of)
    return (
        f"wrong and confident {wrong} of {of} ({wrong / of:.1%}, 95 % interval {low:.1%} to {high:.1%}); "
        f"to a person {asked} ({asked / of:.1%}); violations and departures lost {sum(j.lost for j in judged)}"
    )


def details(judged: Sequence[Judged]) -> str:
    """Of the mails that name them: how often person, day and return were read as labelled, and termination."""
    found: dict[str, list[bool]] = {"person": [], "day": [], "return": [], "terminated": []}
    for one in judged:
        for label in one.mail.labels:
            mine = [s for s in one.found if s.matter is label.matter]
            best = next((s for s in mine if s.person.casefold() == label.person.casefold()), mine[0] if mine else None)
            if label.person:
                found["person"].append(bool(best and best.person.casefold() == label.person.casefold()))
            if label.on:
                found["day"].append(bool(best and best.effective_on == label.on))
            if label.back:
                found["return"].append(bool(best and best.returns_on == label.back))
            if label.matter is Matter.DEPARTURE and best:
                found["terminated"].append(best.terminated == label.terminated)
    return "; ".join(f"{what} {sum(all_)}/{len(all_)}" for what, all_ in found.items() if all_)


def show(judged: Iterable[Judged]) -> None:
    """Every mail that was judged wrong or went to a person."""
    for one in judged:
        if one.wrong or one.lost or one.predicted == PERSON:
            want = " + ".join(f"{'~' if label.mention else ''}{label.matter}" for label in one.mail.labels)
            mark = "LOST" if one.lost else "WRONG" if one.wrong else "person"
            print(f"{mark:7}{one.mail.where:14}{want} | {one.mail.letter.subject} | {one.mail.letter.text[:90]!r}")
            for got in one.found:
                print(f"         {got.matter} {got.confidence} {got.person!r} {got.reasons}")


def report(paths: Sequence[Path], *, verbose: bool = False) -> None:
    """Print the tables."""
    threshold = Settings.model_fields["sorting_confidence"].default
    for path in paths:
        mails = read(path)
        began = time.perf_counter()
        judged = [judge(mail, sort_letter, threshold) for mail in mails]
        took = (time.perf_counter() - began) / len(mails)
        print(f"\nsorting, {path.stem.replace('_', ' ')} ({len(mails)} mails, {took * 1000:.1f} ms each)")
        print("\n".join(table(judged)))
        print(summary(judged))
        print(f"read as labelled: {details(judged)}")
        print(f"keyword in subject: {summary([judge(mail, by_subject, threshold) for mail in mails])}")
        if verbose:
            show(judged)


def main() -> None:
    """Print the tables of the given files."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.sorting", description=__doc__)
    options.add_argument("files", nargs="*", type=Path, default=VOICES)
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    report(given.files, verbose=given.show)


if __name__ == "__main__":
    main()
