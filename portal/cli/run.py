"""`python3 -m portal run`: the whole portal with its demo city on this machine, until it is stopped."""

import ctypes
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import click

from portal.config import ROOT, SETTINGS

PATIENCE = 60  # seconds for the portal to answer, and for its processes to end
UNFINISHED = "demo_unfinished"  # in the instance folder while the demo city is being filled
Children = Mapping[str, subprocess.Popen[bytes]]
LIBC = ctypes.CDLL(None)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@click.command()
def run() -> None:
    """Show the portal: migrated, with the demo city where it is empty; web and worker run until Ctrl-C."""
    settings = demo_settings(os.environ)
    unfinished = Path(settings["HEJIE_INSTANCE"]) / UNFINISHED
    if unfinished.exists():
        start_over(settings["HEJIE_DATABASE_URL"])
    step("migrate", settings)
    if is_empty(settings["HEJIE_DATABASE_URL"]):
        click.echo("Filling the demo city …")
        unfinished.touch()
        step("demo", settings)
    unfinished.unlink(missing_ok=True)
    stop = stop_signal()
    children = {verb: start(verb, settings) for verb in ("serve", "worker")}
    try:
        address = f"http://127.0.0.1:{settings['HEJIE_PORT']}"
        if wait_until_up(address, children, stop):
            step("people", settings)
            click.echo(f"\nThe portal is at {address} (Ctrl-C stops it).")
        while not stop.wait(0.3):
            refuse_if_ended(children)
    finally:
        end(children)


def demo_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the demo; what somebody has set already is kept."""
    port = environ.get("PORT") or environ.get("HEJIE_PORT") or "8000"
    instance = Path(environ.get("HEJIE_INSTANCE") or ROOT / "instance")
    database = next(setting.default for setting in SETTINGS if setting.name == "DATABASE_URL")
    given = {
        "HEJIE_DEMO": "1",
        "HEJIE_INSTANCE": str(instance),
        "HEJIE_DATABASE_URL": database,
        "HEJIE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        **environ,
        "HEJIE_PORT": port,
    }
    given.setdefault("HEJIE_SECRET_KEY", kept_secret(instance / "secret_key"))
    return given


def kept_secret(file: Path) -> str:
    """The secret of this machine: made at the first start, readable by its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()


def step(verb: str, settings: Mapping[str, str]) -> None:
    """Run one verb to its end; its failure is ours, and it has said why."""
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", verb],
        env=settings,
        cwd=ROOT,
        check=False,
        preexec_fn=end_with_parent,
    )
    if done.returncode:
        sys.exit(done.returncode)


def start_over(url: str) -> None:
    """Throw away a half-filled demo city: the database was empty before, so all of it is the demo's."""
    if not url.startswith("sqlite:///"):
        raise click.ClickException("The demo city was left half filled: empty the database, then run again.")
    for part in ("", "-wal", "-shm"):
        Path(url.removeprefix("sqlite:///") + part).unlink(missing_ok=True)


def is_empty(url: str) -> bool:
    """Whether nobody and nothing is in the database yet."""
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text("SELECT 1 FROM people LIMIT 1")).first() is None
    finally:
        engine.dispose()


def start(verb: str, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a verb that goes on; it ends with us, however we end, and Ctrl-C reaches it through us alone."""
    return subprocess.Popen(
        [sys.executable, "-m", "portal.cli", verb],
        env=settings,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread runs yet
    )


def end_with_parent() -> None:
    """Called in the child before it begins: when we are gone, however that came, it is asked to end."""
    LIBC.prctl(DIE_WITH_PARENT, signal.SIGTERM)


def stop_signal() -> threading.Event:
    """Set by Ctrl-C, by `kill`, or when the terminal is closed."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def wait_until_up(address: str, children: Children, stop: threading.Event | None = None) -> bool:
    """Wait for the first answer; False where somebody stopped us meanwhile."""
    stop = stop or threading.Event()
    deadline = time.monotonic() + PATIENCE
    while not stop.wait(0.1):
        refuse_if_ended(children)
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own address
                return True
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise click.ClickException(f"The portal did not answer within {PATIENCE} seconds.") from None
    return False


def refuse_if_ended(children: Children) -> None:
    for verb, child in children.items():
        if child.poll() is not None:
            raise click.ClickException(f"`hejie {verb}` ended by itself (exit {child.returncode}).")


def end(children: Children) -> None:
    """Let them finish what they are at, and insist where one does not end."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
