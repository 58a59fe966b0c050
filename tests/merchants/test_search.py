"""A store is found by two characters, and what begins with them comes first."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.refs import new_store_code
from portal.merchants.models import Store
from portal.merchants.search import LONGEST_QUERY, ON_A_PAGE, search_stores
from tests.makers import make_merchant, make_store


def names(session: Session, q: str, **options: str) -> list[str]:
    return [store.name for store in search_stores(session, q, **options).stores]  # type: ignore[arg-type]


@pytest.fixture
def street(db_session: Session) -> Session:
    """Five shops that have words in common."""
    glacier = make_merchant(db_session, legal_name="杭州冰川电器有限公司", uscc="91330100799655058B")
    make_store(db_session, glacier, name="城西冰川电器", address="文三路7号")
    make_store(db_session, glacier, name="冰川电器湖滨店", address="湖滨路1号")
    corner = make_merchant(db_session, legal_name="街角咖啡有限公司", uscc=None)
    make_store(db_session, corner, name="COFFEE 24 Stunden", address="冰川路9号", district_code="330106",
               trade="restaurant")  # fmt: skip
    make_store(db_session, corner, name="张记𠮷野家", address="中山路3号")
    make_store(db_session, corner, name="已关张记", address="中山路4号", closed_at=sa.func.now())
    db_session.commit()
    return db_session


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("冰川", ["冰川电器湖滨店", "城西冰川电器", "COFFEE 24 Stunden"]),
        ("湖滨", ["冰川电器湖滨店"]),
        ("川电", ["城西冰川电器", "冰川电器湖滨店"]),
        ("街角", ["COFFEE 24 Stunden", "张记𠮷野家"]),
        ("coffee", ["COFFEE 24 Stunden"]),
        ("ＣＯＦＦＥＥ２４", ["COFFEE 24 Stunden"]),
        ("24", ["COFFEE 24 Stunden"]),
        ("文三路 冰川", ["城西冰川电器"]),
        ("冰川 中山", []),
        ("𠮷野", ["张记𠮷野家"]),
        ("张记", ["张记𠮷野家"]),
        ("91330100799655058b", ["城西冰川电器", "冰川电器湖滨店"]),
        ("川冰", []),
        ("不存在", []),
        ("……！", []),
        ("%", []),
        ("\" OR 1=1 --", []),
        ("a* NEAR(b) AND:!|&<->'", []),
    ],
)  # fmt: skip
def test_what_a_query_finds_and_in_which_order(street: Session, q: str, found: list[str]) -> None:
    assert names(street, q) == found


def test_a_store_code_finds_its_store_however_it_is_typed(street: Session) -> None:
    store = street.scalars(sa.select(Store).where(Store.name == "城西冰川电器")).one()
    for typed in (
        store.code,
        store.code.lower(),
        f" {store.code[:4]} {store.code[4:]}",
        f"{store.code[:4]}-{store.code[4:]}",
    ):
        assert names(street, typed) == ["城西冰川电器"]
    assert names(street, new_store_code()) == []


def test_the_index_follows_what_changes(street: Session) -> None:
    store = street.scalars(sa.select(Store).where(Store.name == "张记𠮷野家")).one()
    store.name, store.search_text = "李记", "李 记"
    street.commit()
    assert (names(street, "张记"), names(street, "李记")) == ([], ["李记"])
    street.delete(store)
    street.commit()
    assert names(street, "李记") == []


def test_an_empty_query_browses_by_district_and_trade(street: Session) -> None:
    assert len(names(street, "")) == 4
    assert names(street, "", district_code="330106") == ["COFFEE 24 Stunden"]
    assert names(street, "", trade="restaurant", city_code="330100") == ["COFFEE 24 Stunden"]
    assert names(street, "冰川", district_code="330106", trade="appliances") == []


@pytest.mark.parametrize("q", ["连锁", ""])
def test_pages_follow_one_another_without_gap_or_repeat(db_session: Session, q: str) -> None:
    merchant = make_merchant(db_session, legal_name="连锁超市有限公司")
    for n in range(45):
        make_store(
            db_session, merchant, name=f"连锁{n}店" if n % 2 else f"第{n}连锁店" if n % 4 else f"便利{n}"
        )
    seen: list[str] = []
    after = None
    sizes = []
    while True:
        found = search_stores(db_session, q, after=after)
        sizes.append(len(found.stores))
        seen += [store.name for store in found.stores]
        after = found.after
        if after is None:
            break
    assert sizes == [ON_A_PAGE, ON_A_PAGE, 5]
    assert len(set(seen)) == 45
    if q:
        assert [name[:2] for name in seen[:22]] == ["连锁"] * 22
        assert [name[:2] for name in seen[34:]] == ["便利"] * 11


@pytest.mark.parametrize("after", ["", "x", "9-1", "0-", "0-99999999999999999999", "1-1; DROP", "０-１"])
def test_a_made_up_cursor_counts_as_none(street: Session, after: str) -> None:
    assert names(street, "冰川", after=after) == names(street, "冰川")


def test_an_endless_query_is_cut(street: Session) -> None:
    assert names(street, "冰川" + " " * LONGEST_QUERY + "不存在" * 10_000) == names(street, "冰川")
    assert sorted(names(street, "冰 川 " * 10_000)) == sorted(names(street, "冰川"))
