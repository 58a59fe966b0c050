"""Evidence on disk: named by its content, and there after a power cut (trust.md S1)."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


def write_durably(root: Path, data: bytes, suffix: str) -> str:
    """Store bytes under their SHA-256 and return the name, once they would survive a power cut.

    suffix: with its dot, for example ".jpg". The same bytes give the same name; writing them again
    is harmless and mends a damaged file. Raises OSError where the disk will not take them, and where
    the folder around `root` is missing.
    """
    name = hashlib.sha256(data).hexdigest() + suffix
    target = path_of(root, name)
    for folder in (root, target.parent):
        folder.mkdir(exist_ok=True)
    unfinished = target.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        _write_and_sync(unfinished, data)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    # The name is durable only when its folder is, and the folder only when its own entry is: another
    # process may have made it a moment ago and not synced it yet.
    for folder in (target.parent, root, root.parent):
        _sync_folder(folder)
    return name


def open_stored(root: Path, name: str) -> BinaryIO:
    """The stored bytes, for reading; raises FileNotFoundError for any name that write_durably cannot give."""
    return path_of(root, name).open("rb")


def path_of(root: Path, name: str) -> Path:
    """Where a stored name lies: in a folder of its first two digits, so that no folder grows too large."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError("not a stored name")
    return root / name[:2] / name


def _write_and_sync(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(descriptor)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
