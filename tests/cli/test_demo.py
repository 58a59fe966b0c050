"""`hejie demo`, `simulate` and `people`: a year passes through the real actions, the same for a seed."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import click
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Membership, Person, PersonKind
from portal.accounts.passwords import matches
from portal.accounts.viewer import Viewer
from portal.app import create_app
from portal.board.models import BoardCell, LeftOut
from portal.bureau.queries.background import background
from portal.cli import demo_city
from portal.cli.demo import described, drawn, fill, is_empty, play, refuse_beside_a_worker, writer
from portal.cli.simulation.acts import ACTS, Acts
from portal.cli.simulation.named import PIECES
from portal.cli.simulation.official_plots import OFFICIAL_PLOTS
from portal.cli.simulation.photos import Album
from portal.cli.simulation.plots import PLOTS, Character, Ending, plot_for, steps_of
from portal.cli.simulation.shops import Town, town_of
from portal.cli.simulation.suspicious import PEOPLE
from portal.cli.verify import look
from portal.core import idcard
from portal.core.clock import local
from portal.core.working_days import is_working_day
from portal.disputes.colleagues import colleagues_of
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Report, UnreadEvent
from portal.disputes.official import OfficialIdentity
from portal.disputes.workflow import RULES, Fact, State
from portal.extensions import db
from portal.front.demo_people import kept_people
from portal.merchants.models import Claim, Store
from portal.notices.models import Delivery, Heartbeat, Notice
from portal.regions.calendar import library_year
from tests.conftest import TEMPLATE, named, settings, statement
from tests.makers import make_city, make_store
from tests.world import BEGINNING

YEAR = timedelta(days=365)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context(), writer() as opened:
        yield opened


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, built: Path
) -> Iterator[Flask]:
    """A small demo, the named people's disputes and sixty more: made once, and only read."""
    folder = tmp_path_factory.mktemp("demo")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "demo.sqlite")
        url = f"sqlite:///{folder}/demo.sqlite"
    else:
        server = request.getfixturevalue("postgres_server")
        request.getfixturevalue("postgres_template")
        statement(server, f"CREATE DATABASE hejie_demo TEMPLATE {TEMPLATE} STRATEGY file_copy")
        url = named(server, "hejie_demo")
    for part in ("i18n", "static"):
        (folder / part).symlink_to(built / part)
    app = create_app(settings(url, folder))
    with app.app_context(), writer() as session:
        fill(app, session, BEGINNING, disputes=60)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def filled(demo: Flask) -> Iterator[Session]:
    with demo.app_context(), writer() as opened:
        yield opened


@pytest.fixture
def town(app: Flask, session: Session, instance: Path) -> Town:
    """Eight shops of the tests' city, and whoever answers there."""
    make_city(session)
    for number in range(8):
        trade = ("appliances", "food", "beauty", "clothing")[number % 4]
        make_store(session, code=f"STORE{number:03d}", trade=trade, import_key=str(number))
    return town_of(session, Album(session, instance / "evidence"), Random(1), 30, since=BEGINNING - YEAR)


def outcomes(session: Session) -> list[tuple[object, ...]]:
    columns = (
        Dispute.filed_at,
        Dispute.state,
        Dispute.turn,
        Dispute.goods,
        Dispute.claim_fen,
        Dispute.last_seq,
    )
    return [
        tuple(row)
        for row in session.execute(sa.select(*columns).order_by(Dispute.filed_at, Dispute.claim_fen))
    ]


def test_the_demo_is_sound_and_has_every_state(demo: Flask, filled: Session) -> None:
    checked = look(demo)
    assert checked.differences == []
    others = 1 + 1 + 2  # the refrigerator, one that was passed on, two of the counter
    assert checked.counts["disputes"] == 60 + len(PIECES) + PEOPLE + others
    states = Counter(filled.scalars(sa.select(Dispute.state)))
    assert set(states) == set(State)
    assert states[State.CONFIRMED] == max(states.values())


