"""What shops and customers write to each other: there is something for every act, and it fits."""

from datetime import date
from random import Random
from typing import get_args

import pytest

from portal.cli.demo_city import (
    TRADES,
    consumer_line,
    fitting_refusals,
    fitting_remedies,
    goods_of,
    merchant_line,
    offered_sum,
)
from portal.cli.demo_city.files import toml
from portal.cli.demo_city.lines import ConsumerKind, MerchantKind
from portal.cli.demo_city.phrases import slots_of
from portal.cli.demo_city.stories import plots
from portal.disputes.limits import NOTE_LIMIT
from portal.disputes.workflow import WITH_MONEY, Remedy
from portal.regions.choices import Kind, defaults

ON, BY = date(2026, 3, 18), date(2026, 3, 27)
KNOWN_SLOTS = {"amount", "by", "goods", "m"}


def all_lines(name: str) -> list[tuple[str, str]]:
    """(where, line) of a data file."""
    return [
        (f"{kind}.{selector}", line)
        for kind, selectors in toml(name).items()
        for selector, readers in selectors.items()
        for lines in readers.values()
        for line in lines
    ]


@pytest.mark.parametrize("name", ["merchant.toml", "consumer.toml"])
def test_lines_are_short_whole_and_said_once(name: str) -> None:
    lines = all_lines(name)
    assert [line for _, line in lines if len(line) > NOTE_LIMIT or not line.strip()] == []
    assert [line for _, line in lines if not slots_of(line) <= KNOWN_SLOTS] == []
    repeated = {pair for pair in lines if lines.count(pair) > 1}
    assert {pair for pair in repeated if pair[0] != "offer.exchange"} == set()


def test_a_shop_can_offer_and_perform_whatever_a_customer_may_ask_for() -> None:
    rng = Random(1)
    for trade in TRADES:
        for plot in plots(trade):
            for goods in goods_of(trade, plot.fits):
                for remedy in {*plot.remedies, *fitting_remedies(trade, plot.problem)}:
                    amount = 50_00 if remedy in WITH_MONEY else None
                    for kind in ("offer", "performed"):
                        line = merchant_line(
                            rng,
                            kind,
                            trade,
                            remedy,
                            goods=goods,
                            problem=plot.problem,
                            amount_fen=amount,
                            by=BY,
                            on=ON,
                        )
                        assert line
                        assert not set("{}|") & set(line)


@pytest.mark.parametrize("trade", TRADES)
def test_a_shop_has_words_for_every_reason_and_reply(trade: str) -> None:
    rng = Random(2)
    for choice in defaults()[Kind.REFUSAL]:
        assert merchant_line(rng, "refusal", trade, reason=choice["code"])
    for kind in ("evidence", "not_ours", "message", "decline"):
        assert merchant_line(rng, kind, trade)


@pytest.mark.parametrize("trade", TRADES)
def test_a_customer_has_words_for_every_remedy_reason_and_number_of_stars(trade: str) -> None:
    rng = Random(3)
    for remedy in Remedy:
        amount = 50_00 if remedy in WITH_MONEY else None
        for kind in ("decline", "counter", "denied", "reopened", "accepted"):
            assert consumer_line(rng, kind, trade, remedy, amount_fen=amount, by=BY, on=ON)
    for choice in defaults()[Kind.WITHDRAWAL]:
        assert consumer_line(rng, "withdrawal", trade, reason=choice["code"])
    for stars in range(1, 6):
        assert consumer_line(rng, "rating", trade, "repair", stars=stars)


@pytest.mark.parametrize("stars", range(1, 6))
def test_there_are_fifteen_comments_for_each_number_of_stars(stars: int) -> None:
    assert len(toml("consumer.toml")["rating"][str(stars)]["any"]) >= 15


def test_what_is_often_written_has_fifteen_wordings_for_one_dispute() -> None:
    rng = Random(4)
    goods = goods_of("appliances", ("fridge",))[0]
    facts = {"goods": goods, "amount_fen": 100_00, "by": BY, "on": ON}
    offers = {
        remedy: {
            merchant_line(rng, "offer", "appliances", remedy, problem="quality", **facts) for _ in range(900)
        }
        for remedy in ("refund", "return")
    }
    assert {remedy for remedy, lines in offers.items() if len(lines) < 15} == set()
    for kind in ("evidence", "not_ours", "message", "decline"):
        assert len({merchant_line(rng, kind, "appliances", goods=goods) for _ in range(900)}) >= 15, kind
    for kind in ("message", "accepted", "escalated"):
        assert len({consumer_line(rng, kind, "appliances", goods=goods) for _ in range(900)}) >= 15, kind
    assert len({consumer_line(rng, "decline", "appliances", "refund", goods=goods) for _ in range(900)}) >= 12


def test_a_line_for_bread_is_not_written_about_a_refrigerator() -> None:
    rng = Random(5)
    fridge = goods_of("appliances", ("fridge",))[0]
    said = {merchant_line(rng, "evidence", "appliances", goods=fridge) for _ in range(600)}
    assert "温度显示的地方拍一张，顺便看看后面散热的地方有没有挡住。" in said
    assert "请拍一下包装上的生产日期和批号，我们要追这一批。" not in said


def test_a_line_that_needs_a_sum_is_left_out_where_there_is_none() -> None:
    rng = Random(6)
    said = [consumer_line(rng, "counter", "appliances", "repair") for _ in range(100)]
    assert [line for line in said if "{" in line] == []


def test_the_same_seed_writes_the_same_lines() -> None:
    def some(seed: int) -> list[str]:
        rng = Random(seed)
        return [merchant_line(rng, "message", "restaurant") for _ in range(20)]

    assert some(1) == some(1)
    assert some(1) != some(2)


def test_remedies_and_reasons_fit_the_trade() -> None:
    assert fitting_remedies("appliances", "quality") == ("repair", "exchange", "refund", "return")
    assert fitting_remedies("beauty", "prepaid_card") == ("refund",)
    assert fitting_remedies("food", "short_measure") == ("make_up", "refund")
    assert fitting_refusals("beauty", "prepaid_card", asks_money=True) == (
        "past_period", "no_proof", "as_agreed", "amount", "other",
    )  # fmt: skip
    reasons = {choice["code"] for choice in defaults()[Kind.REFUSAL]}
    for trade in TRADES:
        for plot in plots(trade):
            assert set(fitting_refusals(trade, plot.problem, asks_money=True)) <= reasons


def test_an_offered_sum_is_never_more_than_what_is_wanted() -> None:
    rng = Random(7)
    for _ in range(2000):
        wanted = rng.randint(1, 2_000_000)
        remedy = rng.choice(["refund", "return", "compensation"])
        assert 0 < offered_sum(rng, remedy, wanted) <= wanted
    assert {offered_sum(rng, "refund", 800_00, generosity=1) for _ in range(20)} == {800_00}


def test_the_kinds_that_callers_may_name_are_those_of_the_data() -> None:
    assert set(get_args(MerchantKind)) == set(toml("merchant.toml"))
    consumer = {kind for part in get_args(ConsumerKind) for kind in (get_args(part) or (part,))}
    assert consumer == set(toml("consumer.toml"))
