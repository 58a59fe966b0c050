"""The nine measures on thirty disputes that can be counted by hand: tests/board/data/thirty.csv."""

import csv
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.coverage import Coverage, coverage
from portal.board.measures import NOTHING, Figures
from portal.board.models import StoreCount
from portal.board.queries import headline, spreads, together, withdrawals_of
from portal.board.rates import RATES, Spread, spread
from portal.board.recount import add_up
from portal.board.tallies import Tallies
from portal.core.money import about
from portal.return_policies.models import Pledge
from tests.makers import make_city, make_store, make_town
from tests.nag import NaggingClient, tree, words
from tests.people import CITY, DISTRICT
from tests.return_policies.makers import make_pledge, make_standard
from tests.world import BEGINNING

THIRTY = (Path(__file__).parent / "data" / "thirty.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(THIRTY.splitlines()))
PLACE = {"city_code": CITY, "district_code": DISTRICT, "month": "2026-10", "trade": "food", "store_id": 1}


@pytest.fixture
def thirty(db_session: Session) -> Figures:
    make_city(db_session)
    tallies = Tallies()
    for row in ROWS:
        hours = {
            name: int(row[name]) if row[name] else None
            for name in ("reply_hours", "agreement_hours", "money_hours")
        }
        money = {f"{name}_fen": int(row[name]) * 100 for name in ("asked", "returned")}
        said = {name: row[name] for name in ("bucket", "reply", "performance", "withdrawal")}
        tallies.add(SimpleNamespace(**PLACE, **said, **hours, **money, left_out=""))
    add(db_session, tallies)
    return headline(db_session, CITY)


def add(session: Session, tallies: Tallies) -> None:
    """Write what was counted, but for the figures of the store, which is not there."""
    del tallies.rows[StoreCount]
    add_up(session, tallies, BEGINNING)


def test_each_rate_is_what_a_hand_counts(thirty: Figures) -> None:
    assert thirty.filed == 30
    assert {
        rate.key: (rate.part(thirty), rate.whole(thirty), rate.value(thirty)) for rate in RATES
    } == {
        "confirmed": (12, 27, "44.4"),
        "self_settled": (15, 24, "62.5"),
        "brazilian": (15, 27, "55.6"),
        "answered": (20, 26, "76.9"),
        "performed": (15, 19, "78.9"),
        "escalated": (5, 30, "16.7"),
        "mediated": (2, 3, None),  # fewer than ten
        "withdrawn": (3, 27, "11.1"),
        "returned": (100_000, 590_000, "16.9"),
    }  # fmt: skip


def test_each_time_is_what_a_hand_counts(db_session: Session, thirty: Figures) -> None:
    assert spreads(db_session, CITY) == {
        "reply_hours": Spread(22, 9, 40),
        "agreement_hours": Spread(20, 60, 120),
        "money_hours": Spread(10, 70, 96),
        "returned_fen": Spread(10, 10_000, 10_000),
    }
    assert thirty.counts["refunds"] == 10
    assert withdrawals_of(db_session, CITY) == [("", 3)]


def test_what_is_taken_away_again_leaves_no_row(db_session: Session, thirty: Figures) -> None:
    tallies = Tallies()
    gone = SimpleNamespace(
        **PLACE, bucket="d", reply="not_due", performance="", withdrawal="pressed", left_out="",
        reply_hours=None, agreement_hours=None, money_hours=None, asked_fen=10_000, returned_fen=0,
    )  # fmt: skip
    tallies.add(gone, -1)
    add(db_session, tallies)
    assert headline(db_session, CITY).filed == 29
    assert db_session.scalars(sa.text("SELECT reason FROM board_withdrawals ORDER BY 1")).all() == [
        "no_time",
        "settled",
    ]


def test_the_page_shows_each_measure_with_its_numbers(client: NaggingClient, thirty: Figures) -> None:
    page = words(tree(client.get("/board/measures")).find(".//main"))
    for sum_ in ("15 ÷ 24 = 62.5 %", "20 ÷ 26 = 76.9 %", "15 ÷ 19 = 78.9 %", "退赔金额 ÷ 要求金额 = 16.9 %"):
        assert sum_ in page
    main = tree(client.get("/board")).find(".//main")
    assert all(said in words(main) for said in ("按期答复率76.9 %", "调解成功率3 件中 2 件", "¥1,000"))
    times = main.find(".//section[@id='times']")
    assert times is not None
    assert [[words(cell) for cell in row] for row in times.iter("tr")][1:] == [
        ["首次实质答复", "22", "9 小时", "40 小时"],
        ["达成一致", "20", "60 小时", "5 天"],
        ["钱款到账", "10", "70 小时", "96 小时"],
    ]


def test_a_district_shows_shares_and_neither_times_nor_money(client: NaggingClient, thirty: Figures) -> None:
    page = words(tree(client.get(f"/board/{DISTRICT}")).find(".//main"))
    assert "按期答复率76.9 %" in page
    assert "要多久" not in page
    assert "退赔金额" not in page


def test_a_share_of_money_is_not_shown_of_a_few() -> None:
    rate = next(rate for rate in RATES if rate.key == "returned")
    few = Figures(NOTHING.counts | {"a": 9, "returned_fen": 90_000, "asked_fen": 100_000})
    assert rate.value(few) is None


def test_a_median_is_a_value_that_occurred() -> None:
    assert spread([(1, 5), (8, 5)]) == Spread(10, 1, 8)
    assert spread([(1, 4), (8, 5)]) == Spread(9, None, None)
    assert spread([]) == Spread(0, None, None)


@pytest.mark.parametrize(
    ("fen", "shown"), [(128_845, 130_000), (9_949, 9_900), (49, 0), (50, 100), (99_500, 100_000), (0, 0)]
)
def test_public_money_is_rounded(fen: int, shown: int) -> None:
    assert about(fen) == shown


def test_few_reasons_stand_together_and_never_alone() -> None:
    assert together({"settled": 9, "pressed": 2, "other": 4}) == [("settled", 9), ("", 6)]
    assert together({"settled": 9, "no_time": 6, "pressed": 2}) == [("settled", 9), ("", 8)]


def test_coverage_is_of_the_stores_that_are_open(db_session: Session) -> None:
    town = make_town(db_session)
    standard = make_standard(db_session)
    make_pledge(db_session, standard)
    suspended, closed = (make_store(db_session, town.merchant) for _ in range(2))
    first = db_session.scalars(sa.select(Pledge)).one()
    for store in (suspended, closed):
        columns = {column.key: getattr(first, column.key) for column in Pledge.__table__.columns}
        db_session.add(Pledge(**columns | {"id": None, "store_id": store.id}))
    suspended.suspended_at = closed.closed_at = BEGINNING
    db_session.flush()
    day = first.starts_on + timedelta(days=1)
    assert coverage(db_session, CITY, day) == Coverage(licensed=2, covered=1)
    assert coverage(db_session, CITY, date(2000, 1, 1)) == Coverage(licensed=2, covered=0)
