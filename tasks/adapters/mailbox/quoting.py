"""What the sender wrote now, apart from the earlier mails below it (there is no standard; these are the habits)."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(r"(?i)^\s*(-{2,}\s*)?((original|(begin )?forwarded) message:?)(\s*-{2,})?\s*$")
_RULE = re.compile(r"^\s*_{10,}\s*$")
_WROTE = re.compile(r"(?i)^\s*on\b.{4,300}\bwrote:\s*$", re.DOTALL)
_HEADER_LINE = re.compile(r"(?i)^\s*\*?(from|sent|date|to|cc|subject|reply-to|importance|attachments):\*?\s")
_FROM = re.compile(r"(?i)^\s*\*?from:\*?\s+\S")
_FORWARD = re.compile(r"(?i)^\s*(re:\s*)*(fw|fwd|wg):")


def is_forward(subject: str) -> bool:
    """Whether a subject says that the mail passes an earlier one on."""
    return bool(_FORWARD.match(subject))


def split_reply(text: str, *, forwarded: bool = False) -> tuple[str, str]:
    """New text and quoted text. A forwarded mail's first inner mail counts as new: its sender chose to send it."""
    new: list[str] = []
    quoted: list[str] = []
    lines = text.split("\n")
    at = 0
    passes = 1 if forwarded else 0
    while at < len(lines):
        length, whole = _marker(lines, at)
        if length and whole and passes:
            passes -= 1
        elif length and whole:
            quoted.extend(lines[at:])
            break
        elif length or lines[at].lstrip().startswith(">"):
            length = length or 1
            quoted.extend(lines[at : at + length])
        else:
            new.append(lines[at])
        at += length or 1
    return "\n".join(new).strip(), "\n".join(quoted).strip()


def _marker(lines: list[str], at: int) -> tuple[int, bool]:
    """Length in lines of a marker of an earlier mail, and whether everything below it belongs to that mail."""
    if _SEPARATOR.match(lines[at]) or _RULE.match(lines[at]):
        below = _next(lines, at + 1)
        block = _header_block(lines, below)
        if block:
            return below + block - at, True
        return (1, True) if _SEPARATOR.match(lines[at]) else (0, False)
    for length in (1, 2, 3):
        if _WROTE.match("\n".join(lines[at : at + length])):
            below = _next(lines, at + length)
            return length, not (below < len(lines) and lines[below].lstrip().startswith(">"))
    block = _header_block(lines, at)
    return block, bool(block)


def _header_block(lines: list[str], at: int) -> int:
    """Length of a block such as From, Sent, To, Subject; 0 when these lines are none."""
    if at >= len(lines) or not _FROM.match(lines[at]):
        return 0
    end = at
    while end < len(lines) and _HEADER_LINE.match(lines[end] + " "):
        end += 1
    return end - at if end - at >= 3 else 0


def _next(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
