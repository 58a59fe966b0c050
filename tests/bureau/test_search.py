"""The search of the desk: two characters are enough, in every state, and only in one's own region."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.bureau.queries.queue import PAGE
from portal.bureau.queries.search import search
from portal.core.refs import spoken
from portal.disputes.actions.endings import withdraw
from portal.disputes.actions.talks import post_message
from portal.disputes.models import Dispute, Statement
from portal.disputes.words import DisputeWords, rebuild_words
from tests.bureau.waiting import NewClient, handed_over, in_testing, main, reported, signed_in, titles
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, performed
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING


def found(session: Session, q: str) -> list[int]:
    return [row.id for row in search(session, GRACE, q)[0]]


@pytest.mark.parametrize(
    "q",
    [
        "冰箱",
        "双门",
        "制冷",
        "离柜概不负责",
        "冰川",
        "湖滨店",
        "电器有限",
        "JD-2026",
        "冰箱 制冷",
        "湖滨 概不",
        "双门冰箱 JD",
    ],
)
def test_two_characters_of_anything_find_it(q: str, db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice, order_no="JD-2026-77")
    file(
        db_session, make_store(db_session, name="别处"), town.alice, goods="自行车", story="车链子断了两次。"
    )
    assert found(db_session, q) == [dispute.id]


@pytest.mark.parametrize(
    "q",
    ["", " ", "…", "冰车", "箱冰", "冰箱 自行", '"', "冰* OR 箱", "' --", "NEAR(冰 箱)", "王爱丽", "王爱"],
)
def test_what_stands_nowhere_finds_nothing(q: str, db_session: Session, town: Town) -> None:
    file(db_session, town.store, town.alice, name="王爱丽")
    assert found(db_session, q) == []


def test_the_reference_finds_it_as_it_is_spoken_and_as_it_is_written(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    file(db_session, town.store, town.alice)
    assert [found(db_session, ref) for ref in (dispute.ref, spoken(dispute.ref))] == [[dispute.id]] * 2


def test_what_is_written_later_is_found_at_once(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    assert found(db_session, "压缩机") == []
    post_message(db_session, dispute, BOB, text="师傅说是压缩机的问题。", now=BEGINNING)
    assert found(db_session, "压缩机 冰箱") == [dispute.id]


def test_it_finds_disputes_in_every_state(db_session: Session, town: Town) -> None:
    made = [
        file(db_session, town.store, town.alice),
        handed_over(db_session, town),
        in_testing(db_session, town),
    ]
    done = file(db_session, town.store, town.alice)
    performed(db_session, done)
    gone = file(db_session, town.store, town.alice)
    withdraw(db_session, gone, ALICE, reason="settled", note="", now=BEGINNING)
    assert found(db_session, "冰箱") == sorted((dispute.id for dispute in [*made, done, gone]), reverse=True)


def test_reports_are_not_searched(db_session: Session, town: Town) -> None:
    reported(db_session, town, "疑似假冒伪劣，请暗访。")
    assert found(db_session, "暗访") == []


def test_another_region_finds_nothing(new_client: NewClient, db_session: Session, town: Town) -> None:
    file(db_session, town.store, town.alice)
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    file(db_session, elsewhere, town.alice, goods="邻市的冰箱")
    for region, shown in {
        "330102": ["双门冰箱"],
        "330106": [],
        "330100": ["双门冰箱"],
        "330203": ["邻市的冰箱"],
        "330000": ["邻市的冰箱", "双门冰箱"],
    }.items():
        officer = signed_in(new_client, db_session, make_officer(db_session, region))
        assert titles(officer.get("/bureau/search?q=冰箱")) == shown, region


def test_the_page_shows_what_was_found_with_its_state(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute = file(db_session, town.store, town.alice)
    page = grace.submit(grace.get("/bureau"), "/bureau/search", q="冰箱 离柜")
    row = tree(page).find(".//ul[@class='dispute-rows']//a")
    assert row is not None
    assert row.get("href") == f"/disputes/{dispute.ref}"
    assert "待商家回应" in words(row) or "等待商家" in words(row)
    assert "138****5678" in words(row)
    assert "没有找到" in main(grace.get("/bureau/search?q=没有的词"))
    assert "没有找到" not in main(grace.get("/bureau/search"))


def test_pages_go_on_where_the_last_one_ended(grace: NaggingClient, db_session: Session, town: Town) -> None:
    for number in range(PAGE + 2):
        file(db_session, town.store, town.alice, goods=f"第{number}件")
    first = grace.get("/bureau/search?q=离柜")
    link = next(link for link in tree(first).iter("a") if link.get("rel") == "next").get("href")
    second = grace.get(link or "")
    assert titles(first) + titles(second) == [f"第{number}件" for number in reversed(range(PAGE + 2))]
    for before in ("x", "-1", "0", "9" * 30):
        assert len(titles(grace.get(f"/bureau/search?q=离柜&before={before}"))) == PAGE


def test_what_is_looked_through_first_changes_no_page(db_session: Session, town: Town) -> None:
    for number in range(9):
        file(db_session, town.store, town.alice, goods="空调" if number % 3 else "电视")
    post_message(
        db_session,
        db_session.get_one(Dispute, found(db_session, "空调")[-1]),
        ALICE,
        text="空调",
        now=BEGINNING,
    )
    for q in ("空调", "电视", "离柜 电视"):
        pages, before = [], None
        while True:
            rows, before = search(db_session, GRACE, q, before=before, size=2, newest=3)
            pages += [row.id for row in rows]
            if before is None:
                break
        assert pages == found(db_session, q) == sorted(pages, reverse=True)
        assert len(pages) == (6 if q == "空调" else 3)


def test_an_erased_text_is_found_no_more(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    post_message(db_session, dispute, ALICE, text="我家住在翠苑一区。", now=BEGINNING)
    said = db_session.get_one(Statement, (dispute.id, dispute.last_seq))
    said.text, said.salt, said.erased_at = "", "", BEGINNING
    db_session.flush()
    rebuild_words(db_session, dispute)
    assert [found(db_session, q) for q in ("翠苑", "冰箱", "离柜")] == [[], [dispute.id], [dispute.id]]


def test_it_takes_as_many_queries_with_one_row_as_with_three(db_session: Session, town: Town) -> None:
    def statements() -> int:
        db_session.expire_all()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        engine = db_session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        assert search(db_session, GRACE, "冰箱")[0]
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    file(db_session, town.store, town.alice)
    with_one = statements()
    for _ in range(2):
        file(db_session, town.store, town.alice)
    assert statements() == with_one == 2  # how many there are, and those that have it


def test_what_is_rolled_back_leaves_no_words(db_session: Session, town: Town) -> None:
    db_session.commit()
    file(db_session, town.store, town.alice)
    db_session.rollback()
    count = sa.select(sa.func.count())
    assert (
        db_session.scalar(count.select_from(DisputeWords))
        == db_session.scalar(count.select_from(Dispute))
        == 0
    )
