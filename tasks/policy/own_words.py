"""The sentences that a sender wrote in a mail: without greeting, signature block, disclaimer and earlier mails."""

from __future__ import annotations

import re

_EARLIER = re.compile(
    r"(?im)^\s*(-{2,}\s*(original|forwarded) message|begin forwarded message|on\b.{4,200}\bwrote:\s*$"
    r"|\*?from:\*?\s.+\n(.*\n){0,2}\s*\*?(sent|date|to|subject):)"
)
_CLOSING = re.compile(
    r"(?i)^\s*(many thanks|thanks?( you)?( so much| very much| again| in advance)?|regards|respectfully|best|cheers|v/r"
    r"|(kind|best|warm)(est)? (regards|wishes)|sincerely( yours)?|yours( truly| sincerely)?|take care)\s*[,.!]*\s*$"
)
_DASHES = re.compile(r"^\s*(--|__+|—+|–+|\*{3,}|={3,})\s*$")
_DISCLAIMER = re.compile(
    r"(?i)\b(confidential(ity)? (notice|and)|intended (only )?(for|recipient)|you (have )?received? this|privileged"
    r"|unauthori[sz]ed (use|review|disclosure)|sent from my|get outlook for|caution: this|external (sender|e-?mail))\b"
)
_HEAD = re.compile(
    r"(?i)^[>\s]*(-{2,}.*|begin forwarded message:?|on\b.{4,200}\bwrote:|\*?(from|sent|date|to|"
    r"cc|subject|importance):\*?.*)\s*$"
)
_SAID = r"\b(i|i'm|we|my|is|are|was|needs?|please|pls|can|could|has|have|forgot)\b"
"""Words that no greeting has: the sentence begins on its line."""

_GREETING = re.compile(
    rf"(?i)^\s*(hello|hi|hey|dear|good (morning|afternoon|day)|greetings|to whom)\b(?!.*{_SAID})"
    rf"[^.!?,:;\n]{0, 60}[,:!.;–-]?\s*$"
)
_OPENING = re.compile(
    rf"(?i)^\s*(hello|hi|hey|dear|good (morning|afternoon|day))\b(?![^,:!]*{_SAID})[^.!?,:;]{{0,40}}[,:!–-]\s+"
)
_NEW_LINE = re.compile(
    r"^\s*([-*•]\s|\d+[.)]\s|[A-Z][\w/ ]{1,40}(\([^)]*\))?\s*[:\t]"
    r"|[A-Z][\w'’-]+( [A-Z][\w.'’-]*){1,2} [-–—]{1,2} )"
)
"""A line that begins something of its own: an item of a list, a label, a name with what is said of it."""
_END = re.compile(r"(?<=[.!?])[\"”')]*\s+(?=[\"“'(]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Inc|Co|No|Jr|Sr|vs|etc|e\.g|i\.e)|\b[A-Z])\.$")


def own_lines(text: str) -> list[str]:
    """The lines that are the sender's own words, in order; an empty string parts two paragraphs."""
    text = text.replace("\r\n", "\n").replace("\xa0", " ")
    earlier = _EARLIER.search(text)
    lines = text[: earlier.start()].split("\n") if earlier else text.split("\n")
    kept: list[str] = []
    for line in lines:
        if _CLOSING.match(line) or (any(kept) and _DASHES.match(line)):
            break
        if line.lstrip().startswith(">") or _GREETING.match(line):
            continue
        kept.append(_OPENING.sub("", line.rstrip()))
    return kept


def forwarded(text: str) -> str:
    """The words of the first earlier mail below the sender's own, without its head; empty where there is none."""
    text = text.replace("\r\n", "\n").replace("\xa0", " ")
    earlier = _EARLIER.search(text)
    if not earlier:
        return ""
    lines = text[earlier.start() :].split("\n")
    at = next((i for i, line in enumerate(lines) if _HEAD.match(line)), 0)
    while at < len(lines) and (_HEAD.match(lines[at]) or not lines[at].strip()):
        at += 1
    return "\n".join(re.sub(r"^(>\s?)+", "", line) for line in lines[at:])


def sentences(text: str) -> list[str]:
    """The sender's own sentences. Wrapped lines are joined; labelled lines and list items stand alone."""
    found: list[str] = []
    for paragraph in _paragraphs(own_lines(text)):
        if _DISCLAIMER.search(paragraph):
            continue
        start = ""
        for piece in _END.split(paragraph):
            start = f"{start} {piece}".strip()
            if not _ABBREVIATION.search(start):
                found.append(start)
                start = ""
        if start:
            found.append(start)
    return found


def _paragraphs(lines: list[str]) -> list[str]:
    found: list[str] = []
    joined = False
    for line in lines:
        words = " ".join(line.split())
        if not words:
            joined = False
        elif joined and not _NEW_LINE.match(line):
            found[-1] += " " + words
        else:
            found.append(words)
            joined = True
    return found
