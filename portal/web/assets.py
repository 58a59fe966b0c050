"""Joins the style sheets into one file and names every static file by its content."""

import hashlib
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"

# The cascade in order: what comes later wins. The layers are an order of files and not `@layer` blocks,
# because a web view that predates them (2022) would drop every rule of the page.
LAYERS = (
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components/*.css",
    "css/pages/*.css",
    "css/utilities.css",
)


STRING = r""""[^"\n]*"|'[^'\n]*'"""


@cache
def stylesheet() -> bytes:
    """Return `app.css`: every style sheet, in the order of the layers, without comments and spaces."""
    files = [file for layer in LAYERS for file in sorted(STATIC.glob(layer))]
    return minify("\n".join(file.read_text("utf-8") for file in files)).encode()


@cache
def asset_version() -> str:
    """Return a short hash of everything under `static/`, so that an address changes when a file does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(file.relative_to(STATIC).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    """Return the address of a static file, for ever cacheable."""
    return f"/static/{asset_version()}/{path}"


def minify(css: str) -> str:
    """Return the style sheet without comments and needless white space; strings keep theirs."""
    bare = re.sub(rf"{STRING}|/\*.*?\*/", _without_comment, css, flags=re.DOTALL)
    return "".join(_squeeze(part) for part in re.split(f"({STRING})", bare)).strip()


def _without_comment(found: re.Match[str]) -> str:
    return "" if found[0].startswith("/*") else found[0]


def _squeeze(part: str) -> str:
    if part[:1] in {'"', "'"}:
        return part
    part = re.sub(r"\s+", " ", part)
    part = re.sub(r" ?([{};,>]) ?", r"\1", part)
    return re.sub(r": ", ":", part).replace(";}", "}")
