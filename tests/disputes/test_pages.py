"""The page of a dispute and the lists: parts are pieces, an unchanged thread is 304, queries stay few."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.refs import new_id96, new_ref
from portal.disputes.models import Dispute, Evidence
from portal.extensions import db
from tests.disputes.pictures import jpeg, upload
from tests.disputes.visits import Visitors, complaint, post_act
from tests.makers import Town, agreed, file, make_store, offered, performed
from tests.nag import NaggingClient, tree, words
from tests.people import BOB
from tests.world import BEGINNING

HTMX = {"HX-Request": "true"}


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    made = file(db_session, town.store, town.alice)
    db_session.commit()
    return made


# Parts, polling


@pytest.mark.parametrize("part", ["dispute", "thread"])
@pytest.mark.parametrize("who", ["alice", "bob", "carol", "grace"])
def test_a_part_is_a_piece_of_its_page(
    visitors: Visitors, db_session: Session, dispute: Dispute, part: str, who: str
):
    performed(db_session, dispute)
    address = f"/disputes/{dispute.ref}"
    whole = visitors[who].get(address).text
    piece = visitors[who].get(address, headers=HTMX | {"HX-Target": part}).text
    assert piece.lstrip().startswith(("<div", "<section"))
    assert f'id="{part}"' in piece[:200]
    assert without_new(piece) in without_new(whole)


def without_new(text: str) -> str:
    """What is new each time it is shown, folded: tokens, keys, and white space between lines."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(one for one in lines if one and not re.search('name="(csrf_token|key)"', one))


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Target": "thread"},  # not from htmx
        HTMX | {"HX-Target": "nonsense"},
        HTMX | {"HX-Target": "../../etc/passwd"},
        HTMX,
        HTMX | {"HX-Target": "thread", "HX-History-Restore-Request": "true"},
    ],
)
def test_whatever_else_is_asked_for_gets_the_whole_page(
    visitors: Visitors, dispute: Dispute, headers: dict[str, str]
):
    answer = visitors["alice"].get(f"/disputes/{dispute.ref}", headers=headers)
    assert (answer.status_code, answer.text.lstrip()[:9].lower()) == (200, "<!doctype")


def test_an_unchanged_thread_is_304_and_a_changed_one_is_sent(visitors: Visitors, dispute: Dispute):
    alice, address = visitors["alice"], f"/disputes/{dispute.ref}"
    seen = alice.get(address).headers["ETag"]
    poll = HTMX | {"HX-Target": "thread", "If-None-Match": seen}
    unchanged = alice.get(f"{address}?seen=1", headers=poll)
    assert (unchanged.status_code, unchanged.get_data()) == (304, b"")
    post_act(visitors["bob"], dispute.ref, "messages", text="刚刚发生的事")
    changed = alice.get(f"{address}?seen=1", headers=poll)
    assert (changed.status_code, "刚刚发生的事" in changed.text) == (200, True)
    assert changed.headers["ETag"] != seen


def test_a_poll_of_somebody_who_may_not_see_it_is_404(visitors: Visitors, dispute: Dispute):
    poll = HTMX | {"HX-Target": "thread", "If-None-Match": '"1"'}
    assert visitors["mallory"].get(f"/disputes/{dispute.ref}", headers=poll).status_code == 404


def test_answers_by_htmx_and_by_a_browser_are_kept_apart(visitors: Visitors, dispute: Dispute):
    vary = visitors["alice"].get(f"/disputes/{dispute.ref}").headers["Vary"]
    assert {one.strip() for one in vary.split(",")} >= {"HX-Request", "HX-Target", "Cookie"}


# Forbidden looks exactly like missing (trust.md S9)


@pytest.mark.parametrize("who", ["mallory", "bob", "grace"])
@pytest.mark.parametrize("tail", ["", "/settlement", "/settlement.pdf", "/evidence/{photo}"])
def test_a_foreign_dispute_answers_byte_for_byte_like_one_that_is_not_there(
    visitors: Visitors, db_session: Session, town: Town, who: str, tail: str
):
    elsewhere = make_store(db_session, district_code="330106")
    foreign = file(db_session, elsewhere, town.alice)
    agreed(db_session, foreign, replace(BOB, owns=frozenset({elsewhere.merchant_id})))
    photo = Evidence(
        id=new_id96(), dispute_id=foreign.id, seq=1, owner_id=town.alice.id, file=f"{1:064x}.jpg",
        thumb=f"{2:064x}.jpg", original_sha256="", width=1, height=1, added_at=BEGINNING,
    )  # fmt: skip
    db_session.add(photo)
    db_session.commit()
    refs = (foreign.ref, new_ref(), "0" * 14, "no-such-refers")
    answers = [visitors[who].get(f"/disputes/{ref}{tail.format(photo=photo.id)}") for ref in refs]
    assert [answer.status_code for answer in answers] == [404] * 4
    bodies = [without_address(answer.text, ref) for answer, ref in zip(answers, refs, strict=True)]
    assert bodies == [bodies[0]] * 4
    headers = [{name: value for name, value in answer.headers if name != "Date"} for answer in answers]
    assert all(one == headers[0] for one in headers)


