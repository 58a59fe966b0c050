"""`python3 -m portal run`: safe settings of its own, and none of its processes left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

from portal.cli.run import demo_settings, kept_secret

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


def test_it_comes_up_with_its_demo_city_and_ends_whole(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {
        **os.environ,
        "PORT": port,
        "HEJIE_INSTANCE": str(tmp_path),
        "HEJIE_DATABASE_URL": f"sqlite:///{tmp_path}/hejie.sqlite",
    }
    portal = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "run"], cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True
    )
    assert portal.stdout is not None
    said = ""
    while "Ctrl-C stops it" not in said:
        line = portal.stdout.readline()
        assert line, f"it ended after saying: {said}"
        said += line
    children = psutil.Process(portal.pid).children(recursive=True)
    assert f"http://127.0.0.1:{port}" in said
    assert len(children) >= 3
    portal.send_signal(signal.SIGTERM)
    assert portal.wait(30) == 0
    portal.stdout.close()
    deadline = time.monotonic() + 5
    while [child for child in children if child.is_running()] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [child for child in children if child.is_running()] == []
