"""Imports run one way, and the contracts that say so can be broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on the `portal` of a folder."""
    program = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )


def test_imports_run_one_way() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("core/money.py", "import flask", "The domain knows no web"),
        ("disputes/workflow.py", "import wtforms", "The domain knows no web"),
        ("disputes/ledger.py", "from portal.extensions import db", "The domain knows no web"),
        ("disputes/workflow.py", "from portal.disputes import models", "Inside a feature"),
        ("regions/models.py", "from portal.merchants import models", "Features import one way"),
        ("disputes/models.py", "from portal.board import models", "Features import one way"),
        ("core/money.py", "from portal.regions import models", "The core knows nothing of the portal"),
    ],
)
def test_a_forbidden_import_is_refused(tmp_path: Path, file: str, line: str, contract: str) -> None:
    shutil.copytree(ROOT / "portal", tmp_path / "portal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "portal" / file).open("a") as planted:
        planted.write(f"\n{line}\n")
    done = lint(tmp_path)
    broken = [said for said in done.stdout.splitlines() if said.endswith("BROKEN")]
    assert done.returncode == 1
    assert [said for said in broken if said.startswith(contract)], done.stdout
