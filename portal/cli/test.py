"""`python3 -m portal test`: everything that must hold before a change lands."""

import os
import subprocess
import sys
from pathlib import Path

import click

from portal.config import ROOT

CHECKS = {
    "style": [sys.executable, "-m", "ruff", "check", "--quiet"],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "--quiet"],
    "types": [sys.executable, "-m", "mypy", "--no-error-summary"],
    "imports": [str(Path(sys.prefix) / "bin" / "lint-imports"), "--no-cache"],
}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Check style, types and imports, then run all tests; with ARGUMENTS only pytest runs, and gets them.

    Whoever names a test wants that test, so the checks of the whole code base wait for the full run.
    """
    if not arguments:
        for what, command in CHECKS.items():
            check(what, command)
    # All cores; with one order of sets for all of them, so that every process counts the same tests.
    command = [sys.executable, "-m", "pytest", *(arguments or ("-n", "auto"))]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    os.chdir(ROOT)
    os.execve(sys.executable, command, environment)  # noqa: S606 - pytest takes our place, and our signals


def check(what: str, command: list[str]) -> None:
    """Run one checker; it prints only where it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        raise click.ClickException(f"{what}: not right, as `{' '.join(command[1:])}` says above.")
    click.echo(f"{what}: right")
