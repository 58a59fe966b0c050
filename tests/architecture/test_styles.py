"""One stylesheet reaches every page: what a page or a part looks like must not reach into another."""

import re
from collections import defaultdict
from pathlib import Path

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
BARE = re.compile(r"[a-z]*\.([a-z][\w-]*)")


def test_no_two_pages_or_parts_say_what_a_class_looks_like() -> None:
    said_in = defaultdict(set)
    for file in STYLES.glob("*/*.css"):
        rules = re.findall(r"([^{}]+)\{", COMMENT.sub("", file.read_text(encoding="utf-8")))
        for selector in ",".join(rules).split(","):
            if (bare := BARE.fullmatch(selector.strip())) is not None:
                said_in[bare[1]].add(str(file.relative_to(STYLES)))
    assert {name: files for name, files in said_in.items() if len(files) > 1} == {}
