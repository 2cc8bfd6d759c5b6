"""The tables of a scored folder, in Markdown that reads well in a terminal too."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from deployments.score import FieldScore, FormScore, Result, SlotScore, wilson
from deployments.truth import COPY

OFFICE = frozenset({"flatbed300", "office200"})
"""The generator's names for scans of ordinary office quality."""

Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table with columns of even width; figures to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    wide = [max(3, *(len(line[n]) for line in lines)) for n in range(len(head))]
    texts = [
        "| " + " | ".join(c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(line, wide, strict=True)))
        for line in lines
    ]
    rule = "| " + " | ".join("-" * w if n == 0 else "-" * (w - 1) + ":" for n, w in enumerate(wide)) + " |"
    return "\n".join([texts[0] + " |", rule, *(text + " |" for text in texts[1:])])


def share(hits: int, of: int) -> str:
    """A share with its 95 % interval."""
    if of == 0:
        return "–"
    low, high = wilson(hits, of)
    return f"{hits}/{of} = {hits / of:.1%} ({low:.1%}–{high:.1%})"


def report(scores: Sequence[FormScore], missing: Sequence[str], threshold: float) -> str:
    """Everything worth knowing about a scored folder."""
    parts = [
        f"{len(scores)} files scored, {len(missing)} files missing. Shares are given with 95 % intervals (Wilson).",
        "## Forms\n\n" + forms_table(scores),
        "## Signature slots\n\n" + slots_table(scores),
        "## Verdicts\n\n" + confusion(scores),
        f"## Fields (a confidence below {threshold} goes to a person)\n\n" + fields_table(scores),
        "## Time and refusals\n\n" + costs(scores),
    ]
    wrong = [f"- {s.file} ({s.cls}, {s.profile})" for s in scores if s.accepted and not s.accept and not s.aside]
    if wrong:
        parts.append("## Wrongly accepted\n\n" + "\n".join(wrong))
    if missing:
        parts.append("## Missing\n\n" + "\n".join(f"- {name}" for name in missing))
    return "\n\n".join(parts) + "\n"


def forms_table(scores: Sequence[FormScore]) -> str:
    """Per degradation: properly signed forms accepted, refused and left to a person, and others wrongly accepted.

    Forms with a signature that was drawn for an earlier form already are set aside and counted below the table.
    """
    aside = sum(s.aside for s in scores)
    scores = [s for s in scores if not s.aside]
    groups: list[tuple[str, Callable[[FormScore], bool]]] = [
        ("all forms", lambda _: True),
        ("office scans", lambda s: s.profile in OFFICE),
        *((name, lambda s, name=name: s.profile == name) for name in sorted({s.profile for s in scores})),
    ]
    rows = []
    for name, belongs in groups:
        good = [s for s in scores if belongs(s) and s.accept]
        bad = [s for s in scores if belongs(s) and not s.accept]
        taken = [s for s in good if s.accepted]
        lost = [s for s in good if not s.accepted and any(slot.result is Result.WRONG for slot in s.slots)]
        rows.append(
            (
                name,
                share(len(taken), len(good)),
                str(len(good) - len(taken) - len(lost)),
                str(len(lost)),
                share(sum(s.accepted for s in bad), len(bad)),
            )
        )
    made = table(("quality", "properly signed: accepted", "to a person", "refused", "others: wrongly accepted"), rows)
    return (
        f"{made}\n\nSet aside, because a signature on them stands on an earlier form as well: {aside}."
        if aside
        else made
    )


def slots_table(scores: Sequence[FormScore]) -> str:
    """Per kind of mark."""
    slots = [slot for s in scores for slot in s.slots]
    kinds = sorted({(slot.kind, slot.sub) for slot in slots})
    rows = [_slot_row(f"{k}/{s}" if s else k, [x for x in slots if (x.kind, x.sub) == (k, s)]) for k, s in kinds]
    rows.append(_slot_row("all that are not ink", [x for x in slots if x.kind not in ("ink", COPY)]))
    rows.append(_slot_row("all but copies by chance", [x for x in slots if x.kind != COPY]))
    return table(("slot is", "n", "called ink", "correct", "to a person", "wrong"), rows)


def _slot_row(name: str, slots: Sequence[SlotScore]) -> Row:
    count = Counter(slot.result for slot in slots)
    ink = sum(slot.verdict == "ink" for slot in slots)
    cells = (share(count[r], len(slots)) for r in (Result.CORRECT, Result.PERSON, Result.WRONG))
    return (name, str(len(slots)), str(ink), *cells)


def confusion(scores: Sequence[FormScore]) -> str:
    """The exact verdict on every kind of mark."""
    counts = Counter((f"{x.kind}/{x.sub}" if x.sub else x.kind, x.verdict) for s in scores for x in s.slots)
    kinds, verdicts = sorted({k for k, _ in counts}), sorted({v for _, v in counts})
    return table(("slot is", *verdicts), [(k, *(str(counts[k, v] or "·") for v in verdicts)) for k in kinds])


def fields_table(scores: Sequence[FormScore]) -> str:
    """Names and dates, by how they were filled in and how the form came."""
    named = [(f, s.delivery) for s in scores for f in s.fields]
    groups = sorted({(f.name.split("_")[1], f.how, delivery) for f, delivery in named})
    rows = [
        _field_row(
            f"{what}, {how}, {delivery}",
            [f for f, d in named if (f.name.split("_")[1], f.how, d) == (what, how, delivery)],
        )
        for what, how, delivery in groups
    ]
    printed = [f for f, d in named if f.how == "typed" and d == "scan"]
    rows.append(_field_row("all printed on scans", printed))
    rows.append(_field_row("all handwritten", [f for f, _ in named if f.how == "hand"]))
    head = ("field", "n", "exact", "to a person", "wrong and confident", "exact at any confidence")
    return table(head, rows)


def _field_row(name: str, fields: Sequence[FieldScore]) -> Row:
    count = Counter(field.result for field in fields)
    cells = (share(count[r], len(fields)) for r in (Result.CORRECT, Result.PERSON, Result.WRONG))
    return (name, str(len(fields)), *cells, share(sum(f.equals for f in fields), len(fields)))


def costs(scores: Sequence[FormScore]) -> str:
    """Seconds per file by the clock, process start included, and the refusals."""
    rows = []
    for name in ("scan", "digital"):
        took = sorted(s.seconds for s in scores if s.delivery == name)
        if took:
            late = took[min(len(took) - 1, round(0.95 * len(took)))]
            figures = (statistics.mean(took), statistics.median(took), late)
            rows.append((name, str(len(took)), *(f"{figure:.2f}" for figure in figures)))
    refusals = Counter(s.refusal for s in scores if s.refusal)
    said = ", ".join(f"{count} {code}" for code, count in refusals.most_common()) or "none"
    return table(("seconds per file", "n", "mean", "median", "95 %"), rows) + f"\n\nRefusals: {said}."
