"""The process in which photos are decoded; photos.py starts it by its path, with nothing of the portal in it.

It has Pillow loaded, waits on its standard input (a socket) for jobs, and forks one child for each, so that
a photo costs a fork and not a start of Python: one of 1600 x 1200 takes 35 ms in all instead of 127. The
child's limits end it whatever the photo does; nothing it does can reach the next photo. A job is itself a
socket: the photo comes in until its end, one line of JSON and the new files go out. When the web process is
gone, by whatever signal, its end of the sockets closes and this process ends.
"""

import contextlib
import fcntl
import io
import json
import os
import resource
import signal
import socket
import sys
import warnings

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LARGE = 8_000_000  # pixels that must be in memory at full size; up to 10 bytes each
MOST_MEMORY = 512 * 1024 * 1024  # address space, in bytes
MOST_TIME = 15  # seconds on the wall
LONGEST_SIDE = 2000
THUMBNAIL_SIDE = 320
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}

# Loaded before the first fork, though Pillow would find them itself.
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)


class Refused(Exception):
    """The photo is not taken; the only argument is the reason's code."""


def main() -> None:
    """Fork a child for every job until the web process has closed its end."""
    prepare()
    most_cpu = int(sys.argv[1])
    control = socket.socket(fileno=0)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        with socket.socket(fileno=descriptors[0]) as job:
            fork_for(job, most_cpu)


def prepare() -> None:
    """Set once what every child inherits."""
    # Ctrl-C and a service's stop reach the whole group: photos under way are still answered.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(nothing, (0, 0))
    # Opening a photo checks its size before anything is decoded; Pillow only warns up to twice its limit.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.preinit()


def fork_for(job: socket.socket, most_cpu: int) -> None:
    """Answer one job in a child with so many seconds of CPU; where there can be no child, say nothing."""
    with contextlib.suppress(OSError):
        if os.fork() == 0:
            try:
                resource.setrlimit(resource.RLIMIT_CPU, (most_cpu, most_cpu))
                signal.setitimer(signal.ITIMER_REAL, MOST_TIME)  # its default is to end the process
                answer(job)
            finally:
                os._exit(0)


def answer(job: socket.socket) -> None:
    """Read the photo, write the reply; before it, that there is a child at all."""
    job.sendall(b"+")
    with job.makefile("rb") as incoming:
        data = incoming.read()
    try:
        reply = clean(data)
    except Refused as refused:
        reply = json.dumps({"refused": refused.args[0]}).encode() + b"\n"
    job.sendall(reply)


def clean(data: bytes) -> bytes:
    """The reply for a photo's bytes: a line of JSON, the new JPEG, its thumbnail."""
    try:
        picture = draw_anew(data)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too_many_pixels") from None
    except MemoryError:
        raise Refused("too_much_work") from None
    except Exception:  # a hostile file makes Pillow raise anything
        raise Refused(what_is_wrong(data)) from None
    width, height = picture.size
    jpeg = as_jpeg(picture, quality=82)
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), reducing_gap=1.0)
    thumbnail = as_jpeg(picture, quality=75)
    head = {"width": width, "height": height, "jpeg": len(jpeg), "thumbnail": len(thumbnail)}
    return json.dumps(head).encode() + b"\n" + jpeg + thumbnail


def draw_anew(data: bytes) -> Image.Image:
    """The first frame's pixels, upright, on white, with nothing else of the file."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        wait_for_room(opened)
        picture: Image.Image = opened
        if opened.mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
            picture = in_plain_colours(opened)
        # Smaller first, then everything else: a JPEG is decoded at half or a quarter of its size.
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
        picture.load()
        set_upright(picture)
        picture = on_white(picture)
    picture.info.clear()  # without this Pillow writes the old comment into the new file
    return picture


def wait_for_room(picture: Image.Image) -> None:
    """Let one large picture at a time into the machine's memory (trust.md S21: +400 MB at most)."""
    grows_small = picture.format in {"JPEG", "MPO"} and "progressive" not in picture.info
    if picture.width * picture.height > LARGE and not grows_small:
        # Held until this child ends: the lock goes with the open file.
        fcntl.flock(os.open(__file__, os.O_RDONLY), fcntl.LOCK_EX)


def in_plain_colours(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def set_upright(picture: Image.Image) -> None:
    with contextlib.suppress(Exception):  # broken EXIF is no reason to refuse a photo
        ImageOps.exif_transpose(picture, in_place=True)


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in {"LA", "RGBA"}:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def as_jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)  # progressive: 6 % less, 3 times as long
    return out.getvalue()


def what_is_wrong(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "heic"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or is_webp(data):
        return "damaged"
    return "not_a_photo"


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


if __name__ == "__main__":
    main()
    sys.exit()
