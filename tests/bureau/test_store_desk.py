"""An officer's page of a shop, its acts in a browser, and what the public and the shop read afterwards."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import uscc
from portal.core.refs import new_store_code
from portal.disputes.models import Dispute
from portal.merchants.models import Store, StoreChange
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, sign_in
from tests.merchants.licences import photo
from tests.merchants.test_store_pages import queries
from tests.nag import NaggingClient, tree, words
from tests.return_policies.makers import make_pledge, make_standard

NEW_CODE = uscc.make("7A1B2C3D")


def text(client: NaggingClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    main = tree(page).find(".//main")
    assert main is not None
    return words(main)


def acted(client: NaggingClient, store: Store, act: str, noun: str, **fields: object) -> int:
    page = client.get(f"/bureau/stores/{store.code}?act={act}")
    sent = client.submit(page, f"/{noun}", **fields)
    return sent.status_code


def test_the_page_says_all_that_is_known(grace: NaggingClient, db_session: Session, town: Town) -> None:
    file(db_session, town.store, town.alice)
    assert "冰川电器湖滨店" in text(grace, "/bureau/stores?q=冰川")
    said = text(grace, f"/bureau/stores/{town.store.code}")
    for piece in (
        "杭州冰川电器有限公司",
        str(town.merchant.uscc),
        "相符",
        "共 1 件，1 件未结",
        "店员",
    ):
        assert piece in said


def test_a_move_is_read_by_the_public_and_kept_with_its_reason(
    grace: NaggingClient, new_client: type[NaggingClient], town: Town, db_session: Session
) -> None:
    page = grace.get(f"/bureau/stores/{town.store.code}?act=move")
    refused = grace.submit(page, "/moves", uscc="9133", legal_name="新主", reason="转让")
    assert (refused.status_code, "18 位" in refused.text, "转让" in refused.text) == (422, True, True)
    sent = grace.submit(refused, "/moves", uscc=NEW_CODE, legal_name="杭州新主电器有限公司")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/bureau/stores/{town.store.code}")
    again = grace.submit(refused, "/moves", uscc=NEW_CODE, legal_name="杭州新主电器有限公司")
    assert again.headers["Location"] == sent.headers["Location"]
    assert "转让" in text(grace, f"/bureau/stores/{town.store.code}")
    public = text(new_client(), f"/stores/{town.store.code}")
    assert "自2026年11月25日起由杭州新主电器有限公司经营" in public
    assert "2026年11月25日前由杭州冰川电器有限公司经营" in public
    assert "转让" not in public


def test_a_suspension_is_public_the_shop_reads_what_to_do_and_shoppers_still_complain(
    grace: NaggingClient, new_client: type[NaggingClient], town: Town, db_session: Session
) -> None:
    make_pledge(db_session, make_standard(db_session))
    fields = {"ground": "no_answer", "said": "三个月内多次不回应消费者。", "reason": "内部记录"}
    assert acted(grace, town.store, "suspension", "suspensions", **fields) == 303
    public = new_client()
    said = text(public, f"/stores/{town.store.code}")
    for piece in (
        "杭州市市场监管局于2026年11月24日暂停展示",
        "多次不回应消费者的和解申请",
        "三个月内多次不回应",
    ):
        assert piece in said
    for piece in ("内部记录", "已核验", "本店承诺", "门口海报", "商家须知"):
        assert piece not in said
    assert public.get(f"/stores/{town.store.code}/poster.pdf").status_code == 303
    assert "冰川电器湖滨店" not in text(public, "/stores?q=冰川&pledged=any")
    assert public.get(f"/disputes/new?store={town.store.code}").status_code == 200
    owner = new_client()
    sign_in(owner, db_session, town.bob)
    assert "冰川电器湖滨店已被暂停展示" in text(owner, "/merchant")
    assert "提出异议" in text(owner, f"/stores/{town.store.code}")
    assert acted(grace, town.store, "lifting", "liftings", reason="已整改") == 303
    assert "已核验" in text(new_client(), f"/stores/{town.store.code}")


def test_a_stall_is_verified_with_a_photo_that_only_officers_of_the_region_see(
    grace: NaggingClient, new_client: type[NaggingClient], town: Town, db_session: Session
) -> None:
    stall = make_store(db_session, make_merchant(db_session, uscc=None, verified_at=None))
    page = grace.get(f"/bureau/stores/{stall.code}?act=verification")
    refused = grace.submit(page, "/verifications", licence=photo(), reason="12 号摊")
    assert (refused.status_code, "刚才上传的照片还在" in refused.text) == (422, True)
    assert grace.submit(refused, "/verifications", how="visited").status_code == 303
    change = db_session.scalars(sa.select(StoreChange)).one()
    address = f"/bureau/stores/{stall.code}/changes/{change.id}.jpg"
    assert grace.get(address).mimetype == "image/jpeg"
    make_city(db_session, "330200")
    stranger = new_client()
    sign_in(stranger, db_session, make_officer(db_session, "330203"))
    assert stranger.get(address).status_code == 404
    assert "现场查看" in text(grace, f"/bureau/stores/{stall.code}")


def test_a_merger_shows_first_what_it_moves_and_then_old_codes_and_complaints_land_on_the_kept_one(
    grace: NaggingClient, new_client: type[NaggingClient], town: Town, db_session: Session
) -> None:
    other = make_store(db_session, make_merchant(db_session, uscc=None), name=town.store.name)
    file(db_session, other, town.alice)
    assert "可能是同一家店" in text(grace, f"/bureau/stores/{town.store.code}")
    preview = grace.get(f"/bureau/stores/{town.store.code}/merger?other={other.code}")
    moved = tree(preview).find(".//dl")
    assert moved is not None
    assert "1 承诺0" in words(moved)
    sent = grace.submit(preview, "/mergers", reason="同一家店")
    assert sent.status_code == 303
    assert (
        grace.submit(preview, "/mergers", reason="同一家店").headers["Location"] == sent.headers["Location"]
    )
    public = new_client()
    for end in ("", "/poster.pdf", "/till-card.pdf", "/return-policy.json"):
        led = public.get(f"/stores/{other.code}{end}")
        assert (led.status_code, led.headers["Location"]) == (301, f"/stores/{town.store.code}{end}")
    found = public.get(f"/stores?q={other.code}")
    assert f"/stores/{town.store.code}" in found.text
    form = public.get(f"/disputes/new?store={other.code}")
    assert town.store.code in form.text
    assert db_session.scalars(sa.select(Dispute.store_id)).all() == [town.store.id]
    assert (
        grace.get(f"/bureau/stores/{other.code}").headers["Location"] == f"/bureau/stores/{town.store.code}"
    )


def test_what_was_changed_meanwhile_is_answered_409_with_the_page(
    grace: NaggingClient, town: Town, db_session: Session
) -> None:
    closure = grace.get(f"/bureau/stores/{town.store.code}?act=closure")
    assert (
        acted(grace, town.store, "suspension", "suspensions", ground="other", said="说明", reason="理由")
        == 303
    )
    late = grace.submit(closure, "/closures", reason="关门")
    assert (late.status_code, "刚刚有变动" in late.text) == (409, True)
    assert town.store.closed_at is None


@pytest.mark.parametrize("seen", ["", "-1", "9" * 40, "x", "٣"])
def test_a_made_up_number_of_changes_is_too_late(
    grace: NaggingClient, town: Town, db_session: Session, seen: str
) -> None:
    assert acted(grace, town.store, "closure", "closures", reason="关门", seen=seen) == 409


@pytest.mark.parametrize("other", ["", "x", "٣٣", "9" * 300])
def test_a_code_of_no_shop_merges_nothing(grace: NaggingClient, town: Town, other: str) -> None:
    answer = grace.get(f"/bureau/stores/{town.store.code}/merger", query_string={"other": other})
    assert answer.status_code in (200, 303)
    assert "/mergers" not in answer.text


def test_for_everybody_else_the_pages_are_not_there(
    new_client: type[NaggingClient], db_session: Session, town: Town
) -> None:
    make_city(db_session, "330200")
    faraway = make_officer(db_session, "330203")
    other = make_officer(db_session, "330106")
    for person in (town.alice, town.bob, town.carol, faraway, other):
        client = new_client()
        sign_in(client, db_session, person)
        for code in (town.store.code, new_store_code(), "x"):
            for end in ("", "?act=move", f"/merger?other={town.store.code}", "/changes/1.jpg"):
                assert client.get(f"/bureau/stores/{code}{end}").status_code == 404
    assert "冰川" not in client.get("/bureau/stores?q=冰川").text.split('id="q"')[1].split("</form>")[1]
    assert db_session.scalars(sa.select(StoreChange)).all() == []


def test_the_pages_take_the_same_queries_for_one_and_three(
    app: Flask, grace: NaggingClient, town: Town, db_session: Session
) -> None:
    addresses = ("/bureau/stores?q=湖滨", f"/bureau/stores/{town.store.code}")
    twin = {"name": town.store.name}
    make_store(db_session, make_merchant(db_session), **twin)
    grace.get(addresses[1])
    assert acted(grace, town.store, "closure", "closures", reason="关门") == 303
    grace.get(addresses[1])
    few = [queries(app, grace, address) for address in addresses]
    for _ in range(2):
        make_store(db_session, make_merchant(db_session), **twin)
        file(db_session, town.store, town.alice)
    for act, noun in (("reopening", "reopenings"), ("closure", "closures")):
        assert acted(grace, town.store, act, noun, reason="改") == 303
    grace.get(addresses[1])
    assert [queries(app, grace, address) for address in addresses] == few