def test_every_fact_of_the_two_sides_the_bureau_and_the_clock_happens(filled: Session) -> None:
    happened = set(filled.scalars(sa.select(DisputeEvent.fact).distinct()))
    rare = {
        Fact.OFFER_WITHDRAWN,
        Fact.OFFER_LAPSED,
        Fact.CONTACT_SHARED,
        Fact.DISPUTE_REOPENED,
        Fact.PERFORMANCE_DENIED,
        Fact.WITHDRAWAL_UNDONE,
        Fact.STORE_DENIED,
        Fact.TESTING_BEGUN,
        Fact.TESTING_ENDED,
        Fact.GROUP_LEFT,
        Fact.TRANSFER_RECEIVED,  # the desk has yet to confirm it
        Fact.DEADLINE_RECOMPUTED,  # no notice comes in that year
    }
    assert happened | rare == set(Fact)


def test_the_board_has_each_end_of_what_was_handed_over(filled: Session) -> None:
    sums = [sa.func.sum(getattr(BoardCell, column)) for column in ("e1", "e2", "e3", "e4")]
    assert min(filled.execute(sa.select(*sums)).one()) >= 1


def test_the_bureau_mostly_decides_in_time_and_in_its_office_hours(town: Town, session: Session) -> None:
    play(town, 120, 5, BEGINNING)
    decided = sa.select(DisputeEvent.at).where(
        DisputeEvent.fact.in_([Fact.MEDIATION_ACCEPTED, Fact.COMPLAINT_REFUSED])
    )
    moments = [local(at, "Asia/Shanghai") for at in session.scalars(decided)]
    late = sa.select(DisputeEvent.seq).where(DisputeEvent.fact == Fact.ACCEPTANCE_OVERDUE)
    assert len(session.scalars(late).all()) * 5 < len(moments)
    assert {at.hour for at in moments} <= set(range(9, 18))
    assert [at for at in moments if not is_working_day(at.date(), library_year(at.year))] == []


def test_whoever_takes_a_dispute_on_has_a_post_that_covers_it(filled: Session) -> None:
    taken = filled.scalars(sa.select(Dispute).where(Dispute.officer_id.is_not(None))).all()
    assert taken
    for dispute in taken:
        assert dispute.officer_id in {one.id for one in colleagues_of(filled, dispute)}


def test_every_identity_card_of_the_demo_has_a_good_number_and_belongs_to_nobody(filled: Session) -> None:
    numbers = filled.scalars(sa.select(OfficialIdentity.id_number)).all()
    assert numbers
    assert [number for number in numbers if not idcard.is_valid(number)] == []
    assert {number[:4] for number in numbers} <= {"3398", "3399"}  # no such city is in GB/T 2260


def test_the_refrigerator_has_just_been_complained_of(filled: Session) -> None:
    story = demo_city.REFRIGERATOR
    dispute = filled.scalars(sa.select(Dispute).order_by(Dispute.id.desc()).limit(1)).one()
    assert (dispute.goods, dispute.paid_fen, dispute.state) == (story.goods, 8_000_00, State.FILED)
    assert BEGINNING - dispute.filed_at < timedelta(minutes=10)
    assert filled.scalars(sa.select(Evidence.seq).where(Evidence.dispute_id == dispute.id)).all() == [1, 1]
    assert dispute.id in filled.scalars(sa.select(UnreadEvent.dispute_id)).all()


