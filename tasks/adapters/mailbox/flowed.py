"""Text in the form `format=flowed` (RFC 3676): lines that a program broke are joined again."""

from __future__ import annotations


def joined(text: str, *, delete_space: bool) -> str:
    """The paragraphs as they were written. `delete_space` is the parameter DelSp (RFC 3676 4.1)."""
    lines: list[str] = []
    open_at = -1
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        flows = rest.endswith(" ") and rest != "-- "
        if flows and delete_space:
            rest = rest[:-1]
        if open_at == depth and rest != "-- ":
            lines[-1] += rest
        else:
            lines.append(f"{'>' * depth} {rest}" if depth else rest)
        open_at = depth if flows else -1
    return "\n".join(lines)
