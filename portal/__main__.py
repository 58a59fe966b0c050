"""`python3 -m portal VERB`: prepare the environment with the standard library alone, then run `hejie VERB`.

The environment stands in `.venv` and is keyed by the SHA-256 of the lock files: a changed lock rebuilds it,
an unchanged one costs two hashes. System packages are installed only where they are missing, only as root,
and only after saying so.
"""

from __future__ import annotations  # so that an older Python can still read this far and be told

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARKER = VENV / "hejie.json"  # what the environment was made from; written last, so half of one is none
LOCKS = RUN_LOCK, TEST_LOCK = "requirements.txt", "requirements-test.txt"
TESTING = ("test", "bench")  # the verbs that need PostgreSQL, a browser and the checkers beside the portal


def main(arguments: list[str]) -> NoReturn:
    """Make ready whatever this verb needs and become `hejie`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets a sentence, not a traceback
        refuse(f"The portal needs Python 3.11 or later, and this is {sys.version.split()[0]}.")
    verb = arguments[0] if arguments else "--help"
    wanted = ingredients(LOCKS if verb in TESTING else (RUN_LOCK,))
    install_system_packages(missing_packages(verb, wanted))
    prepare_environment(wanted)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "portal.cli", *(arguments or ["--help"])])  # noqa: S606 - no shell wanted


def refuse(sentence: str) -> NoReturn:
    """Say in one sentence why this cannot go on, and fail."""
    print(f"Error: {sentence}", file=sys.stderr)
    sys.exit(1)


# The machine


def missing_packages(verb: str, wanted: dict[str, str]) -> list[str]:
    """Debian's names of what this machine lacks for the verb."""
    missing = []
    brings_pip = importlib.util.find_spec("ensurepip") is not None  # Debian splits that off
    if not (stands(wanted) or brings_pip or shutil.which("uv")):
        missing.append("python3-venv")
    if verb == "test" and not find_chromium():
        missing.append("chromium")
    if verb == "test" and not has_library("libatomic.so.1"):  # Playwright's driver dies silently without it
        missing.append("libatomic1")
    return missing


def find_chromium() -> str | None:
    """The browser for the journeys: $CHROMIUM, else the first of the usual names on PATH."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install_system_packages(packages: list[str]) -> None:
    """Install them with apt, having said so; where that is not ours to do, say what to run."""
    if not packages:
        return
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        refuse(f"This machine lacks {names}; run `sudo apt-get install -y {names}`, then this command again.")
    print(f"This machine lacks {names}: installing with apt-get …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for step in (["apt-get", "update", "-qq"], command):
        done = subprocess.run(step, env=quiet, check=False, capture_output=True, text=True)
        if done.returncode:
            refuse(f"`{' '.join(step)}` failed: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]


# The environment


def ingredients(locks: tuple[str, ...]) -> dict[str, str]:
    """What the environment is made from: the Python, the place, the content of each lock file."""
    made_from = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}", "root": str(ROOT)}
    return made_from | {lock: hashlib.sha256((ROOT / lock).read_bytes()).hexdigest() for lock in locks}


def stands(wanted: dict[str, str]) -> bool:
    return PYTHON.exists() and wanted.items() <= read_marker().items()


def prepare_environment(wanted: dict[str, str]) -> None:
    """See to it that `.venv` holds what these ingredients name; built anew where one of them changed."""
    if stands(wanted):
        return
    with one_at_a_time():
        made_from = read_marker() if PYTHON.exists() else {}
        if not made_from or any(made_from.get(part, wanted[part]) != wanted[part] for part in wanted):
            print("Making the environment in .venv …", flush=True)
            make_environment()
            made_from = {}
        for lock in LOCKS:
            if lock in wanted and lock not in made_from:
                print(f"Installing what {lock} names …", flush=True)
                install(lock)
        MARKER.write_text(json.dumps(made_from | wanted, indent=1))


def read_marker() -> dict[str, str]:
    try:
        return dict(json.loads(MARKER.read_text()))
    except (OSError, ValueError):
        return {}


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second `run` or `test` wait until the first has built the environment."""
    with (ROOT / RUN_LOCK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """An empty environment that finds this checkout and has the `hejie` command."""
    uv = shutil.which("uv")
    if uv:
        call([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    else:
        call([sys.executable, "-m", "venv", "--clear", str(VENV)])
    site_packages = next(VENV.glob("lib/python3*/site-packages"))
    (site_packages / "hejie.pth").write_text("../../../..\n")  # the checkout
    hejie = VENV / "bin" / "hejie"
    hejie.write_text(f"#!{PYTHON}\nfrom portal.cli import main\n\nmain()\n")
    hejie.chmod(0o755)


def install(lock: str) -> None:
    """Install a lock file: nothing without its hash, nothing that would have to be built."""
    options = ["--quiet", "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / lock)]
    uv = shutil.which("uv")
    if uv:
        call([uv, "pip", "install", "--python", str(PYTHON), "--compile-bytecode", *options])
    else:
        call([str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *options])


def call(command: list[str]) -> None:
    environment = {**os.environ, "PIP_USER": "0"}  # a person's pip setting that fails inside an environment
    done = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    if done.returncode:
        sys.stderr.write(done.stderr)
        refuse(f"`{' '.join(command)}` failed: {last_line(done.stderr)}")


if __name__ == "__main__":
    main(sys.argv[1:])
