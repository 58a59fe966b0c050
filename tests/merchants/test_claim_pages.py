"""From "is this your shop?" to an owner's home: an account, the licence, an officer's word."""

import re
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import Person
from portal.core.refs import new_store_code
from portal.merchants.models import Claim, Store
from tests.makers import (
    PASSWORD,
    Town,
    make_city,
    make_merchant,
    make_officer,
    make_store,
    make_town,
    sign_in,
)
from tests.merchants.licences import claimed, photo
from tests.nag import NaggingClient, find_form, tree, words
from tests.people import BOB


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def shop(db_session: Session, town: Town) -> Store:
    """A licensed store that nobody has claimed, in Grace's district."""
    return make_store(db_session, make_merchant(db_session, verified_at=None), name="无主电器")


def text(page: TestResponse) -> str:
    main = tree(page).find(".//main")
    assert main is not None
    return words(main)


def signed_up(client: NaggingClient, shop: Store, **fields: str) -> TestResponse:
    page = client.get(client.get(f"/stores/{shop.code}/claims").headers["Location"])
    said = {"name": "艾琳", "phone": "13911112222", "username": "erin", "password": PASSWORD, **fields}
    return client.submit(page, "/merchant/sign-up", **said)


def test_from_the_door_to_the_owners_home(
    client: NaggingClient, new_client: type[NaggingClient], db_session: Session, shop: Store, town: Town,
    instance: Path,
) -> None:  # fmt: skip
    answer = signed_up(client, shop)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/stores/{shop.code}/claims/new")
    form = client.get(answer.headers["Location"])
    sent = client.submit(form, "/claims", uscc=shop.merchant.uscc, licence=photo(), note="我是店主")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/merchant")
    home = text(client.get("/merchant"))
    assert "认领已提交" in home
    assert "无主电器" in home
    assert "审核中" in home

    desk = new_client()
    sign_in(desk, db_session, town.grace)
    claim = db_session.scalars(sa.select(Claim)).one()
    assert "无主电器" in text(desk.get("/bureau/claims"))
    page = desk.get(f"/bureau/claims/{claim.id}")
    for piece in ("艾琳", "13911112222", "我是店主", str(shop.merchant.uscc)):
        assert piece in text(page)
    licence = desk.get(f"/bureau/claims/{claim.id}/licence.jpg")
    assert (licence.mimetype, licence.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert licence.headers["Content-Security-Policy"].endswith("sandbox")
    assert (instance / "licences").is_dir()
    decided = desk.submit(page, "/approval")
    assert decided.headers["Location"] == "/bureau/claims"
    assert "没有待审核的认领" in text(desk.get("/bureau/claims"))
    assert desk.submit(page, "/approval").status_code == 409
    assert "已通过" in text(desk.get(f"/bureau/claims/{claim.id}"))

    home = text(client.get("/merchant"))
    assert "用好一键和解" in home
    assert "审核中" not in home
    assert "已核验" in text(client.get(f"/stores/{shop.code}"))


def test_a_refused_form_keeps_what_was_typed_and_the_photo(
    client: NaggingClient, db_session: Session, shop: Store
) -> None:
    signed_up(client, shop)
    form = client.get(f"/stores/{shop.code}/claims/new")
    refused = client.submit(form, "/claims", uscc="9133", licence=photo(), note="我是店主")
    assert refused.status_code == 422
    assert "18 位" in text(refused)
    assert "刚才上传的照片还在" in text(refused)
    assert "我是店主" in refused.text
    assert client.submit(refused, "/claims", uscc=shop.merchant.uscc).status_code == 303
    assert db_session.scalars(sa.select(Claim.note)).all() == ["我是店主"]


@pytest.mark.parametrize("kept", ["", "../../h.sqlite", "0" * 64 + ".jpg", "x" * 5000])
def test_a_made_up_photo_is_none(client: NaggingClient, db_session: Session, shop: Store, kept: str) -> None:
    signed_up(client, shop)
    form = client.get(f"/stores/{shop.code}/claims/new")
    refused = client.submit(form, "/claims", uscc=shop.merchant.uscc, kept=kept)
    assert refused.status_code == 422
    assert "请上传营业执照照片" in text(refused)


@pytest.mark.parametrize("data", [b"", b"no photo", b"\xff\xd8\xff cut off", b"<svg/>", b"%PDF-1.4"])
def test_what_is_no_photo_is_refused_beside_its_field(
    client: NaggingClient, db_session: Session, shop: Store, data: bytes
) -> None:
    signed_up(client, shop)
    form = client.get(f"/stores/{shop.code}/claims/new")
    refused = client.submit(form, "/claims", uscc=shop.merchant.uscc, licence=(BytesIO(data), "licence.jpg"))
    assert refused.status_code == 422
    assert find_form(refused, "/claims") is not None
    assert db_session.scalars(sa.select(Claim)).all() == []


def test_the_same_claim_sent_twice_is_one(client: NaggingClient, db_session: Session, shop: Store) -> None:
    signed_up(client, shop)
    form = client.get(f"/stores/{shop.code}/claims/new")
    for _ in range(2):
        sent = client.submit(form, "/claims", uscc=shop.merchant.uscc, licence=photo())
        assert (sent.status_code, sent.headers["Location"]) == (303, "/merchant")
    assert len(db_session.scalars(sa.select(Claim)).all()) == 1


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"phone": "123"}, {"username": "a"}, {"username": "bob"}, {"password": "short"},
     {"name": "长" * 31}],
)  # fmt: skip
def test_a_sign_up_that_cannot_be_is_told_why(
    client: NaggingClient, db_session: Session, shop: Store, fields: dict[str, str]
) -> None:
    before = db_session.scalar(sa.select(sa.func.count()).select_from(Person))
    refused = signed_up(client, shop, **fields)
    assert refused.status_code == 422
    assert "有几处需要您再看一下" in text(refused)
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Person)) == before


