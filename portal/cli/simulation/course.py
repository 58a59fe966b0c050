"""One dispute from its filing to its end: a plot, played by the people of the shop and the consumer."""

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from portal.accounts.models import Identity
from portal.cli import demo_city
from portal.cli.simulation.acts import ACTS, REPORTS, Acts
from portal.cli.simulation.follow_ups import answer_when_asked
from portal.cli.simulation.officers import on_duty
from portal.cli.simulation.official_plots import official_plot_for
from portal.cli.simulation.plots import Plot, Step
from portal.cli.simulation.promises import GOODS
from portal.cli.simulation.shops import Shop, Town
from portal.cli.simulation.sides import Told
from portal.core.clock import local, today
from portal.core.refs import new_token
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.actions.endings import split_off_report
from portal.disputes.models import Dispute
from portal.disputes.permissions import may, standing_of
from portal.disputes.workflow import TALKS, Party, State
from portal.regions.choices import Kind, choices
from portal.regions.models import City
from portal.return_policies.clauses import CONDITIONS

MORNING, NIGHT = 8, 22  # nobody complains or answers at night
SOONEST = timedelta(minutes=2)  # between two events of a dispute
LOOK_AGAIN = timedelta(hours=12)
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
    faster, is left out; the rest may still be. What has been handed over the bureau then takes on.
    """
    yield filed_at
    what = told(filed_at)
    acts = Acts(town, rng, _file(town, what, filed_at), what)
    at = yield from _go(acts, plot.steps, filed_at)
    if plot.report or rng.random() < REPORT:
        reported = rng.choice(REPORTS)
        split_off_report(town.session, acts.dispute, acts.consumer, text=reported, now=at + SOONEST)
    at = yield from _wait(acts, at)
    if acts.dispute.state == State.ESCALATED:
        official = plot.official
        if official is None:
            shop, staffed = what.shop, bool(what.shop.staff)
            drawn = official_plot_for(rng, shop.character, shop.store.trade, staffed=staffed)
            official = drawn.steps
        at = yield from _go(acts, official, at)
    yield from answer_when_asked(acts, max(at, acts.dispute.last_at), awake)


def _go(acts: Acts, steps: Iterable[Step], at: datetime) -> Generator[datetime, None, datetime]:
    """Play steps one after the other from `at`; gives the instant of the last."""
    rng, dispute = acts.rng, acts.dispute
    for step in steps:
        fact, party = ACTS[step.act]
        if rng.random() > step.chance or (party is Party.MERCHANT and not acts.shop.staff):
            continue
        at += timedelta(hours=rng.uniform(step.low, step.high))
        if step.low < step.high:
            at = (on_duty if party is Party.BUREAU else awake)(at, acts.zone, rng)
        yield at
        acts.catch_up(at)
        at = max(at, dispute.last_at + SOONEST)
        if may(standing_of(dispute), fact, party, at):
            getattr(acts, step.act)(at)
    return at


def _wait(acts: Acts, at: datetime) -> Generator[datetime, None, datetime]:
    """Where the consumer has asked for it, silence hands the dispute over by itself: wait for that."""
    dispute = acts.dispute
    while dispute.auto_escalate and dispute.state in TALKS:
        acts.catch_up(at)
        if dispute.next_due_at is None:
            break
        at = min(dispute.next_due_at, at + LOOK_AGAIN)
        yield at
    return max(at, dispute.last_at)


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
