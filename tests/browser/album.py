"""A folder of pictures, each small enough to be kept beside the text that shows it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

COLOURS = 128
GAP = 20
SETTLE_SECONDS = 1.5
"""Until the UI's own animations are over."""


class Album:
    """A folder of pictures with few colours, so that each stays small."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, *pictures: bytes) -> None:
        """Keep one picture, or several one below the other."""
        parts = [Image.open(BytesIO(p)).convert("RGB") for p in pictures]
        gap = GAP if len(parts) > 1 else 0
        size = max(p.width for p in parts) + 2 * gap, sum(p.height + gap for p in parts) + gap
        whole = Image.new("RGB", size, parts[0].getpixel((0, 0)))
        top = gap
        for part in parts:
            whole.paste(part, (gap, top))
            top += part.height + gap
        self._keep(name, whole)

    def beside(self, name: str, *pictures: bytes) -> None:
        """Keep several pictures of one height side by side."""
        parts = [Image.open(BytesIO(p)).convert("RGB") for p in pictures]
        whole = Image.new("RGB", (sum(p.width + GAP for p in parts) - GAP, parts[0].height), "white")
        left = 0
        for part in parts:
            whole.paste(part, (left, 0))
            left += part.width + GAP
        self._keep(name, whole)

    def _keep(self, name: str, whole: Image.Image) -> None:
        path = self.folder / f"{name}.png"
        whole.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path}  {whole.width} x {whole.height}  {path.stat().st_size // 1024} KB", flush=True)
