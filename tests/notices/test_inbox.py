"""The inbox page: one's own notices by day, each a button that leads to its dispute."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.disputes.actions.talks import post_message
from portal.disputes.models import Dispute
from portal.notices.dispatch import dispatch
from portal.notices.models import Notice
from portal.notices.queries import PAGE, inbox, unread
from tests.makers import Town, file, make_town, offered, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, BOB, CAROL
from tests.world import BEGINNING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def alice(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.alice)
    return client


@pytest.fixture
def mallory(new_client: Callable[[], NaggingClient], db_session: Session, town: Town) -> NaggingClient:
    made = new_client()
    sign_in(made, db_session, town.mallory)
    return made


def with_an_offer(session: Session, town: Town, **changes: object) -> Dispute:
    dispute = file(session, town.store, town.alice, **changes)
    offered(session, dispute, BOB)
    dispatch(session, BEGINNING)
    return dispute


def notice_of(session: Session, person: int, fact: str = "offer_made") -> Notice:
    wanted = sa.select(Notice).where(Notice.person_id == person, Notice.fact == fact)
    return session.scalars(wanted.order_by(Notice.id)).one()


def titles(answer: TestResponse) -> list[str]:
    return [words(title) for title in tree(answer).findall(".//button/span/span[@class='cell-title']")]


def test_a_notice_says_what_happened_where_and_when(alice: NaggingClient, db_session: Session, town: Town):
    dispute = with_an_offer(db_session, town)
    answer = alice.get("/notices")
    assert titles(answer) == ["未读： 商家提出了和解方案，请您看看。"]
    [cell] = tree(answer).findall(".//button[@formaction]")
    assert words(cell.find(".//small")) == f"10:00 · 冰川电器湖滨店 · 双门冰箱 · 尾号 {dispute.ref[-4:]}"
    assert words(tree(answer).find(".//h2")) == "11月24日 周二"


def test_the_reader_chooses_the_language(alice: NaggingClient, db_session: Session, town: Town):
    with_an_offer(db_session, town)
    alice.set_cookie("lang", "en")
    assert titles(alice.get("/notices")) == ["Unread: The shop has made you an offer."]


def test_an_empty_inbox_says_so(alice: NaggingClient):
    answer = alice.get("/notices")
    assert words(tree(answer).find(".//p[@class='empty-title']")) == "还没有消息"
    assert "/notices/readings" not in answer.text


def test_opening_a_notice_leads_to_its_dispute_and_marks_all_of_it(
    alice: NaggingClient, db_session: Session, town: Town
):
    dispute, other = with_an_offer(db_session, town), with_an_offer(db_session, town)
    post_message(db_session, dispute, BOB, text="您看可以吗？", now=BEGINNING + HOUR)
    dispatch(db_session, BEGINNING + HOUR)
    assert unread(db_session, town.alice.id) == 3
    notice = db_session.scalars(
        sa.select(Notice).where(Notice.person_id == town.alice.id, Notice.dispute_id == dispute.id)
    ).first()
    assert notice is not None
    shown = alice.get("/notices")
    opened = alice.post(f"/notices/{notice.id}/reading", data={"csrf_token": token_of(shown)})
    assert (opened.status_code, opened.location) == (303, f"/disputes/{dispute.ref}")
    left = db_session.execute(
        sa.select(Notice.dispute_id, Notice.read_at).where(Notice.person_id == town.alice.id)
    )
    assert {(dispute_id, read_at) for dispute_id, read_at in left} == {
        (dispute.id, BEGINNING),
        (other.id, None),
    }


def token_of(shown: TestResponse) -> str:
    return tree(shown).find(".//form[@class='notices']/input[@name='csrf_token']").get("value")  # type: ignore[union-attr, return-value]


def test_marking_all_as_read_leaves_what_has_come_since(
    alice: NaggingClient, db_session: Session, town: Town
):
    dispute = with_an_offer(db_session, town)
    shown = alice.get("/notices")
    post_message(db_session, dispute, BOB, text="您看可以吗？", now=BEGINNING + HOUR)
    dispatch(db_session, BEGINNING + HOUR)
    marked = alice.submit(shown, "/readings")
    assert (marked.status_code, marked.location) == (303, "/notices")
    assert titles(alice.get("/notices")) == ["未读： 商家给您留言了。", "商家提出了和解方案，请您看看。"]


def test_reading_the_page_marks_nothing(alice: NaggingClient, db_session: Session, town: Town):
    with_an_offer(db_session, town)
    alice.get("/notices")
    assert unread(db_session, town.alice.id) == 1


def test_the_bell_counts_what_is_unread(alice: NaggingClient, db_session: Session, town: Town):
    def bell() -> str:
        [link] = tree(alice.get("/notices")).findall(".//a[@href='/notices']")
        return words(link)

    assert bell() == "消息"
    with_an_offer(db_session, town)
    assert bell() == "消息1 (1 条未读)"


def test_nobody_opens_or_marks_what_is_somebody_elses(
    mallory: NaggingClient, alice: NaggingClient, db_session: Session, town: Town
):
    with_an_offer(db_session, town)
    notice = notice_of(db_session, town.alice.id)
    token = token_of_session(mallory)
    foreign = mallory.post(f"/notices/{notice.id}/reading", data={"csrf_token": token})
    missing = mallory.post("/notices/999999/reading", data={"csrf_token": token})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text == missing.text
    mallory.post("/notices/readings", data={"csrf_token": token, "up_to": "999999999"})
    assert unread(db_session, town.alice.id) == 1


def token_of_session(client: NaggingClient) -> str:
    """The token that a page without notices carries too, in the form that signs out."""
    field = tree(client.get("/notices")).find(".//form[@action='/sign-out']/input[@name='csrf_token']")
    assert field is not None
    return field.get("value", "")


def test_somebody_who_left_the_shop_sees_no_more_of_it(
    client: NaggingClient, db_session: Session, town: Town
):
    with_an_offer(db_session, town)
    sign_in(client, db_session, town.carol)
    assert len(titles(client.get("/notices"))) == 2
    notice = notice_of(db_session, town.carol.id)
    [membership] = town.carol.memberships
    db_session.delete(membership)
    shown = client.get("/notices")
    assert titles(shown) == []
    token = token_of_session(client)
    assert client.post(f"/notices/{notice.id}/reading", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize("nonsense", ["", "x", "0", "-1", "9" * 40])
def test_nonsense_in_the_form_or_the_address_is_no_trouble(
    alice: NaggingClient, db_session: Session, town: Town, nonsense: str
):
    with_an_offer(db_session, town)
    shown = alice.get("/notices", query_string={"before": nonsense})
    assert len(titles(shown)) == 1
    token = token_of(shown)
    marked = alice.post("/notices/readings", data={"csrf_token": token, "up_to": nonsense})
    assert marked.status_code == 303
    opened = alice.post(f"/notices/{nonsense or 0}/reading", data={"csrf_token": token})
    assert opened.status_code == 404
    assert unread(db_session, town.alice.id) == 1


def test_a_page_after_somebody_elses_notice_begins_at_the_top(
    alice: NaggingClient, db_session: Session, town: Town
):
    with_an_offer(db_session, town)
    foreign = notice_of(db_session, town.bob.id, "complaint_filed").id
    assert len(titles(alice.get("/notices", query_string={"before": foreign}))) == 1


def test_the_newest_stand_first_by_when_it_happened_and_pages_go_on_by_key(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    moments = [BEGINNING + DAY, BEGINNING + HOUR, BEGINNING + 2 * DAY, BEGINNING + 2 * DAY]
    for number, at in enumerate(moments):
        post_message(db_session, dispute, CAROL, text=str(number), now=at)
    dispatch(db_session, BEGINNING)
    seen, before = [], None
    while True:
        rows, before = inbox(db_session, ALICE, before=before, size=2)
        seen += [row.at for row in rows]
        if before is None:
            break
    assert seen == sorted(moments, reverse=True)


def test_a_full_page_leads_on_to_the_next(alice: NaggingClient, db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    for number in range(PAGE + 1):
        post_message(db_session, dispute, BOB, text=str(number), now=BEGINNING + number * HOUR)
    dispatch(db_session, BEGINNING)
    first = alice.get("/notices")
    assert len(titles(first)) == PAGE
    more = tree(first).find(".//a[@rel='next']")
    assert more is not None
    second = alice.get(more.get("href", ""))
    assert len(titles(second)) == 1
    back = tree(second).find(".//a[@rel='prev']")
    assert back is not None
    assert back.get("href") == "/notices"


def test_the_count_of_every_page_looks_at_an_index_alone(db_session: Session):
    if db_session.get_bind().dialect.name != "sqlite":
        return
    plan = db_session.execute(
        sa.text("EXPLAIN QUERY PLAN SELECT count(*) FROM notices WHERE person_id = 7 AND read_at IS NULL")
    ).all()
    assert ["ix_notices_unread" in step.detail for step in plan] == [True]
