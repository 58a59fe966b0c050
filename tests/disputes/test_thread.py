"""What each reader sees of a dispute: the same thread, less what is not theirs to know."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.disputes.actions.endings import split_off_report, withdraw
from portal.disputes.actions.talks import post_message, share_contact
from portal.disputes.models import Dispute, Statement
from portal.disputes.queries import (
    Contact,
    Cursor,
    Row,
    ThreadEvent,
    contact_of,
    list_disputes,
    reports_of,
    thread,
)
from portal.disputes.workflow import Fact
from tests.disputes.photos import loose_photos
from tests.makers import agreed, file, make_town, offered
from tests.people import ALICE, ALICE_ID, BOB, CAROL, GRACE, MALLORY
from tests.world import BEGINNING

HOUR = timedelta(hours=1)


@pytest.fixture
def dispute(db_session: Session) -> Dispute:
    town = make_town(db_session)
    return file(db_session, town.store, town.alice)


def read(session: Session, dispute: Dispute, viewer: Viewer) -> list[ThreadEvent]:
    return thread(session, dispute, viewer)


def test_everybody_reads_the_same_events_in_the_same_order(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute)
    post_message(db_session, dispute, BOB, text="明天退款。", now=BEGINNING - HOUR)  # a clock that went back
    seen = [
        [(one.seq, one.fact, one.text) for one in read(db_session, dispute, viewer)]
        for viewer in (ALICE, BOB, GRACE)
    ]
    assert seen[0] == seen[1] == seen[2]
    assert [seq for seq, _, _ in seen[0]] == [1, 2, 3, 4]


def test_one_knows_ones_own_events(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    assert [one.own for one in read(db_session, dispute, ALICE)] == [True, False]
    assert [one.own for one in read(db_session, dispute, CAROL)] == [False, True]
    assert [one.own for one in read(db_session, dispute, GRACE)] == [False, False]


def test_why_a_consumer_withdrew_is_not_for_the_shop(db_session: Session, dispute: Dispute):
    withdraw(db_session, dispute, ALICE, reason="pressed", note="店长打电话要我撤回。", now=BEGINNING)
    for viewer in (ALICE, GRACE):
        last = read(db_session, dispute, viewer)[-1]
        assert (last.details, last.text) == ({"reason": "pressed"}, "店长打电话要我撤回。")
    for viewer in (BOB, CAROL):
        last = read(db_session, dispute, viewer)[-1]
        assert (last.fact, last.details, last.text, last.photos) == (Fact.CONSUMER_WITHDREW, {}, "", [])


def test_a_report_is_for_the_consumer_and_leaves_no_gap(db_session: Session, dispute: Dispute):
    split_off_report(db_session, dispute, ALICE, text="这家店卖假货。", now=BEGINNING)
    post_message(db_session, dispute, ALICE, text="在吗？", now=BEGINNING)
    assert [report.text for report in reports_of(db_session, dispute, ALICE)] == ["这家店卖假货。"]
    for viewer in (BOB, CAROL, MALLORY):
        assert reports_of(db_session, dispute, viewer) == []
    assert [one.seq for one in read(db_session, dispute, BOB)] == [1, 2]
    assert "假货" not in repr(read(db_session, dispute, BOB))


def test_name_and_phone_are_masked_until_they_are_shared(db_session: Session, dispute: Dispute):
    masked, whole = Contact("王*", "138****5678", False), Contact("王爱丽", "13812345678", False)
    assert contact_of(db_session, dispute, ALICE) == whole
    for viewer in (BOB, CAROL, GRACE):
        assert contact_of(db_session, dispute, viewer) == masked
    share_contact(db_session, dispute, ALICE, now=BEGINNING)
    for viewer in (BOB, CAROL):
        assert contact_of(db_session, dispute, viewer) == Contact("王爱丽", "13812345678", True)
    assert contact_of(db_session, dispute, GRACE) == Contact("王*", "138****5678", True)


def test_an_erased_text_is_shown_as_erased(db_session: Session, dispute: Dispute):
    statement = db_session.scalars(sa.select(Statement)).one()
    statement.text, statement.salt, statement.erased_at = "", "", BEGINNING
    only = read(db_session, dispute, BOB)[0]
    assert (only.text, only.erased) == ("", True)


def test_photos_and_offers_stand_with_their_events(db_session: Session, dispute: Dispute):
    offered(db_session, dispute, note="请带发票。")
    photos = loose_photos(db_session, 2, owner_id=ALICE_ID)
    post_message(db_session, dispute, ALICE, text="发票", now=BEGINNING, photos=photos)
    _, offer, message = read(db_session, dispute, BOB)
    assert offer.offer is not None
    assert (offer.text, offer.offer.n, offer.offer.amount_fen) == ("请带发票。", 1, 8_000_00)
    assert offer.offer.ended is None
    assert {photo.id for photo in message.photos} == {photo.id for photo in photos}
    assert offer.photos == []


def test_a_long_thread_takes_as_many_queries_as_a_short_one(db_session: Session, dispute: Dispute):
    counts = []
    for more in (1, 20):
        for _ in range(more):
            offered(db_session, dispute)
        db_session.commit()
        db_session.refresh(dispute)
        counts.append(queries_of(db_session, dispute))
    assert counts == [counts[0]] * 2


def queries_of(session: Session, dispute: Dispute) -> int:
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    read(session, dispute, BOB)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(statements)


# The list


def test_a_list_names_nobody(db_session: Session, dispute: Dispute):
    rows, more = list_disputes(db_session, BOB)
    assert (len(rows), more) == (1, None)
    assert (rows[0].consumer_label, rows[0].phone_masked) == ("王*", "138****5678")
    assert "13812345678" not in repr(rows)
    assert "王爱丽" not in repr(rows)


def test_what_waits_for_the_reader_comes_first_then_the_newest(db_session: Session):
    town = make_town(db_session)
    answered, waiting, newer = (
        file(db_session, town.store, town.alice, now=BEGINNING + n * HOUR) for n in range(3)
    )
    offered(db_session, answered, now=BEGINNING + 5 * HOUR)
    refs = [row.ref for row in list_disputes(db_session, BOB)[0]]
    assert refs == [newer.ref, waiting.ref, answered.ref]
    assert [row.ref for row in list_disputes(db_session, ALICE)[0]] == [answered.ref, newer.ref, waiting.ref]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_the_pages_of_a_list_give_every_dispute_once(db_session: Session, size: int):
    """Among them several of the same instant, and the seam between mine and the others."""
    town = make_town(db_session)
    for n in range(7):
        dispute = file(db_session, town.store, town.alice, now=BEGINNING + (n // 2) * HOUR)
        if n % 3 == 0:
            offered(db_session, dispute, now=BEGINNING + 2 * HOUR)
    whole, end = list_disputes(db_session, BOB, size=25)
    assert (len(whole), end) == (7, None)
    paged: list[Row] = []
    after: Cursor | None = None
    while True:
        rows, after = list_disputes(db_session, BOB, after=after, size=size)
        paged += rows
        assert len(rows) == size or after is None
        if after is None:
            break
        after = Cursor.parse(str(after))
        assert after is not None
    assert paged == whole
    turns = [row.turn == "merchant" for row in paged]
    assert all(first >= second for first, second in pairwise(turns))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m",
        "m~~",
        "m~2026-11-24~1",
        "m~2026-11-24T10:00:00~1",
        "m~yesterday~1",
        "m~2026-11-24T10:00:00+00:00~x",
        "m~0001-01-01T00:00:00+23:00~1",
        "m~9999-12-31T23:59:59-23:00~1",
        f"m~2026-11-24T10:00:00+00:00~{10**30}",
        f"m~2026-11-24T10:00:00+00:00~-{10**30}",
        "m~2026-11-24T10:00:00+00:00~" + "9" * 10_000,
        "m~2026-11-24T10:00:00+00:00~１２\x00",
    ],
)
def test_a_cursor_that_is_none_begins_the_list_again(db_session: Session, text: str):
    make_town(db_session)
    assert Cursor.parse(text) is None
    assert list_disputes(db_session, BOB, after=Cursor.parse(text)) == ([], None)
