"""How much one mail may cost before it is refused (measured in reference `mail.md`, part 4)."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class MailLimits:
    """The bounds of one parsing.

    max_bytes: raw size. max_decoded_bytes: sum of all decoded parts, with what unfolds out of containers.
    text_chars: what of the text is kept. html_chars: what of an HTML part is looked at. depth, parts: of the tree of
    parts. memory_bytes: address space of the fork. cpu_seconds, wall_seconds: its time. reply_bytes: largest answer
    that is taken from it.
    """

    max_bytes: int = 40_000_000
    max_decoded_bytes: int = 64 * MEGABYTE
    text_chars: int = 200_000
    html_chars: int = 1_000_000
    depth: int = 20
    parts: int = 500
    memory_bytes: int = 512 * MEGABYTE
    cpu_seconds: int = 15
    wall_seconds: float = 25.0
    reply_bytes: int = 4 * MEGABYTE


LIMITS = MailLimits()
