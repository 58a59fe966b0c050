"""What shops and customers write to each other while they negotiate, by what they do and what it is about."""

from collections.abc import Iterable, Mapping
from datetime import date
from random import Random
from typing import Literal

from portal.cli.demo_city.files import toml
from portal.cli.demo_city.goods import Goods, audiences
from portal.cli.demo_city.phrases import fill, money, slots_of, until
from portal.disputes.workflow import WITH_MONEY

MerchantKind = Literal["offer", "refusal", "evidence", "not_ours", "message", "performed", "decline"]
ConsumerKind = (
    Literal["decline", "counter", "message", "evidence", "withdrawal", "denied"]
    | Literal["reopened", "rating", "accepted", "escalated", "recusal"]
)
BureauKind = (
    Literal["accepted", "not_accepted", "session", "testing", "result", "proposal", "terminated"]
    | Literal["recusal_denied", "recused", "stepped_aside", "entrusted", "reported"]
)
ANY = "any"


def merchant_line(
    rng: Random,
    kind: MerchantKind,
    trade: str,
    remedy: str | None = None,
    *,
    reason: str | None = None,
    problem: str | None = None,
    goods: Goods | None = None,
    amount_fen: int | None = None,
    by: date | None = None,
    on: date | None = None,
) -> str:
    """What a shop writes with this act.

    remedy: the one offered or performed, else the one asked for. reason: a refusal's code. `by`: the day
    promised, told from `on`. Raises KeyError for a kind, remedy or reason that has no lines.
    """
    selector = {"offer": remedy, "performed": remedy, "refusal": reason}.get(kind)
    slots = _slots(rng, goods, amount_fen, by, on)
    fits = _fits(trade, goods, remedy, problem)
    return _line(rng, pool("merchant.toml", kind, selector, fits, slots), slots)


def consumer_line(
    rng: Random,
    kind: ConsumerKind,
    trade: str,
    remedy: str | None = None,
    *,
    reason: str | None = None,
    stars: int | None = None,
    problem: str | None = None,
    goods: Goods | None = None,
    amount_fen: int | None = None,
    by: date | None = None,
    on: date | None = None,
) -> str:
    """What a customer writes with this act.

    remedy: the one declined or countered with, else the one agreed on. reason: a withdrawal's code.
    stars: 1 to 5 for a rating. Raises KeyError for a kind, remedy, reason or rating that has no lines.
    """
    selector = {
        "decline": remedy,
        "counter": remedy,
        "withdrawal": reason,
        "rating": str(stars),
    }.get(kind)
    fits = _fits(trade, goods, remedy, problem)
    slots = _slots(rng, goods, amount_fen, by, on)
    return _line(rng, pool("consumer.toml", kind, selector, fits, slots), slots)


def bureau_line(
    rng: Random,
    kind: BureauKind,
    trade: str,
    remedy: str | None = None,
    *,
    selector: str | None = None,
    problem: str | None = None,
    goods: Goods | None = None,
    amount_fen: int | None = None,
) -> str:
    """What an officer writes with this act.

    remedy: the one proposed. selector: the code of a ground or result, or how a session was held. Raises
    KeyError for a kind or selector that has no lines.
    """
    slots = _slots(rng, goods, amount_fen, None, None)
    return _line(rng, pool("bureau.toml", kind, selector, _fits(trade, goods, remedy, problem), slots), slots)


def pool(
    name: str, kind: str, selector: str | None, fits: frozenset[str], known: Iterable[str]
) -> dict[str, int]:
    """All lines that fit, with their weight: a line made for the trade or the goods comes up more often."""
    lines: dict[str, int] = {}
    for readers, texts in toml(name)[kind][selector or ANY].items():
        if not any(fits.issuperset(reader.split("+")) for reader in readers.split()):
            continue
        for text in texts:
            if slots_of(text) <= set(known):
                lines[text] = 1 if readers == ANY else 2
    return lines


def _line(rng: Random, lines: Mapping[str, int], slots: Mapping[str, str]) -> str:
    return fill(rng, rng.choices(list(lines), list(lines.values()))[0], slots)


def _fits(trade: str, goods: Goods | None, remedy: str | None, problem: str | None) -> frozenset[str]:
    """The audiences that a dispute belongs to, as the data files name them."""
    money = {"=money"} if remedy in WITH_MONEY else set()
    return audiences(trade, goods) | {ANY, f"={remedy}", f"#{problem}"} | money


def _slots(
    rng: Random, goods: Goods | None, amount_fen: int | None, by: date | None, on: date | None
) -> dict[str, str]:
    slots: dict[str, str] = {}
    if goods is not None:
        slots |= {"goods": goods.short, "m": goods.measure}
    if amount_fen:
        slots["amount"] = money(rng, amount_fen)
    if by is not None and on is not None:
        slots["by"] = until(rng, by, on)
    return slots
