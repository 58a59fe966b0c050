"""A list of stores can be taken in as often as one likes, and a bad line stops no good one."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.sqlite import prepare_sqlite
from portal.merchants import imports
from portal.merchants.imports import import_stores
from portal.merchants.models import Merchant, Store
from portal.merchants.search import search_stores
from portal.merchants.stock import Counts
from tests.makers import make_city
from tests.merchants.lists import CHUNLAI, GLACIER, STALL, USCC, row, sheet, write

Import = Callable[..., tuple[Counts, dict[int, str]]]


@pytest.fixture
def take_in(db_session: Session, tmp_path: Path) -> Import:
    """Imports rows into a database with one city; gives the counts and {line: reason}."""
    make_city(db_session)
    db_session.commit()

    def run(*rows: tuple[str, ...], text: str | bytes = "") -> tuple[Counts, dict[int, str]]:
        refused: dict[int, str] = {}
        counts = import_stores(
            db_session,
            write(tmp_path, text or sheet(*rows)),
            now=now(),
            reject=lambda line: refused.update({line.number: str(line.broken)}),
        )
        return counts, refused

    return run


def everything(session: Session) -> list[tuple[object, ...]]:
    columns = (
        Merchant.uscc, Merchant.legal_name, Store.code, Store.name, Store.trade, Store.city_code,
        Store.district_code, Store.address, Store.phone, Store.search_text,
    )  # fmt: skip
    return [tuple(found) for found in session.execute(sa.select(*columns).join(Merchant).order_by(Store.id))]


def test_each_line_becomes_a_store_of_its_merchant(take_in: Import, db_session: Session) -> None:
    counts, refused = take_in(GLACIER, row(store_name="冰川电器城西店", region_code="330106"), STALL)
    assert (counts, refused) == (Counts(added=3), {})
    stores = db_session.scalars(sa.select(Store).order_by(Store.id)).all()
    assert [(s.name, s.trade, s.city_code, s.district_code, s.phone) for s in stores] == [
        ("冰川电器湖滨店", "appliances", "330100", "330102", "0571-88001234"),
        ("冰川电器城西店", "appliances", "330100", "330106", "0571-88001234"),
        ("王芳早点", "restaurant", "330100", "330106", ""),
    ]
    assert stores[0].merchant_id == stores[1].merchant_id != stores[2].merchant_id
    assert (stores[0].merchant.uscc, stores[2].merchant.uscc) == (USCC, None)
    assert stores[0].merchant.verified_at is None
    assert len({store.code for store in stores}) == 3


def test_a_second_time_changes_nothing(take_in: Import, db_session: Session) -> None:
    rows = (GLACIER, CHUNLAI, STALL, GLACIER, row(phone="x"))
    counts, refused = take_in(*rows)
    assert (counts.added, counts.rejected) == (3, 2)
    before = everything(db_session)
    again, refused_again = take_in(*rows)
    assert again == Counts(unchanged=3, rejected=2)
    assert refused_again == refused
    assert everything(db_session) == before


def test_however_it_is_written_it_is_the_same_store(take_in: Import, db_session: Session) -> None:
    take_in(GLACIER)
    full_width = USCC.lower().translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789abcdef"})
    counts, refused = take_in(row(uscc=f" {full_width}", store_name="冰川电器 湖滨店", address="湖滨路１号"))
    assert (counts, refused) == (Counts(unchanged=1), {})


def test_what_a_later_list_says_is_taken_over_and_counted(take_in: Import, db_session: Session) -> None:
    take_in(GLACIER, CHUNLAI)
    codes = [found[2] for found in everything(db_session)]
    counts, _ = take_in(
        row(phone="12315", trade="repair", legal_name="杭州北极电器有限公司"),
        row(CHUNLAI, region_code="330102"),
    )
    assert (counts.changed, counts.unchanged, counts.added) == (2, 0, 0)
    assert counts.what_changed == {"phone": 1, "trade": 1, "district_code": 1, "legal_name": 1}
    assert [found[2] for found in everything(db_session)] == codes
    assert [found[1] for found in everything(db_session)] == ["杭州北极电器有限公司", "春来超市有限公司"]
    assert [store.name for store in search_stores(db_session, "北极").stores] == ["冰川电器湖滨店"]
    assert search_stores(db_session, "冰川电器有限").stores == []


def test_two_stalls_of_one_name_stay_two_merchants(take_in: Import, db_session: Session) -> None:
    take_in(STALL, row(STALL, address="菜市场9号摊"))
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Merchant)) == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"legal_name": " "}, "The legal name of the merchant is missing."),
        ({"legal_name": "——"}, "The legal name of the merchant is missing."),
        ({"legal_name": "长" * 121}, "“经营主体名称” is longer than 120 characters."),
        ({"address": "长" * 201}, "“地址” is longer than 200 characters."),
        ({"uscc": "91330100799655058C"},
         "One of the characters is wrong. Please compare the code with the business licence."),
        ({"uscc": "9133"},
         "A unified social credit code has 18 characters. It stands on the business licence."),
        ({"uscc": "9.133E+17"}, "A spreadsheet has cut the code down to a number: 9.133E+17."),
        ({"region_code": ""}, "“” is no region code: six digits of GB/T 2260."),
        ({"region_code": "上城区"}, "“上城区” is no region code: six digits of GB/T 2260."),
        ({"region_code": "330203"}, "The region 330203 is in no city that is set up here."),
        ({"region_code": "330100"}, "330100 is a whole city. Please name the district."),
        ({"phone": "见店内"}, "“见店内” is no phone number."),
        ({"phone": "1.38E+10"}, "“1.38E+10” is no phone number."),
        ({"store_name": "=HYPERLINK(1)"}, "“门店名称” is a spreadsheet formula, not a text."),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_with_its_reason(
    take_in: Import, db_session: Session, wrong: dict[str, str], sentence: str
) -> None:
    counts, refused = take_in(CHUNLAI, row(**wrong), STALL)
    assert refused == {3: sentence}
    assert (counts.added, counts.rejected) == (2, 1)
    assert [found[3] for found in everything(db_session)] == ["春来超市", "王芳早点"]


def test_a_trade_off_the_list_is_refused_with_the_list(take_in: Import) -> None:
    _, refused = take_in(row(trade="零售业"))
    assert refused[2].startswith("The trade “零售业” is not on the city's list: 家用电器、手机数码、")


def test_what_spreadsheets_put_around_a_cell_is_taken_off(take_in: Import, db_session: Session) -> None:
    counts, refused = take_in(
        row(uscc=f"'{USCC}", region_code='="330102"', phone="'+86 571-8800 1234", trade="", store_name="")
    )
    assert (counts.added, refused) == (1, {})
    assert everything(db_session)[0][3:9] == (
        "杭州冰川电器有限公司", "other", "330100", "330102", "湖滨路1号", "+86 571-8800 1234",
    )  # fmt: skip


def test_lines_that_contradict_earlier_ones_are_refused(take_in: Import, db_session: Session) -> None:
    _, refused = take_in(
        GLACIER,
        row(phone="12315"),
        row(store_name="城西店", legal_name="杭州冰川有限公司"),
        row(store_name="城西店"),
    )
    assert refused == {
        3: "Line 2 is about the same store.",
        4: "Line 2 gives the same code another legal name: 杭州冰川电器有限公司.",
    }
    assert [found[3] for found in everything(db_session)] == ["冰川电器湖滨店", "城西店"]


def test_a_street_of_a_district_counts_as_the_district(take_in: Import, db_session: Session) -> None:
    counts, _ = take_in(row(region_code="330102004"), row(CHUNLAI, region_code="330106109005"))
    assert counts.added == 2
    assert [found[6] for found in everything(db_session)] == ["330102", "330106"]


def test_columns_may_be_few_and_in_any_order(take_in: Import, db_session: Session) -> None:
    counts, refused = take_in(text="region_code,shop,merchant\n330102,春来,春来超市有限公司\n")
    assert (counts.added, refused) == (1, {})
    assert everything(db_session)[0][3:5] == ("春来", "other")


def test_without_a_city_nothing_is_taken(db_session: Session, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken) as refused:
        import_stores(db_session, write(tmp_path, sheet(GLACIER)), now=now(), reject=print)
    assert str(refused.value) == "No city is set up yet. Run `hejie init` first."


def test_many_lines_go_in_by_pieces(take_in: Import, db_session: Session) -> None:
    many = imports.TOGETHER + 500
    rows = [row(store_name=f"冰川{n}店", address=f"湖滨路{n}号") for n in range(many)]
    rows[700] = row(store_name="坏", region_code="000000")
    counts, refused = take_in(*rows)
    assert (counts.added, [*refused]) == (many - 1, [702])
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Merchant)) == 1


def test_two_imports_at_once_add_every_store_once(
    take_in: Import, db_session: Session, database_url: str, tmp_path: Path
) -> None:
    rows = [row(STALL, legal_name=f"摊主{n}", store_name=f"{n}号摊") for n in range(300)]
    file = write(tmp_path, sheet(*rows, *(row(store_name=f"冰川{n}店") for n in range(300))))
    engine = sa.create_engine(database_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    done: list[Counts] = []

    def run() -> None:
        with Session(engine) as session:
            done.append(import_stores(session, file, now=now(), reject=print))

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert sorted((counts.added, counts.unchanged) for counts in done) == [(0, 600), (0, 600), (600, 0)]
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Store)) == 600
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Merchant)) == 301
