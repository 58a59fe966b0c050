"""Sample photos that people attach, drawn on demand and kept in memory; not one is of a real thing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from PIL import Image

from portal.cli.demo_city import scenes
from portal.cli.demo_city.drawing import jpeg


@dataclass(frozen=True)
class Photo:
    """A motif: how it is drawn, what it shows, and for which goods (kinds or trades) it is evidence."""

    draw: Callable[[Random, date], Image.Image]
    about_zh: str
    about_en: str
    goods: frozenset[str]


PHOTOS: dict[str, Photo] = {
    "receipt": Photo(scenes.receipt, "永和电器的购物小票", "A receipt of Yonghe Appliances", frozenset()),
    "fridge": Photo(
        scenes.fridge, "冰箱显示屏：冷藏 12℃", "A refrigerator's display: 12 °C", frozenset({"fridge"})
    ),
    "table": Photo(
        scenes.table,
        "桌面上一道长划痕",
        "A table top with a long scratch",
        frozenset({"table", "desk"}),
    ),
    "seam": Photo(
        scenes.seam,
        "衣服开线",
        "A torn seam",
        frozenset({"suit", "trousers", "dress", "uniform", "silk"}),
    ),
    "bread": Photo(scenes.bread, "面包发霉", "A mouldy slice of bread", frozenset({"bread"})),
    "phone": Photo(scenes.phone, "手机屏幕碎裂", "A cracked phone screen", frozenset({"screen", "cell"})),
}
SHOWS_THE_FAULT = frozenset({"quality", "expired", "damaged", "repair_failed", "not_as_described"})


DAY = date(2026, 3, 18)


@cache
def photo(key: str, day: date = DAY) -> bytes:
    """One of PHOTOS as a JPEG of 960 × 1280 pixels, about 100 kB; the same bytes every time.

    day: of the purchase, which the receipt names.
    """
    rng = Random(key)  # noqa: S311  a drawing
    return jpeg(PHOTOS[key].draw(rng, day), rng)


def photos_for(rng: Random, kind: str, problem: str) -> list[str]:
    """The keys of the photos that somebody with this trouble would send, often none.

    The receipt is never among them: it is that of the refrigerator.
    """
    if problem not in SHOWS_THE_FAULT or rng.random() < 0.2:
        return []
    return [key for key, motif in PHOTOS.items() if kind in motif.goods]
