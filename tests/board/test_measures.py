"""The buckets hold every dispute once, and the rate is what its sentence says."""

from collections import Counter

import pytest

from portal.board.measures import (
    BUCKET_COLUMNS,
    BUCKETS,
    COLUMN_OF,
    LEFT_OUT,
    MEASURED,
    NOTHING,
    Figures,
    percent,
)
from portal.board.models import BoardCell, StoreCount
from portal.disputes.workflow import State


def figures(**counts: int) -> Figures:
    return Figures(NOTHING.counts | counts)


def test_every_state_is_in_exactly_one_bucket() -> None:
    assert Counter(state for bucket in (*BUCKETS, LEFT_OUT) for state in bucket.states) == Counter(State)
    assert COLUMN_OF == {
        State.CONFIRMED: "a",
        State.PERFORMED: "b",
        State.UNCONFIRMED: "b",
        State.BREACHED: "c",
        State.WITHDRAWN: "d",
        State.TERMINATED: "e2",
        State.REFUSED: "e3",
        State.ESCALATED: "e4",
        State.MEDIATING: "e4",
        State.SILENT: "f",
        State.FILED: "o",
        State.TALKING: "o",
        State.OFFERED: "o",
        State.AGREED: "o",
        State.TRANSFERRED: "x",
    }


@pytest.mark.parametrize("table", [BoardCell, StoreCount])
def test_the_tables_have_a_column_for_each_bucket(table: type[BoardCell | StoreCount]) -> None:
    columns = [column.name for column in table.__table__.c]
    assert [name for name in columns if len(name) <= 2] == list(BUCKET_COLUMNS)
    assert set(columns) >= set(MEASURED)


def test_the_slices_add_up_to_all_that_was_filed() -> None:
    counted = figures(a=5, b=4, c=3, d=2, e1=1, e2=1, e3=1, e4=7, f=6, o=8)
    assert [(slice_.key, slice_.count) for slice_ in counted.slices] == [
        ("A", 5), ("B", 4), ("C", 3), ("D", 2), ("E", 10), ("F", 6), ("O", 8),
    ]  # fmt: skip
    assert counted.filed == sum(slice_.count for slice_ in counted.slices) == 38


def test_the_rate_leaves_out_what_is_open_and_nothing_else() -> None:
    assert figures(a=6, b=1, c=1, d=1, e4=1, f=2, o=100).rate == "50.0"


@pytest.mark.parametrize("rest", ["b", "c", "d", "e1", "e2", "e3", "e4", "f"])
def test_only_what_the_customer_confirmed_counts_as_solved(rest: str) -> None:
    assert figures(**{rest: 10}).rate == "0.0"


def test_there_is_no_rate_below_ten() -> None:
    assert figures(a=9, o=50).rate is None
    assert figures(a=9, f=1).rate == "90.0"
    assert NOTHING.rate is None


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 3000, "0.0"),
        (1, 2000, "0.1"),
        (2, 30, "6.7"),
        (85, 100, "85.0"),
        (199, 200, "99.5"),
        (30, 30, "100.0"),
    ],
)
def test_a_rate_has_one_decimal_and_half_is_rounded_up(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


def test_figures_are_added_bucket_by_bucket() -> None:
    assert figures(a=1, o=2) + figures(a=3, f=1) == figures(a=4, f=1, o=2)
