"""What every page loads: small, pinned, complete."""

import gzip
import hashlib
import re

import pytest

from portal.config import ROOT
from portal.web.assets import STATIC, asset, asset_version, minify, stylesheet

HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"


def test_the_style_sheet_of_all_pages_stays_under_twelve_kilobytes() -> None:
    assert len(gzip.compress(stylesheet())) < 12 * 1024


def test_the_script_of_all_pages_stays_under_six_kilobytes() -> None:
    assert len(gzip.compress((STATIC / "js/app.js").read_bytes())) < 6 * 1024


def test_htmx_is_the_release_that_was_checked() -> None:
    assert hashlib.sha256((STATIC / "vendor/htmx-2.0.11.min.js").read_bytes()).hexdigest() == HTMX


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a { color: red; }\n\n/* why */\nb  >  c { margin: 0 1px; }", "a{color:red}b>c{margin:0 1px}"),
        ('a::before { content: " { ; } "; }', 'a::before{content:" { ; } "}'),
        ("a :focus { width: calc(1px + 2px); }", "a :focus{width:calc(1px + 2px)}"),
        ("/* don't stop */ a { top: 0 }", "a{top:0}"),
    ],
)
def test_minifying_takes_only_what_means_nothing(written: str, sent: str) -> None:
    assert minify(written) == sent


def test_the_sheets_of_pages_come_after_those_of_components() -> None:
    css = stylesheet().decode()
    assert css.index(":root{") < css.index(".button{") < css.index(".hidden{")


def test_no_colour_stands_outside_of_the_tokens_except_on_paper_and_shades() -> None:
    strays = {
        f"{file.name}: {colour}"
        for file in STATIC.glob("css/**/*.css")
        if file.name not in ("tokens.css", "utilities.css")
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", file.read_text("utf-8"))
        if colour not in ("#fff", "#0f1d23")
    }
    assert strays == set()


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {
        name
        for file in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'\bicon(?:_name)?(?:\(|=)"([\w-]+)"', file.read_text("utf-8"))
    }
    assert named - drawn == set()


def test_an_asset_has_the_content_of_all_files_in_its_address() -> None:
    assert asset("js/app.js") == f"/static/{asset_version()}/js/app.js"
    assert re.fullmatch(r"[0-9a-f]{12}", asset_version())
