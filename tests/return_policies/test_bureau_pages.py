"""The officers' pages of standards: drafted, compared, published, withdrawn; what is refused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.return_policies.actions.standards import Content, change_draft
from portal.return_policies.models import Standard, StandardVersion
from portal.return_policies.ready import ready_standards
from tests.makers import Town, make_city, make_officer, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import CITY, GRACE
from tests.return_policies.makers import CITYWIDE, make_pledge, make_standard, make_version
from tests.world import BEGINNING

TODAY = date(2026, 11, 24)
NewClient = Callable[[], NaggingClient]


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def grace(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.grace)
    return client


@pytest.fixture
def draft(db_session: Session, town: Town) -> str:
    """The address of a draft of Grace's."""
    return address(make_standard(db_session, published=False))


def address(standard: Standard, n: int = 1) -> str:
    return f"/bureau/standards/{standard.slug}/{n}"


def main(page: TestResponse) -> str:
    return words(tree(page).find(".//main"))


def error_at(page: TestResponse, field: str) -> str:
    found = tree(page).find(f".//p[@id='{field}-error']")
    return "" if found is None else words(found).removeprefix("错误： ")


def value(page: TestResponse, field: str) -> str:
    return str(tree(page).find(f".//input[@id='{field}']").get("value"))


def standings(page: TestResponse) -> list[str]:
    return [
        words(badge) for badge in tree(page).findall(".//main//span") if "badge" in badge.get("class", "")
    ]


# From a ready draft to a published version


def test_the_desk_leads_to_the_standards_and_these_to_the_ready_ones(grace: NaggingClient):
    hrefs = [link.get("href") for link in tree(grace.get("/bureau")).findall(".//main//a")]
    assert "/bureau/standards" in hrefs
    links = tree(grace.get("/bureau/standards")).findall(".//main//a")
    assert "/bureau/standards/new" in [link.get("href") for link in links]
    links = tree(grace.get("/bureau/standards/new")).findall(".//main//ul//a")
    assert [link.get("href") for link in links] == [
        *(f"/bureau/standards/new?start={one.key}" for one in ready_standards()),
        "/bureau/standards/new?start=blank",
    ]


@pytest.mark.parametrize("key", [one.key for one in ready_standards()])
def test_a_ready_standard_becomes_a_draft_and_then_a_published_version(
    grace: NaggingClient, db_session: Session, key: str
):
    shown = grace.get(f"/bureau/standards/new?start={key}")
    assert "供修改的草稿" in main(shown)
    begun = grace.submit(shown, "/standards")
    assert begun.status_code == 303
    saved = grace.submit(grace.get(begun.location), "/edit")
    assert (saved.status_code, saved.location) == (303, begun.location.removesuffix("/edit"))
    shown = grace.get(saved.location)
    assert "第二十四条" in main(shown)
    assert "草稿" in standings(shown)
    published = grace.submit(shown, "/publication", valid_from="2026-12-01")
    assert published.status_code == 303
    shown = grace.get(published.location)
    assert "已发布，自 12月1日 周二 起施行。" in main(shown)
    version = db_session.query(StandardVersion).one()
    assert (version.valid_from, version.published_by) == (date(2026, 12, 1), GRACE.id)


def test_a_blank_standard_begins_with_what_the_law_demands(grace: NaggingClient, db_session: Session):
    shown = grace.get("/bureau/standards/new?start=blank")
    begun = grace.submit(shown, "/standards", title_zh="标准", title_en="Standard", category="furniture")
    shown = grace.get(begun.location)
    assert (value(shown, "quality_return_days"), value(shown, "no_reason_days")) == ("7", "0")
    assert value(shown, "refund_within_days") == ""
    assert "不得低于：质量问题，7 天内可退货，全额退款。" in main(shown)


def test_a_form_sent_twice_begins_one_draft(grace: NaggingClient, db_session: Session):
    shown = grace.get("/bureau/standards/new?start=food")
    first, second = (grace.submit(shown, "/standards") for _ in range(2))
    assert first.location == second.location
    assert db_session.query(Standard).count() == 1


