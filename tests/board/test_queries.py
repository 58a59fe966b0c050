"""What the board shows of a place: sums of cells, and no small number by itself."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import NOTHING, Figures
from portal.board.queries import board, headline, store_figures, too_small
from tests.board.filled import cell
from tests.makers import make_city
from tests.people import CITY

SHANGCHENG, XIHU = "330102", "330106"


@pytest.fixture(autouse=True)
def city(db_session: Session) -> None:
    make_city(db_session)


def figures(**counts: int) -> Figures:
    return Figures(NOTHING.counts | counts)


def shown_months(session: Session, code: str) -> list[tuple[str, str, int]]:
    shown = board(session, code)
    assert shown is not None
    return [(period.first, period.last, period.figures.filed) for period in shown.periods]


def test_the_headline_is_the_sum_of_the_citys_cells(db_session: Session) -> None:
    make_city(db_session, "330200")
    cell(db_session, "2026-09", a=5, o=1)
    cell(db_session, "2026-10", district=XIHU, trade="food", a=2, f=4)
    assert headline(db_session, CITY) == figures(a=7, f=4, o=1)
    assert headline(db_session, "330200") == NOTHING


def test_a_store_without_disputes_has_empty_figures(db_session: Session) -> None:
    assert store_figures(db_session, 4711) == NOTHING


def test_a_city_is_its_districts_and_its_months_together(db_session: Session) -> None:
    cell(db_session, "2026-09", a=20)
    cell(db_session, "2026-10", a=10, b=2)
    cell(db_session, "2026-10", district=XIHU, a=9, o=1)
    shown = board(db_session, CITY)
    assert shown is not None
    assert shown.total == figures(a=39, b=2, o=1)
    assert [(place.region.code, place.figures) for place in shown.places] == [
        (SHANGCHENG, figures(a=30, b=2)),
        (XIHU, figures(a=9, o=1)),
    ]
    assert shown_months(db_session, CITY) == [("2026-10", "2026-10", 22), ("2026-09", "2026-09", 20)]


def test_a_district_shows_its_own_figures_alone(db_session: Session) -> None:
    cell(db_session, "2026-09", a=20)
    cell(db_session, "2026-10", district=XIHU, a=9, f=3)
    shown = board(db_session, XIHU)
    assert shown is not None
    assert (shown.total, shown.places, shown.others) == (figures(a=9, f=3), [], [])
    assert shown.periods == []  # the city's month minus the others' would tell of single disputes


def test_months_are_pooled_until_each_row_has_ten(db_session: Session) -> None:
    for month, count in {
        "2026-05": 4,
        "2026-06": 7,
        "2026-07": 12,
        "2026-08": 9,
        "2026-09": 3,
        "2026-10": 2,
    }.items():
        cell(db_session, month, a=count)
    assert shown_months(db_session, CITY) == [
        ("2026-08", "2026-10", 14),
        ("2026-07", "2026-07", 12),
        ("2026-05", "2026-06", 11),
    ]


def test_a_last_row_too_short_goes_with_the_one_before(db_session: Session) -> None:
    for month, count in {"2026-08": 12, "2026-09": 3}.items():
        cell(db_session, month, a=count)
    assert shown_months(db_session, CITY) == [("2026-08", "2026-09", 15)]


def test_fewer_than_ten_in_all_are_one_row(db_session: Session) -> None:
    cell(db_session, "2026-08", a=3)
    cell(db_session, "2026-10", f=3)
    assert shown_months(db_session, CITY) == [("2026-08", "2026-10", 6)]


@pytest.mark.parametrize(
    ("filed", "hidden"),
    [
        ({"x": 5, "y": 60}, set()),
        ({"x": 0, "y": 60}, set()),
        ({"x": 4, "y": 60, "z": 30}, {"x", "z"}),  # one alone could be worked out from the whole
        ({"w": 1, "x": 2, "y": 60, "z": 30}, {"w", "x", "z"}),  # two, but three disputes are still too few
        ({"w": 4, "x": 2, "y": 60, "z": 30}, {"w", "x"}),
        ({"x": 3}, {"x"}),
    ],
)
def test_small_places_are_hidden_with_as_many_more_as_it_takes(
    filed: dict[str, int], hidden: set[str]
) -> None:
    assert too_small({code: figures(a=count) for code, count in filed.items()}) == hidden


def test_neither_the_city_nor_the_district_page_tells_of_a_small_district(db_session: Session) -> None:
    cell(db_session, "2026-09", a=20)
    cell(db_session, "2026-10", district=XIHU, f=3)
    whole, small = board(db_session, CITY), board(db_session, XIHU)
    assert whole is not None
    assert small is not None
    assert whole.total == figures(a=20, f=3)
    assert [place.figures for place in whole.places] == [None, None]
    assert (small.total, small.periods) == (None, [])


@pytest.mark.parametrize("code", ["330000", "339999", "nowhere", ""])
def test_there_is_no_board_of_any_other_place(db_session: Session, code: str) -> None:
    assert board(db_session, code) is None


def test_the_board_takes_as_many_queries_with_one_cell_as_with_many(db_session: Session) -> None:
    def queries() -> int:
        db_session.flush()
        db_session.expire_all()
        seen: list[str] = []
        engine = db_session.get_bind()
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", note)
        board(db_session, CITY)
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    cell(db_session, "2026-09", a=20)
    with_one = queries()
    for month in ("2026-08", "2026-10"):
        for trade in ("food", "repair"):
            cell(db_session, month, district=XIHU, trade=trade, a=9)
    assert queries() == with_one
