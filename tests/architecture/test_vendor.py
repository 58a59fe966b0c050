"""What others wrote and we ship is exactly what they published, and carries their licence."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = {
    "static/vendor/htmx-2.0.11.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "tests/vendor/axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}


@pytest.mark.parametrize("file", PUBLISHED)
def test_a_vendored_script_is_unchanged(file: str) -> None:
    assert hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == PUBLISHED[file]


def test_every_vendored_script_is_listed_and_licensed() -> None:
    scripts = {file for folder in ("static/vendor", "tests/vendor") for file in (ROOT / folder).glob("*.js")}
    unlicensed = {
        file for file in scripts if not list(file.parent.glob(re.split("[-.]", file.name)[0] + "-LICENSE*"))
    }
    assert {file.relative_to(ROOT).as_posix() for file in scripts} == set(PUBLISHED)
    assert unlicensed == set()
