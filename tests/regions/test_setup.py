"""A city is set up from the list of places, its bureau and its clocks; nonsense is refused at its field."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import RuleBroken
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.loading import Place, family, load_regions, places
from portal.regions.models import City, Region
from portal.regions.queries import districts_of
from portal.regions.setup import parse_span, set_up_city

HANGZHOU = "330100"
WRITES = ("INSERT", "UPDATE", "DELETE")
LANZHOU = {
    "names": ("兰州市", "Lanzhou City"),
    "districts": [Place("620102", "district", "620100", "城关区", "Chengguan District")],
}


def set_up(session: Session, code: str = HANGZHOU, **changes: Any) -> City:
    bureau = {"bureau_zh": "杭州市市场监督管理局", "bureau_en": "Hangzhou AMR", "hotline": "0571-12315"}
    return set_up_city(session, code, **bureau | changes)


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Region)) or 0


def test_a_city_comes_with_its_province_and_its_districts(db_session: Session) -> None:
    city = set_up(db_session)
    assert city.region.name_zh == "杭州市"
    assert db_session.get_one(Region, "330000").level == "province"
    assert len(districts_of(db_session, HANGZHOU)) == 13
    assert count(db_session) == 15  # and nobody else's


def test_the_same_again_changes_nothing(db_session: Session) -> None:
    first = set_up(db_session, clocks={Clock.REPLY: Span(72, Unit.HOURS)})
    db_session.commit()
    written: list[str] = []
    sa.event.listen(
        db_session.get_bind(),
        "before_cursor_execute",
        lambda *told: written.append(told[2]) if told[2].startswith(WRITES) else None,
    )
    assert set_up(db_session, clocks={Clock.REPLY: Span(72, Unit.HOURS)}) is first
    assert (written, count(db_session)) == ([], 15)


def test_a_clock_that_is_not_named_stays(db_session: Session) -> None:
    set_up(db_session, clocks={Clock.REPLY: Span(72, Unit.HOURS)})
    city = set_up(db_session, clocks={Clock.TALKS: Span(15, Unit.DAYS)}, hotline="12315")
    db_session.commit()
    db_session.expire_all()
    assert (city.span(Clock.REPLY), city.span(Clock.TALKS)) == (Span(72, Unit.HOURS), Span(15, Unit.DAYS))
    assert (city.span(Clock.OFFER), city.hotline) == (Span(7, Unit.DAYS), "12315")


def test_a_city_that_the_list_does_not_know_is_named(db_session: Session) -> None:
    city = set_up(db_session, "620100", **LANZHOU)
    assert (city.name("zh_CN"), city.name("en")) == ("兰州市", "Lanzhou City")
    assert [district.name_zh for district in districts_of(db_session, "620100")] == ["城关区"]
    assert set_up(db_session, "620100", **LANZHOU) is city


@pytest.mark.parametrize(
    ("code", "changed", "field"),
    [
        ("330000", {}, "region"),
        ("330102", {}, "region"),
        ("3301", {}, "region"),
        ("杭州市", {}, "region"),
        ("620100", {}, "names"),
        ("620100", {"names": ("兰州市", "Lanzhou")}, "districts"),
        (
            "620100",
            LANZHOU | {"districts": [Place("330102", "district", "620100", "上城区", "x")]},
            "districts",
        ),
        (HANGZHOU, {"bureau_zh": " "}, "bureau_zh"),
        (HANGZHOU, {"bureau_en": "x" * 121}, "bureau_en"),
        (HANGZHOU, {"hotline": "call us"}, "hotline"),
        (HANGZHOU, {"icp": "12345"}, "icp"),
        (HANGZHOU, {"orders_within_days": 0}, "orders_within_days"),
        (HANGZHOU, {"orders_within_days": 1096}, "orders_within_days"),
        (HANGZHOU, {"clocks": {Clock.UNDO: Span(0, Unit.HOURS)}}, "clocks"),
        (HANGZHOU, {"clocks": {Clock.TALKS: Span(400, Unit.DAYS)}}, "clocks"),
        (HANGZHOU, {"clocks": {Clock.TALKS: Span(3, Unit.DAYS)}}, "clocks"),
        (HANGZHOU, {"choices": {"problem": []}}, "choices"),
        (HANGZHOU, {"choices": {"problem": [{"code": "a", "zh": "甲"}]}}, "choices"),
        (HANGZHOU, {"choices": {"weather": [{"code": "a", "zh": "晴", "en": "sun"}]}}, "choices"),
    ],
)
def test_nonsense_is_refused_at_its_field(
    db_session: Session, code: str, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        set_up(db_session, code, **changed)
    assert refused.value.field == field


def test_an_icp_number_is_taken_as_the_register_has_it(db_session: Session) -> None:
    assert set_up(db_session, icp=" 浙ICP备12345678号-1 ").icp == "浙ICP备12345678号-1"


def test_a_city_words_its_own_lists(db_session: Session) -> None:
    own = {"trade": [{"code": "tea", "zh": "茶叶", "en": "Tea"}]}
    city = set_up(db_session, choices=own)
    set_up(db_session)
    assert city.choices == own


@pytest.mark.parametrize(
    ("text", "span"),
    [("72h", Span(72, Unit.HOURS)), (" 10 D ", Span(10, Unit.DAYS)), ("0d", Span(0, Unit.DAYS))],
)
def test_a_span_is_read(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "72", "h", "-3d", "1.5d", "10 days", "999999h", "1" * 100_000 + "h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_span(text)
    assert refused.value.field == "clocks"


def test_the_list_is_loaded_once(db_session: Session) -> None:
    assert load_regions(db_session) == len(places())
    assert load_regions(db_session) == 0
    assert count(db_session) == len(places())


def test_every_place_of_the_list_hangs_together() -> None:
    levels = {"": None, "city": "province", "district": "city"}
    for place in places().values():
        above = places()[place.parent].level if place.parent else None
        assert above == levels.get(place.level), place
        assert place.name_zh
        assert place.name_en
    assert family("330100")[0].code == "330000"
    assert family("999900") == []
