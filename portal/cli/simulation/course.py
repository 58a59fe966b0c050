"""One dispute from its filing to its end: a plot, played by the people of the shop and the consumer."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from portal.accounts.models import Identity
from portal.cli import demo_city
from portal.cli.simulation.acts import ACTS, REPORTS, Acts, Told
from portal.cli.simulation.plots import Plot
from portal.cli.simulation.promises import GOODS
from portal.cli.simulation.shops import Shop, Town
from portal.core.clock import local, today
from portal.core.refs import new_token
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.actions.endings import split_off_report
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute
from portal.disputes.permissions import may, standing_of
from portal.disputes.workflow import Party
from portal.regions.choices import Kind, choices
from portal.regions.models import City
from portal.return_policies.clauses import CONDITIONS

MORNING, NIGHT = 8, 22  # nobody complains or answers at night
SOONEST = timedelta(minutes=2)  # between two events of a dispute
AUTO_ESCALATE, PUBLISH, REPORT, ACCEPT_PLEDGE = 0.2, 0.6, 0.02, 0.35  # how often each is chosen


def tell(
    rng: Random,
    shop: Shop,
    consumer: tuple[Identity, str],
    city: City,
    at: datetime,
    auto_escalate: bool | None,
) -> Told:
    """A complaint that fits the shop, in the demo city's words; consumer: with the name that is given."""
    on = today(at, city.zone)
    kinds = demo_city.kinds_of(shop.store.name, shop.store.trade)
    story = demo_city.story(rng, shop.store.trade, on=on, kinds=kinds)
    known = {choice["code"] for choice in choices(city.choices, Kind.PROBLEM)}
    days = min(story.bought_days_ago, city.orders_within_days)
    complaint = Complaint(
        problem=story.problem if story.problem in known else "other",
        story=story.text,
        bought_on=on - timedelta(days=days),
        paid_fen=story.paid_fen,
        remedy=story.remedy,
        claim_fen=story.claim_fen,
        goods=story.goods.name,
        name=consumer[1],
        auto_escalate=rng.random() < AUTO_ESCALATE if auto_escalate is None else auto_escalate,
        publish=rng.random() < PUBLISH,
        category=GOODS.get(shop.store.trade, ""),
        condition=rng.choice(CONDITIONS),
        accepts_pledge=rng.random() < ACCEPT_PLEDGE,
    )
    photos = demo_city.photos_for(rng, story.goods.kind, story.problem)
    return Told(shop, consumer[0], complaint, story.goods, photos)


def play(
    town: Town, rng: Random, plot: Plot, told: Callable[[datetime], Told], filed_at: datetime
) -> Iterator[datetime]:
    """Play a plot act by act; yields the instant of the next act, and goes on when that has come.

    told: makes the complaint, when it is filed. An act that is not possible any more, because the clock was
    faster, is left out; the rest may still be.
    """
    yield filed_at
    what = told(filed_at)
    dispute = _file(town, what, filed_at)
    acts = Acts(town, rng, dispute, what)
    at = filed_at
    for step in plot.steps:
        fact, party = ACTS[step.act]
        if rng.random() > step.chance or (party is Party.MERCHANT and not what.shop.staff):
            continue
        at += timedelta(hours=rng.uniform(step.low, step.high))
        at = awake(at, acts.zone, rng) if step.low < step.high else at
        yield at
        if dispute.next_due_at is not None and dispute.next_due_at <= at:
            catch_up(town.session, dispute.id, at)
        at = max(at, dispute.last_at + SOONEST)
        if may(standing_of(dispute), fact, party, at):
            getattr(acts, step.act)(at)
    if plot.report or rng.random() < REPORT:
        split_off_report(town.session, dispute, acts.consumer, text=rng.choice(REPORTS), now=at + SOONEST)


def _file(town: Town, told: Told, at: datetime) -> Dispute:
    photos = town.album.rows(told.photos, told.consumer.person_id, at, told.day)
    store, consumer = told.shop.store, told.consumer
    return file_complaint(
        town.session, store, consumer, told.complaint, key=new_token(), now=at, photos=photos
    )


def awake(at: datetime, zone: str, rng: Random) -> datetime:
    """The instant, or the next morning where it lies in the night."""
    shown = local(at, zone)
    if MORNING <= shown.hour < NIGHT:
        return at
    morning = shown.replace(hour=MORNING, minute=rng.randrange(60)) + timedelta(days=shown.hour >= NIGHT)
    return at + (morning - shown) + timedelta(minutes=rng.randrange(90))