@pytest.mark.parametrize("noun", ["messages", "offers", "offers/1/acceptance", "confirmations", "reports"])
def test_an_act_on_a_foreign_dispute_answers_like_one_on_a_missing_one(
    visitors: Visitors, db_session: Session, dispute: Dispute, noun: str
):
    offered(db_session, dispute)
    mallory, missing = visitors["mallory"], new_ref()
    answers = [post_act(mallory, ref, noun, text="你好。", note="你好。") for ref in (dispute.ref, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_address(answers[0].text, dispute.ref) == without_address(answers[1].text, missing)
    db_session.commit()
    assert db_session.get_one(Dispute, dispute.id).last_seq == 2


def without_address(text: str, ref: str) -> str:
    """A page without its form token and the address it was asked under."""
    return without_new(text).replace(ref, "")


# Lists


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("alice", "/disputes"),
        ("bob", "/disputes"),
        ("carol", "/disputes"),
        ("grace", "/disputes"),
        ("alice", "/notices"),
        ("bob", "/notices"),
        ("grace", "/bureau"),
        ("alice", "/disputes/{ref}"),
        ("bob", "/disputes/{ref}"),
        ("grace", "/disputes/{ref}"),
    ],
)
def test_three_items_take_as_many_queries_as_one(
    app: Flask, visitors: Visitors, db_session: Session, town: Town, who: str, address: str
):
    client, numbers, ref = visitors[who], [], ""
    for more in (1, 2):
        for _ in range(more):
            made = file(db_session, town.store, town.alice)
            ref = ref or made.ref
            for act in ("messages", "messages"):
                db_session.commit()
                post_act(visitors["alice"], ref, act, text="看图。", photos=upload(jpeg()))
        client.get(address.format(ref=ref))
        with counted(app) as statements:
            assert client.get(address.format(ref=ref)).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1], statements
    assert numbers[0] <= 19


def test_a_list_says_whose_turn_it_is_and_leads_on(visitors: Visitors, db_session: Session, town: Town):
    for _ in range(27):
        file(db_session, town.store, town.alice)
    bob = visitors["bob"]
    first = tree(bob.get("/disputes"))
    links = [one.get("href") for one in first.iter("a") if (one.get("class") or "") == "dispute-row"]
    assert len(links) == 25
    onward = next(one.get("href", "") for one in first.iter("a") if "after=" in (one.get("href") or ""))
    rest = tree(bob.get(onward))
    more = [one.get("href") for one in rest.iter("a") if (one.get("class") or "") == "dispute-row"]
    assert (len(more), len({*links, *more})) == (2, 27)


@pytest.mark.parametrize("after", ["x", "m~~", "m~2026-11-24T10:00:00+00:00~" + "9" * 40, "~" * 1000])
def test_a_broken_way_on_begins_the_list_again(visitors: Visitors, dispute: Dispute, after: str):
    answer = visitors["bob"].get(f"/disputes?after={after}")
    assert (answer.status_code, f"/disputes/{dispute.ref}" in answer.text) == (200, True)


def test_a_new_consumer_is_told_what_to_do(
    new_client: Callable[[], NaggingClient], visitors: Visitors, town: Town
):
    assert visitors["mallory"].get("/disputes").status_code == 200
    assert "/disputes/new" in visitors["mallory"].get("/disputes").text


def test_nobody_is_led_to_sign_in_and_back(visitors: Visitors, dispute: Dispute):
    answer = visitors["nobody"].get(f"/disputes/{dispute.ref}")
    assert answer.status_code == 303
    assert answer.location == f"/sign-in/phone?next=/disputes/{dispute.ref}"


# The settlement


def test_both_sides_have_the_settlement_as_page_and_pdf(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    agreed(db_session, dispute, note="请带上发票。")
    db_session.commit()
    for who in ("alice", "bob", "carol", "grace"):
        shown = words(tree(visitors[who].get(f"/disputes/{dispute.ref}/settlement")))
        for said in ("杭州冰川电器有限公司", "¥8,000", "请带上发票。", "王*"):
            assert said in shown
        assert "13812345678" not in shown
    pdfs = [visitors[who].get(f"/disputes/{dispute.ref}/settlement.pdf") for who in ("alice", "bob")]
    assert [(pdf.mimetype, pdf.get_data()[:5]) for pdf in pdfs] == [("application/pdf", b"%PDF-")] * 2
    assert pdfs[0].get_data() == pdfs[1].get_data()


def test_before_an_agreement_there_is_no_settlement(visitors: Visitors, dispute: Dispute):
    for tail in ("settlement", "settlement.pdf"):
        assert visitors["alice"].get(f"/disputes/{dispute.ref}/{tail}").status_code == 404


def test_a_reading_page_writes_nothing(app: Flask, visitors: Visitors, db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    client = visitors["alice"]
    client.get("/disputes")
    with counted(app) as statements:
        for address in ("/disputes", f"/disputes/{dispute.ref}", f"/disputes/new?store={dispute.store.code}"):
            client.get(address)
    written = [one for one in statements if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert complaint(client, visitors.town)["store"] == dispute.store.code
