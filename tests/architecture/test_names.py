"""One noun for one thing, in code, folders and files (design.md's words); no drawer for what has no place."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "service", "services", "manager"}
OTHER_WORDS = {"case", "cases", "ticket", "tickets", "admin", "admins"}  # we say dispute and officer
FOLDERS = ("portal", "templates", "static", "tests", "benchmarks")


def words(name: str) -> list[str]:
    """The words of a name: store_page, StorePage and store-page have the same two."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    return [word for word in re.split(r"[-_.]", spaced) if word]


def is_wrong(name: str) -> bool:
    """Whether it says another word than ours, or is a drawer (photo_helpers; not common_passwords)."""
    said = words(name)
    return bool(OTHER_WORDS & {*said}) or (bool(said) and said[-1] in DRAWERS)


def test_no_file_or_folder_has_a_wrong_name() -> None:
    wrong = {
        file.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*")
        if is_wrong(file.stem) and "__pycache__" not in file.parts
    }
    assert wrong == set()


def test_no_class_or_function_has_a_wrong_name() -> None:
    wrong = {
        f"{file.relative_to(ROOT)}:{node.name}"
        for file in (ROOT / "portal").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if (isinstance(node, ast.ClassDef) and is_wrong(node.name))
        or (isinstance(node, ast.FunctionDef) and OTHER_WORDS & {*words(node.name)})
    }
    assert wrong == set()
