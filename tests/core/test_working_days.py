"""Working days: holidays rest, some weekends work, and no date breaks the count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.working_days import Mark, count_working_days, is_working_day, working_days_between

DAYS = st.dates()
MARKS = st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.builds(Mark, st.booleans()))


def test_without_marks_a_week_has_five_working_days():
    monday = date(2026, 11, 23)
    assert [is_working_day(monday + timedelta(n), {}) for n in range(7)] == [True] * 5 + [False] * 2
    assert count_working_days(monday, 5, {}).due == date(2026, 11, 30)


def test_a_count_says_what_it_skipped_and_which_weekends_worked():
    marks = {date(2026, 11, 28): Mark(True), date(2026, 11, 30): Mark(False, "校庆")}
    counted = count_working_days(date(2026, 11, 27), 2, marks)
    assert counted.due == date(2026, 12, 1)
    assert counted.skipped == ((date(2026, 11, 29), ""), (date(2026, 11, 30), "校庆"))
    assert counted.worked == (date(2026, 11, 28),)


@pytest.mark.parametrize("days", [-3, 0])
def test_nothing_to_count_is_due_on_the_day_itself(days: int):
    assert count_working_days(date(2026, 11, 24), days, {}).due == date(2026, 11, 24)


@given(start=DAYS, days=st.integers(-10, 10**6), marks=MARKS)
def test_no_date_breaks_the_count(start: date, days: int, marks: dict[date, Mark]):
    counted = count_working_days(start, min(days, 400), marks)
    assert counted.due >= start


@given(start=st.dates(date(2025, 12, 1), date(2027, 1, 31)), days=st.integers(1, 80), marks=MARKS)
def test_a_deadline_lies_on_a_working_day_and_counting_back_gives_the_days(
    start: date, days: int, marks: dict[date, Mark]
):
    counted = count_working_days(start, days, marks)
    assert is_working_day(counted.due, marks)
    assert working_days_between(start, counted.due, marks) == days
    assert working_days_between(counted.due, start, marks) == -days
    assert (counted.due - start).days == days + len(counted.skipped)


@given(start=st.dates(date(2025, 12, 1), date(2026, 12, 31)), days=st.integers(1, 60), marks=MARKS)
def test_one_day_more_is_due_later(start: date, days: int, marks: dict[date, Mark]):
    assert count_working_days(start, days, marks).due < count_working_days(start, days + 1, marks).due
