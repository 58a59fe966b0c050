"""A photo is drawn anew: what its maker's phone wrote into it is gone, what it shows is there."""

import hashlib
import io
import struct
import zipfile
import zlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from portal.core.errors import RuleBroken
from portal.core.photos import MOST_BYTES, clean_photo

FORMATS = ["JPEG", "PNG", "WEBP"]
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 30), (30, 30, 220), (240, 240, 240)
# Where the four corners of the upright picture lie in the file, for each value of EXIF's orientation.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
DAMAGED = "This photo is damaged or was cut off on its way. Please choose it again."
NO_PHOTO = "This file is not a photo that we can read. We take JPEG, PNG and WebP."
TOO_MANY_PIXELS = (
    "This photo has more than 40 million pixels. Send a smaller one, for example a screenshot of it."
)
TOO_LARGE = "This photo is larger than 10 MB. Send a smaller one, for example a screenshot of it."


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """Four quarters in four colours, so that every turn shows."""
    drawn = Image.new("RGB", (width, height), WHITE)
    half = (width // 2, height // 2)
    drawn.paste(RED, (0, 0, *half))
    drawn.paste(GREEN, (half[0], 0, width, half[1]))
    drawn.paste(BLUE, (0, half[1], half[0], height))
    return drawn


def saved(drawn: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(RuleBroken) as refused:
        clean_photo(data)
    assert refused.value.field == "photos"
    return str(refused.value)


def corners(shown: Image.Image) -> list[tuple[int, int, int]]:
    """The four quarters' colours, each the nearest of the four that were painted."""
    x, y = shown.width // 4, shown.height // 4
    colours = [RED, GREEN, BLUE, WHITE]
    seen = [shown.convert("RGB").getpixel(at) for at in ((x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y))]
    return [
        min(colours, key=lambda c: sum((a - b) ** 2 for a, b in zip(c, pixel, strict=True))) for pixel in seen
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_comes_back_as_a_jpeg_that_shows_the_same(kind: str) -> None:
    sent = saved(picture(), kind)
    clean = clean_photo(sent)
    shown = opened(clean.jpeg)
    assert (shown.format, shown.size, (clean.width, clean.height)) == ("JPEG", (64, 48), (64, 48))
    assert corners(shown) == [RED, GREEN, BLUE, WHITE]
    assert clean.sha256 == hashlib.sha256(clean.jpeg).hexdigest()
    assert (clean.original_sha256, clean.original_bytes) == (hashlib.sha256(sent).hexdigest(), len(sent))


def test_a_large_photo_becomes_2000_pixels_and_its_thumbnail_320() -> None:
    clean = clean_photo(saved(picture(4000, 3000)))
    assert (clean.width, clean.height) == opened(clean.jpeg).size == (2000, 1500)
    assert opened(clean.thumb_jpeg).size == (320, 240)
    assert corners(opened(clean.thumb_jpeg)) == [RED, GREEN, BLUE, WHITE]


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert clean_photo(saved(picture())) == clean_photo(saved(picture()))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", TURNS)
def test_a_photo_stands_upright_however_the_phone_was_held(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    clean = clean_photo(saved(picture(2400, 1800).transpose(TURNS[orientation]), kind, exif=exif))
    assert (clean.width, clean.height) == (2000, 1500)
    assert corners(opened(clean.jpeg)) == [RED, GREEN, BLUE, WHITE]
    assert corners(opened(clean.thumb_jpeg)) == [RED, GREEN, BLUE, WHITE]


def telling(kind: str) -> bytes:
    """A photo that says where and by whom it was taken, in every place its format has for that."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x9286] = "SECRET maker", "SECRET model", b"ASCII\0\0\0SECRET comment"
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (30.0, 15.0, 27.12), 3: "E", 4: (120.0, 9.0, 10.08), 29: "SECRET date"}
    )
    options: dict[str, object] = {
        "exif": exif,
        "xmp": b"<x:xmpmeta>SECRET</x:xmpmeta>",
        "icc_profile": b"SECRET" * 50,
    }
    if kind == "JPEG":
        options |= {"comment": b"<script>SECRET</script>", "dpi": (72, 72)}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SECRET")
        text.add_text("Description", "SECRET" * 100, zip=True)
        text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>SECRET</x:xmpmeta>")
        options["pnginfo"] = text
    return saved(picture(), kind, **options)


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_that_the_phone_wrote_is_left(kind: str) -> None:
    sent = telling(kind)
    assert b"SECRET" in sent
    clean = clean_photo(sent)
    for jpeg in (clean.jpeg, clean.thumb_jpeg):
        assert set(segments(jpeg)) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}  # JFIF, tables, frame, scan: no more
        assert b"SECRET" not in jpeg
        assert dict(opened(jpeg).getexif()) == {}
        assert set(opened(jpeg).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def segments(jpeg: bytes) -> list[int]:
    """The kinds of a JPEG's segments up to its pixels."""
    kinds, place = [], 2
    while not kinds or kinds[-1] != 0xDA:
        assert jpeg[place] == 0xFF
        kinds.append(jpeg[place + 1])
        place += 2 + struct.unpack(">H", jpeg[place + 2 : place + 4])[0]
    return kinds


def test_a_file_that_is_two_things_becomes_one() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("run.exe", "MZ")
    page = b"<html><script>alert(1)</script>"
    for hidden in (archive.getvalue(), page, b"%PDF-1.7", b"<?php system($_GET[0]); ?>"):
        for kind in FORMATS:
            clean = clean_photo(saved(picture(), kind) + hidden)
            assert hidden not in clean.jpeg
            assert not zipfile.is_zipfile(io.BytesIO(clean.jpeg))
            assert corners(opened(clean.jpeg)) == [RED, GREEN, BLUE, WHITE]


def test_of_many_frames_the_first_is_taken() -> None:
    others = [Image.new("RGB", (64, 48), BLUE)] * 5
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True}), ("MPO", {})):
        clean = clean_photo(saved(picture(), kind, save_all=True, append_images=others, **options))
        assert corners(opened(clean.jpeg)) == [RED, GREEN, BLUE, WHITE]


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    for drawn in (clear, clear.convert("LA"), clear.quantize(4)):
        shown = opened(clean_photo(saved(drawn, "PNG")).jpeg)
        assert min(shown.getpixel((20, 20))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_kind_of_colour_is_taken(mode: str) -> None:
    grey = (
        Image.new("I;16", (40, 40), 0x8080) if mode == "I;16" else Image.new("L", (40, 40), 128).convert(mode)
    )
    shown = opened(clean_photo(saved(grey, "JPEG" if mode in {"L", "CMYK"} else "PNG")).jpeg)
    assert shown.mode == "RGB"
    if mode != "1":
        assert all(abs(value - 128) <= 4 for value in shown.getpixel((20, 20)))


def test_broken_exif_is_no_reason_to_refuse_a_photo() -> None:
    for exif in (b"Exif\0\0" + b"\xff" * 40, b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"Exif\0\0"):
        assert clean_photo(saved(picture(), exif=exif)).width == 64


def test_a_file_over_10_mb_is_refused_and_one_of_10_mb_is_not() -> None:
    photo = saved(picture())
    assert clean_photo(photo + bytes(MOST_BYTES - len(photo))).width == 64
    assert refusal(photo + bytes(MOST_BYTES - len(photo) + 1)) == TOO_LARGE


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_cut_off_anywhere_is_refused_as_cut_off(kind: str) -> None:
    noise = Image.effect_noise((64, 48), 80).convert("RGB")
    whole = saved(noise, kind)
    for length in [12, 20, 40, *range(60, len(whole) - 60, max(1, len(whole) // 12))]:
        assert refusal(whole[:length]) == DAMAGED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 photo.jpg",
        b"PK\x03\x04" + bytes(100),
        saved(picture(), "GIF"),
        saved(picture(), "BMP"),
        saved(picture(), "TIFF"),
        saved(picture(), "ICO"),
        saved(picture().convert("L"), "PPM"),
    ],
)
def test_a_file_that_lies_about_its_type_is_refused(data: bytes) -> None:
    assert refusal(data) == NO_PHOTO


def test_an_apple_photo_is_told_what_to_do() -> None:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
    assert refusal(heic) == (
        "This photo is in the HEIC format, which not everybody can open. Send a screenshot of it. "
        "For new photos on an iPhone: Settings, Camera, Formats, Most Compatible."
    )


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of any claimed size, made by hand."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    whole = b"\x89PNG\r\n\x1a\n"
    for kind, data in (head, *chunks, (b"IEND", b"")):
        whole += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return whole


@pytest.mark.parametrize("size", [(8001, 5000), (9000, 6000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_photo_of_too_many_pixels_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    assert refusal(png(*size, (b"IDAT", zlib.compress(b"")))) == TOO_MANY_PIXELS


@cache
def packed_gigabyte() -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(1024)) + packer.flush()


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP", b"iTXt"])
def test_a_text_that_unpacks_to_a_gigabyte_harms_nobody(kind: bytes) -> None:
    start = {b"zTXt": b"Comment\0\0", b"iCCP": b"profile\0\0", b"iTXt": b"Comment\0\1\0\0\0"}[kind]
    pixels = zlib.compress(b"".join(b"\0" + bytes(3 * 64) for _ in range(48)))
    bomb = png(64, 48, (kind, start + packed_gigabyte()), (b"IDAT", pixels))
    try:
        assert clean_photo(bomb).width == 64
    except RuleBroken as refused:
        assert str(refused) == DAMAGED  # noqa: PT017  either is right; hanging or dying is not


@given(st.sampled_from(FORMATS), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=20))
@settings(max_examples=60)
def test_any_damage_gives_a_photo_or_a_sentence(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(saved(picture(), kind))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        assert opened(clean_photo(bytes(data)).jpeg).format == "JPEG"
    except RuleBroken as refused:
        assert refused.field == "photos"  # noqa: PT017