def test_a_new_standard_without_title_and_goods_is_answered_beside_the_fields(grace: NaggingClient):
    shown = grace.get("/bureau/standards/new?start=blank")
    answer = grace.submit(shown, "/standards", title_zh="标准", title_en=" ", category="")
    assert answer.status_code == 422
    assert (value(answer, "title_zh"), error_at(answer, "title_en")) == ("标准", "请填写标准名称。")
    answer = grace.submit(shown, "/standards", title_zh="标准", title_en="Standard", category="nothing")
    assert (answer.status_code, error_at(answer, "category")) == (422, "请选择商品类别。")


def test_a_city_s_officer_drafts_for_a_district_too_and_for_nobody_else(
    new_client: NewClient, db_session: Session, town: Town
):
    client = new_client()
    sign_in(client, db_session, make_officer(db_session, CITY))
    shown = client.get("/bureau/standards/new?start=food")
    offered = [option.get("value") for option in tree(shown).findall(".//select[@id='region']/option")]
    assert offered == ["330100", "330102", "330106"]
    assert client.submit(shown, "/standards", region="330106").status_code == 303
    shown = client.get("/bureau/standards/new?start=food")
    answer = client.submit(shown, "/standards", region="330200")
    assert (answer.status_code, error_at(answer, "region")) == (422, "请从中选择一项。")


# Editing


@pytest.mark.parametrize("typed", ["七", "7.5", "-1", "3651", "9" * 30, "7天"])
def test_what_is_no_whole_number_is_kept_and_answered_at_its_field(
    grace: NaggingClient, draft: str, typed: str
):
    shown = grace.get(f"{draft}/edit")
    answer = grace.submit(shown, "/edit", repair_days=typed, basis_zh="改过的依据")
    assert answer.status_code == 422
    assert error_at(answer, "repair_days") == "请填写 0 到 3650 之间的整数。"
    assert value(answer, "repair_days") == typed
    assert words(tree(answer).find(".//textarea[@id='basis_zh']")) == "改过的依据"


def test_full_width_digits_are_digits(grace: NaggingClient, draft: str, db_session: Session):
    assert grace.submit(grace.get(f"{draft}/edit"), "/edit", repair_days=" １８０ ").status_code == 303
    assert db_session.query(StandardVersion).one().terms["repair_days"] == 180


@pytest.mark.parametrize(
    ("fields", "at", "sentence"),
    [
        (
            {"no_reason_days": "0", "restocking_percent": "5", "no_reason_excluded": None},
            "restocking_percent",
            "没有承诺无理由退货，就不能收取退货手续费。",
        ),
        (
            {"no_reason_days": "", "restocking_percent": ""},
            "no_reason_excluded",
            "没有承诺无理由退换，就不用列出除外商品。",
        ),
        (
            {"quality_exchange_days": "6"},
            "quality_exchange_days",
            "能退货的质量问题也应能换货：换货天数不能少于退货天数。",
        ),
        (
            {"repair_days": "", "repair_within_days": "15"},
            "repair_within_days",
            "写了维修时限，却没有承诺维修。",
        ),
        (
            {"prepaid_fee_percent": "3"},
            "prepaid_fee_percent",
            "写了退余额的手续费，却没有承诺退余额。",
        ),
        (
            {"quality_transport": "consumer"},
            "quality_transport",
            "低于必须遵守的标准：第 5 条，退换运费。",
        ),
        (
            {"quality_return_days": "3"},
            "quality_return_days",
            "低于必须遵守的标准：第 1 条，质量问题退货。",
        ),
    ],
)
def test_terms_that_cannot_be_are_answered_at_their_field(
    grace: NaggingClient, draft: str, fields: dict[str, str | None], at: str, sentence: str
):
    answer = grace.submit(grace.get(f"{draft}/edit"), "/edit", testing="merchant", **fields)
    assert (answer.status_code, error_at(answer, at)) == (422, sentence)
    assert tree(answer).find(".//input[@name='testing'][@checked]").get("value") == "merchant"


