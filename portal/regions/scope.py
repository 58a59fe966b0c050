"""The one function that limits an officer to the region's subtree (trust.md S10); it fails closed."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute


def within(
    region: str | None, city_code: InstrumentedAttribute[Any], district_code: InstrumentedAttribute[Any]
) -> sa.ColumnElement[bool]:
    """SQL: the row lies in the subtree of a GB/T 2260 region; nothing does where the region is unknown.

    330000 is a province, 330100 a city, 330102 a district.
    """
    if region is None or len(region) != 6 or not region.isdigit() or region[:2] == "00":
        return sa.false()
    if region.endswith("0000"):
        return city_code.startswith(region[:2])
    if region.endswith("00"):
        return city_code == region
    return district_code == region
