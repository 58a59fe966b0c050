"""Days belong to a zone; moments are aware and in UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.clock import by_day, end_of_day, local, now, today

SHANGHAI = "Asia/Shanghai"
ZONES = st.sampled_from(
    [SHANGHAI, "Asia/Urumqi", "UTC", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe"]
)


def test_now_is_aware_and_in_utc() -> None:
    assert now().tzinfo is UTC


def test_a_shop_in_hangzhou_is_eight_hours_ahead() -> None:
    assert (
        local(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), SHANGHAI).isoformat() == "2026-11-25T07:30:00+08:00"
    )


def test_late_in_the_evening_in_utc_it_is_tomorrow_in_hangzhou() -> None:
    moment = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert today(moment, SHANGHAI) == date(2027, 1, 1)
    assert today(moment - timedelta(microseconds=1), SHANGHAI) == date(2026, 12, 31)


def test_a_day_in_hangzhou_ends_at_four_in_the_afternoon_in_utc() -> None:
    assert end_of_day(date(2026, 11, 24), SHANGHAI) == datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert end_of_day(date(2026, 11, 24), SHANGHAI).tzinfo is UTC


def test_a_day_of_25_hours_ends_after_25_hours() -> None:
    begins, ends = (end_of_day(date(2026, 10, day), "Europe/Berlin") for day in (24, 25))
    assert ends - begins == timedelta(hours=25)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local(datetime(2026, 11, 24), SHANGHAI)  # noqa: DTZ001  that is the point


@given(st.integers(946_684_800, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC)), ZONES)
def test_every_moment_lies_before_the_end_of_its_day_and_not_before_the_end_of_the_last(
    moment: datetime, zone: str
) -> None:
    day = today(moment, zone)
    assert moment < end_of_day(day, zone)
    assert moment >= end_of_day(day - timedelta(days=1), zone)


@pytest.mark.parametrize(
    ("shown", "then"),
    [("08:59", "09:00"), ("09:00", "09:00"), ("19:59", "19:59"), ("20:00", "33:00"), ("00:00", "09:00")],
)
def test_nobody_is_written_to_at_night(shown: str, then: str) -> None:
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)  # in Shanghai
    hours = [timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (shown, then)]
    assert by_day(midnight + hours[0], SHANGHAI) == midnight + hours[1]
