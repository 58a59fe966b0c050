"""The `hejie` command: a verb is a file, a failure is a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.cli import VERBS, hejie

ROOT = Path(__file__).resolve().parents[2]
SECRET = {"HEJIE_SECRET_KEY": "a secret of the tests, long enough to be taken"}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_the_table_can_be_loaded_and_says_what_it_does(verb: str) -> None:
    command = hejie.get_command(None, verb)
    assert command is not None
    assert command.get_short_help_str(200).endswith(".")


def test_an_unknown_verb_is_refused() -> None:
    done = run("conjure")
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such command 'conjure'." in done.stderr


def test_an_unsafe_setting_is_refused_in_one_sentence() -> None:
    done = run("migrate", HEJIE_SECRET_KEY="short")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: HEJIE_SECRET_KEY must be set to a random text of at least 32 characters.\n"
    )


def test_an_unreadable_setting_is_refused_in_one_sentence() -> None:
    done = run("serve", **SECRET, HEJIE_PORT="eight")
    assert done.returncode == 2
    assert "'eight' is not a valid integer" in done.stderr.splitlines()[-1]


def test_a_database_that_was_never_migrated_is_named_in_one_sentence(tmp_path: Path) -> None:
    done = run("verify", **SECRET, HEJIE_INSTANCE=str(tmp_path), HEJIE_DATABASE_URL=f"sqlite:///{tmp_path}/x")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: The database says: no such table: disputes."
        " `hejie migrate` brings it up to date, `hejie doctor` looks closer.\n"
    )