def test_the_named_people_find_something_in_each_of_their_lists(filled: Session) -> None:
    people = demo_city.demo_people()

    def states(*which: sa.ColumnElement[bool]) -> set[str]:
        return set(filled.scalars(sa.select(Dispute.state).where(*which)))

    for key, fewest in (("wang", 5), ("chen", 6)):
        phone = Identity.consumer_phone == people[key].phone
        consumer = filled.scalars(sa.select(Identity.person_id).where(phone)).one()
        assert len(states(Dispute.consumer_id == consumer)) >= fewest
    owns = sa.select(Membership.merchant_id).join(Person, Person.id == Membership.person_id)
    zhou = Dispute.merchant_id.in_(owns.where(Person.username == people["zhou"].username))
    assert states(zhou) >= {
        "filed",
        "talking",
        "offered",
        "agreed",
        "performed",
        "breached",
        "escalated",
        "mediating",
        "terminated",
        "refused",
        "confirmed",
    }
    assert states(Dispute.city_code == "339800") >= {
        "transferred",
        "offered",
        "escalated",
        "mediating",
        "confirmed",
    }
    assert states(Dispute.district_code == people["he"].region, Dispute.turn == "bureau") == {
        "escalated",
        "mediating",
    }
    assert (
        len(filled.scalars(sa.select(Report.id).where(Report.district_code == people["he"].region)).all())
        >= 1
    )
    assert filled.scalars(sa.select(Claim.state)).all() == ["waiting"]


def test_the_people_are_kept_with_what_signs_them_in(demo: Flask, filled: Session) -> None:
    shown = kept_people(demo.config["INSTANCE"])
    assert [person.name for person in shown] == [person.name for person in demo_city.demo_people().values()]
    codes = set(filled.scalars(sa.select(Store.code)))
    for person in shown:
        assert set(person.store_codes) <= codes
        if person.username:
            row = filled.scalars(sa.select(Person).where(Person.username == person.username)).one()
            assert matches(row.password_hash, person.password)
        else:
            known = sa.select(Identity.person_id).where(Identity.consumer_phone == person.phone)
            assert len(filled.scalars(known).all()) == 1
    assert [len(person.store_codes) for person in shown] == [0, 0, 3, 1, 1, 0, 0, 0, 1]
    assert described(shown[2]).splitlines()[1].split()[:3] == ["/sign-in", "zhoujianguo", "lantern-river-58"]
    assert described(shown[0]).splitlines()[1].split()[:2] == ["/sign-in/phone", "15400000001"]


def test_everybody_was_told_and_every_message_delivered(filled: Session) -> None:
    notices, unsent = (
        filled.scalar(sa.select(sa.func.count()).select_from(table).where(*which))
        for table, which in (
            (Notice, ()),
            (Delivery, (Delivery.sent_at.is_(None), Delivery.dead_at.is_(None))),
        )
    )
    assert notices is not None
    assert notices > 300
    assert unsent == 0
    heard = sa.select(Dispute.id).where(Dispute.state == State.SILENT, Dispute.reply_due_at.is_(None))
    assert filled.scalars(heard).all() == []


def test_the_demo_fills_only_an_empty_database(app: Flask, session: Session) -> None:
    assert is_empty(session)
    make_city(session)
    assert not is_empty(session)


def test_the_same_seed_gives_the_same_disputes(app: Flask, town: Town, session: Session) -> None:
    play(town, 30, 5, BEGINNING)
    first = outcomes(session)
    assert len(first) == 30
    again = Town(session, town.album, town.shops, town.weights, town.cities)
    play(again, 30, 5, BEGINNING)
    assert sorted(Counter(outcomes(session)).values()) == [2] * 30
    play(Town(session, town.album, town.shops, town.weights, town.cities), 30, 6, BEGINNING)
    assert Counter(outcomes(session)).most_common(31)[30][1] == 1
    assert look(app).differences == []


def test_nothing_happens_after_the_end_of_the_year_and_time_is_up_to_date(
    town: Town, session: Session
) -> None:
    play(town, 30, 5, BEGINNING)
    assert session.scalar(sa.select(sa.func.max(DisputeEvent.at))) <= BEGINNING
    assert session.scalar(sa.select(sa.func.min(Dispute.filed_at))) >= BEGINNING - YEAR
    overdue = sa.select(Dispute.id).where(Dispute.next_due_at <= BEGINNING)
    assert session.scalars(overdue).all() == []
    assert session.scalars(sa.select(Dispute.id).where(Dispute.uncounted)).all() == []


