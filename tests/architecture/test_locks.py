"""The lock files name exactly what is installed, by hash, and no place to get it from."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WANTED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-test.txt": PROJECT["dependency-groups"]["test"],
}


def locked(lock: str) -> dict[str, tuple[Requirement, int]]:
    """Each requirement of a lock file by its name, with the number of its hashes."""
    entries = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()
    found = {}
    for entry in entries:
        requirement = Requirement(re.split(r"\s--hash=", entry)[0].strip())
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)
        found[canonicalize_name(requirement.name)] = requirement, len(hashes)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_its_hashes(lock: str) -> None:
    loose = [
        name
        for name, (requirement, hashes) in locked(lock).items()
        if not re.fullmatch(r"==[\w.+!]+", str(requirement.specifier)) or not hashes
    ]
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_stands_in_it(lock: str) -> None:
    assert re.findall(r"https?:|://|--index|--find-links|@ ", (ROOT / lock).read_text()) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_it_has_all_that_the_project_asks_for(lock: str) -> None:
    entries = locked(lock)
    missing = [
        asked
        for asked in WANTED[lock]
        if (name := canonicalize_name(Requirement(asked).name)) not in entries
        or not Requirement(asked).specifier.contains(str(entries[name][0].specifier).removeprefix("=="))
    ]
    assert missing == []


def test_what_both_name_has_one_version() -> None:
    first, second = (locked(lock) for lock in LOCKS)
    different = [
        name for name in first.keys() & second.keys() if first[name][0].specifier != second[name][0].specifier
    ]
    assert different == []


@pytest.mark.parametrize("lock", LOCKS)
def test_it_is_what_is_installed_here(lock: str) -> None:
    other = {
        name: version(name)
        for name, (requirement, _) in locked(lock).items()
        if (requirement.marker is None or requirement.marker.evaluate())
        and not requirement.specifier.contains(version(name))
    }
    assert other == {}