def test_a_draft_of_a_district_below_its_city_is_refused_with_the_clause(
    grace: NaggingClient, draft: str, db_session: Session
):
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15})
    answer = grace.submit(grace.get(f"{draft}/edit"), "/edit", no_reason_days="14")
    assert error_at(answer, "no_reason_days") == "低于必须遵守的标准：第 2 条，无理由退货。"
    answer = grace.submit(grace.get(draft), "/publication", valid_from="2026-11-24")
    assert answer.status_code == 422
    assert "低于必须遵守的标准：第 2 条，无理由退货。" in main(answer)


def test_a_legal_basis_that_is_too_long_is_kept_and_refused(grace: NaggingClient, draft: str):
    answer = grace.submit(grace.get(f"{draft}/edit"), "/edit", basis_zh="据" * 1001)
    assert (answer.status_code, error_at(answer, "basis_zh")) == (
        422, "这里最多写 1000 个字，您写了 1001 个。"
    )  # fmt: skip
    assert words(tree(answer).find(".//textarea[@id='basis_zh']")) == "据" * 1001


def test_goods_left_out_are_chosen_from_those_below_the_standard_s_own(grace: NaggingClient, draft: str):
    boxes = tree(grace.get(f"{draft}/edit")).findall(".//input[@name='no_reason_excluded']")
    assert [box.get("value") for box in boxes] == ["garments", "shoes", "underwear", "made_to_measure"]
    assert [box.get("value") for box in boxes if box.get("checked") is not None] == ["underwear"]


# Two officers at once


def test_the_second_to_save_a_draft_is_shown_that_it_has_changed(
    grace: NaggingClient, draft: str, db_session: Session
):
    shown = grace.get(f"{draft}/edit")
    version = db_session.query(StandardVersion).one()
    change_draft(db_session, version, CITYWIDE, Content({**version.terms, "repair_days": 365}), now=BEGINNING)
    answer = grace.submit(shown, "/edit", repair_days="180")
    assert answer.status_code == 409
    assert "同事刚刚保存过这份草稿" in main(answer)
    assert value(answer, "repair_days") == "180"
    assert db_session.query(StandardVersion).one().terms["repair_days"] == 365
    assert grace.submit(answer, "/edit").status_code == 303
    db_session.expire_all()
    assert db_session.query(StandardVersion).one().terms["repair_days"] == 180


def test_the_second_to_publish_a_draft_is_shown_what_is_true_now(grace: NaggingClient, draft: str):
    shown = grace.get(draft)
    assert grace.submit(shown, "/publication", valid_from="2026-11-24").status_code == 303
    again = grace.submit(shown, "/publication", valid_from="2026-11-25")
    assert again.status_code == 409
    assert "现行有效" in standings(again)


def test_nobody_publishes_what_a_colleague_has_changed_meanwhile(
    grace: NaggingClient, draft: str, db_session: Session
):
    shown = grace.get(draft)
    version = db_session.query(StandardVersion).one()
    change_draft(db_session, version, CITYWIDE, Content({**version.terms, "repair_days": 365}), now=BEGINNING)
    answer = grace.submit(shown, "/publication", valid_from="2026-11-24")
    assert answer.status_code == 409
    assert "365 天内免费维修。" in main(answer)
    assert "草稿" in standings(answer)


def test_what_was_published_meanwhile_is_not_edited(grace: NaggingClient, draft: str):
    editing = grace.get(f"{draft}/edit")
    grace.submit(grace.get(draft), "/publication", valid_from="2026-11-24")
    assert grace.submit(editing, "/edit", repair_days="180").status_code == 409
    assert grace.get(f"{draft}/edit").location == draft


# Versions


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请选择日期。"),
        ("2026-11-23", "这个日期已经过了，请选今天或以后的日期。"),
        ("2028-01-01", "请选择一年以内的日期。"),
    ],
)
def test_a_date_that_cannot_be_is_answered_at_its_field(
    grace: NaggingClient, draft: str, typed: str, sentence: str
):
    answer = grace.submit(grace.get(draft), "/publication", valid_from=typed)
    assert (answer.status_code, error_at(answer, "valid_from")) == (422, sentence)
    assert value(answer, "valid_from") == typed