def test_events_are_in_the_order_of_time(town: Town, session: Session) -> None:
    play(town, 30, 5, BEGINNING)
    later, earlier = sa.orm.aliased(DisputeEvent), DisputeEvent
    backwards = sa.select(later.dispute_id).join(
        earlier, sa.and_(earlier.dispute_id == later.dispute_id, earlier.seq == later.seq - 1)
    )
    assert session.scalars(backwards.where(later.at < earlier.at)).all() == []


def test_a_merchant_who_waits_to_be_verified_gets_no_made_up_owner(filled: Session) -> None:
    xiaomei = demo_city.demo_people()["lin"].username
    claimed = (
        sa.select(Claim.store_id).join(Person, Person.id == Claim.person_id).where(Person.username == xiaomei)
    )
    store = filled.get_one(Store, filled.scalars(claimed).one())
    works = sa.select(Membership.id).where(Membership.merchant_id == store.merchant_id)
    assert filled.scalars(works).all() == []


def test_nobody_simulates_beside_a_worker(session: Session) -> None:
    refuse_beside_a_worker(session, BEGINNING)
    session.add(Heartbeat(worker="w", at=BEGINNING - timedelta(seconds=30)))
    with pytest.raises(click.ClickException, match="A worker runs on this database"):
        refuse_beside_a_worker(session, BEGINNING)
    refuse_beside_a_worker(session, BEGINNING + timedelta(minutes=2))


def test_without_stores_there_is_nobody_to_complain_of(session: Session, instance: Path) -> None:
    with pytest.raises(LookupError):
        town_of(session, Album(session, instance / "evidence"), Random(1), 30, since=BEGINNING)


def test_a_dispute_begins_with_its_complaint(town: Town) -> None:
    filed_at = next(drawn(town, "5 0", BEGINNING))
    assert BEGINNING - YEAR <= filed_at <= BEGINNING


def test_every_act_of_every_plot_is_known_and_every_known_act_can_be_done() -> None:
    told = {step.act for plot in (*PLOTS, *OFFICIAL_PLOTS) for step in plot.steps}
    assert told == set(ACTS)
    assert [act for act in ACTS if not callable(getattr(Acts, act))] == []
    assert [act for act, (fact, party) in ACTS.items() if party not in RULES[fact].who] == []


def test_a_plot_says_when_and_how_often() -> None:
    steps = steps_of("offer 1-40, accept 20, rate 0-24 45%")
    assert [(step.act, step.low, step.high, step.chance) for step in steps] == [
        ("offer", 1, 40, 1.0), ("accept", 20, 20, 1.0), ("rate", 0, 24, 0.45),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="offer soon"):
        steps_of("offer soon")


def test_good_shops_settle_more_and_nobody_answers_for_an_unclaimed_one() -> None:
    def share(character: Character, *endings: Ending) -> float:
        rng = Random(1)
        return sum(plot_for(rng, character).ending in endings for _ in range(400)) / 400

    assert share(Character.GOOD, Ending.SOLVED) > share(Character.ORDINARY, Ending.SOLVED) + 0.1
    assert share(Character.ORDINARY, Ending.SOLVED) > share(Character.BAD, Ending.SOLVED) + 0.2
    assert share(Character.UNCLAIMED, Ending.SILENT) == 1.0


def test_officers_have_left_some_out_of_the_figures_and_the_board_says_why(filled: Session) -> None:
    of_grounds = sa.select(LeftOut.ground, sa.func.sum(LeftOut.count)).group_by(LeftOut.ground)
    grounds = dict(tuple(row) for row in filled.execute(of_grounds))
    assert (grounds["arranged"], grounds["transferred"]) == (PEOPLE - 1, 1)
    counted_again = sa.select(DisputeEvent.dispute_id).where(DisputeEvent.fact == Fact.FIGURES_INCLUDED)
    dispute = filled.get_one(Dispute, filled.scalars(counted_again).one())
    officer = Viewer(id=0, kind=PersonKind.OFFICER, region=dispute.district_code)
    facts = background(filled, dispute, officer, now=BEGINNING)
    assert (facts.device.this_one, facts.phone.consumers, facts.store.near) == (True, 1, PEOPLE)
    assert facts.instant == PEOPLE
