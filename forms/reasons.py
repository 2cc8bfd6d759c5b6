"""From the judge's probabilities to a verdict and a sentence: ink only when it is sure, a person when it is not."""

from __future__ import annotations

from collections.abc import Mapping

from forms.reading import Verdict

Judged = tuple[Verdict, float, tuple[str, ...]]

SURE_OF_INK = 0.8
"""Probability from which marks count as pen strokes of a signature. On whole pages, judges that had not seen the
writer, typeface or hand called 8 of 1,700 marks that are no signature so, and 95.8 of 100 signatures; see
docs/signatures.md."""

SURE_OF_OTHER = 0.95
"""Probability from which marks count as something else than a signature, which sends the form back."""

VERDICT_OF: Mapping[str, Verdict] = {
    "blank": Verdict.BLANK,
    "typed": Verdict.TYPED,
    "script": Verdict.UNCLEAR,
    "stamp": Verdict.ELECTRONIC,
    "pasted": Verdict.UNCLEAR,
    "date": Verdict.STRAY,
    "na": Verdict.STRAY,
    "tick": Verdict.STRAY,
    "strike": Verdict.STRAY,
    "marks": Verdict.STRAY,
    "rubber": Verdict.STRAY,
    "block": Verdict.UNCLEAR,
    "initials": Verdict.STRAY,
}
"""What each of the judge's classes but ink comes to. Neat handwriting looks like a script face, and block capitals may
be how somebody signs: there a person decides, and no genuine signature is sent back."""

SAID: Mapping[str, str] = {
    "blank": "Nothing but dirt or traces of print is in the slot.",
    "typed": "The letters are even and stand on one line, as printed text does.",
    "script": "The letters are as even as those of a typeface that imitates handwriting.",
    "stamp": "The lines of small print are those of a signing service's stamp.",
    "pasted": "The mark has a background of its own, as a picture that was pasted in.",
    "date": "A date stands in the slot.",
    "na": "A short word such as “N/A” stands in the slot.",
    "tick": "A tick or a cross stands in the slot.",
    "strike": "The slot is struck through.",
    "marks": "There are loose strokes or spots in the slot, but no signature.",
    "rubber": "A rubber stamp stands in the slot.",
    "block": "The name is written in separate capitals, like a printed name.",
    "initials": "Only initials stand in the slot.",
}
"""What is seen, for a contract manager."""

LOOKS_LIKE: Mapping[str, str] = {
    "blank": "The mark is so slight that it may be dirt or a pen's.",
    "typed": "The mark may be printed text.",
    "script": "The mark may be a typeface that imitates handwriting, printed and scanned.",
    "stamp": "The mark may be a signing service's stamp, printed and scanned.",
    "pasted": "The mark may be a picture of a signature that was pasted in, printed and scanned.",
    "date": "The mark may be a date instead of a signature.",
    "na": "The mark may be a short word instead of a signature.",
    "tick": "The mark may be a tick or a cross instead of a signature.",
    "strike": "The mark may be a line through the slot instead of a signature.",
    "marks": "The mark may be a few stray strokes instead of a signature.",
    "rubber": "The mark may be a rubber stamp.",
    "block": "The mark may be a name written in capitals instead of a signature.",
    "initials": "The mark may be initials instead of a full signature.",
}
"""What a person is asked to look at when the judge is not sure."""


def weighed(likely: Mapping[str, float]) -> Judged:
    """The verdict that the judge's probabilities come to."""
    ink = likely["ink"]
    if ink >= SURE_OF_INK:
        return Verdict.INK, ink, ("Pen strokes fill the slot.",)
    others = {name: p for name, p in likely.items() if name != "ink"}
    together: dict[Verdict, float] = {}
    for name, p in others.items():
        # a short signature looks like initials: only when these alone are sure do they send a form back
        comes_to = Verdict.UNCLEAR if name == "initials" and p < SURE_OF_OTHER else VERDICT_OF[name]
        together[comes_to] = together.get(comes_to, 0.0) + p
    verdict = max(together, key=lambda v: together[v])
    kind = max((n for n in others if VERDICT_OF[n] is verdict), key=lambda n: others[n])
    if verdict is not Verdict.UNCLEAR and together[verdict] >= SURE_OF_OTHER:
        return verdict, together[verdict], (SAID[kind],)
    kind = max(others, key=lambda n: others[n])
    said = SAID[kind] if others[kind] >= SURE_OF_OTHER else LOOKS_LIKE[kind]
    return Verdict.UNCLEAR, max(ink, others[kind]), (said,)
