"""The content of the demo city: its shops, people, goods, stories, replies and photos, drawn by seed."""

from portal.cli.demo_city.choices import city_choices
from portal.cli.demo_city.goods import TRADES, Goods, Trade, goods_named, goods_of
from portal.cli.demo_city.lines import bureau_line, consumer_line, merchant_line
from portal.cli.demo_city.names import Person, person, phone, staff_name
from portal.cli.demo_city.offers import fitting_refusals, fitting_remedies, offered_sum
from portal.cli.demo_city.people import DemoPerson, DemoStore, demo_people, demo_stores
from portal.cli.demo_city.photos import PHOTOS, photo, photos_for
from portal.cli.demo_city.refrigerator import REFRIGERATOR
from portal.cli.demo_city.shops import Shop, kinds_of, shops
from portal.cli.demo_city.stores_csv import stores_csv
from portal.cli.demo_city.stories import Story, story

__all__ = [
    "PHOTOS",
    "REFRIGERATOR",
    "TRADES",
    "DemoPerson",
    "DemoStore",
    "Goods",
    "Person",
    "Shop",
    "Story",
    "Trade",
    "bureau_line",
    "city_choices",
    "consumer_line",
    "demo_people",
    "demo_stores",
    "fitting_refusals",
    "fitting_remedies",
    "goods_named",
    "goods_of",
    "kinds_of",
    "merchant_line",
    "offered_sum",
    "person",
    "phone",
    "photo",
    "photos_for",
    "shops",
    "staff_name",
    "stores_csv",
    "story",
]