def test_signing_up_too_often_from_one_place_is_refused(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    page = client.get("/merchant/sign-up")
    said = {"name": "艾琳", "phone": "13911112222", "username": "x", "password": PASSWORD}
    answers = [client.submit(page, "/merchant/sign-up", **said).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_an_officer_refuses_with_a_reason_that_the_claimant_reads(
    client: NaggingClient, new_client: type[NaggingClient], db_session: Session, shop: Store, town: Town
) -> None:
    claim = claimed(db_session, shop, BOB)
    desk = new_client()
    sign_in(desk, db_session, town.grace)
    page = desk.get(f"/bureau/claims/{claim.id}")
    unexplained = desk.submit(page, "/refusal")
    assert (unexplained.status_code, "请写明理由" in text(unexplained)) == (422, True)
    assert desk.submit(page, "/refusal", reason="执照看不清，请重拍").status_code == 303
    sign_in(client, db_session, town.bob)
    home = text(client.get("/merchant"))
    assert ("已驳回" in home, "执照看不清，请重拍" in home) == (True, True)


@pytest.mark.parametrize("region", ["330106", "330200"])
def test_officers_of_other_regions_see_nothing_byte_for_byte(
    client: NaggingClient, db_session: Session, shop: Store, region: str
) -> None:
    make_city(db_session, "330200")
    claim = claimed(db_session, shop, BOB)
    sign_in(client, db_session, make_officer(db_session, region))
    assert "没有待审核的认领" in text(client.get("/bureau/claims"))
    for end in ("", "/licence.jpg"):
        foreign, missing = (client.get(f"/bureau/claims/{id_}{end}") for id_ in (claim.id, claim.id + 99))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        # The address stands in it, and a token with the second it was made in.
        told = r'claims(/|%2F)\d+|name="csrf_token" value="[^"]*"'
        bare = [re.sub(told, "", answer.text) for answer in (foreign, missing)]
        assert bare[0] == bare[1]
    token = {"csrf_token": find_form(client.get("/"), "/sign-out").find("input").get("value")}  # type: ignore[union-attr]
    for end in ("approval", "refusal"):
        assert (
            client.post(f"/bureau/claims/{claim.id}/{end}", data=token | {"reason": "x"}).status_code == 404
        )
    assert db_session.scalars(sa.select(Claim.state)).all() == ["waiting"]


def test_only_officers_see_claims_and_only_staff_claim(
    new_client: type[NaggingClient], db_session: Session, shop: Store, town: Town
) -> None:
    claim = claimed(db_session, shop, BOB)
    for person in (town.alice, town.bob, town.carol):
        client = new_client()
        sign_in(client, db_session, person)
        for address in (
            "/bureau/claims",
            f"/bureau/claims/{claim.id}",
            f"/bureau/claims/{claim.id}/licence.jpg",
        ):
            assert client.get(address).status_code == 404
    for person in (town.alice, town.grace):
        client = new_client()
        sign_in(client, db_session, person)
        assert client.get(f"/stores/{shop.code}/claims/new").status_code == 404
        assert client.get("/merchant").status_code == 404
    nobody = new_client()
    assert nobody.get("/bureau/claims").headers["Location"].startswith("/sign-in")
    assert nobody.get("/merchant").headers["Location"].startswith("/sign-in")


def test_a_claim_of_no_store_is_404(client: NaggingClient, db_session: Session, town: Town) -> None:
    sign_in(client, db_session, town.bob)
    for code in (new_store_code(), "x"):
        assert client.get(f"/stores/{code}/claims/new").status_code == 404
    sign_in(client, db_session, town.grace)
    assert client.get(f"/bureau/claims/{10**30}").status_code == 404
