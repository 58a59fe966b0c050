"""Papers for people: a typst template and data become a PDF, the same bytes for the same data."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of a template of templates/pdf, such as "poster.typ", filled with JSON-able data.

    The template reads it by `#let d = json(bytes(sys.inputs.data))`: as data, so that nothing people wrote is
    run. It has Noto Sans SC and Noto Serif SC and sees no file outside templates/pdf. With `date: none` or a
    date of the data in its `set document` the bytes depend on the data alone.
    Raises typst.TypstError where the template is wrong: that is a fault of ours, not of the data.
    """
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
    )


@cache
def _fonts() -> typst.Fonts:
    """The typefaces, read once; without the machine's own, so that every machine makes the same paper."""
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
