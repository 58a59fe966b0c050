"""A sample list of stores in the format of `hejie import-stores`: docs/examples/stores.csv."""

import csv
import io
from random import Random

from portal.cli.demo_city.people import demo_stores
from portal.cli.demo_city.shops import Shop, shops
from portal.regions.choices import Kind, defaults, label

HEADINGS = ("统一社会信用代码", "经营主体名称", "门店名称", "行业", "所在区划代码", "地址", "联系电话")
ROWS = 60
SEED = 339900


def stores_csv() -> str:
    """The sample as text: 60 stores of trades that every city's default list knows."""
    known = {choice["code"] for choice in defaults()[Kind.TRADE]}
    drawn = [shop for shop in shops(Random(SEED), 4 * ROWS) if shop.trade in known]  # noqa: S311  a sample
    named = [demo.shop for demo in demo_stores() if demo.shop.city_code == drawn[0].city_code]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(_row(shop) for shop in (named + drawn)[:ROWS])
    return out.getvalue()


def _row(shop: Shop) -> tuple[str, ...]:
    trade = label({}, Kind.TRADE, shop.trade, "zh_CN")
    return (shop.uscc or "", shop.legal_name, shop.name, trade, shop.district_code, shop.address, shop.phone)
