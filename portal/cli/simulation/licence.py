"""The business licence that the demo's unverified owner has photographed; it says itself that it is none."""

from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from portal.cli.demo_city import Shop
from portal.cli.demo_city.drawing import drop, font, jpeg, wood
from portal.core.files import write_durably
from portal.core.photos import clean_photo

SHEET = (1240, 1500)
INK, RED, PALE = (52, 50, 54), (168, 44, 38), (224, 205, 196)


def keep_licence(folder: Path, shop: Shop) -> str:
    """Put a shop's licence where the portal keeps licences; gives the stored name."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(shop.legal_name)  # noqa: S311 - a drawing
    table = wood(rng, (120, 92, 66))
    drop(table, _sheet(shop), (90, 190), turn=1.5)
    return write_durably(folder, clean_photo(jpeg(table, rng)).jpeg, ".jpg")


def _sheet(shop: Shop) -> Image.Image:
    sheet = Image.new("RGB", SHEET, (249, 245, 236))
    pen = ImageDraw.Draw(sheet)
    pen.text((620, 900), "演示样张", font=font(250), fill=PALE, anchor="mm")
    for inset, width in ((28, 10), (52, 3)):
        pen.rectangle((inset, inset, SHEET[0] - inset, SHEET[1] - inset), outline=RED, width=width)
    pen.text((620, 150), "营 业 执 照", font=font(110), fill=RED, anchor="ma")
    pen.text((620, 310), f"统一社会信用代码 {shop.uscc}", font=font(38), fill=INK, anchor="ma")
    fields = (
        ("名    称", shop.legal_name),
        ("类    型", "个体工商户"),
        ("经 营 者", shop.owner),
        ("经营场所", shop.address),
        ("登记机关", "演示环境，不具有法律效力"),
    )
    for line, (name, value) in enumerate(fields):
        pen.text((120, 460 + 150 * line), name, font=font(40), fill=RED)
        for part in range(0, len(value), 20):
            pen.text((360, 460 + 150 * line + 3 * part), value[part : part + 20], font=font(42), fill=INK)
    return sheet
