"""Whatever a photo does to its process, the portal goes on (trust.md S21)."""

import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from portal.core import photos
from portal.core.errors import RuleBroken
from portal.core.photos import CleanPhoto, clean_photo

TOO_MUCH_WORK = "This photo takes too much work to open. Send a screenshot of it instead."
MB = 2**20


def jpeg(width: int = 64, height: int = 48, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "JPEG", **options)
    return out.getvalue()


def bomb() -> bytes:
    """A progressive JPEG of 40 megapixels and 9 MB whose last scan comes 100,000 times: minutes of work."""
    photo = jpeg(8000, 5000, progressive=True)
    scan = photo[photo.rindex(b"\xff\xda") : -2]
    return photo[:-2] + scan * ((9 * MB - len(photo)) // len(scan)) + photo[-2:]


@pytest.fixture
def process() -> Iterator[photos._PhotoProcess]:
    """A photo process of the test's own, whose photos get 1 second of CPU."""
    own = photos._PhotoProcess(most_cpu=1)
    yield own
    own.stop()


def running(process: photos._PhotoProcess) -> psutil.Process:
    assert process._process is not None
    return psutil.Process(process._process.pid)


def test_a_photo_that_takes_for_ever_is_ended_and_the_next_one_is_not(process: photos._PhotoProcess) -> None:
    assert process.ask(bomb()) == b""
    assert process.ask(jpeg()).startswith(b'{"width": 64')


def test_a_photo_that_takes_for_ever_is_refused_in_a_sentence(process: photos._PhotoProcess) -> None:
    head, files = photos._parse(process.ask(bomb()))
    assert (photos._SENTENCES[head["refused"]], files) == (TOO_MUCH_WORK, b"")


def test_a_photo_that_needs_too_much_memory_is_refused() -> None:
    out = io.BytesIO()
    Image.new("RGB", (16_000, 2_500)).save(out, "WEBP", lossless=True, method=0)  # 34 bytes, 640 MB
    with pytest.raises(RuleBroken) as refused:
        clean_photo(out.getvalue())
    assert str(refused.value) == TOO_MUCH_WORK


def test_large_photos_take_turns_in_memory() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8000, 5000), (1, 2, 3, 200)).save(out, "PNG", compress_level=1)
    clean_photo(jpeg())
    peak, done = 0, threading.Event()
    senders = in_threads(4, lambda: clean_photo(out.getvalue()), done)
    while not done.wait(0.005):
        peak = max(peak, memory_of(photos._process_here))
    assert [photo.width for photo in senders] == [2000] * 4
    assert 100 * MB < peak < 500 * MB  # each takes 340


def memory_of(process: photos._PhotoProcess) -> int:
    total = 0
    for child in running(process).children():
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def in_threads(count: int, act: Callable[[], CleanPhoto], done: threading.Event) -> list[CleanPhoto]:
    """Act in so many threads at once; the list fills as they finish, and the event says when all have."""
    results: list[CleanPhoto] = []
    threads = [threading.Thread(target=lambda: results.append(act())) for _ in range(count)]
    for thread in threads:
        thread.start()

    def wait() -> None:
        for thread in threads:
            thread.join()
        done.set()

    threading.Thread(target=wait).start()
    return results


def test_every_thread_gets_its_own_photo_back() -> None:
    done = threading.Event()
    widths = iter(range(40, 72))
    lock = threading.Lock()

    def send() -> CleanPhoto:
        with lock:
            width = next(widths)
        photo = clean_photo(jpeg(width))
        assert (photo.width, Image.open(io.BytesIO(photo.jpeg)).width) == (width, width)
        return photo

    results = in_threads(32, send, done)
    assert done.wait(60)
    assert sorted(photo.width for photo in results) == list(range(40, 72))


def test_one_process_serves_many_photos_and_leaves_no_zombies(process: photos._PhotoProcess) -> None:
    process.ask(jpeg())
    first = running(process)
    for _ in range(20):
        process.ask(jpeg())
    assert running(process) == first
    assert wait_until(lambda: first.children() == [])
    assert first.num_fds() <= 5


def test_a_killed_process_is_started_again(process: photos._PhotoProcess) -> None:
    process.ask(jpeg())
    for pause in (0, 0, 0, 0.001, 0.01, 0.1):
        running(process).kill()
        time.sleep(pause)
        assert process.ask(jpeg()).startswith(b'{"width": 64')


def test_a_stopped_web_process_may_go_on(process: photos._PhotoProcess) -> None:
    process.ask(jpeg())
    process.stop()
    assert process.ask(jpeg()).startswith(b'{"width": 64')


def test_a_killed_child_costs_its_own_photo_only(process: photos._PhotoProcess) -> None:
    process.ask(jpeg())
    assert wait_until(lambda: not running(process).children())  # the first photo's child has ended
    replies: list[bytes] = []
    sender = threading.Thread(target=lambda: replies.append(process.ask(bomb())))
    sender.start()
    assert wait_until(lambda: bool(running(process).children()))
    running(process).children()[0].kill()
    sender.join()
    assert replies == [b""]
    assert process.ask(jpeg()).startswith(b'{"width": 64')


def test_a_process_that_says_nothing_is_given_up() -> None:
    process = photos._PhotoProcess(longest_silence=1)
    process.ask(jpeg())
    silent = running(process)
    silent.suspend()
    try:
        assert process.ask(jpeg()).startswith(b'{"width": 64')
        assert not silent.is_running()
    finally:
        if silent.is_running():
            silent.kill()
        process.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_photo_under_way_is_answered_though_the_service_is_told_to_stop(
    process: photos._PhotoProcess, number: signal.Signals
) -> None:
    process.ask(jpeg())
    os.kill(running(process).pid, number)
    first = running(process)
    assert process.ask(jpeg()).startswith(b'{"width": 64')
    assert running(process) == first


@pytest.mark.parametrize(
    "end",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "sys.exit()",
        "os._exit(1)",
    ],
)
def test_no_process_is_left_behind_however_the_web_process_ends(end: str) -> None:
    program = f"""
        import os, signal, sys
        from portal.core import photos
        from pathlib import Path
        photos.clean_photo(sys.stdin.buffer.read())
        print(photos._process_here._process.pid, flush=True)
        {end}
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], check=False, input=jpeg(), capture_output=True,
    )  # fmt: skip
    left = int(done.stdout)
    assert done.stderr == b""
    assert wait_until(lambda: not psutil.pid_exists(left))


def test_the_process_knows_none_of_the_settings(
    process: photos._PhotoProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEJIE_SECRET_KEY", "secret")
    process.ask(jpeg())
    assert "HEJIE_SECRET_KEY" not in running(process).environ()


def test_the_process_can_write_no_file(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import photo_process; photo_process.prepare()\n"
        "open(sys.argv[2], 'w').write('x')"
    )
    folder = Path(photos.__file__).parent
    done = subprocess.run([sys.executable, "-c", program, folder, tmp_path / "file"], check=False)
    assert done.returncode == -signal.SIGXFSZ or (tmp_path / "file").read_bytes() == b""


def wait_until(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
