"""`python3 -m portal run`: safe settings of its own, and none of its processes left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import click
import psutil
import pytest

from portal.cli.run import demo_settings, kept_secret, start_over

ROOT = Path(__file__).resolve().parents[2]


def test_the_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "instance" / "secret_key"
    first = kept_secret(file)
    assert len(first) == 64
    assert kept_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_somebody_has_set_is_kept(tmp_path: Path) -> None:
    given = {"HEJIE_INSTANCE": str(tmp_path), "HEJIE_DATABASE_URL": "sqlite:///elsewhere", "PORT": "8123"}
    made = demo_settings(given)
    assert made == given | {
        "HEJIE_DEMO": "1",
        "HEJIE_PORT": "8123",
        "HEJIE_PUBLIC_URL": "http://127.0.0.1:8123",
        "HEJIE_SECRET_KEY": (tmp_path / "secret_key").read_text(),
    }


def test_a_half_filled_demo_city_is_thrown_away(tmp_path: Path) -> None:
    database = tmp_path / "hejie.sqlite"
    for part in ("", "-wal", "-shm"):
        database.with_name(database.name + part).touch()
    start_over(f"sqlite:///{database}")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(click.ClickException, match="empty the database, then run again"):
        start_over("postgresql://127.0.0.1/hejie")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`run` on a free port, with an instance folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEJIE_")},
        "PORT": port,
        "HEJIE_INSTANCE": str(tmp_path),
        "HEJIE_DATABASE_URL": f"sqlite:///{tmp_path}/hejie.sqlite",
    }
    command = [sys.executable, "-m", "portal.cli", "run"]
    with subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()  # where the test has ended it, this does nothing


def test_it_comes_up_with_its_demo_city_and_ends_whole(portal: subprocess.Popen[str]) -> None:
    assert portal.stdout is not None
    said = ""
    while "Ctrl-C stops it" not in said:
        line = portal.stdout.readline()
        assert line, f"it ended after saying: {said}"
        said += line
    address = re.search(r"The portal is at (http://127.0.0.1:\d+) ", said)
    assert address is not None
    with urlopen(f"{address[1]}/demo") as page:
        assert page.status == 200
    processes = psutil.Process(portal.pid).children(recursive=True)
    assert len(processes) >= 3
    portal.send_signal(signal.SIGTERM)
    assert portal.wait(30) == 0
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
