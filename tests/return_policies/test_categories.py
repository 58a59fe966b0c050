"""The tree of goods, as a city's bureau edits it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import OfficerRole
from portal.core.errors import NotAllowed, RuleBroken
from portal.regions.models import Region
from portal.return_policies.actions import categories as actions
from portal.return_policies.categories import default_tree, tree_of
from portal.return_policies.models import GoodsCategory
from tests.makers import Town, make_city, make_officer, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import CITY, DISTRICT, GRACE
from tests.return_policies.makers import CITYWIDE, make_standard, newest

NAMES = {"name_zh": "泳衣", "name_en": "Swimwear"}


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def citywide(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, make_officer(db_session, CITY))
    return client


def codes(session: Session, below: str = "clothing") -> list[str]:
    return [one.code for one in tree_of(session, CITY).all if one.parent == below]


def add(session: Session, parent: str = "clothing", **names: str) -> GoodsCategory:
    return actions.add_category(session, CITYWIDE, CITY, parent=parent, **{**NAMES, **names})


# The actions


def test_the_first_edit_makes_the_default_tree_the_city_s_own(db_session: Session, town: Town):
    before = tree_of(db_session, CITY)
    assert before is default_tree()
    row = add(db_session)
    after = tree_of(db_session, CITY)
    assert [one for one in after.all if one.code != row.code] == list(before.all)
    assert (row.code, after.name(row.code, "zh_CN"), after.path(row.code)) == (
        "swimwear", "泳衣", ("swimwear", "clothing")
    )  # fmt: skip


def test_the_tree_is_copied_once(db_session: Session, town: Town):
    add(db_session)
    add(db_session, name_zh="帽子", name_en="Hats")
    count = sa.select(sa.func.count()).select_from(GoodsCategory)
    assert db_session.scalar(count) == len(default_tree().all) + 2


def test_another_city_keeps_its_own_tree(db_session: Session, town: Town):
    make_city(db_session, "330200")
    add(db_session)
    assert tree_of(db_session, "330200") is default_tree()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Baby & child care", "baby_child_care"),
        ("Shoes", "shoes_2"),
        ("婴儿", "goods"),
        ("X" * 60, "x" * 36),
        ("  Été 2026! ", "t_2026"),
    ],
)
def test_a_code_is_made_of_the_english_name(db_session: Session, town: Town, name: str, code: str):
    assert add(db_session, parent="", name_en=name).code == code


def test_a_code_never_changes(db_session: Session, town: Town):
    actions.rename_category(db_session, CITYWIDE, CITY, "shoes", name_zh="鞋靴", name_en="Footwear")
    after = tree_of(db_session, CITY)
    assert (after.name("shoes", "zh_CN"), after.name("shoes", "en")) == ("鞋靴", "Footwear")


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": ""}, "name_en"),
        ({"name_zh": "鞋"}, "name_zh"),
        ({"name_en": "SHOES"}, "name_en"),
        ({"name_zh": "长" * 41}, "name_zh"),
        ({"parent": "no_such_goods"}, "parent"),
    ],
)
def test_what_cannot_be_added_is_refused_at_its_field(
    db_session: Session, town: Town, names: dict[str, str], field: str
):
    with pytest.raises(RuleBroken) as broken:
        add(db_session, **names)
    assert broken.value.field == field


def test_the_tree_grows_no_deeper_than_four(db_session: Session, town: Town):
    parent = "clothing"
    for number in (2, 3, 4):
        parent = add(db_session, parent=parent, name_zh=f"第{number}层", name_en=f"Level {number}").code
    with pytest.raises(RuleBroken) as broken:
        add(db_session, parent=parent)
    assert broken.value.field == "parent"


def test_the_retired_are_chosen_no_more_and_keep_their_names(db_session: Session, town: Town):
    actions.retire_category(db_session, CITYWIDE, CITY, "clothing")
    after = tree_of(db_session, CITY)
    assert after.below("clothing") == []
    assert after.name("shoes", "en") == "Shoes"
    with pytest.raises(RuleBroken):
        add(db_session)
    actions.restore_category(db_session, CITYWIDE, CITY, "shoes")
    assert [one.code for one in tree_of(db_session, CITY).below("clothing")] == ["clothing", "shoes"]


def test_goods_change_places_with_those_beside_them(db_session: Session, town: Town):
    first = codes(db_session)
    actions.move_category(db_session, CITYWIDE, CITY, first[1], up=True)
    assert codes(db_session) == [first[1], first[0], *first[2:]]
    actions.move_category(db_session, CITYWIDE, CITY, first[1], up=False)
    actions.move_category(db_session, CITYWIDE, CITY, first[0], up=True)
    actions.move_category(db_session, CITYWIDE, CITY, first[-1], up=False)
    assert codes(db_session) == first


@pytest.mark.parametrize("region", [DISTRICT, "330200", "110000", "", None])
@pytest.mark.parametrize("rank", OfficerRole)
def test_only_the_city_s_bureau_edits_its_goods(
    db_session: Session, town: Town, region: str | None, rank: OfficerRole
):
    officer = replace(GRACE, region=region, rank=rank)
    with pytest.raises(NotAllowed):
        actions.add_category(db_session, officer, CITY, parent="", **NAMES)
    with pytest.raises(NotAllowed):
        actions.move_category(db_session, officer, CITY, "shoes", up=True)
    assert tree_of(db_session, CITY) is default_tree()


def test_the_province_edits_the_goods_of_its_city(db_session: Session, town: Town):
    actions.retire_category(db_session, replace(GRACE, region="330000"), CITY, "shoes")
    assert [one.code for one in tree_of(db_session, CITY).all if one.retired] == ["shoes"]


def test_what_a_standard_leaves_out_outlives_its_retirement(db_session: Session, town: Town):
    version = newest(db_session, make_standard(db_session))
    actions.retire_category(db_session, CITYWIDE, CITY, "underwear")
    make_standard(db_session)
    assert version.terms["no_reason_excluded"] == ["underwear"]


# The pages


def names(page: TestResponse) -> list[str]:
    rows = tree(page).findall(".//ul[@class='cells goods']/li")
    return [words(row.find("./*[1]")) for row in rows]


def test_an_officer_of_the_city_adds_below_and_finds_it_there(citywide: NaggingClient, db_session: Session):
    shown = citywide.get("/bureau/categories/clothing")
    answer = citywide.submit(shown, "/categories", **NAMES)
    assert (answer.status_code, answer.location) == (303, "/bureau/categories/clothing")
    assert "泳衣" in words(tree(citywide.get(answer.location)).find(".//main"))
    assert codes(db_session)[-1] == "swimwear"


def test_the_same_form_sent_twice_adds_once(citywide: NaggingClient, db_session: Session):
    shown = citywide.get("/bureau/categories")
    answers = [citywide.submit(shown, "/categories", **NAMES) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/bureau/categories"] * 2
    assert codes(db_session, "").count("swimwear") == 1


@pytest.mark.parametrize("place", ["/bureau/categories", "/bureau/categories/clothing"])
def test_a_refused_name_is_answered_at_its_field_with_what_was_typed(citywide: NaggingClient, place: str):
    shown = citywide.get(place)
    answer = citywide.submit(shown, "/bureau/categories", name_zh="泳衣", name_en=" ")
    assert answer.status_code == 422
    page = tree(answer)
    assert page.find(".//input[@id='name_zh']").get("value") == "泳衣"
    assert words(page.find(".//p[@id='name_en-error']")) == "错误： 请填写类别名称。"


def test_a_category_is_renamed_retired_and_restored(citywide: NaggingClient):
    place = "/bureau/categories/shoes"
    shown = citywide.get(place)
    assert citywide.submit(shown, "/shoes", name_zh="鞋靴", name_en="Footwear").status_code == 303
    shown = citywide.get(place)
    assert words(tree(shown).find(".//h1")) == "鞋靴"
    assert citywide.submit(shown, "/retirement").status_code == 303
    shown = citywide.get(place)
    assert "已停用" in words(tree(citywide.get("/bureau/categories")).find(".//li[@id='shoes']"))
    assert citywide.submit(shown, "/restoration").status_code == 303
    assert "已停用" not in words(tree(citywide.get("/bureau/categories")).find(".//li[@id='shoes']"))


def test_a_name_of_a_neighbour_is_refused_on_renaming(citywide: NaggingClient):
    shown = citywide.get("/bureau/categories/shoes")
    answer = citywide.submit(shown, "/shoes", name_zh="服装", name_en="Footwear")
    assert answer.status_code == 422
    assert words(tree(answer).find(".//p[@id='own-name_zh-error']")) == "错误： 这里已有同名的类别。"


def test_goods_are_moved_by_their_buttons(citywide: NaggingClient, db_session: Session):
    first = codes(db_session)
    shown = citywide.get("/bureau/categories")
    answer = citywide.submit(shown, "/order", down=first[0])
    assert (answer.status_code, answer.location) == (303, f"/bureau/categories#{first[0]}")
    assert codes(db_session)[:2] == [first[1], first[0]]
    assert citywide.submit(shown, "/order").status_code == 303
    assert citywide.submit(shown, "/order", up="no_such_goods").status_code == 404


def test_an_officer_of_a_district_reads_the_tree_and_edits_nothing(
    client: NaggingClient, db_session: Session, town: Town
):
    sign_in(client, db_session, make_officer(db_session, DISTRICT, role=OfficerRole.SUPERVISOR))
    shown = client.get("/bureau/categories")
    assert names(shown)[:2] == ["家用电器", "大家电"]
    main = tree(shown).find(".//main")
    assert main.findall(".//form") == []
    token = tree(client.get("/account")).find(".//input[@name='csrf_token']").get("value")
    assert client.get("/bureau/categories/shoes").status_code == 404
    for act in ("", "/order", "/shoes", "/shoes/retirement", "/shoes/restoration"):
        answer = client.post(f"/bureau/categories{act}", data={"csrf_token": token, "up": "shoes", **NAMES})
        assert (act, answer.status_code) == (act, 404)
    assert tree_of(db_session, CITY) is default_tree()


def test_a_category_that_is_not_there_is_missing(citywide: NaggingClient):
    assert citywide.get("/bureau/categories/no_such_goods").status_code == 404


def test_an_officer_of_a_region_without_a_city_finds_no_goods(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    db_session.add(Region(code="650000", level="province", name_zh="新疆", name_en="Xinjiang"))
    db_session.flush()
    client = new_client()
    sign_in(client, db_session, make_officer(db_session, "650000"))
    assert client.get("/bureau/categories").status_code == 404
    shown = client.get("/bureau/standards/new")
    assert "辖区内还没有城市启用本平台" in words(tree(shown).find(".//main"))
