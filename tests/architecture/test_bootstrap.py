"""`python3 -m portal` starts on a bare machine, and says in one sentence what it cannot do there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal import __main__ as bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the bootstrap needs of a checkout, readable by everybody."""
    folder = tmp_path / "checkout"
    (folder / "portal").mkdir(parents=True)
    for file in ("portal/__init__.py", "portal/__main__.py", "requirements.txt", "requirements-test.txt"):
        shutil.copy(ROOT / file, folder / file)
    for place in (folder, *folder.parents):
        if place.stat().st_uid == os.geteuid() and place.is_relative_to("/tmp") and place != Path("/tmp"):
            place.chmod(0o755)
    return folder


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python3 -S -m portal …`: -S leaves out everything that pip has installed. Never as root."""
    nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(
        [shutil.which("python3", path="/usr/bin") or sys.executable, "-S", "-B", "-m", "portal", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **nobody,
    )


def test_without_root_it_names_what_is_missing_and_how_to_get_it(checkout: Path) -> None:
    done = start(checkout, "test", PATH="/nowhere", CHROMIUM="")
    *_, said = done.stderr.splitlines()
    assert done.returncode == 1
    assert "chromium" in said
    assert "run `sudo apt-get install -y " in said
    assert not (checkout / ".venv").exists()


def test_an_environment_stands_until_a_lock_file_changes(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"ROOT": "", "PYTHON": ".venv/bin/python", "MARKER": ".venv/hejie.json"}
    for name, place in places.items():
        monkeypatch.setattr(bootstrap, name, checkout / place)
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").touch()
    to_run = bootstrap.ingredients((bootstrap.RUN_LOCK,))
    to_test = bootstrap.ingredients(bootstrap.LOCKS)
    bootstrap.MARKER.write_text(json.dumps(to_run))
    assert (bootstrap.stands(to_run), bootstrap.stands(to_test)) == (True, False)
    bootstrap.MARKER.write_text(json.dumps(to_test))
    assert (bootstrap.stands(to_run), bootstrap.stands(to_test)) == (True, True)
    with (checkout / "requirements.txt").open("a") as lock:
        lock.write("\n")
    assert not bootstrap.stands(bootstrap.ingredients((bootstrap.RUN_LOCK,)))
