"""The stories of the demo city: whole, varied, and such as the portal takes them."""

from datetime import date, timedelta
from random import Random

import pytest

from portal.cli.demo_city import TRADES, Story, city_choices, goods_of, story
from portal.cli.demo_city.phrases import ago, money, numeral, slots_of, span, until
from portal.cli.demo_city.stories import plots
from portal.disputes.limits import STORY_LIMIT, sum_for
from portal.disputes.workflow import WITH_MONEY, Remedy

NEW_YEAR = date(2026, 1, 1)
BIG_SIX = {"appliances", "clothing", "food", "restaurant", "furniture", "beauty"}


def drawn(count: int, seed: int = 1) -> list[Story]:
    """Stories as a simulation draws them: trades by weight, days over a year."""
    rng = Random(seed)
    weights = [trade.weight for trade in TRADES.values()]
    return [
        story(rng, rng.choices(list(TRADES), weights)[0], on=NEW_YEAR + timedelta(days=number * 7 % 365))
        for number in range(count)
    ]


def test_no_slot_and_no_alternative_is_left_in_a_story() -> None:
    assert [told.text for told in drawn(2000) if set("{}|") & set(told.text)] == []


def test_every_plot_uses_only_words_that_a_story_has() -> None:
    words = {"goods", "m", "when", "day", "span", "paid", "claim", "boss", "shop"}
    for trade in TRADES:
        for plot in plots(trade):
            assert slots_of(plot.text) - {"fault"} <= words, plot.text
            assert ("fault" in slots_of(plot.text)) == bool(plot.fault), plot.text
            for told in [plot.text, *plot.fault.values()]:
                assert told.count("{") == told.count("}"), told
                assert slots_of(told) - {"fault"} <= words, told


def test_five_hundred_stories_are_hardly_ever_the_same() -> None:
    assert len({told.text for told in drawn(500)}) >= 490


@pytest.mark.parametrize("trade", TRADES)
def test_stories_of_one_trade_are_hardly_ever_the_same(trade: str) -> None:
    rng = Random(3)
    assert len({story(rng, trade).text for _ in range(300)}) >= 285


def test_the_same_seed_tells_the_same_stories() -> None:
    assert drawn(50, seed=7) == drawn(50, seed=7)
    assert drawn(50, seed=7) != drawn(50, seed=8)


def test_every_sum_is_one_that_the_portal_takes() -> None:
    for told in drawn(3000):
        remedy = Remedy(told.remedy)
        assert told.paid_fen > 0
        assert sum_for("claim", remedy, told.claim_fen, told.paid_fen) == told.claim_fen
        assert (told.claim_fen > 0) == (remedy in WITH_MONEY)


def test_goods_that_go_back_are_asked_for_in_full() -> None:
    returned = [told for told in drawn(3000) if told.remedy == Remedy.RETURN]
    assert [told for told in returned if told.claim_fen != told.paid_fen] == []


def test_prices_are_within_what_the_goods_cost() -> None:
    rng = Random(4)
    for trade in TRADES:
        for goods in goods_of(trade):
            for _ in range(20):
                assert goods.low * 100 <= goods.price_fen(rng) <= goods.high * 100


def test_stories_are_of_a_length_that_people_type_on_a_phone() -> None:
    lengths = [len(told.text) for told in drawn(2000)]
    assert min(lengths) >= 20
    assert max(lengths) <= 260 < STORY_LIMIT


def test_problems_are_on_the_list_of_the_city() -> None:
    known = {choice["code"] for choice in city_choices()["problem"]}
    assert {told.problem for told in drawn(3000)} <= known


def test_the_trades_are_on_the_list_of_the_city() -> None:
    assert set(TRADES) <= {choice["code"] for choice in city_choices()["trade"]}


def test_what_belongs_to_a_season_is_told_in_it() -> None:
    rng = Random(5)
    january = [story(rng, "food", on=NEW_YEAR + timedelta(days=9)) for _ in range(200)]
    october = [story(rng, "food", on=date(2026, 10, 3)) for _ in range(400)]
    assert [
        told for told in january if "月饼" in told.goods.name and told.problem == "not_as_described"
    ] == []
    assert [told for told in october if "月饼" in told.goods.name and told.problem == "not_as_described"]


def test_a_story_is_about_what_the_shop_sells() -> None:
    rng = Random(6)
    kinds = ("bread", "cake")
    assert {story(rng, "food", kinds=kinds).goods.kind for _ in range(100)} == set(kinds)


@pytest.mark.parametrize("trade", TRADES)
def test_each_trade_has_goods_and_plots_enough(trade: str) -> None:
    assert len(goods_of(trade)) >= 10
    assert len(plots(trade)) >= (12 if trade in BIG_SIX else 6)


@pytest.mark.parametrize("trade", TRADES)
def test_a_plot_is_of_goods_that_the_trade_sells_and_lasts_no_longer_than_they_are_owned(trade: str) -> None:
    kinds = {goods.kind for goods in goods_of(trade)}
    for plot in plots(trade):
        assert set(plot.fits) <= kinds, plot.text
        assert set(plot.remedies) <= set(Remedy), plot.text
        assert 0 <= plot.days[0] <= plot.days[1], plot.text
        assert plot.span[0] <= plot.days[1], plot.text


def test_the_moods_differ_and_only_some_are_old() -> None:
    moods = [told.mood for told in drawn(2000)]
    assert set(moods) == {"plain", "polite", "angry", "old"}
    assert moods.count("old") < moods.count("angry") < moods.count("plain")


def test_numbers_are_said_as_people_say_them() -> None:
    assert [numeral(n) for n in (1, 2, 10, 12, 20, 25)] == ["一", "两", "十", "十二", "二十", "二十五"]
    rng = Random(7)
    assert [span(rng, days) for days in (0, 3, 15, 30, 90, 180)] == [
        "半天",
        "三天",
        "半个月",
        "一个月",
        "三个月",
        "半年",
    ]
    assert {money(rng, 8000_00) for _ in range(60)} == {"8000元", "8000块", "8000块钱", "八千块", "八千块钱"}
    assert {money(rng, 12_60) for _ in range(40)} == {"12.6元", "12块6"}


def test_days_are_told_as_people_tell_them() -> None:
    rng, friday = Random(8), date(2026, 3, 20)
    assert ago(rng, 1, friday) == "昨天"
    assert {ago(rng, 6, friday) for _ in range(60)} == {"上周六", "上个礼拜六", "3月14号", "3月14日"}
    assert {ago(rng, 3, date(2026, 10, 8), exact=True)} == {"大前天"}
    assert "国庆的时候" in {ago(rng, 10, date(2026, 10, 12)) for _ in range(30)}
    assert {until(rng, date(2026, 3, 27), friday) for _ in range(40)} == {"下周五", "3月27号", "3月27日"}
    assert until(rng, friday, friday) == "今晚"


def test_what_is_eaten_and_worn_in_one_season_is_not_bought_in_another() -> None:
    rng = Random(9)
    may = {
        story(rng, trade, on=date(2026, 5, 20)).goods.name
        for trade in ("food", "clothing")
        for _ in range(400)
    }
    assert may & {"中秋月饼礼盒", "大闸蟹礼券", "90白鸭绒羽绒服", "女式短靴"} == set()
    crab_shop = story(rng, "food", on=date(2026, 5, 20), kinds=("crab",))
    assert crab_shop.goods.name == "大闸蟹礼券"
