"""How much one file may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The bounds of one reading. Whatever passes a bound becomes a typed refusal, never a crash of the product.

    max_bytes: size of the file in bytes; 25 MB is what most mail systems let through.
    max_pages: pages of one file; the three forms of clause VI together have fewer than ten.
    max_pixels: pixels of one page picture; a letter page at 600 dpi has 34 million, a large phone picture 50 million.
    max_total_pixels: pixels of all page pictures of the file together.
    wall_seconds: time by the clock; then the child and everything it started is killed.
    cpu_seconds: processor time of each process the reading starts (RLIMIT_CPU).
    memory_bytes: address space of each process the reading starts (RLIMIT_AS).
    file_bytes: largest temporary file a process of the reading may write (RLIMIT_FSIZE).
    reply_bytes: largest answer the parent accepts from the child.
    """

    max_bytes: int = 25 * MEGABYTE
    max_pages: int = 20
    max_pixels: int = 60_000_000
    max_total_pixels: int = 240_000_000
    wall_seconds: float = 90.0
    cpu_seconds: int = 80
    memory_bytes: int = 2048 * MEGABYTE
    file_bytes: int = 64 * MEGABYTE
    reply_bytes: int = 48 * MEGABYTE
