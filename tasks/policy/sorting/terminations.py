"""III.B.3.b: staff whose employment the employer ended."""

from __future__ import annotations

from tasks.policy.sorting.cues import PERSON, Cue, cue
from tasks.policy.sorting.values import Matter

_IT = Matter.DEPARTURE
_NOT_RECORDS = r"(?! (?:summar|report|notes?\b|form|date on))"

CUES: tuple[Cue, ...] = (
    cue(
        _IT,
        0.9,
        "the employer ended the employment",
        r"\basked (?:him|her|them|[\w'’-]+ [\w'’-]+) to leave\b",
        r"\bshown the door\b",
        r"\bwalking papers\b",
        r"^term$",
        r"\b(?:term(?:ed|['’]d)?) (?:on|date|effective|today|yesterday)\b",
        r"\b(?:vol|invol|voluntary|involuntary) term\b",
        r"\bterm(?:ed|['’]d) (?:him|her|them|an?|[\w'’-]+ [\w'’-]+)\b",
        r"\bno longer have (?:him|her|them) (?:on|working)\b",
        rf"\bterminat(?:ed|ion|ions|ing|es)\b{_NOT_RECORDS}",
        r"\bfir(?:ed|ing)\b(?! (?:alarm|drill|code|extinguisher))",
        r"\bfire (?:him|her|them|[\w'’-]+ [\w'’-]+) (?:today|yesterday|last|this|on|for|over|because)\b",
        r"\bhad to fire\b",
        rf"\b(?:let|letting) (?:{PERSON}) go\b",
        r"\b(?:was|were|been|being|is) (?:just )?(?:let go|sacked|canned|axed|cut loose)\b",
        r"^let go$|\blet go (?=\d|on\b|in\b|of (?:him|her|them)\b|today|yesterday|last\b|this\b|as of|effective"
        r"|for\b|after\b)",
        r"\bemployment\b[^.?!]{0,30}\b(?:was|has been|is) (?:hereby )?(?:terminated|ended|discontinued)\b",
        r"\bdismiss(?:ed|al)?\b",
        r"\binvoluntar(?:y|ily)\b",
        r"\bemployment (?:\w+ ){0,3}(?:was|has been|is) (?:ended|severed)\b",
        r"\bfor cause\b",
        r"\brelieved of (?:his|her|their|all)(?: \w+)? (?:dut|position|job|role|responsib)",
        r"\b(?:remov\w+|releas\w+) from (?:his|her|their) (?:position|job|employment)\b",
        r"\bpink slip\b",
        r"\b(?:did|does)(?:n['’]?t| not) (?:make it through|pass|clear|complete)(?: \w+){0,2} probation\w*\b",
        r"\bno longer employed due to\b",
        r"\b(?:escorted|walked) (?:\w+ )?(?:out|off)(?: of| from)?\b(?= (?:the|of|from|our|prem))",
        r"\b(?:got|was|been) (?:the boot|released from (?:employment|his|her|their))\b",
        r"\bdo(?:es)? not pass(?:ed)? probation\b|\bfailed (?:his|her|their )?probation",
        terminated=True,
    ),
    cue(
        _IT,
        0.85,
        "the employer ended the employment",
        r"\b(?:employee|was|been|we|i)(?: \w+){0,2} discharged\b(?! from (?:the )?(?:program|hospital|"
        r"custody|treatment|supervision))",
        terminated=True,
    ),
)
