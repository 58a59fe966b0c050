"""What is published: everybody finds the standards, what they say, and which stores pledge them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.return_policies.actions.pledges import end_pledge
from portal.return_policies.actions.standards import withdraw_version
from portal.return_policies.queries.public import Standing, standing_of
from tests.makers import Town, make_city, make_store, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import BOB, GRACE
from tests.return_policies.makers import CITYWIDE, make_pledge, make_standard, make_version, newest
from tests.world import BEGINNING, Clock


def text(page) -> str:
    return words(tree(page).find(".//main"))


def links(page) -> list[str]:
    return [link.get("href") or "" for link in tree(page).find(".//main").iter("a")]


@pytest.fixture
def town(db_session: Session):
    return make_town(db_session)


def test_standards_are_listed_by_goods_with_what_people_ask_first(
    client: NaggingClient, db_session: Session, town
):
    ten = {"no_reason_days": 10, "no_reason_excluded": []}
    shoes = make_standard(db_session, category="shoes", title_zh="鞋类退换货标准", terms=ten)
    make_standard(db_session, CITYWIDE)
    phones = make_standard(db_session, category="phones", title_zh="手机退换货标准")
    page = client.get("/standards")
    assert [words(group) for group in tree(page).find(".//main").iter("h2")] == ["手机数码", "服装鞋帽"]
    assert f"/standards/{phones.slug}/1" in links(page)
    assert links(page).index(f"/standards/{phones.slug}/1") < links(page).index(f"/standards/{shoes.slug}/1")
    for said in (
        "10 天内可无理由退货。",
        "上城区市场监管局",
        "杭州市市场监管局",
        "第 1 版",
        "2026年11月24日",
    ):
        assert said in text(page)
    assert "Set-Cookie" not in page.headers


def test_drafts_and_what_is_withdrawn_or_replaced_are_not_listed(
    client: NaggingClient, db_session: Session, town, clock: Clock
):
    make_standard(db_session, published=False, title_zh="还没写完的标准")
    gone = make_standard(db_session, title_zh="撤回的标准")
    withdraw_version(db_session, newest(db_session, gone), GRACE, reason="有误", now=BEGINNING)
    renewed = make_standard(db_session, title_zh="换新的标准")
    make_version(db_session, renewed, {"no_reason_days": 8})
    coming = client.get("/standards")
    assert [link for link in links(coming) if renewed.slug in link] == [
        f"/standards/{renewed.slug}/1",
        f"/standards/{renewed.slug}/2",
    ]
    assert text(coming).count("尚未施行") == 1
    clock.advance(days=1)
    page = client.get("/standards")
    assert [link for link in links(page) if renewed.slug in link] == [f"/standards/{renewed.slug}/2"]
    assert "还没写完" not in page.text
    assert "撤回的标准" not in page.text


def test_without_standards_the_page_says_what_protects_all_the_same(
    client: NaggingClient, db_session: Session
):
    make_city(db_session)
    assert "没有标准也有法律保障" in text(client.get("/standards"))


def test_without_a_city_nothing_is_published(client: NaggingClient):
    assert [client.get(path).status_code for path in ("/standards", "/standards/feed.atom")] == [404, 404]


def test_other_cities_have_their_own(client: NaggingClient, db_session: Session, town):
    make_standard(db_session)
    make_city(db_session, "330200")
    assert "服装鞋帽退换货标准" not in text(client.get("/standards"))
    assert "/standards?city=330100" in links(client.get("/standards"))
    assert "服装鞋帽退换货标准" in text(client.get("/standards?city=330100"))
    assert client.get("/standards?city=999999").status_code == 404


def test_a_standards_address_leads_to_the_version_in_force(
    client: NaggingClient, db_session: Session, town, clock: Clock
):
    standard = make_standard(db_session, valid_from=BEGINNING.date() + timedelta(days=2))
    where = f"/standards/{standard.slug}"

    def led() -> tuple[int, str]:
        answer = client.get(where)
        return answer.status_code, answer.headers["Location"]

    assert led() == (303, f"{where}/1")  # coming, and the only one
    clock.advance(days=2)
    second = make_version(db_session, standard, {"no_reason_days": 9}, now=clock.now)
    assert led() == (303, f"{where}/1")
    clock.advance(days=1)
    assert led() == (303, f"{where}/2")
    withdraw_version(db_session, second, GRACE, reason="有误", now=clock.now)
    assert led() == (303, f"{where}/1")
    withdraw_version(db_session, standard.versions[0], GRACE, reason="有误", now=clock.now)
    assert led() == (303, f"{where}/2")


def test_a_version_says_everything_about_itself(client: NaggingClient, db_session: Session, town):
    standard = make_standard(db_session)
    page = client.get(f"/standards/{standard.slug}/1")
    for said in (
        "服装鞋帽退换货标准", "上城区市场监管局", "现行有效", "第 2 条 无理由退货",
        "可以拆封，商品须未使用。", "不适用于：内衣、袜子、泳衣。", "法律依据 《消费者权益保护法》",
        "施行日期2026年11月24日", "暂无门店",
    ):  # fmt: skip
        assert said in text(page)
    assert "与第" not in text(page)


def test_a_version_names_the_stores_that_pledge_it(client: NaggingClient, db_session: Session, town):
    standard = make_standard(db_session)
    make_pledge(db_session, standard)
    make_pledge(db_session, standard, store=make_store(db_session, town.merchant))
    closed = make_store(db_session, town.merchant)
    make_pledge(db_session, standard, store=closed)
    closed.closed_at = BEGINNING
    page = client.get(f"/standards/{standard.slug}/1")
    assert "2 家店" in text(page)
    found = client.get(f"/stores?pledged={standard.slug}")
    assert len([link for link in links(found) if link.startswith("/stores/")]) == 2
    assert f"/stores?pledged={standard.slug}" in links(page)


def test_a_new_version_shows_what_it_changes_and_the_old_one_that_it_was_replaced(
    client: NaggingClient, db_session: Session, town, clock: Clock
):
    standard = make_standard(db_session)
    make_version(db_session, standard, {"no_reason_days": 15})
    clock.advance(days=1)
    new, old = (client.get(f"/standards/{standard.slug}/{n}") for n in (2, 1))
    assert "与第 1 版相比" in text(new)
    print(text(new)[-300:])
    assert [words(part) for part in tree(new).iter("del")] == ["7 天内可无理由退货。"]
    assert [words(part) for part in tree(new).iter("ins")] == ["15 天内可无理由退货。"]
    assert "新版已施行" in text(old)
    assert f"/standards/{standard.slug}/1" in links(new)


def test_a_withdrawn_version_stays_and_says_why(client: NaggingClient, db_session: Session, town):
    standard = make_standard(db_session)
    withdraw_version(db_session, newest(db_session, standard), GRACE, reason="第二条 <有误>", now=BEGINNING)
    page = client.get(f"/standards/{standard.slug}/1")
    assert page.status_code == 200
    assert "已于 2026年11月24日 撤回" in text(page)
    assert "第二条 <有误>" in text(page)


def test_drafts_and_made_up_addresses_are_not_found(client: NaggingClient, db_session: Session, town):
    draft = make_standard(db_session, published=False)
    standard = make_standard(db_session)
    make_version(db_session, standard, {"no_reason_days": 9}, published=False)
    sign_in(client, db_session, town.grace)
    slug = standard.slug
    drafts = [draft.slug, f"{draft.slug}/1", f"{slug}/2"]
    for end in (*drafts, f"{slug}/0", f"{slug}/{9**30}", "no-such", "no-such/1", "%ff", "x" * 300):
        assert client.get(f"/standards/{end}").status_code == 404


def test_every_page_of_standards_is_in_english_too(client: NaggingClient, db_session: Session, town):
    standard = make_standard(db_session)
    client.set_cookie("lang", "en")
    assert "Returns of clothing and shoes" in text(client.get("/standards"))
    assert "Goods can be returned within 7 days without a reason." in text(
        client.get(f"/standards/{standard.slug}/1")
    )


def test_the_store_page_shows_what_is_pledged_today(
    client: NaggingClient, db_session: Session, town, clock: Clock
):
    standard = make_standard(db_session)
    pledge = make_pledge(db_session, standard, refund_within_days=1)
    page = client.get(f"/stores/{town.store.code}")
    for said in (
        "本店承诺",
        "优于标准",
        "7 天内可无理由退货。",
        "退款 1 天内到账。",
        "适用于 2026年11月24日",
    ):
        assert said in text(page)
    assert f"/standards/{standard.slug}/1" in links(page)
    assert f"/stores/{town.store.code}/till-card.pdf" in links(page)
    end_pledge(db_session, pledge, BOB, now=clock.now)
    last = pledge.ends_on
    assert last is not None
    assert f"至 {last.year}年{last.month}月{last.day}日" in text(client.get(f"/stores/{town.store.code}"))
    clock.advance(days=(last - BEGINNING.date()).days + 1)
    assert "本店承诺" not in text(client.get(f"/stores/{town.store.code}"))


def test_a_store_without_a_pledge_says_quietly_what_the_law_gives(client: NaggingClient, town):
    shown = client.get(f"/stores/{town.store.code}")
    page = text(shown)
    assert f"/stores/{town.store.code}/till-card.pdf" not in links(shown)
    assert "法定保障 · 质量问题，7 天内可退货，全额退款。" in page
    assert "《消费者权益保护法》第二十四条" in page


def test_the_search_finds_the_stores_that_pledge(
    client: NaggingClient, db_session: Session, town, clock: Clock
):
    make_store(db_session, town.merchant, name="冰川不承诺店")
    make_pledge(db_session, make_standard(db_session))
    make_pledge(
        db_session, make_standard(db_session, category="phones", terms={"no_reason_excluded": []}),
        store=make_store(db_session, town.merchant, name="冰川手机店"),
    )  # fmt: skip

    def found(**asked: str) -> list[str]:
        page = client.get("/stores", query_string=asked)
        return [words(part) for part in tree(page).iter("span") if part.get("class") == "cell-title"]

    assert sorted(found(pledged="any")) == ["冰川手机店", "冰川电器湖滨店"]
    assert found(pledged="clothing") == ["冰川电器湖滨店"]
    assert found(pledged="shoes") == ["冰川电器湖滨店"]  # what is pledged for all clothing holds for shoes
    assert found(pledged="electronics") == []
    assert found(pledged="phones", q="冰川") == ["冰川手机店"]
    assert found(pledged="no-such-thing") == []
    assert len(found(q="冰川")) == 3
    form = client.get("/stores")
    options = [words(part) for part in tree(form).iter("option")]
    assert options == ["不限承诺", "有退换货承诺", "手机", "服装鞋帽"]
    again = client.submit(form, "/stores", q="冰川", pledged="phones")
    assert "冰川手机店" in text(again)
    assert "冰川不承诺店" not in text(again)
    assert "/stores?q=%E5%86%B0%E5%B7%9D" in links(again)  # the filter can be taken off


@pytest.mark.parametrize("junk", ["%ff%fe", "%F0%9F%8D%9C", "'%22%3C%3E", "%E2%80%AE", "x" * 300])
def test_junk_in_an_address_breaks_nothing(client: NaggingClient, town: Town, junk: str):
    assert client.get(f"/stores?pledged={junk}").status_code == 200
    assert client.get(f"/stores?q=x&pledged={junk}").status_code == 200
    assert {
        client.get(f"/{page}?city={junk}").status_code for page in ("standards", "standards/feed.atom")
    } == {404}


def test_where_nothing_is_pledged_the_search_does_not_ask(client: NaggingClient, town):
    assert tree(client.get("/stores")).find(".//select") is None


def test_the_standings_of_versions(db_session: Session, town):
    standard = make_standard(db_session)
    make_version(db_session, standard, {"no_reason_days": 9})
    first, second = standard.versions
    day = BEGINNING.date()
    assert [standing_of(one, [first, second], day) for one in (first, second)] == [
        Standing.IN_FORCE,
        Standing.COMING,
    ]
    later = day + timedelta(days=1)
    assert [standing_of(one, [first, second], later) for one in (first, second)] == [
        Standing.REPLACED,
        Standing.IN_FORCE,
    ]