def test_the_next_version_is_drafted_once_and_shown_with_its_changes(
    grace: NaggingClient, db_session: Session, town: Town
):
    standard = make_standard(db_session)
    shown = grace.get(address(standard))
    first, second = (grace.submit(shown, "/versions") for _ in range(2))
    assert first.location == second.location == f"{address(standard, 2)}/edit"
    saved = grace.submit(grace.get(first.location), "/edit", no_reason_days="15", refund_within_days="10")
    changes = [words(one) for one in tree(grace.get(saved.location)).findall(".//li[@class='change']")]
    assert changes == [
        "第 2 条 无理由退货 对消费者更有利 原来： 7 天内可无理由退货。 现在： 15 天内可无理由退货。",
        "第 7 条 退款时限 不如原来 原来： 退款 7 天内到账。 现在： 退款 10 天内到账。",
    ]
    assert "查看新版本的草稿" in main(grace.get(address(standard)))


def test_a_version_that_changes_nothing_says_so(grace: NaggingClient, db_session: Session, town: Town):
    standard = make_standard(db_session)
    make_version(db_session, standard, {}, published=False)
    assert "各条内容没有变化。" in main(grace.get(address(standard, 2)))


def test_a_version_is_withdrawn_with_a_reason(grace: NaggingClient, db_session: Session, town: Town):
    shown = grace.get(address(make_standard(db_session)))
    answer = grace.submit(shown, "/withdrawal", reason=" ")
    assert (answer.status_code, error_at(answer, "reason")) == (422, "请写明原因，让商家和消费者知道。")
    assert grace.submit(shown, "/withdrawal", reason="第 3 条有误。").status_code == 303
    assert "第 3 条有误。" in main(grace.get(shown.request.path))
    assert grace.submit(shown, "/withdrawal", reason="第 3 条有误。").status_code == 409


def test_a_published_version_says_how_many_stores_pledge_it(
    grace: NaggingClient, db_session: Session, town: Town
):
    standard = make_standard(db_session)
    assert "作出承诺暂无门店" in main(grace.get(address(standard)))
    make_pledge(db_session, standard)
    make_version(db_session, standard, {"no_reason_days": 10})
    assert "作出承诺1 家店" in main(grace.get(address(standard)))
    assert "作出承诺暂无门店" in main(grace.get(address(standard, 2)))
    draft = make_version(db_session, standard, {}, published=False)
    assert "作出承诺" not in main(grace.get(address(standard, draft.n)))


def test_the_list_shows_where_each_standard_stands(grace: NaggingClient, db_session: Session, town: Town):
    standard = make_standard(db_session)
    make_version(db_session, standard, {}, valid_from=TODAY + timedelta(days=9))
    make_version(db_session, standard, {}, published=False)
    make_standard(db_session, published=False)
    assert standings(grace.get("/bureau/standards")) == ["草稿", "草稿", "尚未施行"]


# Whose they are


def test_a_standard_of_another_region_is_as_if_there_were_none(
    new_client: NewClient, db_session: Session, town: Town
):
    make_city(db_session, "330200")
    own, above = make_standard(db_session), make_standard(db_session, CITYWIDE)
    for region, hidden, listed in (("330200", own, []), ("330106", own, []), ("330102", above, ["现行有效"])):
        client = new_client()
        sign_in(client, db_session, make_officer(db_session, region))
        assert standings(client.get("/bureau/standards")) == listed
        token = tree(client.get("/account")).find(".//input[@name='csrf_token']").get("value")
        for place in (address(hidden), f"{address(hidden)}/edit"):
            assert client.get(place).status_code == 404
        for place in ("/1/edit", "/1/publication", "/1/withdrawal", "/versions"):
            sent = {"csrf_token": token, "valid_from": "2026-12-01", "reason": "不对。"}
            assert client.post(f"/bureau/standards/{hidden.slug}{place}", data=sent).status_code == 404


def test_a_version_that_is_not_there_is_missing(grace: NaggingClient, db_session: Session, town: Town):
    standard = make_standard(db_session)
    for slug in ("%00", "%ff", "x" * 300, "a%2Fb"):
        assert grace.get(f"/bureau/standards/{slug}/1").status_code in (400, 404)
    for n in (0, 2, 99999):
        assert grace.get(address(standard, n)).status_code == 404
    assert grace.get("/bureau/standards?before=0").status_code == 200
