"""Files and functions stay small enough to be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = {"portal": 250, "tests": 400, "benchmarks": 400, "templates": 100}
FUNCTION_LINES = 40
WRITTEN = {".py", ".html", ".xml", ".txt", ".typ"}

# What may be longer, and why. An exception that is no longer needed fails, so that the table stays short.
LONGER_FILES: dict[str, tuple[int, str]] = {}
LONGER_FUNCTIONS: dict[str, tuple[int, str]] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lengths_of_files() -> dict[str, int]:
    """Lines of every file that a person writes and reads; migrations and legal texts are neither."""
    return {
        file.relative_to(ROOT).as_posix(): len(file.read_text().splitlines())
        for folder in LINES
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in WRITTEN and not {"versions", "legal", "vendor", "data"} & {*file.parts}
    }


def lengths_of_functions() -> dict[str, int]:
    return {
        f"{file}:{function}": lines
        for file in lengths_of_files()
        if file.endswith(".py")
        for function, lines in functions(ast.parse((ROOT / file).read_text()))
    }


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each function with its lines; not counted are decorators, the docstring, and functions inside it."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node.name, 1 + sum(lines_of(part) for part in node.body if not is_docstring(part))


def lines_of(statement: ast.stmt) -> int:
    if isinstance(statement, Function):
        return 0
    return (statement.end_lineno or statement.lineno) - statement.lineno + 1


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def limit(name: str, exceptions: dict[str, tuple[int, str]], otherwise: int) -> int:
    return exceptions[name][0] if name in exceptions else otherwise


def test_files_are_short() -> None:
    too_long = {
        file: lines
        for file, lines in lengths_of_files().items()
        if lines > limit(file, LONGER_FILES, LINES[file.split("/")[0]])
    }
    assert too_long == {}


def test_functions_are_short() -> None:
    too_long = {
        function: lines
        for function, lines in lengths_of_functions().items()
        if lines > limit(function, LONGER_FUNCTIONS, FUNCTION_LINES)
    }
    assert too_long == {}


def test_every_exception_is_needed_and_has_its_reason() -> None:
    files, of_functions = lengths_of_files(), lengths_of_functions()
    needed = {file for file, lines in files.items() if lines > LINES[file.split("/")[0]]}
    needed |= {function for function, lines in of_functions.items() if lines > FUNCTION_LINES}
    excepted = LONGER_FILES | LONGER_FUNCTIONS
    assert {name for name, (_, reason) in excepted.items() if not reason or name not in needed} == set()


def test_a_long_function_is_seen() -> None:
    body = "\n".join(f"    a = {number}" for number in range(41))
    inner = "    def inner():\n        pass"
    source = f"def long():\n    'said'\n{inner}\n{body}\n"
    assert dict(functions(ast.parse(source))) == {"long": 42, "inner": 2}
