"""Every colour that a city may choose can be read, by day and by night."""

import re

import pytest

from portal.config import ROOT
from portal.regions.accents import ACCENTS

CSS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
BLOCK = re.compile(r'^\[data-accent="(?!lake)([a-z]+)"\] \{([^}]*)\}', re.MULTILINE)
FOUND = {name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", body)) for name, body in BLOCK.findall(CSS)}
LEAST = 4.5  # WCAG 2.2, AA


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_list_and_the_style_sheet_know_the_same_colours():
    assert set(FOUND) | {""} == set(ACCENTS)
    assert {name: values["light"] for name, values in FOUND.items()} == {
        name: colour for name, (_, colour) in ACCENTS.items() if name
    }


@pytest.mark.parametrize("name", sorted(FOUND))
def test_every_colour_can_be_read_on_all_that_it_lies_on(name: str):
    has = FOUND[name]
    day = [
        (has[one], under)
        for one in ("light", "light-deep")
        for under in ("#ffffff", "#f2f5f6", has["light-wash"])
    ]
    night = [
        (has[one], under)
        for one in ("dark", "dark-deep")
        for under in ("#182226", "#0e1518", has["dark-wash"])
    ]
    text = [("#16252c", has["light-wash"]), ("#e7eef0", has["dark-wash"])]
    soft = [("#52626a", has["light-wash"]), ("#a5b5bc", has["dark-wash"])]
    on = [("#ffffff", has["light"]), ("#ffffff", has["dark-band"]), (has["dark-on"], has["dark"])]
    weak = {(one, under): contrast(one, under) for one, under in [*day, *night, *text, *soft, *on]}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < LEAST} == {}
