"""What office scanners and telephones do to a page. Pictures are RGB uint8 arrays (height, width, 3), letter size."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]

PRINT_DPI = 300
"""Resolution of the printed page that is put on the glass."""


def soft_noise(shape: tuple[int, int], cells: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise (height, width) from -1 to 1 with about `cells` waves across the page."""
    coarse = rng.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32)
    smooth = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, dtype=np.float32)


def grained(picture: NDArray[np.float32], rng: np.random.Generator, level: float) -> Picture:
    """The picture with sensor noise of `level` grey steps, clipped to bytes."""
    tile = rng.normal(0, level, (512, 512)).astype(np.float32)
    tall, wide = picture.shape[:2]
    noise: NDArray[np.float32] = np.tile(tile, (tall // 512 + 1, wide // 512 + 1))[:tall, :wide]
    return np.asarray(np.clip(picture + noise[..., None], 0, 255), dtype=np.uint8)


def jpeg(picture: Picture, quality: int, dpi: int) -> bytes:
    """The picture as JPEG bytes."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()


def image_only_pdf(pictures: list[bytes], dpi: int) -> bytes:
    """JPEG pages as a PDF without any text, the way a scanner writes it."""
    pdf = pikepdf.new()
    for data in pictures:
        with Image.open(io.BytesIO(data)) as opened:
            wide, tall = opened.size
            space = pikepdf.Name.DeviceRGB if opened.mode == "RGB" else pikepdf.Name.DeviceGray
        image = pikepdf.Stream(pdf, data)
        image.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=wide, Height=tall,
            ColorSpace=space, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        across, down = wide * 72 / dpi, tall * 72 / dpi
        page = pdf.add_blank_page(page_size=(across, down))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
        page.Contents = pdf.make_stream(f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /Im0 Do Q".encode())
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def scanned(page: Picture, seed: int, dpi: int = 200, grey: bool = False) -> bytes:
    """A page of `PRINT_DPI` laid askew on a scanner's glass: JPEG bytes at `dpi`."""
    rng = np.random.default_rng([seed, 21])
    tall, wide = round(11 * dpi), round(8.5 * dpi)
    middle = (page.shape[1] / 2, page.shape[0] / 2)
    turn = np.asarray(cv2.getRotationMatrix2D(middle, float(rng.uniform(-1.3, 1.3)), 1.0), dtype=np.float64)
    turn[:, 2] += rng.uniform(-14, 14, 2)
    turn *= dpi / PRINT_DPI
    soft = cv2.GaussianBlur(page, (0, 0), 0.9)
    laid = cv2.warpAffine(soft, turn, (wide, tall), flags=cv2.INTER_AREA, borderValue=(244, 244, 243))
    paper = np.array([rng.uniform(0.975, 0.995), rng.uniform(0.972, 0.99), rng.uniform(0.955, 0.98)], np.float32)
    shade = 1 + 0.012 * soft_noise((tall, wide), 3, rng)
    edge = np.ones(wide, np.float32)
    reach = round(wide * rng.uniform(0.006, 0.014))
    edge[:reach] = np.linspace(rng.uniform(0.55, 0.8), 1, reach, dtype=np.float32)
    light = (0.945 * shade * edge[None, :])[..., None] * paper
    glass = np.asarray(14 + laid * light, dtype=np.float32)
    for x, y in zip(rng.integers(0, wide, 9), rng.integers(0, tall, 9), strict=True):
        glass[y : y + 2, x : x + 2] = (150, 150, 148)
    shot = grained(glass, rng, 2.0)
    if grey:
        shot = np.asarray(cv2.cvtColor(shot, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return jpeg(shot, 72, dpi)


def desk(wide: int, tall: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A wooden desk top (height, width, 3)."""
    rows = rng.normal(0, 1, (tall, 1)).astype(np.float32)
    lines = cv2.GaussianBlur(np.repeat(rows, wide, axis=1), (0, 0), 2.2)
    warp = soft_noise((tall, wide), 5, rng) * 40
    across, down = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(tall, dtype=np.float32))
    grain = cv2.remap(lines, across, down + warp, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    wood = np.array([134, 98, 66], np.float32) * (1 + 0.16 * grain + 0.08 * soft_noise((tall, wide), 7, rng))[..., None]
    return np.asarray(wood, dtype=np.float32)


def photographed(page: Picture, seed: int, wide: int = 1920, tall: int = 2560) -> bytes:
    """A page on a desk, taken with a telephone held not quite level, in uneven light: JPEG bytes."""
    rng = np.random.default_rng([seed, 33])
    height, width = page.shape[:2]
    corners = np.array([[0.07, 0.06], [0.93, 0.06], [0.96, 0.95], [0.04, 0.95]]) + rng.uniform(-0.018, 0.018, (4, 2))
    target = (corners * [wide, tall]).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    view = cv2.getPerspectiveTransform(source, target)
    sheet = cv2.warpPerspective(page, view, (wide, tall), flags=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), view, (wide, tall), flags=cv2.INTER_LINEAR)
    under = cv2.GaussianBlur(np.roll(cover, (14, 10), (0, 1)), (0, 0), 18)
    wood = desk(wide, tall, rng) * (1 - 0.55 * under)[..., None]
    warm = np.array([0.99, 0.965, 0.91], np.float32)
    scene = wood * (1 - cover)[..., None] + sheet * warm * 0.93 * cover[..., None]
    x, y = np.meshgrid(np.linspace(0, 1, wide, dtype=np.float32), np.linspace(0, 1, tall, dtype=np.float32))
    lean = rng.uniform(0.7, 1.3)
    light = 1.06 - 0.20 * (lean * x + y) / (lean + 1) + 0.03 * soft_noise((tall, wide), 2, rng)
    shadow = 1 - 0.16 / (1 + np.exp(-(x * 0.6 + y - 1.28) * 18))
    scene = cv2.GaussianBlur(scene * (light * shadow)[..., None], (0, 0), 0.8)
    return jpeg(grained(np.asarray(scene, dtype=np.float32), rng, 3.0), 74, 72)
