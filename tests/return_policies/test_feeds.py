"""What machines fetch: JSON-LD and an Atom feed, the same for everybody, asked again at little cost."""

import json
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.refs import new_store_code
from portal.extensions import db
from portal.return_policies.actions.standards import withdraw_version
from tests.makers import Town, make_city, make_store, make_town
from tests.nag import NaggingClient, tree
from tests.people import GRACE
from tests.return_policies.makers import make_pledge, make_standard, make_version, newest
from tests.return_policies.test_schema_org import strangers
from tests.world import BEGINNING, Clock

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def policies(client: NaggingClient, code: str) -> list[dict[str, Any]]:
    answer = client.get(f"/stores/{code}/return-policy.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    document = json.loads(answer.text)
    assert document["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = document["@graph"]
    return graph


def on_the_page(client: NaggingClient, code: str) -> dict[str, Any]:
    scripts = tree(client.get(f"/stores/{code}")).iter("script")
    found = [one for one in scripts if one.get("type") == "application/ld+json"]
    document: dict[str, Any] = json.loads("".join(found[0].itertext()))
    return document


def feed(client: NaggingClient) -> Element:
    answer = client.get("/standards/feed.atom")
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return fromstring(answer.text)


def test_a_stores_policies_are_one_object_for_each_pledge(
    client: NaggingClient, db_session: Session, town: Town
):
    clothing = make_standard(db_session)
    phones = make_standard(
        db_session, category="phones", title_zh="手机退换货标准", terms={"no_reason_excluded": []}
    )
    make_pledge(db_session, clothing, no_reason_days=30)
    make_pledge(db_session, phones)
    made = policies(client, town.store.code)
    assert [one["name"] for one in made] == ["服装鞋帽退换货标准", "手机退换货标准"]
    assert [one["merchantReturnDays"] for one in made] == [30, 7]
    assert [strangers(one) for one in made] == [[], []]
    told = {one["propertyID"]: one["value"] for one in made[0]["additionalProperty"]}
    assert (told["goods"], told["valid_from"], told["version"]) == ("服装鞋帽", "2026-11-24", 1)
    assert made[0]["merchantReturnLink"].endswith(f"/standards/{clothing.slug}/1")


def test_a_store_without_a_pledge_gives_what_the_law_gives(client: NaggingClient, town: Town):
    (policy,) = policies(client, town.store.code)
    assert policy["returnPolicyCategory"] == "https://schema.org/MerchantReturnUnspecified"
    told = {one["propertyID"]: one["value"] for one in policy["additionalProperty"]}
    assert (told["quality_return_days"], told["legal_basis"]) == (7, "《消费者权益保护法》第二十四条")


def test_the_store_page_carries_the_same_as_part_of_the_store(
    client: NaggingClient, db_session: Session, town: Town
):
    make_pledge(db_session)
    store = on_the_page(client, town.store.code)
    assert (store["@type"], store["name"], strangers(store)) == ("Store", "冰川电器湖滨店", [])
    assert store["hasMerchantReturnPolicy"] == policies(client, town.store.code)


def test_nothing_in_the_data_can_leave_its_script(client: NaggingClient, db_session: Session, town: Town):
    town.store.name = "</script><script src=//evil>&amp;<!--\u2028'\""
    make_pledge(db_session, make_standard(db_session, title_zh="</SCRIPT><b>标准"))
    page = client.get(f"/stores/{town.store.code}")
    scripts = [one for one in tree(page).iter("script") if one.get("type") == "application/ld+json"]
    assert len(scripts) == 1
    assert json.loads("".join(scripts[0].itertext()))["name"] == town.store.name
    assert not any("evil" in (one.get("src") or "") for one in tree(page).iter("script"))


def test_documents_are_the_same_for_everybody_and_asked_again_for_nothing(
    client: NaggingClient, db_session: Session, town: Town
):
    make_pledge(db_session)
    for address in (f"/stores/{town.store.code}/return-policy.json", "/standards/feed.atom"):
        first = client.get(address)
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in first.headers
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b"")
        client.set_cookie("lang", "en")
        assert client.get(address).get_data() == first.get_data()
    make_pledge(db_session, make_standard(db_session, category="phones", terms={"no_reason_excluded": []}))
    for address in (f"/stores/{town.store.code}/return-policy.json", "/standards/feed.atom"):
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_an_unknown_store_has_no_policy(client: NaggingClient, db_session: Session):
    make_city(db_session)
    known = make_store(db_session).code
    for code in (new_store_code(), known.lower(), "ABC", "%ff", "x" * 300):
        assert client.get(f"/stores/{code}/return-policy.json").status_code == 404


def test_the_feed_tells_what_was_published_and_withdrawn_newest_first(
    client: NaggingClient, db_session: Session, town: Town, clock: Clock
):
    standard = make_standard(db_session)
    make_standard(db_session, published=False, title_zh="草稿")
    later = clock.advance(hours=3)
    make_version(db_session, standard, {"no_reason_days": 15}, now=later)
    latest = clock.advance(hours=3)
    withdraw_version(
        db_session, newest(db_session, standard), GRACE, reason="第二条有误 & <重发>", now=latest
    )
    root = feed(client)
    entries = root.findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles == ["已撤回：服装鞋帽退换货标准（第 2 版）", "服装鞋帽退换货标准（第 1 版）"]
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2026-11-24T08:00:00Z",
        "2026-11-24T02:00:00Z",
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-11-24T08:00:00Z"
    assert entries[0].findtext(f"{ATOM}summary") == "第二条有误 & <重发>"
    assert "7 天内可无理由退货。" in (entries[1].findtext(f"{ATOM}summary") or "")


def test_the_feed_has_all_that_rfc_4287_asks_for(client: NaggingClient, db_session: Session, town: Town):
    make_standard(db_session)
    make_standard(db_session, category="phones", terms={"no_reason_excluded": []})
    root = feed(client)
    entries = root.findall(f"{ATOM}entry")
    assert root.tag == f"{ATOM}feed"
    for part in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
        assert part.findtext(f"{ATOM}author/{ATOM}name")
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "").tzinfo is not None
        assert (part.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
    ids = [part.findtext(f"{ATOM}id") for part in (root, *entries)]
    assert len(set(ids)) == len(ids) == 3
    rels = [link.get("rel") for link in root.findall(f"{ATOM}link")]
    assert rels == ["self", "alternate"]
    assert all(entry.find(f"{ATOM}link").get("href", "").startswith("http") for entry in entries)  # type: ignore[union-attr]
    assert feed(client).findtext(f"{ATOM}id") == ids[0]


def test_an_empty_feed_is_a_feed_and_is_found_from_the_page(client: NaggingClient, db_session: Session):
    make_city(db_session)
    assert feed(client).findtext(f"{ATOM}updated") == "2026-01-01T00:00:00Z"
    head = [link for link in tree(client.get("/standards")).iter("link") if link.get("rel") == "alternate"]
    assert [(link.get("type"), link.get("href")) for link in head] == [
        ("application/atom+xml", "/standards/feed.atom")
    ]


def selects(app: Flask, client: NaggingClient, address: str) -> int:
    """How many statements a page takes, once what is kept for a while is kept."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    client.get(address)

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    client.get(address)
    sa.event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.upper().startswith("SELECT")])


def test_pages_take_the_same_queries_for_one_and_for_three(
    app: Flask, client: NaggingClient, db_session: Session, town: Town
):
    standard = make_standard(db_session)
    make_pledge(db_session, standard)
    addresses = (
        "/standards", "/standards/feed.atom", f"/standards/{standard.slug}/1", f"/stores/{town.store.code}",
        f"/stores/{town.store.code}/return-policy.json", "/stores?pledged=any",
    )  # fmt: skip
    few = [selects(app, client, address) for address in addresses]
    for category in ("phones", "shoes"):
        more = make_standard(db_session, category=category, terms={"no_reason_excluded": []})
        make_pledge(db_session, more)
        make_pledge(db_session, more, store=make_store(db_session, town.merchant))
    make_version(db_session, standard, {"no_reason_days": 15})
    make_version(db_session, standard, {"no_reason_days": 16}, valid_from=BEGINNING.date().replace(day=30))
    assert [selects(app, client, address) for address in addresses] == few
    assert max(few) <= 6


def test_the_filter_costs_the_search_no_query(
    app: Flask, client: NaggingClient, db_session: Session, town: Town
):
    make_pledge(db_session)
    plain = selects(app, client, "/stores?q=冰川")
    assert selects(app, client, "/stores?q=冰川&pledged=any") == plain
    assert selects(app, client, "/stores?q=冰川&pledged=clothing") == plain
