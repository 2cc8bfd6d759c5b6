"""III.B.2.c: the staff member's position and need for access must be included in the e-mail.

The machine finds the sentences that state them; whether the need is good is for the contract manager to judge.
A labelled line wins over prose. What is said of the sender ("I am the program director") is not said of the staff
member, unless the sender asks for themselves.
"""

from __future__ import annotations

from datetime import date

from tasks.policy.case import Case, MailFacts
from tasks.policy.findings import Effect, Finding
from tasks.policy.own_words import own_lines, sentences
from tasks.policy.wording import (
    ABOUT_OTHERS,
    ANY_LABEL,
    FOR_ONESELF,
    NEEDS,
    NO_VALUE,
    NOT_A_NEED,
    POSITIONS,
    SENDERS_OWN,
)

CLAUSE = "III.B.2.c"
_QUOTED_CHARS = 400
_READ_CHARS = 20_000


def position_and_need_in_mail(case: Case, today: date) -> Finding | None:  # noqa: ARG001
    """The mail's own text states both; a form that says the same does not stand in for the mail."""
    missing = [
        words
        for words, value in (
            ("the staff member's position", case.mail.position),
            ("why the staff member needs access", case.mail.need),
        )
        if not value.strip()
    ]
    if not missing:
        return None
    code = "position_and_need_missing" if len(missing) == 2 else _code(case.mail)
    told = " and ".join(missing)
    sentence = f"Your mail does not say {told}. Please answer this mail with a sentence that says it."
    return Finding(CLAUSE, code, Effect.DEFECT, sentence)


def position_and_need(text: str) -> MailFacts:
    """The sentences of a mail that state the position and the need, as quoted; empty where the mail states none."""
    text = text[:_READ_CHARS]
    position, need = _labelled(own_lines(text))
    for sentence in (whole[: 2 * _QUOTED_CHARS] for whole in sentences(text)):
        if not position and _states_position(sentence, text):
            position = sentence
        if not need and _states_need(sentence):
            need = sentence
    return MailFacts(position[:_QUOTED_CHARS], need[:_QUOTED_CHARS])


def _labelled(lines: list[str]) -> tuple[str, str]:
    """The values of lines such as `Position: …` and `Reason for access: …`, with their labels."""
    found = {"position": "", "need": ""}
    for at, line in enumerate(lines):
        hits = list(ANY_LABEL.finditer(line))
        for hit, after in zip(hits, [*hits[1:], None], strict=False):
            value = line[hit.end() : after.start() if after else None].strip(" \t,;*|")
            if not value and after is None:
                value = _below(lines, at)
            kind = "position" if hit["position"] else "need"
            if hit["other"] or NO_VALUE.fullmatch(value) or found[kind]:
                continue
            found[kind] = f"{hit.group().strip(' *|-•').rstrip(':').rstrip()}: {value}"
    return found["position"], found["need"]


def _below(lines: list[str], at: int) -> str:
    """The value that stands on the next line that is not empty, unless that is another label."""
    value = next((line.strip() for line in lines[at + 1 : at + 3] if line.strip()), "")
    return "" if ANY_LABEL.match(value) else value


def _states_position(sentence: str, text: str) -> bool:
    said = ABOUT_OTHERS.sub(" ", sentence)
    if not FOR_ONESELF.search(text):
        said = SENDERS_OWN.sub(" ", said)
    return any(pattern.search(said) for pattern in POSITIONS)


def _states_need(sentence: str) -> bool:
    said = NOT_A_NEED.sub(" ", sentence)
    return any(pattern.search(said) for pattern in NEEDS)


def _code(mail: MailFacts) -> str:
    return "need_missing" if mail.position.strip() else "position_missing"
