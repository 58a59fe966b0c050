"""Of which city a page speaks: the one rule for its name, its texts and its colour.

The thing's city where a page is about a store, a dispute, a standard or a region; else the officer's own;
else the one that the visitor has chosen (`?city=`, then the cookie), the configured one, the only one.
"""

import re

from flask import current_app, g, request
from flask_login import current_user

COOKIE = "city"
_CODE = re.compile(r"[1-9][0-9]{3}00")


def speaks_of(region_code: str) -> None:
    """This page is about something in a region (GB/T 2260), and looks as its city does; '': in none."""
    g.city_code = f"{region_code[:4]}00" if region_code else ""


def city_codes() -> list[str]:
    """The cities that this page could speak of, the most fitting first; not each of them need exist."""
    region = getattr(current_user, "region", None) or ""
    asked = (
        g.get("city_code", ""),
        f"{region[:4]}00",
        request.args.get("city", ""),
        request.cookies.get(COOKIE, ""),
        current_app.config["CITY"],
    )
    return [code for code in dict.fromkeys(asked) if is_city_code(code)]


def is_city_code(text: str) -> bool:
    """Whether this can be the code of a city: six digits that end in 00."""
    return _CODE.fullmatch(text) is not None and not text.endswith("0000")
