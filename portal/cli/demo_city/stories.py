"""What people complain of: a purchase, what went wrong with it, what the shop said, what they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random
from typing import Any

from portal.cli.demo_city.claims import at_stake_fen, claim_fen, deposit_fen
from portal.cli.demo_city.files import toml
from portal.cli.demo_city.goods import TRADES, Goods, goods_of
from portal.cli.demo_city.moods import Mood, finish, mood_for
from portal.cli.demo_city.phrases import ago, fill, money, span

SHOP_WORDS = ("他家", "这家店", "店里", "他们家")


@dataclass(frozen=True)
class Plot:
    """A thing that happens in a trade, as data/stories/<trade>.toml tells it; days and months are limits."""

    problem: str
    text: str
    remedies: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    days: tuple[int, int] = (1, 25)
    span: tuple[int, int] = (1, 7)
    months: tuple[int, ...] = ()
    tones: tuple[Mood, ...] = ()
    claim: str = ""
    fault: Mapping[str, str] = field(default_factory=dict)

    @property
    def fits(self) -> tuple[str, ...]:
        """The kinds of goods it can be told of, all of the trade where empty."""
        return self.kinds or tuple(self.fault)


@dataclass(frozen=True)
class Story:
    """A complaint as it would be filed; money in fen, `remedy` of portal.disputes.workflow.Remedy."""

    trade: str
    goods: Goods
    problem: str
    bought_days_ago: int
    paid_fen: int
    remedy: str
    claim_fen: int
    mood: Mood
    text: str


def story(rng: Random, trade: str, *, on: date | None = None, kinds: tuple[str, ...] = ()) -> Story:
    """A complaint against a shop of this trade, drawn by `rng`; the same state of `rng` gives the same story.

    on: the day of filing, which allows dates and what belongs to a season. kinds: what the shop sells
    (portal.cli.demo_city.shops.kinds_of), everything of the trade where empty.
    """
    plot, goods = _cast(rng, trade, on, kinds)
    days = rng.randint(*plot.days)
    price = goods.price_fen(rng)
    paid = deposit_fen(rng, price) if plot.claim == "deposit" else price
    remedy = rng.choice(plot.remedies)
    stake = at_stake_fen(rng, paid, remedy, plot.claim, plot.problem)
    mood = mood_for(rng, plot.tones, elders=TRADES[trade].elders)
    slots = _slots(rng, plot, goods, days, on) | {
        "paid": money(rng, paid, vague=True),
        "claim": money(rng, stake),
    }
    slots["fault"] = fill(rng, plot.fault.get(goods.kind, ""), slots)
    text, mood = finish(rng, fill(rng, plot.text, slots), remedy, mood, slots)
    return Story(
        trade=trade,
        goods=goods,
        problem=plot.problem,
        bought_days_ago=days,
        paid_fen=paid,
        remedy=remedy,
        claim_fen=claim_fen(remedy, stake, paid),
        mood=mood,
        text=text,
    )


@cache
def plots(trade: str) -> tuple[Plot, ...]:
    """All plots of a trade."""
    return tuple(_plot(entry) for entry in toml(f"stories/{trade}.toml")["stories"])


def _cast(rng: Random, trade: str, on: date | None, kinds: tuple[str, ...]) -> tuple[Plot, Goods]:
    """A plot that fits the season and the shop, and the goods it is about."""
    in_season = [plot for plot in plots(trade) if not plot.months or (on and on.month in plot.months)]
    fitting = _told_of(in_season, trade, kinds, on)
    # A shop may sell only what is out of season; better an odd month than no story.
    fitting = fitting or _told_of(in_season, trade, kinds, None) or _told_of(in_season, trade, (), on)
    plot, sold = rng.choice(fitting)
    return plot, rng.choice(sold)


def _told_of(
    told: list[Plot], trade: str, kinds: tuple[str, ...], on: date | None
) -> list[tuple[Plot, list[Goods]]]:
    """Each plot with the goods of the shop that it can be told of in this month; others are left out."""
    pairs = [
        (plot, [goods for goods in goods_of(trade, plot.fits) if _is_sold(goods, kinds, on)]) for plot in told
    ]
    return [(plot, sold) for plot, sold in pairs if sold]


def _is_sold(goods: Goods, kinds: tuple[str, ...], on: date | None) -> bool:
    in_season = on is None or not goods.months or on.month in goods.months
    return in_season and (not kinds or goods.kind in kinds)


def _slots(rng: Random, plot: Plot, goods: Goods, days: int, on: date | None) -> dict[str, str]:
    """The words of a story but for its sums."""
    return {
        "goods": goods.short,
        "m": goods.measure,
        "when": ago(rng, days, on),
        "day": ago(rng, days, on, exact=True),
        "span": span(rng, min(rng.randint(*plot.span), days)),
        "boss": rng.choice(TRADES[goods.trade].speakers),
        "shop": rng.choice(SHOP_WORDS),
    }


def _plot(entry: dict[str, Any]) -> Plot:
    told: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()}
    return Plot(**told)
