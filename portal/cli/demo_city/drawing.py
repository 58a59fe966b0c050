"""What all sample photos are drawn with: wood, cloth, light, and the grain of a cheap camera."""

import math
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from pylopdf_fonts_zh_cn import sans_path

Colour = tuple[int, int, int]
Point = tuple[float, float]
# Drawn larger and scaled down, so that edges are smooth.
SIZE = (1440, 1920)
SHOWN = (960, 1280)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The Chinese type of the PDFs."""
    return ImageFont.truetype(str(sans_path()), size)


def wood(rng: Random, base: Colour, size: tuple[int, int] = SIZE) -> Image.Image:
    """A board of wood with its grain running across."""
    width, height = size
    image = Image.new("RGB", size, base)
    pen = ImageDraw.Draw(image)
    for y in range(-20, height + 20, 5):
        shade = rng.randint(-16, 12)
        colour = tuple(max(0, min(255, part + shade)) for part in base)
        swing, phase = rng.uniform(3, 12), rng.uniform(0, 6)
        line = [(x, y + swing * math.sin(x / 330 + phase + y / 210)) for x in range(-40, width + 60, 40)]
        pen.line(line, fill=colour, width=rng.randint(2, 8))
    return image.filter(ImageFilter.GaussianBlur(2))


def cloth(rng: Random, base: Colour) -> Image.Image:
    """Woven cloth, thread by thread."""
    image = Image.new("RGB", SIZE, base)
    pen = ImageDraw.Draw(image)
    for x in range(0, SIZE[0], 6):
        pen.line([(x, 0), (x, SIZE[1])], fill=lighter(base, rng.randint(-12, 10)), width=3)
    for y in range(0, SIZE[1], 6):
        pen.line([(0, y), (SIZE[0], y)], fill=lighter(base, rng.randint(-16, 14)), width=2)
    return image.filter(ImageFilter.GaussianBlur(1))


def lighter(colour: Colour, by: int) -> Colour:
    """The colour, lighter by so many steps of 255, darker where negative."""
    red, green, blue = (max(0, min(255, part + by)) for part in colour)
    return red, green, blue


def drop(image: Image.Image, sheet: Image.Image, at: tuple[int, int], *, turn: float = 0) -> None:
    """Lay a sheet onto an image, turned by so many degrees, with its shadow."""
    turned = sheet.convert("RGBA").rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
    shadow = Image.new("RGBA", turned.size, (0, 0, 0, 0))
    shadow.putalpha(turned.getchannel("A").point(lambda alpha: alpha * 5 // 10))
    padded = Image.new("RGBA", image.size, (0, 0, 0, 0))
    padded.paste(shadow, (at[0] + 14, at[1] + 18))
    padded = padded.filter(ImageFilter.GaussianBlur(16))
    image.paste(padded, (0, 0), padded)
    image.paste(turned, at, turned)


def ragged(rng: Random, points: Sequence[Point], by: float, parts: int = 8) -> list[Point]:
    """A line through these points that no ruler drew."""
    line = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        for part in range(1, parts + 1):
            x, y = x0 + (x1 - x0) * part / parts, y0 + (y1 - y0) * part / parts
            line.append((x + rng.uniform(-by, by), y + rng.uniform(-by, by)))
    return line


def jpeg(image: Image.Image, rng: Random, *, light: tuple[float, float] = (0.4, 0.3)) -> bytes:
    """The drawing as a phone would have taken it: light from one side, grain, JPEG."""
    shot = ImageChops.multiply(image.convert("RGB"), _light(light)).resize(SHOWN, Image.Resampling.LANCZOS)
    grain = Image.frombytes("L", SHOWN, rng.randbytes(SHOWN[0] * SHOWN[1]))
    grain = grain.filter(ImageFilter.GaussianBlur(0.8))
    shot = Image.blend(shot, Image.merge("RGB", (grain, grain, grain)), 0.045)
    out = BytesIO()
    shot.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def _light(at: tuple[float, float]) -> Image.Image:
    """Brightest at a point given in shares of the width and the height, darker towards the far corners."""
    small = Image.new("L", (48, 64))
    pixels = [
        int(255 - 120 * min(1.0, math.hypot(x / 48 - at[0], (y / 64 - at[1]) * 1.2)) ** 1.6)
        for y in range(64)
        for x in range(48)
    ]
    small.putdata(pixels)
    big = small.resize(SIZE, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (big, big, big))
