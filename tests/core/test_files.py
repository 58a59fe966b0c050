"""Evidence survives a power cut: the file is synced, then named, then its folders are (trust.md S1)."""

import hashlib
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.files import open_stored, path_of, write_durably

PHOTO = b"\xff\xd8\xff photo \x00\r\n" * 1000
NAME = hashlib.sha256(PHOTO).hexdigest() + ".jpg"


def stored(root: Path, name: str) -> bytes:
    with open_stored(root, name) as file:
        return file.read()


def test_bytes_come_back_under_the_name_of_their_content(tmp_path: Path) -> None:
    assert write_durably(tmp_path / "evidence", PHOTO, ".jpg") == NAME
    assert stored(tmp_path / "evidence", NAME) == PHOTO


def test_nobody_else_on_the_machine_can_read_them(tmp_path: Path) -> None:
    write_durably(tmp_path, PHOTO, ".jpg")
    assert path_of(tmp_path, NAME).stat().st_mode & 0o777 == 0o600


def test_the_same_bytes_are_kept_once_and_nothing_else_is_left(tmp_path: Path) -> None:
    root = tmp_path / "evidence"
    writers = [threading.Thread(target=write_durably, args=(root, PHOTO, ".jpg")) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [file.name for file in root.rglob("*") if file.is_file()] == [NAME]


def test_writing_again_mends_a_damaged_file(tmp_path: Path) -> None:
    write_durably(tmp_path, PHOTO, ".jpg")
    path_of(tmp_path, NAME).write_bytes(b"")
    write_durably(tmp_path, PHOTO, ".jpg")
    assert stored(tmp_path, NAME) == PHOTO


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "../secret_key",
        "/etc/passwd",
        f"../{NAME}",
        NAME[:-4],
        NAME.upper(),
        f"{NAME}/..",
        f"{NAME}\n",
        f"{NAME}\x00",
        "0" * 64 + ".",
        "０" * 64 + ".jpg",
        "a" * 100_000,
    ],
)
def test_no_other_name_opens_anything(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret_key").write_text("secret")
    root = tmp_path / "evidence"
    write_durably(root, PHOTO, ".jpg")
    with pytest.raises(FileNotFoundError):
        open_stored(root, name)


@given(st.text())
def test_any_name_is_either_of_our_shape_or_refused(name: str) -> None:
    try:
        assert path_of(Path("/evidence"), name).is_relative_to("/evidence")
        assert re.fullmatch(r"[0-9a-f]{64}\.[a-z0-9]{1,8}", name)
    except FileNotFoundError:
        pass


def test_a_full_disk_leaves_no_piece_behind(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from portal.core.files import write_durably\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "write_durably(Path(sys.argv[1]), bytes(20000), '.jpg')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], check=False, capture_output=True, text=True
    )
    assert done.stderr.strip().splitlines()[-1] == "OSError: [Errno 27] File too large"
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_without_the_folder_around_it_nothing_is_stored(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_durably(tmp_path / "not mounted" / "evidence", PHOTO, ".jpg")


def test_the_kernel_is_asked_in_the_right_order(tmp_path: Path) -> None:
    calls = [re.sub(r"\.[0-9a-f]{16}\.unfinished", "UNFINISHED", call) for call in kernel_calls(tmp_path)]
    root = tmp_path / "evidence"
    folder = root / NAME[:2]
    assert calls == [
        f"write {folder}/UNFINISHED",
        f"fsync {folder}/UNFINISHED",
        f"rename {folder}/UNFINISHED {folder}/{NAME}",
        f"fsync {folder}",
        f"fsync {root}",
        f"fsync {tmp_path}",
    ]


def kernel_calls(tmp_path: Path) -> list[str]:
    """What storing a photo asks of the kernel, in order, seen by a profiler as the calls are made."""
    calls: list[str] = []

    def watch(frame: FrameType, event: str, function: object) -> None:
        name = getattr(function, "__name__", "")
        if event != "c_call" or name not in {"write", "fsync", "replace"}:
            return
        if name == "replace":
            if function is os.replace:
                calls.append(f"rename {frame.f_locals['self']} {frame.f_locals['target']}")
            return
        opened = Path("/proc/self/fd", str(frame.f_locals["descriptor"]))
        calls.append(f"{name} {opened.readlink()}")

    sys.setprofile(watch)
    try:
        write_durably(tmp_path / "evidence", PHOTO, ".jpg")
    finally:
        sys.setprofile(None)
    return calls
