"""Photos that people send: drawn anew in a process of their own, so that nothing hides in them.

Why a process (trust.md S21): a decoder fed by strangers may crash, loop or eat memory, and must not take
a web process along. Why one that stays and forks (photo_process.py): starting Python and Pillow for each
photo takes longer than the photo itself, once the browser has made that small.
"""

import atexit
import contextlib
import hashlib
import json
import logging
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.errors import RuleBroken
from portal.core.words import N_

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000  # photo_process.py keeps to it
FIELD = "photos"

_AT_ONCE = 2  # photos under way in one web process
_MOST_CPU = 10  # seconds for one photo
_LONGEST_QUEUE = 10.0  # seconds that a photo waits for its turn
_TRIES = 3
_LONGEST_SILENCE = 20.0  # seconds; a child ends itself after 15
CHILD_IS_HERE = b"+"  # before the reply proper
_TOO_MUCH_WORK = "too_much_work"
_SENTENCES = {
    "too_many_pixels": N_(
        "This photo has more than %(most)s million pixels. "
        "Send a smaller one, for example a screenshot of it."
    ),
    "heic": N_(
        "This photo is in the HEIC format, which not everybody can open. Send a screenshot of it. "
        "For new photos on an iPhone: Settings, Camera, Formats, Most Compatible."
    ),
    "damaged": N_("This photo is damaged or was cut off on its way. Please choose it again."),
    "not_a_photo": N_("This file is not a photo that we can read. We take JPEG, PNG and WebP."),
    _TOO_MUCH_WORK: N_("This photo takes too much work to open. Send a screenshot of it instead."),
}
_TOO_LARGE = N_("This photo is larger than %(most)s MB. Send a smaller one, for example a screenshot of it.")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo as it is kept: sizes in pixels, at most 2000 a side; the thumbnail at most 320.

    sha256: of `jpeg`; original_sha256 and original_bytes (a count): of what was sent, for the record.
    """

    jpeg: bytes
    width: int
    height: int
    thumb_jpeg: bytes
    sha256: str
    original_sha256: str
    original_bytes: int


def clean_photo(data: bytes) -> CleanPhoto:
    """A photo drawn anew: first frame, upright, at most 2000 pixels a side, no metadata (trust.md S19).

    data: JPEG, PNG or WebP by content, at most 10 MB and 40 megapixels. Raises RuleBroken("photos") for
    all else, with a sentence about "this photo": the caller says which.
    """
    if len(data) > MOST_BYTES:
        raise RuleBroken(FIELD, _TOO_LARGE, most=MOST_BYTES // 1024**2)
    head, files = _parse(_process_here.ask(data))
    if refusal := head.get("refused"):
        most = {"most": MOST_PIXELS // 10**6} if refusal == "too_many_pixels" else {}
        raise RuleBroken(FIELD, _SENTENCES[refusal], **most)
    jpeg, thumbnail = files[: head["jpeg"]], files[head["jpeg"] :]
    return CleanPhoto(
        jpeg=jpeg,
        width=head["width"],
        height=head["height"],
        thumb_jpeg=thumbnail,
        sha256=hashlib.sha256(jpeg).hexdigest(),
        original_sha256=hashlib.sha256(data).hexdigest(),
        original_bytes=len(data),
    )


def _parse(reply: bytes) -> tuple[dict[str, Any], bytes]:
    """The reply's head and files; a reply that breaks off comes from a child that met its limits."""
    line, _, files = reply.partition(b"\n")
    head = json.loads(line) if line.endswith(b"}") else {"refused": _TOO_MUCH_WORK}
    if "refused" not in head and len(files) != head["jpeg"] + head["thumbnail"]:
        head = {"refused": _TOO_MUCH_WORK}
    return head, files


class _PhotoProcess:
    """The photo process of this web process: started at the first photo, and again where it died."""

    def __init__(self, *, most_cpu: int = _MOST_CPU, longest_silence: float = _LONGEST_SILENCE) -> None:
        self._most_cpu, self._longest_silence = most_cpu, longest_silence
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def ask(self, data: bytes) -> bytes:
        """The reply to one photo, b"" where its child was ended; safe from any thread."""
        if not self._turn.acquire(timeout=_LONGEST_QUEUE):
            raise _unavailable()
        try:
            for _ in range(_TRIES):
                reply, process = self._try(data)
                if reply:
                    return reply.removeprefix(CHILD_IS_HERE)
                # No sign of a child is no fault of the photo: the process is gone, or cannot fork.
                self._give_up(process)
        finally:
            self._turn.release()
        _log.error("the photo process does not stay up")
        raise _unavailable()

    def stop(self) -> None:
        """End the process; photos under way are still answered."""
        with self._lock:
            self._end()

    def _give_up(self, process: subprocess.Popen[bytes] | None) -> None:
        with self._lock:
            if process is self._process:  # else another thread has done so, and a new one is up
                self._end()

    def _try(self, data: bytes) -> tuple[bytes, subprocess.Popen[bytes] | None]:
        """The reply, b"" where there was no child, and the process that was asked for one."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = self._hand_over(theirs)
            ours.settimeout(self._longest_silence)
            try:
                with contextlib.suppress(ConnectionError):  # ended before it had read everything
                    ours.sendall(data)
                    ours.shutdown(socket.SHUT_WR)
                return _receive(ours), process
            except TimeoutError:
                return b"", process

    def _hand_over(self, job: socket.socket) -> subprocess.Popen[bytes] | None:
        with self._lock:
            try:
                socket.send_fds(self._control or self._start(), [b"."], [job.fileno()])
            except OSError:
                self._end()
                socket.send_fds(self._start(), [b"."], [job.fileno()])
            return self._process

    def _start(self) -> socket.socket:
        self._control, theirs = socket.socketpair()
        program = Path(__file__).with_name("photo_process.py")
        nothing = subprocess.DEVNULL
        with theirs:
            # No environment: the settings and their secrets are none of its business.
            self._process = subprocess.Popen(  # noqa: S603  our own file
                [sys.executable, "-I", program, str(self._most_cpu)],
                stdin=theirs.fileno(), stdout=nothing, stderr=nothing,
                env={}, cwd="/",
            )  # fmt: skip
        return self._control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


def _receive(job: socket.socket) -> bytes:
    pieces = []
    with contextlib.suppress(ConnectionError):
        while piece := job.recv(2**18):
            pieces.append(piece)
    return b"".join(pieces)


def _unavailable() -> RuleBroken:
    return RuleBroken(FIELD, N_("Photos cannot be taken in just now. Please try again in a moment."))


_process_here = _PhotoProcess()
atexit.register(_process_here.stop)
