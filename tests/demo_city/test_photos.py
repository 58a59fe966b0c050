"""The sample photos: pictures that a browser shows and the portal takes."""

from datetime import date
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from portal.cli.demo_city import PHOTOS, photo, photos_for
from portal.cli.demo_city.drawing import SHOWN, jpeg
from portal.core.photos import MOST_BYTES


@pytest.mark.parametrize("key", PHOTOS)
def test_a_photo_is_a_small_jpeg(key: str) -> None:
    data = photo(key)
    with Image.open(BytesIO(data)) as image:
        image.load()
        assert (image.format, image.size, image.getexif()) == ("JPEG", SHOWN, {})
    assert 20_000 < len(data) < 300_000 < MOST_BYTES


def test_a_photo_is_drawn_once_and_always_the_same() -> None:
    assert photo("bread") is photo("bread")
    rng = Random("bread")
    assert jpeg(PHOTOS["bread"].draw(rng, date(2026, 1, 1)), rng) == photo("bread")


def test_the_receipt_names_the_day() -> None:
    assert photo("receipt", date(2026, 5, 1)) != photo("receipt", date(2026, 5, 2))


def test_photos_show_what_the_dispute_is_about() -> None:
    rng = Random(1)
    fridge = [photos_for(rng, "fridge", "quality") for _ in range(50)]
    assert {tuple(keys) for keys in fridge} == {(), ("fridge",)}
    assert {tuple(photos_for(rng, "bread", "overcharge")) for _ in range(50)} == {()}


def test_every_photo_has_words_for_those_who_do_not_see_it() -> None:
    assert [key for key, motif in PHOTOS.items() if not (motif.about_zh and motif.about_en)] == []
